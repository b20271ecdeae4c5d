#include "cases/journey_model.h"

#include "selection/scope.h"

#include <algorithm>

namespace aisle {

namespace {

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

    // Cases by the journey's own notion of one first, then by the others in the order of the presets.
    const auto casesFor = [&](const std::string& wanted) {
        std::vector<std::pair<size_t, size_t>> order; // key, column
        size_t column = firstKey;
        for (size_t k = 0; k < keys.size(); ++k)
            for (size_t a = 0; a < keys[k].keys.size(); ++a)
                order.emplace_back(k, column++);
        std::stable_partition(order.begin(), order.end(), [&](const auto& o) { return keys[o.first].id == wanted; });
        CaseIndex fallback;
        for (const auto& [key, at] : order) {
            if (columns[at].rows().empty())
                continue;
            CaseIndex index = CaseIndex::build(*table, columns[at], keys[key]);
            // A key with one value for everything (a shared test session) groups nothing.
            if (index.cases().size() >= 2 || table->traceCount() < 2)
                return index;
            if (fallback.cases().empty())
                fallback = std::move(index);
        }
        return fallback;
    };

    std::vector<JourneyDefinition> candidates;
    if (definition)
        candidates.push_back(*definition);
    else
        candidates = journeyPresets();
    // The preset of which cases reach most stages; of equals the one that most cases follow, then the first.
    std::pair<size_t, uint64_t> best;
    for (JourneyDefinition& candidate : candidates) {
        CaseIndex cases = state.cases.key().id == candidate.caseKey ? state.cases : casesFor(candidate.caseKey);
        if (cases.cases().empty()) {
            state.problem = "No span of this file says which session, user or order it belongs to "
                            "(session.id, user.id, order.id and their older names were looked for).";
            return state;
        }
        const std::vector<AttributeColumn> held = candidate.hold.empty() ? std::vector<AttributeColumn>() : readColumns(db, *table, holdColumns(candidate), stop);
        std::vector<StageEvent> events = stageEvents(*table, candidate, columns[0], columns[1], held, stop);
        uint64_t bots = 0;
        std::vector<bool> people = withoutBots(*table, cases, columns[2], bots);
        FunnelResult result = funnel(*table, cases, candidate, events, &people, stop);
        result.botCases = bots;
        std::pair<size_t, uint64_t> score;
        for (const FunnelStage& stage : result.stages) {
            score.first += stage.reached > 0;
            score.second += stage.reached;
        }
        if (!definition && score <= best) {
            if (state.cases.cases().empty())
                state.cases = std::move(cases); // for the words, and for cases without a journey
            continue;
        }
        best = score;
        state.cases = std::move(cases);
        state.events = std::move(events);
        state.definition = std::move(candidate);
        state.everything = std::move(result);
        state.people = std::move(people);
    }
    if (!state.definition)
        state.problem = "None of the known journeys fits this file: none of their stages occurs in a " +
                        (state.cases.key().id.empty() ? std::string("case") : state.cases.key().id) + ".";
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
    stop.check();
    return funnelOf(state.everything, only);
}

} // namespace aisle
