// What of a service graph is on show, and as what: a part of it, groups, what is found, tables, a comparison, moments, layouts,
// and what of that is remembered and leaves the window.

#include "graph_view_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestGraphViewModes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { failOnWarnings(); }

    void aroundANode() {
        Window w(shop());
        w.context.selection().setFocus(Focus::onService("checkout"));
        w.view.takeFocus();
        QTest::keyClick(&w.view.canvas(), Qt::Key_1);
        w.settle();
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(3)); // frontend, checkout, payment
        QVERIFY(visibleWords(&w.view.bar()).contains(QStringLiteral("Around checkout, 1 call away")));
        settle(); // details of a part of the graph
        QCOMPARE(w.view.details()->nodes.size(), size_t(3));
        QVERIFY(w.view.graph()->to > w.view.graph()->from); // rates are known
        w.context.selection().setFocus(Focus::onTrace(TraceId{0, 2})); // marks of a trace in a part of the graph
        w.settle();
        QVERIFY(w.view.marks().nodes[w.node("payment")] & GraphMarks::kRelated);
        w.context.selection().setFocus(Focus::onService("checkout"));
        QTest::keyClick(&w.view.canvas(), Qt::Key_D);
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(2));
        w.settle();
        // Around one node, then around another: there was no way back to the first.
        w.context.selection().setFocus(Focus::onService("payment"));
        QTest::keyClick(&w.view.canvas(), Qt::Key_U);
        QTRY_COMPARE(w.view.lens().around, std::string("service:payment"));
        w.settle();
        w.context.selection().setFocus({});
        QTest::keyClick(&w.view.canvas(), Qt::Key_Escape);
        QCOMPARE(w.view.lens().around, std::string("service:checkout"));
        QCOMPARE(w.view.lens().direction, GraphLens::Direction::Downstream);
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(2));
        w.settle();
        QTest::keyClick(&w.view.canvas(), Qt::Key_Escape);
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(5));
    }

    // The places were those of all traces, and everything that the scope holds was piled up where its first node was.
    void aroundANodeThatTheScopeDoesNotHave() {
        GraphFixture f = shop();
        f.add(99, 9900, 0, "batch", Kind::Client);
        f.add(99, 9901, 9900, "cart", Kind::Server);
        Window w(f);
        GraphLens lens;
        lens.around = "service:checkout";
        w.view.setLens(lens);
        w.settle();
        w.context.selection().addTerm(term(ScopeTerm::Kind::Service, "batch"));
        QTRY_VERIFY(w.view.graph()->nodes.empty());
        QVERIFY(w.view.emptyText().contains(QStringLiteral("checkout is in none of these traces")));
    }

    // A click in the graph of one trace showed all traces that hold the service that was clicked.
    void onlyTheFocusStaysWhileItIsRead() {
        Window w(shop());
        w.context.selection().setFocus(Focus::onTrace(TraceId{0, 2}));
        w.view.showOnlyFocus(true);
        QTRY_COMPARE(w.view.graph()->traces, uint64_t(1));
        w.settle();
        QTest::mouseClick(&w.view.canvas(), Qt::LeftButton, {}, w.at("checkout"));
        QCOMPARE(w.context.selection().focus(), Focus::onService("checkout"));
        settle();
        QCOMPARE(w.view.graph()->traces, uint64_t(1));
        QTest::mouseClick(&w.view.canvas(), Qt::LeftButton, {}, QPoint(3, 3));
        settle();
        QCOMPARE(w.view.graph()->traces, uint64_t(1));
        QVERIFY(visibleWords(&w.view.bar()).contains(QStringLiteral("Only 1 trace of the focus")));
    }

    // Results about the rows of one table were paired with another one, which has fewer.
    void tableChangesWhileItIsCounted() {
        GraphFixture large = shop();
        for (uint64_t trace = 100; trace < 3000; ++trace) {
            large.add(trace, trace * 100, 0, "frontend", Kind::Server);
            large.add(trace, trace * 100 + 1, trace * 100, "service " + std::to_string(trace), Kind::Server);
        }
        Window w(large);
        w.context.selection().addTerm(term(ScopeTerm::Kind::Service, "frontend"));
        w.context.setTable(shop().table(), false);
        w.context.selection().setFocus(Focus::onTrace(TraceId{0, 1}));
        settle();
        w.settle();
        QCOMPARE(w.view.graph()->nodes.size(), size_t(5));
    }

    void waysBetweenTwoNodes() {
        Window w(shop());
        QVERIFY(chooseInMenu(&w.view.canvas(), w.at("frontend"), QStringLiteral("Ways from here to…")));
        QTest::mouseClick(&w.view.canvas(), Qt::LeftButton, {}, w.at("payment"));
        w.settle();
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(3));
        QVERIFY(visibleWords(&w.view.bar()).contains(QStringLiteral("All ways from frontend to payment")));
        QCOMPARE(w.context.selection().focus(), Focus()); // the click chose an end, and no focus
    }

    // The dot between two sentences was read as Latin-1 and came out as two characters.
    void sentencesAreKeptApart() {
        GraphFixture f = shop();
        f.add(50, 5000, 4999, "cart", Kind::Server);   // its parent is in no file
        f.add(51, 5100, 0, "frontend", Kind::Client); // names nobody
        Window w(f);
        settle();
        const QString words = visibleWords(&w.view.bar());
        QVERIFY2(words.contains(QStringLiteral("in no call.  ·  1 trace is incomplete")), qPrintable(words));
    }

    void mostEdges() {
        Window w(shop());
        GraphLens lens;
        lens.mostEdges = 2;
        w.view.setLens(lens);
        w.settle();
        QTRY_COMPARE(w.view.graph()->edges.size(), size_t(2));
        QVERIFY(visibleWords(&w.view.bar()).contains(QStringLiteral("2 of 4 edges")));
        // Documents and pictures of a part looked like all of it; nodes that are not shown were said nowhere.
        const size_t hidden = 5 - w.view.graph()->nodes.size();
        QVERIFY(hidden > 0 && visibleWords(&w.view.bar()).contains(QString::number(hidden) + QStringLiteral(" of 5 nodes")));
        for (const ViewDocument& document : w.view.documents()) {
            const std::string text = document.render(Redactor());
            const bool isData = document.suffix == QLatin1String("json") || document.suffix == QLatin1String("graphml");
            const char* said = document.suffix == QLatin1String("json") ? "\"hidden_edges\": 2" : isData ? "graph.hidden_edges\">2<" : " and 2 edges are not shown: ";
            QVERIFY2(text.find(said) != std::string::npos, text.c_str());
        }
        QVERIFY(svgPicture(w.view).find("edges are not shown") != std::string::npos);
    }

    void groupsOpenAndClose() {
        Window w(shop());
        w.view.groupBy(QStringLiteral("kind"));
        w.settle();
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(2)); // the user and all services
        QCOMPARE(w.view.graph()->nodes[1].kind, ServiceGraph::NodeKind::Group);
        QCOMPARE(w.view.statusText(), QStringLiteral("1 group of 4 services, 2 edges")); // said "0 services, 1 group"
        // A service within it lights the group.
        w.context.selection().setFocus(Focus::onService("payment"));
        QVERIFY(w.view.marks().nodes[1] & GraphMarks::kFocused);
        w.context.selection().setFocus({});
        // No query knows groups: there is nothing to filter to, nothing to put into focus.
        QTest::mouseClick(&w.view.canvas(), Qt::LeftButton, Qt::ShiftModifier, w.view.viewport().toView(w.view.frame().nodes[1].rect.center()).toPoint());
        QVERIFY(w.context.selection().scope().isEmpty());
        QCOMPARE(w.context.selection().focus(), Focus());
        QTest::mouseDClick(&w.view.canvas(), Qt::LeftButton, {}, w.view.viewport().toView(w.view.frame().nodes[1].rect.center()).toPoint());
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(5));
        w.settle();
        w.view.groupBy({});
        w.settle();
        QCOMPARE(w.view.graph()->nodes.size(), size_t(5));
    }

    // Keys stopped at groups: arrows led from the user to the same group for ever, and Enter, the menu and 1, 2, 3, U and D acted on the
    // user, though the menu of a group says "Open the group, Enter".
    void keysWalkThroughGroups() {
        Window w(shop());
        w.view.groupBy(QStringLiteral("kind"));
        w.settle();
        QCOMPARE(w.view.graph()->nodes.size(), size_t(2)); // the user, services
        w.view.takeFocus();
        const Qt::Key along = w.view.frame().isDownward ? Qt::Key_Down : Qt::Key_Right;
        const Qt::Key against = w.view.frame().isDownward ? Qt::Key_Up : Qt::Key_Left;
        const auto isAt = [&](std::string_view name) {
            const auto& marks = w.view.marks().nodes;
            for (uint32_t n = 0; n < marks.size(); ++n)
                if (((marks[n] & GraphMarks::kCursor) != 0) != (n == w.node(name)))
                    return false;
            return w.view.canvas().accessibleDescription().startsWith(w.view.frame().nodes[w.node(name)].name);
        };
        QTest::keyClick(&w.view.canvas(), along);
        QVERIFY(isAt("(user)"));
        QTest::keyClick(&w.view.canvas(), along);
        QVERIFY(isAt("Services"));
        QCOMPARE(w.context.selection().focus(), Focus::onService("(user)")); // no group can be in focus
        QTest::keyClick(&w.view.canvas(), against);
        QVERIFY(isAt("(user)"));
        QTest::keyClick(&w.view.canvas(), along);
        QVERIFY(isAt("Services"));
        // It is drawn as what is in focus is: with a ring.
        const QImage image = w.view.canvas().grab().toImage();
        const QRectF card = w.view.viewport().toView(w.view.frame().nodes[w.node("Services")].rect);
        QCOMPARE(image.pixelColor(QPoint(static_cast<int>(card.center().x()), static_cast<int>(std::floor(card.top())))), theme().accent);
        // What the keys mean is meant of the group.
        QTest::keyClick(&w.view.canvas(), Qt::Key_1);
        QCOMPARE(w.view.lens().around, std::string("group:Services"));
        w.settle();
        QVERIFY(isAt("Services"));
        QStringList entries;
        QVERIFY(!chooseInMenu(
            [&] {
                QContextMenuEvent event(QContextMenuEvent::Keyboard, {}, w.view.canvas().mapToGlobal(QPoint(5, 5)));
                QCoreApplication::sendEvent(&w.view.canvas(), &event);
            },
            QStringLiteral("nothing of this"), [&entries] {
                for (const QAction* action : qobject_cast<QMenu*>(QApplication::activePopupWidget())->actions())
                    entries.append(action->text());
            }));
        QVERIFY(entries.contains(QStringLiteral("Open the group\tEnter")));
        QTest::keyClick(&w.view.canvas(), Qt::Key_Escape); // leaves the group, then the lens
        QCOMPARE(w.context.selection().focus(), Focus());
        QVERIFY(!w.view.lens().around.empty());
        QTest::keyClick(&w.view.canvas(), Qt::Key_Escape);
        QVERIFY(w.view.lens().around.empty());
        w.settle();
        w.context.selection().setFocus(Focus::onService("payment")); // within the group
        QVERIFY(isAt("Services"));
        QTest::keyClick(&w.view.canvas(), Qt::Key_Return);
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(5));
        QVERIFY(w.view.marks().nodes[w.node("payment")] & GraphMarks::kCursor);
        w.view.groupBy(QStringLiteral("kind")); // closed again
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(2));
        QVERIFY(w.view.marks().nodes[w.node("Services")] & GraphMarks::kCursor);
        w.context.selection().setFocus({});
        QTest::mouseClick(&w.view.canvas(), Qt::LeftButton, {}, w.at("Services"));
        QTest::keyClick(&w.view.canvas(), Qt::Key_Return);
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(5));
        QVERIFY(w.view.marks().nodes[w.node("cart")] & GraphMarks::kCursor); // its busiest, of equals the first
    }

    void search() {
        Window w(shop());
        w.view.openSearch();
        auto* line = named<QLineEdit>(&w.view, QStringLiteral("Find a node"));
        line->setText(QStringLiteral("PAY"));
        QVERIFY(w.view.marks().isDimmed);
        QVERIFY(w.view.marks().nodes[w.node("payment")] & GraphMarks::kRelated);
        QCOMPARE(w.view.marks().nodes[w.node("cart")], uint8_t(0));
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(w.context.selection().focus(), Focus::onService("payment"));
    }

    // "Find a node" offered none of the groups on show, and found nothing that was within one.
    void searchFindsGroupsAndWhatIsInThem() {
        Window w(shop());
        w.view.groupBy(QStringLiteral("kind"));
        w.settle();
        auto* line = named<QLineEdit>(&w.view, QStringLiteral("Find a node"));
        const auto names = [line] { return qobject_cast<QStringListModel*>(line->completer()->model())->stringList(); };
        QCOMPARE(names(), (QStringList{QStringLiteral("User"), QStringLiteral("cart"), QStringLiteral("checkout"), QStringLiteral("frontend"), QStringLiteral("payment"), QStringLiteral("Services")}));
        line->setText(QStringLiteral("PAY"));
        const uint32_t group = w.node("Services");
        QVERIFY(w.view.marks().isDimmed);
        QCOMPARE(w.view.marks().nodes[group], uint8_t(GraphMarks::kRelated));
        QVERIFY2(visibleWords(&w.view.bar()).contains(QStringLiteral("Within Services: payment")), qPrintable(visibleWords(&w.view.bar())));
        QVERIFY(w.view.canvas().describe({GraphHit::Kind::Node, group}).endsWith(QStringLiteral("Found in it: payment")));
        line->setText(QStringLiteral("r")); // the user's name, and that of the group itself
        QVERIFY(w.view.marks().nodes[w.node("(user)")] & GraphMarks::kRelated);
        QVERIFY(visibleWords(&w.view.bar()).contains(QStringLiteral("Within Services: cart, frontend")));
        line->setText(QStringLiteral("payment"));
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(w.context.selection().focus(), Focus::onService("payment"));
        QVERIFY(w.view.marks().nodes[group] & GraphMarks::kFocused && w.view.marks().nodes[group] & GraphMarks::kCursor);
        // What is not in the traces on show is found no more.
        w.context.selection().setFocus(Focus::onTrace(TraceId{0, 1}));
        w.view.showOnlyFocus(true);
        QTRY_COMPARE(w.view.graph()->traces, uint64_t(1));
        w.settle();
        QVERIFY(!visibleWords(&w.view.bar()).contains(QStringLiteral("Within")));
        w.view.showOnlyFocus(false);
        w.settle();
        line->setText(QStringLiteral("SERVICES"));
        QVERIFY(w.view.marks().nodes[w.node("Services")] & GraphMarks::kRelated);
        line->clear();
        QVERIFY(!visibleWords(&w.view.bar()).contains(QStringLiteral("Within")));
        w.view.openGroup("Services");
        QTRY_COMPARE(w.view.graph()->nodes.size(), size_t(5));
        QVERIFY(!names().contains(QStringLiteral("Services")));
    }

    // --- other ways to look at it

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
