// Workspaces and trace files: saving, windows beside each other, other processes, what cannot be opened.

#include "window_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestWindowFiles : public QObject, private WindowFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { begin(); }
    void init() { beginTest(); }
    void cleanup() { endTest(); }

    void secondOpeningIsANewWindow() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        const uint64_t first = window_->context().table()->spanCount();
        window_->context().selection().setFocus(Focus::onService("payment"));
        window_->open({other_});
        QTRY_COMPARE(windows().size(), 2);
        MainWindow* second = nullptr;
        for (MainWindow* window : windows())
            if (window != window_)
                second = window;
        QTRY_VERIFY_WITH_TIMEOUT(second->document() && !second->document()->isImporting() && second->context().table()->spanCount() > 0, 30'000);
        QVERIFY(settle());
        QVERIFY(second->context().table()->spanCount() != first);
        QCOMPARE(window_->context().table()->spanCount(), first);
        QVERIFY(second->document() != window_->document());
        QCOMPARE(second->context().selection().focus(), Focus()); // a selection of its own
        // A new window on the same workspace shares it.
        action(QStringLiteral("&New window"))->trigger();
        QCOMPARE(windows().size(), 3);
        int sharing = 0;
        for (MainWindow* window : windows())
            sharing += window->document() == window_->document();
        QCOMPARE(sharing, 2);
        window_->close();
        QTRY_COMPARE(windows().size(), 2);
        for (MainWindow* window : windows())
            QVERIFY(window->context().table()->spanCount() > 0);
    }

    void savesAsOneFile() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        ViewContext& context = window_->context();
        const uint64_t spans = context.table()->spanCount();
        context.selection().addTerm(term(ScopeTerm::Kind::Service, "payment"));
        // Going back and the chosen journey were lost with Save as.
        context.selection().setFocus(Focus::onService("payment"));
        JourneyDefinition journey = *context.journey()->definition;
        journey.name = "Mine";
        context.setJourney(journey);
        QVERIFY(settle());
        const fs::path folder = folder_ / "saved";
        fs::create_directory(folder);
        const fs::path path = folder / "my shop.aisle";
        saveAs(path);
        QTRY_VERIFY2(words().contains(QStringLiteral("Saved as")), qPrintable(words()));
        QVERIFY(settle());
        QVERIFY(window_->windowTitle().startsWith(QStringLiteral("my shop.aisle")));
        QVERIFY(!window_->document()->isUnnamed());
        QCOMPARE(window_->context().table()->spanCount(), spans);
        QCOMPARE(context.selection().scope().terms().size(), size_t(1)); // the selection comes along
        QCOMPARE(context.selection().focus(), Focus::onService("payment"));
        context.selection().goBack();
        QCOMPARE(context.selection().focus(), Focus());
        QCOMPARE(context.selection().scope().terms().size(), size_t(1));
        QCOMPARE(context.journey()->definition->name, std::string("Mine"));
        QVERIFY(context.journey()->table == context.table());
        window_->close();
        QTRY_VERIFY(!window_);
        QVERIFY(settle());
        QVERIFY(Worker::pool().waitForDone(30'000)); // closed there
        QStringList left;
        for (const auto& entry : fs::directory_iterator(folder))
            left.append(QString::fromStdString(entry.path().filename().string()));
        QCOMPARE(left, QStringList{QStringLiteral("my shop.aisle")}); // one file, nothing beside it
        window_ = newWindow();
        window_->open({path});
        QVERIFY(waitUntilOpen());
        QCOMPARE(window_->context().table()->spanCount(), spans);
        QVERIFY(!window_->document()->workspace()->isReadOnly());
        QVERIFY(!window_->document()->isImporting());
    }

    /// Closing the window that saves while another one shows the same workspace: what was to be said when the copy was
    /// written was said to the window that was gone.
    void closesWhileSaving() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        action(QStringLiteral("&New window"))->trigger();
        QCOMPARE(windows().size(), 2);
        const DocumentPtr document = window_->document();
        const fs::path path = folder_ / "closed while saving.aisle";
        saveAs(path);
        window_->close();
        QTRY_VERIFY(!window_);
        QTRY_VERIFY_WITH_TIMEOUT(!document->isUnnamed(), 30'000);
        QVERIFY(settle());
        QCOMPARE(windows().size(), 1);
        QVERIFY(windows().front()->windowTitle().startsWith(QStringLiteral("closed while saving.aisle")));
    }

    /// Saving a workspace under its own name opened it a second time, and that one was read-only.
    void savesOntoItself() {
        const fs::path path = folder_ / "itself.aisle";
        importInto(path, {other_});
        window_->open({path});
        QVERIFY(waitUntilOpen());
        saveAs(path);
        QTRY_VERIFY2(words().contains(QStringLiteral("Saved as")), qPrintable(words()));
        QVERIFY(settle());
        QVERIFY(!window_->document()->workspace()->isReadOnly());
        QVERIFY(drop(*window_, {small_}));
        QVERIFY(waitUntilOpen());
        QCOMPARE(window_->context().table()->files().size(), size_t(2));
    }

    /// Opening what is open already in this process gave a second one that was read-only.
    void secondOpeningOfTheSameIsShared() {
        const fs::path path = folder_ / "shared.aisle";
        importInto(path, {other_});
        window_->open({path});
        QVERIFY(waitUntilOpen());
        const fs::path link = folder_ / "link.aisle"; // the same file by another name
        fs::create_symlink(path, link);
        MainWindow* second = newWindow();
        second->open({link});
        QTRY_VERIFY_WITH_TIMEOUT(second->document(), 30'000);
        QVERIFY(settle());
        QVERIFY(second->document() == window_->document());
        QVERIFY(!second->document()->workspace()->isReadOnly());
        second->add({small_});
        QVERIFY(waitUntilOpen());
        QCOMPARE(second->context().table(), window_->context().table());
        QCOMPARE(window_->context().table()->files().size(), size_t(2));
        // It is not kept open by having been open.
        window_->close();
        second->close();
        QTRY_VERIFY(windows().isEmpty());
        QVERIFY(Worker::pool().waitForDone(30'000)); // what the views still worked out
        window_ = newWindow();
        window_->open({path});
        QVERIFY(waitUntilOpen());
        QVERIFY(!window_->document()->workspace()->isReadOnly());
        QCOMPARE(window_->context().table()->files().size(), size_t(2));
    }

    /// The same for a trace file, also while it is still being imported, and for two that are opened at once.
    void sameTraceFileIsShared() {
        window_->open({big_});
        window_->open({big_}); // a new window, as this one is busy
        QTRY_COMPARE(windows().size(), 2);
        MainWindow* second = windows().front() == window_ ? windows().back() : windows().front();
        QTRY_VERIFY_WITH_TIMEOUT(window_->document() && second->document(), 30'000);
        QVERIFY(second->document() == window_->document());
        MainWindow* third = newWindow();
        third->open({big_});
        QTRY_VERIFY_WITH_TIMEOUT(third->document(), 30'000);
        QVERIFY(third->document() == window_->document());
        QVERIFY(waitUntilOpen());
        QCOMPARE(window_->document()->reports().size(), size_t(1)); // imported once
        MainWindow* fourth = newWindow();
        fourth->open({big_});
        QTRY_VERIFY_WITH_TIMEOUT(fourth->document(), 30'000);
        QVERIFY(settle());
        QVERIFY(fourth->document() == window_->document());
        QVERIFY(!fourth->document()->isImporting());
        QVERIFY2(!visibleWords(fourth).contains(QStringLiteral("Nothing was added")), qPrintable(visibleWords(fourth)));
    }

    /// A trace file that others had been added to showed all of them when it was opened alone again.
    void whatWasAddedToIsNotFoundAgain() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        const uint64_t alone = window_->context().table()->spanCount();
        window_->add({other_});
        QVERIFY(waitUntilOpen());
        QCOMPARE(window_->context().table()->files().size(), size_t(2));
        MainWindow* second = newWindow(); // while that one is open
        second->open({small_});
        QTRY_VERIFY_WITH_TIMEOUT(second->document() && !second->document()->isImporting() && second->context().table()->spanCount() > 0, 30'000);
        QCOMPARE(second->context().table()->spanCount(), alone);
        window_->close();
        second->close();
        QTRY_VERIFY(windows().isEmpty());
        QVERIFY(Worker::pool().waitForDone(30'000));
        window_ = newWindow(); // and after it was closed
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        QCOMPARE(window_->context().table()->spanCount(), alone);
    }

    // What a killed import had left was taken out without a word.
    void whatAKilledImportLeftIsSaid() {
        const fs::path path = folder_ / "killed.aisle";
        (void)importInto(path, {other_});
        Database(path, Database::Mode::ReadWrite).exec("INSERT INTO file VALUES(99, 'half.jsonl', '', 'otlp-json', 'loading', 0, '', 0, 65536, 0, '{}')");
        window_->open({path});
        QVERIFY(waitUntilOpen());
        QVERIFY2(words().contains(QStringLiteral("The import of half.jsonl had ended before it was finished")), qPrintable(words()));
        QCOMPARE(window_->context().table()->files().size(), size_t(1));
    }

    void secondProcessReadsOnly() {
        const fs::path path = folder_ / "locked.aisle";
        const auto elsewhere = importInto(path, {other_}); // holds the lock, as another process would
        window_->open({path});
        QVERIFY(waitUntilOpen());
        QVERIFY(window_->document()->workspace()->isReadOnly());
        QVERIFY2(words().contains(QStringLiteral("Read-only: It is open for writing in")), qPrintable(words()));
        // Only a message said it, until the next one.
        QCOMPARE(window_->windowTitle(), QStringLiteral("locked.aisle (read-only) \u2013 Aisle"));
        QVERIFY(words().contains(QStringLiteral("locked.aisle (read-only)")));
        QVERIFY(!action(QStringLiteral("&Add files..."))->isEnabled());
        QVERIFY(action(QStringLiteral("&Add files..."))->toolTip().contains(QStringLiteral("open for writing")));
        // Adding says why not, and offers what can be done.
        window_->add({small_});
        QVERIFY(settle());
        QVERIFY(words().contains(QStringLiteral("Nothing can be added")));
        QVERIFY(buttonWithText<QToolButton>(window_, QStringLiteral("Open in a new window"))->isVisible());
        // What the other one adds is offered.
        ImportJob job(elsewhere, {small_}, {});
        job.start();
        job.wait();
        QTRY_VERIFY_WITH_TIMEOUT(words().contains(QStringLiteral("changed by another process")), 15'000);
        QTest::mouseClick(buttonWithText<QToolButton>(window_, QStringLiteral("Reload")), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(window_->context().table()->spanCount(), elsewhere->table()->spanCount(), 15'000);
        // A reload that failed said nothing, and one pressed it again and again.
        const fs::path away = folder_ / "away.aisle";
        fs::rename(path, away);
        window_->document()->reload();
        QTRY_VERIFY_WITH_TIMEOUT(words().contains(QStringLiteral("could not be reloaded")), 15'000);
        QCOMPARE(window_->context().table()->spanCount(), elsewhere->table()->spanCount());
        fs::rename(away, path);
        QTest::mouseClick(buttonWithText<QToolButton>(window_, QStringLiteral("Try again")), Qt::LeftButton);
        QVERIFY(settle());
        QVERIFY(!words().contains(QStringLiteral("could not be reloaded")));
    }

    void whatIsNoTraceSaysSo() {
        const fs::path notes = folder_ / "notes.txt";
        std::ofstream(notes) << "Milk, bread, a distributed tracer.\n";
        window_->open({notes});
        QTRY_VERIFY2_WITH_TIMEOUT(messageText().contains(QStringLiteral("notes.txt")) && !window_->document(), qPrintable(words()), 15'000);
        QVERIFY(settle());
        const QString said = messageText();
        QVERIFY2(said.contains(QStringLiteral("notes.txt")) && said.contains(QStringLiteral("none of the trace formats")) && said.endsWith(QLatin1Char('.')),
                 qPrintable(said));
        QVERIFY(!said.contains(QLatin1Char('!')));
        QCOMPARE(window_->context().table()->spanCount(), uint64_t(0));
        // A good file in the same window afterwards.
        window_->add({small_});
        QVERIFY(waitUntilOpen());
        QVERIFY(window_->context().table()->spanCount() > 5000);
    }

    // What could not be opened left the window half open: named after the file, with "0 spans", and the file in Open recent.
    void failedOpensLeaveNothing() {
        const fs::path notes = folder_ / "failed.txt", nothing = folder_ / "empty.json", gone = folder_ / "gone.json";
        std::ofstream(notes) << "Milk, bread, a distributed tracer.\n";
        std::ofstream(nothing).flush();
        for (const fs::path& path : {notes, nothing, gone}) {
            window_->open({path});
            const QString name = QString::fromStdString(path.filename().string());
            QTRY_VERIFY2_WITH_TIMEOUT(messageText().contains(name) && !window_->document() && !window_->isOpening(), qPrintable(words()), 15'000);
            QVERIFY(settle());
            QVERIFY2(words().contains(QStringLiteral("Nothing is open")), qPrintable(words()));
            QCOMPARE(window_->windowTitle(), QStringLiteral("Aisle"));
            QCOMPARE(recent(), QStringList{QStringLiteral("Nothing opened yet")});
            QCOMPARE(windows().size(), 1);
        }
        // The first import cancelled is the same.
        Feed feed(folder_ / "cancelled first.jsonl", 150'000);
        window_->open({feed.path()});
        QTRY_VERIFY_WITH_TIMEOUT(window_->document() && window_->context().table()->spanCount() > 0, 30'000);
        window_->document()->cancelImport();
        QTRY_VERIFY_WITH_TIMEOUT(!window_->document(), 60'000);
        QVERIFY(settle());
        QVERIFY2(messageText().contains(QStringLiteral("cancelled")), qPrintable(words()));
        QVERIFY(words().contains(QStringLiteral("Nothing is open")));
        QCOMPARE(recent(), QStringList{QStringLiteral("Nothing opened yet")});
    }

    // A file that was cut off opened without a word when it had been imported before, by the CLI for one.
    void damagedFilesSaySo() {
        const fs::path half = folder_ / "half.json";
        std::ifstream in(other_, std::ios::binary);
        std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        std::ofstream(half, std::ios::binary) << bytes.substr(0, bytes.size() / 2);
        for (const char* way : {"imported", "from the cache"}) {
            window_->open({half});
            QVERIFY(waitUntilOpen());
            QTRY_VERIFY2(messageText().contains(QStringLiteral("1 record skipped, ")) && messageText().contains(QStringLiteral("repaired in half.json.")),
                         qPrintable(QLatin1String(way) + QLatin1Char(' ') + messageText()));
            auto* button = buttonWithText<QToolButton>(window_, QStringLiteral("Show the report"));
            QVERIFY(button->isVisible());
            QTest::mouseClick(button, Qt::LeftButton);
            QTRY_VERIFY(dock(*window_, "report")->isVisible());
            window_->close();
            QTRY_VERIFY(!window_);
            QVERIFY(settle());
            QVERIFY(Worker::pool().waitForDone(30'000));
            window_ = newWindow();
        }
    }

    void whatIsNotThereSaysSo() {
        window_->open({folder_ / "nowhere.aisle"});
        QTRY_VERIFY2_WITH_TIMEOUT(messageText().contains(QStringLiteral("nowhere.aisle")), qPrintable(words()), 15'000);
        QVERIFY(settle());
    }

    void damagedWorkspaceSaysSo() {
        const fs::path path = folder_ / "damaged.aisle";
        std::ofstream(path, std::ios::binary) << "SQLite format 3" << std::string(5000, '\x07');
        window_->open({path});
        QTRY_VERIFY2_WITH_TIMEOUT(messageText().contains(QStringLiteral("damaged.aisle")), qPrintable(words()), 15'000);
        QVERIFY(!window_->document());
        QVERIFY(words().contains(QStringLiteral("Nothing is open")));
        // The window is still good for another file.
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        QCOMPARE(windows().size(), 1);
    }
};

int main(int argc, char** argv) { return runWindowTest<TestWindowFiles>(argc, argv); }

#include "tst_window_files.moc"
