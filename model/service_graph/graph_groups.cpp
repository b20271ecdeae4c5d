#include "service_graph/graph_groups.h"

#include "store/context_attributes.h"

#include <algorithm>
#include <map>
#include <set>

namespace aisle {

using NodeKind = ServiceGraph::NodeKind;

namespace {

constexpr uint32_t kNone = 0xffffffffU;

bool isPeer(NodeKind kind) {
    return kind == NodeKind::Queue || kind == NodeKind::Cache || kind == NodeKind::Database || kind == NodeKind::External;
}

std::string_view nameOfKind(NodeKind kind) {
    switch (kind) {
    case NodeKind::Service: return "Services";
    case NodeKind::Queue: return "Queues";
    case NodeKind::Cache: return "Caches";
    case NodeKind::Database: return "Databases";
    case NodeKind::External: return "External systems";
    case NodeKind::User:
    case NodeKind::Group: break;
    }
    return {};
}

/// Spans that are not hidden, by context.
std::vector<uint64_t> spansOfContexts(const SpanTable& table, const StopToken& stop) {
    std::vector<uint64_t> out(table.contextCount());
    size_t seen = 0;
    table.forEachRow([&](Row row) {
        if ((++seen & 0xffff) == 0)
            stop.check();
        ++out[table.context(row)];
    });
    return out;
}

/// The same as forEachResource(), of contexts that have spans: f(service, spans, resource).
template <typename F>
void forEachUsedResource(Database& db, const SpanTable& table, const StopToken& stop, F&& f) {
    const std::vector<uint64_t> spans = spansOfContexts(table, stop);
    forEachResource(
        db, table,
        [&](uint32_t context, ResourceAttributes resource) {
            if (spans[context] > 0)
                f(table.contextInfo(context).service, spans[context], resource);
        },
        stop);
}

std::string_view valueOf(ResourceAttributes resource, std::span<const std::string_view> keys) {
    for (const std::string_view key : keys)
        for (const auto& [k, value] : resource)
            if (k == key && !value.empty())
                return value;
    return {};
}

} // namespace

GraphGroups groupByKind(const ServiceGraph& graph) {
    GraphGroups out;
    std::map<NodeKind, uint32_t> number;
    for (const auto& node : graph.nodes)
        if (!nameOfKind(node.kind).empty())
            number[node.kind] = 0;
    for (auto& [kind, n] : number) {
        n = static_cast<uint32_t>(out.names.size());
        out.names.emplace_back(nameOfKind(kind));
    }
    for (const auto& node : graph.nodes)
        if (const auto found = number.find(node.kind); found != number.end())
            out.of.emplace(node.id, found->second);
    return out;
}

GraphGroups groupByValue(const ServiceGraph& graph, std::span<const std::string> valueOfService) {
    const auto valueOf = [&](const ServiceGraph::Node& node) {
        const bool isKnown = node.kind == NodeKind::Service && node.service < valueOfService.size();
        return isKnown ? std::string_view(valueOfService[node.service]) : std::string_view();
    };
    std::map<std::string_view, uint32_t> number;
    for (const auto& node : graph.nodes)
        if (!valueOf(node).empty())
            number[valueOf(node)] = 0;
    GraphGroups out;
    for (auto& [value, n] : number) {
        n = static_cast<uint32_t>(out.names.size());
        out.names.emplace_back(value);
    }
    std::vector<uint32_t> groupOf(graph.nodes.size(), kNone);
    for (size_t n = 0; n < graph.nodes.size(); ++n)
        if (const auto found = number.find(valueOf(graph.nodes[n])); found != number.end())
            groupOf[n] = found->second;
    // Peers: all neighbours in one group, or none.
    std::vector<bool> hasNeighbour(graph.nodes.size());
    const auto neighbour = [&](uint32_t peer, uint32_t other) {
        if (!isPeer(graph.nodes[peer].kind) || isPeer(graph.nodes[other].kind))
            return;
        if (!hasNeighbour[peer])
            groupOf[peer] = groupOf[other];
        else if (groupOf[peer] != groupOf[other])
            groupOf[peer] = kNone;
        hasNeighbour[peer] = true;
    };
    for (const auto& edge : graph.edges) {
        neighbour(edge.from, edge.to);
        neighbour(edge.to, edge.from);
    }
    for (size_t n = 0; n < graph.nodes.size(); ++n)
        if (groupOf[n] != kNone)
            out.of.emplace(graph.nodes[n].id, groupOf[n]);
    return out;
}

std::vector<std::string> mostCommonValues(Database& db, const SpanTable& table, std::span<const std::string_view> keys,
                                          const StopToken& stop) {
    std::map<std::pair<uint32_t, std::string>, uint64_t> counts; // by service and value
    forEachUsedResource(db, table, stop, [&](uint32_t service, uint64_t spans, ResourceAttributes resource) {
        if (const std::string_view value = valueOf(resource, keys); !value.empty())
            counts[{service, std::string(value)}] += spans;
    });
    std::vector<std::string> out(table.services().size());
    std::vector<uint64_t> most(out.size());
    for (const auto& [key, spans] : counts) {
        if (spans <= most[key.first])
            continue;
        most[key.first] = spans;
        out[key.first] = key.second;
    }
    return out;
}

std::vector<GroupKey> groupKeys(Database& db, const SpanTable& table, const StopToken& stop) {
    std::map<std::string_view, std::set<uint32_t>> services;
    forEachUsedResource(db, table, stop, [&](uint32_t service, uint64_t, ResourceAttributes resource) {
        for (const auto& [key, value] : resource)
            services[key].insert(service);
    });
    std::vector<GroupKey> out;
    for (const auto& [key, of] : services)
        out.push_back({std::string(key), static_cast<uint32_t>(of.size())});
    std::stable_sort(out.begin(), out.end(), [](const GroupKey& a, const GroupKey& b) { return a.services > b.services; });
    return out;
}

} // namespace aisle
