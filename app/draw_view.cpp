#include "draw_view.h"

#include "charts/field_box.h"
#include "funnel/funnel_view.h"
#include "offscreen_application.h"
#include "orders/fulfilment_view.h"
#include "orders_context.h"
#include "graph/graph_view.h"
#include "rates/rates_view.h"
#include "show_drop_off.h"
#include "show_funnel.h"
#include "show_graph.h"
#include "show_paths.h"
#include "show_trace.h"
#include "statistics/statistics_view.h"
#include "trace/shown_trace.h"
#include "view.h"
#include "waterfall/waterfall_view.h"
#include "widgets/plain_text.h"
#include "window/picture.h"

#include <QElapsedTimer>
#include <QJsonObject>

#include <stdexcept>

namespace aisle {

std::string drawnView(const ShowOptions& o, const std::shared_ptr<Workspace>& workspace, int& argc, char** argv) {
    const OffscreenApplication app(argc, argv, o.theme);
    for (const ViewInfo& info : views()) {
        if (o.view != info.id && !(o.view == kCriticalPath && std::string_view(info.id) == "waterfall"))
            continue;
        ViewContext context;
        context.exporter() = Export(o.redactor);
        context.setTimeZone({o.utc});
        OrdersContext orders(context);
        const bool isOfCasesOfOrders = o.isOrderFlow && (isOfJourney(o.view) || isOfPaths(o.view));
        ViewContext& own = info.isOfOrders() || isOfCasesOfOrders ? orders : context;
        context.setWorkspace(workspace);
        if (o.journeyDefinition && &own == &orders)
            orders.setJourney(*o.journeyDefinition);
        // What the scope speaks of is the same as where it is printed: its cases, its stages, and what is open.
        if (o.journeyDefinition && o.isOrderFlow)
            context.setOrderFlow(*o.journeyDefinition);
        else if (o.journeyDefinition && &own == &context)
            context.setJourney(*o.journeyDefinition);
        context.selection().setScope(o.scope);
        // Laid out like a shown one. The host has no size hints, which the offscreen platform would warn about.
        QWidget host;
        host.setAttribute(Qt::WA_DontShowOnScreen);
        host.resize(1132, 800);
        View* view = info.create(own, &host);
        view->resize(host.size());
        host.show();
        const auto settle = [] {
            // Each result may ask for the next one; idle is when nothing has been busy for a few rounds.
            QElapsedTimer idle;
            idle.start();
            while (Worker::busyCount() > 0 || idle.elapsed() < 50) { // a machine under load may stand still for longer than that
                QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
                if (Worker::busyCount() > 0)
                    idle.restart();
            }
        };
        settle();
        if (isOfOneTrace(o.view)) {
            std::vector<TraceId> traces;
            for (const TraceIndex trace : chooseTraces(o, *workspace->table(), *context.scopeResult()))
                traces.push_back(workspace->table()->traceId(trace));
            context.selection().setFocus(o.all ? Focus::onTraces(traces) : Focus::onTrace(traces.front()));
            if (!o.with.empty())
                context.shownTrace().setBaseline(workspace->table()->traceId(traceNamed(*workspace->table(), o.with)));
            settle();
            if (o.adjustClocks) {
                context.shownTrace().setAdjustsClocks(true);
                settle();
            }
            auto* rows = qobject_cast<WaterfallView*>(view);
            if (o.view == kCriticalPath && rows != nullptr)
                rows->setOnlyPath(true);
            if (o.view == "statistics" && !o.by.empty() && o.by != "operation")
                qobject_cast<StatisticsView*>(view)->groupBy(toQString(o.by));
            settle();
        }
        if (auto* graph = qobject_cast<GraphView*>(view)) {
            if (!o.trace.empty()) {
                context.selection().setFocus(Focus::onTrace(workspace->table()->traceId(chooseTrace(o, *workspace->table(), *context.scopeResult()))));
                graph->showOnlyFocus(true);
            }
            if (!o.baseline.empty())
                graph->compareWith(o.baselineScope);
            settle();
            if (graph->difference() != nullptr)
                requireSides(*graph->difference());
        }
        if (o.view == "drop-off" && !o.stage.empty()) {
            const FunnelResult& funnel = own.journey()->everything;
            if (own.journey()->problem.empty()) // else that is said
                view->applySettings({{QStringLiteral("stage"), toQString(funnel.stages[stageNamed(o.stage, funnel)].name)}});
            settle();
        }
        if (o.view == "breakdown") {
            (void)fieldNamed(o.by);
            view->applySettings({{QStringLiteral("by"), toQString(o.by)}});
            settle();
        }
        if (auto* funnel = qobject_cast<FunnelView*>(view); funnel != nullptr && !o.baseline.empty()) {
            funnel->compareWith(o.baselineScope);
            settle();
        }
        if (auto* stages = qobject_cast<FulfilmentView*>(view); stages != nullptr && !o.baseline.empty()) {
            stages->compareWith(o.baselineScope);
            settle();
        }
        if (o.view == "differences") {
            view->applySettings({{QStringLiteral("baseline"), o.baselineScope.isEmpty() ? QString() : toQString(o.baselineScope.toText())}, {QStringLiteral("matching-spans"), o.spans}});
            settle();
        }
        if (o.view == kPaths) {
            view->applySettings(pathSettings(o));
            settle();
        }
        if (auto* chart = qobject_cast<ChartView*>(view)) {
            chart->setItems(o.spans ? ItemsOf::Spans : ItemsOf::Traces);
            if (auto* rates = qobject_cast<RatesView*>(view))
                rates->setMeasure(measureOf(o.measure).value_or(Measure::Rate));
            if (!o.by.empty())
                (void)fieldNamed(o.by);
            if (auto* fields = view->findChild<FieldBox*>(); fields != nullptr)
                fields->setField(o.by);
            settle();
        }
        std::string bytes;
        if (o.as == "svg")
            bytes = svgPicture(*view);
        else if (o.as == "pdf")
            bytes = pdfPicture(*view);
        else if (const QImage image = paintedPicture(*view); !image.isNull())
            bytes = pngOf(image);
        const bool isOfCases = isOfJourney(o.view) || isOfPaths(o.view) || info.isOfOrders();
        if (bytes.empty() && isOfCases && !own.journey()->problem.empty())
            throw std::runtime_error(own.journey()->problem);
        if (bytes.empty() && isOfCases)
            throw std::runtime_error("There is nothing to draw of " + o.view + "; --as text says why.");
        if (bytes.empty())
            throw std::runtime_error("The view " + o.view + " cannot be drawn here; use --as text.");
        return bytes;
    }
    throw std::runtime_error("There is no view " + o.view + ".");
}

} // namespace aisle
