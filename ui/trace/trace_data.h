#pragma once
// What is worked out of one trace for its views, off the UI thread; immutable afterwards.

#include "analysis/span_marks.h"
#include "analysis/waterfall.h"
#include "analysis/waterfall_path.h"
#include "store/span_reader.h"
#include "store/trace_attributes.h"
#include "table/row_set.h"
#include "theme/service_colours.h"
#include "trace/time_range.h"

#include <algorithm>
#include <memory>

namespace aisle {

/// Where the members of a group are: those that have a start, by it. With `reach` the bars of a group of any size are drawn
/// in O(pixels * log n).
struct GroupBars {
    std::vector<int64_t> starts;
    std::vector<int64_t> reach; ///< the latest end of each and of those before it
};

struct TraceData {
    SpanTablePtr table;
    Waterfall tree;
    CriticalPath path;
    std::vector<PathSection> pathByNode; ///< its sections by node, then time
    std::vector<GroupBars> groups;     ///< as the tree's
    std::vector<int64_t> errorStarts;  ///< of the tree's errors; of those without a start the start of the trace
    std::vector<NodeIndex> longestSelf; ///< those with the longest self times, the longest first; a few that matter
    std::vector<Retry> retries;           ///< by node
    ServiceColours colours;
    std::shared_ptr<TraceAttributesSource> attributes; ///< read when they are asked for

    uint32_t attemptOf(NodeIndex node) const; ///< 1: no repetition. O(log n)
    TimeRange bounds() const { return {tree.start, std::max(tree.end, tree.start + TimeRange::kShortest)}; }
};
using TraceDataPtr = std::shared_ptr<const TraceData>;

/// `workspace`: where the attributes are; null: there are none.
TraceDataPtr makeTraceData(SpanTablePtr table, TraceIndex trace, std::shared_ptr<Workspace> workspace, const WaterfallOptions& options = {},
                           const StopToken& stop = {});

/// The trace that took longest; kNoTrace when there is none. `scope` null: of all.
TraceIndex slowestTrace(const SpanTable& table, const BitSet* scope);

} // namespace aisle
