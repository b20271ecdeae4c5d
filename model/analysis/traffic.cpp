#include "analysis/traffic.h"

namespace aisle {

EntryTimes::EntryTimes(const SpanTable& table, uint32_t buckets, const StopToken& stop) {
    if (table.isEmpty() || buckets == 0)
        return;
    everything_.start = table.startTime();
    const int64_t span = std::max<int64_t>(1, table.endTime() - table.startTime());
    everything_.width = span / buckets + 1;
    everything_.buckets.resize(buckets);
    uint64_t n = 0;
    table.forEachRow([&](Row r) {
        if ((++n & 0xffff) == 0)
            stop.check();
        if (!table.isEntry(r))
            return;
        const int64_t offset = table.start(r) - everything_.start; // negative: a span without a start
        const int64_t at = offset / everything_.width;
        if (offset < 0 || at >= static_cast<int64_t>(buckets))
            return;
        const bool isError = table.isError(r);
        entries_.push_back({r, static_cast<uint32_t>(at) & 0x7fffffffU, isError});
        TrafficBucket& bucket = everything_.buckets[static_cast<size_t>(at)];
        everything_.peak = std::max(everything_.peak, ++bucket.requests);
        bucket.errors += isError;
    });
}

Traffic EntryTimes::in(const RowSet& rows, const StopToken& stop) const {
    Traffic out = everything_;
    out.buckets.assign(out.buckets.size(), {});
    out.peak = 0;
    // By segment, whose bits are looked up once; the entries are in the order of the rows.
    for (size_t from = 0; from < entries_.size();) {
        stop.check();
        const uint32_t number = entries_[from].row >> 16;
        const BitSet& segment = rows.segment(number);
        size_t to = from;
        for (; to < entries_.size() && entries_[to].row >> 16 == number; ++to) {
            const Entry& entry = entries_[to];
            // Added and not asked: which are in is like a coin that is tossed, of which no processor knows the next side.
            const uint32_t is = segment[entry.row & 0xffff] ? 1 : 0;
            TrafficBucket& bucket = out.buckets[entry.bucket];
            bucket.requests += is;
            bucket.errors += is & entry.isError;
        }
        from = to;
    }
    for (const TrafficBucket& bucket : out.buckets)
        out.peak = std::max(out.peak, bucket.requests);
    return out;
}

Traffic traffic(const SpanTable& table, const ScopeResult* scope, uint32_t buckets, const StopToken& stop) {
    const EntryTimes times(table, buckets, stop);
    return scope == nullptr || scope->everything ? times.everything() : times.in(scope->spans, stop);
}

} // namespace aisle
