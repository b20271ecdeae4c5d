#pragma once
// What is worked out for the waterfall of one trace, off the UI thread; immutable afterwards.

#include "analysis/waterfall.h"
#include "analysis/waterfall_path.h"
#include "store/span_reader.h"
#include "table/row_set.h"
#include "theme/service_colours.h"
#include "waterfall/time_axis.h"

#include <algorithm>
#include <memory>

namespace aisle {

struct WaterfallData {
    SpanTablePtr table;
    Waterfall tree;
    CriticalPath path;
    std::vector<PathSection> pathByNode; ///< its sections by node, then time
    ServiceColours colours;

    TimeRange bounds() const { return {tree.start, std::max(tree.end, tree.start + TimeRange::kShortest)}; }
};
using WaterfallDataPtr = std::shared_ptr<const WaterfallData>;

WaterfallDataPtr makeWaterfallData(SpanTablePtr table, TraceIndex trace, const StopToken& stop = {});

/// The trace that took longest; kNoTrace when there is none. `scope` null: of all.
TraceIndex slowestTrace(const SpanTable& table, const BitSet* scope);

} // namespace aisle
