// What a query that can be read may not say: types that never fit together, functions in the wrong place, what is not supported.

#include "query/edge_text.h"
#include "query/request_path.h"
#include "query/traceql.h"
#include "query/value_test.h"
#include "text/format.h"

#include <algorithm>
#include <map>

namespace aisle::traceql {

namespace {

enum class Type { Any, Nil, Bool, Number, Duration, Text, Status, Kind, Whole };

Type typeOf(const Literal& literal) {
    switch (literal.type) {
    case Literal::Type::Nil: return Type::Nil;
    case Literal::Type::Bool: return Type::Bool;
    case Literal::Type::Integer:
    case Literal::Type::Number: return Type::Number;
    case Literal::Type::Text: return Type::Text;
    case Literal::Type::Duration: return Type::Duration;
    case Literal::Type::Status: return Type::Status;
    case Literal::Type::Kind: return Type::Kind;
    }
    return Type::Any;
}

Type typeOf(const Field& field) {
    if (field.scope != Scope::Intrinsic)
        return Type::Any;
    static const std::map<std::string_view, Type> types = {
        {"span:duration", Type::Duration}, {"trace:duration", Type::Duration}, {"event:timeSinceStart", Type::Duration}, {"aisle:selfTime", Type::Duration},
        {"span:status", Type::Status},     {"span:kind", Type::Kind},          {"span:childCount", Type::Number},        {"aisle:error", Type::Bool},
        {"parent", Type::Whole}};
    const auto found = types.find(field.name);
    return found == types.end() ? Type::Text : found->second;
}

std::string words(Type type) {
    switch (type) {
    case Type::Bool: return "true or false";
    case Type::Number: return "a number";
    case Type::Duration: return "a duration such as 100ms";
    case Type::Text: return "a text in quotes";
    case Type::Status: return "error, ok or unset";
    case Type::Kind: return "a kind such as server";
    case Type::Nil: return "nil";
    default: return "a value";
    }
}

bool isNumeric(Type type) { return type == Type::Number || type == Type::Duration || type == Type::Any; }
bool isCompared(Op op) { return op >= Op::Equal && op <= Op::GreaterOrEqual; }
bool isOrder(Op op) { return op >= Op::Less && op <= Op::GreaterOrEqual; }

class Checker {
public:
    explicit Checker(const Query& query) : query_(query) {}

    std::optional<ParseError> run() {
        spansets(query_.root, true);
        return error_;
    }

private:
    const Node& node(NodeIndex index) const { return query_.nodes[index]; }

    void fail(const Node& at, std::string message) {
        if (!error_)
            error_ = ParseError{at.from, at.to - at.from, std::move(message)};
    }

    /// `isWhole`: the whole query, which may end in a metric. `isWithin`: directly in aisle:trace() or aisle:case(), where ! may stand.
    void spansets(NodeIndex index, bool isWhole, bool isWithin = false) {
        const Node& it = node(index);
        switch (it.type) {
        case Node::Type::Spanset:
            if (!it.children.empty())
                condition(it.children[0]);
            return;
        case Node::Type::Combined:
            for (const NodeIndex child : it.children)
                spansets(child, false, isWithin && (it.op == Op::And || it.op == Op::Or));
            return;
        case Node::Type::Unary:
            if (!isWithin)
                fail(it, "! stands before what aisle:trace() or aisle:case() must not have, joined by && and ||; between structural operators it is !> or !>>.");
            spansets(it.children[0], false, true);
            return;
        case Node::Type::Within: spansets(it.children[0], false, true); return;
        case Node::Type::Pipeline: pipeline(it, isWhole); return;
        default: fail(it, "A spanset is missing here, for example { status = error }."); return;
        }
    }

