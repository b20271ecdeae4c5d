// One selection in every view: a click in any view shows in all others, "Filter to this" narrows what every view shows,
// each chip takes its part away, and back and forward restore exactly. A whole window, real events, the demo shop.

#include "service_graph/graph_tables.h"
#include "analysis/overview.h"
#include "analysis/trace_list.h"
#include "journey/funnel_table.h"
#include "orders/fulfilment.h"
#include "details/details_view.h"
#include "funnel/funnel_view.h"
#include "graph/graph_view.h"
#include "orders/fulfilment_view.h"
#include "theme/theme.h"
#include "time_strip/time_strip.h"
#include "trace_list/trace_list_model.h"
#include "widgets/list_delegate.h"
#include "ui_fixture.h"
#include "waterfall/waterfall_view.h"
#include "window/main_window.h"
#include "window/scope_bar.h"
#include "window_import.h"

#include <QContextMenuEvent>
#include <QListView>
#include <QMenu>
#include <QSettings>
#include <QStandardPaths>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTimer>
#include <QToolButton>

#include <map>

using namespace aisle;
using namespace aisle::test;
using Term = ScopeTerm::Kind;

class TestSelectionRoundTrip : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, dir_.filePath(QStringLiteral("settings")));
        applyTheme(ThemeMode::Light);
        services_.makeImport = [] { return std::make_unique<WindowImport>(); };
        workspace_ = demoWorkspace(dir_.path(), 150);
    }

    void init() {
        QSettings().clear();
        host_ = std::make_unique<QWidget>();
        host_->resize(1500, 950);
        window_ = new MainWindow(services_);
        window_->setParent(host_.get());
        window_->setWindowFlags(Qt::Widget);
        window_->resize(host_->size());
        host_->show();
        QVERIFY(QTest::qWaitForWindowExposed(host_.get()));
        Document::Opened opened;
        opened.workspace = workspace_;
        window_->showDocument(std::make_shared<Document>(opened, services_));
        QVERIFY(settle());
        table_ = window_->context().table();
        graph_ = qobject_cast<GraphView*>(window_->view("service-graph"));
        waterfall_ = qobject_cast<WaterfallView*>(window_->view("waterfall"));
        funnel_ = qobject_cast<FunnelView*>(window_->view("funnel"));
        stages_ = qobject_cast<FulfilmentView*>(window_->view("fulfilment"));
        details_ = qobject_cast<DetailsView*>(window_->view("details"));
        list_ = window_->view("trace-list")->findChild<QTableView*>();
        traces_ = qobject_cast<TraceListModel*>(list_->model());
        servicesTable_ = named<QTableWidget>(window_->view("overview"), QStringLiteral("Services"));
        QVERIFY(graph_ && waterfall_ && funnel_ && stages_ && details_ && traces_);
        QVERIFY(traces_->rowCount() > 300 && graph_->graph()->nodes.size() > 8 && !funnel_->funnel().stages.empty() && stages_->model().rowOfStage("Reserved") > 0);
    }
    void cleanup() {
        delete window_;
        host_.reset();
    }

    void traceRow() {
        show(1);
        clickRow(7);
        const TraceIndex trace = traces_->traceAt(7);
        QCOMPARE(focus(), Focus::onTrace(table_->traceId(trace)));
        QCOMPARE(waterfall_->data()->tree.traceIds.front(), table_->traceId(trace));
        QCOMPARE(waterfall_->data()->tree.spanCount(), uint64_t(table_->summary(trace).spans));
        QCOMPARE(details_->content().what, std::string("Trace"));
        std::vector<bool> inTrace(table_->services().size());
        for (const Row r : table_->rowsOf(trace))
            inTrace[table_->service(r)] = true;
        checkGraphServices([&](uint32_t service) { return service < inTrace.size() && inTrace[service]; });
        show(2);
        const CaseNumber number = window_->context().journey()->cases().caseOf(trace);
        QVERIFY(number != kNoCase);
        const uint32_t reached = funnel_->funnel().progress[number].last;
        for (size_t k = 0; k < funnel_->funnel().stages.size(); ++k)
            QCOMPARE(isStageMarked(k), k + 1 == reached);
        QCOMPARE(list_->currentIndex().row(), 7);
    }

    void waterfallRow() {
        show(1);
        const TraceIndex trace = longTrace();
        window_->context().selection().setFocus(Focus::onTrace(table_->traceId(trace)));
        QVERIFY(settle());
        const WaterfallFrame frame = waterfall_->frame();
        QVERIFY(frame.rows.size() > 3);
        const NodeIndex node = frame.rows[3].node;
        const Row row = waterfall_->data()->tree.nodes[node].row;
        QTest::mouseClick(waterfall_, Qt::LeftButton, {}, frame.rows[3].nameRect.center().toPoint());
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onSpan(*table_, row));
        QCOMPARE(waterfall_->selectedNode(), node);
        QCOMPARE(traces_->traceAt(list_->currentIndex().row()), trace);
        QVERIFY(list_->viewport()->rect().contains(list_->visualRect(list_->currentIndex()).center()));
        QCOMPARE(details_->content().what, std::string("Span"));
        QCOMPARE(details_->content().title, std::string(table_->nameText(row)));
        QVERIFY(graph_->marks().nodes[nodeOf(std::string(table_->serviceText(row)))] & GraphMarks::kFocused);
        QVERIFY(graph_->marks().isDimmed);
    }

    void graphNode() {
        show(3);
        QTest::mouseClick(&graph_->canvas(), Qt::LeftButton, {}, atNode("payment"));
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onService("payment"));
        checkService("payment");
    }

    /// A database has no spans of its own: a click on it highlighted nothing in the other views, and Shift+click and Enter
    /// did nothing where several services call it.
    void graphNodeWithoutSpans() {
        show(3);
        const ServiceGraphPtr graph = graph_->graph();
        std::vector<uint32_t> calls;
        uint32_t node = 0;
        for (; node < graph->nodes.size(); ++node) {
            calls.clear();
            for (uint32_t e = 0; e < graph->edges.size(); ++e)
                if (graph->edges[e].from == node || graph->edges[e].to == node)
                    calls.push_back(e);
            if (graph->nodes[node].kind != ServiceGraph::NodeKind::Service && calls.size() > 1)
                break;
        }
        QVERIFY(node < graph->nodes.size());
        const std::string name = graph->nodes[node].name;
        QTest::mouseClick(&graph_->canvas(), Qt::LeftButton, {}, atNode(name));
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onService(name));
        RowSet expected(*table_);
        for (const uint32_t e : calls)
            for (const auto& pair : graph->pairsOf(e))
                expected.set(pair.server != kNoRow ? pair.server : pair.client);
        uint64_t rows = 0, missing = 0;
        expected.forEach([&](Row row) { missing += !window_->context().focusMatches()->rows[row]; });
        window_->context().focusMatches()->rows.forEach([&](Row) { ++rows; });
        QVERIFY(rows > 0 && missing == 0);
        QCOMPARE(rows, expected.count());
        checkMatchedRows();

        const ScopeTerm call = term(Term::Edge, graph->nodes[graph->edges[calls[1]].from].name, graph->nodes[graph->edges[calls[1]].to].name);
        const QString words = QStringLiteral("Filter to this: ") + QString::fromStdString(call.toWords());
        QVERIFY(chooseInMenu([&] { QTest::mouseClick(&graph_->canvas(), Qt::LeftButton, Qt::ShiftModifier, atNode(name)); }, words));
        QCOMPARE(window_->context().selection().scope().terms(), std::vector<ScopeTerm>{call});
        window_->context().selection().setScope({});
        QVERIFY(settle());
        QVERIFY(chooseInMenu([&] { QTest::keyClick(&graph_->canvas(), Qt::Key_Return); }, words));
        QCOMPARE(window_->context().selection().scope().terms(), std::vector<ScopeTerm>{call});
    }

    void overviewService() {
        show(0);
        const int row = overviewRow("cart");
        QTest::mouseClick(servicesTable_->viewport(), Qt::LeftButton, {}, servicesTable_->visualItemRect(servicesTable_->item(row, 0)).center());
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onService("cart"));
        checkService("cart");
    }

    void graphEdge() {
        show(3);
        const uint32_t edge = serviceEdge();
        const std::string from = graph_->graph()->nodes[graph_->graph()->edges[edge].from].name,
                          to = graph_->graph()->nodes[graph_->graph()->edges[edge].to].name;
        QTest::mouseClick(&graph_->canvas(), Qt::LeftButton, {}, atEdge(edge));
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onEdge(from, to));
        QVERIFY(graph_->marks().edges[edge] & GraphMarks::kFocused);
        // Calls of the edge: spans of the callee below spans of the caller.
        const FocusMatches& matches = *window_->context().focusMatches();
        QVERIFY(matches.traceCount > 0);
        matches.rows.forEach([&](Row r) { QCOMPARE(std::string(table_->serviceText(r)), to); });
        checkMatchedRows();
        checkWaterfallHighlight();
        QCOMPARE(details_->content().title, from + " \xe2\x86\x92 " + to);
    }

    void funnelStage() {
        show(2);
        const size_t k = 2;
        const std::string name = funnel_->funnel().stages[k].name;
        QTest::mouseClick(funnel_->chart(), Qt::LeftButton, {}, funnel_->chart()->frame().columns[k].bar.center().toPoint());
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onStage(name));
        QVERIFY(isStageMarked(k) && !isStageMarked(0));
        // As many events as cases that came so far, each on a row of the list.
        uint64_t events = 0;
        window_->context().focusMatches()->rows.forEach([&](Row) { ++events; });
        QCOMPARE(events, funnel_->funnel().stages[k].reached);
        checkMatchedRows();
        checkWaterfallHighlight();
        const auto& services = window_->context().focusMatches()->services;
        checkGraphServices([&](uint32_t service) { return service < services.size() && services[service]; });
        QCOMPARE(details_->content().title, name);
    }

    /// A stage of orders is one everywhere, though the journey of the window does not have it.
    void orderStage() {
        show(5);
        QTest::mouseClick(stages_->list()->viewport(), Qt::LeftButton, {}, atOrderStage("Reserved"));
        QVERIFY(settle());
        QCOMPARE(focus(), Focus::onStage("Reserved"));
        checkMatchedRows();
        checkWaterfallHighlight();
        const auto& services = window_->context().focusMatches()->services;
        checkGraphServices([&](uint32_t service) { return service < services.size() && services[service]; });
        QCOMPARE(details_->content().title, std::string("Reserved"));
        QVERIFY(!QString::fromStdString(details_->content().subtitle).contains(QStringLiteral("not a stage")));
    }

    void filterFromEveryView() {
        struct Step {
            const char* what;
            std::function<void()> act;
            std::vector<ScopeTerm> added;
        };
        const Snapshot whole = snapshot();
        std::vector<Step> steps;
        steps.push_back({"overview service, Shift+click",
                         [&] {
                             show(0);
                             const int row = overviewRow("checkout");
                             QTest::mouseClick(servicesTable_->viewport(), Qt::LeftButton, Qt::ShiftModifier,
                                               servicesTable_->visualItemRect(servicesTable_->item(row, 0)).center());
                         },
                         {term(Term::Service, "checkout")}});
        steps.push_back({"funnel stage, Shift+click",
                         [&] {
                             show(2);
                             QTest::mouseClick(funnel_->chart(), Qt::LeftButton, Qt::ShiftModifier,
                                               funnel_->chart()->frame().columns.back().bar.center().toPoint());
                         },
                         {term(Term::Stage, funnel_->funnel().stages.back().name)}});
        steps.push_back({"graph node, Shift+click",
                         [&] {
                             show(3);
                             QTest::mouseClick(&graph_->canvas(), Qt::LeftButton, Qt::ShiftModifier, atNode("payment"));
                         },
                         {term(Term::Service, "payment")}});
        steps.push_back({"stage of orders, menu",
                         [&] {
                             show(5);
                             QVERIFY(chooseInMenu(stages_->list()->viewport(), atOrderStage("Reserved"), QStringLiteral("Filter to the orders that came to it")));
                         },
                         {term(Term::Stage, "Reserved")}});
        const uint32_t edge = serviceEdge();
        const auto edgeTerm = term(Term::Edge, graph_->graph()->nodes[graph_->graph()->edges[edge].from].name,
                                   graph_->graph()->nodes[graph_->graph()->edges[edge].to].name);
        steps.push_back({"graph edge, Shift+click",
                         [&] {
                             show(3);
                             QTest::mouseClick(&graph_->canvas(), Qt::LeftButton, Qt::ShiftModifier, atEdge(edge));
                         },
                         {edgeTerm}});
        const TraceIndex trace = longTrace();
        steps.push_back({"trace row, Shift+click",
                         [&] {
                             show(1);
                             const int row = traces_->rowOf(trace);
                             list_->scrollTo(traces_->index(row, 0));
                             clickRow(row, Qt::ShiftModifier);
                         },
                         {term(Term::Trace, toHex(table_->traceId(trace)))}});
        steps.push_back({"waterfall row, menu",
                         [&] {
                             show(1);
                             window_->context().selection().setFocus(Focus::onTrace(table_->traceId(trace)));
                             settle();
                             QVERIFY(chooseInMenu(waterfall_, waterfall_->frame().rows[0].nameRect.center().toPoint(), QStringLiteral("Filter to this trace")));
                         },
                         {term(Term::Trace, toHex(table_->traceId(trace)))}});
        for (const Step& step : steps) {
            step.act();
            QVERIFY2(settle(), step.what);
            QVERIFY2(window_->context().selection().scope().terms() == step.added, step.what);
            checkEveryViewShowsTheScope();
            if (QTest::currentTestFailed()) {
                qInfo("after: %s", step.what);
                return;
            }
            const Snapshot narrowed = snapshot();
            QVERIFY2(narrowed.views != whole.views, step.what);
            // Its chip takes it away, everywhere.
            QCOMPARE(chips().size(), 1);
            QTest::mouseClick(chips()[0], Qt::LeftButton);
            QVERIFY(settle());
            QVERIFY2(window_->context().selection().scope().isEmpty(), step.what);
            window_->context().selection().setFocus({}); // the click's, which its chip has nothing to do with
            QVERIFY(settle());
            compare(snapshot().views, whole.views, step.what);
            if (QTest::currentTestFailed())
                return;
        }
    }

    void timeStrip() {
        const Snapshot whole = snapshot();
        auto* strip = window_->findChild<TimeStrip*>();
        const int a = strip->width() / 4, b = strip->width() / 2;
        QTest::mousePress(strip, Qt::LeftButton, {}, {a, 24});
        for (int x = a; x <= b; x += 40)
            QTest::mouseMove(strip, {x, 24});
        QTest::mouseMove(strip, {b, 24});
        QTest::mouseRelease(strip, Qt::LeftButton, {}, {b, 24});
        QVERIFY(settle());
        QCOMPARE(chips().size(), 1);
        checkEveryViewShowsTheScope();
        QVERIFY(snapshot().views != whole.views);
        QTest::mouseClick(chips()[0], Qt::LeftButton);
        QVERIFY(settle());
        compare(snapshot().views, whole.views, "time range removed");
    }

    /// Several parts at once; each chip removes its own and leaves the others.
    void chipsRemoveTheirOwn() {
        auto& selection = window_->context().selection();
        const std::vector<ScopeTerm> parts = {term(Term::Service, "checkout"), term(Term::Error, {}),
                                              term(Term::Stage, funnel_->funnel().stages[1].name)};
        for (const ScopeTerm& part : parts)
            selection.addTerm(part);
        QVERIFY(settle());
        for (size_t i = 0; i < parts.size(); ++i) {
            QCOMPARE(chips().size(), 3);
            QTest::mouseClick(chips()[static_cast<int>(i)], Qt::LeftButton);
            QVERIFY(settle());
            QCOMPARE(selection.scope().terms().size(), size_t(2));
            QVERIFY(!selection.scope().contains(parts[i]));
            checkEveryViewShowsTheScope();
            selection.goBack();
            QVERIFY(settle());
        }
    }

    void backAndForwardRestoreExactly() {
        auto& selection = window_->context().selection();
        std::vector<Snapshot> history = {snapshot()};
        const auto note = [&] {
            QVERIFY(settle());
            history.push_back(snapshot());
        };
        show(1);
        clickRow(3);
        note();
        show(3);
        QTest::mouseClick(&graph_->canvas(), Qt::LeftButton, {}, atNode("checkout"));
        note();
        QTest::mouseClick(&graph_->canvas(), Qt::LeftButton, Qt::ShiftModifier, atNode("payment")); // a focus and a filter: two steps
        QVERIFY(settle());
        selection.goBack();
        QVERIFY(settle());
        history.push_back(snapshot());
        selection.goForward();
        note();
        show(2);
        QTest::mouseClick(funnel_->chart(), Qt::LeftButton, {}, funnel_->chart()->frame().columns[1].bar.center().toPoint());
        note();
        QTest::mouseClick(chips()[0], Qt::LeftButton);
        note();
        for (size_t i = 1; i < history.size(); ++i)
            QVERIFY(history[i].selection.scope.toText() != history[i - 1].selection.scope.toText() ||
                    !(history[i].selection.focus == history[i - 1].selection.focus));
        const auto button = [&](const char* name) { return named<QToolButton>(window_->findChild<ScopeBar*>(), QString::fromLatin1(name)); };
        for (size_t i = history.size() - 1; i-- > 0;) {
            QTest::mouseClick(button("Back (Alt+Left)"), Qt::LeftButton);
            QVERIFY(settle());
            QCOMPARE(selection.selection(), history[i].selection);
            compare(snapshot().views, history[i].views, "back");
        }
        QVERIFY(!selection.canGoBack());
        for (size_t i = 1; i < history.size(); ++i) {
            QTest::mouseClick(button("Forward (Alt+Right)"), Qt::LeftButton);
            QVERIFY(settle());
            QCOMPARE(selection.selection(), history[i].selection);
            compare(snapshot().views, history[i].views, "forward");
        }
        QVERIFY(!selection.canGoForward());
    }

    void escapeStepsBack() {
        show(1);
        clickRow(3, Qt::ShiftModifier);
        QVERIFY(settle());
        QTest::keyClick(window_, Qt::Key_Escape);
        QCOMPARE(focus(), Focus());
        QCOMPARE(chips().size(), 1);
        QTest::keyClick(window_, Qt::Key_Escape);
        QVERIFY(settle());
        QCOMPARE(chips().size(), 0);
        QCOMPARE(traces_->rowCount(), static_cast<int>(table_->traceCount()));
    }

