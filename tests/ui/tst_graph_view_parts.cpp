// What of a service graph is on show: a part of it, groups, and what is found.

#include "graph_view_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestGraphViewParts : public QObject {
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
};

AISLE_TEST_MAIN(TestGraphViewParts)
#include "tst_graph_view_parts.moc"
