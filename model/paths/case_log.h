#pragma once
// The events of all cases in order, as flat arrays: the event log of process mining, from which maps and variants are counted.

#include "export/export.h"
#include "paths/activities.h"

#include <limits>

namespace aisle {

struct CaseLog {
    std::vector<std::string> activities; ///< names
    std::vector<std::string> conditions; ///< TraceQL of the spans of each; empty: none is known
    std::string valuesOf;                ///< Activities::valuesOf
    /// Of case c the events [first[c], first[c + 1]), by when they began (causalStart()), then by row. None of cases that are not counted.
    std::vector<uint32_t> first;
    std::vector<uint32_t> activity; ///< by event
    std::vector<Row> row;
    std::vector<int64_t> start, end; ///< ns; an end is not before the start
    static constexpr int64_t kNoEnd = std::numeric_limits<int64_t>::min(); ///< of a span that never ended
    std::vector<bool> isOpen;      ///< by case: CaseProgress::isOpen; without a journey: may still go on (domain rules: end of a case)
    std::vector<bool> isConverted; ///< by case: came to the end of the journey; empty: there is no journey
    uint64_t convertedGoOn = 0;    ///< cases that have converted and may still go on; they count as over. Of orders none: nothing more is expected of them
    uint64_t withoutStart = 0;     ///< events that are left out, because nobody knows when they were

    size_t cases() const { return first.empty() ? 0 : first.size() - 1; }
    size_t events() const { return activity.size(); }
    /// The name of an activity, as it may leave.
    std::string nameOf(uint32_t number, const Redactor& redactor) const;
    /// From its first event to the latest end of one, ns; of a case without events 0. The case as such may be longer: what was tied to it,
    /// or is left out, is no event.
    int64_t duration(CaseNumber c) const;
    /// The numbers of its events whose activities are kept, in order. `kept` by activity; null: all.
    void eventsOf(CaseNumber c, const std::vector<bool>* kept, std::vector<uint32_t>& out) const;
};

/// Takes the events of these activities out of it: what is before and behind them follows directly, as in a map that leaves them out.
void leaveOut(CaseLog& log, const std::vector<std::string>& activities);

/// Over state.counted. O(events log events of a case). Throws Stopped.
CaseLog caseLog(const JourneyState& state, const Activities& activities, const StopToken& stop = {});

} // namespace aisle
