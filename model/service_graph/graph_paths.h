#pragma once
// Ways through a service graph, along its calls. Cycles and calls of a node to itself are allowed. Everything is iterative and
// O(nodes + edges). Thread: any; pure functions. Node and edge numbers are those of the graph and must be in it.

#include "service_graph/service_graph.h"

#include <cstdint>
#include <span>
#include <vector>

namespace aisle {

/// The edges of each node, in the order of their numbers.
class NodeEdges {
public:
    enum class Side : uint8_t { Out, In };
    NodeEdges(const ServiceGraph& graph, Side side);
    std::span<const uint32_t> of(uint32_t node) const { return {edges_.data() + first_[node], first_[node + 1] - first_[node]}; }
    Side side() const { return side_; }

private:
    Side side_;
    std::vector<uint32_t> first_, edges_;
};

struct Reach {
    static constexpr uint32_t kNever = 0xffffffffU;
    std::vector<uint32_t> hops;  ///< by node: fewest calls from the start, or to it (Side::In); kNever: no way
    std::vector<uint32_t> order; ///< the nodes that are reached, nearest first
};
/// What is reached from `start`. Ways end at `notThrough` (a node number), unless that is the start.
Reach reach(const ServiceGraph& graph, const NodeEdges& edges, uint32_t start, uint32_t notThrough = Reach::kNever);

/// The way with the fewest edges; of several the one whose least called edge has the most calls. Edge numbers, in the order they are
/// gone; empty: there is none. From a node to itself: the shortest cycle.
std::vector<uint32_t> shortestPath(const ServiceGraph& graph, uint32_t from, uint32_t to);

} // namespace aisle
