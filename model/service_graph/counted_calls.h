#pragma once
// How the pairs of an edge are counted as calls: the rule that everything which counts calls has in common. Used by GraphCalls
// and GraphTimeline.

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
    bool isError;
};

/// Calls f(CountedCall) for each call of an edge, whose pairs are in the order of ServiceGraph::pairs. Consecutive pairs of one client in
/// one trace are one call, except for messages, which are one for each producer and consumer. `from`: kind of the caller's node.
template <typename F>
void forEachCountedCall(const SpanTable& table, ServiceGraph::EdgeKind kind, ServiceGraph::NodeKind from,
                        std::span<const ServiceGraph::SpanPair> pairs, F&& f) {
    const bool clientGroups = kind != ServiceGraph::EdgeKind::Messaging, serverTimes = from == ServiceGraph::NodeKind::Queue;
    std::vector<std::pair<TraceIndex, bool>> inTraces; // and whether the server failed
    for (size_t first = 0; first < pairs.size();) {
        const auto [client, server] = pairs[first];
        size_t end = first + 1;
        while (clientGroups && client != kNoRow && end < pairs.size() && pairs[end].client == client)
            ++end;
        const Row timed = client == kNoRow || (serverTimes && server != kNoRow) ? server : client;
        const bool isTimed = timed != kNoRow && hasDuration(table, timed);
        // As a rule all in one trace; a link ties a message of another one to a client now and then.
        inTraces.clear();
        for (const auto& pair : pairs.subspan(first, end - first)) {
            const bool hasServer = pair.server != kNoRow;
            inTraces.emplace_back(table.trace(hasServer ? pair.server : pair.client), hasServer && table.isError(pair.server));
        }
        std::sort(inTraces.begin(), inTraces.end());
        const bool clientFailed = client != kNoRow && table.isError(client);
        for (size_t i = 0; i < inTraces.size(); ++i) // of one trace what failed comes last
            if (i + 1 == inTraces.size() || inTraces[i + 1].first != inTraces[i].first)
                f(CountedCall{inTraces[i].first, client, server, isTimed ? timed : kNoRow, inTraces[i].second || clientFailed});
        first = end;
    }
}

} // namespace aisle
