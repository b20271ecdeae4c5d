// The views of one huge trace, in the real widgets, offscreen: a wide trace, a deep chain, a fan-out.
//
//   bench_waterfall [--spans 1000000] [--runs 5] [--folder DIR]
//
// At 1920x1080 on the raster engine. "first frame": from the focus on the trace to the end of the first full paint.
// Frames: 400 of each kind after everything is expanded, the 99th percentile. Bars as printed.

#include "analysis/trace_search.h"
#include "bench.h"
#include "child.h"
#include "details/details_view.h"
#include "flame/flame_view.h"
#include "lanes/lanes_view.h"
#include "spans/spans_view.h"
#include "statistics/statistics_view.h"
#include "waterfall/waterfall_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>
#include <QStandardPaths>
#include <QTest>
#include <QThreadPool>

#include <fstream>
#include <random>

using namespace aisle;
using namespace aisle::bench;
namespace fs = std::filesystem;

namespace {

constexpr QSize kScreen(1920, 1080);

struct Shape {
    const char* name;
    uint32_t spans;
    std::function<uint32_t(uint32_t)> parent; ///< of span i from 1 on; 0: the root
    uint32_t names;                           ///< how many operations there are
};

/// OTLP JSON lines of one trace: parents before their children, each within its parent's time.
void write(const Shape& shape, const fs::path& path) {
    std::ofstream out(path, std::ios::binary);
    std::vector<std::pair<int64_t, int64_t>> time(shape.spans);
    constexpr int64_t kStart = 1'700'000'000'000'000'000;
    std::mt19937 random(1);
    std::string line;
    for (uint32_t i = 0; i < shape.spans; ++i) {
        const uint32_t parent = i == 0 ? 0 : shape.parent(i);
        if (i == 0)
            time[i] = {kStart, kStart + 10'000'000'000};
        else if (shape.parent(i) == i - 1)
            time[i] = {time[parent].first + 10, time[parent].second - 10};
        else {
            const int64_t length = time[parent].second - time[parent].first, from = static_cast<int64_t>(random() % 1000) * (length / 1100);
            time[i] = {time[parent].first + from, time[parent].first + from + length / 20};
        }
        if (i % 500 == 0)
            line = R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"service )" + std::to_string(i / 500 % 30) + R"("}}]},"scopeSpans":[{"spans":[)";
        char text[512];
        std::snprintf(text, sizeof text,
                      R"(%s{"traceId":"0123456789abcdef0123456789abcdef","spanId":"%016x","parentSpanId":"%s","name":"operation %u","kind":%d,"startTimeUnixNano":"%lld","endTimeUnixNano":"%lld","attributes":[{"key":"item","value":{"intValue":"%u"}}],"status":{"code":%d}})",
                      i % 500 == 0 ? "" : ",", i + 1, i == 0 ? "" : (toHex(SpanId(parent + 1))).c_str(), i == 0 ? 0 : static_cast<unsigned>(random() % shape.names),
                      1 + i % 3, static_cast<long long>(time[i].first), static_cast<long long>(time[i].second), i % 100, i % 997 == 5 ? 2 : 0);
        line += text;
        if (i % 500 == 499 || i + 1 == shape.spans)
            out << line << "]}]}]}\n";
    }
}

double elapsed(const QElapsedTimer& timer) { return static_cast<double>(timer.nsecsElapsed()) / 1e6; }

void settle() {
    while (Worker::busyCount() > 0)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
    QCoreApplication::processEvents();
}

double percentile99(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() * 99 / 100];
}

int notKept = 0;

