// A scope as TraceQL, and TraceQL as a scope.

#include "selection/scope.h"

#include "query/edge_text.h"

#include <algorithm>

namespace aisle {

namespace {

using Term = ScopeTerm::Kind;
using traceql::Field;
using traceql::Literal;
using traceql::Node;
using traceql::NodeIndex;
using traceql::Op;
using traceql::Query;

/// Of which a trace matches one at most, so that one for all of the kind is enough.
bool isAnyOf(Term kind) { return kind == Term::Trace || kind == Term::Case || kind == Term::File; }

// --- to text

/// Conditions, each one or another of several, all of which hold for a span.
std::string spanset(const std::vector<std::vector<std::string>>& conditions) {
    std::string out = "{";
    for (size_t i = 0; i < conditions.size(); ++i) {
        std::string any;
        for (const std::string& condition : conditions[i])
            any += (any.empty() ? "" : " || ") + condition;
        out += (i > 0 ? " && " : " ") + (conditions[i].size() > 1 && conditions.size() > 1 ? "(" + any + ")" : any);
    }
    return out + " }";
}

std::string allOf(const std::vector<std::string>& spansets) {
    std::string out;
    for (const std::string& one : spansets)
        out += (out.empty() ? "" : " && ") + one;
    return out;
}

// --- from text

/// Reads the terms of a scope out of a query, as far as it has the form that toText() gives.
class Terms {
public:
    explicit Terms(const Query& query) : query_(query) {}

    /// Of a spanset or several with &&; false when one says something else.
    bool read(NodeIndex index, Scope& scope) const {
        const Node& node = query_.nodes[index];
        if (node.type == Node::Type::Spanset)
            return node.children.empty() || conditions(node.children[0], scope);
        return node.type == Node::Type::Combined && node.op == Op::And &&
               std::all_of(node.children.begin(), node.children.end(), [&](NodeIndex child) { return query_.nodes[child].type == Node::Type::Spanset && read(child, scope); });
    }

private:
    bool conditions(NodeIndex index, Scope& scope) const {
        const Node& node = query_.nodes[index];
        if (node.type != Node::Type::Binary)
            return false;
        if (node.op == Op::And || node.op == Op::Or)
            return std::all_of(node.children.begin(), node.children.end(), [&](NodeIndex child) { return conditions(child, scope); });
        const Node &field = query_.nodes[node.children[0]], &value = query_.nodes[node.children[1]];
        return field.type == Node::Type::Field && !field.field.ofParent && value.type == Node::Type::Literal && term(field.field, node.op, value.literal, scope);
    }

    static bool term(const Field& field, Op op, const Literal& literal, Scope& scope) {
        ScopeTerm out;
        const std::string& name = field.name;
        if (field.scope == traceql::Scope::Intrinsic && (name == "trace:duration" || name == "span:duration") && literal.type == Literal::Type::Duration) {
            out.kind = name == "trace:duration" ? Term::TraceDuration : Term::Duration;
            if (op != Op::GreaterOrEqual && op != Op::LessOrEqual)
                return false;
            for (const ScopeTerm& known : scope.terms())
                if (known.kind == out.kind)
                    out = known;
            (op == Op::GreaterOrEqual ? out.from : out.to) = literal.integer;
            scope = scope.with(out);
            return true;
        }
        if (op != Op::Equal)
            return false;
        if (field.scope == traceql::Scope::Intrinsic && name == "aisle:error" && literal.type == Literal::Type::Bool && literal.integer != 0) {
            out.kind = Term::Error;
            scope = scope.with(out);
            return true;
        }
        if (literal.type != Literal::Type::Text)
            return false;
        static constexpr std::pair<std::string_view, Term> kinds[] = {
            {"span:name", Term::Name}, {"trace:id", Term::Trace},    {"aisle:file", Term::File},       {"aisle:case", Term::Case}, {"aisle:stage", Term::Stage},
            {"aisle:dropped", Term::Dropped}, {"aisle:text", Term::Text}, {"aisle:time", Term::Time}, {"aisle:traceTime", Term::TraceTime}, {"aisle:edge", Term::Edge}};
        if (field.scope == traceql::Scope::Resource && name == "service.name") {
            out.kind = Term::Service;
        } else {
            const auto found = std::find_if(std::begin(kinds), std::end(kinds), [&](const auto& kind) { return field.scope == traceql::Scope::Intrinsic && kind.first == name; });
            if (found == std::end(kinds))
                return false;
            out.kind = found->second;
        }
        out.text = literal.text;
        if (out.kind == Term::Time || out.kind == Term::TraceTime) {
            const size_t slash = out.text.find('/');
            if (slash == std::string::npos || !parseRfc3339(std::string_view(out.text).substr(0, slash), out.from) || !parseRfc3339(std::string_view(out.text).substr(slash + 1), out.to))
                return false;
            out.text.clear();
        } else if (out.kind == Term::Edge) {
            if (!traceql::parseEdge(literal.text, out.text, out.other))
                return false;
        }
        scope = scope.with(out);
        return true;
    }

