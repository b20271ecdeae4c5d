#include "service_graph/service_graph.h"

#include "service_graph/graph_calls.h"

#include <algorithm>

namespace aisle {

std::string_view nodeKindName(ServiceGraph::NodeKind kind) {
    constexpr std::string_view kNames[] = {"user", "service", "queue", "cache", "database", "external", "group"};
    return kNames[static_cast<size_t>(kind)];
}

std::string_view edgeKindName(ServiceGraph::EdgeKind kind) {
    constexpr std::string_view kNames[] = {"sync", "messaging", "database", "external"};
    return kNames[static_cast<size_t>(kind)];
}

std::optional<uint32_t> ServiceGraph::nodeById(std::string_view id) const {
    for (uint32_t i = 0; i < nodes.size(); ++i)
        if (nodes[i].id == id)
            return i;
    return std::nullopt;
}

ServiceGraph serviceGraph(const SpanTable& table, const BitSet* traces, const PeerColumns& peers, const StopToken& stop) {
    return GraphCalls(table, peers, stop).count(traces, stop);
}

std::optional<std::vector<Row>> edgeRows(const ServiceGraph& graph, std::string_view from, std::string_view to) {
    std::optional<std::vector<Row>> rows;
    for (size_t e = 0; e < graph.edges.size(); ++e) {
        if (graph.nodes[graph.edges[e].from].name != from || graph.nodes[graph.edges[e].to].name != to)
            continue;
        if (!rows)
            rows.emplace();
        for (const auto& pair : graph.pairsOf(e))
            rows->push_back(pair.server != kNoRow ? pair.server : pair.client);
    }
    if (rows) {
        std::sort(rows->begin(), rows->end());
        rows->erase(std::unique(rows->begin(), rows->end()), rows->end());
    }
    return rows;
}

std::optional<std::vector<Row>> edgeRowsOf(const void* graph, std::string_view from, std::string_view to) {
    return edgeRows(*static_cast<const ServiceGraph*>(graph), from, to);
}

} // namespace aisle
