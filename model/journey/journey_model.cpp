#include "journey/journey_model.h"

#include "journey/journey_proposal.h"
#include "journey/unreached.h"
#include "selection/scope.h"

#include <algorithm>
#include <utility>

namespace aisle {

namespace {

constexpr size_t kFits = 2; ///< stages that a case reaches; everybody visits

size_t stagesReached(const JourneyState& state) {
    return static_cast<size_t>(std::count_if(state.everything.stages.begin(), state.everything.stages.end(), [](const FunnelStage& stage) { return stage.reached > 0; }));
}
uint64_t timesReached(const JourneyState& state) {
    uint64_t times = 0;
    for (const FunnelStage& stage : state.everything.stages)
        times += stage.reached;
    return times;
}

/// Where there are no cases of it, the state has a problem and no definition.
JourneyState follow(const traceql::Context& context, const JourneyDefinition& journey, const StopToken& stop) {
    JourneyState state;
    state.table = context.table;
    state.index = journey.ownCase ? context.cases->cases(*journey.ownCase, stop) : context.cases->cases(journey.caseKey, stop);
    if (state.cases().cases().empty()) {
        state.problem = journey.ownCase ? "No span of this file says which " + journey.ownCase->noun() + " it belongs to."
                                        : "No span of this file says which session, user or order it belongs to "
                                          "(session.id, user.id, order.id and their older names were looked for). Any other attribute can be what a case is.";
        return state;
    }
    state.counted.assign(state.cases().cases().size(), true);
    for (CaseNumber c = 0; c < state.counted.size() && !journey.withBots; ++c)
        state.counted[c] = !state.cases().cases()[c].isSynthetic; // a robot that browses never meant to buy
    const auto facts = context.cases->facts(stop);
    state.events = stageEvents(journey, context, facts->requests, state.problems, stop);
    state.failed = failedEvents(journey, state.events, context, facts->requests, stop);
    state.everything = funnel(*context.table, state.cases(), journey, state.events, facts->resolutions, &state.counted, stop);
    state.definition = journey;
    return state;
}

/// Only the stages of which a counted case has a span; nothing: all have one, or none has.
std::optional<JourneyDefinition> withoutEmptyStages(const JourneyState& state) {
    uint32_t found = 0;
    for (const StageEvent& event : state.events)
        if (const CaseNumber c = state.cases().caseOf(state.table->trace(event.row)); c != kNoCase && state.counted[c])
            found |= event.stages;
    JourneyDefinition out = *state.definition;
    out.exclusions.clear(); // they are between stages
    out.stages.clear();
    for (size_t k = 0; k < state.definition->stages.size(); ++k)
        if ((found >> k & 1) != 0)
            out.stages.push_back(state.definition->stages[k]);
    if (out.stages.empty() || out.stages.size() == state.definition->stages.size())
        return std::nullopt;
    out.stages.front().isOptional = false;
    nameAsProposal(out);
    return out;
}

/// Of these and of what can be proposed the one that cases come furthest on; of equals the first.
JourneyState followBest(const traceql::Context& context, const std::vector<JourneyDefinition>& candidates, const StopToken& stop) {
    JourneyState best, without; // without: there are no such cases
    std::vector<JourneyDefinition> shorter;
    for (const JourneyDefinition& candidate : candidates) {
        JourneyState state = follow(context, candidate, stop);
        if (!state.definition) {
            without = std::move(state);
            continue;
        }
        if (auto less = withoutEmptyStages(state))
            shorter.push_back(std::move(*less));
        if (!best.table || std::pair(stagesReached(state), timesReached(state)) > std::pair(stagesReached(best), timesReached(best)))
            best = std::move(state);
    }
    if (!best.table)
        return without;
    const auto tryOne = [&](const JourneyDefinition& journey) {
        JourneyState state = follow(context, journey, stop);
        if (state.definition && stagesReached(state) > stagesReached(best))
            best = std::move(state);
    };
    const auto propose = [&](const auto& proposal) {
        if (stagesReached(best) >= kFits)
            return;
        std::optional<JourneyDefinition> proposed = proposal(context, best, stop);
        if (!proposed)
            return;
        proposed->withBots = candidates.front().withBots;
        tryOne(*proposed);
    };
    if (stagesReached(best) < kFits)
        for (const JourneyDefinition& less : shorter)
            tryOne(less);
    propose(proposeJourney);
    propose(proposeOrderJourney);
    if (stagesReached(best) == 0) { // for the words, and for cases without a journey
        best.definition.reset();
        best.everything = {};
        best.events.clear();
        best.failed.clear();
        best.problems.clear();
        best.problem = "None of the known journeys fits this file: none of their stages occurs in " + withArticle(best.cases().key().noun()) + ". Choose other cases, or say what the stages are.";
    }
    return best;
}

} // namespace

JourneyState workOutJourney(const traceql::Context& context, const std::optional<JourneyDefinition>& definition, const StopToken& stop) {
    if (context.table->isEmpty()) {
        JourneyState state;
        state.table = context.table;
        state.problem = "Nothing is open.";
        return state;
    }
    JourneyState state = definition ? follow(context, *definition, stop) : followBest(context, journeyPresets(), stop);
    state.unreached = unreachedNotes(state, *context.cases, stop);
    return state;
}

JourneyDefinition journeyByCases(const traceql::Context& context, const std::optional<JourneyDefinition>& present, const std::string& caseKey, const std::optional<CaseKey>& ownCase, const StopToken& stop) {
    std::vector<JourneyDefinition> presets = journeyPresets();
    const bool withBots = present && present->withBots;
    for (JourneyDefinition& preset : presets) {
        preset.caseKey = caseKey;
        preset.ownCase = ownCase;
        preset.withBots = withBots;
    }
    JourneyDefinition same = present.value_or(presets.front());
    same.caseKey = caseKey;
    same.ownCase = ownCase;
    if (present) {
        const bool isOffered = isProposal(same) || std::find(presets.begin(), presets.end(), same) != presets.end();
        if (!isOffered || stagesReached(follow(context, same, stop)) >= kFits)
            return same;
    }
    return followBest(context, presets, stop).definition.value_or(same);
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
