// All views: one line each, in the order of `aisle views`.

#include "view.h"

#include "compare/compare_view.h"
#include "details/details_view.h"
#include "differences/differences_view.h"
#include "flame/flame_view.h"
#include "funnel/funnel_view.h"
#include "graph/graph_view.h"
#include "heatmap/heatmap_view.h"
#include "lanes/lanes_view.h"
#include "overview/overview_view.h"
#include "spans/spans_view.h"
#include "statistics/statistics_view.h"
#include "trace_list/trace_list_view.h"
#include "waterfall/waterfall_view.h"

#include <array>

namespace aisle {

namespace {
template <typename T>
View* make(ViewContext& context, QWidget* parent) {
    return new T(context, parent);
}
} // namespace

std::span<const ViewInfo> views() {
    static constexpr std::array list = {
        ViewInfo{"overview", "Overview", "overview", "What this file is: traffic, errors, latency, services, slow operations", make<OverviewView>},
        ViewInfo{"trace-list", "Traces", "trace-list", "Every trace of the scope, sortable and filterable", make<TraceListView>},
        ViewInfo{"heatmap", "Heatmap", "trace-list", "How long traces or spans took over time, where they are many and where they fail", make<HeatmapView>},
        ViewInfo{"differences", "Differences", "trace-list", "What is different about the spans of the scope, attribute by attribute", make<DifferencesView>},
        ViewInfo{"waterfall", "Waterfall", kTraceDock, "The spans of one trace over time, with its critical path", make<WaterfallView>},
        ViewInfo{"lanes", "Lanes", kTraceDock, "All spans of one trace at once, packed by how deep they are called", make<LanesView>},
        ViewInfo{"flame", "Flame graph", kTraceDock, "The spans of one trace by call path, as wide as the time that went there", make<FlameView>},
        ViewInfo{"spans", "Spans", kTraceDock, "The spans of one trace in a table", make<SpansView>},
        ViewInfo{"statistics", "Statistics", kTraceDock, "The spans of one trace by operation, service or attribute", make<StatisticsView>},
        ViewInfo{"compare", "Compare", kTraceDock, "What makes a trace slower or faster than another one, or than is usual", make<CompareView>},
        ViewInfo{"service-graph", "Service graph", "service-graph", "Who calls whom, how often, how slowly, with how many errors", make<GraphView>},
        ViewInfo{"funnel", "Funnel", "funnel", "How far customers came on their journey, and where they stopped", make<FunnelView>},
        ViewInfo{"details", "Details", "details", "Everything about the span, service, stage or case in focus", make<DetailsView>},
    };
    return list;
}

} // namespace aisle
