// How long the demo shop of 5 M spans takes to be made; its bytes are counted and dropped.
//
//   bench_demo [--spans 5000000] [--runs 5]

#include "bench.h"
#include "demo/demo_shop.h"

using namespace aisle;

int main(int argc, char** argv) {
    demo::Options options;
    const bench::Options given(argc, argv);
    options.spans = given.number("--spans", 5'000'000);
    const int runs = static_cast<int>(given.number("--runs", 5));
    demo::Totals totals;
    std::vector<bench::Measured> all = {{"demo shop", [&] { totals = demo::write(options, [](std::string_view) { return true; }); }}};
    bench::interleave(all, runs);
    std::printf("%llu spans, %llu traces, %.1f MB, %d runs\n", static_cast<unsigned long long>(totals.spans), static_cast<unsigned long long>(totals.traces),
                static_cast<double>(totals.bytes) / 1e6, runs);
    bench::print(all[0], static_cast<double>(totals.spans), static_cast<double>(totals.bytes));
}
