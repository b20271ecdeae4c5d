// Several traces on one timeline, what rows are left out, clocks, folded idle time, links, the comparison: through the real views.

#include "compare/compare_model.h"
#include "compare/compare_view.h"
#include "lanes/lanes_view.h"
#include "ui_fixture.h"
#include "waterfall/waterfall_search.h"
#include "waterfall_view_fixture.h"
#include "window/picture.h"

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSlider>
#include <QTableView>
#include <QToolButton>

using namespace aisle;
using namespace aisle::test;

namespace {

/// Trace 1: web calls cart, whose clock is 35 ms ahead; cart asks its database. Trace 2, an hour later: mail receives what web sent.
SpanTablePtr hosts(bool withError = false) {
    TraceFixture f;
    f.add({1, 0, "GET /", "web", kStart, 100 * kMs, Kind::Server, Status::Unset, 0, {0, 1}});
    f.add({2, 1, "call cart", "web", kStart + 10 * kMs, 60 * kMs, Kind::Client, Status::Unset, 0, {0, 1}});
    f.add({3, 2, "add", "cart", kStart + (10 + 4 + 35) * kMs, 50 * kMs, Kind::Server, Status::Unset, 0, {0, 1}});
    f.add({4, 3, "SELECT", "cart", kStart + (20 + 35) * kMs, 20 * kMs, Kind::Client, withError ? Status::Error : Status::Unset, 0, {0, 1}});
    f.add({5, 1, "send", "web", kStart + 80 * kMs, 5 * kMs, Kind::Producer, Status::Unset, 0, {0, 1}});
    f.add({6, 0, "receive", "mail", kStart + 3'600'000 * kMs, 100 * kMs, Kind::Consumer, Status::Unset, 0, {0, 2}});
    f.link({0, 1}, 5);
    f.add({7, 0, "other", "web", kStart + 50 * kMs, 10 * kMs, Kind::Server, Status::Unset, 0, {0, 3}});
    return f.table();
}

/// Two traces that begin alike: the second calls one thing more, one less, and one takes longer.
SpanTablePtr alike() {
    TraceFixture f;
    const auto add = [&](uint64_t trace, SpanId id, SpanId parent, const char* name, int64_t from, int64_t length, Status status = Status::Unset) {
        f.add({.id = id, .parent = parent, .name = name, .service = parent == 0 ? "web" : "db", .start = kStart + from * kMs, .duration = length * kMs, .kind = Kind::Server, .status = status, .trace = {0, trace}});
    };
    add(1, 1, 0, "GET /", 0, 100);
    add(1, 2, 1, "SELECT", 10, 20);
    add(1, 3, 1, "old", 40, 10);
    add(2, 1, 0, "GET /", 1000, 200);
    add(2, 2, 1, "SELECT", 1010, 110, Status::Error);
    add(2, 4, 1, "new", 1150, 5);
    add(3, 1, 0, "alone", 5000, 10);
    return f.table();
}

} // namespace

