// A line of the map of paths as what is in focus: its details, and what its label says.

#include "details/details_view.h"
#include "graph/graph_canvas.h"
#include "orders_context.h"
#include "paths/paths_view.h"
#include "selection/focus_matches.h"
#include "selection/note_target.h"
#include "text/format.h"
#include "theme/theme.h"
#include "ui_fixture.h"
#include "widgets/plain_text.h"

#include <QTemporaryDir>

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

/// The map of stages with so many of its activities, and the details beside it.
struct StagesMap {
    StagesMap(const std::shared_ptr<Workspace>& workspace, int activities) {
        context.setWorkspace(workspace);
        host.view->setActivities(QStringLiteral("stages"));
        host.view->setDetail(activities, 100);
        QVERIFY(settle());
    }
    ViewContext context;
    Host<PathsView> host{{1100, 700}, context};
    Host<DetailsView> details{{420, 700}, context};
};

} // namespace

class TestPathSteps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
        workspace_ = demoWorkspace(dir_.path(), 150);
    }

    // A line of the map turned blue, while status bar and details kept what had been in focus before.
    void aLineHasDetails() {
        StagesMap map(workspace_, 100);
        auto& [context, host, details] = map;
        PathsView& view = *host.view;
        const DirectlyFollows& graph = view.shown()->graph;
        const auto stageOf = [&](uint32_t node) { return view.shown()->of->log.activities[graph.nodes[node].activity]; };
        QTest::keyClick(view.canvas(), Qt::Key_Up);
        int steps = 0;
        for (const uint32_t line : linesAt(graph, view.shown()->plan, 0)) {
            QTest::keyClick(view.canvas(), Qt::Key_N);
            QVERIFY(view.canvas()->marks().edges[line] & GraphMarks::kCursor);
            const DirectlyFollows::Edge& edge = graph.edges[line];
            if (edge.from >= graph.nodes.size() || edge.to >= graph.nodes.size()) { // of a circle: the stage at its other end
                QCOMPARE(context.selection().focus(), Focus::onStage(stageOf(0)));
                continue;
            }
            ++steps;
            QCOMPARE(context.selection().focus(), Focus::onStep(stageOf(edge.from), stageOf(edge.to)));
            QVERIFY(settle());
            const DetailsContent& content = details.view->content();
            QCOMPARE(content.what, std::string("Step"));
            QCOMPARE(content.title, stageOf(edge.from) + " \u2192 " + stageOf(edge.to));
            QVERIFY2(content.facts[0].value.starts_with(counted(edge.cases, "session", "sessions") + ", "), content.facts[0].value.c_str());
            QVERIFY(edge.timed == 0 || content.facts[1].value.find("p90 " + formatWait(edge.p90)) != std::string::npos);
            QVERIFY2(content.facts.back().value.starts_with(counted(graph.nodes[edge.from].open, "session", "sessions")), content.facts.back().value.c_str());
        }
        QVERIFY(steps > 0);
        QVERIFY(!NoteTarget::of(Focus::onStep("a", "b"))); // no note can be about it
        QCOMPARE(Focus::onStep("a", "b").toWords(nullptr), std::string("step a \u2192 b"));
        QCOMPARE(Focus::onStopped("a").toWords(nullptr), std::string("stopped at a"));
        QCOMPARE(NoteTarget::of(Focus::onStopped("a")), NoteTarget::of(Focus::onStage("a")));
        // What dims the rest of a trace, in every view of one.
        for (const Focus& focus : {Focus::onService("a"), Focus::onEdge("a", "b"), Focus::onStage("a"), Focus::onStopped("a"), Focus::onStep("a", "b"), Focus::onCase("a")})
            QVERIFY2(isOfManyTraces(focus), focus.toWords(nullptr).c_str());
        for (const Focus& focus : {Focus(), Focus::onTrace(TraceId{0, 1}), Focus::onTraces({TraceId{0, 1}})})
            QVERIFY(!isOfManyTraces(focus));
    }

    // A line that passes left-out stages put a step in focus that nobody had taken.
    void linesPastWhatIsLeftOut() {
        StagesMap map(workspace_, 50);
        auto& [context, host, details] = map;
        PathsView& view = *host.view;
        const DirectlyFollows& graph = view.shown()->graph;
        const auto& names = view.shown()->of->log.activities;
        std::vector<std::string> leftOut;
        for (const uint32_t activity : graph.leftOut)
            leftOut.push_back(names[activity]);
        QVERIFY(!leftOut.empty());
        int steps = 0;
        QTest::keyClick(view.canvas(), Qt::Key_Up);
        for (const uint32_t line : linesAt(graph, view.shown()->plan, 0)) {
            QTest::keyClick(view.canvas(), Qt::Key_N);
            const DirectlyFollows::Edge& edge = graph.edges[line];
            if (edge.from >= graph.nodes.size() || edge.to >= graph.nodes.size())
                continue;
            ++steps;
            QCOMPARE(context.selection().focus(), Focus::onStep(names[graph.nodes[edge.from].activity], names[graph.nodes[edge.to].activity], leftOut));
            QVERIFY(settle());
            QVERIFY2(details.view->content().facts[0].value.starts_with(counted(edge.cases, "session", "sessions") + ", "), details.view->content().facts[0].value.c_str());
            QVERIFY(context.focusMatches()->traceCount > 0);
        }
        QVERIFY(steps > 0);
    }

    // Lines between visits are of other numbers than steps, and nobody else knows of those that failed.
    void linesBetweenVisitsAreNoSteps() {
        ViewContext live;
        OrdersContext orders(live);
        live.setWorkspace(workspace_);
        const Host<PathsView> host({1100, 700}, orders);
        PathsView& view = *host.view;
        view.setActivities(QStringLiteral("visits"));
        view.setDetail(100, 100);
        QVERIFY(settle());
        const DirectlyFollows& graph = view.shown()->graph;
        QVERIFY(graph.nodes[0].activity < orders.journey()->everything.stages.size());
        const Focus stage = Focus::onStage(view.shown()->of->log.activities[graph.nodes[0].activity]);
        QTest::keyClick(view.canvas(), Qt::Key_Up);
        QCOMPARE(live.selection().focus(), stage);
        int between = 0;
        for (const uint32_t line : linesAt(graph, view.shown()->plan, 0)) {
            QTest::keyClick(view.canvas(), Qt::Key_N);
            QVERIFY(view.canvas()->marks().edges[line] & GraphMarks::kCursor);
            between += graph.edges[line].from < graph.nodes.size() && graph.edges[line].to < graph.nodes.size();
            QCOMPARE(live.selection().focus(), stage);
        }
        QVERIFY(between > 0);
    }

    void factsOfAStep() {
        CaseLog log = exampleLog();
        log.activity = {0, 1, 0, 1, 0, 0, 2}; // A B A, B A, A C and still open
        const DirectlyFollows graph = followGraph(log, {true, true, true});
        const auto facts = [&](const char* from, const char* to) {
            QStringList out;
            for (const DetailsContent::Fact& fact : stepContent(JourneyState(), log, graph, false, Focus::onStep(from, to)).facts)
                out << toQString(fact.name + ": " + fact.value);
            return out;
        };
        // Each begins a second after the one before, and takes 1 ms.
        QCOMPARE(facts("B <b>bold</b>", "A"), (QStringList{QStringLiteral("Went so: 2 cases, 2 times"), QStringLiteral("Wait: p50 999 ms · p90 999 ms · mean 999 ms"), QStringLiteral("Again in one case: none"), QStringLiteral("Last seen at B <b>bold</b>, may go on: 0 cases")}));
        QCOMPARE(facts("C", "A"), (QStringList{QStringLiteral("Went so: no case, without other stages in between"), QStringLiteral("Last seen at C, may go on: 1 case")}));
        QCOMPARE(facts("nowhere", "A"), QStringList{QStringLiteral("Went so: no case, without other stages in between")});
        log.first = {0, 5, 5, 7};
        const DirectlyFollows again = followGraph(log, {true, true, true}); // A B A B A
        const DetailsContent twice = stepContent(JourneyState(), log, again, false, Focus::onStep("A", "B <b>bold</b>"));
        QCOMPARE(twice.facts[0].value, std::string("1 case, 2 times"));
        QCOMPARE(twice.facts[2].value, std::string("1 time"));
        QCOMPARE(twice.targets.size(), size_t(2));
    }

    // The label says p90 as soon as that takes no room from anything else.
    void labelsHaveP90() {
        const CaseLog log = exampleLog();
        const DirectlyFollows graph = followGraph(log, {true, true, true});
        const PathsPlan plan = planPaths(graph, {180, 44});
        const GraphFrame frame = pathsFrame(log, graph, plan, false, theme());
        const QFontMetricsF metrics(theme().axisFont);
        for (size_t e = 0; e < graph.edges.size(); ++e) {
            QCOMPARE(frame.edges[e].longLabel.isEmpty(), graph.edges[e].timed == 0);
            QVERIFY(frame.edges[e].longLabel.isEmpty() || frame.edges[e].longLabel.endsWith(QStringLiteral(" (p90 999 ms)")));
        }
        int wide = 0;
        for (const double scale : {0.6, 1.0, 4.0}) {
            const GraphLabels labels = graphLabels(frame, scale, theme());
            for (size_t e = 0; e < frame.edges.size(); ++e) {
                if (labels.edges[e].isEmpty())
                    continue;
                wide += scale > 2 && !frame.edges[e].longLabel.isEmpty() && labels.edges[e].width() >= metrics.horizontalAdvance(frame.edges[e].longLabel);
                for (size_t other = 0; other < e; ++other)
                    QVERIFY(!labels.edges[e].intersects(labels.edges[other]));
                for (const GraphFrame::Node& node : frame.nodes)
                    QVERIFY(!labels.edges[e].intersects(QRectF(node.rect.topLeft() * scale, node.rect.size() * scale)));
            }
        }
        QVERIFY(wide > 0);
    }

private:
    QTemporaryDir dir_;
    std::shared_ptr<Workspace> workspace_;
};

AISLE_TEST_MAIN(TestPathSteps)
#include "tst_path_steps.moc"
