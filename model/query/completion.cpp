#include "query/completion.h"

#include "query/lexer.h"
#include "query/request_path.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>
#include <map>
#include <set>

namespace aisle::traceql {

namespace {

constexpr size_t kMost = 50;

bool isWordByte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80 || std::string_view("._:-/@$").find(c) != std::string_view::npos;
}

/// Where a text in quotes begins that the cursor is in; npos: in none.
size_t openQuote(std::string_view text) {
    size_t open = std::string_view::npos;
    char quote = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        if (open == std::string_view::npos) {
            if (text[i] == '"' || text[i] == '`') {
                open = i;
                quote = text[i];
            }
        } else if (text[i] == '\\' && quote == '"') {
            ++i;
        } else if (text[i] == quote) {
            open = std::string_view::npos;
        }
    }
    return open;
}

bool isComparison(const Token& token) {
    static const std::set<std::string_view> ops = {"=", "!=", "=~", "!~", "<", "<=", ">", ">="};
    return token.type == Token::Type::Symbol && ops.contains(token.text);
}

std::optional<Field> fieldOf(const Token& token) {
    if (token.type == Token::Type::Attribute)
        return Field{token.scope, token.ofParent, token.text};
    return token.type == Token::Type::Word ? intrinsic(token.text) : std::nullopt;
}

/// What is known of the text before the place.
struct Before {
    int braces = 0, stageBrackets = 0; ///< open ones; brackets of a stage's arguments
    bool isInStage = false;            ///< behind a |, outside of braces
    std::vector<Token> tokens;         ///< without the end
};

Before before(std::string_view text) {
    Before out;
    std::optional<ParseError> error;
    std::vector<Token> all = tokens(text, error); // of what is wrong only what stands before it
    for (Token& token : all) {
        if (token.type == Token::Type::End)
            break;
        if (token.type == Token::Type::Symbol) {
            if (token.text == "{") {
                ++out.braces;
                out.isInStage = false;
            } else if (token.text == "}") {
                out.braces = std::max(0, out.braces - 1);
            } else if (out.braces == 0 && token.text == "|") {
                out.isInStage = true;
                out.stageBrackets = 0;
            } else if (out.braces == 0 && out.isInStage && token.text == "(") {
                ++out.stageBrackets;
            } else if (out.braces == 0 && out.isInStage && token.text == ")") {
                out.stageBrackets = std::max(0, out.stageBrackets - 1);
            }
        }
        out.tokens.push_back(std::move(token));
    }
    return out;
}

bool isOneOf(const Token& token, std::initializer_list<std::string_view> symbols) {
    return token.type == Token::Type::Symbol && std::find(symbols.begin(), symbols.end(), token.text) != symbols.end();
}

} // namespace

Site siteAt(std::string_view text, size_t cursor) {
    cursor = std::min(cursor, text.size());
    const std::string_view head = text.substr(0, cursor);
    Site site;
    const size_t quote = openQuote(head);
    if (quote != std::string_view::npos) {
        site.from = quote;
        site.typed = std::string(head.substr(quote + 1));
        size_t end = cursor;
        while (end < text.size() && text[end] != text[quote] && text[end] != '}' && text[end] != '\n')
            ++end;
        site.to = end < text.size() && text[end] == text[quote] ? end + 1 : cursor;
    } else {
        site.from = cursor;
        while (site.from > 0 && isWordByte(text[site.from - 1]))
            --site.from;
        site.to = cursor;
        while (site.to < text.size() && isWordByte(text[site.to]))
            ++site.to;
        site.typed = std::string(head.substr(site.from));
    }
    const Before known = before(head.substr(0, site.from));
    const auto& tokens = known.tokens;
    using What = Site::What;
    if (tokens.empty()) {
        site.what = quote == std::string_view::npos ? What::Begin : What::Nothing;
        return site;
    }
    const Token& last = tokens.back();
    if (isComparison(last) && tokens.size() >= 2 && (known.braces > 0 || known.isInStage)) {
        if (const auto field = fieldOf(tokens[tokens.size() - 2])) {
            site.what = What::Value;
            site.field = *field;
        }
        return site;
    }
    if (quote != std::string_view::npos)
        return site;
    if (known.braces > 0 || known.stageBrackets > 0) {
        if (isOneOf(last, {"{", "&&", "||", "!", "(", ",", "+", "-", "*", "/", "%", "^"})) {
            site.what = What::Field;
        } else if (const auto field = fieldOf(last)) {
            site.what = known.braces > 0 ? What::Operator : What::Nothing;
            site.field = *field;
        } else {
            site.what = known.braces > 0 && !isComparison(last) ? What::Connector : What::Nothing;
        }
        return site;
    }
    if (isOneOf(last, {"|"}))
        site.what = What::Stage;
    else if (isOneOf(last, {"}", ")"}))
        site.what = What::Relation;
    else if (last.type == Token::Type::Symbol && !isOneOf(last, {"{"}))
        site.what = What::Begin;
    return site;
}

