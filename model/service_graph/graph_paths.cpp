#include "service_graph/graph_paths.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace aisle {

NodeEdges::NodeEdges(const ServiceGraph& graph, Side side) : side_(side), first_(graph.nodes.size() + 1), edges_(graph.edges.size()) {
    const auto nodeOf = [&](uint32_t e) { return side == Side::Out ? graph.edges[e].from : graph.edges[e].to; };
    for (uint32_t e = 0; e < edges_.size(); ++e)
        ++first_[nodeOf(e) + 1];
    for (size_t n = 1; n < first_.size(); ++n)
        first_[n] += first_[n - 1];
    std::vector<uint32_t> next(first_.begin(), first_.end() - 1);
    for (uint32_t e = 0; e < edges_.size(); ++e)
        edges_[next[nodeOf(e)]++] = e;
}

Reach reach(const ServiceGraph& graph, const NodeEdges& edges, uint32_t start, uint32_t notThrough) {
    Reach out;
    out.hops.assign(graph.nodes.size(), Reach::kNever);
    out.hops[start] = 0;
    out.order.push_back(start);
    for (size_t i = 0; i < out.order.size(); ++i) {
        const uint32_t node = out.order[i];
        if (node == notThrough && node != start)
            continue;
        for (const uint32_t e : edges.of(node)) {
            const uint32_t other = edges.side() == NodeEdges::Side::Out ? graph.edges[e].to : graph.edges[e].from;
            if (out.hops[other] != Reach::kNever)
                continue;
            out.hops[other] = out.hops[node] + 1;
            out.order.push_back(other);
        }
    }
    return out;
}

std::vector<uint32_t> shortestPath(const ServiceGraph& graph, uint32_t from, uint32_t to) {
    constexpr uint32_t kNone = Reach::kNever;
    const NodeEdges out(graph, NodeEdges::Side::Out);
    const Reach back = reach(graph, NodeEdges(graph, NodeEdges::Side::In), to);
    std::vector<uint64_t> least(graph.nodes.size(), std::numeric_limits<uint64_t>::max()); // calls of an edge on the best way on
    std::vector<uint32_t> next(graph.nodes.size(), kNone);
    const auto leastAlong = [&](uint32_t e) { return std::min(graph.edges[e].calls, least[graph.edges[e].to]); };
    const auto choose = [&](uint32_t node) { // the first edge of the best way; what is nearer has been chosen before
        uint32_t best = kNone;
        const auto rank = [&](uint32_t e) { return std::tuple(back.hops[graph.edges[e].to], ~leastAlong(e), ~graph.edges[e].calls); };
        for (const uint32_t e : out.of(node))
            if (back.hops[graph.edges[e].to] != Reach::kNever && (best == kNone || rank(e) < rank(best)))
                best = e;
        return best;
    };
    for (const uint32_t node : back.order) {
        if (node == to)
            continue;
        next[node] = choose(node);
        least[node] = leastAlong(next[node]);
    }
    std::vector<uint32_t> path;
    for (uint32_t e = choose(from); e != kNone; e = graph.edges[e].to == to ? kNone : next[graph.edges[e].to])
        path.push_back(e);
    return path;
}

} // namespace aisle
