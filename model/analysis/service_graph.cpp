#include "analysis/service_graph.h"

#include "analysis/quantile.h"
#include "analysis/saturating.h"
#include "analysis/service_graph_calls.h"

#include <algorithm>

namespace aisle {

using NodeKind = ServiceGraph::NodeKind;
using EdgeKind = ServiceGraph::EdgeKind;
using Pairs = std::span<const ServiceGraph::SpanPair>;

namespace {

/// What calls come to: used for edges and for nodes that have no spans.
struct Totals {
    uint64_t calls = 0, errors = 0;
    std::vector<int64_t> durations;
};

bool hasDuration(const SpanTable& table, Row row) {
    return (table.flags(row) & (kUnfinished | kNegative)) == 0 && table.duration(row) >= 0;
}

/// Adds the calls of sorted pairs: consecutive pairs of one client are one call, except for messages.
void addCalls(const SpanTable& table, Pairs pairs, bool clientGroups, bool serverTimes, Totals& totals) {
    for (size_t from = 0; from < pairs.size();) {
        const Row client = pairs[from].client;
        size_t to = from + 1;
        while (clientGroups && client != kNoRow && to < pairs.size() && pairs[to].client == client)
            ++to;
        bool isError = client != kNoRow && table.isError(client);
        for (size_t i = from; i < to; ++i)
            isError = isError || (pairs[i].server != kNoRow && table.isError(pairs[i].server));
        ++totals.calls;
        totals.errors += isError;
        const Row server = pairs[from].server;
        const Row timed = client == kNoRow || (serverTimes && server != kNoRow) ? server : client;
        if (timed != kNoRow && hasDuration(table, timed))
            totals.durations.push_back(table.duration(timed));
        from = to;
    }
}

EdgeKind edgeKind(NodeKind from, NodeKind to, bool onlyMessages) {
    if (from == NodeKind::Queue || to == NodeKind::Queue || onlyMessages)
        return EdgeKind::Messaging;
    if (to == NodeKind::Database || to == NodeKind::Cache)
        return EdgeKind::Database;
    return to == NodeKind::External ? EdgeKind::External : EdgeKind::Sync;
}

/// Waits of messages: from the end of the producer to the start of the consumer.
void measureWaits(const SpanTable& table, Pairs pairs, ServiceGraph::Edge& edge) {
    std::vector<int64_t> waits;
    for (const auto& pair : pairs)
        if (pair.client != kNoRow && pair.server != kNoRow && ((table.flags(pair.client) | table.flags(pair.server)) & kNoStart) == 0)
            waits.push_back(table.start(pair.server) - table.end(pair.client));
    edge.waits = waits.size();
    edge.waitP50 = quantile(waits, 0.5);
    edge.waitP95 = quantile(waits, 0.95);
}

struct ServiceTotals {
    std::vector<Totals> entries;
    std::vector<uint64_t> spans;
    std::vector<int64_t> selfTime;
};

ServiceTotals totalServices(const SpanTable& table, const CallFinder& calls, const StopToken& stop) {
    ServiceTotals totals;
    totals.entries.resize(table.services().size());
    totals.spans.resize(table.services().size());
    totals.selfTime.resize(table.services().size());
    size_t seen = 0;
    table.forEachRow([&](Row row) {
        if (++seen % kSegmentRows == 0)
            stop.check();
        if (!calls.isIn(row))
            return;
        const uint32_t service = table.service(row);
        ++totals.spans[service];
        addSaturated(totals.selfTime[service], table.selfTime(row));
        if (!table.isEntry(row))
            return;
        Totals& entries = totals.entries[service];
        ++entries.calls;
        entries.errors += table.isError(row);
        if (hasDuration(table, row))
            entries.durations.push_back(table.duration(row));
    });
    return totals;
}

void setNumbers(ServiceGraph::Node& node, Totals& totals) {
    node.calls = totals.calls;
    node.errors = totals.errors;
    node.p50 = quantile(totals.durations, 0.5);
    node.p95 = quantile(totals.durations, 0.95);
}

} // namespace

std::string_view nodeKindName(NodeKind kind) {
    constexpr std::string_view kNames[] = {"user", "service", "queue", "cache", "database", "external"};
    return kNames[static_cast<size_t>(kind)];
}

std::string_view edgeKindName(EdgeKind kind) {
    constexpr std::string_view kNames[] = {"sync", "messaging", "database", "external"};
    return kNames[static_cast<size_t>(kind)];
}

std::optional<uint32_t> ServiceGraph::nodeById(std::string_view id) const {
    for (uint32_t i = 0; i < nodes.size(); ++i)
        if (nodes[i].id == id)
            return i;
    return std::nullopt;
}

ServiceGraph serviceGraph(const SpanTable& table, const BitSet* traces, const PeerColumns& peers,
                          const StopToken& stop) {
    CallFinder finder(table, traces, peers, stop);
    finder.run();
    const PeerNodes& found = finder.nodes();
    ServiceTotals services = totalServices(table, finder, stop);

    // Nodes that occur, in an order that does not depend on the order of the rows.
    std::vector<uint8_t> occurs(found.size(), 0);
    for (uint32_t s = 0; s < found.serviceCount(); ++s)
        occurs[s] = services.spans[s] > 0;
    for (const EdgeCalls& edge : finder.edges())
        occurs[edge.from] = occurs[edge.to] = 1;
    std::vector<uint32_t> order;
    for (uint32_t n = 0; n < found.size(); ++n)
        if (occurs[n] != 0)
            order.push_back(n);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
        return std::pair(found.kind(a), std::string_view(found.name(a))) <
               std::pair(found.kind(b), std::string_view(found.name(b)));
    });

    ServiceGraph graph;
    graph.unnamedCalls = finder.unnamedCalls();
    graph.nodes.resize(order.size());
    std::vector<uint32_t> number(found.size(), 0);
    std::vector<Totals> peerTotals(order.size());
    for (uint32_t i = 0; i < order.size(); ++i) {
        const uint32_t n = order[i];
        number[n] = i;
        ServiceGraph::Node& node = graph.nodes[i];
        node.kind = found.kind(n);
        node.name = found.name(n);
        node.id = std::string(nodeKindName(node.kind)) + ':' + node.name;
        if (n < found.serviceCount()) {
            node.service = n;
            node.spans = services.spans[n];
            node.selfTime = services.selfTime[n];
            setNumbers(node, services.entries[n]);
            graph.spans += node.spans;
        }
    }

    std::vector<EdgeCalls>& edges = finder.edges();
    for (EdgeCalls& edge : edges) {
        edge.from = number[edge.from];
        edge.to = number[edge.to];
    }
    std::sort(edges.begin(), edges.end(), [](const EdgeCalls& a, const EdgeCalls& b) {
        return std::pair(a.from, a.to) < std::pair(b.from, b.to);
    });
    graph.firstPair.push_back(0);
    for (EdgeCalls& calls : edges) {
        stop.check();
        std::sort(calls.pairs.begin(), calls.pairs.end());
        calls.pairs.erase(std::unique(calls.pairs.begin(), calls.pairs.end()), calls.pairs.end());
        const NodeKind from = graph.nodes[calls.from].kind, to = graph.nodes[calls.to].kind;
        ServiceGraph::Edge edge;
        edge.from = calls.from;
        edge.to = calls.to;
        edge.kind = edgeKind(from, to, calls.onlyMessages);
        Totals totals;
        // Messages are one call per producer and consumer; a service's calls one per client.
        addCalls(table, calls.pairs, edge.kind != EdgeKind::Messaging, from == NodeKind::Queue, totals);
        edge.calls = totals.calls;
        edge.errors = totals.errors;
        const uint32_t peer = from == NodeKind::User ? calls.from : calls.to;
        if (graph.nodes[peer].kind != NodeKind::Service) {
            Totals& sum = peerTotals[peer];
            sum.calls += totals.calls;
            sum.errors += totals.errors;
            sum.durations.insert(sum.durations.end(), totals.durations.begin(), totals.durations.end());
        }
        edge.p50 = quantile(totals.durations, 0.5);
        edge.p95 = quantile(totals.durations, 0.95);
        if (edge.kind == EdgeKind::Messaging)
            measureWaits(table, calls.pairs, edge);
        graph.edges.push_back(edge);
        graph.pairs.insert(graph.pairs.end(), calls.pairs.begin(), calls.pairs.end());
        graph.firstPair.push_back(static_cast<uint32_t>(graph.pairs.size()));
        calls.pairs = {};
    }
    for (size_t i = 0; i < graph.nodes.size(); ++i)
        if (graph.nodes[i].kind != NodeKind::Service)
            setNumbers(graph.nodes[i], peerTotals[i]);
    if (traces == nullptr)
        graph.traces = table.traceCount();
    else
        traces->forEach([&](size_t t) { graph.traces += table.summary(static_cast<TraceIndex>(t)).spans > 0; });
    return graph;
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