private:
    const Focus& focus() const { return window_->context().selection().focus(); }
    /// What hidden views put off is done, too: here all views are asked, whichever can be seen.
    bool settle() {
        for (int round = 0; round < 3; ++round) {
            if (!test::settle())
                return false;
            for (const ViewInfo& info : views())
                window_->view(info.id)->catchUp();
        }
        return test::settle();
    }
    void show(int perspective) {
        window_->setPerspective(perspective);
        QVERIFY(settle());
        QTest::qWait(1); // docks come to their sizes
        QVERIFY(settle());
    }
    void clickRow(int row, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseClick(list_->viewport(), Qt::LeftButton, modifiers,
                          list_->visualRect(traces_->index(row, TraceListModel::OperationColumn)).center());
        QVERIFY(settle());
    }
    TraceIndex longTrace() const {
        TraceIndex most = 0;
        for (TraceIndex t = 0; t < table_->traceSlots(); ++t)
            if (table_->summary(t).spans > table_->summary(most).spans)
                most = t;
        return most;
    }
    int overviewRow(const std::string& service) const {
        for (int row = 0; row < servicesTable_->rowCount(); ++row)
            if (servicesTable_->item(row, 0)->text().toStdString() == service)
                return row;
        qFatal("%s is not in the overview", service.c_str());
    }
    uint32_t nodeOf(const std::string& name) const {
        for (uint32_t n = 0; n < graph_->graph()->nodes.size(); ++n)
            if (graph_->graph()->nodes[n].name == name)
                return n;
        qFatal("%s is not in the graph", name.c_str());
    }
    QPoint atOrderStage(const std::string& name) const {
        const QModelIndex index = stages_->list()->model()->index(stages_->model().rowOfStage(name), 0);
        stages_->list()->scrollTo(index);
        return stages_->list()->visualRect(index).center();
    }
    QPoint atNode(const std::string& name) const {
        return graph_->viewport().toView(graph_->frame().nodes[nodeOf(name)].rect.center()).toPoint();
    }
    /// A point of the line that is that edge's alone.
    QPoint atEdge(uint32_t edge) const {
        const QPolygonF& line = graph_->frame().edges[edge].line;
        for (int i = 1; i + 1 < line.size(); ++i) {
            const QPoint at = graph_->viewport().toView(line[i]).toPoint();
            if (graph_->canvas().rect().contains(at) && hitTest(graph_->frame(), graph_->canvas().labels(), graph_->viewport(), at) == GraphHit{GraphHit::Kind::Edge, edge})
                return at;
        }
        qFatal("an edge that cannot be clicked");
    }
    /// Between two services, and one of many traces but not all.
    uint32_t serviceEdge() const {
        for (uint32_t e = 0; e < graph_->graph()->edges.size(); ++e) {
            const ServiceGraph::Edge& edge = graph_->graph()->edges[e];
            if (graph_->graph()->nodes[edge.to].name == "payment" && graph_->graph()->nodes[edge.from].kind == ServiceGraph::NodeKind::Service)
                return e;
        }
        qFatal("nobody calls payment");
    }
    bool isStageMarked(size_t column) const {
        const QImage picture = funnel_->chart()->grab().toImage();
        const QRectF bar = funnel_->chart()->frame().columns[column].bar;
        return QColor(picture.pixel((bar.topLeft() + QPointF(-2, bar.height() / 2)).toPoint())) == theme().accent;
    }
    template <typename F>
    void checkGraphServices(F&& isIn) {
        int marked = 0;
        for (uint32_t n = 0; n < graph_->graph()->nodes.size(); ++n) {
            const auto& node = graph_->graph()->nodes[n];
            if (node.kind != ServiceGraph::NodeKind::Service)
                continue;
            QCOMPARE((graph_->marks().nodes[n] & GraphMarks::kRelated) != 0, isIn(node.service));
            marked += isIn(node.service);
        }
        QVERIFY(marked > 0);
        QVERIFY(graph_->marks().isDimmed);
    }
    /// The list marks the traces of the focus, and shows the first of them.
    void checkMatchedRows() {
        const FocusMatches& matches = *window_->context().focusMatches();
        int first = -1;
        uint64_t marked = 0;
        for (int row = 0; row < traces_->rowCount(); ++row) {
            const bool isMarked = traces_->index(row, 0).data(MarkRole).toBool();
            QCOMPARE(isMarked, static_cast<bool>(matches.traces[traces_->traceAt(row)]));
            marked += isMarked;
            if (isMarked && first < 0)
                first = row;
        }
        QCOMPARE(marked, matches.traceCount);
        QVERIFY(marked > 0 && marked < static_cast<uint64_t>(traces_->rowCount()));
    }
    /// The waterfall shows a trace of the focus and highlights its rows, one of them in sight.
    void checkWaterfallHighlight() {
        show(1);
        const FocusMatches& matches = *window_->context().focusMatches();
        QVERIFY(waterfall_->data());
        QVERIFY(matches.traces[waterfall_->data()->tree.traces.front()]);
        int highlighted = 0;
        for (const WaterfallRow& row : waterfall_->frame().rows) {
            const Row r = waterfall_->data()->tree.nodes[row.node].row;
            QCOMPARE(row.isHighlighted, r != kNoRow && matches.rows[r]);
            highlighted += row.isHighlighted;
        }
        QVERIFY(highlighted > 0);
        // The list shows where they are.
        QVERIFY(list_->isVisible());
        bool inSight = false;
        for (int row = 0; row < traces_->rowCount(); ++row)
            inSight = inSight || (traces_->index(row, 0).data(MarkRole).toBool() &&
                                  list_->viewport()->rect().intersects(list_->visualRect(traces_->index(row, 0))));
        QVERIFY(inSight);
    }
    void checkService(const std::string& name) {
        QVERIFY(graph_->marks().nodes[nodeOf(name)] & GraphMarks::kFocused);
        QCOMPARE(servicesTable_->selectionModel()->selectedRows().size(), 1);
        QCOMPARE(servicesTable_->selectionModel()->selectedRows()[0].row(), overviewRow(name));
        const FocusMatches& matches = *window_->context().focusMatches();
        uint64_t spans = 0, expected = 0;
        matches.rows.forEach([&](Row) { ++spans; });
        table_->forEachRow([&](Row r) { expected += table_->serviceText(r) == name; });
        QCOMPARE(spans, expected);
        checkMatchedRows();
        checkWaterfallHighlight();
        QCOMPARE(details_->content().what, std::string("Service"));
        QCOMPARE(details_->content().title, name);
        // The funnel marks the stages in which the service took part.
        show(2);
        const QImage picture = funnel_->chart()->grab().toImage();
        for (size_t k = 0; k < funnel_->funnel().stages.size(); ++k) {
            const QRectF bar = funnel_->chart()->frame().columns[k].bar;
            const QPoint below(static_cast<int>(bar.center().x()), static_cast<int>(funnel_->chart()->frame().baseline.top()) + 4);
            QCOMPARE(QColor(picture.pixel(below)) == theme().accent, (matches.stages >> k & 1) != 0);
        }
    }

    /// Every view shows what the analyses say about the scope, and the scope what a naive evaluation says.
    void checkEveryViewShowsTheScope() {
        ViewContext& context = window_->context();
        const ScopeResult& scope = *context.scopeResult();
        QVERIFY(!scope.everything && scope.problems.empty());
        QVERIFY(scope.traceCount > 0 && scope.traceCount < table_->traceCount());
        std::vector<TraceIndex> listed = traces_->traces(), expected;
        std::sort(listed.begin(), listed.end());
        scope.traces.forEach([&](size_t t) { expected.push_back(static_cast<TraceIndex>(t)); });
        QVERIFY(listed == expected);
        const auto text = [&](const Tabular& t) { return context.exporter().render(t, TextFormat::Csv); };
        QCOMPARE(text(*window_->view("overview")->tabular()), text(tabulateServices(*table_, overview(*table_, scope))));
        QCOMPARE(text(*funnel_->tabular()), text(tabulateFunnel(*context.journey(), funnelInScope(*context.journey(), scope))));
        const JourneyState& orders = *context.otherJourney();
        const FulfilmentLog log = fulfilmentLog(orders);
        const FulfilmentFigures figures = fulfilment(orders, log, casesInScope(orders, scope));
        QCOMPARE(stages_->tabular() != nullptr, figures.orders > 0);
        if (figures.orders > 0)
            QCOMPARE(text(*stages_->tabular()), text(tabulate(figures, orders, log)));
        const ServiceGraphPtr graph = context.graphSource()->ofTraces(&scope.traces, StopToken());
        QCOMPARE(text(*graph_->tabular()), text(tabulateEdges(*graph, graph_->details().get())));
        QVERIFY2(visibleWords(window_).contains(QString::fromStdString(formatCount(scope.spanCount)) + QStringLiteral(" spans in ")),
                 qPrintable(visibleWords(window_)));
    }

    /// What all views show, as text: their tables, their words, what is marked.
    struct Snapshot {
        Selection selection;
        std::map<std::string, std::string> views;
    };
    Snapshot snapshot() {
        Snapshot s;
        ViewContext& context = window_->context();
        s.selection = context.selection().selection();
        for (const char* id : {"overview", "trace-list", "service-graph", "funnel", "fulfilment", "dotted-chart", "performance-spectrum", "work-in-progress"}) {
            const auto table = window_->view(id)->tabular();
            s.views[id] = window_->view(id)->statusText().toStdString() + "\n" + (table ? context.exporter().render(*table, TextFormat::Csv) : "");
        }
        s.views["details"] = details_->content().what + " " + details_->content().title;
        for (const DetailsContent::Fact& fact : details_->content().facts)
            s.views["details"] += "\n" + fact.name + " " + fact.value;
        if (focus().kind == Focus::Kind::None)
            s.views["details"] = {}; // the last one stays
        for (const QToolButton* chip : chips())
            s.views["chips"] += chip->accessibleName().toStdString() + "\n";
        for (const uint8_t mark : graph_->marks().nodes)
            s.views["graph marks"] += std::to_string(mark & ~GraphMarks::kHovered);
        for (int row = 0; row < traces_->rowCount(); ++row)
            s.views["list marks"] += traces_->index(row, 0).data(MarkRole).toBool() ? '1' : '0';
        return s;
    }
    static void compare(const std::map<std::string, std::string>& found, const std::map<std::string, std::string>& expected, const char* when) {
        for (const auto& [view, text] : expected) {
            const auto at = found.find(view);
            QVERIFY2(at != found.end() && at->second == text,
                     (std::string(when) + ", " + view + ":\n" + (at == found.end() ? "" : at->second.substr(0, 600)) + "\nexpected:\n" + text.substr(0, 600)).c_str());
        }
        QCOMPARE(found.size(), expected.size());
    }
    QList<QToolButton*> chips() const {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCoreApplication::processEvents();
        QList<QToolButton*> out;
        for (QToolButton* candidate : window_->findChild<ScopeBar*>()->findChildren<QToolButton*>())
            if (candidate->accessibleName().startsWith(QStringLiteral("Remove from the scope")))
                out.append(candidate);
        std::sort(out.begin(), out.end(), [](const QWidget* a, const QWidget* b) { return a->x() < b->x(); });
        return out;
    }
    QTemporaryDir dir_;
    WindowServices services_;
    std::shared_ptr<Workspace> workspace_;
    std::unique_ptr<QWidget> host_;
    QPointer<MainWindow> window_;
    SpanTablePtr table_;
    GraphView* graph_ = nullptr;
    WaterfallView* waterfall_ = nullptr;
    FunnelView* funnel_ = nullptr;
    FulfilmentView* stages_ = nullptr;
    DetailsView* details_ = nullptr;
    QTableView* list_ = nullptr;
    TraceListModel* traces_ = nullptr;
    QTableWidget* servicesTable_ = nullptr;
};

AISLE_TEST_MAIN(TestSelectionRoundTrip)
#include "tst_selection_round_trip.moc"
