// The map of paths and the list of variants: geometry as numbers, and the view through real events on a small demo shop.

#include "graph/graph_canvas.h"
#include "journey/case_scope.h"
#include "paths/paths_table.h"
#include "paths/paths_view.h"
#include "paths/variant_delegate.h"
#include "text/format.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "widgets/plain_text.h"
#include "widgets/tabular_model.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QHeaderView>
#include <QPainter>
#include <QPushButton>
#include <QSlider>
#include <QTableView>
#include <QTemporaryDir>
#include <QWheelEvent>

#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

/// Cases over three activities: A A B, A B, A C and still open.
CaseLog exampleLog() {
    CaseLog log;
    log.activities = {"A", "B <b>bold</b>", "C"};
    log.conditions.resize(3);
    log.first = {0, 3, 5, 7};
    log.activity = {0, 0, 1, 0, 1, 0, 2};
    for (size_t i = 0; i < log.activity.size(); ++i) {
        log.row.push_back(static_cast<Row>(i));
        log.start.push_back(static_cast<int64_t>(i) * 1'000'000'000);
        log.end.push_back(log.start.back() + 1'000'000);
    }
    log.isOpen = {false, false, true};
    return log;
}

} // namespace

class TestPathsView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
    }

    void frame() {
        const CaseLog log = exampleLog();
        const DirectlyFollows graph = followGraph(log, {true, true, true});
        const PathsPlan plan = planPaths(graph, {180, 44});
        QCOMPARE(plan.circles, (std::vector<uint32_t>{DirectlyFollows::kStart, DirectlyFollows::kEnd, DirectlyFollows::kOpen}));
        const GraphFrame frame = pathsFrame(log, graph, plan, true, theme());
        QCOMPARE(frame.nodes.size(), size_t(6));
        QCOMPARE(frame.edges.size(), graph.edges.size());
        QCOMPARE(frame.nodes[1].name, QStringLiteral("B <b>bold</b>"));
        QVERIFY(frame.nodes[3].isRound && frame.nodes[3].rect.bottom() < frame.nodes[0].rect.top()); // the start is above
        QVERIFY(frame.nodes[4].rect.top() > frame.nodes[1].rect.bottom());
        for (const size_t n : {1U, 3U, 4U}) // start, A, B and the end are the main way
            QVERIFY(std::abs(frame.nodes[n].rect.center().x() - frame.nodes[0].rect.center().x()) < 0.1);
        for (size_t a = 0; a < frame.nodes.size(); ++a)
            for (size_t b = a + 1; b < frame.nodes.size(); ++b)
                QVERIFY(!frame.nodes[a].rect.intersects(frame.nodes[b].rect));
        double start = 0, open = 0;
        for (size_t e = 0; e < graph.edges.size(); ++e) {
            QVERIFY(!frame.edges[e].path.isEmpty());
            QCOMPARE(frame.edges[e].isMessaging, graph.edges[e].to == DirectlyFollows::kOpen);
            QCOMPARE(frame.edges[e].colour.isValid(), graph.edges[e].timed > 0);
            (graph.edges[e].from == DirectlyFollows::kStart ? start : open) = frame.edges[e].width;
        }
        QVERIFY(start > open); // by cases
        for (uint32_t n = 0; n < frame.nodes.size(); ++n) {
            QCOMPARE(plan.frameNode(graph, plan.mapNode(graph, n)), n);
            QVERIFY(!describePath(log, graph, plan, {GraphHit::Kind::Node, n}).isEmpty());
        }
        QCOMPARE(neighbourOnPath(graph, plan, frame, 3, Qt::Key_Down), std::optional<uint32_t>(0));
        QCOMPARE(neighbourOnPath(graph, plan, frame, 0, Qt::Key_Up), std::optional<uint32_t>(3));
    }

    void emptyStates() {
        ViewContext context;
        const Host<PathsView> host({900, 500}, context);
        QVERIFY(settle());
        QVERIFY(visibleWords(host.view).contains(QStringLiteral("No paths")));
        QVERIFY(buttonWithText<QPushButton>(host.view, QStringLiteral("Open a file..."))->isVisible());
        QVERIFY(host.view->tabular() == nullptr);
    }

    void mapAndVariants() {
        ViewContext context;
        context.setWorkspace(workspace_);
        const Host<PathsView> host({1100, 700}, context);
        PathsView& view = *host.view;
        QVERIFY(settle());
        QVERIFY(view.shown());
        const QAbstractItemModelTester tester(view.variantList()->model());
        QVERIFY(view.shown()->graph.nodes.size() > 3);
        QCOMPARE(static_cast<size_t>(view.variantList()->model()->rowCount()), view.shown()->variants.variants.size());
        QVERIFY(!view.statusText().isEmpty());
        QCOMPARE(view.tabular()->rows.size(), view.shown()->graph.edges.size());

        // Less detail, fewer activities; more lines, more edges.
        const size_t nodes = view.shown()->graph.nodes.size(), edges = view.shown()->graph.edges.size();
        view.setDetail(100, 100);
        QVERIFY(settle());
        QVERIFY(view.shown()->graph.edges.size() > edges);
        named<QSlider>(&view, QStringLiteral("Share of activities"))->setValue(50);
        QVERIFY(settle());
        QCOMPARE(view.shown()->graph.nodes.size(), (nodes + 1) / 2);
        QVERIFY(visibleWords(&view).contains(QStringLiteral("left out by the detail")));

        auto* what = named<QComboBox>(&view, QStringLiteral("What activities are"));
        what->setCurrentText(QStringLiteral("no field at all"));
        QTest::keyClick(what, Qt::Key_Return);
        QVERIFY(settle());
        QVERIFY(visibleWords(&view).contains(QStringLiteral("is no field")));
        view.setActivities(QStringLiteral("stages"));
        view.setDetail(100, 100);
        QVERIFY(settle());
        QCOMPARE(view.shown()->of->log.activities.size(), context.journey()->definition->stages.size());
        QCOMPARE(view.settings().value(QStringLiteral("of")).toString(), QStringLiteral("stages"));

        // The scope.
        context.selection().addTerm(term(ScopeTerm::Kind::Stage, context.journey()->definition->stages.back().name));
        QVERIFY(settle());
        QTRY_COMPARE(view.shownScope()->scope.terms().size(), size_t(1));
        QVERIFY(settle());
        QCOMPARE(view.shown()->graph.cases, view.shownScope()->everything ? 0 : context.journey()->everything.converted);
        for (const Variants::Variant& variant : view.shown()->variants.variants)
            QCOMPARE(variant.converted, variant.cases);
    }

    void clicksAndKeys() {
        ViewContext context;
        context.setWorkspace(workspace_);
        const Host<PathsView> host({1100, 700}, context);
        PathsView& view = *host.view;
        view.setActivities(QStringLiteral("stages"));
        view.setDetail(100, 100);
        QVERIFY(settle());
        const GraphCanvas& canvas = *view.canvas();
        view.canvas()->fitAll();
        const auto at = [&](uint32_t node) { return canvas.viewport().toView(canvas.frame().nodes[node].rect.center()).toPoint(); };
        QTest::mouseClick(view.canvas(), Qt::LeftButton, {}, at(0));
        const std::string first = view.shown()->of->log.activities[view.shown()->graph.nodes[0].activity];
        QCOMPARE(context.selection().focus().name, first);
        QVERIFY(canvas.marks().nodes[0] & GraphMarks::kCursor);
        QVERIFY(view.canvas()->accessibleDescription().startsWith(toQString(first)));
        QTest::keyClick(view.canvas(), Qt::Key_Down);
        QVERIFY((canvas.marks().nodes[0] & GraphMarks::kCursor) == 0);

        // A variant marks its way and dims the rest; Enter filters to its cases.
        view.variantList()->selectRow(0);
        QVERIFY(canvas.marks().isDimmed);
        QVERIFY(std::any_of(canvas.marks().edges.begin(), canvas.marks().edges.end(), [](uint8_t mark) { return (mark & GraphMarks::kCursor) != 0; }));
        uint32_t few = 0;
        while (view.shown()->variants.variants[few].cases > 5)
            ++few;
        view.variantList()->selectRow(static_cast<int>(few));
        const PathsView::Filter filter = PathsView::filterOfVariant(*view.shown(), few);
        QVERIFY(filter.isExact);
        QCOMPARE(filter.cases.size(), view.shown()->variants.variants[few].cases);
        QTest::keyClick(view.variantList(), Qt::Key_Return);
        QVERIFY(settle());
        QTRY_VERIFY(view.shownScope() && !view.shownScope()->everything);
        QVERIFY(settle());
        QCOMPARE(view.shown()->graph.cases, filter.cases.size());
        QCOMPARE(view.shown()->variants.variants.size(), size_t(1));
    }

    // The legend lay over the cards at the lower edge, and over the minimap.
    void legendCoversNothing() {
        ViewContext context;
        context.setWorkspace(workspace_);
        const Host<PathsView> host({1100, 700}, context);
        PathsView& view = *host.view;
        view.setDetail(100, 100);
        QVERIFY(settle());
        GraphCanvas& canvas = *view.canvas();
        const auto legend = [&] {
            const QRectF area = canvas.graphArea();
            QCoreApplication::processEvents();
            return canvas.grab(QRect(0, static_cast<int>(area.bottom()) + 1, canvas.width(), canvas.height() - static_cast<int>(area.bottom()) - 1)).toImage();
        };
        canvas.fitAll();
        QVERIFY(settle());
        for (const GraphFrame::Node& node : canvas.frame().nodes)
            QVERIFY(canvas.graphArea().contains(canvas.viewport().toView(node.rect)));
        const QImage before = legend();
        QVERIFY(before.height() > 10);

        // A card half in its line is shown and found only above it; the minimap, which is there now, is above it as well.
        canvas.zoom(3 / canvas.viewport().scale);
        const QRectF area = canvas.graphArea();
        const QPointF by = QPointF(canvas.width() / 2.0, area.bottom()) - canvas.viewport().toView(canvas.frame().nodes[0].rect.center());
        QWheelEvent wheel(QPointF(5, 5), canvas.mapToGlobal(QPointF(5, 5)), by.toPoint(), {}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&canvas, &wheel);
        const QPointF edge(canvas.width() / 2.0, area.bottom());
        QVERIFY(canvas.viewport().toView(canvas.frame().nodes[0].rect).contains(edge + QPointF(0, 6)));
        QCOMPARE(canvas.hitAt(edge + QPointF(0, 6)).kind, GraphHit::Kind::None);
        QCOMPARE(canvas.hitAt(edge - QPointF(0, 6)).kind, GraphHit::Kind::Node);
        QCOMPARE(legend(), before);

        // In a narrow window it goes on in another line, and the map leaves room for that, too.
        const Theme& now = theme();
        const double wide = graphLegendHeight(GraphFrame::Colours::Waits, 2000, now), narrow = graphLegendHeight(GraphFrame::Colours::Waits, 300, now);
        QVERIFY(narrow > wide);
        QImage picture(300, 200, QImage::Format_ARGB32_Premultiplied);
        QPainter painter(&picture);
        const QRectF painted = paintGraphLegend(painter, GraphFrame::Colours::Waits, QRectF(0, 0, 300, 200), now);
        QVERIFY(painted.top() >= 200 - narrow && painted.bottom() <= 200 && painted.right() <= 300);
    }

    void filtersHoldTheirCases() {
        ViewContext context;
        context.setWorkspace(workspace_);
        const Host<PathsView> host({1100, 700}, context);
        PathsView& view = *host.view;
        view.setDetail(100, 100);
        QVERIFY(settle());
        const PathsShown& shown = *view.shown();
        size_t asked = 0, exact = 0;
        const auto verify = [&](const PathsView::Filter& filter, const std::vector<CaseNumber>& cases) {
            QCOMPARE(filter.cases, cases);
            if (filter.query.empty() || ++asked > 40)
                return;
            QCOMPARE(filter.isExact, cases.size() <= kMostCasesNamed);
            traceql::ParseError error;
            const auto scope = Scope::parse(filter.query, error);
            QVERIFY2(scope, filter.query.c_str());
            const std::vector<bool> found = casesInScope(*context.journey(), evaluate(*scope, context.queryContext()));
            for (const CaseNumber c : cases)
                QVERIFY2(found[c], filter.query.c_str());
            const auto count = static_cast<size_t>(std::count(found.begin(), found.end(), true));
            QVERIFY2(filter.isExact ? count == cases.size() : count >= cases.size(), filter.query.c_str());
            exact += filter.isExact;
        };
        for (uint32_t n = 0; n < view.canvas()->frame().nodes.size(); ++n) {
            const uint32_t node = shown.plan.mapNode(shown.graph, n);
            const auto cases = casesOfNode(shown.of->log, shown.only, shown.graph, node);
            if (n < shown.graph.nodes.size())
                QCOMPARE(cases.size(), shown.graph.nodes[n].cases);
            verify(PathsView::filterOf(shown, {GraphHit::Kind::Node, n}), cases);
        }
        for (uint32_t e = 0; e < shown.graph.edges.size(); ++e) {
            const DirectlyFollows::Edge& edge = shown.graph.edges[e];
            const auto cases = casesOfEdge(shown.of->log, shown.only, shown.graph, edge.from, edge.to);
            QCOMPARE(cases.size(), edge.cases);
            verify(PathsView::filterOf(shown, {GraphHit::Kind::Edge, e}), cases);
        }
        for (uint32_t v = 0; v < std::min<size_t>(5, shown.variants.variants.size()); ++v) {
            const auto cases = casesOfVariant(shown.variants, v);
            QCOMPARE(cases.size(), shown.variants.variants[v].cases);
            verify(PathsView::filterOfVariant(shown, v), cases);
        }
        QVERIFY(asked > 3 && exact > 3);
        QVERIFY(PathsView::filterOf(shown, {}).cases.empty());
    }

    void linesByKeys() {
        ViewContext context;
        context.setWorkspace(workspace_);
        const Host<PathsView> host({1100, 700}, context);
        PathsView& view = *host.view;
        view.setActivities(QStringLiteral("stages"));
        view.setDetail(100, 100);
        QVERIFY(settle());
        const DirectlyFollows& graph = view.shown()->graph;
        const PathsPlan& plan = view.shown()->plan;
        const auto cursor = [&] {
            const auto& marks = view.canvas()->marks().edges;
            return static_cast<uint32_t>(std::find_if(marks.begin(), marks.end(), [](uint8_t mark) { return (mark & GraphMarks::kCursor) != 0; }) - marks.begin());
        };
        // N goes through all lines of the first activity, and comes to the first again.
        QTest::keyClick(view.canvas(), Qt::Key_Up); // nothing is chosen: the most frequent one
        const std::vector<uint32_t> lines = linesAt(graph, plan, 0);
        QVERIFY(lines.size() > 2);
        std::set<uint32_t> seen;
        for (const uint32_t line : lines) {
            QVERIFY(graph.edges[line].from == 0 || graph.edges[line].to == 0);
            QTest::keyClick(view.canvas(), Qt::Key_N);
            QCOMPARE(cursor(), line);
            seen.insert(line);
        }
        QCOMPARE(seen.size(), static_cast<size_t>(std::count_if(graph.edges.begin(), graph.edges.end(), [](const DirectlyFollows::Edge& e) { return e.from == 0 || e.to == 0; })));
        QTest::keyClick(view.canvas(), Qt::Key_N);
        QCOMPARE(cursor(), lines.front());
        QVERIFY(view.canvas()->accessibleDescription().contains(QStringLiteral("→")));
        QTest::keyClick(view.canvas(), Qt::Key_Down); // to its end
        QVERIFY(view.canvas()->marks().nodes[plan.frameNode(graph, graph.edges[lines.front()].to)] & GraphMarks::kCursor);

        // An exit that few took, by its line: Enter leaves its cases.
        uint32_t exit = 0;
        while (exit < graph.edges.size() && (graph.edges[exit].to != DirectlyFollows::kEnd || graph.edges[exit].cases > 50))
            ++exit;
        QVERIFY(exit < graph.edges.size());
        const uint64_t cases = graph.edges[exit].cases;
        QTest::keyClick(view.canvas(), Qt::Key_Escape);
        view.canvas()->fitAll();
        QTest::mouseClick(view.canvas(), Qt::LeftButton, {}, view.canvas()->viewport().toView(view.canvas()->frame().nodes[graph.edges[exit].from].rect.center()).toPoint());
        for (size_t i = 0; i < graph.edges.size() && cursor() != exit; ++i)
            QTest::keyClick(view.canvas(), Qt::Key_N);
        QCOMPARE(cursor(), exit);
        QTest::keyClick(view.canvas(), Qt::Key_Return);
        QVERIFY(settle());
        QTRY_VERIFY(view.shownScope() && !view.shownScope()->everything);
        QVERIFY(settle());
        QCOMPARE(view.shown()->graph.cases, cases);
        QCOMPARE(view.shown()->graph.openCases, 0U);
    }

    void menuOfVariantsByKey() {
        ViewContext context;
        context.setWorkspace(workspace_);
        const Host<PathsView> host({1100, 700}, context);
        PathsView& view = *host.view;
        QVERIFY(settle());
        const auto rare = static_cast<uint32_t>(view.shown()->variants.variants.size() - 1);
        view.variantList()->selectRow(static_cast<int>(rare));
        const QString words = QStringLiteral("Filter to its %1").arg(toQString(counted(view.shown()->variants.variants[rare].cases, "case", "cases")));
        QVERIFY(chooseInMenu(
            [&] {
                const QPoint below(5, view.variantList()->viewport()->height() - 2); // maybe beside the rows
                Q_EMIT view.variantList()->customContextMenuRequested(below);
                QVERIFY(settle()); // its cases are looked for first
            },
            words));
        QVERIFY(settle());
        QTRY_VERIFY(view.shownScope() && !view.shownScope()->everything);
    }

    void endsOfCases() {
        const CaseLog log = exampleLog();
        const DirectlyFollows graph = followGraph(log, {true, true, true});
        const PathsPlan plan = planPaths(graph, {180, 44});
        const auto said = [&](uint32_t node) { return describePath(log, graph, plan, {GraphHit::Kind::Node, plan.frameNode(graph, node)}); };
        QCOMPARE(said(DirectlyFollows::kStart), QStringLiteral("Start\n3 cases"));
        QCOMPARE(said(DirectlyFollows::kEnd), QStringLiteral("End\n2 cases"));
        QCOMPARE(said(DirectlyFollows::kOpen), QStringLiteral("Still open\n1 case"));
    }

    // The scope changed while the page was behind another one, and the paths of the journey before were counted in it.
    void anotherJourneyWhileHidden() {
        ViewContext context;
        context.setWorkspace(workspace_);
        Host<PathsView> host({1100, 700}, context);
        host.view->setActivities(QStringLiteral("stages"));
        QVERIFY(settle());
        JourneyDefinition journey = *context.journey()->definition;
        QVERIFY(host.view->shown()->of->log.activities.size() > 2);
        host.window.hide();
        journey.stages.resize(2);
        journey.exclusions.clear();
        context.setJourney(journey);
        QVERIFY(settle());
        context.selection().addTerm(term(ScopeTerm::Kind::Stage, journey.stages[1].name));
        QVERIFY(settle());
        host.window.show();
        QVERIFY(settle());
        QVERIFY(host.view->shown()->of->state == context.journey());
        QCOMPARE(host.view->shown()->of->log.activities.size(), size_t(2));
        QCOMPARE(host.view->shown()->graph.cases, context.journey()->everything.stages[1].reached);
    }

    // Cut in their middle, several variants looked the same.
    void variantsWithoutRoom() {
        const VariantDelegate delegate([]() -> const ServiceColours& { static const ServiceColours none; return none; }, [](int row, size_t around) -> QString { return QString::number(row) + QString(static_cast<qsizetype>(around), QLatin1Char('-')); }, nullptr);
        const QFontMetrics metrics(theme().font);
        const auto room = [&](const char* text) { return metrics.horizontalAdvance(QLatin1String(text)) + 1; };
        const QString whole(100, QLatin1Char('w'));
        QCOMPARE(delegate.shown(QStringLiteral("A → B"), 7, metrics, 1000), QStringLiteral("A → B"));
        QCOMPARE(delegate.shown(whole, 7, metrics, room("7--")), QStringLiteral("7--"));
        QCOMPARE(delegate.shown(whole, 7, metrics, room("7")), QStringLiteral("7"));
        QCOMPARE(delegate.shown(whole, 7, metrics, 0), QStringLiteral("7")); // the list cuts it
    }

    // A click on a header drew an arrow there and sorted nothing.
    void variantsAreSorted() {
        ViewContext context;
        context.setWorkspace(workspace_);
        Host<PathsView> host({1100, 700}, context);
        QVERIFY(settle());
        const auto* model = qobject_cast<TabularModel*>(host.view->variantList()->model());
        const auto isSorted = [&] {
            for (int row = 1; row < model->rowCount(); ++row)
                if (host.view->shown()->variants.variants[model->given(row - 1)].cases > host.view->shown()->variants.variants[model->given(row)].cases)
                    return false;
            return true;
        };
        QVERIFY(model->rowCount() > 2 && !isSorted());
        QCOMPARE(model->table().columns[1].key, std::string("cases"));
        host.view->variantList()->horizontalHeader()->setSortIndicator(1, Qt::AscendingOrder);
        QVERIFY(isSorted());
        host.view->applySettings({{QStringLiteral("folds"), true}});
        QVERIFY(settle());
        QVERIFY(isSorted()); // those that come, too
    }

    // Activities, lines and variants open exactly their cases.
    void listsCases() {
        ViewContext context;
        context.setWorkspace(workspace_);
        const Host<PathsView> host({1100, 700}, context);
        PathsView& view = *host.view;
        QVERIFY(settle());
        CaseSet last;
        int times = 0;
        connect(&view, &CasePage::casesWanted, this, [&](const CaseSet& set) {
            last = set;
            ++times;
        });
        QTest::keyClick(view.canvas(), Qt::Key_L); // nothing is chosen
        QVERIFY(settle());
        QCOMPARE(times, 0);
        QTest::keyClick(view.canvas(), Qt::Key_Right); // to the most frequent one, or its neighbour
        QTest::keyClick(view.canvas(), Qt::Key_L);
        QVERIFY(settle());
        QCOMPARE(times, 1);
        QVERIFY(last.words.starts_with("with "));
        const auto& shown = *view.shown();
        const auto node = std::find_if(shown.graph.nodes.begin(), shown.graph.nodes.end(), [&](const DirectlyFollows::Node& n) { return last.words == "with " + shown.of->log.activities[n.activity]; });
        QVERIFY(node != shown.graph.nodes.end());
        std::vector<CaseNumber> expected;
        std::vector<uint32_t> events;
        for (CaseNumber c = 0; c < shown.only.size(); ++c) {
            shown.of->log.eventsOf(c, nullptr, events);
            if (shown.only[c] && std::any_of(events.begin(), events.end(), [&](uint32_t e) { return shown.of->log.activity[e] == node->activity; }))
                expected.push_back(c);
        }
        QCOMPARE(last.cases, expected);
        QCOMPARE(last.cases.size(), node->cases);
        view.variantList()->selectRow(1);
        QTest::keyClick(view.variantList(), Qt::Key_L);
        QVERIFY(settle());
        QCOMPARE(times, 2);
        QCOMPARE(last.cases.size(), shown.variants.variants[1].cases);
        for (const CaseNumber c : last.cases)
            QCOMPARE(shown.variants.ofCase[c], uint32_t(1));
        // What was asked for of another map is not listed.
        QTest::keyClick(view.variantList(), Qt::Key_L);
        context.setWorkspace(nullptr);
        QVERIFY(settle());
        QVERIFY(view.shown() == nullptr);
        QCOMPARE(times, 2);
    }

    void pictures() {
        ViewContext context;
        context.setWorkspace(workspace_);
        const Host<PathsView> host({1100, 700}, context);
        QVERIFY(settle());
        const QSize size = host.view->pictureSize();
        QVERIFY(size.width() > 200 && size.height() > 100);
        QCOMPARE(host.view->documents().size(), size_t(2));
        QVERIFY(host.view->documents()[0].render(context.exporter().redactor()).starts_with("// ") || host.view->documents()[0].render(context.exporter().redactor()).starts_with("digraph"));
    }

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestPathsView)
#include "tst_paths_view.moc"
