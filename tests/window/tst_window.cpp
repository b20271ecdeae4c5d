// The real window on a real (virtual) X display with the real importer: opening, progress, cancelling, saving, windows
// beside each other, what is remembered. Run through xvfb-run (tests/CMakeLists.txt).
//
// An import that has to be looked at while it goes on is fed through a named pipe, so that nothing depends on how fast
// this machine is: the test says when the rest of the file comes.

#include "columns/column_dialog.h"
#include "details/details_view.h"
#include "funnel/funnel_view.h"
#include "graph/graph_view.h"
#include "table_sample.h"
#include "theme/theme.h"
#include "trace_list/trace_list_model.h"
#include "ui/ui_fixture.h"
#include "waterfall/waterfall_view.h"
#include "window/main_window.h"
#include "window/rail.h"
#include "window_export.h"
#include "window_import.h"

#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenuBar>
#include <QMimeData>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QThreadPool>
#include <QTimer>
#include <QToolButton>
#include <QToolTip>
#include <QTreeView>

#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace aisle;
using namespace aisle::test;
namespace fs = std::filesystem;

namespace {

/// A demo shop that comes through a pipe, slowly until the test lets the rest come.
class Feed {
public:
    Feed(fs::path path, uint64_t spans) : path_(std::move(path)) {
        // Open for reading, too: then there is a writer before the import looks, and opening waits for nobody.
        if (::mkfifo(path_.c_str(), 0600) != 0 || (pipe_ = ::open(path_.c_str(), O_RDWR | O_NONBLOCK)) < 0)
            qFatal("no pipe");
        thread_ = std::thread([this, spans] {
            demo::Options options;
            options.spans = spans;
            demo::write(options, [&](std::string_view chunk) {
                while (!chunk.empty() && !isOver_) {
                    const ssize_t n = ::write(pipe_, chunk.data(), std::min<size_t>(chunk.size(), 65536));
                    if (n > 0)
                        chunk.remove_prefix(static_cast<size_t>(n));
                    if (n < 0 || !rest_)
                        std::this_thread::sleep_for(std::chrono::milliseconds(n < 0 ? 1 : 5));
                }
                return !isOver_;
            });
            ::close(pipe_); // the end of the file
        });
    }
    ~Feed() {
        isOver_ = true;
        thread_.join();
    }
    void letTheRestCome() { rest_ = true; }
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
    int pipe_ = -1;
    std::atomic<bool> rest_ = false, isOver_ = false;
    std::thread thread_;
};

QList<MainWindow*> windows() {
    QList<MainWindow*> out;
    for (QWidget* top : QApplication::topLevelWidgets())
        if (auto* window = qobject_cast<MainWindow*>(top))
            out.append(window);
    return out;
}

} // namespace

class TestWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        failOnWarnings();
        QCOMPARE(QGuiApplication::platformName(), QStringLiteral("xcb"));
        folder_ = dir_.path().toStdString();
        demo::Options options;
        options.scenario = demo::Scenario::BadRelease;
        options.sessions = 150;
        small_ = writeDemo(folder_ / "shop.jsonl", options);
        options.sessions = 20;
        options.seed = 2;
        other_ = writeDemo(folder_ / "other.jsonl", options);
        options.spans = 200'000;
        options.seed = 3;
        big_ = writeDemo(folder_ / "big.jsonl", options);
        services_.makeImport = [] { return std::make_unique<WindowImport>(); };
        services_.traceExport = makeTraceExport();
        services_.openTable = openTable;
        services_.writeDemo = [this] { return std::vector<fs::path>{small_}; };
        services_.filePatterns = QStringList{QStringLiteral("*.json"), QStringLiteral("*.jsonl")};
        applyTheme(ThemeMode::Light);
    }
    void init() {
        QSettings().clear();
        fs::remove_all(Document::cache().freshPath().parent_path());
        window_ = newWindow();
    }
    void cleanup() {
        for (MainWindow* window : windows())
            window->close();
        QTRY_VERIFY(windows().isEmpty());
        QVERIFY(settle());
        QVERIFY(QThreadPool::globalInstance()->waitForDone(30'000)); // workspaces are closed there
    }

    void startsEmpty() {
        QVERIFY(words().contains(QStringLiteral("Nothing is open")));
        QVERIFY(words().contains(QStringLiteral("Open a trace file")));
        QVERIFY(window_->width() <= 1280 && window_->height() <= 800); // the smallest screen it is made for
        QCOMPARE(window_->windowTitle(), QStringLiteral("Aisle"));
    }

    /// A long name in the title or in focus made the window wider than the screen.
    void longNamesWidenNothing() {
        const fs::path path = folder_ / (std::string(200, 'W') + ".jsonl");
        fs::copy_file(other_, path);
        window_->open({path});
        QVERIFY(waitUntilOpen());
        window_->context().selection().setFocus(Focus::onService(std::string(400, 'W')));
        window_->showMessage(QString(400, QLatin1Char('W')));
        QVERIFY(settle());
        QVERIFY2(window_->minimumSizeHint().width() <= 1280, qPrintable(QString::number(window_->minimumSizeHint().width())));
    }

    /// From a file to one span in all views.
    void opensAFile() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        const SpanTablePtr table = window_->context().table();
        QVERIFY(table->spanCount() > 5000);
        QVERIFY(!window_->context().isProvisional());
        QVERIFY(window_->windowTitle().startsWith(QStringLiteral("shop.jsonl")));
        QVERIFY(words().contains(QString::fromStdString(formatCount(table->spanCount())) + QStringLiteral(" spans")));
        QVERIFY(!progress()->isVisible());

        QTest::mouseClick(buttonWithText<QToolButton>(window_->findChild<Rail*>(), QStringLiteral("Traces")), Qt::LeftButton);
        QVERIFY(settle());
        QCOMPARE(window_->perspective(), 1);
        auto* list = window_->view("trace-list")->findChild<QTableView*>();
        auto* traces = qobject_cast<TraceListModel*>(list->model());
        QCOMPARE(static_cast<uint32_t>(traces->rowCount()), table->traceCount());
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(traces->index(2, 2)).center());
        QVERIFY(settle());
        auto* waterfall = qobject_cast<WaterfallView*>(window_->view("waterfall"));
        QVERIFY(waterfall->isVisible());
        QCOMPARE(waterfall->data()->tree.traceId, table->traceId(traces->traceAt(2)));
        const WaterfallRow row = waterfall->frame().rows.at(0);
        QTest::mouseClick(waterfall, Qt::LeftButton, {}, row.nameRect.center().toPoint());
        QVERIFY(settle());
        const Row span = waterfall->data()->tree.nodes[row.node].row;
        QCOMPARE(window_->context().selection().focus(), Focus::onSpan(*table, span));
        QCOMPARE(qobject_cast<DetailsView*>(window_->view("details"))->content().title, std::string(table->nameText(span)));
        QCOMPARE(list->currentIndex().row(), 2);
        QVERIFY(words().contains(QStringLiteral("Focus: ")));
        // What the view of the perspective has to say was said nowhere.
        QVERIFY2(words().contains(window_->view("trace-list")->statusText()), qPrintable(words()));
        window_->setPerspective(2);
        QVERIFY(settle());
        QVERIFY2(words().contains(window_->view("funnel")->statusText()) && words().contains(QStringLiteral("converted")), qPrintable(words()));
        for (int perspective = 0; perspective < 4; ++perspective) {
            window_->setPerspective(perspective);
            QVERIFY(settle());
            QVERIFY(!window_->grab().isNull());
        }
        auto* graph = qobject_cast<GraphView*>(window_->view("service-graph"));
        QVERIFY(graph->isVisible() && graph->marks().isDimmed);
    }

    void keysOfTheWindow() {
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_, 3000));
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        QTest::keyClick(window_, Qt::Key_3, Qt::ControlModifier);
        QCOMPARE(window_->perspective(), 2);
        QTest::keyClick(window_, Qt::Key_J, Qt::ControlModifier);
        QCOMPARE(window_->context().selection().focus().kind, Focus::Kind::Trace);
        QTest::keyClick(window_, Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(window_->context().selection().focus().kind, Focus::Kind::None);
        QTest::keyClick(window_, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(settle());
        QCOMPARE(window_->context().selection().scope().terms(), std::vector<ScopeTerm>{term(ScopeTerm::Kind::Error, {})});
        QTest::keyClick(window_, Qt::Key_X, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(window_->context().selection().scope().isEmpty());
    }

    // After Ctrl+2 the keys are in the list of traces: Ctrl+F did nothing, and Ctrl+E found no picture to export.
    void findsAndExportsFromTheList() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->setPerspective(1);
        window_->context().selection().setFocus(Focus::onTrace(window_->context().table()->traceId(0)));
        QVERIFY(settle());
        action(QStringLiteral("Export &picture of the view..."))->trigger();
        auto* dialog = window_->findChild<QFileDialog*>();
        QVERIFY(dialog != nullptr);
        dialog->close();
        QCOMPARE(action(QStringLiteral("&Find in the waterfall"))->shortcut(), QKeySequence(QKeySequence::Find));
        for (const int perspective : {1, 3}) { // in the second one it is not shown
            window_->setPerspective(perspective);
            QVERIFY(settle());
            action(QStringLiteral("&Find in the waterfall"))->trigger();
            QTRY_VERIFY(named<QLineEdit>(window_, QStringLiteral("Find in this trace"))->isVisible());
        }
    }

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
        QVERIFY(QThreadPool::globalInstance()->waitForDone(30'000)); // closed there
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
        QVERIFY(QThreadPool::globalInstance()->waitForDone(30'000)); // what the views still worked out
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
        QVERIFY(QThreadPool::globalInstance()->waitForDone(30'000));
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
            QVERIFY(QThreadPool::globalInstance()->waitForDone(30'000));
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

    void themesSwitch() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        const QImage light = window_->grab().toImage();
        action(QStringLiteral("&Dark"))->trigger();
        QVERIFY(settle());
        QVERIFY(theme().isDark);
        const QImage dark = window_->grab().toImage();
        QCOMPARE(QSettings().value(QStringLiteral("theme")).toInt(), static_cast<int>(ThemeMode::Dark));
        // Nearly every pixel follows; what a theme forgot stays light.
        const auto lightShare = [](const QImage& picture) {
            qint64 sum = 0;
            for (int y = 0; y < picture.height(); y += 4)
                for (int x = 0; x < picture.width(); x += 4)
                    sum += qGray(picture.pixel(x, y)) > 170;
            return static_cast<double>(sum) * 16 / picture.width() / picture.height();
        };
        QVERIFY2(lightShare(light) > 0.8, qPrintable(QString::number(lightShare(light))));
        QVERIFY2(lightShare(dark) < 0.1, qPrintable(QString::number(lightShare(dark))));
        action(QStringLiteral("&Light"))->trigger();
        QVERIFY(settle());
        QVERIFY(!theme().isDark);
        QVERIFY(lightShare(window_->grab().toImage()) > 0.8);
    }

    void remembersLayoutAndRecentFiles() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        QVERIFY(recent().contains(QString::fromStdString(small_.string())));
        window_->setPerspective(1);
        QVERIFY(settle());
        auto* details = dock(*window_, "details");
        QVERIFY(details->isVisible());
        details->close();
        window_->resize(1000, 700);
        QTRY_COMPARE(window_->size(), QSize(1000, 700));
        window_->close();
        QTRY_VERIFY(!window_);
        window_ = newWindow();
        QCOMPARE(window_->perspective(), 1);
        QVERIFY(!dock(*window_, "details")->isVisible());
        QVERIFY(dock(*window_, "trace-list")->isVisible() && dock(*window_, "waterfall")->isVisible());
        QTRY_COMPARE(window_->size(), QSize(1000, 700));
        QVERIFY(recent().contains(QString::fromStdString(small_.string())));
        // Another perspective has its own layout, and reset gives back what was there at first.
        window_->setPerspective(0);
        QVERIFY(dock(*window_, "details")->isVisible());
        window_->setPerspective(1);
        QVERIFY(!dock(*window_, "details")->isVisible());
        action(QStringLiteral("&Reset the layout"))->trigger();
        QVERIFY(dock(*window_, "details")->isVisible());
        // A recent file opens by a click, from the workspace in the cache: nothing is imported again.
        for (QAction* entry : recentMenu()->actions())
            if (entry->text() == QString::fromStdString(small_.string()))
                entry->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(window_->document() && window_->context().table()->spanCount() > 5000, 30'000);
        QVERIFY(!window_->document()->isImporting());
        QVERIFY(settle());
    }

    /// A new window that began in a perspective of another one showed docks of yet others in it.
    void perspectivesKeepTheirDocks() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        const auto shown = [this] {
            QStringList out;
            for (const QDockWidget* dock : window_->findChildren<QDockWidget*>())
                if (dock->isVisible())
                    out.append(dock->objectName());
            out.sort();
            return out;
        };
        std::vector<QStringList> first;
        for (const int perspective : {0, 1, 2, 3}) {
            window_->setPerspective(perspective);
            QVERIFY(settle());
            first.push_back(shown());
        }
        QCOMPARE(first[1], (QStringList{QStringLiteral("details"), QStringLiteral("trace-list"), QStringLiteral("waterfall")}));
        window_->setPerspective(2);
        window_->close();
        QTRY_VERIFY(!window_);
        window_ = newWindow();
        for (const int perspective : {2, 1, 3, 0, 1, 2}) {
            window_->setPerspective(perspective);
            QVERIFY(settle());
            QCOMPARE(shown(), first[static_cast<size_t>(perspective)]);
        }
    }

    /// A panel that another perspective had taken out came up over the other ones, in a corner.
    void reportCanBeRead() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        auto* report = dock(*window_, "report");
        for (const int perspective : {0, 1, 2, 3}) {
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

    void toolTipsOnARealDisplay() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->setPerspective(2);
        QVERIFY(settle());
        auto* chart = qobject_cast<FunnelView*>(window_->view("funnel"))->chart();
        QTest::mouseMove(chart, chart->frame().columns[0].bar.center().toPoint());
        QTRY_VERIFY(QToolTip::isVisible());
        QVERIFY(QToolTip::text().contains(QStringLiteral("reached it")));
        QToolTip::hideText();
    }

    /// What the window is about stays in the status bar until it is done, and not longer: writing the demo shop that failed
    /// went on being written there.
    void saysWhatItIsAbout() {
        WindowServices broken = services_;
        broken.writeDemo = []() -> std::vector<fs::path> { throw std::runtime_error("The disk is full."); };
        QPointer<MainWindow> window = newWindow(broken);
        window->openDemo();
        QVERIFY(visibleWords(window).contains(QStringLiteral("Writing the demo shop")));
        QVERIFY(settle());
        QVERIFY(visibleWords(window).contains(QStringLiteral("The disk is full.")));
        QVERIFY(!visibleWords(window).contains(QStringLiteral("Writing the demo shop")));
        window->close();
        QTRY_VERIFY(!window);
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        QVERIFY(!words().contains(QStringLiteral("Opening")));
        saveAs(folder_ / "about.aisle");
        QVERIFY(words().contains(QStringLiteral("Saving as about.aisle")));
        QTRY_VERIFY2(words().contains(QStringLiteral("Saved as")), qPrintable(words()));
        QVERIFY(!words().contains(QStringLiteral("Saving as")));
    }

    /// Tables and pictures were rendered and written on the UI thread.
    void exportsInTheBackground() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->setPerspective(3);
        QVERIFY(settle());
        const fs::path csv = folder_ / "graph.csv", png = folder_ / "graph.png", svg = folder_ / "graph.svg";
        const auto writes = [&](const QString& what, const fs::path& path) {
            chooseFile(what, path);
            QVERIFY2(words().contains(QStringLiteral("Writing ")), qPrintable(words()));
            QTRY_VERIFY2(words().contains(QStringLiteral("Written to ") + QString::fromStdString(path.string())), qPrintable(words()));
            QVERIFY(fs::file_size(path) > 100);
        };
        writes(QStringLiteral("Export &table of the view..."), csv);
        writes(QStringLiteral("Export &picture of the view..."), png);
        writes(QStringLiteral("Export &picture of the view..."), svg);
        QVERIFY(!QImage(QString::fromStdString(png.string())).isNull());
        // Good news stayed until somebody dismissed it, in the colour of a warning.
        QVERIFY(!messageText().isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(messageText().isEmpty(), 10'000);
    }

    // The format is the chosen one, whatever the file is called; what is written opens again.
    void exportsTraces() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        const uint64_t all = window_->context().table()->spanCount();
        ScopeTerm errors;
        errors.kind = ScopeTerm::Kind::Error;
        for (const bool scoped : {false, true}) {
            if (scoped)
                window_->context().selection().addTerm(errors);
            QVERIFY(settle());
            const uint64_t spans = scoped ? window_->context().scopeResult()->spanCount : all;
            const fs::path path = folder_ / (scoped ? "errors.json" : "all.json");
            chooseFile(QStringLiteral("&Export traces..."), path, QStringLiteral("Jaeger JSON (*.json)"));
            QTRY_VERIFY(fs::exists(path));
            QVERIFY(settle());
            auto* dialog = window_->findChild<TraceExportDialog*>();
            QVERIFY(dialog != nullptr && dialog->isVisible());
            QVERIFY2(visibleWords(dialog).contains(QStringLiteral("is written")), qPrintable(visibleWords(dialog)));
            dialog->close();
            QVERIFY(settle());
            QPointer<MainWindow> other = newWindow();
            other->open({path});
            QTRY_VERIFY_WITH_TIMEOUT(other->document() && !other->document()->isImporting() && Worker::busyCount() == 0, 60'000);
            QCOMPARE(other->context().table()->spanCount(), spans);
            QCOMPARE(other->context().table()->files().at(0).format, std::string("jaeger-json"));
            other->close();
            QTRY_VERIFY(!other);
        }
    }

    // The View menu had two entries each for Overview and Traces, and Back and Forward were always on.
    void menusSayWhatCanBeDone() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        QStringList entries;
        for (const QAction* entry : action(QStringLiteral("&View"))->menu<QMenu*>()->actions())
            entries.append(QString(entry->text()).remove(QLatin1Char('&')));
        for (const QString& name : {QStringLiteral("Overview"), QStringLiteral("Traces")})
            QCOMPARE(entries.count(name), 1);
        const auto* panels = action(QStringLiteral("&Panels"))->menu<QMenu*>();
        QVERIFY(panels->actions().contains(dock(*window_, "trace-list")->toggleViewAction()));
        const QAction *back = action(QStringLiteral("&Back")), *forward = action(QStringLiteral("&Forward"));
        QVERIFY(!back->isEnabled() && !forward->isEnabled());
        window_->context().selection().setFocus(Focus::onService("payment"));
        QVERIFY(back->isEnabled() && !forward->isEnabled());
        window_->context().selection().goBack();
        QVERIFY(!back->isEnabled() && forward->isEnabled());
    }

    // "1 spans · 1 traces".
    void oneIsSingular() {
        const fs::path path = folder_ / "one.json";
        std::ofstream(path) << R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"one","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000001000000000"}]}]}]})";
        window_->open({path});
        QVERIFY(waitUntilOpen());
        QVERIFY2(words().contains(QStringLiteral("1 span \u00b7 1 trace \u00b7 0 services")), qPrintable(words()));
        window_->setPerspective(1);
        QVERIFY(settle());
        QVERIFY2(!words().contains(QStringLiteral("1 traces")), qPrintable(words()));
    }

    // With a stage in focus the title of the details was black on black after the theme was switched.
    void detailsFollowTheTheme() {
        window_->open({small_});
        QVERIFY(waitUntilOpen());
        window_->context().selection().setFocus(Focus::onStage(window_->context().journey()->everything.stages[0].name));
        QVERIFY(settle());
        for (const QString& name : {QStringLiteral("&Dark"), QStringLiteral("&Light")}) {
            action(name)->trigger();
            QVERIFY(settle());
            auto* title = window_->view("details")->findChild<QLabel*>(QStringLiteral("detailsTitle"));
            QCOMPARE(title->palette().color(title->foregroundRole()).name(), theme().text.name());
            const QImage shown = title->grab().toImage();
            int most = 0;
            for (int y = 0; y < shown.height(); ++y)
                for (int x = 0; x < shown.width(); ++x)
                    most = std::max(most, std::abs(qGray(shown.pixel(x, y)) - qGray(shown.pixel(shown.width() - 1, 0))));
            QVERIFY2(most > 120, qPrintable(name + QLatin1Char(' ') + QString::number(most)));
        }
    }

    void demoShop() {
        action(QStringLiteral("Open the &demo shop"))->trigger();
        QVERIFY(waitUntilOpen());
        QVERIFY(window_->context().table()->spanCount() > 5000);
    }

