// The trace list through real events: order against a naive sort, filters, empty states, and a list of 200,000 traces.

#include "trace_list_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestTraceListView : public TraceListFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() { beginTest(); }
    void cleanup() { endTest(); }

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
};

AISLE_TEST_MAIN(TestTraceListView)
#include "tst_trace_list_view.moc"
