// Layouts of the service graph: how long they take, how fast they stop, and how far nodes move when a service is filtered out.
//
//   bench_graph [--runs 5]
//
// Random shop-like graphs (tests/model/shop_graph.h), one core. Bars: 3 s for 500 nodes and 5,000 edges, 0.3 s for 1,500 edges, and
// 100 ms from a stop to its end, the longest of seven stops spread over the run. Shifts are means over the nodes that
// stay, in card heights, over each service of 20 and of 60 nodes and each tenth of 500.

#include "../model/shop_graph.h"
#include "bench.h"

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

} // namespace

int main(int argc, char** argv) {
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
    return notKept > 0;
}
