#include "service_graph/graph_calls.h"

#include "analysis/log_histogram.h"
#include "analysis/quantile.h"
#include "analysis/saturating.h"
#include "service_graph/call_finder.h"
#include "service_graph/counted_calls.h"

#include <algorithm>
#include <limits>
#include <unordered_set>

namespace aisle {

using NodeKind = ServiceGraph::NodeKind;
using EdgeKind = ServiceGraph::EdgeKind;

namespace {

constexpr size_t kStopInterval = 4096; // traces

EdgeKind edgeKind(NodeKind from, NodeKind to, bool onlyMessages) {
    if (from == NodeKind::Queue || to == NodeKind::Queue || onlyMessages)
        return EdgeKind::Messaging;
    if (to == NodeKind::Database || to == NodeKind::Cache)
        return EdgeKind::Database;
    return to == NodeKind::External ? EdgeKind::External : EdgeKind::Sync;
}

/// Where a service and a queue have one name, the queue's says what it is: people, scopes and the focus know a node by its name.
void makeNamesUnique(std::vector<ServiceGraph::Node>& nodes) {
    std::unordered_set<std::string> taken;
    for (const ServiceGraph::Node& node : nodes)
        if (node.kind == NodeKind::Service || node.kind == NodeKind::User)
            taken.insert(node.name);
    for (ServiceGraph::Node& node : nodes)
        if (node.kind != NodeKind::Service && node.kind != NodeKind::User)
            while (!taken.insert(node.name).second)
                node.name += " (" + std::string(nodeKindName(node.kind)) + ')';
}

} // namespace

template <typename T, typename F>
GraphCalls::ByTrace<T> GraphCalls::byTrace(const SpanTable& table, F&& each) {
    ByTrace<T> out;
    out.first.resize(size_t(table.traceSlots()) + 1);
    each([&](TraceIndex trace, const T&) { ++out.first[trace + 1]; });
    for (size_t t = 1; t < out.first.size(); ++t)
        out.first[t] += out.first[t - 1];
    out.items.resize(out.first.back());
    std::vector<uint32_t> next(out.first.begin(), out.first.end() - 1);
    each([&](TraceIndex trace, const T& item) { out.items[next[trace]++] = item; });
    return out;
}

template <typename F>
void GraphCalls::forEachCall(const StopToken& stop, F&& f) const {
    for (uint32_t e = 0; e < edges_.size(); ++e) {
        stop.check();
        const std::span pairs(pairs_.data() + firstPair_[e], firstPair_[e + 1] - firstPair_[e]);
        forEachCountedCall(table_, edges_[e].kind, nodes_[edges_[e].from].kind, pairs, [&](const CountedCall& call) {
            f(call.trace, Call{e, call.timed, call.timed != kNoRow ? bucketOf(table_.duration(call.timed)) : kNoBucket, call.isError()});
        });
    }
    const auto edges = static_cast<uint32_t>(edges_.size());
    table_.forEachRow([&](Row row) {
        if (!table_.isEntry(row))
            return;
        const bool isTimed = hasDuration(table_, row);
        f(table_.trace(row), Call{edges + nodeOfService_[table_.service(row)], isTimed ? row : kNoRow, isTimed ? bucketOf(table_.duration(row)) : kNoBucket, table_.isError(row)});
    });
}

template <typename F>
void GraphCalls::forEachWait(F&& f) const {
    for (uint32_t e = 0; e < edges_.size(); ++e) {
        if (edges_[e].kind != EdgeKind::Messaging)
            continue;
        for (uint32_t i = firstPair_[e]; i < firstPair_[e + 1]; ++i)
            if (const auto [client, server] = pairs_[i]; client != kNoRow && server != kNoRow && ((table_.flags(client) | table_.flags(server)) & kNoStart) == 0 && hasDuration(table_, client))
                f(traceOf(pairs_[i]), Wait{e, table_.start(server) - table_.end(client)});
    }
}

GraphCalls::GraphCalls(const SpanTable& table, const PeerColumns& peers, const StopToken& stop) : table_(table) {
    CallFinder finder(table, peers, stop);
    finder.run();
    const PeerNodes& found = finder.nodes();

    // Nodes that occur, in an order that does not depend on the order of the rows.
    std::vector<uint8_t> occurs(found.size(), 0);
    table.forEachRow([&](Row row) { occurs[table.service(row)] = 1; });
    for (const EdgeCalls& edge : finder.edges())
        occurs[edge.from] = occurs[edge.to] = 1;
    std::vector<uint32_t> order;
    for (uint32_t n = 0; n < found.size(); ++n)
        if (occurs[n] != 0)
            order.push_back(n);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
        return std::pair(found.kind(a), std::string_view(found.name(a))) < std::pair(found.kind(b), std::string_view(found.name(b)));
    });
    std::vector<uint32_t> number(found.size(), 0);
    nodeOfService_.resize(found.serviceCount(), 0);
    nodes_.resize(order.size());
    for (uint32_t i = 0; i < order.size(); ++i) {
        number[order[i]] = i;
        ServiceGraph::Node& node = nodes_[i];
        node.kind = found.kind(order[i]);
        node.name = found.name(order[i]);
        node.id = std::string(nodeKindName(node.kind)) + ':' + node.name;
        if (order[i] < found.serviceCount()) {
            node.service = order[i];
            nodeOfService_[order[i]] = i;
        }
    }
    makeNamesUnique(nodes_);

    std::vector<EdgeCalls>& edges = finder.edges();
    for (EdgeCalls& edge : edges) {
        edge.from = number[edge.from];
        edge.to = number[edge.to];
    }
    std::sort(edges.begin(), edges.end(), [](const EdgeCalls& a, const EdgeCalls& b) { return std::pair(a.from, a.to) < std::pair(b.from, b.to); });
    firstPair_.push_back(0);
    edgesOfPeer_.resize(nodes_.size());
    for (EdgeCalls& calls : edges) {
        stop.check();
        std::sort(calls.pairs.begin(), calls.pairs.end());
        calls.pairs.erase(std::unique(calls.pairs.begin(), calls.pairs.end()), calls.pairs.end());
        const NodeKind from = nodes_[calls.from].kind, to = nodes_[calls.to].kind;
        ServiceGraph::Edge edge;
        edge.from = calls.from;
        edge.to = calls.to;
        edge.kind = edgeKind(from, to, calls.onlyMessages);
        const uint32_t peer = from == NodeKind::User ? calls.from : calls.to;
        if (nodes_[peer].kind != NodeKind::Service)
            edgesOfPeer_[peer].push_back(static_cast<uint32_t>(edges_.size()));
        edges_.push_back(edge);
        pairs_.insert(pairs_.end(), calls.pairs.begin(), calls.pairs.end());
        firstPair_.push_back(static_cast<uint32_t>(pairs_.size()));
        calls.pairs = {};
    }

    stop.check();
    calls_ = byTrace<Call>(table, [&](auto&& f) { forEachCall(stop, f); });
    stop.check();
    waits_ = byTrace<Wait>(table, [this](auto&& f) { forEachWait(f); });
    stop.check();
    unnamed_.resize(table.traceSlots());
    for (const Row row : finder.unnamed())
        ++unnamed_[table.trace(row)];
    std::vector<Share> byNode(nodes_.size());
    std::vector<uint32_t> touched;
    shares_.first.push_back(0);
    for (TraceIndex trace = 0; trace < table.traceSlots(); ++trace) {
        if (trace % kStopInterval == 0)
            stop.check();
        for (const Row row : table.rowsOf(trace)) {
            if (table.isHidden(row))
                continue;
            const uint32_t node = nodeOfService_[table.service(row)];
            Share& share = byNode[node];
            if (share.spans++ == 0)
                touched.push_back(node);
            share.selfTime = clamped(static_cast<__int128>(share.selfTime) + table.selfTime(row));
        }
        for (const uint32_t node : touched) {
            shares_.items.push_back({node, byNode[node].spans, byNode[node].selfTime});
            byNode[node] = {};
        }
        touched.clear();
        shares_.first.push_back(static_cast<uint32_t>(shares_.items.size()));
    }
}

