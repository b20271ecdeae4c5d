// The import report, removing files, and the columns of tables.

#include "window_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestWindowReport : public QObject, private WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() { beginTest(); }
    void cleanup() { endTest(); }

    /// A panel that another perspective had taken out came up over the other ones, in a corner.
    void reportCanBeRead() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        auto* report = dock(*window_, "report");
        for (const int perspective : {0, 1, 2, 3, 5}) {
            window_->setPerspective(perspective);
            QVERIFY(settle());
            QVERIFY(!report->isVisible());
            report->toggleViewAction()->trigger();
            QTRY_VERIFY(report->isVisible());
            QTRY_VERIFY2(report->height() >= 150, qPrintable(QString::number(report->height())));
            for (const QDockWidget* other : window_->findChildren<QDockWidget*>())
                if (other != report && other->isVisible())
                    QVERIFY2(!other->geometry().intersects(report->geometry()), qPrintable(other->objectName()));
        }
        QCOMPARE(reportRows(), QStringList{QStringLiteral("shop.jsonl Imported ") + QString::fromStdString(formatCount(window_->context().table()->spanCount()))});
    }

    /// Files and folders that are dropped together: each file has its row, what is no trace one for its folder.
    void aRowForEachFileThatIsDropped() {
        const fs::path folder = folder_ / "dropped";
        fs::create_directories(folder / "deeper");
        fs::copy_file(other_, folder / "one.jsonl");
        fs::copy_file(small_, folder / "deeper" / "two.jsonl");
        std::ofstream(folder / "notes.txt") << "hello";
        const fs::path single = folder_ / "single.jsonl";
        demo::Options options;
        options.sessions = 3;
        options.seed = 7;
        writeDemo(single, options);
        QVERIFY(drop(*window_, {folder, single}));
        QVERIFY(waitUntilOpen());
        QStringList names;
        for (const QString& row : reportRows())
            names << row.section(QLatin1Char(' '), 0, 2).section(QLatin1Char(' '), 0, 1);
        QCOMPARE(names, (QStringList{QStringLiteral("two.jsonl Imported"), QStringLiteral("one.jsonl Imported"), QStringLiteral("dropped In"), QStringLiteral("single.jsonl Imported")}));
        QCOMPARE(window_->context().table()->files().size(), size_t(3));
        QVERIFY2(messageText().contains(QStringLiteral("notes.txt")), qPrintable(messageText()));
    }

    /// In the panel, by the keyboard; the message has the way back.
    void removesAFileAndHasItBack() {
        const fs::path gone = folder_ / "gone.jsonl";
        fs::copy_file(other_, gone);
        window_->open({small_, gone});
        QVERIFY(waitUntilOpen());
        const uint64_t all = window_->context().table()->spanCount();
        action(QStringLiteral("Import report"))->trigger();
        auto* tree = named<QTreeView>(window_, QStringLiteral("Import report"));
        const auto remove = [&](int row) {
            tree->selectionModel()->setCurrentIndex(tree->model()->index(row, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
            QTest::keyClick(tree, Qt::Key_Delete);
        };
        remove(0);
        QVERIFY(window_->document()->isRemoving());
        QVERIFY(named<QProgressBar>(window_, QStringLiteral("Progress of the removal"))->isVisible());
        QVERIFY(buttonWithText<QToolButton>(window_, QStringLiteral("Cancel"))->isVisible());
        QVERIFY(settle());
        QVERIFY(!progress()->isVisible());
        QVERIFY2(messageText().startsWith(QStringLiteral("Removed shop.jsonl: ")), qPrintable(messageText()));
        QVERIFY(window_->context().table()->spanCount() < all);
        QVERIFY(reportRows().at(0).startsWith(QStringLiteral("shop.jsonl Removed")));
        QTest::mouseClick(buttonWithText<QToolButton>(window_, QStringLiteral("Undo")), Qt::LeftButton);
        QVERIFY(waitUntilOpen());
        QTRY_COMPARE(reportRows().size(), 2);
        QCOMPARE(window_->context().table()->spanCount(), all);
        QVERIFY(!reportRows().join(QLatin1Char(' ')).contains(QStringLiteral("Removed")));
        // By Ctrl+Z as well.
        remove(1);
        QVERIFY(settle());
        QVERIFY(window_->context().table()->spanCount() < all);
        QTest::keyClick(tree, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(waitUntilOpen());
        QTRY_COMPARE(window_->context().table()->spanCount(), all);
        // What cannot be had back is asked about.
        fs::remove(gone);
        remove(0); // gone.jsonl came back first
        auto* question = window_->findChild<QMessageBox*>();
        QVERIFY(question != nullptr && question->isVisible());
        QVERIFY2(question->text().contains(QStringLiteral("gone.jsonl cannot be had back")), qPrintable(question->text()));
        QVERIFY(!window_->document()->isRemoving());
        QTest::keyClick(question, Qt::Key_Escape);
        QVERIFY(settle());
        QCOMPARE(window_->context().table()->spanCount(), all);
        remove(0);
        question = nullptr;
        for (QMessageBox* box : window_->findChildren<QMessageBox*>())
            if (box->isVisible())
                question = box;
        QVERIFY(question != nullptr);
        QTest::mouseClick(buttonWithText<QPushButton>(question, QStringLiteral("Remove")), Qt::LeftButton);
        QVERIFY(settle());
        QVERIFY(window_->context().table()->spanCount() < all);
        QTest::keyClick(tree, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY2(messageText().contains(QStringLiteral("no removal that can be undone")), qPrintable(messageText()));
    }

    /// 200,000 spans are taken out, and the window goes on.
    void staysResponsiveWhileRemoving() {
        window_->open({big_, small_});
        QVERIFY(waitUntilOpen());
        qint64 longest = 0;
        int ticks = 0;
        QElapsedTimer pause;
        QTimer heartbeat;
        connect(&heartbeat, &QTimer::timeout, this, [&] {
            ++ticks;
            longest = std::max(longest, pause.restart());
        });
        pause.start();
        heartbeat.start(2);
        window_->document()->removeFiles({window_->document()->reports().at(0).file});
        QTRY_VERIFY_WITH_TIMEOUT(!window_->document()->isRemoving(), 60'000);
        heartbeat.stop();
        QVERIFY(settle());
        QCOMPARE(window_->context().table()->files().size(), size_t(1));
        QVERIFY2(ticks >= 10, qPrintable(QString::number(ticks)));
        qInfo("%d ticks while removing, longest pause %lld ms", ticks, static_cast<long long>(longest));
    }

    /// A table whose columns cannot be told was text that is no trace, and that was the end of it.
    void asksForTheColumnsOfATable() {
        const fs::path table = folder_ / "odd.csv", same = folder_ / "same.csv";
        std::ofstream(table) << "req,hop,svc,what,began,took\nr1,1,shop,GET /,1773478800.5,2.5\nr1,2,cart,add,1773478801,7\n";
        window_->open({table});
        QTRY_VERIFY_WITH_TIMEOUT(columnDialog() != nullptr, 15'000);
        QVERIFY(settle());
        ColumnDialog* dialog = columnDialog();
        QVERIFY(!window_->document()); // nothing came of it
        QCOMPARE(reportRows().size(), 1);
        QCOMPARE(messageText(), QStringLiteral("odd.csv is a table, but not all of its columns can be told."));
        // Closed by mistake: the message leads back.
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(columnDialog() == nullptr);
        QTest::mouseClick(buttonWithText<QToolButton>(messageStrip(), QStringLiteral("Map columns...")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(columnDialog() != nullptr, 15'000);
        QVERIFY(settle());
        dialog = columnDialog();
        const auto* import = buttonWithText<QPushButton>(dialog, QStringLiteral("&Import"));
        for (const auto& [role, column] : {std::pair("Trace id", "req"), {"Span id", "hop"}, {"Service", "svc"}, {"Name", "what"}, {"Start", "began"}, {"Duration", "took"}}) {
            auto* box = named<QComboBox>(dialog, QLatin1String(role));
            box->setCurrentIndex(box->findText(QLatin1String(column)));
        }
        auto* unit = named<QComboBox>(dialog, QStringLiteral("Unit of duration"));
        unit->setCurrentIndex(unit->findText(QStringLiteral("ms")));
        QVERIFY(settle());
        QVERIFY(import->isEnabled());
        dialog->accept();
        QVERIFY(waitUntilOpen());
        QCOMPARE(window_->context().table()->spanCount(), uint64_t(2));
        QTRY_COMPARE(reportRows(), QStringList{QStringLiteral("odd.csv Imported 2")});
        QVERIFY(!columnDialog());
        // The next file with that header needs nobody, and the report says why.
        std::ofstream(same) << "req,hop,svc,what,began,took\nr2,1,shop,GET /,1773478802,2\n";
        window_->add({same});
        QTRY_COMPARE_WITH_TIMEOUT(window_->context().table()->spanCount(), uint64_t(3), 30'000);
        QVERIFY(settle());
        QVERIFY(!columnDialog());
        const ImportReport& report = window_->document()->reports().back();
        QCOMPARE(report.formatReason, std::string("a table whose columns were mapped before"));
        QVERIFY(report.toText().find("columns: --map 'trace=req,span=hop,") != std::string::npos);
        // Other columns, on request: the file is read anew.
        auto* tree = named<QTreeView>(window_, QStringLiteral("Import report"));
        action(QStringLiteral("Import report"))->trigger();
        tree->selectionModel()->setCurrentIndex(tree->model()->index(0, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        QTest::mouseClick(buttonWithText<QToolButton>(dock(*window_, "report"), QStringLiteral("Map columns...")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(columnDialog() != nullptr, 15'000);
        QVERIFY(settle());
        dialog = columnDialog();
        unit = named<QComboBox>(dialog, QStringLiteral("Unit of duration"));
        QCOMPARE(unit->currentText(), QStringLiteral("ms"));
        unit->setCurrentIndex(unit->findText(QStringLiteral("s")));
        QVERIFY(settle());
        dialog->accept();
        QTRY_VERIFY_WITH_TIMEOUT(!window_->document()->isRemoving() && !window_->document()->isImporting() && window_->context().table()->spanCount() == 3, 30'000);
        QVERIFY(settle());
        QCOMPARE(window_->context().table()->files().size(), size_t(2));
        int64_t longest = 0;
        for (TraceIndex t = 0; t < window_->context().table()->traceCount(); ++t)
            longest = std::max(longest, window_->context().table()->summary(t).duration);
        QVERIFY2(longest >= 7'000'000'000, qPrintable(QString::number(longest)));
        // And through the menu.
        chooseFile(QStringLiteral("Import &table..."), same);
        QTRY_VERIFY_WITH_TIMEOUT(columnDialog() != nullptr, 15'000);
        QTest::keyClick(columnDialog(), Qt::Key_Escape);
        QVERIFY(settle());
        chooseFile(QStringLiteral("Import &table..."), small_);
        QTRY_VERIFY_WITH_TIMEOUT(messageText().contains(QStringLiteral("is no table")), 15'000);
    }

    /// What had to be assumed is imported like that, and asked about; once, and not of files in a folder.
    void asksForAUnitThatWasAssumed() {
        const fs::path folder = folder_ / "units", table = folder / "unit.csv";
        fs::create_directory(folder);
        std::ofstream(table) << "trace,span,name,start,duration\n1,2,x,1773478800,7\n";
        window_->open({folder});
        QVERIFY(waitUntilOpen());
        QCOMPARE(window_->context().table()->spanCount(), uint64_t(1));
        QVERIFY(!columnDialog());
        window_->close();
        QTRY_VERIFY(!window_);
        window_ = newWindow();
        window_->open({table});
        QTRY_VERIFY_WITH_TIMEOUT(columnDialog() != nullptr, 15'000);
        QVERIFY(settle());
        QCOMPARE(window_->context().table()->spanCount(), uint64_t(1));
        QVERIFY(visibleWords(columnDialog()).contains(QStringLiteral("The unit of the duration is not known")));
        QTest::keyClick(columnDialog(), Qt::Key_Escape);
        QVERIFY(settle());
        window_->add({table}); // the same content
        QVERIFY(waitUntilOpen());
        QVERIFY(!columnDialog());
    }
};

int main(int argc, char** argv) { return runWindowTest<TestWindowReport>(argc, argv); }

#include "tst_window_report.moc"
