// What is chosen in the trace list is in focus, and what is in focus is chosen there, marked and in sight.

#include "trace_list_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestTraceListFocus : public TraceListFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() { beginTest(); }
    void cleanup() { endTest(); }

    // Several rows are several traces on one timeline; the rows stay chosen, and one of them again is one trace.
    void severalRowsAreOneTimeline() {
        load(shop(50));
        const auto click = [&](int row, Qt::KeyboardModifiers modifiers) {
            QTest::mouseClick(list_->viewport(), Qt::LeftButton, modifiers, list_->visualRect(model_->index(row, 1)).center());
        };
        click(2, {});
        QCOMPARE(context_->selection().focus(), Focus::onTrace(table_->traceId(model_->traceAt(2))));
        click(5, Qt::ControlModifier);
        QCOMPARE(context_->selection().focus(), Focus::onTraces({table_->traceId(model_->traceAt(2)), table_->traceId(model_->traceAt(5))}));
        QCOMPARE(list_->selectionModel()->selectedRows().size(), 2);
        QVERIFY(settle());
        QCOMPARE(list_->selectionModel()->selectedRows().size(), 2);
        click(2, Qt::ControlModifier);
        QCOMPARE(context_->selection().focus(), Focus::onTrace(table_->traceId(model_->traceAt(5))));
        context_->selection().goBack();
        QCOMPARE(list_->selectionModel()->selectedRows().size(), 2);
        list_->selectAll();
        QCOMPARE(context_->selection().focus().traces.size(), size_t(50));
        click(7, Qt::ShiftModifier); // narrows the scope, as everywhere
        QCOMPARE(context_->selection().scope().terms().size(), size_t(1));
        QCOMPARE(context_->selection().focus(), Focus::onTrace(table_->traceId(model_->traceAt(7))));
    }

    void tooManyRowsForATimeline() {
        load(shop(2100));
        list_->selectAll();
        QVERIFY(context_->selection().focus().kind != Focus::Kind::Traces);
        QCOMPARE(host_->view->statusText(), QStringLiteral("At most 2,000 traces are shown on one timeline"));
    }

    void clickSetsTheFocus() {
        load(shop(100));
        QTest::mouseClick(list_->viewport(), Qt::LeftButton, {}, centreOf(3));
        QCOMPARE(context_->selection().focus(), Focus::onTrace(table_->traceId(model_->traceAt(3))));
        QVERIFY(context_->selection().scope().isEmpty());
        QCOMPARE(model_->rowCount(), 100); // a focus filters nothing
        QTest::keyClick(list_, Qt::Key_Down);
        QCOMPARE(context_->selection().focus(), Focus::onTrace(table_->traceId(model_->traceAt(4))));
        // After a look elsewhere, a click on the row that is current already takes the focus back.
        context_->selection().setFocus(Focus::onService("back-1"));
        QVERIFY(settle());
        const int row = list_->currentIndex().isValid() ? list_->currentIndex().row() : 4;
        list_->scrollTo(model_->index(row, 0));
        QTest::mouseClick(list_->viewport(), Qt::LeftButton, {}, centreOf(row));
        QCOMPARE(context_->selection().focus(), Focus::onTrace(table_->traceId(model_->traceAt(row))));
    }

    // A list that got lower, as in another perspective, hid the row in focus.
    void staysOnTheFocusWhenItGetsLower() {
        load(shop(300));
        context_->selection().setFocus(Focus::onTrace(table_->traceId(model_->traceAt(250))));
        QVERIFY(settle());
        const auto shown = [this] { return list_->viewport()->rect().contains(list_->visualRect(list_->currentIndex()).center()); };
        QVERIFY(shown());
        host_->view->resize(host_->view->width(), 180);
        QTRY_VERIFY(shown());
    }

    void focusFromOutside() {
        load(shop(300));
        const TraceIndex far = model_->traceAt(250);
        QVERIFY(!list_->viewport()->rect().intersects(list_->visualRect(model_->index(250, 0))));
        context_->selection().setFocus(Focus::onTrace(table_->traceId(far)));
        QVERIFY(settle());
        QCOMPARE(list_->currentIndex().row(), 250);
        QVERIFY(list_->selectionModel()->isRowSelected(250));
        QVERIFY(list_->viewport()->rect().contains(list_->visualRect(model_->index(250, 0)).center()));
        QCOMPARE(context_->selection().focus(), Focus::onTrace(table_->traceId(far))); // following is no choosing
        // A span says which trace; sorting keeps the row.
        const Row span = table_->rowsOf(model_->traceAt(20))[0];
        context_->selection().setFocus(Focus::onSpan(*table_, span));
        QCOMPARE(list_->currentIndex().row(), 20);
        clickHeader(TraceListModel::DurationColumn);
        QCOMPARE(model_->traceAt(list_->currentIndex().row()), table_->trace(span));
        QVERIFY(list_->viewport()->rect().contains(list_->visualRect(list_->currentIndex()).center()));
        QCOMPARE(context_->selection().focus(), Focus::onSpan(*table_, span));
        context_->selection().setFocus({});
        QVERIFY(!list_->currentIndex().isValid());
        // A trace that the filter leaves out is not in the list.
        buttonWithText<QToolButton>(host_->view, QStringLiteral("Errors"))->click();
        QVERIFY(settle());
        TraceIndex fine = 0;
        while (table_->summary(fine).errors > 0)
            ++fine;
        context_->selection().setFocus(Focus::onTrace(table_->traceId(fine)));
        QVERIFY(settle());
        QVERIFY(!list_->currentIndex().isValid());
    }

    void serviceInFocusIsMarked() {
        load(shop(300));
        context_->selection().setFocus(Focus::onService("back-3"));
        QVERIFY(settle());
        int first = -1, marked = 0;
        for (int row = 0; row < model_->rowCount(); ++row) {
            const bool touches = anySpan(model_->traceAt(row), [&](Row r) { return table_->serviceText(r) == "back-3"; });
            QCOMPARE(model_->index(row, 0).data(MarkRole).toBool(), touches);
            if (touches && first < 0)
                first = row;
            marked += touches;
        }
        QVERIFY(marked > 10 && marked < 290);
        QVERIFY(list_->viewport()->rect().intersects(list_->visualRect(model_->index(first, 0))));
        context_->selection().setFocus({});
        QVERIFY(settle());
        for (int row = 0; row < model_->rowCount(); ++row)
            QVERIFY(!model_->index(row, 0).data(MarkRole).toBool());
    }

    // A hidden list has no rows laid out, and stayed at the top when a service of a trace far below was chosen in another view.
    void scrollsWhenShownToWhatWasChosenElsewhere() {
        TraceFixture f;
        for (uint32_t t = 1; t <= 300; ++t)
            f.add({.id = 1, .name = "op", .service = t == 201 ? "rare" : "usual", .start = kStart + t * kMs, .duration = kMs, .kind = Kind::Server, .trace = {t, t}});
        const auto isInSight = [this](int row) { return list_->viewport()->rect().intersects(list_->visualRect(model_->index(row, 0))); };
        host_->view->hide();
        load(f.table());
        host_->view->catchUp(); // another view asked for its content
        QVERIFY(settle());
        QCOMPARE(model_->rowCount(), 300);
        context_->selection().setFocus(Focus::onService("rare"));
        QVERIFY(settle());
        host_->view->show();
        QVERIFY(settle());
        QVERIFY(model_->index(200, 0).data(MarkRole).toBool());
        QVERIFY(isInSight(200));
        // Where nothing was chosen meanwhile it stays where the user left it.
        list_->scrollToTop();
        host_->view->hide();
        host_->view->show();
        QVERIFY(settle());
        QVERIFY(isInSight(0) && !isInSight(200));
        host_->view->hide();
        context_->selection().setFocus(Focus::onTrace(table_->traceId(model_->traceAt(280))));
        QVERIFY(settle());
        host_->view->show();
        QVERIFY(settle());
        QCOMPARE(list_->currentIndex().row(), 280);
        QVERIFY(isInSight(280));
    }

    void filterToThis() {
        load(shop(100));
        const std::string id = toHex(table_->traceId(model_->traceAt(5)));
        QTest::mouseClick(list_->viewport(), Qt::LeftButton, Qt::ShiftModifier, centreOf(5));
        QVERIFY(settle());
        QCOMPARE(context_->selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Trace, id)});
        QCOMPARE(model_->rowCount(), 1);
        QCOMPARE(list_->currentIndex().row(), 0); // the same trace, still current
        context_->selection().goBack();
        QVERIFY(settle());
        QCOMPARE(model_->rowCount(), 100);
        list_->setCurrentIndex(model_->index(7, 0));
        const std::string other = toHex(table_->traceId(model_->traceAt(7)));
        QTest::keyClick(list_, Qt::Key_Return);
        QVERIFY(settle());
        QCOMPARE(context_->selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Trace, other)});
        QCOMPARE(model_->rowCount(), 1);
    }
};

AISLE_TEST_MAIN(TestTraceListFocus)
#include "tst_trace_list_focus.moc"