namespace {

struct Known {
    const char* text;
    const char* detail;
};

constexpr Known kFields[] = {
    {"name", "the operation"},
    {"duration", "from start to end of the span"},
    {"status", "error, ok or unset"},
    {"kind", "server, client, producer, consumer, internal"},
    {"resource.service.name", "the service"},
    {"trace:duration", "of the whole trace"},
    {"aisle:error", "failed, by its status or its attributes"},
    {"aisle:path", "that a request asked for, of a route or URL"},
    {"rootName", "the operation of the trace's root"},
    {"rootServiceName", "the service of the trace's root"},
    {"statusMessage", "what the status says"},
    {"childCount", "how many spans it is the parent of"},
    {"parent", "nil: a root"},
    {"trace:id", "of the trace"},
    {"span:id", "of the span"},
    {"span:parentID", "of the parent, as recorded"},
    {"event:name", "of an event of the span"},
    {"event:timeSinceStart", "from the span's start to an event"},
    {"link:traceID", "of a trace that the span links to"},
    {"link:spanID", "of a span that it links to"},
    {"instrumentation:name", "the library that recorded it"},
    {"instrumentation:version", "of that library"},
    {"aisle:selfTime", "not spent in children"},
    {"aisle:text", "a word in names or values"},
    {"aisle:file", "an imported file"},
    {"aisle:time", "a range of time, from/to"},
    {"aisle:traceTime", "traces that start in a range, from/to"},
    {"aisle:case", "one session"},
    {"aisle:stage", "sessions that reached a stage"},
    {"aisle:dropped", "sessions that stopped at a stage"},
    {"aisle:edge", "calls, \"caller -> callee\""},
};

constexpr Known kRelations[] = {
    {"&& { ", "and, in the same trace"},         {"|| { ", "or"},
    {"| ", "then: count, group, measure"},        {">> { ", "below it"},
    {"> { ", "its children"},                     {"<< { ", "above it"},
    {"< { ", "its parents"},                      {"~ { ", "its siblings"},
    {"!>> { ", "not below it"},                   {"!> { ", "not its children"},
    {"&>> { ", "both, one below the other"},
};

constexpr Known kStages[] = {
    {"count() > ", "how many spans"},           {"avg(duration) > ", "the average"},      {"max(duration) > ", "the greatest"},
    {"min(duration) > ", "the smallest"},       {"sum(duration) > ", "the sum"},          {"by(", "a spanset for each value"},
    {"select(", "fields to show"},              {"coalesce()", "groups together again"},  {"{ ", "of these, spans that"},
};

constexpr Known kBegins[] = {
    {"{ ", "spans that"},
    {"{ status = error }", "failed spans"},
    {"{ duration > 1s }", "slow spans"},
    {"aisle:trace({ ", "traces that have, and do not have"},
    {"aisle:case({ ", "sessions that"},
};

/// Chooses and orders.
class Chosen {
public:
    explicit Chosen(std::string_view typed) : typed_(typed) {}
    /// `sought`: what is compared with what is typed; `weight` decides among equals.
    void add(std::string text, std::string detail, std::string_view sought, uint64_t weight) {
        const bool begins = sought.size() >= typed_.size() && containsFolded(sought.substr(0, typed_.size()), typed_);
        if (!begins && !containsFolded(sought, typed_))
            return;
        if (known_.insert(text).second)
            found_.push_back({{std::move(text), std::move(detail)}, begins, weight});
    }
    std::vector<Completion> take() {
        std::stable_sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return a.begins != b.begins ? a.begins : a.weight > b.weight; });
        std::vector<Completion> out;
        for (Found& found : found_)
            if (out.size() < kMost)
                out.push_back(std::move(found.completion));
        return out;
    }