ServiceGraph GraphCalls::count(const BitSet* traces, const StopToken& stop, const GraphGroups* groups) const {
    Totals totals(*this);
    std::vector<std::vector<int64_t>> durations(counters()), waits(edges_.size());
    int64_t from = std::numeric_limits<int64_t>::max(), to = std::numeric_limits<int64_t>::min();
    for (size_t t = 0; t < table_.traceSlots(); ++t) {
        if (t % kStopInterval == 0)
            stop.check();
        const TraceSummary& summary = table_.summary(static_cast<TraceIndex>(t));
        if ((traces != nullptr && !(*traces)[t]) || summary.spans == 0)
            continue;
        totals.addTrace(summary, unnamed_[t]);
        if (summary.hasStart) {
            from = std::min(from, summary.start);
            to = std::max(to, clamped(static_cast<__int128>(summary.start) + summary.duration));
        }
        for (const Call& call : calls_.of(t)) {
            ++totals.calls[call.counter];
            totals.errors[call.counter] += call.isError;
            if (call.timed != kNoRow)
                durations[call.counter].push_back(table_.duration(call.timed));
        }
        for (const Wait& wait : waits_.of(t)) {
            ++totals.waits[wait.edge];
            waits[wait.edge].push_back(wait.length);
        }
        for (const Share& share : shares_.of(t)) {
            totals.spans[share.node] += share.spans;
            totals.selfTime[share.node] += share.selfTime;
        }
    }
    std::vector<int64_t> merged;
    const auto quantilesOf = [&](const std::vector<std::vector<int64_t>>& lists) {
        return [&](Counters counters) {
            stop.check();
            merged.clear();
            for (const uint32_t counter : counters)
                merged.insert(merged.end(), lists[counter].begin(), lists[counter].end());
            return Quantiles{merged.size(), quantile(merged, 0.5), quantile(merged, 0.95), quantile(merged, 0.99)};
        };
    };
    Counted counted = assemble(totals, groups, quantilesOf(durations), quantilesOf(waits));
    ServiceGraph& graph = counted.graph;
    if (from <= to) {
        graph.from = from;
        graph.to = to;
    }
    graph.firstPair.push_back(0);
    for (uint32_t number = 0; number < graph.edges.size(); ++number) {
        stop.check();
        const ServiceGraph::Edge& edge = graph.edges[number];
        const bool isOfGroup = graph.nodes[edge.from].kind == NodeKind::Group || graph.nodes[edge.to].kind == NodeKind::Group;
        for (const uint32_t e : counted.edges[number]) {
            if (isOfGroup)
                graph.parts.push_back({number, static_cast<uint32_t>(graph.pairs.size()), edges_[e].kind, nodes_[edges_[e].from].kind});
            for (uint32_t i = firstPair_[e]; i < firstPair_[e + 1]; ++i)
                if (traces == nullptr || (*traces)[traceOf(pairs_[i])])
                    graph.pairs.push_back(pairs_[i]);
        }
        graph.firstPair.push_back(static_cast<uint32_t>(graph.pairs.size()));
    }
    return std::move(counted.graph);
}

} // namespace aisle
