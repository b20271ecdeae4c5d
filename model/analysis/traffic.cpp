#include "analysis/traffic.h"

namespace aisle {

Traffic traffic(const SpanTable& table, const ScopeResult* scope, uint32_t buckets, const StopToken& stop) {
    Traffic out;
    if (table.isEmpty() || buckets == 0)
        return out;
    out.start = table.startTime();
    const int64_t span = std::max<int64_t>(1, table.endTime() - table.startTime());
    out.width = span / buckets + 1;
    out.buckets.resize(buckets);
    uint64_t n = 0;
    table.forEachRow([&](Row r) {
        if ((++n & 0xffff) == 0)
            stop.check();
        if (!table.isEntry(r) || (scope != nullptr && !scope->everything && !scope->spans[r]))
            return;
        const int64_t offset = table.start(r) - out.start; // negative: a span without a start
        const int64_t at = offset / out.width;
        if (offset < 0 || at >= static_cast<int64_t>(buckets))
            return;
        TrafficBucket& bucket = out.buckets[static_cast<size_t>(at)];
        ++bucket.requests;
        bucket.errors += table.isError(r);
    });
    for (const TrafficBucket& bucket : out.buckets)
        out.peak = std::max(out.peak, bucket.requests);
    return out;
}

} // namespace aisle