    void pipeline(const Node& it, bool isWhole) {
        bool isMetric = false, isGrouped = false;
        spansets(it.children[0], false);
        for (size_t i = 1; i < it.children.size() && !error_; ++i) {
            const Node& stage = node(it.children[i]);
            if (stage.type == Node::Type::Metric) {
                if (!isWhole)
                    fail(stage, stage.function + "() makes series of the whole query; it cannot be a part of a spanset.");
                metric(stage, isMetric);
                isMetric = true;
                continue;
            }
            if (isMetric)
                fail(stage, "Behind a function over time only topk() and bottomk() can follow.");
            switch (stage.type) {
            case Node::Type::By:
            case Node::Type::Select:
                for (const NodeIndex child : stage.children)
                    if (node(child).type == Node::Type::Field)
                        readable(child);
                    else
                        fail(node(child), "A field is meant here, for example name or .http.route.");
                break;
            case Node::Type::Coalesce: break;
            case Node::Type::Binary: scalar(it.children[i]); break;
            default:
                spansets(it.children[i], false);
                if (isGrouped && !isPlain(it.children[i]))
                    fail(stage, "Behind by() conditions are about one group; put structural operators before it, or coalesce() between.");
            }
            isGrouped = (isGrouped || stage.type == Node::Type::By) && stage.type != Node::Type::Coalesce;
        }
    }

    /// Spansets joined by && and ||.
    bool isPlain(NodeIndex index) const {
        const Node& it = node(index);
        return it.type == Node::Type::Spanset ||
               (it.type == Node::Type::Combined && (it.op == Op::And || it.op == Op::Or) && std::all_of(it.children.begin(), it.children.end(), [this](NodeIndex child) { return isPlain(child); }));
    }

    void metric(const Node& it, bool isSecond) {
        const std::string& name = it.function;
        std::vector<NodeIndex> given;
        for (const NodeIndex child : it.children) {
            if (node(child).type != Node::Type::By) {
                given.push_back(child);
                continue;
            }
            for (const NodeIndex field : node(child).children)
                if (node(field).type == Node::Type::Field)
                    readable(field);
                else
                    fail(node(field), "A field is meant here, for example name or .http.route.");
        }
        if (name == "topk" || name == "bottomk") {
            if (!isSecond)
                fail(it, name + "() chooses among the series of a function before it, for example rate() by (name) | " + name + "(10).");
            else if (given.size() != 1 || node(given[0]).literal.type != Literal::Type::Integer || node(given[0]).literal.integer < 1 || node(given[0]).literal.integer > 1000)
                fail(it, name + "() has one argument: how many, 1 to 1000.");
            return;
        }
        if (isSecond)
            return fail(it, "There is one function over time already; only topk() and bottomk() can follow it.");
        if (name == "compare") {
            if (given.empty() || given.size() != it.children.size() || node(given[0]).type != Node::Type::Spanset || node(given[0]).children.empty())
                return fail(it, "compare() has the spans that are compared with the other ones, and how many values of each attribute: compare({ status = error }, 10).");
            if (given.size() > 2)
                return fail(node(given[2]), "A range of time is a condition here: { aisle:time = \"from/to\" }.");
            spansets(given[0], false);
            if (given.size() == 2 && (node(given[1]).literal.type != Literal::Type::Integer || node(given[1]).literal.integer < 1 || node(given[1]).literal.integer > 1000))
                fail(node(given[1]), "How many values of each attribute is meant here, 1 to 1000.");
            return;
        }
        const bool isOfSpans = name == "rate" || name == "count_over_time", isQuantile = name == "quantile_over_time";
        if (isOfSpans ? !given.empty() : isQuantile ? given.size() < 2 : given.size() != 1)
            return fail(it, isOfSpans ? name + "() has no argument." : isQuantile ? "quantile_over_time() has a field and quantiles, for example quantile_over_time(duration, .5, .99)." : name + "() has one argument, for example " + name + "(duration).");
        for (size_t i = 0; i < given.size(); ++i) {
            if (i == 0) {
                numeric(given[0]);
                continue;
            }
            const Literal& q = node(given[i]).literal;
            const double value = q.type == Literal::Type::Integer ? static_cast<double>(q.integer) : q.number;
            if (node(given[i]).type != Node::Type::Literal || typeOf(q) != Type::Number || value < 0 || value > 1)
                fail(node(given[i]), "A quantile is a number from 0 to 1.");
        }
    }

    void condition(NodeIndex index) {
        const Type type = value(index);
        if (!error_ && type != Type::Bool && type != Type::Any)
            fail(node(index), "A condition is missing here: compare it with " + words(type) + ".");
    }

    void numeric(NodeIndex index) {
        readable(index);
        const Type type = value(index);
        if (!error_ && !isNumeric(type))
            fail(node(index), "A number or duration is meant here.");
    }

