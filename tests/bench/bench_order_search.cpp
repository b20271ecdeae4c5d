// How long it takes to find an order in 5 M spans, as the median of five interleaved runs.
//
//   bench_order_search [--spans 5000000] [--runs 5] [--workspace FILE] [--folder DIR]
//
// Bar at 5 M spans: 50 ms, whatever is typed; more or fewer spans, more or less in proportion. The limit it is compared with is a scan in memory
// of all values that lead to an order for the text itself, which finds neither another case nor a typing error.

#include "bench.h"
#include "query/context.h"
#include "shop_workspace.h"
#include "story/order_search.h"

#include <cstring>

using namespace aisle;
using namespace aisle::bench;

int main(int argc, char** argv) {
    const Options given(argc, argv);
    const OpenShop shop(given);
    const SpanTablePtr& table = shop.context.table;
    CaseSource& source = *shop.context.cases;
    const int runs = shop.runs;

    std::unique_ptr<OrderSearch> search;
    std::vector<Measured> once = {{"orders and what leads to them", [&] { search = std::make_unique<OrderSearch>(source, source.cases("order")); }}};
    interleave(once, 1);
    const auto& orders = search->orders()->cases();
    if (orders.empty()) {
        std::printf("There are no orders.\n");
        return 1;
    }
    std::printf("%llu spans, %zu orders, %zu values, %d runs\n", static_cast<unsigned long long>(table->spanCount()), orders.size(), search->values(), runs);

    const std::string number = orders[orders.size() / 2].value;
    std::string exchanged = number, far = number;
    std::swap(exchanged[exchanged.size() - 1], exchanged[exchanged.size() - 3]);
    far[1] = '#', far[far.size() - 2] = '#';
    std::string raw; // all values, one behind the other
    for (const auto& one : orders)
        raw += one.value + '\n';
    while (raw.size() < search->values() * 20)
        raw += raw.substr(0, search->values() * 20 - raw.size());

    size_t sum = 0;
    std::vector<Measured> all;
    all.push_back({"raw scan of the values", [&] { sum += memmem(raw.data(), raw.size(), "no such value", 13) == nullptr; }});
    const auto add = [&](const char* label, const std::string& text) { all.push_back({label, [&sum, &search, text] { sum += search->find(text, 100).hits.size(); }}); };
    add("a number", number);
    add("its beginning", number.substr(0, number.size() - 3));
    add("one character", number.substr(0, 1));
    add("a part of it", number.substr(number.find_first_of("0123456789")));
    add("with a typing error", exchanged);
    add("with two typing errors", far);
    add("nothing like it", "xyzzy-nothing-of-the-kind");
    interleave(all, runs);
    const double scale = static_cast<double>(table->spanCount()) / 5e6, scan = all[0].median();
    std::printf("%-34s %8.1f ms\n%-34s %8.2f ms\n", once[0].label.c_str(), once[0].median() * 1e3, all[0].label.c_str(), scan * 1e3);
    int notKept = sum == 0;
    for (size_t i = 1; i < all.size(); ++i)
        notKept += !printBar(all[i], 50 * scale, scan);
    return notKept > 0;
}
