#pragma once
// What is worked out of a trace, or of several on one timeline, for the trace views, off the UI thread; immutable afterwards.

#include "analysis/clock_skew.h"
#include "analysis/idle_gaps.h"
#include "export/tabular.h"
#include "analysis/span_connections.h"
#include "analysis/span_marks.h"
#include "analysis/waterfall.h"
#include "analysis/waterfall_path.h"
#include "store/span_reader.h"
#include "store/trace_attributes.h"
#include "table/row_set.h"
#include "theme/service_colours.h"
#include "trace/trace_axis.h"

#include <algorithm>
#include <memory>

namespace aisle {

/// Where the members of a group are: those that have a start, by it. With `reach` the bars of a group of any size are drawn
/// in O(pixels * log n).
struct GroupBars {
    std::vector<int64_t> starts;
    std::vector<int64_t> reach; ///< the latest end of each and of those before it
};

struct TraceOptions {
    WaterfallOptions tree;
    /// Calls are shown within their callers, as far as `skew` says; null: times as recorded.
    std::shared_ptr<const ClockSkew> skew;
    double clockShare = 0.5; ///< where in what is possible
    /// Whether idle time takes less place on the axis. Not said: when it is more than half of several traces, or more than nine
    /// tenths of one, which would be slivers otherwise.
    std::optional<bool> skipsIdle;
    bool operator==(const TraceOptions& other) const {
        return tree.groupFrom == other.tree.groupFrom && skew == other.skew && (!skew || clockShare == other.clockShare) && skipsIdle == other.skipsIdle;
    }
};

struct TraceData {
    SpanTablePtr source; ///< the workspace's, with the times as recorded
    SpanTablePtr table;  ///< the same rows with the clocks that are shown; `source` where none is shifted
    Waterfall tree;
    CriticalPath path;
    std::vector<PathSection> pathByNode; ///< its sections by node, then time
    std::vector<GroupBars> groups;     ///< as the tree's
    std::vector<int64_t> errorStarts;  ///< of the tree's errors; of those without a start the start of the trace
    std::vector<NodeIndex> longestSelf; ///< those with the longest self times, the longest first; a few that matter
    int64_t longestSelfTime = 0;
    std::vector<Retry> retries;           ///< by node
    std::vector<IdleGap> idle;            ///< when nothing ran
    std::vector<std::pair<uint32_t, double>> pathShares; ///< services and their shares of the critical path, the largest first
    TraceAxis axis;
    Connections links;                    ///< by links; at most kMostLinks
    ServiceColours colours;
    std::shared_ptr<TraceAttributesSource> attributes; ///< read when they are asked for

    static constexpr size_t kMostLinks = 100'000;
    uint32_t attemptOf(NodeIndex node) const; ///< 1: no repetition. O(log n)
    TimeRange bounds() const { return axis.bounds(); }
    bool hasShiftedClocks() const { return table != source; }
    bool isSame(const TraceData& other) const { return tree.traceIds == other.tree.traceIds; } ///< of the same traces
};
using TraceDataPtr = std::shared_ptr<const TraceData>;

/// `workspace`: where the attributes are; null: there are none. `before`: what was shown, whose attributes are kept when it is of
/// the same traces; may be null.
TraceDataPtr makeTraceData(SpanTablePtr table, std::span<const TraceIndex> traces, std::shared_ptr<Workspace> workspace, const TraceOptions& options = {},
                           const TraceData* before = nullptr, const StopToken& stop = {});

/// Says so in a table, and in a line of status, that is of shifted clocks.
void noteClocks(Tabular& table, const TraceData& data);
QString withClocks(const QString& status, const TraceData& data);

/// The trace that took longest; kNoTrace when there is none. `scope` null: of all.
TraceIndex slowestTrace(const SpanTable& table, const BitSet* scope);

} // namespace aisle
