#pragma once
// All calls of a table, found once and kept by trace: the graph of some traces is counted from them instead of found again.
//
// Measured on 5 M spans: see count() and GraphFollower::follow(). Thread: immutable.

#include "service_graph/service_graph.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace aisle {

class GraphCalls {
public:
    /// Finds all calls. Throws Stopped. About 1 s for 5 M spans.
    GraphCalls(const SpanTable& table, const PeerColumns& peers, const StopToken& stop = {});

    /// The graph of some traces (by TraceIndex); null: of all. Exact, with the pairs of its edges. Throws Stopped.
    ServiceGraph count(const BitSet* traces, const StopToken& stop = {}) const;

private:
    friend class GraphFollower;
    /// What a trace adds to an edge, or to the entry spans of a service. Counters are edges, then nodes.
    struct Call {
        uint32_t counter;
        Row timed; ///< kNoRow: without a duration
        uint16_t bucket;
        bool isError;
    };
    /// On edges of messages: from the producer's end to the consumer's start.
    struct Wait {
        uint32_t edge;
        int64_t length;
    };
    /// What a trace adds to a service.
    struct Share {
        uint32_t node, spans;
        int64_t selfTime;
    };
    /// Items of trace t are items[first[t]..first[t + 1]).
    template <typename T>
    struct ByTrace {
        std::vector<uint32_t> first;
        std::vector<T> items;
        std::span<const T> of(size_t trace) const { return {items.data() + first[trace], first[trace + 1] - first[trace]}; }
    };
    template <typename T, typename F>
    static ByTrace<T> byTrace(const SpanTable& table, F&& each);

    TraceIndex traceOf(const ServiceGraph::SpanPair& pair) const { return table_.trace(pair.server != kNoRow ? pair.server : pair.client); }
    template <typename F>
    void forEachCall(const StopToken& stop, F&& f) const;
    template <typename F>
    void forEachWait(F&& f) const;
    bool hasDuration(Row row) const;
    size_t counters() const { return edges_.size() + nodes_.size(); }

    struct Totals {
        std::vector<uint64_t> calls, errors; ///< by counter
        std::vector<uint64_t> waits;         ///< by edge
        std::vector<uint64_t> spans;         ///< by node
        std::vector<__int128> selfTime;      ///< by node
        uint64_t traces = 0, unnamed = 0;
        explicit Totals(const GraphCalls& of) : calls(of.counters()), errors(of.counters()), waits(of.edges_.size()), spans(of.nodes_.size()), selfTime(of.nodes_.size()) {}
    };
    struct Quantiles {
        int64_t p50 = 0, p95 = 0, p99 = 0;
    };
    /// What occurs, with its numbers. `durations(counters)` and `waits(edge)` give quantiles. `numbers`: of the edges taken.
    template <typename Durations, typename Waits>
    ServiceGraph assemble(const Totals& totals, Durations&& durations, Waits&& waits, std::vector<uint32_t>* numbers = nullptr) const;

    const SpanTable& table_;
    std::vector<ServiceGraph::Node> nodes_; ///< by kind, then name; without numbers
    std::vector<ServiceGraph::Edge> edges_; ///< by from, then to
    std::vector<uint32_t> firstPair_;
    std::vector<ServiceGraph::SpanPair> pairs_;
    std::vector<uint32_t> nodeOfService_;
    std::vector<std::vector<uint32_t>> edgesOfPeer_; ///< by node: the calls that count for a node without spans
    ByTrace<Call> calls_;
    ByTrace<Wait> waits_;
    ByTrace<Share> shares_;
    std::vector<uint32_t> unnamed_; ///< by trace
};

/// The graph of a set of traces that changes: what enters is added, what leaves is taken away. Quantiles are of histograms, at
/// most 0.8 % off (ServiceGraph::isApproximate); counts are exact. Without pairs. Thread: any; one call at a time goes on.
class GraphFollower {
public:
    /// Null where histograms of that many edges would take more than 128 MB; then graphs are counted anew.
    static std::shared_ptr<GraphFollower> make(std::shared_ptr<const GraphCalls> calls, SpanTablePtr table);
    /// Throws Stopped. In proportion to the traces that entered or left.
    ServiceGraph follow(const BitSet& traces, const StopToken& stop = {});

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
    GraphCalls::Quantiles quantiles(std::span<const uint32_t> counters) const;
    GraphCalls::Quantiles waitQuantiles(uint32_t edge) const;
    static uint16_t waitBucket(int64_t wait);
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
