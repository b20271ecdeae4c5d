#pragma once
// The service graph of a selection that moves.

#include "service_graph/graph_calls.h"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace aisle {

/// The graph of a set of traces that changes: what enters is added, what leaves is taken away. Quantiles are of histograms, at
/// most 0.8 % off (ServiceGraph::isApproximate); counts are exact. Without pairs. Thread: any; one call at a time goes on.
class GraphFollower {
public:
    /// Null where histograms of that many edges would take more than 128 MB; then graphs are counted anew.
    static std::shared_ptr<GraphFollower> make(std::shared_ptr<const GraphCalls> calls, SpanTablePtr table);
    /// Throws Stopped. In proportion to the traces that entered or left.
    ServiceGraph follow(const BitSet& traces, const StopToken& stop = {}, const GraphGroups* groups = nullptr);

private:
    GraphFollower(std::shared_ptr<const GraphCalls> calls, SpanTablePtr table);
    bool plan();
    struct Histogram {
        uint32_t first = 0; ///< in counts_
        uint16_t low = 0, high = 0; ///< buckets in use, `high` not included
    };
    using Plan = std::vector<Histogram>;
    template <int sign>
    void add(TraceIndex trace);
    /// Of several histograms together; `middle`: what stands for a bucket.
    static GraphCalls::Quantiles quantiles(const Plan& plan, const std::vector<uint32_t>& counts, GraphCalls::Counters counters, int64_t (*middle)(uint16_t));
    static uint16_t waitBucket(int64_t wait);
    static int64_t waitMiddle(uint16_t bucket);
    static Plan plan(const std::vector<std::pair<uint16_t, uint16_t>>& ranges, size_t& size);

    std::shared_ptr<const GraphCalls> calls_;
    SpanTablePtr table_;
    GraphCalls::Totals totals_;
    Plan durations_, waits_;
    std::vector<uint32_t> durationCounts_, waitCounts_;
    std::mutex mutex_;
    BitSet traces_; ///< counted now
    bool isValid_ = true;
};

} // namespace aisle
