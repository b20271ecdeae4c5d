#pragma once
// Where the time and the failures of a service graph are: what takes longer to find out than counts and quantiles.
//
// - Time on the critical path (analysis/waterfall_path.h): of a service the sections of its spans, but those of a span that calls
//   what has no spans of its own (a database, a queue, another company) are of what it calls. So the times of all nodes add up
//   to the whole. Of an edge: of its calls, what they and all below them take on the path. Paths that begin at a span whose parent
//   is missing are totalled apart, unless the trace has no other.
// - Gap: what a call takes longer for who calls than for who answers: the network, and waiting to be accepted. Of calls that are one
//   pair of spans and that are no message; clocks play no part in it. What answers longer than it is waited for has no gap.
// - Requests: entry spans of the caller (of a queue: of who sends to it) that make calls of an edge, how many of its calls they make, and
//   how many one of them makes at most.
// - Retries: calls after one of the same name, below the same parent and along the same edge, had failed and ended; and deliveries of a
//   message after one of the same name had.
// - Weights: how many calls stand for what was recorded of sampled traces (analysis/sampling.h).

#include "analysis/error_kinds.h"
#include "analysis/sampling.h"
#include "query/context.h"
#include "service_graph/service_graph.h"

#include <span>

namespace aisle {

struct GraphDetails {
    struct Failures {
        std::string kind; ///< see ErrorKinds
        uint64_t count = 0;
    };
    struct Instance {
        std::string name; ///< service.instance.id, pod or host; empty: spans that name none
        uint64_t calls = 0, errors = 0; ///< entry spans
        uint64_t timed = 0; ///< of these, those that have a duration
        int64_t p95 = 0; ///< ns; 0 where none has
    };
    struct Node {
        int64_t criticalTime = 0; ///< ns
        double weight = 0; ///< as Node::calls, estimated
        std::vector<Failures> failures;  ///< most frequent first, ties by kind; at most kMostKinds, the rest is "other"
        std::vector<Instance> instances; ///< of a service; busiest first, at most kMostInstances
        uint32_t instanceCount = 0;      ///< that take calls
        /// Calls of the busiest instance against what each would have if all had as many; 1: balanced; 0: there are no two.
        double imbalance = 0;
    };
    struct Edge {
        int64_t criticalTime = 0;          ///< ns
        double weight = 0;
        int64_t gapP50 = 0, gapP95 = 0;    ///< ns, nearest rank
        uint64_t gaps = 0;                 ///< calls that have one
        uint64_t retries = 0;
        uint64_t requests = 0, requestCalls = 0, mostOfOne = 0; ///< `requestCalls`: those that a request is known of
        std::vector<Failures> failures;
        double perRequest() const { return requests == 0 ? 0 : static_cast<double>(requestCalls) / static_cast<double>(requests); }
    };
    static constexpr size_t kMostKinds = 8, kMostInstances = 50;

    std::vector<Node> nodes; ///< by node of the graph
    std::vector<Edge> edges; ///< by edge of the graph
    int64_t criticalTime = 0; ///< ns, of all traces looked at; saturated
    int64_t orphanTime = 0;   ///< ns, of paths that are not in it: they begin at a span whose parent is missing, beside others of its trace
    uint64_t sampledTraces = 0;
    double estimatedTraces = 0;
    /// From 0 to 1, of `criticalTime`; 0 of nothing.
    double criticalShare(int64_t time) const { return criticalTime > 0 ? static_cast<double>(time) / static_cast<double>(criticalTime) : 0; }
};

/// Of an exact graph (with pairs) of these traces; null: of all. Calls between members of a group count for its edge to itself. Throws
/// Stopped. O(n log n); 5 M spans take some seconds, most of it for critical paths. Keep it off the UI thread.
GraphDetails graphDetails(const SpanTable& table, const ServiceGraph& graph, const BitSet* traces, const ErrorKinds& kinds, const Sampling& sampling, const StopToken& stop = {});
/// Of the nodes and edges of a graph that is a part of the one that these are of, by their numbers there (LensedGraph has them).
GraphDetails detailsOf(const GraphDetails& details, std::span<const uint32_t> nodeNumbers, std::span<const uint32_t> edgeNumbers);
/// graphDetails() with what the workspace knows, worked out once for whoever asks about the same graph; `context` has a graph.
std::shared_ptr<const GraphDetails> graphDetails(const traceql::Context& context, const ServiceGraphPtr& graph, const BitSet* traces, const StopToken& stop = {});

} // namespace aisle