private:
    struct Found {
        Completion completion;
        bool begins;
        uint64_t weight;
    };
    std::string_view typed_;
    std::set<std::string> known_;
    std::vector<Found> found_;
};

std::string keyText(std::string_view scope, const std::string& key) {
    return toText(Field{scope == "span" ? Scope::Span : scope == "resource" ? Scope::Resource : Scope::Any, false, key});
}

void addFields(Chosen& chosen, const Site& site, const Vocabulary& vocabulary) {
    uint64_t weight = 1ULL << 62; // before keys, in this order
    for (const Known& field : kFields)
        chosen.add(std::string(field.text) + " ", field.detail, field.text, weight--);
    const auto starts = [&](std::string_view scope) { return site.typed.starts_with(scope); };
    for (const KeyCount& key : vocabulary.keys) {
        const bool ofSpan = key.scope == Scope::Span;
        const std::string detail = counted(key.spans, "span", "spans") + (ofSpan ? "" : ", resource");
        const std::string_view scope = starts("span.") ? "span" : starts("resource.") ? "resource" : "";
        if ((scope == "span" && !ofSpan) || (scope == "resource" && ofSpan))
            continue;
        const std::string text = keyText(scope, key.name);
        // Typed without its point it is found as well.
        chosen.add(text + " ", detail, starts(".") || !scope.empty() ? std::string_view(text) : std::string_view(key.name), key.spans);
    }
}

void addOperators(Chosen& chosen, const Field& field) {
    static const std::set<std::string_view> numbers = {"span:duration", "trace:duration", "event:timeSinceStart", "aisle:selfTime", "span:childCount"};
    static const std::set<std::string_view> few = {"span:status", "span:kind", "aisle:error", "parent", "aisle:time", "aisle:traceTime", "aisle:case", "aisle:stage", "aisle:dropped", "aisle:edge", "aisle:text"};
    const bool isAttribute = field.scope != Scope::Intrinsic;
    uint64_t weight = 100;
    const auto add = [&](const char* op, const char* detail) { chosen.add(std::string(op) + " ", detail, op, weight--); };
    const bool isNumber = numbers.contains(field.name);
    if (isNumber)
        add(">", "more than");
    if (isNumber)
        add("<", "less than");
    add("=", "equals");
    add("!=", "has a value that is another");
    if (!isNumber && !few.contains(field.name)) {
        add("=~", "all of it fits a regular expression");
        add("!~", "does not fit one");
    }
    if (isAttribute) {
        add(">", "more than");
        add("<", "less than");
    }
    if (isNumber || isAttribute) {
        add(">=", "at least");
        add("<=", "at most");
    }
    const bool maybeNil = isAttribute || isRequestPath(field);
    if (maybeNil)
        add("!= nil", "has it");
    if (maybeNil)
        add("= nil", "does not have it");
}

