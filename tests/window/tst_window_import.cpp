// Files that are dropped, and an import while it goes on: progress, cancelling, closing.

#include "window_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestWindowImport : public QObject, private WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() { beginTest(); }
    void cleanup() { endTest(); }

    void opensWhatIsDropped() {
        QVERIFY(drop(*window_, {small_}));
        QVERIFY(waitUntilOpen());
        const uint64_t before = window_->context().table()->spanCount();
        QVERIFY(before > 5000);
        // Dropped on what is open: added, in the same window.
        QVERIFY(drop(*window_, {other_}));
        QVERIFY(waitUntilOpen());
        QCOMPARE(windows().size(), 1);
        QVERIFY(window_->context().table()->spanCount() > before);
        QCOMPARE(window_->context().table()->files().size(), size_t(2));
        QVERIFY(window_->windowTitle().contains(QStringLiteral("shop.jsonl and 1 more")));
        // The same again adds nothing, and says so.
        const uint64_t both = window_->context().table()->spanCount();
        QVERIFY(drop(*window_, {other_}));
        QVERIFY(waitUntilOpen());
        QCOMPARE(window_->context().table()->spanCount(), both);
        QVERIFY2(words().contains(QStringLiteral("Nothing was added")), qPrintable(words()));
        // What is no file is not taken.
        QMimeData text;
        text.setText(QStringLiteral("hello"));
        QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &text, Qt::LeftButton, {});
        enter.ignore();
        QCoreApplication::sendEvent(window_, &enter);
        QVERIFY(!enter.isAccepted());
    }

    /// While 200,000 spans come in the window goes on: a timer keeps ticking. No times are asserted; the longest pause
    /// is printed.
    void staysResponsive() {
        int ticks = 0, ticksWithProgress = 0;
        qint64 longest = 0;
        QElapsedTimer pause;
        QTimer heartbeat;
        connect(&heartbeat, &QTimer::timeout, this, [&] {
            ++ticks;
            longest = std::max(longest, pause.restart());
            ticksWithProgress += progress()->isVisible();
        });
        window_->setPerspective(1);
        QVERIFY(settle());
        pause.start();
        heartbeat.start(2);
        window_->open({big_});
        QTRY_VERIFY_WITH_TIMEOUT(window_->document() && window_->document()->isImporting(), 30'000);
        QVERIFY(progress()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!window_->document()->isImporting(), 120'000);
        heartbeat.stop();
        QVERIFY(settle());
        QVERIFY(window_->context().table()->spanCount() >= 200'000);
        QVERIFY2(ticks >= 20 && ticksWithProgress >= 10, qPrintable(QStringLiteral("%1 ticks").arg(ticks)));
        qInfo("%d ticks during the import, longest pause %lld ms", ticks, static_cast<long long>(longest));
    }

    void showsTracesWhileTheyComeIn() {
        window_->open({other_});
        QVERIFY(waitUntilOpen());
        const uint32_t before = window_->context().table()->traceCount();
        window_->setPerspective(1);
        QVERIFY(settle());
        Feed feed(folder_ / "pipe.jsonl", 100'000);
        window_->document()->add({feed.path()});
        auto* list = window_->view("trace-list")->findChild<QTableView*>();
        QTRY_VERIFY2_WITH_TIMEOUT(window_->context().isProvisional() && list->model()->rowCount() > static_cast<int>(before), qPrintable(words()),
                                  30'000);
        QVERIFY(window_->document()->isImporting());
        QVERIFY(words().contains(QStringLiteral("so far")));
        QVERIFY(progress()->isVisible());
        QVERIFY2(words().contains(QStringLiteral("Importing")), qPrintable(words()));
        // They can be looked at: the last row is one of the new traces.
        const int last = list->model()->rowCount() - 1;
        list->scrollTo(list->model()->index(last, 0));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(last, 2)).center());
        auto* waterfall = qobject_cast<WaterfallView*>(window_->view("waterfall"));
        QTRY_VERIFY_WITH_TIMEOUT(waterfall->data() != nullptr, 30'000);
        const Focus looked = window_->context().selection().focus();
        QVERIFY(window_->document()->isImporting());
        feed.letTheRestCome();
        QVERIFY(waitUntilOpen());
        QVERIFY(!window_->context().isProvisional());
        QVERIFY(!words().contains(QStringLiteral("so far")));
        QVERIFY(!progress()->isVisible());
        QVERIFY(window_->context().table()->spanCount() >= 100'000);
        QCOMPARE(window_->context().selection().focus(), looked); // what was being looked at stays
        QVERIFY(looked.traceIn(*window_->context().table()).has_value());
    }

    void cancelLeavesNothing() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        const uint64_t before = window_->context().table()->spanCount();
        const auto rows = [&] { return window_->document()->workspace()->connect()->integer("SELECT count(*) FROM span"); };
        const int64_t rowsBefore = rows();
        {
            Feed feed(folder_ / "cancelled.jsonl", 150'000);
            window_->document()->add({feed.path()});
            QTRY_VERIFY2_WITH_TIMEOUT(window_->context().isProvisional() && window_->context().table()->spanCount() > before, qPrintable(words()),
                                      30'000);
            auto* cancel = buttonWithText<QToolButton>(window_, QStringLiteral("Cancel"));
            QVERIFY(cancel->isVisible());
            QTest::mouseClick(cancel, Qt::LeftButton);
            // It looked as if nothing had been clicked until the import had ended.
            QCOMPARE(cancel->text(), QStringLiteral("Cancelling"));
            QVERIFY(!cancel->isEnabled());
            QTRY_VERIFY_WITH_TIMEOUT(!window_->document()->isImporting(), 60'000);
            QCOMPARE(cancel->text(), QStringLiteral("Cancel"));
            QVERIFY(cancel->isEnabled());
        }
        QVERIFY(settle());
        QVERIFY2(words().contains(QStringLiteral("The import was cancelled")), qPrintable(words()));
        QVERIFY(!progress()->isVisible());
        QVERIFY(!window_->context().isProvisional());
        QCOMPARE(window_->context().table()->spanCount(), before);
        QCOMPARE(window_->context().table()->files().size(), size_t(1));
        QCOMPARE(rows(), rowsBefore);
        QCOMPARE(window_->document()->workspace()->connect()->integer("SELECT count(*) FROM file"), int64_t(1));
        // And the window still works.
        QVERIFY(drop(*window_, {other_}));
        QVERIFY(waitUntilOpen());
        QVERIFY(window_->context().table()->spanCount() > before);
    }

    /// Closing the window is cancelling, too; an unnamed workspace with nothing in it is not kept.
    void closingWhileImporting() {
        window_->open({big_});
        QTRY_VERIFY_WITH_TIMEOUT(window_->document() && window_->document()->isImporting(), 30'000);
        const fs::path workspace = window_->document()->workspace()->path();
        QVERIFY(fs::exists(workspace));
        window_->close();
        QTRY_VERIFY(!window_);
        QVERIFY(settle());
        QTRY_VERIFY_WITH_TIMEOUT(!fs::exists(workspace), 20'000);
    }
};

int main(int argc, char** argv) { return runWindowTest<TestWindowImport>(argc, argv); }

#include "tst_window_import.moc"
