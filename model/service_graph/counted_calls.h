#pragma once
// How the pairs of an edge are counted as calls: the rule that everything which counts calls has in common. Used by GraphCalls,
// GraphTimeline and graphDetails().

#include "service_graph/service_graph.h"

#include <algorithm>
#include <span>
#include <vector>

namespace aisle {

/// Unfinished spans, and those that end before they start, are calls without a duration.
inline bool hasDuration(const SpanTable& table, Row row) {
    return (table.flags(row) & (kUnfinished | kNegative)) == 0 && table.duration(row) >= 0;
}

struct CountedCall {
    TraceIndex trace;
    Row client, server; ///< kNoRow: that side has no span; of several servers the first
    Row timed;          ///< whose duration is that of the call; kNoRow: it has none
    Row failed;         ///< the first of its servers that failed, else a client that did; kNoRow: none
    bool isError() const { return failed != kNoRow; }
};

/// Calls f(kind, kind of the caller, pairs) for each part of an edge of a graph with pairs; an edge without a group is one part.
template <typename F>
void forEachPart(const ServiceGraph& graph, uint32_t e, F&& f) {
    const auto pairs = graph.pairsOf(e);
    auto part = std::lower_bound(graph.parts.begin(), graph.parts.end(), e, [](const ServiceGraph::Part& one, uint32_t edge) { return one.edge < edge; });
    if (part == graph.parts.end() || part->edge != e) {
        f(graph.edges[e].kind, graph.nodes[graph.edges[e].from].kind, pairs);
        return;
    }
    for (; part != graph.parts.end() && part->edge == e; ++part) {
        const auto next = part + 1;
        const uint32_t end = next != graph.parts.end() && next->edge == e ? next->firstPair : graph.firstPair[e + 1];
        f(part->kind, part->from, pairs.subspan(part->firstPair - graph.firstPair[e], end - part->firstPair));
    }
}

/// Calls f(pairs) for each client of a part, or of all of an edge that has no parts: they are one call, except for messages, which are
/// one for each producer and consumer.
template <typename F>
void forEachClient(ServiceGraph::EdgeKind kind, std::span<const ServiceGraph::SpanPair> pairs, F&& f) {
    for (size_t first = 0; first < pairs.size();) {
        size_t end = first + 1;
        while (kind != ServiceGraph::EdgeKind::Messaging && pairs[first].client != kNoRow && end < pairs.size() && pairs[end].client == pairs[first].client)
            ++end;
        f(pairs.subspan(first, end - first));
        first = end;
    }
}

/// Calls f(CountedCall) for each call of a part: one for each trace that the pairs of a client are in. `from`: kind of the caller's node.
template <typename F>
void forEachCountedCall(const SpanTable& table, ServiceGraph::EdgeKind kind, ServiceGraph::NodeKind from,
                        std::span<const ServiceGraph::SpanPair> pairs, F&& f) {
    const bool serverTimes = from == ServiceGraph::NodeKind::Queue;
    std::vector<std::pair<TraceIndex, Row>> inTraces; // and the server, if it failed
    forEachClient(kind, pairs, [&](std::span<const ServiceGraph::SpanPair> ofClient) {
        const auto [client, server] = ofClient.front();
        const Row timed = client == kNoRow || (serverTimes && server != kNoRow) ? server : client;
        const bool isTimed = timed != kNoRow && hasDuration(table, timed);
        // As a rule all in one trace; a link ties a message of another one to a client now and then.
        inTraces.clear();
        for (const auto& pair : ofClient) {
            const bool hasServer = pair.server != kNoRow;
            inTraces.emplace_back(table.trace(hasServer ? pair.server : pair.client), hasServer && table.isError(pair.server) ? pair.server : kNoRow);
        }
        std::sort(inTraces.begin(), inTraces.end());
        const Row failedClient = client != kNoRow && table.isError(client) ? client : kNoRow;
        for (size_t i = 0; i < inTraces.size(); ++i) // of one trace what failed comes first
            if (const auto [trace, failedServer] = inTraces[i]; i == 0 || inTraces[i - 1].first != trace)
                f(CountedCall{trace, client, server, isTimed ? timed : kNoRow, failedServer != kNoRow ? failedServer : failedClient});
    });
}

/// The same for an edge of a graph with pairs, part by part.
template <typename F>
void forEachCountedCall(const SpanTable& table, const ServiceGraph& graph, uint32_t e, F&& f) {
    forEachPart(graph, e, [&](ServiceGraph::EdgeKind kind, ServiceGraph::NodeKind from, auto pairs) { forEachCountedCall(table, kind, from, pairs, f); });
}

} // namespace aisle
