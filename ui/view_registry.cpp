// All views: one line each, in the order of `aisle views`.

#include "view.h"

#include "attributes/attributes_view.h"
#include "breakdown/breakdown_view.h"
#include "cases/cases_view.h"
#include "compare/compare_view.h"
#include "conversion/conversion_view.h"
#include "details/details_view.h"
#include "differences/differences_view.h"
#include "drop_off/drop_off_view.h"
#include "flame/flame_view.h"
#include "funnel/funnel_view.h"
#include "graph/graph_view.h"
#include "heatmap/heatmap_view.h"
#include "histogram/histogram_view.h"
#include "lanes/lanes_view.h"
#include "notes/notes_view.h"
#include "orders/dotted_chart_view.h"
#include "orders/fulfilment_view.h"
#include "orders/order_view.h"
#include "orders/performance_spectrum_view.h"
#include "orders/work_in_progress_view.h"
#include "overview/overview_view.h"
#include "paths/paths_view.h"
#include "rates/rates_view.h"
#include "scatter/scatter_view.h"
#include "sequence/sequence_view.h"
#include "spans/spans_view.h"
#include "sql/sql_view.h"
#include "statistics/statistics_view.h"
#include "step_times/step_times_view.h"
#include "trace_list/trace_list_view.h"
#include "waterfall/waterfall_view.h"

#include <array>

namespace aisle {

namespace {
template <typename T>
View* make(ViewContext& context, QWidget* parent) {
    return new T(context, parent);
}
/// What followed what in orders is said of the stages of their flow at first: their requests are a hundred.
View* makeOrderMap(ViewContext& context, QWidget* parent) {
    auto* map = new PathsView(context, parent);
    map->setActivities(QStringLiteral("stages"));
    return map;
}
} // namespace

bool ViewInfo::isOfOrders() const { return std::string_view(dock) == kOrdersDock || std::string_view(dock) == kOrderDock; }

std::span<const ViewInfo> views() {
    static constexpr std::array list = {
        ViewInfo{"overview", "Overview", "overview", "What this file is: traffic, errors, latency, services, slow operations", make<OverviewView>},
        ViewInfo{"trace-list", "Traces", "trace-list", "Every trace of the scope, sortable and filterable", make<TraceListView>},
        ViewInfo{"heatmap", "Heatmap", kExploreDock, "How long traces or spans took over time, where they are many and where they fail", make<HeatmapView>},
        ViewInfo{"scatter", "Scatter", kExploreDock, "Every trace or span as a dot, by when it started and how long it took", make<ScatterView>},
        ViewInfo{"rates", "Over time", kExploreDock, "Rate, share of errors and durations over time, by any attribute", make<RatesView>},
        ViewInfo{"histogram", "Histogram", kExploreDock, "How many traces or spans took how long, by any attribute", make<HistogramView>},
        ViewInfo{"attributes", "Attributes", kExploreDock, "Every attribute and its values, counted in the selection and in the rest", make<AttributesView>},
        ViewInfo{"differences", "Differences", kExploreDock, "What is different about the spans of the scope, attribute by attribute", make<DifferencesView>},
        ViewInfo{"sql", "SQL", kExploreDock, "Any question in SQL about the workspace, read only; the answer as a table or a chart", make<SqlView>},
        ViewInfo{"waterfall", "Waterfall", kTraceDock, "The spans of one trace over time, with its critical path", make<WaterfallView>},
        ViewInfo{"lanes", "Lanes", kTraceDock, "All spans of one trace at once, packed by how deep they are called", make<LanesView>},
        ViewInfo{"flame", "Flame graph", kTraceDock, "The spans of one trace by call path, as wide as the time that went there", make<FlameView>},
        ViewInfo{"spans", "Spans", kTraceDock, "The spans of one trace in a table", make<SpansView>},
        ViewInfo{"statistics", "Statistics", kTraceDock, "The spans of one trace by operation, service or attribute", make<StatisticsView>},
        ViewInfo{"compare", "Compare", kTraceDock, "What makes a trace slower or faster than another one, or than is usual", make<CompareView>},
        ViewInfo{"sequence", "Sequence", kTraceDock, "Who called whom in what order in one trace, as a sequence diagram", make<SequenceView>},
        ViewInfo{"service-graph", "Service graph", "service-graph", "Who calls whom, how often, how slowly, with how many errors", make<GraphView>},
        ViewInfo{"funnel", "Funnel", kJourneyDock, "How far customers came on their journey, and where they stopped", make<FunnelView>},
        ViewInfo{"drop-off", "Why they stopped", kJourneyDock, "What those who stopped at a stage met with more often than those who went on", make<DropOffView>},
        ViewInfo{"step-times", "Times", kJourneyDock, "How long the steps of the journey took, and how long those who stopped had stayed", make<StepTimesView>},
        ViewInfo{"breakdown", "By value", kJourneyDock, "The funnel by the values of an attribute", make<BreakdownView>},
        ViewInfo{"conversion", "Over time", kJourneyDock, "How the share of customers who convert changes over time", make<ConversionView>},
        ViewInfo{"paths", "Paths", kJourneyDock, "What customers really did: what followed what, how often and after which wait, and the variants of their ways", make<PathsView>},
        ViewInfo{"cases", "Cases", kJourneyDock, "The sessions, users or orders of the scope one by one: what is in them and how far they came", make<CasesView>},
        ViewInfo{"fulfilment", "Stages", kOrdersDock, "How orders went from placed to delivered: where they wait, who works on them, what is stuck", make<FulfilmentView>},
        ViewInfo{"order-map", "Map", kOrdersDock, "What followed what in orders, how often and after which wait, and the variants of their ways", makeOrderMap},
        ViewInfo{"dotted-chart", "Dots", kOrdersDock, "Every visit of a stage by every order as a dot, orders from top to bottom", make<DottedChartView>},
        ViewInfo{"performance-spectrum", "Spectrum", kOrdersDock, "How each order came from one stage to another: queues, overtaking, batches, blockages", make<PerformanceSpectrumView>},
        ViewInfo{"work-in-progress", "In progress", kOrdersDock, "How many orders were in progress over time, and at which stage", make<WorkInProgressView>},
        ViewInfo{"order-values", "By value", kOrdersDock, "How far orders came, by the values of an attribute", make<BreakdownView>},
        ViewInfo{"orders", "Orders", kOrdersDock, "The orders of the scope one by one: how far each came, and what it waits for", make<CasesView>},
        ViewInfo{"order", "Order", kOrderDock, "One order in plain words: what happened, where it waited, what failed, what is still open", make<OrderView>},
        ViewInfo{"details", "Details", "details", "Everything about the span, service, stage or case in focus", make<DetailsView>},
        ViewInfo{"notes", "Notes", "details", "Notes and bookmarks on spans, traces, cases, edges and time ranges", make<NotesView>},
    };
    return list;
}

} // namespace aisle