private:
    QPointer<MainWindow> newWindow() { return newWindow(services_); }
    static QPointer<MainWindow> newWindow(const WindowServices& services) {
        auto* window = new MainWindow(services);
        window->show();
        if (!QTest::qWaitForWindowExposed(window))
            qFatal("the window does not come up");
        settle();
        return window;
    }
    /// Opened, imported and everything shown.
    bool waitUntilOpen() {
        const bool done = QTest::qWaitFor(
            [&] {
                return Worker::busyCount() == 0 && window_->document() && !window_->document()->isImporting() && !window_->isOpening();
            },
            120'000);
        return done && settle();
    }
    QString words() const { return visibleWords(window_); }
    QProgressBar* progress() const { return named<QProgressBar>(window_, QStringLiteral("Import progress")); }
    /// "name result spans" of each file in the import report.
    QStringList reportRows() const {
        QStringList out;
        const auto* model = named<QTreeView>(window_, QStringLiteral("Import report"))->model();
        for (int row = 0; row < model->rowCount(); ++row)
            out << QStringList{model->index(row, 0).data().toString(), model->index(row, 1).data().toString(), model->index(row, 3).data().toString()}.join(QLatin1Char(' '));
        return out;
    }
    ColumnDialog* columnDialog() const {
        auto* dialog = window_->findChild<ColumnDialog*>();
        return dialog != nullptr && dialog->isVisible() ? dialog : nullptr;
    }
    QWidget* messageStrip() const { return named<QToolButton>(window_, QStringLiteral("Dismiss the message"))->parentWidget(); }
    QString messageText() const {
        const auto* dismiss = named<QToolButton>(window_, QStringLiteral("Dismiss the message"));
        if (!dismiss->isVisible())
            return {};
        return dismiss->parentWidget()->findChild<QLabel*>()->text();
    }
    QAction* action(const QString& text) const {
        for (QAction* candidate : window_->findChildren<QAction*>())
            if (candidate->text() == text)
                return candidate;
        qFatal("no action is called %s", qPrintable(text));
    }
    QMenu* recentMenu() const {
        auto* menu = action(QStringLiteral("Open &recent"))->menu<QMenu*>();
        Q_EMIT menu->aboutToShow();
        return menu;
    }
    QStringList recent() const {
        QStringList names;
        for (const QAction* entry : recentMenu()->actions())
            names.append(entry->text());
        return names;
    }
    static QDockWidget* dock(const MainWindow& window, const char* id) {
        auto* found = window.findChild<QDockWidget*>(QString::fromLatin1(id));
        if (found == nullptr)
            qFatal("no dock is called %s", id);
        return found;
    }
    static bool drop(MainWindow& window, const std::vector<fs::path>& paths) {
        QMimeData data;
        QList<QUrl> urls;
        for (const fs::path& path : paths)
            urls.append(QUrl::fromLocalFile(QString::fromStdString(path.string())));
        data.setUrls(urls);
        QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&window, &enter);
        if (!enter.isAccepted())
            return false;
        QDropEvent event(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&window, &event);
        return event.isAccepted();
    }
    void saveAs(const fs::path& path) { chooseFile(QStringLiteral("Save workspace &as..."), path); }
    void chooseFile(const QString& actionText, const fs::path& path, const QString& filter = {}) {
        action(actionText)->trigger();
        QFileDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = window_->findChild<QFileDialog*>()) != nullptr && dialog->isVisible());
        dialog->setOption(QFileDialog::DontConfirmOverwrite);
        dialog->setDirectory(QString::fromStdString(path.parent_path().string()));
        if (!filter.isEmpty())
            dialog->selectNameFilter(filter);
        dialog->selectFile(QString::fromStdString(path.filename().string()));
        dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(QString::fromStdString(path.filename().string()));
        QMetaObject::invokeMethod(dialog, "accept");
    }

    QTemporaryDir dir_;
    fs::path folder_, small_, other_, big_;
    WindowServices services_;
    QPointer<MainWindow> window_;
};

int main(int argc, char** argv) {
    QTemporaryDir folder;
    // Settings and cache of whoever runs this stay alone.
    for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"})
        qputenv(name, folder.path().toLocal8Bit());
    qunsetenv("QT_FATAL_WARNINGS"); // see failOnWarnings()
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder.filePath(QStringLiteral("settings")));
    QApplication::setApplicationName(QStringLiteral("aisle"));
    QApplication::setOrganizationName(QStringLiteral("aisle"));
    QApplication app(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false);
    TestWindow test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_window.moc"
