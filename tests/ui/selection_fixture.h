#pragma once
// A whole window on the demo shop, with each of its views at hand: what is marked in them, and what they show, as text.

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

namespace aisle::test {

using Term = ScopeTerm::Kind;

/// Slots of a test: initTestCase() calls begin(), init() beginTest(), cleanup() endTest().
class SelectionFixture : public QObject {
protected:
    void begin() {
        failOnWarnings();
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, dir_.filePath(QStringLiteral("settings")));
        applyTheme(ThemeMode::Light);
        services_.makeImport = [] { return std::make_unique<WindowImport>(); };
        workspace_ = demoWorkspace(dir_.path(), 150);
    }
    void beginTest() {
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
    void endTest() {
        delete window_;
        host_.reset();
    }

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

} // namespace aisle::test
