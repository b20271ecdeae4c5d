#pragma once
// A TraceQL query as it is written: parsed, with the place of every part, and written again. What it selects is worked out elsewhere.
//
//   { resource.service.name = "checkout" && duration > 500ms } >> { status = error } | by(name) | count() > 2
//
// Source: the language reference of Grafana Tempo. `&&` and `||` bind equally and to the left, there as here. Fields that begin
// with `aisle:` are an extension, for what TraceQL cannot say.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aisle::traceql {

enum class Op : uint8_t {
    Or, And,
    Equal, NotEqual, Matches, NotMatches, Less, LessOrEqual, Greater, GreaterOrEqual,
    Add, Subtract, Multiply, Divide, Modulo, Power,
    Not, Negate,
    // Between spansets: what the right side is to the left one.
    Child, Descendant, Parent, Ancestor, Sibling,
};

/// Of the operators between spansets: `>>`, `!>>` (the right ones that are not), `&>>` (both sides).
enum class Form : uint8_t { Plain, Not, Union };

/// Where an attribute is looked for; Intrinsic: no attribute, but a property of the span, trace, event or link.
enum class Scope : uint8_t { Any, Span, Resource, Event, Link, Instrumentation, Intrinsic };

struct Field {
    Scope scope = Scope::Any;
    bool ofParent = false; ///< `parent.` before it
    std::string name;      ///< key of the attribute; canonical name of the intrinsic: "span:duration"
    bool operator==(const Field&) const = default;
};

struct Literal {
    enum class Type : uint8_t { Nil, Bool, Integer, Number, Text, Duration, Status, Kind };
    Type type = Type::Nil;
    int64_t integer = 0; ///< Bool, Integer, Duration (ns)
    double number = 0;
    std::string text; ///< Text; Status and Kind by name
    bool operator==(const Literal&) const = default;
};

using NodeIndex = uint32_t;

struct Node {
    enum class Type : uint8_t {
        Literal, Field,
        Unary,     ///< op: Not, Negate
        Binary,    ///< op; operands are values of a span, or of a spanset where Aggregates are in them. And and Or of one kind in a row have all their operands
        Spanset,   ///< `{ }`: no child, or the condition
        Within,    ///< `aisle:trace( )` and `aisle:case( )`, an extension: spansets that a trace, or the traces of a case, have between them; in it Unary Not before what none has
        Combined,  ///< spansets: op And, Or or a relation, with `form`; of And and Or as many operands as follow each other
        Pipeline,  ///< a spanset, then stages
        Aggregate, ///< function, and its argument
        By, Select, Coalesce, ///< stages with their arguments
        Metric,    ///< function and its arguments; a By behind it is its last child
    };
    Type type = Type::Literal;
    Op op = Op::And;
    Form form = Form::Plain;
    Field field;
    Literal literal;
    std::string function; ///< "count"; of Within "trace" or "case"
    std::vector<NodeIndex> children;
    size_t from = 0, to = 0; ///< bytes in the text
};

/// Immutable; `root` is a Spanset, Combined or Pipeline.
struct Query {
    std::vector<Node> nodes; ///< children before their parents
    NodeIndex root = 0;

    std::string toText() const { return toText(root); } ///< canonical; parses to the same query
    std::string toText(NodeIndex part) const;           ///< of a part of it
};

struct ParseError {
    size_t position = 0; ///< byte in the text
    size_t length = 0;   ///< of what is wrong; 0: something is missing
    std::string message; ///< one sentence, with what may be meant
};

/// Texts of up to 1 MB, nested up to 200 deep. No exceptions.
std::optional<Query> parse(std::string_view text, ParseError& error);

/// What is wrong with a query that could be read: types that do not fit, functions in the wrong place, what is not supported.
std::optional<ParseError> check(const Query& query);

/// Where words that are looked for have to be.
enum class Words : uint8_t { InTrace, InSpan };
/// Both, and what people write in a hurry: a condition without its braces (`status = error`), or words to look for in names and
/// values, "two words" in quotes being one.
std::optional<Query> read(std::string_view text, ParseError& error, Words words = Words::InTrace);

/// A field as a query writes it.
std::string toText(const Field& field);
/// What a word is, that is no attribute; nothing when it is no field.
std::optional<Field> intrinsic(std::string_view word);
/// A text as a query writes it.
std::string quoted(std::string_view text);

/// Names that a query may use, for completion: canonical intrinsics, functions.
const std::vector<std::string_view>& intrinsics();
const std::vector<std::string_view>& aggregates();
const std::vector<std::string_view>& metrics();

/// The one of `names` that is meant by a word that is none of them, as far as two letters tell; empty: none.
std::string_view didYouMean(std::string_view word, const std::vector<std::string_view>& names);

} // namespace aisle::traceql
