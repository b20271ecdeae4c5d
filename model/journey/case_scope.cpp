#include "journey/case_scope.h"

#include "query/traceql.h"

#include <re2/re2.h>

#include <algorithm>

namespace aisle {

namespace {

/// Of a query that says nothing else; empty: it says something else.
std::vector<std::string> casesNamed(const std::string& query) {
    std::vector<std::string> out;
    traceql::ParseError error;
    const auto scope = Scope::parse(query, error);
    if (!scope || !std::all_of(scope->terms().begin(), scope->terms().end(), [](const ScopeTerm& term) { return term.kind == ScopeTerm::Kind::Case; }))
        return out;
    for (const ScopeTerm& term : scope->terms())
        out.push_back(term.text);
    return out;
}

/// " that stopped at Checkout"; empty: they have nothing in common, or are not all known.
std::string inCommon(const JourneyState& state, const std::vector<std::string>& values) {
    std::vector<CaseNumber> cases;
    for (const std::string& value : values)
        cases.push_back(state.cases().find(value));
    if (!state.definition || std::find(cases.begin(), cases.end(), kNoCase) != cases.end())
        return {};
    const auto all = [&](const CaseFilter& filter) { return std::all_of(cases.begin(), cases.end(), [&](CaseNumber c) { return passes(state, c, filter); }); };
    using Which = CaseFilter::Which;
    for (size_t k = 0; k < state.everything.stages.size(); ++k)
        if (all({.which = Which::StoppedAt, .stage = k}))
            return " that stopped at " + state.everything.stages[k].name;
    for (const auto& [outcome, words] : {std::pair(CaseOutcome::Stopped, " that stopped"), std::pair(CaseOutcome::Converted, " that converted"), std::pair(CaseOutcome::Open, " that are still open"),
                                         std::pair(CaseOutcome::NotEntered, " that never began")})
        if (all({.which = Which::Outcome, .outcome = outcome}))
            return words;
    return {};
}

std::string wordsOf(const JourneyState& state, const std::vector<std::string>& values) {
    const CaseKey& key = state.cases().key();
    return counted(values.size(), key.noun(), key.plural.empty() ? "cases" : key.plural) + inCommon(state, values);
}

/// What is between literals and, at odd places, what is in them; one behind the other the whole.
std::vector<std::string_view> piecesOf(std::string_view query) {
    std::vector<std::string_view> out;
    size_t from = 0;
    char quote = '\0';
    for (size_t i = 0; i < query.size(); ++i) {
        const char c = query[i];
        if (quote == '"' && c == '\\') {
            ++i;
        } else if (quote == '\0' ? c == '"' || c == '`' : c == quote) {
            const size_t to = quote == '\0' ? i + 1 : i; // quotes are between them
            out.push_back(query.substr(from, to - from));
            from = to;
            quote = quote == '\0' ? c : '\0';
        }
    }
    out.push_back(query.substr(from));
    return out;
}

} // namespace

Scope scopeNaming(const JourneyState& state, std::span<const CaseNumber> cases) {
    ScopeTerm named;
    named.kind = ScopeTerm::Kind::Query;
    for (const CaseNumber c : cases)
        named.text += (named.text.empty() ? "{ aisle:case = " : " || aisle:case = ") + traceql::quoted(state.cases().cases()[c].value);
    named.text += " }";
    return Scope().with(named);
}

std::vector<Scope> scopesFor(const JourneyState& state, const Scope& base, const CaseFilter& filter) {
    const auto& stages = state.everything.stages;
    const auto with = [&](ScopeTerm::Kind kind, size_t stage) -> std::vector<Scope> {
        if (stage >= stages.size())
            return {};
        ScopeTerm term;
        term.kind = kind;
        term.text = stages[stage].name;
        return {base.with(term)};
    };
    using Which = CaseFilter::Which;
    switch (filter.which) {
    case Which::All: return {base};
    case Which::Reached:
    case Which::FromBefore: return with(ScopeTerm::Kind::Stage, filter.stage);
    case Which::StoppedAt: return with(ScopeTerm::Kind::Dropped, filter.stage);
    case Which::Entered: return with(ScopeTerm::Kind::Stage, 0);
    case Which::Outcome: { // who came to the last stage that is not optional, as a rule
        size_t last = stages.size();
        for (size_t k = 0; k < stages.size(); ++k)
            if (!stages[k].isOptional)
                last = k;
        return filter.outcome == CaseOutcome::Converted ? with(ScopeTerm::Kind::Stage, last) : std::vector<Scope>();
    }
    case Which::OpenAt: break;
    case Which::Time:
        if (filter.from > 0 || filter.to < CaseFilter::kForever)
            break;
        if (filter.time == StepTime::Whole)
            return scopesFor(state, base, {.which = Which::Outcome});
        return with(filter.time == StepTime::Stayed ? ScopeTerm::Kind::Dropped : ScopeTerm::Kind::Stage, filter.stage);
    }
    return {};
}

std::optional<Scope> scopeOfCases(const traceql::Context& context, const JourneyState& state, std::span<const CaseNumber> cases, std::span<const Scope> candidates, const StopToken& stop) {
    if (cases.empty())
        return std::nullopt;
    std::vector<bool> wanted(state.counted.size(), false);
    for (const CaseNumber c : cases)
        wanted[c] = true;
    for (const Scope& candidate : candidates)
        if (casesInScope(state, evaluate(candidate, context, stop)) == wanted)
            return candidate;
    return cases.size() <= kMostCasesNamed ? std::optional(scopeNaming(state, cases)) : std::nullopt;
}

std::vector<ScopePart> scopeParts(const Scope& scope, const JourneyState& state, TimeZone zone) {
    const auto& terms = scope.terms();
    const auto isCase = [](const ScopeTerm& term) { return term.kind == ScopeTerm::Kind::Case; };
    const bool areTogether = static_cast<size_t>(std::count_if(terms.begin(), terms.end(), isCase)) > kMostCasesShown;
    std::vector<ScopePart> out;
    ScopePart together;
    Scope named;
    std::vector<std::string> values;
    for (size_t i = 0; i < terms.size(); ++i) {
        if (areTogether && isCase(terms[i])) {
            together.terms.push_back(i);
            values.push_back(terms[i].text);
            named = named.with(terms[i]);
            continue;
        }
        ScopePart part{terms[i].toWords(zone), {}, {i}};
        if (terms[i].kind == ScopeTerm::Kind::Query)
            if (const auto cases = casesNamed(terms[i].text); cases.size() > 1) {
                part.words = wordsOf(state, cases);
                part.query = terms[i].text;
            }
        out.push_back(std::move(part));
    }
    if (areTogether) {
        together.words = wordsOf(state, values);
        together.query = named.toText();
        out.push_back(std::move(together));
    }
    return out;
}

std::string toWords(const Scope& scope, const JourneyState& state, TimeZone zone) {
    std::string out;
    for (const ScopePart& part : scopeParts(scope, state, zone))
        out += (out.empty() ? "" : " \xc2\xb7 ") + part.words;
    return out.empty() ? "everything" : out;
}

std::string redactedQuery(std::string_view query, const JourneyState& state, const Redactor& redactor) {
    static const re2::RE2 compared(R"re(aisle:case\s*[=!<>~]+\s*(?:"((?:[^"\\]|\\.)*)|`([^`]*)))re");
    std::string out;
    re2::StringPiece rest(query.data(), query.size()), quoted, raw;
    const char* from = query.data();
    while (re2::RE2::FindAndConsume(&rest, compared, &quoted, &raw)) {
        const bool isRaw = quoted.data() == nullptr;
        const re2::StringPiece& piece = isRaw ? raw : quoted;
        std::string value;
        for (size_t i = 0; i < piece.size(); ++i)
            value += !isRaw && piece[i] == '\\' && i + 1 < piece.size() ? piece[++i] : piece[i];
        const std::string allowed = redactor.redact(state.cases().attribute(), value);
        if (allowed == value)
            continue;
        out.append(from, piece.data());
        out += isRaw ? allowed : traceql::quoted(allowed).substr(1, traceql::quoted(allowed).size() - 2);
        from = piece.data() + piece.size();
    }
    out.append(from, query.data() + query.size());
    return redactor.redact("scope", out);
}

std::string redactedPart(std::string_view query, size_t begin, size_t end, const JourneyState& state, const Redactor& redactor) {
    const std::string allowed = redactedQuery(query, state, redactor);
    const std::vector<std::string_view> was = piecesOf(query), is = piecesOf(allowed);
    std::string out;
    for (size_t i = 0, at = 0; i < was.size(); at += was[i].size(), ++i) {
        const bool isLiteral = i % 2 == 1;
        if (was.size() != is.size() || (!isLiteral && was[i] != is[i]))
            return allowed;
        const size_t from = std::max(begin, at), to = std::min(end, at + was[i].size());
        if (from < to)
            out += was[i] == is[i] ? was[i].substr(from - at, to - from) : is[i];
    }
    return out;
}

} // namespace aisle
