#pragma once
// What differs between the service graphs of two sets of traces: before and after a release, a quiet and a peak hour, customers
// who bought and who did not. Which service, database or call changed in rate, failures and latency, and what matters most.
//
// A change is clear when its interval does not hold "no change". The traces are the independent units, not the calls; all
// intervals hold together with 95 % confidence (analysis/clustered.h has the statistics and where they come from). That goes for
// sets without a trace in common that were not chosen by what is compared: traces chosen for being slow are clearly slower.
// A trace in both sets counts on both sides, which makes differences smaller and intervals wider than need be.
//
// Impact, by which changes are ranked, is customers' time, ns per trace: what the calls of a trace take more or less, and for
// each failed call more or less a trace of median duration, as if who fails had to try again. Of a service it is the time that
// it takes itself (ServiceGraph::Node::selfTime), so that a slow callee does not count for all services above it; of edges and
// peers what the calls take, so that a call counts those made within it. Both parts count without their sign, or what fails
// fast would cancel out, and they count where they are clear; where nothing is clear, both.
//
// Thread: any; pure functions over immutable input. Times are ns.

#include "export/tabular.h"
#include "selection/scope.h"
#include "service_graph/graph_calls.h"

#include <string>
#include <vector>

namespace aisle {

/// One quantity on both sides.
struct Change {
    double before = 0, after = 0;
    double low = 0, high = 0; ///< of after - before, of rates of after / before; may be infinite
    double unchanged = 0;     ///< what low and high lie around without a change: 0, of rates 1
    bool isTested = false;    ///< else there are too few traces to tell, and low and high mean nothing
    bool isClear() const { return isTested && (low > unchanged || high < unchanged); }
};

/// What changed about a node or an edge.
struct GraphChange {
    enum class Presence : uint8_t { Both, Added, Removed };
    Presence presence = Presence::Both;
    uint64_t callsBefore = 0, callsAfter = 0, errorsBefore = 0, errorsAfter = 0; ///< as in ServiceGraph
    uint64_t timedBefore = 0, timedAfter = 0; ///< of these calls, those that have a duration
    Change rate;            ///< calls per second or per trace
    Change errorShare;      ///< of the calls, 0..1
    Change p50, p95;        ///< ns, nearest rank; 0 without durations
    double timeChange = 0;  ///< ns per trace: of a service itself, else of the calls
    double errorChange = 0; ///< failed calls per 1,000 traces
    double impact = 0;      ///< ns per trace, at least 0
    std::string sentence;   ///< in English

    bool isClear() const { return rate.isClear() || errorShare.isClear() || p50.isClear() || p95.isClear(); }
    bool isTested() const { return rate.isTested || errorShare.isTested || p50.isTested || p95.isTested; }
};

enum class RatePer : uint8_t {
    Second, ///< sets of different times; traces are taken to arrive independently of each other
    Trace   ///< sets of one time: how many traces are in them says nothing
};

/// One of the two sets.
struct GraphSide {
    const BitSet& traces; ///< by TraceIndex, all of SpanTable::traceSlots()
    int64_t length = 0;   ///< ns that were observed; of RatePer::Second only
};

struct GraphDifference {
    /// Nodes and edges of either with what they are after, or were before where they are gone; pairs, spans and traces of both.
    ServiceGraph graph;
    std::vector<GraphChange> nodes, edges; ///< of graph.nodes, graph.edges
    struct Place {
        bool isNode = false;
        uint32_t number = 0; ///< in nodes, or in edges
    };
    std::vector<Place> ranked; ///< all of them: clear ones first, then by impact
    uint64_t tracesBefore = 0, tracesAfter = 0;
    uint64_t tested = 0;       ///< intervals that hold together
    int64_t failure = 0;       ///< ns that a failed call counts for: the median duration of the traces of both sides
    RatePer per = RatePer::Trace;
    static constexpr double kConfidence = 0.95;

    const GraphChange& at(Place place) const { return (place.isNode ? nodes : edges)[place.number]; }
};

/// O(n) of the calls, with a copy of their durations for as long as it takes. Throws Stopped. Measured: two halves of 5 M spans in
/// 500,000 traces in 0.8 s with 36 edges, in 1.0 s with 4,900, on one core.
GraphDifference graphDifference(const GraphCalls& calls, const GraphSide& before, const GraphSide& after, RatePer per, const StopToken& stop = {});

enum class ChangesOf { All, Nodes, Edges };
/// As they are ranked.
std::vector<GraphDifference::Place> placesOf(const GraphDifference& difference, ChangesOf which);
/// One row for each of these places.
Tabular tabulate(const GraphDifference& difference, ChangesOf which = ChangesOf::All);

/// What changed in plain words: "p95 rose from 120 ms to 480 ms (95 %: +300 ms to +420 ms)."
std::string sentenceOf(const GraphChange& change, RatePer per);

/// Of what a scope selects from another one (see traceSides()); an empty baseline is all other traces. Rates are by second where the two
/// are of times that share less than a tenth of the shorter one, else by trace. Throws StoreError and Stopped.
GraphDifference graphDifference(const traceql::Context& context, const ScopeResult& selected, const Scope& baseline, const StopToken& stop = {});

} // namespace aisle
