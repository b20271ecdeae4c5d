// From counters to a graph: what occurs, what is brought together, and its numbers.
#include "service_graph/graph_calls.h"

#include "analysis/saturating.h"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace aisle {

using NodeKind = ServiceGraph::NodeKind;
using EdgeKind = ServiceGraph::EdgeKind;

namespace {
constexpr uint32_t kNoNode = ServiceGraph::kNoNode;

uint64_t sum(const std::vector<uint64_t>& counts, std::span<const uint32_t> counters) {
    uint64_t total = 0;
    for (const uint32_t counter : counters)
        total += counts[counter];
    return total;
}
} // namespace

void GraphCalls::Totals::addTrace(const TraceSummary& summary, uint32_t unnamedCalls, uint64_t times) {
    traces += times;
    unnamed += times * unnamedCalls;
    orphans += times * summary.orphans;
    incomplete += summary.orphans > 0 ? times : 0;
}

GraphCalls::Counted GraphCalls::assemble(const Totals& totals, const GraphGroups* groups, const QuantilesOf& durations, const QuantilesOf& waits) const {
    Counted counted;
    ServiceGraph& graph = counted.graph;
    graph.traces = totals.traces;
    graph.unnamedCalls = totals.unnamed;
    graph.orphans = totals.orphans;
    graph.incompleteTraces = totals.incomplete;
    placeNodes(totals, groups, counted);
    placeEdges(totals, counted);
    countNodes(totals, durations, counted);
    countEdges(totals, durations, waits, counted);
    return counted;
}

/// Nodes by themselves in their order, then groups by name.
void GraphCalls::placeNodes(const Totals& totals, const GraphGroups* groups, Counted& counted) const {
    ServiceGraph& graph = counted.graph;
    std::vector<uint8_t> occurs(nodes_.size());
    for (size_t n = 0; n < nodes_.size(); ++n)
        occurs[n] = totals.spans[n] > 0;
    for (size_t e = 0; e < edges_.size(); ++e)
        if (totals.calls[e] > 0)
            occurs[edges_[e].from] = occurs[edges_[e].to] = 1;
    counted.placeOf.assign(nodes_.size(), kNoNode);
    std::map<std::string_view, std::vector<uint32_t>> members; // by name of the group
    for (uint32_t n = 0; n < nodes_.size(); ++n) {
        if (occurs[n] == 0)
            continue;
        if (groups != nullptr) {
            if (const auto group = groups->of.find(nodes_[n].id); group != groups->of.end()) {
                members[groups->names[group->second]].push_back(n);
                continue;
            }
        }
        counted.placeOf[n] = static_cast<uint32_t>(graph.nodes.size());
        graph.nodes.push_back(nodes_[n]);
    }
    for (const auto& [name, nodes] : members) {
        ServiceGraph::Node group;
        group.kind = NodeKind::Group;
        group.name = name;
        group.id = std::string(nodeKindName(group.kind)) + ':' + group.name;
        group.members = static_cast<uint32_t>(nodes.size());
        for (const uint32_t n : nodes)
            counted.placeOf[n] = static_cast<uint32_t>(graph.nodes.size());
        graph.nodes.push_back(std::move(group));
    }
    graph.nodeOfService.resize(nodeOfService_.size(), kNoNode);
    for (size_t service = 0; service < nodeOfService_.size(); ++service)
        if (nodeOfService_[service] < nodes_.size() && nodes_[nodeOfService_[service]].service == service)
            graph.nodeOfService[service] = counted.placeOf[nodeOfService_[service]];
}