void report(const char* label, double milliseconds, double bar) {
    notKept += milliseconds > bar;
    std::printf("  %-44s %8.1f ms  (bar %.0f ms: %s)\n", label, milliseconds, bar, milliseconds <= bar ? "kept" : "NOT KEPT");
    std::fflush(stdout);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// The 99th percentile of frames, each after one call.
double frames(QWidget& view, const std::function<void(std::mt19937&)>& change) {
    constexpr int kFrames = 400;
    std::mt19937 random(7);
    std::vector<double> times;
    for (int i = 0; i < kFrames; ++i) {
        change(random);
        QElapsedTimer timer;
        timer.start();
        view.repaint();
        times.push_back(elapsed(timer));
        QCoreApplication::processEvents(); // what was left for later is not part of the next
    }
    return percentile99(std::move(times));
}

void wheel(QWidget& view, QPoint turn, Qt::KeyboardModifiers modifiers, std::mt19937& random) {
    const QPointF at(500 + static_cast<int>(random() % 1200), 200 + static_cast<int>(random() % 600));
    QWheelEvent event(at, view.mapToGlobal(at), {}, turn, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&view, &event);
}

void measureWaterfall(const Shape& shape, const std::shared_ptr<Workspace>& workspace, int runs) {
    const TraceId trace = workspace->table()->traceId(0);
    std::vector<double> opening, collapsing, expanding, clicking, searching;
    double scrolling = 0, zooming = 0, brushing = 0, resizing = 0, marking = 0, hiding = 0;
    size_t matches = 0;
    for (int run = 0; run < runs; ++run) {
        ViewContext context;
        context.setWorkspace(workspace);
        WaterfallView view(context);
        QWidget host; // without size hints, of which the offscreen platform would warn
        DetailsView details(context, &host);
        view.resize(kScreen);
        details.resize(400, 1080);
        host.resize(details.size());
        view.show();
        host.show();
        settle();
        QElapsedTimer timer;
        timer.start();
        context.selection().setFocus(Focus::onTrace(trace));
        while (!view.data())
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        view.repaint();
        opening.push_back(elapsed(timer));
        settle();

        view.expandAll();
        for (int i = 0; i < 5; ++i) {
            timer.restart();
            view.collapseAll();
            view.repaint();
            collapsing.push_back(elapsed(timer));
            timer.restart();
            view.expandAll();
            view.repaint();
            expanding.push_back(elapsed(timer));
        }

        // A click in the middle of what is on show, until the details are painted.
        std::mt19937 random(3);
        auto* bar = view.findChild<QScrollBar*>();
        for (int i = 0; i < 20; ++i) {
            bar->setValue(static_cast<int>(random() % static_cast<uint32_t>(std::max(1, bar->maximum()))));
            view.repaint();
            const WaterfallFrame f = view.frame();
            timer.restart();
            QTest::mouseClick(&view, Qt::LeftButton, {}, f.rows.at(f.rows.size() / 2).nameRect.center().toPoint());
            settle();
            view.repaint();
            details.repaint();
            clicking.push_back(elapsed(timer));
        }

        // Names and values of the dictionary.
        traceql::ParseError error;
        const auto query = traceql::read("{ .item = 7 && aisle:text = \"operation\" }", error);
        timer.restart();
        matches = searchTrace(context.queryContext(), view.data()->tree, *query, false).found.size();
        searching.push_back(elapsed(timer));

        if (run > 0)
            continue;
        scrolling = frames(view, [&](std::mt19937& r) { bar->setValue(static_cast<int>(r() % static_cast<uint32_t>(bar->maximum() + 1))); });
        zooming = frames(view, [&](std::mt19937& r) {
            wheel(view, {0, r() % 5 < 3 ? 120 : -120}, Qt::ControlModifier, r);
            if (r() % 20 == 0)
                view.showWhole();
        });
        view.showWhole();
        resizing = frames(view, [&](std::mt19937& r) { view.resize(1600 + static_cast<int>(r() % 320), 900 + static_cast<int>(r() % 180)); });
        view.resize(kScreen);
        QTest::mousePress(&view, Qt::LeftButton, {}, view.frame().minimap.center().toPoint());
        brushing = frames(view, [&](std::mt19937& r) {
            QTest::mouseMove(&view, view.frame().minimap.topLeft().toPoint() + QPoint(static_cast<int>(r() % 1400), 10));
        });
        QTest::mouseRelease(&view, Qt::LeftButton, {}, view.frame().minimap.center().toPoint());
        view.showWhole();
        const QPoint lane = view.frame().lanes.center().toPoint();
        QTest::mousePress(&view, Qt::LeftButton, {}, lane);
        marking = frames(view, [&](std::mt19937& r) { QTest::mouseMove(&view, lane + QPoint(static_cast<int>(r() % 600), 10)); });
        QTest::mouseRelease(&view, Qt::LeftButton, {}, lane);
        timer.restart();
        view.hideService(view.data()->table->service(0));
        view.repaint();
        hiding = elapsed(timer);
        view.showAllServices();
        view.collapseAll();
        scrolling = std::max(scrolling, frames(view, [](std::mt19937&) {}));
    }
    report("waterfall, first frame", median(opening), 1500);
    report("frame, scrolling, p99", scrolling, 16);
    report("frame, zooming, p99", zooming, 16);
    report("frame, resizing, p99", resizing, 16);
    report("frame, brushing the minimap, p99", brushing, 16);
    report("frame, marking a range, p99", marking, 16);
    report("hide a service", hiding, 50);
    report("collapse all", median(collapsing), 50);
    report("expand all", median(expanding), 50);
    report("click to details", median(clicking), 50);
    report("search in names and values", median(searching), 200);
    std::printf("  %zu of %u spans found\n", matches, shape.spans);
}

template <typename T>
void measureView(const char* label, const std::shared_ptr<Workspace>& workspace) {
    ViewContext context;
    context.setWorkspace(workspace);
    QWidget host; // without size hints, of which the offscreen platform would warn
    host.resize(kScreen);
    T view(context, &host);
    view.resize(kScreen);
    host.show();
    settle();
    QElapsedTimer timer;
    timer.start();
    context.selection().setFocus(Focus::onTrace(workspace->table()->traceId(0)));
    settle();
    view.repaint();
    report((std::string(label) + ", first frame").c_str(), elapsed(timer), 1500);
    if constexpr (std::is_base_of_v<BlockChart, T>) {
        report((std::string(label) + ", zooming, p99").c_str(), frames(view, [&](std::mt19937& r) {
            wheel(view, {0, r() % 5 < 3 ? 120 : -120}, Qt::ControlModifier, r);
            if (r() % 20 == 0)
                view.showWhole();
        }), 16);
        view.showWhole();
        auto* bar = view.template findChild<QScrollBar*>();
        report((std::string(label) + ", scrolling, p99").c_str(),
               frames(view, [&](std::mt19937& r) { bar->setValue(static_cast<int>(r() % static_cast<uint32_t>(bar->maximum() + 1))); }), 16);
        report((std::string(label) + ", hovering, p99").c_str(),
               frames(view, [&](std::mt19937& r) { QTest::mouseMove(&view, {static_cast<int>(r() % 1800), 30 + static_cast<int>(r() % 1000)}); }), 16);
    }
}

} // namespace