    /// Of a spanset: aggregates compared.
    void scalar(NodeIndex index) {
        const Node& it = node(index);
        switch (it.type) {
        case Node::Type::Binary:
            if (it.op == Op::And || it.op == Op::Or || it.op == Op::Matches || it.op == Op::NotMatches)
                return fail(it, "Aggregates are calculated with and compared by = != < <= > >=; further conditions are stages of their own, behind |.");
            for (const NodeIndex child : it.children)
                scalar(child);
            return;
        case Node::Type::Unary:
            if (it.op == Op::Not)
                return fail(it, "! stands before a condition.");
            return scalar(it.children[0]);
        case Node::Type::Aggregate:
            if (!it.children.empty())
                numeric(it.children[0]);
            return;
        case Node::Type::Literal:
            if (!isNumeric(typeOf(it.literal)))
                fail(it, "Aggregates are compared with numbers and durations.");
            return;
        default: return fail(it, "This is of a span; behind | aggregates are compared, for example avg(duration) > 1s.");
        }
    }

    /// Of events, links, libraries and texts of a status only conditions are worked out.
    void readable(NodeIndex index) {
        const Node& it = node(index);
        for (const NodeIndex child : it.children)
            readable(child);
        if (it.type != Node::Type::Field)
            return;
        supported(it);
        const Field& field = it.field;
        static constexpr std::string_view unread[] = {"span:statusMessage", "parent", "aisle:time", "aisle:traceTime", "aisle:edge", "aisle:stage", "aisle:dropped", "aisle:text"};
        if (field.scope == Scope::Event || field.scope == Scope::Link ||
            (field.scope == Scope::Intrinsic && (field.name.starts_with("event:") || field.name.starts_with("link:") || field.name.starts_with("instrumentation:") ||
                                                 std::find(std::begin(unread), std::end(unread), field.name) != std::end(unread))))
            fail(it, "This can be compared with a value; it is not among what is grouped by, calculated with or selected.");
    }

    void supported(const Node& it) {
        if (it.field.scope == Scope::Intrinsic && it.field.name.starts_with("nestedSet"))
            fail(it, it.field.name + " is how Tempo keeps a trace, and not supported here; use >, >>, < and << between spansets.");
    }

    Type value(NodeIndex index) {
        const Node& it = node(index);
        switch (it.type) {
        case Node::Type::Literal: return typeOf(it.literal);
        case Node::Type::Field: supported(it); return typeOf(it.field);
        case Node::Type::Aggregate: fail(it, it.function + "() is of a spanset; it stands behind a |."); return Type::Any;
        case Node::Type::Unary: {
            const Type type = value(it.children[0]);
            if (it.op == Op::Not ? type != Type::Bool && type != Type::Any : !isNumeric(type))
                fail(it, it.op == Op::Not ? "! stands before a condition." : "- stands before a number or duration.");
            return it.op == Op::Not ? Type::Bool : type;
        }
        case Node::Type::Binary: return binary(it);
        default: fail(it, "A condition is missing here."); return Type::Any;
        }
    }

    Type binary(const Node& it) {
        std::vector<Type> types;
        for (const NodeIndex child : it.children)
            types.push_back(value(child));
        if (error_)
            return Type::Any;
        if (it.op == Op::And || it.op == Op::Or) {
            for (size_t i = 0; i < types.size(); ++i)
                if (types[i] != Type::Bool && types[i] != Type::Any)
                    fail(node(it.children[i]), "A condition is missing here: compare it with " + words(types[i]) + ".");
            return Type::Bool;
        }
        if (!isCompared(it.op)) {
            for (size_t i = 0; i < types.size(); ++i)
                if (!isNumeric(types[i]))
                    fail(node(it.children[i]), "Only numbers and durations can be calculated with.");
            return std::find(types.begin(), types.end(), Type::Duration) != types.end() ? Type::Duration : Type::Number;
        }
        compared(it, types[0], types[1]);
        return Type::Bool;
    }

