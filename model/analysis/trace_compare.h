#pragma once
// Two traces side by side: which span of the one is which of the other, and what changed. Times are nanoseconds.
//
// Rule: from the roots down, children of matched spans match when they are of one service and name, the first by start with
// the first and so on. What has no partner is removed or added, with everything below it. Missing parents match each other
// in their order. O(n log n), iterative; the order in which spans arrived does not matter.

#include "analysis/waterfall.h"
#include "table/row_set.h"

namespace aisle {

struct SpanPair {
    NodeIndex before = kNoNode, after = kNoNode; ///< kNoNode: added, removed
    bool isMatched() const { return before != kNoNode && after != kNoNode; }
};

struct TraceComparison {
    std::vector<SpanPair> pairs; ///< a parent before its children
    uint32_t matched = 0, removed = 0, added = 0; ///< spans
};

/// What such a trace usually is: of those with the same operation at their root, that in the middle by duration.
struct UsualTrace {
    TraceIndex trace = kNoTrace; ///< kNoTrace: there is no other one
    size_t alike = 0;            ///< how many there are, without the one that is compared
};
/// `scope` null: of all traces. O(traces). Throws Stopped.
UsualTrace usualTrace(const SpanTable& table, const BitSet* scope, TraceIndex trace, const StopToken& stop = {});

/// Trees without groups, of one table. Throws Stopped.
TraceComparison compareTraces(const SpanTable& table, const Waterfall& before, const Waterfall& after, const StopToken& stop = {});

/// How much longer the spans themselves took: self time after minus self time before; of what is not there 0.
int64_t selfChange(const SpanTable& table, const Waterfall& before, const Waterfall& after, const SpanPair& pair);

/// One line per pair, the largest change of self time first: what made the trace slower or faster.
Tabular tabulate(const SpanTable& table, const Waterfall& before, const Waterfall& after, const TraceComparison& comparison);

} // namespace aisle
