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
            words = (have == count ? "they have " : formatCount(have) + " of these " + counted(count, "trace", "traces") + (have == 1 ? " has " : " have ")) + column->attribute + ": choose " +
                    key.plural + " as cases";
        }
    }
    return words;
}

} // namespace

std::vector<std::string> unreachedNotes(const JourneyState& state, CaseSource& cases, const StopToken& stop) {
    std::vector<std::string> out;
    if (!state.definition)
        return out;
    const SpanTable& table = *state.table;
    for (size_t k = 0; k < state.everything.stages.size(); ++k) {
        if (state.everything.stages[k].reached > 0)
            continue;
        stop.check();
        BitSet traces(table.traceSlots());
        std::vector<bool> ofCase(state.cases().cases().size(), false);
        uint64_t spans = 0, inCases = 0, robots = 0;
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
        if (spans == 0)
            continue;
        const CaseKey& key = state.cases().key();
        std::string words = counted(spans, "span matches ", "spans match ") + state.everything.stages[k].name + ", but ";
        if (inCases > 0) {
            words += (inCases == 1 ? "the " + key.noun() + " they belong to did not come" : "none of the " + counted(inCases, key.noun(), key.plural) + " they belong to came") + " that far in the order of the stages";
        } else if (robots > 0) {
            words += "only those of bots and synthetic traffic";
        } else {
            words += "none of their traces has " + withArticle(state.cases().attribute());
            if (const std::string other = otherKey(state, cases, traces, traces.count(), stop); !other.empty())
                words += "; " + other;
        }
        out.push_back(words + ".");
    }
    return out;
}

} // namespace aisle