void GraphCalls::placeEdges(const Totals& totals, Counted& counted) const {
    ServiceGraph& graph = counted.graph;
    std::vector<uint32_t> order;
    for (uint32_t e = 0; e < edges_.size(); ++e)
        if (totals.calls[e] > 0)
            order.push_back(e);
    const auto ends = [&](uint32_t e) { return std::pair(counted.placeOf[edges_[e].from], counted.placeOf[edges_[e].to]); };
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return ends(a) < ends(b); });
    for (size_t i = 0; i < order.size(); ++i) {
        const EdgeKind kind = edges_[order[i]].kind;
        if (i == 0 || ends(order[i]) != ends(order[i - 1])) {
            ServiceGraph::Edge edge;
            std::tie(edge.from, edge.to) = ends(order[i]);
            edge.kind = kind;
            graph.edges.push_back(edge);
            counted.edges.emplace_back();
        } else if (graph.edges.back().kind != kind) {
            graph.edges.back().kind = EdgeKind::Sync; // of a group: calls of several kinds
        }
        counted.edges.back().push_back(order[i]);
    }
}

std::vector<GraphCalls::NodeIds> GraphCalls::edgesOf(TraceIndex trace, const GraphGroups* groups) const {
    const auto idOf = [&](uint32_t node) {
        if (groups != nullptr)
            if (const auto group = groups->of.find(nodes_[node].id); group != groups->of.end())
                return std::string(nodeKindName(NodeKind::Group)) + ':' + groups->names[group->second];
        return nodes_[node].id;
    };
    std::unordered_set<uint32_t> called;
    for (const Call& call : calls_.of(trace))
        if (call.counter < edges_.size())
            called.insert(call.counter);
    std::vector<NodeIds> out;
    for (const uint32_t e : called)
        out.emplace_back(idOf(edges_[e].from), idOf(edges_[e].to));
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

void GraphCalls::countNodes(const Totals& totals, const QuantilesOf& durations, Counted& counted) const {
    ServiceGraph& graph = counted.graph;
    const auto edges = static_cast<uint32_t>(edges_.size());
    counted.nodes.resize(graph.nodes.size());
    std::vector<__int128> selfTime(graph.nodes.size());
    for (uint32_t n = 0; n < nodes_.size(); ++n) {
        const uint32_t place = counted.placeOf[n];
        if (place == kNoNode)
            continue;
        ServiceGraph::Node& node = graph.nodes[place];
        node.spans += totals.spans[n];
        graph.spans += totals.spans[n];
        selfTime[place] += totals.selfTime[n];
        if (node.kind == NodeKind::Service)
            counted.nodes[place] = {edges + n};
        else if (node.kind != NodeKind::Group)
            counted.nodes[place] = edgesOfPeer_[n];
    }
    for (size_t e = 0; e < graph.edges.size(); ++e) {
        const auto& [from, to] = std::pair(graph.edges[e].from, graph.edges[e].to);
        if (from != to && graph.nodes[to].kind == NodeKind::Group)
            counted.nodes[to].insert(counted.nodes[to].end(), counted.edges[e].begin(), counted.edges[e].end());
    }
    for (size_t place = 0; place < graph.nodes.size(); ++place) {
        ServiceGraph::Node& node = graph.nodes[place];
        node.selfTime = clamped(selfTime[place]);
        node.calls = sum(totals.calls, counted.nodes[place]);
        node.errors = sum(totals.errors, counted.nodes[place]);
        const Quantiles q = durations(counted.nodes[place]);
        node.timed = q.values;
        node.p50 = q.p50;
        node.p95 = q.p95;
        node.p99 = q.p99;
    }
}

void GraphCalls::countEdges(const Totals& totals, const QuantilesOf& durations, const QuantilesOf& waits, Counted& counted) const {
    for (size_t e = 0; e < counted.edges.size(); ++e) {
        ServiceGraph::Edge& edge = counted.graph.edges[e];
        const Counters counters = counted.edges[e];
        edge.calls = sum(totals.calls, counters);
        edge.errors = sum(totals.errors, counters);
        const Quantiles q = durations(counters);
        edge.timed = q.values;
        edge.p50 = q.p50;
        edge.p95 = q.p95;
        edge.p99 = q.p99;
        edge.waits = sum(totals.waits, counters);
        if (edge.waits > 0) {
            const Quantiles w = waits(counters);
            edge.waitP50 = w.p50;
            edge.waitP95 = w.p95;
        }
    }
}

} // namespace aisle
