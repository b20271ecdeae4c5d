// The trace list through real events: order against a naive sort, filters, focus in both directions, empty states,
// and a list of 200,000 traces.

#include "model/trace_fixture.h"
#include "theme/theme.h"

#include "trace_list/trace_list_view.h"
#include "widgets/list_delegate.h"
#include "widgets/sort_header.h"
#include "ui_fixture.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTimer>
#include <QToolButton>

#include <random>
#include <set>

using namespace aisle;
using namespace aisle::test;

namespace {

constexpr int64_t kMs = 1'000'000, kStart = 1'700'000'000'000 * kMs;

/// Traces of one to five spans with many ties in every column, not in the order of their start.
SpanTablePtr shop(uint32_t traces) {
    TraceFixture f;
    std::mt19937 random(7);
    const auto pick = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
    for (uint32_t t = 1; t <= traces; ++t) {
        const int64_t start = kStart + static_cast<int64_t>(pick(traces * 2)) * 10 * kMs;
        const uint32_t spans = 1 + pick(5);
        const int64_t duration = (1 + static_cast<int64_t>(pick(40))) * 50 * kMs;
        for (uint32_t i = 0; i < spans; ++i)
            f.add({.id = i + 1,
                   .parent = i == 0 ? 0U : 1U,
                   .name = "op " + std::to_string(pick(9)),
                   .service = i == 0 ? "front-" + std::to_string(pick(3)) : "back-" + std::to_string(pick(4)),
                   .start = start,
                   .duration = i == 0 ? duration : duration / 2,
                   .kind = i == 0 ? Kind::Server : Kind::Client,
                   .status = pick(6) == 0 ? Status::Error : Status::Unset,
                   .trace = {t * 0x9e3779b97f4a7c15ULL, t}});
    }
    return f.table();
}

} // namespace

