// As what a service graph is shown: tables, a comparison, moments, layouts, and what of a view is remembered and leaves the window.

#include "graph_view_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestGraphViewModes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { failOnWarnings(); }

    void tables() {
        Window w(shop());
        settle();
        w.view.bar().setShow(GraphBar::Show::Nodes);
        Q_EMIT w.view.bar().showChanged();
        auto* list = named<QTableView>(&w.view, QStringLiteral("Service graph as a table"));
        QCOMPARE(list->model()->rowCount(), 5);
        const QAbstractItemModelTester tester(list->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        QCOMPARE(w.view.tabular()->rows.size(), size_t(5));
        QCOMPARE(w.view.tabular()->columns.back().key, std::string("failures")); // with what takes longer
        list->setFocus();
        list->sortByColumn(0, Qt::DescendingOrder);
        list->setCurrentIndex(list->model()->index(0, 0));
        QCOMPARE(w.context.selection().focus(), Focus::onService("payment"));
        // A right click on a row of the table did nothing.
        std::string copied;
        w.context.exporter().clipboard = [&copied](const std::string& text) { copied = text; };
        const auto choose = [&](int row, const QString& words) { return chooseInMenu(list->viewport(), list->visualRect(list->model()->index(row, 0)).center(), words); };
        QVERIFY(choose(0, QStringLiteral("Copy name")));
        QCOMPARE(copied, std::string("payment"));
        QVERIFY(choose(0, QStringLiteral("Filter to this: service payment")));
        QCOMPARE(w.context.selection().scope().terms().size(), size_t(1));
        w.context.selection().setScope({});
        QTRY_COMPARE(list->model()->rowCount(), 5);
        w.settle();
        // One name on the screen, the stable one where it leaves the window.
        QCOMPARE(list->model()->index(4, 0).data().toString(), QStringLiteral("User"));
        QCOMPARE(std::get<std::string>(w.view.tabular()->rows[0][0].value), std::string("(user)"));
        QCOMPARE(Focus::onEdge("(user)", "frontend").toWords(nullptr), std::string("User → frontend"));
        w.view.bar().setShow(GraphBar::Show::Edges);
        Q_EMIT w.view.bar().showChanged();
        QCOMPARE(list->model()->rowCount(), 4);
    }

    void comparesWithEverythingElse() {
        GraphFixture f;
        for (uint64_t trace = 1; trace <= 400; ++trace) {
            const bool isNew = trace > 200;
            const uint64_t id = trace * 10;
            f.add(trace, id, 0, isNew ? "new" : "old", Kind::Server);
            f.add(trace, id + 1, id, isNew ? "new" : "old", Kind::Client);
            auto& server = f.add(trace, id + 2, id + 1, "cart", Kind::Server);
            server.duration = isNew ? 4000 + static_cast<int64_t>(trace % 7) : 1000 + static_cast<int64_t>(trace % 7);
        }
        Window w(f);
        ScopeTerm term;
        term.kind = ScopeTerm::Kind::Service;
        term.text = "new";
        w.context.selection().addTerm(term);
        QTRY_COMPARE(w.view.graph()->traces, uint64_t(200));
        w.view.compareWith({});
        QTRY_VERIFY(w.view.difference() != nullptr);
        QCOMPARE(w.view.difference()->tracesAfter, uint64_t(200));
        QCOMPARE(w.view.difference()->tracesBefore, uint64_t(200));
        QCOMPARE(w.view.graph()->nodes.size(), size_t(4)); // of both
        QCOMPARE(w.view.frame().nodes[w.node("new")].colour, theme().difference(1));
        QCOMPARE(w.view.frame().nodes[w.node("old")].colour, theme().difference(-1));
        QCOMPARE(w.view.frame().nodes[w.node("new")].lines.front().left, QStringLiteral("new"));
        QVERIFY(w.view.frame().nodes[w.node("cart")].lines.front().left.startsWith(QStringLiteral("p95 ×3.98")));
        QCOMPARE(w.view.tabular()->rows.size(), w.view.difference()->ranked.size());
        QVERIFY(w.view.documents().empty());
        // The picture did not say what was compared.
        QVERIFY(svgPicture(w.view).find("200 traces against 200: ") != std::string::npos);
        // A row of the comparison led to another node or edge, or out of bounds.
        w.view.bar().setShow(GraphBar::Show::Edges);
        Q_EMIT w.view.bar().showChanged();
        auto* list = named<QTableView>(&w.view, QStringLiteral("Service graph as a table"));
        list->setFocus();
        for (int row = list->model()->rowCount() - 1; row >= 0; --row) {
            list->setCurrentIndex(list->model()->index(row, 0));
            const auto place = placesOf(*w.view.difference(), ChangesOf::Edges)[static_cast<size_t>(row)];
            const ServiceGraph& graph = w.view.difference()->graph;
            QCOMPARE(w.context.selection().focus(), Focus::onEdge(graph.nodes[graph.edges[place.number].from].name, graph.nodes[graph.edges[place.number].to].name));
        }
        // Calls and nodes were one and the same table while two sets were compared.
        QCOMPARE(list->model()->rowCount(), static_cast<int>(w.view.difference()->edges.size()));
        w.view.bar().setShow(GraphBar::Show::Nodes);
        Q_EMIT w.view.bar().showChanged();
        QCOMPARE(list->model()->rowCount(), static_cast<int>(w.view.difference()->nodes.size()));
        for (int row = list->model()->rowCount() - 1; row >= 0; --row) {
            list->setCurrentIndex(list->model()->index(row, 0));
            const auto place = placesOf(*w.view.difference(), ChangesOf::Nodes)[static_cast<size_t>(row)];
            QCOMPARE(w.context.selection().focus(), Focus::onService(w.view.difference()->graph.nodes[place.number].name));
        }
        w.view.bar().setShow(GraphBar::Show::Picture);
        Q_EMIT w.view.bar().showChanged();
        w.context.selection().setFocus({});
        w.context.selection().setScope({}); // nothing to compare with
        QTRY_COMPARE(w.view.difference()->tracesBefore, uint64_t(0));
        QVERIFY(visibleWords(&w.view.bar()).contains(QStringLiteral("nothing to compare with")));
        QVERIFY(visibleWords(&w.view).contains(QStringLiteral("Everything is in the scope: select some of the traces to keep them"))); // the button did nothing, and said nothing
        buttonWithText<QToolButton>(&w.view, QStringLiteral("Compare"))->click();
        QTRY_VERIFY(w.view.difference() == nullptr && !w.view.isBusy());
        QCOMPARE(w.view.graph()->traces, uint64_t(400));
    }

    void replaysMomentByMoment() {
        Window w(shop());
        settle();
        buttonWithText<QToolButton>(&w.view, QStringLiteral("Replay"))->click();
        settle();
        auto* slider = named<QSlider>(&w.view, QStringLiteral("Moment"));
        QVERIFY(slider->maximum() > 100);
        named<QComboBox>(&w.view, QStringLiteral("Moments at a time"))->setCurrentIndex(0);
        uint64_t calls = 0;
        const uint32_t cart = w.node("cart");
        for (int moment = 0; moment <= slider->maximum(); ++moment) {
            slider->setValue(moment);
            calls += w.view.frame().nodes[cart].weight;
        }
        QCOMPARE(calls, w.view.graph()->nodes[cart].calls); // each at one moment
        buttonWithText<QToolButton>(&w.view, QStringLiteral("Replay"))->click();
        QCOMPARE(w.view.frame().nodes[cart].weight, w.view.graph()->nodes[cart].calls);
    }

    // Replay ran over all of the traces that a time range touches: of five minutes chosen it showed the hour around them.
    void replayRunsOverTheTimeOfTheScope() {
        Window w(shop());
        ScopeTerm range = term(ScopeTerm::Kind::Time, {});
        range.from = 1'005'015; // within trace 5: its frontend and the call to cart began before
        range.to = 1'010'000;
        w.context.selection().addTerm(range);
        QTRY_COMPARE(w.view.graph()->traces, uint64_t(5));
        w.settle();
        buttonWithText<QToolButton>(&w.view, QStringLiteral("Replay"))->click();
        settle();
        auto* replay = w.view.findChild<GraphReplay*>();
        QVERIFY2(visibleWords(replay).contains(QStringLiteral("2 calls and 1 entry span lie outside of this time range.")), qPrintable(visibleWords(replay)));
        named<QComboBox>(&w.view, QStringLiteral("Moments at a time"))->setCurrentIndex(0);
        auto* slider = named<QSlider>(&w.view, QStringLiteral("Moment"));
        const uint32_t cart = w.node("cart"), frontend = w.node("frontend");
        uint64_t ofCart = 0, ofFrontend = 0;
        for (int moment = slider->maximum(); moment >= 0; --moment) {
            slider->setValue(moment);
            ofCart += w.view.frame().nodes[cart].weight;
            ofFrontend += w.view.frame().nodes[frontend].weight;
        }
        QCOMPARE(w.view.frame().nodes[cart].weight, uint64_t(1)); // of trace 5, 5 ns after the slider begins
        QCOMPARE(ofCart, uint64_t(5));
        QCOMPARE(ofFrontend, uint64_t(4)); // and the one that is said
        // Without a range it runs over everything, and says nothing.
        w.context.selection().setScope({});
        QTRY_COMPARE(w.view.graph()->traces, uint64_t(20));
        settle();
        w.settle();
        QVERIFY(!visibleWords(replay).contains(QStringLiteral("outside")));
        // So does that of one trace in focus, which is shown whatever the scope is.
        w.context.selection().addTerm(range);
        w.context.selection().setFocus(Focus::onTrace(TraceId{0, 1}));
        w.view.showOnlyFocus(true);
        QTRY_COMPARE(w.view.graph()->traces, uint64_t(1));
        settle();
        QVERIFY2(!visibleWords(replay).contains(QStringLiteral("outside")), qPrintable(visibleWords(replay)));
    }

    void layouts() {
        Window w(shop());
        for (const GraphBar::Places places : {GraphBar::Places::Force, GraphBar::Places::Radial, GraphBar::Places::Layered}) {
            w.view.bar().setPlaces(places);
            Q_EMIT w.view.bar().placesChanged();
            w.settle();
            for (size_t a = 0; a < w.view.frame().nodes.size(); ++a)
                for (size_t b = 0; b < a; ++b)
                    QVERIFY(!w.view.frame().nodes[a].rect.intersects(w.view.frame().nodes[b].rect));
        }
    }

    // For each new layout every card was measured twice on the UI thread, between two steps in the background, and each node was looked up
    // among all others: the window stood still for 2.6 s at 20,000 nodes.
    void cardsAreMeasuredBesideTheWindow() {
        Window w(shop());
        QVERIFY(settle());
        w.view.groupBy(QStringLiteral("kind"));
        const auto step = [] { // what is under way, and once what the UI thread has to do after it
            Worker::pool().waitForDone();
            QCoreApplication::processEvents();
        };
        step(); // groups, cards and places
        step(); // calls
        QCOMPARE(w.view.graph()->nodes.size(), size_t(2));
    }

    void layoutInputs() {
        Window w(shop());
        ServiceGraph graph = *w.view.graph();
        const GraphLayoutInputs inputs = graphLayoutInputs(graph, theme());
        QVERIFY(!inputs.right.isDownward && inputs.down.isDownward);
        QVERIFY(inputs.right.nodes == inputs.down.nodes && inputs.right.nodes.size() == graph.nodes.size());
        QVERIFY(inputs.right.layerGap > inputs.down.layerGap);
        QCOMPARE(inputs.down.edges.size(), graph.edges.size());
        GraphPlan plan;
        plan.graph = w.view.graph();
        for (const auto& node : w.view.frame().nodes)
            plan.layout.nodes.push_back(node.rect);
        std::swap(graph.nodes[1], graph.nodes[2]);
        graph.nodes[3].id = "service:new";
        const auto centres = centresIn(plan, graph);
        QCOMPARE(centres.size(), graph.nodes.size());
        QVERIFY(centres[1] == plan.layout.nodes[2].center() && centres[2] == plan.layout.nodes[1].center());
        QVERIFY(!centres[3]);
    }

    // Forces between so many nodes took all memory, and that others are on show has to be said.
    void tooManyNodesForForces() {
        GraphFixture f;
        f.add(1, 1, 0, "hub", Kind::Server);
        for (uint64_t n = 0; n < kMostSprings; ++n)
            f.add(1, 2 + n, 1, "s" + std::to_string(n), Kind::Server);
        Window w(f);
        const auto saysSo = [&] { return visibleWords(&w.view.bar()).contains(QStringLiteral("Too many nodes for forces: they are in layers")); };
        QVERIFY(!saysSo());
        w.view.applySettings({{QStringLiteral("places"), QStringLiteral("forces")}});
        w.settle();
        QTRY_VERIFY(saysSo());
    }

    void settingsComeBack() {
        Window w(shop());
        w.view.groupBy(QStringLiteral("kind"));
        GraphLens lens;
        lens.mostEdges = 100;
        w.view.setLens(lens);
        w.settle();
        const QJsonObject settings = w.view.settings();
        Window other(shop());
        other.view.applySettings(settings);
        other.settle();
        QCOMPARE(other.view.settings(), settings);
        QTRY_COMPARE(other.view.graph()->nodes.size(), w.view.graph()->nodes.size());
        // Of a file of a stranger.
        other.view.applySettings({{QStringLiteral("hops"), -5}, {QStringLiteral("around"), QStringLiteral("service:nobody")}, {QStringLiteral("baseline"), QStringLiteral("{{{")}, {QStringLiteral("places"), 7}});
        other.settle();
        QVERIFY(other.view.graph() != nullptr);
    }

    // Saved views forgot which groups were open: all came back closed.
    void openedGroupsComeBack() {
        Window w(shop());
        w.view.groupBy(QStringLiteral("kind"));
        w.view.openGroup("Services");
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(5));
        const QJsonObject settings = w.view.settings();
        Window other(shop());
        other.view.applySettings(settings);
        QCOMPARE(other.view.settings(), settings);
        other.settle();
        QCOMPARE(other.view.graph()->nodes.size(), size_t(5));
        QVERIFY(chooseInMenu(&other.view.canvas(), QPoint(5, 5), QStringLiteral("Close all groups")));
        QTRY_COMPARE(other.view.graph()->nodes.size(), size_t(2));
        other.settle();
        // A group that is not there opens nothing, and is there to be opened when its traces come.
        QJsonObject gone = settings;
        gone[QStringLiteral("opened-groups")] = QJsonArray{QStringLiteral("Gone"), 7};
        other.view.applySettings(gone);
        other.settle();
        QCOMPARE(other.view.graph()->nodes.size(), size_t(2));
        QCOMPARE(other.view.settings()[QStringLiteral("opened-groups")].toArray(), QJsonArray{QStringLiteral("Gone")});
        QVERIFY(!chooseInMenu(&other.view.canvas(), QPoint(5, 5), QStringLiteral("Close all groups")));
    }

    // Saved views forgot that only the focus was shown.
    void onlyTheFocusComesBack() {
        Window w(shop());
        w.context.selection().setFocus(Focus::onTrace(TraceId{0, 1}));
        w.view.showOnlyFocus(true);
        QTRY_COMPARE(w.view.graph()->traces, uint64_t(1));
        Window other(shop());
        other.context.selection().addTerm(term(ScopeTerm::Kind::Service, "payment"));
        QTRY_COMPARE(other.view.graph()->traces, uint64_t(10));
        other.view.applySettings(w.view.settings());
        QCOMPARE(other.view.settings(), w.view.settings());
        other.settle();
        settle();
        QCOMPARE(other.view.graph()->traces, uint64_t(10)); // nothing is in focus
        QVERIFY(visibleWords(&other.view.bar()).contains(QStringLiteral("No trace is in focus: everything in the scope is shown")));
        QVERIFY(!visibleWords(&other.view.bar()).contains(QStringLiteral("of the focus.")));
        other.context.selection().setFocus(Focus::onTrace(TraceId{0, 2}));
        QTRY_COMPARE(other.view.graph()->traces, uint64_t(1));
        other.settle();
        buttonWithText<QToolButton>(&other.view, QStringLiteral("Only the focus"))->click(); // and can be taken back
        QTRY_COMPARE(other.view.graph()->traces, uint64_t(10));
        other.view.applySettings({{QStringLiteral("only-focus"), QStringLiteral("perhaps")}, {QStringLiteral("opened-groups"), 3}}); // of a stranger
        other.settle();
        QCOMPARE(other.view.graph()->traces, uint64_t(10));
    }

    void documents() {
        Window w(shop());
        QSet<QString> suffixes;
        for (const ViewDocument& document : w.view.documents()) {
            suffixes.insert(document.suffix);
            QVERIFY(document.render(Redactor()).find("checkout") != std::string::npos);
        }
        // What is worked out after the graph is in the documents, too.
        const auto saysPath = [](const Window& window) {
            for (const ViewDocument& document : window.view.documents())
                if (document.suffix == QLatin1String("graphml"))
                    return document.render(Redactor()).find("<data key=\"graph.critical_path_ns\">") != std::string::npos;
            return false;
        };
        QTRY_VERIFY(w.view.details() != nullptr);
        QVERIFY(saysPath(w));
        QCOMPARE(suffixes, (QSet<QString>{QStringLiteral("dot"), QStringLiteral("mmd"), QStringLiteral("graphml"), QStringLiteral("json")}));
        QVERIFY(pdfPicture(w.view).starts_with("%PDF-"));
    }
};

AISLE_TEST_MAIN(TestGraphViewModes)
#include "tst_graph_view_modes.moc"
