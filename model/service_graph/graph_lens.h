#pragma once
// Which part of a service graph is on show: what is around a node, the ways from one node to another, the edges that matter most.
//
// Thread: any; pure. O(nodes + edges), and the pairs of the edges that are shown; iterative.

#include "service_graph/service_graph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace aisle {

struct GraphLens {
    enum class Direction : uint8_t { Both, Upstream, Downstream };
    std::string around;              ///< id of a node; empty: everything, whatever the next three say
    uint32_t hops = 0;               ///< shown are ways of at most so many calls that start or end at `around`; 0: of any length
    Direction direction = Direction::Both; ///< its callers, its callees, or both: but no callers of callees
    std::string pathTo;              ///< id of a node: shown are the ways from `around` to it, in whichever `direction`
    uint32_t mostEdges = 0;          ///< so many of these, those with most calls, failures or time; 0: all
    bool operator==(const GraphLens&) const = default;
    bool isEverything() const { return around.empty() && mostEdges == 0; }
};

/// What is left out of a graph.
struct GraphHidden {
    uint64_t nodes = 0, edges = 0;
    uint64_t calls = 0, errors = 0; ///< of these edges
    /// For what leaves the window, without names: "40 nodes and 2 edges are not shown: 12 calls, 3 failed."; empty: all is shown.
    std::string sentence() const;
    bool operator==(const GraphHidden&) const = default;
};

struct LensedGraph {
    /// Nodes and edges as in the full graph, with all their numbers: a node counts calls over edges that are not shown, too. So do
    /// `spans`, `traces` and `unnamedCalls`.
    ServiceGraph graph;
    std::vector<uint32_t> nodeNumbers, edgeNumbers; ///< of the full graph, by the numbers of `graph`; they ascend
    std::vector<uint32_t> shortestPath; ///< with `pathTo`: edge numbers of `graph`, see aisle::shortestPath()
    GraphHidden hidden;
    /// For people, what is left out or why nothing could be shown; empty: everything is shown, as was asked.
    std::string sentence;
};

/// - `around`: an edge is shown when it lies on a directed way from (or to) the node of at most `hops` calls, `around` always; so
///   calls between two callees are shown from two hops on. Other nodes are left out.
/// - `pathTo`: an edge is shown when it lies on a way that leaves `around` once and arrives at `pathTo` once, detours and cycles
///   between them included. When there is none, nothing is shown, and the sentence says whether there is a way back.
/// - `mostEdges`: an edge ranks by the largest of its shares in the calls, the failures and the time of what the rest of the lens
///   shows, so that an edge which holds half of the failures comes before one that holds a third of the calls. Its time is calls x
///   p50, the typical call for all: for a rank that will do, and it needs no spans. Ties: the lower number. The shortest path stays
///   whole and counts. Nodes that lose all of their edges are left out, but not `around`, nor those that had none.
/// - An id that is not in the graph (a scope without that node, a lens of another file): `around` and `pathTo` are passed over, and
///   the sentence says so.
LensedGraph applyLens(const ServiceGraph& graph, const GraphLens& lens);

} // namespace aisle
