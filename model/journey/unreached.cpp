#include "journey/unreached.h"

#include "text/format.h"

#include <algorithm>

namespace aisle {

namespace {

/// The key that most of these traces have, in words of what to do; empty: they have none.
std::string otherKey(const JourneyState& state, CaseSource& cases, const BitSet& traces, uint64_t count, const StopToken& stop) {
    std::string words;
    uint64_t most = 0;
    for (const CaseKey& key : cases.keys()) {
        if (std::find(key.keys.begin(), key.keys.end(), state.cases().attribute()) != key.keys.end())
            continue;
        for (const auto& column : cases.columns(key.keys, stop)) {
            uint64_t have = 0;
            for (size_t i = 0; i < column->said.size(); ++i)
                have += column->decides(i) && traces[column->said[i].trace];
            if (have <= most)
                continue;
            most = have;
            words = (have == count ? (count == 1 ? "it has " : "they have ") : formatCount(have) + " of these " + counted(count, "trace", "traces") + (have == 1 ? " has " : " have ")) + column->attribute + ": choose " +
                    key.plural + " as cases";
        }
    }
    return words;
}

/// A counted one of these cases has a span of an earlier stage.
bool haveAnyBefore(const JourneyState& state, const std::vector<bool>& ofCase, size_t stage) {
    const uint32_t before = (uint32_t(1) << stage) - 1;
    return std::any_of(state.events.begin(), state.events.end(), [&](const StageEvent& event) {
        const CaseNumber c = (event.stages & before) == 0 ? kNoCase : state.cases().caseOf(state.table->trace(event.row));
        return c != kNoCase && ofCase[c] && state.counted[c];
    });
}

/// Whoever came to the end by requests that failed counts as converted; empty: nobody did.
std::string convertedByFailures(const JourneyState& state) {
    const FunnelResult& all = state.everything;
    if (all.stages.empty() || all.progress.empty())
        return {};
    const size_t last = all.stages.size() - 1;
    std::vector<bool> hasSucceeded(all.progress.size(), false);
    for (const StageEvent& event : state.events)
        if ((event.stages >> last & 1) != 0 && !state.table->isError(event.row))
            if (const CaseNumber c = state.cases().caseOf(state.table->trace(event.row)); c != kNoCase)
                hasSucceeded[c] = true;
    uint64_t failed = 0;
    for (CaseNumber c = 0; c < all.progress.size(); ++c)
        failed += state.counted[c] && all.progress[c].reached(last) && !hasSucceeded[c];
    if (failed == 0)
        return {};
    const CaseKey& key = state.cases().key();
    return "In the whole workspace " + formatCount(failed) + " of the " + counted(all.stages[last].reached, key.noun(), key.plural) + " that came to " + all.stages[last].name + " had nothing but failures there: add \"aisle:error = false\" to its condition to count only what succeeded.";
}

} // namespace

std::vector<std::string> unreachedNotes(const JourneyState& state, CaseSource& cases, const StopToken& stop) {
    std::vector<std::string> out;
    if (!state.definition)
        return out;
    const SpanTable& table = *state.table;
    bool isMissing = false;
    for (size_t k = 0; k < state.everything.stages.size(); ++k) {
        if (state.everything.stages[k].reached > 0)
            continue;
        stop.check();
        BitSet traces(table.traceSlots());
        std::vector<bool> ofCase(state.cases().cases().size(), false);
        uint64_t spans = 0, inCases = 0, robots = 0;
        const auto attempts = static_cast<uint64_t>(std::count_if(state.failed.begin(), state.failed.end(), [&](const StageEvent& event) { return (event.stages >> k & 1) != 0; }));
        for (const StageEvent& event : state.events) {
            if ((event.stages >> k & 1) == 0)
                continue;
            ++spans;
            const TraceIndex t = table.trace(event.row);
            traces.set(t);
            const CaseNumber c = state.cases().caseOf(t);
            if (c == kNoCase || ofCase[c])
                continue;
            ofCase[c] = true;
            ++(state.counted[c] ? inCases : robots);
        }
        if (spans == 0 && attempts > 0) {
            out.push_back("Nothing came to " + state.everything.stages[k].name + ": " + (attempts == 1 ? "the one attempt" : "all " + counted(attempts, "attempt", "attempts")) + " at it failed.");
            continue;
        }
        if (spans == 0) {
            out.push_back("No span matches " + state.everything.stages[k].name + ".");
            isMissing = true;
            continue;
        }
        const CaseKey& key = state.cases().key();
        const bool isOne = spans == 1;
        std::string words = counted(spans, "span matches ", "spans match ") + state.everything.stages[k].name + ", but ";
        if (inCases > 0) {
            const std::string belong = isOne ? " it belongs to" : " they belong to";
            words += (inCases == 1 ? "the " + key.noun() + belong + " did not come" : "none of the " + counted(inCases, key.noun(), key.plural) + belong + " came") + " that far in the order of the stages";
            if (k > 0 && !state.definition->isOpen && state.definition->order != StageOrder::Any && !haveAnyBefore(state, ofCase, k))
                words += ", for " + std::string(inCases == 1 ? "it has" : "they have") + " none of the stages before: let attempts begin at any stage";
        } else if (robots > 0) {
            words += isOne ? "it is one of bots and synthetic traffic" : "only those of bots and synthetic traffic";
        } else {
            const size_t count = traces.count();
            words += count > 1 ? "none of their traces has " + withArticle(state.cases().attribute()) : std::string(isOne ? "its" : "their") + " trace has no " + state.cases().attribute();
            if (const std::string other = otherKey(state, cases, traces, count, stop); !other.empty())
                words += "; " + other;
        }
        out.push_back(words + ".");
    }
    if (isMissing)
        out.insert(out.end(), state.problems.begin(), state.problems.end());
    if (std::string failures = convertedByFailures(state); !failures.empty())
        out.push_back(std::move(failures));
    return out;
}

} // namespace aisle