int main(int argc, char** argv) {
    const Options given(argc, argv);
    const auto spans = static_cast<uint32_t>(given.number("--spans", 1'000'000));
    const int runs = static_cast<int>(given.number("--runs", 5));
    const Folder folder(given);
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QStandardPaths::setTestModeEnabled(true);
    QApplication app(argc, argv);
    applyTheme(ThemeMode::Light);
    const Shape shapes[] = {
        {"wide", spans, [](uint32_t i) { return (i - 1) / 100; }, 40},
        {"chain", std::max(2U, spans / 10), [](uint32_t i) { return i - 1; }, 40},
        {"fan-out", std::max(2U, spans / 5), [](uint32_t) { return 0U; }, 100'000},
    };
    for (const Shape& shape : shapes) {
        const fs::path lines = folder / "trace.jsonl", stored = folder / (std::string(shape.name) + ".aisle").c_str();
        write(shape, lines);
        if (!runAisle({"import", lines.string(), "--into", stored.string(), "-q"}).succeeded)
            return 1;
        const auto workspace = Workspace::open(stored, Workspace::Access::ReadOnly);
        std::printf("%s: %llu spans\n", shape.name, static_cast<unsigned long long>(workspace->table()->spanCount()));
        measureWaterfall(shape, workspace, runs);
        measureView<LanesView>("lanes", workspace);
        measureView<FlameView>("flame graph", workspace);
        measureView<SpansView>("spans", workspace);
        measureView<StatisticsView>("statistics", workspace);
        Worker::pool().waitForDone();
    }
    return notKept > 0;
}