class TestTimeline : public QObject, WaterfallViewFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }
    void init() { open(); }
    void cleanup() { close(); }

    void severalTracesOnOneTimeline() {
        const SpanTablePtr table = hosts();
        show(table, Focus::onTraces({{0, 2}, {0, 1}}));
        QCOMPARE(view_->data()->tree.traces.size(), size_t(2));
        QVERIFY(view_->frame().titleText.contains(QStringLiteral("2 traces")));
        QVERIFY(view_->statusText().startsWith(QStringLiteral("2 traces")));
        // The hour between them is folded: both can be seen.
        QVERIFY(view_->data()->axis.hasFolds());
        const WaterfallFrame f = view_->frame();
        QCOMPARE(f.ticks.folds.size(), size_t(1));
        QVERIFY(f.rows[0].bar.width() > 100);
        QVERIFY(f.rows.back().bar.width() > 100);
        // The link between them is drawn, from the end of the one to the start of the other, and lit when one end is chosen.
        QCOMPARE(f.connections.size(), size_t(1));
        QVERIFY(!f.isConnectionLit[0]);
        const Row receive = 5;
        context_->selection().setFocus(Focus::onSpan(*table, receive));
        QVERIFY(settle());
        QCOMPARE(view_->data()->tree.traces.size(), size_t(2)); // a span of it keeps it
        QCOMPARE(view_->data()->tree.nodes[view_->selectedNode()].row, receive);
        QVERIFY(view_->frame().isConnectionLit[0]);
        QTest::keyClick(view_.get(), Qt::Key_G); // to what it links to
        QCOMPARE(view_->data()->tree.nodes[view_->selectedNode()].row, Row(4));
        context_->selection().setFocus(Focus::onTrace({0, 2}));
        QVERIFY(settle());
        QCOMPARE(view_->data()->tree.traces.size(), size_t(1));
        context_->selection().goBack();
        context_->selection().goBack();
        context_->selection().goBack();
        QVERIFY(settle());
        QCOMPARE(view_->data()->tree.traces.size(), size_t(2));
    }

    void idleTimeIsFoldedAndUnfolded() {
        show(hosts(), Focus::onTraces({{0, 2}, {0, 1}}));
        const double narrow = view_->frame().rows[0].bar.width();
        QTest::keyClick(view_.get(), Qt::Key_I);
        QVERIFY(settle());
        QVERIFY(!view_->data()->axis.hasFolds());
        QVERIFY(view_->frame().rows[0].bar.width() < narrow);
        QCOMPARE(view_->frame().idle.size(), size_t(1)); // and can be seen
        QTest::keyClick(view_.get(), Qt::Key_I);
        QVERIFY(settle());
        QVERIFY(view_->data()->axis.hasFolds());
        // What was chosen for these does not hold for another trace.
        QTest::keyClick(view_.get(), Qt::Key_I);
        context_->selection().setFocus(Focus::onTrace({0, 1}));
        QVERIFY(settle());
        QVERIFY(!view_->data()->axis.hasFolds());
    }

    void lanesFoldTheSame() {
        auto* lanes = new LanesView(*context_, nullptr);
        const std::unique_ptr<QWidget> owner(lanes);
        lanes->resize(800, 300);
        lanes->show();
        show(hosts(), Focus::onTraces({{0, 2}, {0, 1}}));
        QVERIFY(settle());
        QCOMPARE(lanes->blocks().count(), 6U);
        QCOMPARE(lanes->frame().ticks.folds.size(), size_t(1));
        for (const BlockBox& box : lanes->frame().boxes)
            QVERIFY(box.rect.width() > 10);
    }

    void timeOfDayOnTheAxis() {
        context_->setTimeZone({true});
        show(hosts(), Focus::onTrace({0, 1}));
        QCOMPARE(view_->frame().ticks.zone, QString());
        QTest::keyClick(view_.get(), Qt::Key_T);
        QCOMPARE(view_->frame().ticks.zone, QStringLiteral("UTC"));
        QVERIFY(view_->frame().ticks.ticks[0].label.startsWith(QStringLiteral("22:13:20"))); // 1,700,000,000 s
        QTest::keyClick(view_.get(), Qt::Key_T);
        QCOMPARE(view_->frame().ticks.zone, QString());
    }

    void clocksThatDiffer() {
        const SpanTablePtr table = hosts();
        show(table, Focus::onTrace({0, 1}));
        QVERIFY(settle());
        auto* button = view_->findChild<QToolButton*>(QStringLiteral("adjustClocks"));
        QVERIFY(button->isVisible());
        QVERIFY(visibleWords(view_.get()).contains(QStringLiteral("The clock of cart differs from that of web by +29.0 ms to +39.0 ms: 1 call lies outside callers.")));
        QVERIFY(!view_->data()->hasShiftedClocks());
        button->click();
        QVERIFY(settle());
        QVERIFY(view_->data()->hasShiftedClocks());
        QCOMPARE(view_->data()->table->start(2), kStart + 15 * kMs); // in the middle of the call
        QCOMPARE(context_->table()->start(2), kStart + 49 * kMs);
        QVERIFY(visibleWords(view_.get()).contains(QStringLiteral("2 spans are shifted")));
        // Where in what is possible: at the left end the request took no time.
        auto* slider = view_->findChild<QSlider*>();
        QVERIFY(slider->isVisible());
        slider->setValue(0);
        QTRY_COMPARE(view_->data()->table->start(2), kStart + 10 * kMs);
        slider->setValue(100);
        QTRY_COMPARE(view_->data()->table->end(2), kStart + 70 * kMs);
        QVERIFY(view_->tabular()->notes.back().find("shifted") != std::string::npos);
        button->click();
        QVERIFY(settle());
        QVERIFY(!view_->data()->hasShiftedClocks());
        // Another trace has nothing of it.
        button->click();
        context_->selection().setFocus(Focus::onTrace({0, 3}));
        QVERIFY(settle());
        QVERIFY(!view_->data()->hasShiftedClocks());
        QVERIFY(!button->isVisible());
    }

    // What was asked for was dropped when a row was chosen before it was there, and then said to be so.
    void choosingDoesNotStopWhatWasAskedFor() {
        const SpanTablePtr table = hosts();
        show(table, Focus::onTrace({0, 1}));
        QVERIFY(settle());
        context_->shownTrace().setAdjustsClocks(true);
        context_->selection().setFocus(Focus::onSpan(*table, 0));
        QVERIFY(settle());
        QVERIFY(view_->data()->hasShiftedClocks());
        // To another trace and back before that one was there: as recorded, and no button that does nothing.
        context_->selection().setFocus(Focus::onTrace({0, 3}));
        context_->selection().setFocus(Focus::onTrace({0, 1}));
        QVERIFY(settle());
        QVERIFY(!view_->data()->hasShiftedClocks());
        QVERIFY(!context_->shownTrace().adjustsClocks());
        context_->shownTrace().setGroupsSiblings(false);
        context_->selection().setFocus(Focus::onSpan(*table, 1));
        context_->shownTrace().setGroupsSiblings(true);
        QVERIFY(settle());
        QVERIFY(context_->shownTrace().groupsSiblings());
    }

    // A new table while a span is chosen does not take the timeline apart.
    void timelinesOutliveTables() {
        show(hosts(), Focus::onTraces({{0, 2}, {0, 1}}));
        const SpanTablePtr next = hosts();
        context_->setTable(next, false);
        context_->selection().setFocus(Focus::onSpan(*next, 2));
        QVERIFY(settle());
        QCOMPARE(view_->data()->source, next);
        QCOMPARE(view_->data()->tree.traces.size(), size_t(2));
    }

    // With nothing left to be seen there is still a way back by keys.
    void everythingHidden() {
        const SpanTablePtr table = shop();
        show(table, Focus::onTrace({0, 2}));
        context_->selection().setFocus(Focus::onSpan(*table, 4));
        QTest::keyClick(view_.get(), Qt::Key_H);
        QCOMPARE(view_->visibleRows().count(), 0U);
        view_->collapseAll();
        view_->collapseTo(1);
        for (const int key : {Qt::Key_Up, Qt::Key_Down, Qt::Key_Home, Qt::Key_E, Qt::Key_P, Qt::Key_N, Qt::Key_R, Qt::Key_F, Qt::Key_Left, Qt::Key_Period})
            QTest::keyClick(view_.get(), static_cast<Qt::Key>(key));
        view_->grab();
        QTest::keyClick(view_.get(), Qt::Key_H, Qt::ShiftModifier);
        QCOMPARE(view_->visibleRows().count(), 1U);
    }

    // Links out of what is shown alone were drawn to its last row.
    void linksOutOfWhatIsShown() {
        const SpanTablePtr table = hosts();
        show(table, Focus::onTraces({{0, 2}, {0, 1}}));
        QCOMPARE(view_->frame().connections.size(), size_t(1));
        view_->rootAt(0);
        QVERIFY(view_->frame().connections.empty());
        view_->rootAt(kNoNode);
        view_->hideService(*table->serviceByName("mail"));
        QVERIFY(view_->frame().connections.empty());
    }

    void hiddenServices() {
        const SpanTablePtr table = hosts(true);
        show(table, Focus::onSpan(*table, 3));
        const uint32_t lines = view_->visibleRows().count();
        QTest::keyClick(view_.get(), Qt::Key_H);
        QCOMPARE(view_->visibleRows().count(), lines - 2);
        QCOMPARE(view_->hiddenSpans(), 2U);
        QVERIFY(visibleWords(view_.get()).contains(QStringLiteral("2 spans have no row, 1 of them with an error: service cart is hidden")));
        for (const WaterfallRow& row : view_->frame().rows)
            QVERIFY(row.service != QStringLiteral("cart"));
        // It stays hidden in the next trace; what the focus is put on is shown all the same.
        context_->selection().setFocus(Focus::onTrace({0, 2}));
        QVERIFY(settle());
        context_->selection().setFocus(Focus::onSpan(*table, 2));
        QVERIFY(settle());
        QCOMPARE(view_->data()->tree.nodes[view_->selectedNode()].row, Row(2));
        QVERIFY(!view_->visibleRows().isHidden(view_->selectedNode()));
        QTest::keyClick(view_.get(), Qt::Key_H, Qt::ShiftModifier);
        QCOMPARE(view_->visibleRows().count(), lines);
        QCOMPARE(view_->hiddenSpans(), 0U);
    }

    void onlyTheCriticalPath() {
        TraceFixture f;
        f.add(1, 0, kStart, kStart + 100 * kMs);
        f.add(2, 1, kStart + 10 * kMs, kStart + 90 * kMs);
        f.add(3, 1, kStart + 20 * kMs, kStart + 30 * kMs); // while the other one runs
        show(f.table(), Focus::onTrace({0, 1}));
        QTest::keyClick(view_.get(), Qt::Key_C);
        for (const WaterfallRow& row : view_->frame().rows)
            QVERIFY(view_->data()->path.stretchOf(row.node) != nullptr);
        QCOMPARE(view_->hiddenSpans(), 1U);
        QCOMPARE(view_->visibleRows().count(), 2U);
        auto* everything = view_->findChild<QToolButton*>(QStringLiteral("showEverything"));
        QVERIFY(everything->isVisible());
        QTest::keyClick(view_.get(), Qt::Key_C);
        QCOMPARE(view_->visibleRows().count(), view_->data()->tree.spanCount());
    }

    void onlyMatches() {
        show(wide(2000), Focus::onTrace({0, 1}));
        context_->shownTrace().requestSearch(QStringLiteral("name=\"op 7\""));
        QVERIFY(settle());
        const uint32_t matches = 40; // of 50 names
        uint32_t found = 0;
        const auto& rows = view_->visibleRows();
        for (uint32_t line = 0; line < rows.count(); ++line)
            found += view_->data()->table->nameText(view_->data()->tree.nodes[rows[line]].row) == "op 7";
        QCOMPARE(found, matches);
        QVERIFY(rows.count() < 200);
        QVERIFY(visibleWords(view_.get()).contains(QStringLiteral("only matches are shown")));
        view_->findChild<QToolButton*>(QStringLiteral("showEverything"))->click();
        QCOMPARE(view_->hiddenSpans(), 0U);
        context_->shownTrace().requestSearch(QStringLiteral("name!=\"op 7\""));
        QVERIFY(settle());
        QCOMPARE(view_->hiddenSpans(), 0U + [&] { // those that hold others stay
            uint32_t alone = 0;
            for (const NodeIndex node : view_->data()->tree.byRow)
                alone += view_->data()->tree.nodes[node].children == 0 && view_->data()->table->nameText(view_->data()->tree.nodes[node].row) == "op 7";
            return alone;
        }());
        QTest::keyClick(view_->findChild<QLineEdit*>(), Qt::Key_Escape);
        QCOMPARE(view_->hiddenSpans(), 0U);
    }

    void comparesWithTheUsual() {
        const SpanTablePtr table = alike();
        Host<CompareView> host(QSize(1200, 400), *context_);
        QVERIFY(QTest::qWaitForWindowExposed(&host.window));
        show(table, Focus::onTrace({0, 2}));
        QVERIFY(settle());
        auto* model = qobject_cast<CompareModel*>(host.view->list()->model());
        const QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        const auto text = [&](int row, int column) { return model->index(row, column).data().toString(); };
        QCOMPARE(model->rowCount(), 4);
        QCOMPARE(text(0, CompareModel::OperationColumn), QStringLiteral("SELECT")); // 90 ms longer
        QCOMPARE(text(0, CompareModel::ChangeColumn), QStringLiteral("+90.0 ms"));
        QCOMPARE(text(0, CompareModel::WhatColumn), QStringLiteral("fails now"));
        QCOMPARE(host.view->statusText(), QStringLiteral("200 ms against 100 ms: 2 spans in both, 1 added, 1 removed"));
        QVERIFY(visibleWords(host.view).contains(QStringLiteral("200 ms against 100 ms of the usual trace of 1 alike: 100 ms longer")));
        // A row leads to its span; one that is gone leads nowhere.
        for (int row = 0; row < model->rowCount(); ++row) {
            host.view->list()->setCurrentIndex(model->index(row, 0));
            if (text(row, CompareModel::WhatColumn) != QStringLiteral("removed"))
                QCOMPARE(context_->selection().focus().toWords(table.get()).find(text(row, CompareModel::OperationColumn).toStdString()) != std::string::npos, true);
        }
        // By operation: in the order of the calls, indented.
        QTest::mouseClick(host.view->list()->horizontalHeader()->viewport(), Qt::LeftButton, {}, {20, 8});
        QVERIFY(settle());
        QCOMPARE(text(0, CompareModel::OperationColumn), QStringLiteral("GET /"));
        QVERIFY(text(1, CompareModel::OperationColumn).endsWith(QStringLiteral("SELECT")) && text(1, CompareModel::OperationColumn) != QStringLiteral("SELECT"));
        QVERIFY(!paintedPicture(*host.view).isNull());
        // Against itself nothing has changed; a trace without a like says so, and takes a chosen one.
        context_->shownTrace().setBaseline(TraceId{0, 2});
        QVERIFY(settle());
        for (int row = 0; row < model->rowCount(); ++row)
            QCOMPARE(text(row, CompareModel::ChangeColumn), QString());
        context_->shownTrace().setBaseline({});
        context_->selection().setFocus(Focus::onTrace({0, 3}));
        QVERIFY(settle());
        QCOMPARE(model->rowCount(), 0);
        QVERIFY(visibleWords(host.view).contains(QStringLiteral("No other trace begins with the same operation")));
        context_->shownTrace().setBaseline(TraceId{0, 1});
        QVERIFY(settle());
        QCOMPARE(model->rowCount(), 4);
    }
};

AISLE_TEST_MAIN(TestTimeline)
#include "tst_timeline.moc"
