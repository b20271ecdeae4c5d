#pragma once
// All calls of a table, found once and kept by trace: the graph of some traces is counted from them instead of found again.
//
// Thread: immutable.

#include "service_graph/graph_groups.h"
#include "service_graph/service_graph.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace aisle {

class GraphCalls {
public:
    /// Finds all calls. Throws Stopped. About 1 s for 5 M spans.
    GraphCalls(const SpanTable& table, const PeerColumns& peers, const StopToken& stop = {});

    /// The graph of some traces (by TraceIndex); null: of all. Exact, with the pairs of its edges. `groups`: each of them is one
    /// node, with the calls between its members as a call to itself; null: none. Throws Stopped.
    ServiceGraph count(const BitSet* traces, const StopToken& stop = {}, const GraphGroups* groups = nullptr) const;

private:
    friend class GraphFollower;
    static constexpr uint16_t kNoBucket = 0xffff;
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
    size_t counters() const { return edges_.size() + nodes_.size(); }

    struct Totals {
        std::vector<uint64_t> calls, errors; ///< by counter
        std::vector<uint64_t> waits;         ///< by edge
        std::vector<uint64_t> spans;         ///< by node
        std::vector<__int128> selfTime;      ///< by node
        uint64_t traces = 0, unnamed = 0, orphans = 0, incomplete = 0;
        void addTrace(const TraceSummary& summary, uint32_t unnamedCalls, uint64_t times = 1); ///< ~0: takes it away
        explicit Totals(const GraphCalls& of) : calls(of.counters()), errors(of.counters()), waits(of.edges_.size()), spans(of.nodes_.size()), selfTime(of.nodes_.size()) {}
    };
    struct Quantiles {
        uint64_t values = 0; ///< that they are of
        int64_t p50 = 0, p95 = 0, p99 = 0;
    };
    using Counters = std::span<const uint32_t>;
    using QuantilesOf = std::function<Quantiles(Counters)>; ///< of several counters together
    /// A graph, and which counters its nodes and edges are the sums of.
    struct Counted {
        ServiceGraph graph;
        std::vector<std::vector<uint32_t>> nodes, edges;
        std::vector<uint32_t> placeOf; ///< by node: its place among the graph's; kNoNode: it does not occur
    };
    Counted assemble(const Totals& totals, const GraphGroups* groups, const QuantilesOf& durations, const QuantilesOf& waits) const;
    void placeNodes(const Totals& totals, const GraphGroups* groups, Counted& counted) const;
    void placeEdges(const Totals& totals, Counted& counted) const;
    void countNodes(const Totals& totals, const QuantilesOf& durations, Counted& counted) const;
    void countEdges(const Totals& totals, const QuantilesOf& durations, const QuantilesOf& waits, Counted& counted) const;

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

public:
    // --- Call by call, for statistics that have to know which calls are of one trace.
    const SpanTable& table() const { return table_; }
    const std::vector<ServiceGraph::Node>& nodes() const { return nodes_; } ///< of the graph of all traces; without numbers
    const std::vector<ServiceGraph::Edge>& edges() const { return edges_; }
    /// Ids of the nodes at both ends of each edge that a trace has calls of, as in a graph of these groups; sorted. O(calls of the trace)
    using NodeIds = std::pair<std::string, std::string>;
    std::vector<NodeIds> edgesOf(TraceIndex trace, const GraphGroups* groups = nullptr) const;
    /// f(counter, whether it failed, ns or -1 without a duration) for each call of a trace and each entry span of its services.
    /// Counters are edges, then nodes.
    template <typename F>
    void forEachCallOf(size_t trace, F&& f) const {
        for (const Call& call : calls_.of(trace))
            f(call.counter, call.isError, call.timed == kNoRow ? int64_t(-1) : table_.duration(call.timed));
    }
};

} // namespace aisle
