#include "journey/case_scope.h"

#include "query/traceql.h"

namespace aisle {

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

} // namespace aisle
