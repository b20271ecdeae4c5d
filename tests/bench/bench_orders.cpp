// How long what is said of the orders of 5 M spans takes: figures of the stages, bottlenecks, the story of one order, as the median of five
// interleaved runs.
//
//   bench_orders [--spans 5000000] [--runs 5] [--only LABEL] [--workspace FILE] [--folder DIR]
//
// Bars at 5 M spans: figures, the list and how orders differ from the flow after another scope 100 ms, the story of an order 100 ms, however
// many orders there are; what happened to all orders, and bottlenecks, 2 s; more or fewer spans, more or less in proportion. The limit they are
// compared with is a scan in memory of the visits of all orders. --only: what has it in its name, for a profiler.

#include "bench.h"
#include "orders/bottlenecks.h"
#include "orders/conformance.h"
#include "orders/fulfilment.h"
#include "orders/order_flow.h"
#include "orders/order_list.h"
#include "orders/work_in_progress.h"
#include "shop_workspace.h"
#include "story/order_story.h"

using namespace aisle;
using namespace aisle::bench;

int main(int argc, char** argv) {
    const Options given(argc, argv);
    const OpenShop shop(given);
    const traceql::Context& context = shop.context;
    const int runs = shop.runs;
    const auto db = shop.workspace->connect();

    JourneyState state;
    FulfilmentLog log;
    std::vector<Measured> once = {{"orders and their flow", [&] { state = workOutFulfilment(context, std::nullopt); }}};
    interleave(once, 1);
    if (!state.definition) {
        std::printf("%s\n", state.problem.c_str());
        return 1;
    }
    log = fulfilmentLog(state);
    CaseNumber longest = 0; // the order with most visits
    for (CaseNumber c = 0; c < log.cases(); ++c)
        if (log.first[c + 1] - log.first[c] > log.first[longest + 1] - log.first[longest])
            longest = c;
    if (log.visits.empty()) {
        std::printf("No order came to a stage.\n");
        return 1;
    }
    std::printf("%llu spans, %zu orders, %zu visits of %zu stages, %d runs\n", static_cast<unsigned long long>(context.table->spanCount()), log.cases(), log.visits.size(), log.stages.size(), runs);

    std::vector<bool> half = state.counted; // of which the scope is
    for (size_t c = 0; c < half.size(); c += 2)
        half[c] = false;
    int64_t sum = 0;
    struct Bar {
        Measured measured;
        double ms = 0;
        bool grows = true; ///< with the spans
    };
    std::vector<Bar> bars;
    bars.push_back({{"figures of the stages", [&] { sum += static_cast<int64_t>(fulfilment(state, log, half).orders); }}, 100});
    bars.push_back({{"how they differ from the flow", [&] { sum += static_cast<int64_t>(conformance(state, log, half).orders); }}, 100});
    bars.push_back({{"list of orders", [&] { sum += static_cast<int64_t>(listOrders(state, log, half).size()); }}, 100});
    bars.push_back({{"orders in progress", [&] { sum += static_cast<int64_t>(workInProgress(log, half).all.arrived); }}, 100});
    bars.push_back({{"story of an order", [&] { sum += static_cast<int64_t>(orderStory(db.get(), state, log, longest, StoryTemplates::english()).sentences.size()); }}, 100, false});
    bars.push_back({{"what happened to all orders", [&] { sum += static_cast<int64_t>(fulfilmentLog(state).visits.size()); }}, 2000});
    bars.push_back({{"bottlenecks", [&] { sum += static_cast<int64_t>(bottlenecks(state, log, state.counted).orders); }}, 2000});
    const std::string only = given.text("--only", "");
    std::erase_if(bars, [&](const Bar& bar) { return bar.measured.label.find(only) == std::string::npos; });
    std::vector<Measured> all = {{"scan of the visits", [&] {
                                      for (const FulfilmentLog::Visit& visit : log.visits)
                                          sum += visit.end - visit.start;
                                  }}};
    for (const Bar& bar : bars)
        all.push_back(bar.measured);
    interleave(all, runs);
    const double scale = static_cast<double>(context.table->spanCount()) / 5e6, scan = all[0].median();
    std::printf("%-34s %8.1f ms\n%-34s %8.2f ms\n", once[0].label.c_str(), once[0].median() * 1e3, all[0].label.c_str(), scan * 1e3);
    int notKept = sum == 0;
    for (size_t i = 0; i < bars.size(); ++i)
        notKept += !printBar(all[i + 1], bars[i].ms * (bars[i].grows ? scale : 1), scan);
    return notKept > 0;
}
