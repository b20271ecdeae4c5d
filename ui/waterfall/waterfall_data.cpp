#include "waterfall/waterfall_data.h"

#include <tuple>

namespace aisle {

WaterfallDataPtr makeWaterfallData(SpanTablePtr table, TraceIndex trace, const StopToken& stop) {
    auto data = std::make_shared<WaterfallData>();
    data->tree = waterfall(*table, trace, stop);
    data->path = criticalPath(*table, data->tree, stop);
    data->pathByNode = data->path.sections;
    std::sort(data->pathByNode.begin(), data->pathByNode.end(),
              [](const PathSection& a, const PathSection& b) {
                  return std::tie(a.node, a.from) < std::tie(b.node, b.from);
              });
    data->colours = ServiceColours(table->services());
    data->table = std::move(table);
    return data;
}

TraceIndex slowestTrace(const SpanTable& table, const BitSet* scope) {
    TraceIndex best = kNoTrace;
    for (TraceIndex t = 0; t < table.traceSlots(); ++t) {
        if (table.summary(t).spans == 0 || (scope != nullptr && (t >= scope->size() || !(*scope)[t])))
            continue;
        if (best == kNoTrace || table.summary(t).duration > table.summary(best).duration)
            best = t;
    }
    return best;
}

} // namespace aisle
