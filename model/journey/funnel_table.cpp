#include "journey/funnel_table.h"

#include "journey/journey_matcher.h"
#include "text/format.h"

#include <algorithm>

namespace aisle {

Tabular tabulateFunnel(const JourneyState& state, const FunnelResult& funnel) {
    Tabular out;
    out.columns = {{"stage", "Stage", false},
                   {"reached", "Reached", true},
                   {"share_of_first", "Of all", true},
                   {"share_of_previous", "Of previous", true},
                   {"stopped", "Stopped here", true},
                   {"open", "Still open", true},
                   {"p50_from_previous_ns", "p50 from previous", true},
                   {"p90_from_previous_ns", "p90 from previous", true},
                   {"p95_from_previous_ns", "p95 from previous", true}};
    const auto percent = [](std::optional<double> share) { return share ? Cell::percent(*share) : Cell(); };
    for (size_t k = 0; k < funnel.stages.size(); ++k) {
        const FunnelStage& s = funnel.stages[k];
        out.rows.push_back({Cell(s.isOptional ? s.name + " (optional)" : s.name), Cell::count(s.reached), percent(shareOfEntered(funnel, k)),
                            percent(shareOfBefore(funnel, k)),
                            k + 1 == funnel.stages.size() ? Cell() : Cell::count(s.dropped),
                            k + 1 == funnel.stages.size() ? Cell() : Cell::count(s.open),
                            k == 0 ? Cell() : Cell::duration(s.p50FromPrevious),
                            k == 0 ? Cell() : Cell::duration(s.p90FromPrevious),
                            k == 0 ? Cell() : Cell::duration(s.p95FromPrevious)});
    }
    out.notes = funnelNotes(state, funnel);
    return out;
}

std::vector<std::string> caseNotes(const JourneyState& state) {
    std::vector<std::string> notes;
    const CaseIndex& index = state.cases();
    const CaseKey& key = index.key();
    const int64_t idleLimit = state.definition && state.definition->idleLimit > 0 ? state.definition->idleLimit : index.idleLimit();
    std::string noun = withArticle(key.noun());
    noun[0] = 'A';
    notes.push_back(noun + " is over when it has been silent for " + formatDuration(idleLimit) + "; those that may still go on are shown as open, never as stopped.");
    if (const auto bots = std::count(state.counted.begin(), state.counted.end(), false); bots > 0)
        notes.push_back(formatCount(static_cast<uint64_t>(bots)) + " " + key.plural + " of bots and synthetic traffic are left out.");
    if (index.ambiguousTraces() > 0)
        notes.push_back(formatCount(index.ambiguousTraces()) + " traces name more than one " + key.noun() + "; the earliest span decides.");
    for (std::string& note : index.notes())
        notes.push_back(std::move(note));
    if (index.tracesWithoutCase() > 0)
        notes.push_back(formatCount(index.tracesWithoutCase()) + " traces name no " + key.noun() + " and are not counted.");
    return notes;
}

std::vector<std::string> funnelNotes(const JourneyState& state, const FunnelResult& funnel) {
    if (!state.problem.empty())
        return {state.problem};
    if (!state.definition)
        return {};
    const CaseKey& key = state.cases().key();
    std::vector<std::string> notes = caseNotes(state);
    notes.insert(notes.begin(), formatCount(funnel.cases) + " " + (funnel.cases == 1 ? key.noun() : key.plural) + " by " + state.cases().attribute() +
                                    (funnel.notEntered > 0 ? ", " + formatCount(funnel.notEntered) + " of them never reached the first stage" : "") + ".");
    if (funnel.cutCases > 0)
        notes.push_back(counted(funnel.cutCases, key.noun(), key.plural) + " had more than " + formatCount(JourneyMatcher::kMostValues) + " values to hold constant; the first were tried.");
    notes.insert(notes.end(), state.unreached.begin(), state.unreached.end());
    return notes;
}

} // namespace aisle