    const Query& query_;
};

/// The query of the first `count` stages.
std::string stages(const Query& query, size_t count) {
    const Node& root = query.nodes[query.root];
    if (count == 1)
        return query.toText(root.children[0]);
    Query part = query;
    part.nodes[part.root].children.resize(count);
    return part.toText();
}

/// Times as toText() writes them, however many decimals they were given with.
Query withWholeTimes(Query query) {
    for (const Node& node : std::vector<Node>(query.nodes)) {
        if (node.type != Node::Type::Binary || node.children.size() != 2)
            continue;
        const Field& field = query.nodes[node.children[0]].field;
        std::string& text = query.nodes[node.children[1]].literal.text;
        int64_t from = 0, to = 0;
        const size_t slash = text.find('/');
        if (field.scope == traceql::Scope::Intrinsic && (field.name == "aisle:time" || field.name == "aisle:traceTime") && slash != std::string::npos &&
            parseRfc3339(std::string_view(text).substr(0, slash), from) && parseRfc3339(std::string_view(text).substr(slash + 1), to))
            text = formatRfc3339(from) + "/" + formatRfc3339(to);
    }
    return query;
}

Scope scopeOf(const Query& written) {
    const Query query = withWholeTimes(written);
    const Node& root = query.nodes[query.root];
    const std::string text = query.toText();
    const std::vector<NodeIndex> all = root.type == Node::Type::Pipeline ? root.children : std::vector<NodeIndex>{query.root};
    // As many stages from the end as say the same when they are written as terms.
    for (size_t taken = std::min<size_t>(2, all.size()); taken > 0; --taken) {
        Scope scope;
        bool isRead = true;
        if (taken < all.size()) {
            ScopeTerm rest;
            rest.kind = Term::Query;
            rest.text = stages(query, all.size() - taken);
            scope = scope.with(rest);
        }
        for (size_t i = all.size() - taken; i < all.size(); ++i)
            isRead = isRead && Terms(query).read(all[i], scope);
        if (isRead && scope.toText() == text)
            return scope;
    }
    if (text == "{ }")
        return {};
    ScopeTerm whole;
    whole.kind = Term::Query;
    whole.text = text;
    return Scope().with(whole);
}

} // namespace

std::string ScopeTerm::toText() const {
    const auto equals = [](const char* field, std::string_view value) { return field + (" = " + traceql::quoted(value)); };
    switch (kind) {
    case Term::Service: return equals("resource.service.name", text);
    case Term::Name: return equals("span:name", text);
    case Term::Error: return "aisle:error = true";
    case Term::TraceDuration:
    case Term::Duration: {
        const std::string field = kind == Term::TraceDuration ? "trace:duration" : "span:duration";
        std::string out = from > 0 ? field + " >= " + formatDurationLiteral(from) : std::string();
        if (to > 0)
            out += (out.empty() ? "" : " && ") + (field + " <= " + formatDurationLiteral(to));
        return out.empty() ? field + " >= 0s" : out;
    }
    case Term::TraceTime: return equals("aisle:traceTime", formatRfc3339(from) + "/" + formatRfc3339(to));
    case Term::Time: return equals("aisle:time", formatRfc3339(from) + "/" + formatRfc3339(to));
    case Term::Trace: return equals("trace:id", text);
    case Term::File: return equals("aisle:file", text);
    case Term::Edge: return equals("aisle:edge", traceql::edgeText(text, other));
    case Term::Case: return equals("aisle:case", text);
    case Term::Stage: return equals("aisle:stage", text);
    case Term::Dropped: return equals("aisle:dropped", text);
    case Term::Text: return equals("aisle:text", text);
    case Term::Query: return text;
    }
    return {};
}

std::string Scope::toText() const {
    struct Facet {
        Term kind;
        std::vector<std::string> conditions;
        bool isSeveral() const { return conditions.size() > 1 && !isAnyOf(kind); }
    };
    std::vector<Facet> kinds;
    std::string query;
    for (const ScopeTerm& term : terms_) {
        if (term.kind == Term::Query) {
            query = term.text;
            continue;
        }
        auto at = std::find_if(kinds.begin(), kinds.end(), [&](const Facet& kind) { return kind.kind == term.kind; });
        if (at == kinds.end())
            at = kinds.insert(kinds.end(), Facet{term.kind, {}});
        at->conditions.push_back(term.toText());
    }
    if (kinds.empty())
        return query.empty() ? "{ }" : query;
    const auto several = std::count_if(kinds.begin(), kinds.end(), [](const Facet& kind) { return kind.isSeveral(); });
    std::string out = query.empty() ? std::string() : query + " | ";
    if (several <= 1) {
        // { } is about one span, which has one service: each of several in a spanset of its own, with the rest.
        size_t count = 1;
        for (const Facet& kind : kinds)
            count = kind.isSeveral() ? kind.conditions.size() : count;
        std::vector<std::string> spansets;
        for (size_t i = 0; i < count; ++i) {
            std::vector<std::vector<std::string>> conditions;
            for (const Facet& kind : kinds)
                conditions.push_back(kind.isSeveral() ? std::vector<std::string>{kind.conditions[i]} : kind.conditions);
            spansets.push_back(spanset(conditions));
        }
        return out + allOf(spansets);
    }
    // Several of several kinds: spans that are one of each kind, of traces in which each occurs.
    std::vector<std::vector<std::string>> conditions;
    std::vector<std::string> spansets;
    for (const Facet& kind : kinds) {
        conditions.push_back(kind.conditions);
        for (const std::string& condition : kind.isSeveral() ? kind.conditions : std::vector<std::string>{})
            spansets.push_back(spanset({{condition}}));
    }
    return out + spanset(conditions) + " | " + allOf(spansets);
}

Scope Scope::narrowed(const std::string& condition) const {
    traceql::ParseError error;
    const auto more = parse("{ " + condition + " }", error);
    if (!more)
        return *this;
    Scope out = *this;
    for (ScopeTerm term : more->terms()) {
        // A second term of a kind would widen.
        if (std::any_of(terms_.begin(), terms_.end(), [&](const ScopeTerm& known) { return known.kind == term.kind && !(known == term); }))
            term = {Term::Query, term.kind == Term::Query ? term.text : "{ " + term.toText() + " }", {}, 0, 0};
        if (term.kind == Term::Query)
            for (const ScopeTerm& known : terms_)
                if (known.kind == Term::Query)
                    term.text = known.text + " | " + term.text;
        out = out.with(std::move(term));
    }
    return out;
}

Scope Scope::withTraces(const std::string& condition, bool excludes) const {
    const std::string spans = "{ " + condition + " }", own = isEmpty() ? std::string() : "(" + toText() + ") && ";
    traceql::ParseError error;
    return parse(excludes ? "aisle:trace(" + own + "!" + spans + ")" : own + spans, error).value_or(*this);
}

std::optional<Scope> Scope::parse(std::string_view text, traceql::ParseError& error) {
    const auto query = traceql::read(text, error);
    if (!query)
        return std::nullopt;
    for (const Node& node : query->nodes)
        if (node.type == Node::Type::Metric) {
            error = {node.from, node.to - node.from, "A scope selects spans; series over time are asked for with aisle query."};
            return std::nullopt;
        }
    return scopeOf(*query);
}

} // namespace aisle
