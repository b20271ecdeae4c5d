// The charts of the window together: they follow a brush, a pinned copy stays, and what is chosen in it is chosen everywhere.

#include "differences/differences_view.h"
#include "heatmap/heatmap_view.h"
#include "rates/rates_view.h"
#include "window_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestWindowExplore : public QObject, private WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() {
        beginTest();
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->setPerspective(4);
        QVERIFY(settle());
    }
    void cleanup() { endTest(); }

    void aPinnedCopyStays() {
        auto* live = qobject_cast<HeatmapView*>(window_->view("heatmap"));
        QVERIFY(live && live->isVisible());
        live->setItems(ItemsOf::Spans);
        live->setFocus();
        QVERIFY(settle());
        pin();
        const auto copies = window_->findChildren<HeatmapView*>();
        QCOMPARE(copies.size(), 2);
        HeatmapView* pinned = copies[0] == live ? copies[1] : copies[0];
        QTRY_VERIFY(pinned->isVisible());
        QVERIFY(settle());
        QCOMPARE(pinned->items(), ItemsOf::Spans); // it looks as the one it is a copy of
        QCOMPARE(pinned->matching().counted, live->matching().counted);
        const uint64_t all = pinned->matching().counted;

        selection().addTerm(term(ScopeTerm::Kind::Error, {}));
        QVERIFY(settle());
        QVERIFY(live->matching().counted < all);
        QCOMPARE(pinned->matching().counted, all);
        // What is brushed in the copy is the scope of the window, not the copy's.
        const QRectF plot = pinned->layoutNow().plot().translated(pinned->body().topLeft());
        QTest::mousePress(pinned, Qt::LeftButton, {}, plot.topLeft().toPoint() + QPoint(2, 2));
        QTest::mouseMove(pinned, plot.center().toPoint());
        QTest::mouseRelease(pinned, Qt::LeftButton, {}, plot.center().toPoint());
        QVERIFY(settle());
        QVERIFY(selection().scope().terms().size() >= 1 && selection().scope().terms()[0].kind != ScopeTerm::Kind::Error);
        QCOMPARE(pinned->matching().counted, all);
        // A click in it is a focus of the window.
        const auto cellWithSpans = [&] {
            for (uint32_t c = 0; c < pinned->matching().axes.columns(); ++c)
                for (uint32_t r = 0; r < pinned->matching().axes.rows(); ++r)
                    if (pinned->matching().at(c, r).count > 0)
                        return pinned->layoutNow().cell(c, r).center().toPoint() + pinned->body().topLeft().toPoint();
            return QPoint();
        };
        QTest::mouseClick(pinned, Qt::LeftButton, {}, cellWithSpans());
        QCOMPARE(selection().focus().kind, Focus::Kind::Span);
        QVERIFY(settle());

        QTest::mouseClick(buttonWithToolTip(QStringLiteral("Unpin")), Qt::LeftButton);
        QTRY_COMPARE(window_->findChildren<HeatmapView*>().size(), 1);
        selection().setScope({});
        QVERIFY(settle());
    }

    void aPinnedScopeIsABaseline() {
        selection().addTerm(term(ScopeTerm::Kind::Service, "checkout"));
        QVERIFY(settle());
        window_->view("heatmap")->setFocus();
        pin();
        QVERIFY(settle());
        window_->showView("differences");
        selection().setScope({});
        QVERIFY(settle());
        auto* baselines = named<QComboBox>(window_->view("differences"), QStringLiteral("Compared with"));
        QVERIFY2(baselines->itemText(baselines->count() - 1).startsWith(QStringLiteral("pinned: ")), qPrintable(baselines->itemText(baselines->count() - 1)));
        window_->open({other_}); // in a window of its own: the pins of this one stay
        QTRY_COMPARE(windows().size(), 2);
        QCOMPARE(window_->findChildren<HeatmapView*>().size(), 2);
        for (MainWindow* window : windows())
            if (window != window_)
                window->close();
        QTRY_COMPARE(windows().size(), 1);
    }

    /// A pinned trace was exchanged for the next one that was chosen.
    void aPinnedTraceStays() {
        window_->setPerspective(1);
        QVERIFY(settle());
        const SpanTablePtr table = window_->context().table();
        selection().setFocus(Focus::onTrace(table->traceId(3)));
        QVERIFY(settle());
        window_->view("waterfall")->setFocus();
        pin();
        QVERIFY(settle());
        selection().setFocus(Focus::onTrace(table->traceId(5)));
        QVERIFY(settle());
        std::set<TraceId> shown;
        for (const WaterfallView* waterfall : window_->findChildren<WaterfallView*>())
            if (waterfall->data())
                shown.insert(waterfall->data()->tree.traceIds.front());
        QCOMPARE(shown, (std::set<TraceId>{table->traceId(3), table->traceId(5)}));
    }

    void brushesAreFollowed() {
        window_->showView("rates");
        QVERIFY(settle());
        auto* rates = qobject_cast<RatesView*>(window_->view("rates"));
        const QRectF plot = rates->layoutNow().plot().translated(rates->body().topLeft());
        const auto at = [&](double share) { return QPointF(plot.left() + share * plot.width(), plot.center().y()).toPoint(); };
        QTest::mousePress(rates, Qt::LeftButton, {}, at(0.02));
        for (int step = 1; step <= 20; ++step) {
            QTest::mouseMove(rates, at(0.02 + 0.01 * step));
            QTest::qWait(5);
        }
        QTest::mouseRelease(rates, Qt::LeftButton, {}, at(0.22));
        QVERIFY(settle());
        const auto scope = window_->context().scopeResult();
        QCOMPARE(scope->scope, selection().scope());
        auto* list = window_->view("trace-list")->findChild<QTableView*>();
        QCOMPARE(static_cast<uint64_t>(list->model()->rowCount()), scope->traceCount);
        QVERIFY(window_->view("trace-list")->shownScope()->scope == scope->scope);
        window_->setPerspective(3);
        QVERIFY(settle());
        auto* graph = qobject_cast<GraphView*>(window_->view("service-graph"));
        QVERIFY(graph->shownScope()->scope == scope->scope && !graph->graph()->isApproximate);
        QCOMPARE(graph->graph()->traces, scope->traceCount);
    }

private:
    SelectionModel& selection() const { return window_->context().selection(); }
    void pin() {
        for (QAction* action : window_->findChildren<QAction*>())
            if (action->shortcut() == QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P))
                return action->trigger();
        qFatal("nothing pins");
    }
    QToolButton* buttonWithToolTip(const QString& text) const {
        for (auto* button : window_->findChildren<QToolButton*>())
            if (button->toolTip() == text)
                return button;
        qFatal("no such button");
    }
};

AISLE_TEST_MAIN(TestWindowExplore)
#include "tst_window_explore.moc"
