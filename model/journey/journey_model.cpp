#include "journey/journey_model.h"

#include "journey/journey_proposal.h"
#include "journey/unreached.h"
#include "selection/scope.h"

#include <algorithm>

namespace aisle {

JourneyState workOutJourney(const traceql::Context& context, const std::optional<JourneyDefinition>& definition, const StopToken& stop) {
    JourneyState state;
    state.table = context.table;
    const SpanTable& table = *context.table;
    if (table.isEmpty()) {
        state.problem = "Nothing is open.";
        return state;
    }
    const auto facts = context.cases->facts(stop);
    const std::vector<JourneyDefinition> candidates = definition ? std::vector{*definition} : journeyPresets();
    // The preset of which cases reach most stages; of equals the one that most cases follow, then the first.
    std::pair<size_t, uint64_t> best;
    for (const JourneyDefinition& candidate : candidates) {
        const auto cases = candidate.ownCase ? context.cases->cases(*candidate.ownCase, stop) : context.cases->cases(candidate.caseKey, stop);
        if (cases->cases().empty() && candidate.ownCase) {
            state.problem = "No span of this file says which " + candidate.ownCase->noun() + " it belongs to.";
            return state;
        }
        if (cases->cases().empty()) {
            state.problem = "No span of this file says which session, user or order it belongs to "
                            "(session.id, user.id, order.id and their older names were looked for). Any other attribute can be what a case is.";
            return state;
        }
        std::vector<bool> counted(cases->cases().size(), true);
        for (CaseNumber c = 0; c < counted.size() && !candidate.withBots; ++c)
            counted[c] = !cases->cases()[c].isSynthetic; // a robot that browses never meant to buy
        if (state.cases().cases().empty()) { // for the words, and for cases without a journey
            state.index = cases;
            state.counted = counted;
        }
        std::vector<std::string> problems;
        std::vector<StageEvent> events = stageEvents(candidate, context, facts->requests, problems, stop);
        FunnelResult result = funnel(table, *cases, candidate, events, facts->resolutions, &counted, stop);
        std::pair<size_t, uint64_t> score;
        for (const FunnelStage& stage : result.stages) {
            score.first += stage.reached > 0;
            score.second += stage.reached;
        }
        if (!definition && score <= best)
            continue;
        best = score;
        state.index = cases;
        state.events = std::move(events);
        state.definition = candidate;
        state.everything = std::move(result);
        state.counted = std::move(counted);
        state.problems = std::move(problems);
    }
    constexpr size_t kFits = 2; // stages that a case reaches; everybody visits
    if (!definition && best.first < kFits)
        if (const auto proposed = proposeJourney(context, state, stop)) {
            JourneyState own = workOutJourney(context, proposed, stop);
            if (static_cast<size_t>(std::count_if(own.everything.stages.begin(), own.everything.stages.end(), [](const FunnelStage& s) { return s.reached > 0; })) > best.first)
                return own;
        }
    if (!state.definition)
        state.problem = "None of the known journeys fits this file: none of their stages occurs in " +
                        withArticle(state.cases().key().noun()) + ".";
    state.unreached = unreachedNotes(state, *context.cases, stop);
    return state;
}

uint64_t syntheticCases(const JourneyState& state) {
    const auto& cases = state.cases().cases();
    return static_cast<uint64_t>(std::count_if(cases.begin(), cases.end(), [](const CaseIndex::Case& one) { return one.isSynthetic; }));
}

std::vector<bool> casesInScope(const JourneyState& state, const ScopeResult& scope) {
    if (scope.everything)
        return state.counted;
    std::vector<bool> only(state.counted.size(), false);
    scope.traces.forEach([&](size_t t) {
        const CaseNumber number = state.cases().caseOf(static_cast<TraceIndex>(t));
        if (number != kNoCase && state.counted[number])
            only[number] = true;
    });
    return only;
}

FunnelResult funnelInScope(const JourneyState& state, const ScopeResult& scope, const StopToken& stop) {
    if (!state.definition || state.cases().cases().empty())
        return {};
    if (scope.everything)
        return state.everything;
    const std::vector<bool> only = casesInScope(state, scope);
    stop.check();
    return funnelOf(state.everything, only);
}

} // namespace aisle