void addValues(Chosen& chosen, const Site& site, const Source& source, const StopToken& stop) {
    const std::string& name = site.field.name;
    const bool isIntrinsic = site.field.scope == Scope::Intrinsic;
    uint64_t weight = 100;
    const auto word = [&](std::string_view text) { chosen.add(std::string(text) + " ", {}, text, weight--); };
    if (isIntrinsic && name == "span:status") {
        for (const char* text : {"error", "ok", "unset"})
            word(text);
        return;
    }
    if (isIntrinsic && name == "span:kind") {
        for (const char* text : {"server", "client", "internal", "producer", "consumer", "unspecified"})
            word(text);
        return;
    }
    if (isIntrinsic && name == "aisle:error") {
        word("true");
        word("false");
        return;
    }
    if (isIntrinsic && name == "parent") {
        word("nil");
        return;
    }
    if (isIntrinsic && (name.ends_with("uration") || name == "event:timeSinceStart" || name == "aisle:selfTime")) {
        for (const char* text : {"10ms", "100ms", "1s", "10s"})
            word(text);
        return;
    }
    if (isIntrinsic && name == "aisle:file") {
        for (const FileInfo& file : source.table->files())
            chosen.add(traceql::quoted(file.name) + " ", counted(file.rows, "span", "spans"), file.name, file.rows);
        return;
    }
    static const std::set<std::string_view> counted = {"span:name", "trace:rootName", "trace:rootService", "aisle:path"};
    if (isIntrinsic && !counted.contains(name))
        return;
    for (const ValueCount& value : valueCounts(source, site.field, nullptr, site.typed, kMost, stop).values) {
        const bool isText = value.type != ValueType::Int && value.type != ValueType::Double && value.type != ValueType::Bool;
        chosen.add((isText ? traceql::quoted(value.text) : value.text) + " ", aisle::counted(value.spans, "span", "spans"), value.text, value.spans);
    }
}

template <size_t N>
void addKnown(Chosen& chosen, const Known (&known)[N]) {
    uint64_t weight = N;
    for (const Known& one : known)
        chosen.add(one.text, one.detail, one.text, weight--);
}

} // namespace

std::vector<Completion> completions(const Site& site, const Source& source, const Vocabulary& vocabulary, const StopToken& stop) {
    Chosen chosen(site.typed);
    switch (site.what) {
    case Site::What::Nothing: break;
    case Site::What::Begin: addKnown(chosen, kBegins); break;
    case Site::What::Field: addFields(chosen, site, vocabulary); break;
    case Site::What::Operator: addOperators(chosen, site.field); break;
    case Site::What::Value: addValues(chosen, site, source, stop); break;
    case Site::What::Connector: {
        static constexpr Known known[] = {{"&& ", "and, of the same span"}, {"|| ", "or"}, {"} ", "the end of the spanset"}};
        addKnown(chosen, known);
        break;
    }
    case Site::What::Relation: addKnown(chosen, kRelations); break;
    case Site::What::Stage: addKnown(chosen, kStages); break;
    }
    return chosen.take();
}

std::vector<Part> parts(std::string_view text) {
    std::vector<Part> out;
    std::optional<ParseError> error;
    const std::vector<Token> all = tokens(text, error);
    for (size_t i = 0; i < all.size(); ++i) {
        const Token& token = all[i];
        switch (token.type) {
        case Token::Type::End: break;
        case Token::Type::Attribute: out.push_back({Part::What::Field, token.from, token.to}); break;
        case Token::Type::Symbol:
            out.push_back({isOneOf(token, {"{", "}", "(", ")"}) ? Part::What::Bracket : Part::What::Operator, token.from, token.to});
            break;
        case Token::Type::Word: {
            const bool isCall = i + 1 < all.size() && isOneOf(all[i + 1], {"("});
            out.push_back({isCall ? Part::What::Function : fieldOf(token) ? Part::What::Field : Part::What::Literal, token.from, token.to});
            break;
        }
        default: out.push_back({Part::What::Literal, token.from, token.to});
        }
    }
    return out;
}

} // namespace aisle::traceql
