// Layouts of the service graph: how long they take, how fast they stop, and how far nodes move when a service is filtered out.
//
//   bench_graph [--runs 5]
//
// Then the view itself, offscreen at 1920x1080, with 500 services and 5,000 edges: from the table to a picture that can be used, and
// frames of dragging, zooming, pointing and choosing, 400 of each, the 99th percentile. Bar: 16 ms a frame.
//
// Random shop-like graphs (tests/model/shop_graph.h), one core. Bars: 3 s for 500 nodes and 5,000 edges, 0.3 s for 1,500 edges, and
// 100 ms from a stop to its end, the longest of seven stops spread over the run. Shifts are means over the nodes that
// stay, in card heights, over each service of 20 and of 60 nodes and each tenth of 500.

#include "../model/graph_fixture.h"
#include "../model/shop_graph.h"
#include "bench.h"
#include "graph/graph_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QMouseEvent>
#include <QWheelEvent>

#include <random>

#include <thread>

using namespace aisle;
using namespace aisle::bench;

namespace {

int notKept = 0;

void report(const std::string& label, double milliseconds, double bar) {
    notKept += milliseconds > bar;
    std::printf("  %-44s %8.1f ms  (bar %.0f ms: %s)\n", label.c_str(), milliseconds, bar, milliseconds <= bar ? "kept" : "NOT KEPT");
    std::fflush(stdout);
}

constexpr std::pair<GraphLayoutKind, const char*> kKinds[] = {
    {GraphLayoutKind::Layered, "layered"}, {GraphLayoutKind::Force, "force"}, {GraphLayoutKind::Radial, "radial"}};

using Seconds = std::chrono::duration<double>;

/// From the stop to the end; of a layout that takes about `whole`.
double slowestStop(const GraphLayoutInput& input, double whole) {
    double slowest = 0;
    for (int part = 1; part < 8; ++part) {
        const StopToken stop;
        std::chrono::steady_clock::time_point asked;
        std::thread other([&] {
            std::this_thread::sleep_for(Seconds(whole * part / 8));
            asked = std::chrono::steady_clock::now();
            stop.stop();
        });
        bool isStopped = false;
        try {
            layoutGraph(input, stop);
        } catch (const Stopped&) {
            isStopped = true;
        }
        const auto ended = std::chrono::steady_clock::now();
        other.join();
        if (isStopped)
            slowest = std::max(slowest, Seconds(ended - asked).count());
    }
    return slowest;
}

GraphFixture traces(uint32_t services, uint32_t edges) {
    const GraphLayoutInput shape = shopGraph(1, services, edges);
    GraphFixture f;
    uint64_t id = 1;
    for (const auto& edge : shape.edges) {
        for (uint32_t call = 0; call < 1 + (edge.from * 7 + edge.to) % 5; ++call, id += 2) {
            f.add(id, id, 0, "service " + std::to_string(edge.from), Kind::Client);
            f.add(id, id + 1, id, "service " + std::to_string(edge.to), Kind::Server).isError = id % 97 < 2;
        }
    }
    return f;
}

/// The 99th percentile of frames, each after one event.
double frames(QWidget& canvas, const std::function<void(std::mt19937&)>& change) {
    std::mt19937 random(7);
    std::vector<double> times;
    for (int i = 0; i < 400; ++i) {
        QElapsedTimer timer;
        timer.start();
        change(random);
        canvas.repaint();
        times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        QCoreApplication::processEvents(); // what was left for later is not part of the next
    }
    std::sort(times.begin(), times.end());
    return times[times.size() * 99 / 100];
}

void measureView() {
    const GraphFixture fixture = traces(500, 5000);
    const SpanTablePtr table = fixture.table();
    ViewContext context;
    QWidget host; // without size hints, of which the offscreen platform would warn
    host.resize(1920, 1080);
    GraphView view(context, &host);
    view.resize(host.size());
    host.show();
    QElapsedTimer timer;
    timer.start();
    context.setTable(table, false);
    while (!view.graph())
        QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
    host.repaint();
    std::printf("the view of %zu nodes, %zu edges\n", view.graph()->nodes.size(), view.graph()->edges.size());
    report("from the table to the picture", static_cast<double>(timer.nsecsElapsed()) / 1e6, 3000);
    while (Worker::busyCount() > 0)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
    GraphCanvas& canvas = view.canvas();
    const auto anywhere = [&](std::mt19937& random) { return QPointF(static_cast<double>(random() % 1900), static_cast<double>(random() % 900)); };
    const auto wheel = [&](QPointF at, QPoint turn, Qt::KeyboardModifiers modifiers) {
        QWheelEvent event(at, canvas.mapToGlobal(at), {}, turn, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&canvas, &event);
    };
    const auto point = [&](QPointF at) {
        QMouseEvent event(QEvent::MouseMove, at, canvas.mapToGlobal(at), Qt::NoButton, Qt::NoButton, {});
        QApplication::sendEvent(&canvas, &event);
    };
    for (const double scale : {1.0, 4.0}) {
        canvas.fitAll();
        canvas.zoom(scale);
        const std::string where = scale == 1 ? ", all in the window" : ", near";
        report("dragging" + where, frames(canvas, [&](std::mt19937& random) { wheel(anywhere(random), QPoint(0, random() % 2 == 0 ? 90 : -90), {}); }), 16);
        report("zooming" + where, frames(canvas, [&](std::mt19937& random) { wheel(QPointF(960, 500), QPoint(0, random() % 2 == 0 ? 120 : -120), Qt::ControlModifier); }), 16);
        report("pointing" + where, frames(canvas, [&](std::mt19937& random) { point(anywhere(random)); }), 16);
        report("choosing" + where, frames(canvas, [&](std::mt19937& random) { context.selection().setFocus(Focus::onService("service " + std::to_string(random() % 500))); }), 16);
        context.selection().setFocus({});
    }
}

} // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    const Options given(argc, argv);
    const int runs = static_cast<int>(given.number("--runs", 5));
    for (const auto& [nodes, edges, bar] : {std::tuple(60U, 120U, 300.0), {500U, 1500U, 300.0}, {500U, 5000U, 3000.0}}) {
        std::printf("%u nodes, %u edges\n", nodes, edges);
        std::vector<Measured> all;
        std::vector<GraphLayoutInput> inputs;
        for (const auto& [kind, name] : kKinds) {
            GraphLayoutInput input = shopGraph(1, nodes, edges);
            input.kind = kind;
            inputs.push_back(input);
            all.push_back({name, [input] { layoutGraph(input); }});
            input.before = centresOf(layoutGraph(input));
            all.push_back({std::string(name) + ", near the one before", [input] { layoutGraph(input); }});
        }
        all.push_back({"layered, for a window", [input = inputs.front()] { layoutGraphFor({1280, 800}, input, input); }});
        interleave(all, runs);
        for (const Measured& m : all)
            report(m.label, m.median() * 1e3, bar);
        for (size_t i = 0; i < inputs.size(); ++i)
            report(std::string(kKinds[i].second) + ", until it stops", slowestStop(inputs[i], all[2 * i].median()) * 1e3, 100);
    }
    for (const auto& [kind, name] : kKinds) {
        for (const auto& [nodes, edges] : {std::pair(20U, 32U), {60U, 120U}, {500U, 1500U}}) {
            GraphLayoutInput input = shopGraph(1, nodes, edges);
            input.kind = kind;
            const Shift shift = shiftWithoutOne(input, nodes > 100 ? 10 : 1);
            const std::string label = std::string(name) + ", shift of " + std::to_string(nodes) + " nodes";
            std::printf("  %-44s %8.2f card heights; %.2f from scratch\n", label.c_str(), shift.seeded, shift.unseeded);
        }
    }
    measureView();
    return notKept > 0;
}
