#include "service_graph/graph_follower.h"

#include "analysis/log_histogram.h"

#include <algorithm>
#include <cmath>

namespace aisle {

namespace {
constexpr size_t kStopInterval = 4096; // traces
}

/// Negative ones, of clocks that differ, below the middle.
uint16_t GraphFollower::waitBucket(int64_t wait) {
    return static_cast<uint16_t>(wait >= 0 ? kBuckets + bucketOf(wait) : kBuckets - 1 - bucketOf(-(wait + 1)));
}

int64_t GraphFollower::waitMiddle(uint16_t bucket) {
    return bucket >= kBuckets ? bucketMiddle(static_cast<uint16_t>(bucket - kBuckets)) : -bucketMiddle(static_cast<uint16_t>(kBuckets - 1 - bucket)) - 1;
}

GraphFollower::Plan GraphFollower::plan(const std::vector<std::pair<uint16_t, uint16_t>>& ranges, size_t& size) {
    Plan out;
    size = 0;
    for (const auto& [low, high] : ranges) {
        out.push_back({static_cast<uint32_t>(size), std::min(low, high), high});
        size += high > low ? high - low : 0;
    }
    return out;
}

GraphFollower::GraphFollower(std::shared_ptr<const GraphCalls> calls, SpanTablePtr table)
    : calls_(std::move(calls)), table_(std::move(table)), totals_(*calls_), traces_(table_->traceSlots()) {}

std::shared_ptr<GraphFollower> GraphFollower::make(std::shared_ptr<const GraphCalls> calls, SpanTablePtr table) {
    std::shared_ptr<GraphFollower> out(new GraphFollower(std::move(calls), std::move(table)));
    return out->plan() ? out : nullptr;
}

bool GraphFollower::plan() {
    constexpr size_t kMost = size_t(32) << 20; // counters of four bytes
    const auto widen = [](std::pair<uint16_t, uint16_t>& range, uint16_t bucket) {
        range.first = std::min(range.first, bucket);
        range.second = std::max<uint16_t>(range.second, static_cast<uint16_t>(bucket + 1));
    };
    std::vector<std::pair<uint16_t, uint16_t>> durations(calls_->counters(), {GraphCalls::kNoBucket, 0}), waits(calls_->edges_.size(), {GraphCalls::kNoBucket, 0});
    for (const GraphCalls::Call& call : calls_->calls_.items)
        if (call.bucket != GraphCalls::kNoBucket)
            widen(durations[call.counter], call.bucket);
    for (const GraphCalls::Wait& wait : calls_->waits_.items)
        widen(waits[wait.edge], waitBucket(wait.length));
    size_t size = 0, more = 0;
    durations_ = plan(durations, size);
    waits_ = plan(waits, more);
    if (size + more > kMost)
        return false;
    durationCounts_.resize(size);
    waitCounts_.resize(more);
    return true;
}

template <int sign>
void GraphFollower::add(TraceIndex trace) {
    const TraceSummary& summary = table_->summary(trace);
    if (summary.spans == 0)
        return;
    constexpr auto one = static_cast<uint64_t>(static_cast<int64_t>(sign)); // wraps to take away
    totals_.addTrace(summary, calls_->unnamed_[trace], one);
    for (const GraphCalls::Call& call : calls_->calls_.of(trace)) {
        totals_.calls[call.counter] += one;
        totals_.errors[call.counter] += call.isError ? one : 0;
        if (call.bucket != GraphCalls::kNoBucket) {
            const Histogram& histogram = durations_[call.counter];
            durationCounts_[histogram.first + call.bucket - histogram.low] += static_cast<uint32_t>(one);
        }
    }
    for (const GraphCalls::Wait& wait : calls_->waits_.of(trace)) {
        totals_.waits[wait.edge] += one;
        const Histogram& histogram = waits_[wait.edge];
        waitCounts_[histogram.first + waitBucket(wait.length) - histogram.low] += static_cast<uint32_t>(one);
    }
    for (const GraphCalls::Share& share : calls_->shares_.of(trace)) {
        totals_.spans[share.node] += one * share.spans;
        totals_.selfTime[share.node] += sign * static_cast<__int128>(share.selfTime);
    }
}

GraphCalls::Quantiles GraphFollower::quantiles(const Plan& plan, const std::vector<uint32_t>& counts, GraphCalls::Counters counters, int64_t (*middle)(uint16_t)) {
    uint64_t all = 0;
    uint16_t low = GraphCalls::kNoBucket, high = 0;
    for (const uint32_t counter : counters) {
        const Histogram& histogram = plan[counter];
        if (histogram.high <= histogram.low)
            continue;
        low = std::min(low, histogram.low);
        high = std::max(high, histogram.high);
        for (uint32_t i = 0; i < uint32_t(histogram.high - histogram.low); ++i)
            all += counts[histogram.first + i];
    }
    GraphCalls::Quantiles out;
    out.values = all;
    if (all == 0)
        return out;
    const auto rank = [all](double q) { return static_cast<uint64_t>(std::max(1.0, std::ceil(q * static_cast<double>(all) - 1e-6))); };
    const std::pair<uint64_t, int64_t*> wanted[] = {{rank(0.5), &out.p50}, {rank(0.95), &out.p95}, {rank(0.99), &out.p99}};
    size_t next = 0;
    uint64_t seen = 0;
    for (uint16_t bucket = low; bucket < high && next < std::size(wanted); ++bucket) {
        for (const uint32_t counter : counters)
            if (const Histogram& histogram = plan[counter]; bucket >= histogram.low && bucket < histogram.high)
                seen += counts[histogram.first + bucket - histogram.low];
        for (; next < std::size(wanted) && seen >= wanted[next].first; ++next)
            *wanted[next].second = middle(bucket);
    }
    return out;
}

ServiceGraph GraphFollower::follow(const BitSet& traces, const StopToken& stop, const GraphGroups* groups) {
    const std::lock_guard lock(mutex_);
    // One that was stopped has counted some of a change, nobody knows which.
    if (!isValid_ || traces.differences(traces_) > traces.count()) {
        totals_ = GraphCalls::Totals(*calls_);
        std::fill(durationCounts_.begin(), durationCounts_.end(), 0);
        std::fill(waitCounts_.begin(), waitCounts_.end(), 0);
        traces_ = BitSet(traces.size());
    }
    isValid_ = false;
    size_t n = 0;
    traces.forEachDifference(traces_, [&](size_t trace, bool isNew) {
        if (++n % kStopInterval == 0)
            stop.check();
        if (isNew)
            add<1>(static_cast<TraceIndex>(trace));
        else
            add<-1>(static_cast<TraceIndex>(trace));
    });
    traces_ = traces;
    isValid_ = true;
    ServiceGraph graph = calls_->assemble(totals_, groups,
                                          [this](GraphCalls::Counters counters) { return quantiles(durations_, durationCounts_, counters, bucketMiddle); },
                                          [this](GraphCalls::Counters edges) { return quantiles(waits_, waitCounts_, edges, waitMiddle); }).graph;
    graph.isApproximate = true;
    return graph;
}

} // namespace aisle
