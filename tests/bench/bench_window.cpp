// How soon the window shows something: the first traces of a large import, and a large workspace.
//
//   bench_window [--spans 5000000] [--runs 5] [--folder DIR]
//
// From the call that opens to the end of the first paint of the trace list with rows, offscreen, with the file in the
// page cache. Bars: 1 s for the import, 2 s for the workspace.

#include "bench.h"
#include "shop_workspace.h"
#include "window/main_window.h"
#include "window_import.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QPointer>
#include <QStandardPaths>
#include <QTableView>
#include <QThreadPool>

#include <filesystem>
#include <optional>

using namespace aisle;
using namespace aisle::bench;
namespace fs = std::filesystem;

namespace {

/// Notes when the list has been painted with rows in it.
class FirstPaint : public QObject {
public:
    explicit FirstPaint(QTableView* list) : list_(list) { list->viewport()->installEventFilter(this); }
    bool isDone() const { return done_; }

private:
    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() == QEvent::Paint && list_->model()->rowCount() > 0)
            done_ = true; // the event loop comes back to the bench after it is painted
        return false;
    }
    QTableView* list_;
    bool done_ = false;
};

/// Seconds until traces are seen; how many, too.
double open(const fs::path& path, uint64_t& seen) {
    QElapsedTimer timer;
    timer.start();
    WindowServices services;
    services.makeImport = [] { return std::make_unique<WindowImport>(); };
    QPointer<MainWindow> window = new MainWindow(services); // deletes itself when it is closed
    window->resize(1280, 800);
    window->show();
    window->setPerspective(1); // with the trace list
    window->open({path});
    std::optional<FirstPaint> first;
    while (!first || !first->isDone()) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        if (!first)
            if (View* list = window->view("trace-list"))
                if (auto* table = list->findChild<QTableView*>())
                    first.emplace(table);
        if (timer.elapsed() > 10'000)
            break;
    }
    const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    seen = window->context().table()->traceCount();
    if (window->document() && window->document()->isImporting())
        window->document()->cancelImport();
    window->close();
    for (timer.restart(); timer.elapsed() < 60'000 && (Worker::busyCount() > 0 || window);)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    Worker::pool().waitForDone(); // workspaces are closed on it
    return seconds;
}

int report(const char* label, std::vector<double> seconds, double bar, uint64_t seen) {
    std::sort(seconds.begin(), seconds.end());
    const double median = seconds[seconds.size() / 2];
    std::printf("%-46s %6.3f s, longest %6.3f s, %llu traces there (bar %.0f s: %s)\n", label, median, seconds.back(), static_cast<unsigned long long>(seen), bar,
                median <= bar ? "kept" : "NOT KEPT");
    return median <= bar ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    const Options given(argc, argv);
    const uint64_t spans = given.number("--spans", 5'000'000);
    const int runs = static_cast<int>(given.number("--runs", 5));
    const Folder folder(given);
    const fs::path workspace = shopWorkspace(folder, spans), lines = folder / "spans.jsonl";
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QStandardPaths::setTestModeEnabled(true); // a cache and settings of its own
    QApplication::setApplicationName(QStringLiteral("aisle-bench"));
    QApplication app(argc, argv);
    app.setQuitOnLastWindowClosed(false);
    std::printf("%llu spans, %d runs\n", static_cast<unsigned long long>(spans), runs);
    std::vector<double> importing, opening;
    uint64_t first = 0, all = 0;
    for (int i = 0; i < runs; ++i) {
        importing.push_back(open(lines, first));
        opening.push_back(open(workspace, all));
        (void)Document::cache().clear();
    }
    const int notKept = report("first traces of a large import", importing, 1, first) + report("a large workspace", opening, 2, all);
    return notKept;
}
