#include "journey/funnel_table.h"

#include "journey/journey_matcher.h"
#include "journey/journey_proposal.h"
#include "orders/fulfilment_log.h"
#include "text/format.h"

#include <algorithm>

namespace aisle {

namespace {

/// When orders are open, in the place of when cases are over. `noun`: "An order".
std::string openOrdersNote(const JourneyState& state, const std::string& noun, const std::string& idleLimit) {
    const CaseKey& key = state.cases().key();
    const FulfilmentLog& log = *state.orders;
    const std::vector<FunnelStage>& stages = state.everything.stages;
    uint64_t without = 0, skipped = 0, notEntered = 0;
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (!state.counted[c])
            continue;
        without += !log.hasVisits(c);
        if (!log.isDone(c))
            continue;
        const CaseProgress& progress = state.everything.progress[c];
        if (!progress.isConverted)
            ++notEntered;
        else
            for (size_t k = 0; k < stages.size(); ++k)
                if (!stages[k].isOptional && !progress.reached(k)) {
                    ++skipped;
                    break;
                }
    }
    std::string out = noun + " is open while it is under way: silent for no longer than others waited at its stage. Those that are stuck or have failed count as stopped.";
    if (without > 0)
        out += " One that came to no stage is open until it has been silent for " + idleLimit + ".";
    if (skipped > 0)
        out += " " + counted(skipped, key.noun() + " is", key.plural + " are") + " done without each stage in its order: " + (skipped == 1 ? "it did not stop, and counts" : "they did not stop, and count") + " at the stages as far as " + (skipped == 1 ? "it" : "they") + " kept to it.";
    if (notEntered > 0)
        out += " " + counted(notEntered, key.noun() + " is", key.plural + " are") + " done and did not begin with " + stages.front().name + ": " + (notEntered == 1 ? "it counts" : "they count") + " as not entered.";
    return out;
}

} // namespace

std::string timeNote(const Scope& scope, const CaseKey& key) {
    const bool hasTime = std::any_of(scope.terms().begin(), scope.terms().end(), [](const ScopeTerm& term) { return term.kind == ScopeTerm::Kind::Time || term.kind == ScopeTerm::Kind::TraceTime; });
    if (!hasTime)
        return {};
    return "Counted are " + key.plural + " with any trace in that time, and long ones are more often among them than short ones: shares of those that began in it are in the conversion over time.";
}

Tabular tabulateFunnel(const JourneyState& state, const FunnelResult& funnel, const NeverBegan* never, const Scope& scope) {
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
    const auto time = [](const FunnelStage& stage, int64_t ns) { return stage.timed == 0 ? Cell() : Cell::wait(ns); };
    // At the end of a journey nobody stops, unless there is another way to it than by all stages: in any order, or of an open one.
    const auto stopped = [&](size_t k, uint64_t cases) { return k + 1 == funnel.stages.size() && cases == 0 ? Cell() : Cell::count(cases); };
    for (size_t k = 0; k < funnel.stages.size(); ++k) {
        const FunnelStage& s = funnel.stages[k];
        out.rows.push_back({Cell(s.isOptional ? s.name + " (optional)" : s.name), Cell::count(s.reached), percent(shareOfEntered(funnel, k)),
                            percent(shareOfBefore(funnel, k)),
                            stopped(k, s.dropped), stopped(k, s.open), time(s, s.p50FromPrevious), time(s, s.p90FromPrevious), time(s, s.p95FromPrevious)});
    }
    out.notes = funnelNotes(state, funnel, never, scope);
    return out;
}

std::vector<std::string> caseNotes(const JourneyState& state) {
    std::vector<std::string> notes;
    const CaseIndex& index = state.cases();
    const CaseKey& key = index.key();
    const int64_t idleLimit = state.definition && state.definition->idleLimit > 0 ? state.definition->idleLimit : index.idleLimit();
    std::string noun = withArticle(key.noun());
    noun[0] = 'A';
    if (state.orders)
        notes.push_back(openOrdersNote(state, noun, formatDuration(idleLimit)));
    else
        notes.push_back(noun + " is over when it has been silent for " + formatDuration(idleLimit) + "; one that is a single trace, when that trace has ended. Those that are not over yet count as open, not as stopped.");
    if (const auto bots = std::count(state.counted.begin(), state.counted.end(), false); bots > 0)
        notes.push_back(counted(static_cast<uint64_t>(bots), key.noun(), key.plural) + " of bots and synthetic traffic " + (bots == 1 ? "is" : "are") + " left out.");
    else if (const uint64_t counts = syntheticCases(state); counts > 0)
        notes.push_back(counted(counts, key.noun(), key.plural) + " of bots and synthetic traffic " + (counts == 1 ? "counts" : "count") + " as well.");
    if (index.ambiguousTraces() > 0)
        notes.push_back(counted(index.ambiguousTraces(), "trace names", "traces name") + " more than one " + key.noun() + "; the earliest span decides.");
    for (std::string& note : index.notes())
        notes.push_back(std::move(note));
    if (index.tracesWithoutCase() > 0)
        notes.push_back(counted(index.tracesWithoutCase(), "trace names", "traces name") + " no " + key.noun() + " and " + (index.tracesWithoutCase() == 1 ? "is" : "are") + " not counted.");
    return notes;
}

std::vector<std::string> funnelNotes(const JourneyState& state, const FunnelResult& funnel, const NeverBegan* never, const Scope& scope) {
    if (!state.problem.empty())
        return {state.problem};
    if (!state.definition)
        return {};
    const CaseKey& key = state.cases().key();
    std::vector<std::string> notes = caseNotes(state);
    const std::string sentence = never != nullptr ? sentenceOf(*never, state) : std::string();
    if (!sentence.empty())
        notes.insert(notes.begin(), sentence);
    uint64_t openBefore = funnel.openCases; // of those that are at no stage
    for (const FunnelStage& stage : funnel.stages)
        openBefore -= stage.open;
    std::string first = formatCount(funnel.cases) + " " + (funnel.cases == 1 ? key.noun() : key.plural) + " by " + state.cases().attribute();
    if (funnel.notEntered > 0 && sentence.empty())
        first += ", " + formatCount(funnel.notEntered) + " of them never reached the first stage" + (openBefore > 0 ? " (" + formatCount(openBefore) + " may still go on)" : "");
    else if (openBefore > 0)
        first += "; " + formatCount(openBefore) + " of those that never began may still go on";
    if (std::string ofTime = timeNote(scope, key); !ofTime.empty())
        notes.insert(notes.begin(), std::move(ofTime));
    notes.insert(notes.begin(), first + ".");
    if (funnel.cutCases > 0)
        notes.push_back(counted(funnel.cutCases, key.noun(), key.plural) + " had more than " + formatCount(JourneyMatcher::kMostValues) + " values to hold constant; the first were tried.");
    notes.insert(notes.end(), state.unreached.begin(), state.unreached.end());
    if (isProposal(*state.definition))
        notes.push_back("The stages are proposed from what these " + key.plural + " did: they reach no two stages of a known journey as it is.");
    return notes;
}

} // namespace aisle
