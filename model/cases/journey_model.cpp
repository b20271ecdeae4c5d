#include "cases/journey_model.h"

#include <algorithm>

namespace aisle {

namespace {

/// How many stages of a journey occur in the file at all.
size_t stagesFound(const std::vector<StageEvent>& events) {
    uint32_t seen = 0;
    for (const StageEvent& event : events)
        seen |= event.stages;
    return static_cast<size_t>(std::popcount(seen));
}

/// Leaves out the cases of bots and synthetic traffic: a robot that browses never meant to buy.
std::vector<bool> withoutBots(const SpanTable& table, const CaseIndex& cases, const AttributeColumn& synthetic, uint64_t& bots) {
    std::vector<bool> kept(cases.cases().size(), true);
    for (const Row row : synthetic.rows()) {
        const CaseNumber number = cases.caseOf(table.trace(row));
        if (number != kNoCase && kept[number]) {
            kept[number] = false;
            ++bots;
        }
    }
    return kept;
}

} // namespace

JourneyState workOutJourney(Database& db, SpanTablePtr table, const std::optional<JourneyDefinition>& definition,
                            const StopToken& stop) {
    JourneyState state;
    state.table = table;
    if (table->isEmpty()) {
        state.problem = "Nothing is open.";
        return state;
    }
    const std::vector<CaseKey> keys = caseKeys();
    std::vector<ColumnSpec> specs = journeyColumns();
    specs.push_back({{"user_agent.synthetic.type"}, false});
    const size_t firstKey = specs.size();
    // Sessions are kept apart by key: a file that has session.id and app.session.id is grouped by one of them.
    for (const CaseKey& key : keys)
        for (const std::string& attribute : key.keys)
            specs.push_back({{attribute}, true});
    std::vector<AttributeColumn> columns = readColumns(db, *table, specs, stop);

    std::vector<JourneyDefinition> candidates;
    if (definition)
        candidates.push_back(*definition);
    else
        candidates = journeyPresets();
    size_t best = 0;
    for (JourneyDefinition& candidate : candidates) {
        std::vector<StageEvent> events = stageEvents(*table, candidate, columns[0], columns[1], stop);
        const size_t found = stagesFound(events);
        if (state.definition && found <= best)
            continue;
        best = found;
        state.events = std::move(events);
        state.definition = std::move(candidate);
    }
    if (!state.definition || (best < 2 && !definition)) {
        state.definition.reset();
        state.events.clear();
        state.problem = "None of the known journeys fits this file: fewer than two of their stages occur in it.";
    }

    // The journey's own notion of a case first, then the others in the order of the presets.
    std::vector<std::pair<size_t, size_t>> order; // key, column
    size_t column = firstKey;
    for (size_t k = 0; k < keys.size(); ++k)
        for (size_t a = 0; a < keys[k].keys.size(); ++a)
            order.emplace_back(k, column++);
    if (state.definition)
        std::stable_partition(order.begin(), order.end(),
                              [&](const auto& o) { return keys[o.first].id == state.definition->caseKey; });
    for (const auto& [key, at] : order) {
        if (columns[at].rows().empty())
            continue;
        CaseIndex index = CaseIndex::build(*table, columns[at], keys[key]);
        // A key with one value for everything (a shared test session) groups nothing.
        if (index.cases().size() < 2 && state.cases.cases().empty() && table->traceCount() > 1) {
            state.cases = std::move(index);
            continue;
        }
        state.cases = std::move(index);
        break;
    }
    if (state.cases.cases().empty() && state.problem.empty())
        state.problem = "No span of this file says which session, user or order it belongs to "
                        "(session.id, user.id, order.id and their older names were looked for).";
    if (!state.definition || state.cases.cases().empty())
        return state;
    uint64_t bots = 0;
    const std::vector<bool> kept = withoutBots(*table, state.cases, columns[2], bots);
    state.everything = funnel(*table, state.cases, *state.definition, state.events, &kept, stop);
    state.everything.botCases = bots;
    state.people = kept;
    return state;
}

FunnelResult funnelInScope(const JourneyState& state, const ScopeResult& scope, const StopToken& stop) {
    if (!state.definition || state.cases.cases().empty())
        return {};
    if (scope.everything)
        return state.everything;
    std::vector<bool> only(state.cases.cases().size(), false);
    scope.traces.forEach([&](size_t t) {
        const CaseNumber number = state.cases.caseOf(static_cast<TraceIndex>(t));
        if (number != kNoCase && state.people[number])
            only[number] = true;
    });
    FunnelResult result = funnel(*state.table, state.cases, *state.definition, state.events, &only, stop);
    result.botCases = state.everything.botCases;
    return result;
}

} // namespace aisle
