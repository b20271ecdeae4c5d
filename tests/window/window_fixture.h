#pragma once
// The real window on a real (virtual) X display with the real importer; run through xvfb-run (tests/CMakeLists.txt).
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

namespace aisle::test {

namespace fs = std::filesystem;

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

inline QList<MainWindow*> windows() {
    QList<MainWindow*> out;
    for (QWidget* top : QApplication::topLevelWidgets())
        if (auto* window = qobject_cast<MainWindow*>(top))
            out.append(window);
    return out;
}

/// What each program of this folder tests with. Its slots initTestCase(), init() and cleanup() call begin(), beginTest()
/// and endTest().
class WindowFixture {
protected:
    void begin() {
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
    void beginTest() {
        QSettings().clear();
        fs::remove_all(Document::cache().freshPath().parent_path());
        window_ = newWindow();
    }
    void endTest() {
        for (MainWindow* window : windows())
            window->close();
        QTRY_VERIFY(windows().isEmpty());
        QVERIFY(settle());
        QVERIFY(Worker::pool().waitForDone(30'000)); // workspaces are closed there
    }

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

/// main() of such a program.
template <typename Test>
int runWindowTest(int argc, char** argv) {
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
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace aisle::test