class TestTraceListView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        applyTheme(ThemeMode::Light);
    }

    void init() {
        context_ = std::make_unique<ViewContext>();
        host_ = std::make_unique<Host<TraceListView>>(QSize(1200, 500), *context_);
        QVERIFY(QTest::qWaitForWindowExposed(&host_->window));
        list_ = host_->view->findChild<QTableView*>();
        model_ = qobject_cast<TraceListModel*>(list_->model());
        tester_ = std::make_unique<QAbstractItemModelTester>(model_, QAbstractItemModelTester::FailureReportingMode::Fatal);
    }
    void cleanup() {
        tester_.reset();
        host_.reset();
        context_.reset();
    }

    // The sort arrow was drawn over headings that stand on the right, and headings stood 3 px beside their cells.
    void headingsAreOverTheirCells() {
        context_->setTable(shop(50), false);
        QVERIFY(settle());
        auto* header = static_cast<SortHeader*>(list_->horizontalHeader());
        const QImage headings = header->grab().toImage();
        const QRect arrow = header->arrowRect(QRect(header->sectionViewportPosition(0), 0, header->sectionSize(0), header->height()), 0);
        QVERIFY(qGray(headings.pixel(arrow.center())) < 180); // it is drawn
        for (int c = 0; c < TraceListModel::ColumnTotal; ++c) {
            const QRect section(header->sectionViewportPosition(c), 0, header->sectionSize(c), header->height());
            const bool isRight = c >= TraceListModel::DurationColumn;
            const int words = header->fontMetrics().horizontalAdvance(model_->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString());
            const QRect text(isRight ? section.right() - 2 - words : section.left() + 3, 0, words, header->height());
            QVERIFY(!header->arrowRect(section, c).intersects(text));
            QVERIFY(section.contains(header->arrowRect(section, c)));
            // The first and the last ink of heading and cell are on one line, give or take the letters.
            if (c == TraceListModel::SpansColumn || c == TraceListModel::DurationColumn || c == TraceListModel::StartColumn) {
                QImage head(header->size(), QImage::Format_RGB32);
                header->render(&head);
                const QRect cell = list_->visualRect(model_->index(0, c));
                const QImage body = list_->viewport()->grab(cell).toImage();
                const auto ink = [&](const QImage& image, int x) {
                    for (int y = 4; y < image.height() - 4; ++y)
                        if (qGray(image.pixel(x, y)) < 140)
                            return true;
                    return false;
                };
                int a = 0, b = 0;
                if (isRight) {
                    while (a < 30 && !ink(head, section.right() - a))
                        ++a;
                    while (b < 30 && !ink(body, body.width() - 1 - b))
                        ++b;
                } else {
                    while (a < 30 && !ink(head, section.left() + a))
                        ++a;
                    while (b < 30 && !ink(body, b))
                        ++b;
                }
                QVERIFY2(std::abs(a - b) <= 2, qPrintable(QStringLiteral("column %1: %2 and %3").arg(c).arg(a).arg(b)));
            }
        }
    }

    // The count of errors of the selected row was as dark as everything else.
    void errorsStayRedInASelectedRow() {
        context_->setTable(shop(50), false);
        QVERIFY(settle());
        int row = 0;
        while (model_->index(row, TraceListModel::ErrorsColumn).data().toString().isEmpty())
            ++row;
        list_->selectRow(row);
        QVERIFY(settle());
        const QImage cell = list_->viewport()->grab(list_->visualRect(model_->index(row, TraceListModel::ErrorsColumn))).toImage();
        bool isRed = false;
        for (int y = 0; y < cell.height(); ++y)
            for (int x = 0; x < cell.width(); ++x)
                isRed = isRed || (cell.pixelColor(x, y).red() > 150 && cell.pixelColor(x, y).green() < 100);
        QVERIFY(isRed);
    }

    // A trace without any start was listed as of 1970.
    void noStartIsAnEmptyCell() {
        TraceFixture f;
        f.add({1, 0, "a", "s", 500, 10, Kind::Server, Status::Unset, 0, {0, 1}});
        f.add({2, 0, "b", "s", 0, 10, Kind::Server, Status::Unset, kNoStart, {0, 2}});
        load(f.table());
        QVERIFY(!model_->index(0, TraceListModel::StartColumn).data().toString().isEmpty());
        QCOMPARE(model_->index(1, TraceListModel::StartColumn).data().toString(), QString());
        QCOMPARE(model_->traceAt(1), TraceIndex(1));
    }

    void sortsByEachColumn() {
        load(shop(400));
        QCOMPARE(model_->rowCount(), 400);
        QCOMPARE(model_->traces(), naive(TraceListModel::StartColumn, false));
        for (int column = 0; column < TraceListModel::ColumnTotal; ++column) {
            // Numbers come largest first, text and times smallest first; a second click turns it round. The start is
            // what the list is sorted by at first, so there the first click turns.
            bool descending = column >= TraceListModel::DurationColumn || column == TraceListModel::StartColumn;
            for (int click = 0; click < 2; ++click, descending = !descending) {
                clickHeader(column);
                const auto expected = naive(column, descending);
                QVERIFY2(model_->traces() == expected, qPrintable(QStringLiteral("column %1, click %2").arg(column).arg(click)));
                QCOMPARE(list_->horizontalHeader()->sortIndicatorSection(), column);
                QCOMPARE(list_->horizontalHeader()->sortIndicatorOrder(), descending ? Qt::DescendingOrder : Qt::AscendingOrder);
            }
        }
    }

    void cellsSayWhatTheTableHolds() {
        load(shop(50));
        for (int row = 0; row < model_->rowCount(); ++row) {
            const TraceIndex t = model_->traceAt(row);
            const TraceSummary& s = table_->summary(t);
            const auto cell = [&](int column) { return model_->index(row, column).data().toString().toStdString(); };
            QCOMPARE(cell(TraceListModel::StartColumn), formatTime(s.start));
            QCOMPARE(cell(TraceListModel::ServiceColumn), std::string(table_->serviceText(s.root)));
            QCOMPARE(cell(TraceListModel::OperationColumn), std::string(table_->nameText(s.root)));
            QCOMPARE(cell(TraceListModel::DurationColumn), formatDuration(s.duration));
            QCOMPARE(cell(TraceListModel::SpansColumn), formatCount(s.spans));
            QCOMPARE(cell(TraceListModel::ServicesColumn), formatCount(s.services));
            QCOMPARE(cell(TraceListModel::ErrorsColumn), s.errors == 0 ? std::string() : formatCount(s.errors));
            QVERIFY(model_->index(row, 0).data(Qt::ToolTipRole).toString().contains(QString::fromStdString(toHex(table_->traceId(t)))));
            QCOMPARE(model_->rowOf(t), row);
        }
        QCOMPARE(host_->view->statusText(), QStringLiteral("50 traces"));
        QCOMPARE(host_->view->tabular()->rows.size(), size_t(50));
    }

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

    void filtersByText() {
        load(shop(200));
        auto* text = named<QLineEdit>(host_->view, QStringLiteral("Filter traces by text"));
        QTest::keyClicks(text, QStringLiteral("OP 3"));
        QVERIFY(settle());
        compareWith([&](TraceIndex t) { return anySpan(t, [&](Row r) { return table_->nameText(r) == "op 3"; }); });
        text->clear();
        QTest::keyClicks(text, QStringLiteral("back-2"));
        QVERIFY(settle());
        compareWith([&](TraceIndex t) { return anySpan(t, [&](Row r) { return table_->serviceText(r) == "back-2"; }); });
        QVERIFY(host_->view->statusText().contains(QStringLiteral(" of 200 traces")));
        text->clear();
        const TraceIndex wanted = 17;
        QTest::keyClicks(text, QString::fromStdString(toHex(table_->traceId(wanted)).substr(0, 12)));
        QVERIFY(settle());
        QCOMPARE(model_->traces(), std::vector<TraceIndex>{wanted});
        text->clear();
        QVERIFY(settle());
        QCOMPARE(model_->rowCount(), 200);
    }

    void filtersByServiceAndErrors() {
        load(shop(200));
        auto* service = named<QComboBox>(host_->view, QStringLiteral("Filter traces by service"));
        QCOMPARE(service->count(), 1 + 3 + 4);
        QCOMPARE(service->itemText(1), QStringLiteral("back-0")); // sorted
        service->setFocus();
        QTest::keyClick(service, Qt::Key_Down);
        QVERIFY(settle());
        QCOMPARE(service->currentText(), QStringLiteral("back-0"));
        const auto touches = [&](TraceIndex t) { return anySpan(t, [&](Row r) { return table_->serviceText(r) == "back-0"; }); };
        compareWith(touches);
        auto* errors = buttonWithText<QToolButton>(host_->view, QStringLiteral("Errors"));
        QTest::mouseClick(errors, Qt::LeftButton);
        QVERIFY(settle());
        compareWith([&](TraceIndex t) { return touches(t) && table_->summary(t).errors > 0; });
        service->setCurrentIndex(0);
        QVERIFY(settle());
        compareWith([&](TraceIndex t) { return table_->summary(t).errors > 0; });
        // The chosen service stays chosen when spans come in.
        service->setCurrentIndex(service->findText(QStringLiteral("front-1")));
        load(shop(210));
        QCOMPARE(service->currentText(), QStringLiteral("front-1"));
    }

    void filtersByDuration() {
        load(shop(200));
        auto* duration = named<QLineEdit>(host_->view, QStringLiteral("Filter traces by duration"));
        const auto within = [&](int64_t from, int64_t to) {
            compareWith([&](TraceIndex t) {
                const int64_t d = table_->summary(t).duration;
                return d >= from && (to == 0 || d <= to);
            });
            QVERIFY(!visibleWords(host_->view).contains(QStringLiteral("not a duration")));
        };
        const auto type = [&](const char* text) {
            duration->clear();
            QTest::keyClicks(duration, QString::fromLatin1(text));
            QVERIFY(settle());
        };
        type(">500ms");
        within(500 * kMs, 0);
        type("<1s");
        within(0, 1000 * kMs);
        type("400ms - 1.5s");
        within(400 * kMs, 1500 * kMs);
        type("750ms");
        within(750 * kMs, 0);
        for (const char* wrong : {"abc", ">", "2s-1s", "5 parsecs", "<", "1s-", "-", "5"}) {
            type(wrong);
            QVERIFY2(visibleWords(host_->view).contains(QStringLiteral("not a duration")), wrong);
            QVERIFY2(model_->rowCount() == 200, wrong); // what is not understood filters nothing
        }
        type("");
        within(0, 0);
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

    /// Sorting needed a mouse, and the tool tip of the filter promised a key that did nothing.
    void keyboardSortsAndFilters() {
        load(shop(50));
        bool isSorted = false;
        const auto sort = [&](int column) {
            isSorted = false;
            chooseInMenu(list_->viewport(), list_->visualRect(model_->index(2, 2)).center(), {}, [&] {
                for (QAction* action : qobject_cast<QMenu*>(QApplication::activePopupWidget())->actions())
                    if (action->text() == QStringLiteral("Sort by")) {
                        action->menu()->actions().at(column)->trigger();
                        isSorted = true;
                    }
            });
            QVERIFY(isSorted);
            QVERIFY(settle());
        };
        sort(TraceListModel::DurationColumn);
        QCOMPARE(model_->traces(), naive(TraceListModel::DurationColumn, true));
        QCOMPARE(list_->horizontalHeader()->sortIndicatorSection(), int(TraceListModel::DurationColumn));
        sort(TraceListModel::DurationColumn);
        QCOMPARE(model_->traces(), naive(TraceListModel::DurationColumn, false));
        host_->window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&host_->window));
        list_->setFocus();
        QTest::keyClick(list_, Qt::Key_L, Qt::ControlModifier);
        QVERIFY(named<QLineEdit>(host_->view, QStringLiteral("Filter traces by text"))->hasFocus());
    }

    void emptyStates() {
        QVERIFY(settle());
        QVERIFY(visibleWords(host_->view).contains(QStringLiteral("No traces")));
        // It did not say what to do next.
        QSignalSpy asked(context_.get(), &ViewContext::openRequested);
        QTest::mouseClick(buttonWithText<QPushButton>(host_->view, QStringLiteral("Open a file...")), Qt::LeftButton);
        QCOMPARE(asked.count(), 1);
        load(shop(20));
        QVERIFY(!visibleWords(host_->view).contains(QStringLiteral("No trace")));
        auto* text = named<QLineEdit>(host_->view, QStringLiteral("Filter traces by text"));
        auto* duration = named<QLineEdit>(host_->view, QStringLiteral("Filter traces by duration"));
        QTest::keyClicks(text, QStringLiteral("nowhere to be found"));
        QTest::keyClicks(duration, QStringLiteral(">1h"));
        QVERIFY(settle());
        QCOMPARE(model_->rowCount(), 0);
        QVERIFY(visibleWords(host_->view).contains(QStringLiteral("No trace passes the filter")));
        QVERIFY(visibleWords(host_->view).contains(QStringLiteral("20 traces")));
        auto* button = host_->view->findChild<QPushButton*>();
        QVERIFY(button->isVisible());
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(settle());
        QVERIFY(text->text().isEmpty() && duration->text().isEmpty());
        QCOMPARE(model_->rowCount(), 20);
        context_->selection().addTerm(term(ScopeTerm::Kind::Service, "not here"));
        QVERIFY(settle());
        QVERIFY(visibleWords(host_->view).contains(QStringLiteral("No trace in this scope")));
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(settle());
        QVERIFY(context_->selection().scope().isEmpty());
        QCOMPARE(model_->rowCount(), 20);
    }

    /// What blocks the window is measured, with a limit that only something like a pass over all rows of the model per
    /// event would break; the figures are printed.
    void manyTraces() {
        load(shop(200'000));
        QCOMPARE(model_->rowCount(), 200'000);
        const auto timed = [&](const char* what, auto&& act) {
            QElapsedTimer clock;
            clock.start();
            act();
            const auto blocked = clock.elapsed();
            qInfo("200,000 traces, %s: %lld ms", what, static_cast<long long>(blocked));
            QVERIFY2(blocked < 1000, what);
        };
        timed("paint", [&] { host_->window.grab(); });
        timed("click on a row", [&] { QTest::mouseClick(list_->viewport(), Qt::LeftButton, {}, centreOf(2)); });
        timed("focus at the end", [&] { context_->selection().setFocus(Focus::onTrace(table_->traceId(model_->traceAt(199'990)))); });
        QCOMPARE(list_->currentIndex().row(), 199'990);
        // While a sort is worked out the old order stays, and the window goes on: a timer keeps ticking.
        int ticks = 0;
        QTimer heartbeat;
        connect(&heartbeat, &QTimer::timeout, this, [&] { ++ticks; });
        heartbeat.start(1);
        const QPoint at(list_->horizontalHeader()->sectionViewportPosition(TraceListModel::OperationColumn) + 60, 8);
        timed("click on a header", [&] { QTest::mouseClick(list_->horizontalHeader()->viewport(), Qt::LeftButton, {}, at); });
        QCOMPARE(model_->rowCount(), 200'000);
        QVERIFY(Worker::busyCount() > 0);
        QVERIFY(settle());
        QVERIFY(ticks > 0);
        QVERIFY(model_->traces() == naive(TraceListModel::OperationColumn, false));
        timed("typing", [&] { QTest::keyClicks(named<QLineEdit>(host_->view, QStringLiteral("Filter traces by text")), QStringLiteral("op 3")); });
        QVERIFY(settle());
        QVERIFY(model_->rowCount() < 200'000 && model_->rowCount() > 1000);
    }

private:
    void load(const SpanTablePtr& table) {
        table_ = table;
        context_->setTable(table, false);
        QVERIFY(settle());
    }
    QPoint centreOf(int row) const { return list_->visualRect(model_->index(row, TraceListModel::OperationColumn)).center(); }
    void clickHeader(int column) {
        const QHeaderView* header = list_->horizontalHeader();
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          {header->sectionViewportPosition(column) + header->sectionSize(column) / 2, header->height() / 2});
        QVERIFY(settle());
    }
    template <typename F>
    bool anySpan(TraceIndex t, F&& matches) const {
        const auto rows = table_->rowsOf(t);
        return std::any_of(rows.begin(), rows.end(), matches);
    }
    /// All traces by a column, ties by start, then by the order in which they came.
    std::vector<TraceIndex> naive(int column, bool descending) const {
        std::vector<TraceIndex> traces(table_->traceSlots());
        for (TraceIndex t = 0; t < traces.size(); ++t)
            traces[t] = t;
        const auto compare = [&](TraceIndex a, TraceIndex b) {
            const TraceSummary &x = table_->summary(a), &y = table_->summary(b);
            const auto number = [](int64_t v, int64_t w) { return v < w ? -1 : v > w ? 1 : 0; };
            switch (column) {
            case TraceListModel::ServiceColumn: return table_->serviceText(x.root).compare(table_->serviceText(y.root));
            case TraceListModel::OperationColumn: return table_->nameText(x.root).compare(table_->nameText(y.root));
            case TraceListModel::DurationColumn: return number(x.duration, y.duration);
            case TraceListModel::SpansColumn: return number(x.spans, y.spans);
            case TraceListModel::ServicesColumn: return number(x.services, y.services);
            case TraceListModel::ErrorsColumn: return number(x.errors, y.errors);
            default: return number(x.start, y.start);
            }
        };
        std::sort(traces.begin(), traces.end(), [&](TraceIndex a, TraceIndex b) {
            if (const int c = compare(a, b); c != 0)
                return descending ? c > 0 : c < 0;
            if (table_->summary(a).start != table_->summary(b).start)
                return table_->summary(a).start < table_->summary(b).start;
            return a < b;
        });
        return traces;
    }
    /// The list holds exactly the traces of which that is true.
    template <typename F>
    void compareWith(F&& isWanted) {
        std::set<TraceIndex> expected;
        for (TraceIndex t = 0; t < table_->traceSlots(); ++t)
            if (isWanted(t))
                expected.insert(t);
        QVERIFY(!expected.empty());
        QCOMPARE(std::set<TraceIndex>(model_->traces().begin(), model_->traces().end()), expected);
        QCOMPARE(model_->traces().size(), expected.size());
    }

    std::unique_ptr<ViewContext> context_;
    std::unique_ptr<Host<TraceListView>> host_;
    std::unique_ptr<QAbstractItemModelTester> tester_;
    QTableView* list_ = nullptr;
    TraceListModel* model_ = nullptr;
    SpanTablePtr table_;
};

AISLE_TEST_MAIN(TestTraceListView)
#include "tst_trace_list_view.moc"
