// One scope in every view: "Filter to this" narrows what every view shows, each chip takes its part away, and back and forward restore
// exactly. A whole window, real events, the demo shop.

#include "selection_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestScopeRoundTrip : public SelectionFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() { beginTest(); }
    void cleanup() { endTest(); }

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
                             QVERIFY(chooseInMenu(stages_->list()->viewport(), atOrderStage("Reserved"), QStringLiteral("Filter to the orders that passed it")));
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
};

AISLE_TEST_MAIN(TestScopeRoundTrip)
#include "tst_scope_round_trip.moc"