    void compared(const Node& it, Type left, Type right) {
        const Node &a = node(it.children[0]), &b = node(it.children[1]);
        if (!(a.type == Node::Type::Field && isConstant(it.children[1])) && !(b.type == Node::Type::Field && isConstant(it.children[0]))) {
            readable(it.children[0]);
            readable(it.children[1]);
            if (error_)
                return;
        }
        if (it.op == Op::Matches || it.op == Op::NotMatches) {
            if (left != Type::Text && left != Type::Any)
                return fail(a, "A regular expression is about texts.");
            if (b.type != Node::Type::Literal || right != Type::Text)
                return fail(b, "A regular expression is a text in quotes.");
            if (const std::string problem = regexProblem(b.literal.text); !problem.empty())
                return fail(b, "This is no regular expression: " + problem + ".");
            return extension(a, b, it.op);
        }
        if (left == Type::Nil || right == Type::Nil) {
            const Node& other = left == Type::Nil ? b : a;
            if (isOrder(it.op))
                return fail(it, "nil is neither less nor more than anything; = nil and != nil ask whether there is a value.");
            if (other.type != Node::Type::Field)
                return fail(other, "= nil and != nil ask whether a field has a value.");
            if (other.field.name.starts_with("aisle:") && other.field.name != "aisle:case" && !isRequestPath(other.field))
                return fail(other, other.field.name + " is never nil.");
            return;
        }
        if (left == Type::Whole || right == Type::Whole)
            return fail(left == Type::Whole ? b : a, "parent can only be nil or not; for its attributes there is parent.span.key, and { name = \"a\" } > { } for the rest.");
        if (left == Type::Any || right == Type::Any) {
            const Type other = left == Type::Any ? right : left;
            const Node& literal = left == Type::Any ? b : a;
            if ((other == Type::Status || other == Type::Kind) && literal.type == Node::Type::Literal)
                return fail(literal, "An attribute is no " + std::string(other == Type::Status ? "status" : "kind") + "; put it in quotes: \"" + literal.literal.text + "\".");
            if (other == Type::Bool && isOrder(it.op))
                return fail(it, "true and false are compared with = and !=.");
        } else if (!(isNumeric(left) && isNumeric(right)) && left != right) {
            const bool isLeft = a.type == Node::Type::Field || b.type == Node::Type::Literal;
            return fail(isLeft ? b : a, (isLeft && a.type == Node::Type::Field ? a.field.name + " is compared with " : "This is compared with ") + words(isLeft ? left : right) + ".");
        } else if (isOrder(it.op) && (left == Type::Bool || left == Type::Status || left == Type::Kind)) {
            return fail(it, "These are compared with = and !=.");
        }
        extension(a, b, it.op);
        extension(b, a, it.op);
    }

    bool isConstant(NodeIndex index) const {
        const Node& it = node(index);
        return it.type == Node::Type::Literal ||
               (it.type == Node::Type::Binary && it.op >= Op::Add && it.op <= Op::Power && std::all_of(it.children.begin(), it.children.end(), [this](NodeIndex child) { return isConstant(child); }));
    }

    /// Fields that TraceQL does not have.
    void extension(const Node& field, const Node& literal, Op op) {
        if (field.type != Node::Type::Field || field.field.scope != Scope::Intrinsic || !field.field.name.starts_with("aisle:"))
            return;
        const std::string& name = field.field.name;
        if (name == "aisle:selfTime" || name == "aisle:error")
            return;
        if (literal.type != Node::Type::Literal)
            return fail(literal, name + " is compared with a text in quotes.");
        if (name == "aisle:file") {
            if (isOrder(op))
                fail(literal, "aisle:file is compared with = and !=.");
            return;
        }
        if (isRequestPath(field.field)) {
            if (isOrder(op))
                fail(literal, "aisle:path is compared with = != =~ !~.");
            return;
        }
        if (op != Op::Equal && op != Op::NotEqual)
            return fail(literal, "only = and != are understood for " + name);
        int64_t time = 0;
        const std::string_view text = literal.literal.text;
        if (const size_t slash = text.find('/');
            (name == "aisle:time" || name == "aisle:traceTime") && (slash == std::string_view::npos || !parseRfc3339(text.substr(0, slash), time) || !parseRfc3339(text.substr(slash + 1), time)))
            fail(literal, "a time range is two times with a slash: \"2026-03-14T09:00:00Z/2026-03-14T09:05:00Z\"");
        if (std::string from, to; name == "aisle:edge" && !parseEdge(text, from, to))
            fail(literal, "an edge is \"caller -> callee\"");
    }

    const Query& query_;
    std::optional<ParseError> error_;
};

} // namespace

std::optional<ParseError> check(const Query& query) { return Checker(query).run(); }

} // namespace aisle::traceql
