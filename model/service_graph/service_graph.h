#pragma once
// Who calls whom: services, and the databases, caches, queues, external systems and users around them.
//
// Rules (from the domain table "Calls in the graph", "Wrappers", "Peer names", "Messaging"):
// - A span whose direct parent is in another service is a crossing, whatever its kind. The caller is the nearest
//   CLIENT or PRODUCER at or above the parent, in the parent's service, through INTERNAL spans (and spans without
//   a kind). Several crossings into one service below one CLIENT are one call; all their spans are kept.
// - A CLIENT without a crossing calls what its peer attributes name. One that stands above another CLIENT or
//   PRODUCER, or above a SERVER or CONSUMER of its own service, is a wrapper of that and no call. CLIENT spans that
//   look a name up ("dns.lookup") are no calls either, but steps of the one above them.
// - A CLIENT and the SERVER below it in the same service are a call of the service to itself when they are of two instances;
//   else the one wraps the other (double instrumentation).
// - Messages go producer -> queue -> consumer. Producer and consumer are tied by the parent or by a span link;
//   one call per pair however they are tied. A queue nobody names is left out: then producer -> consumer.
// - Root SERVER spans are called by the user. A SERVER whose parent is missing from the workspace is not: its
//   caller is unknown.
// Hidden rows (duplicates, fragments) are skipped.
//
// Measured on one core: see serviceGraph(). Thread: any; pure functions over immutable input.

#include "store/attribute_column.h"
#include "table/cancel.h"
#include "table/row_set.h"
#include "table/span_table.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

/// The attributes that name the other side of a call, old and new names of one thing in one column.
std::vector<ColumnSpec> peerColumnSpecs();

/// Columns in the order of peerColumnSpecs(); empty: no attributes are known, peers stay unnamed.
struct PeerColumns {
    enum Index : size_t { PeerService, Upstream, Address, Url, NetworkPeer, DbName, DbSystem, Destination,
                          MessagingSystem, MessagingOperation, Count };
    std::vector<AttributeColumn> columns;
};
/// Throws StoreError and Stopped. About 2 M spans/s; keep the result for as long as the table lives.
PeerColumns readPeerColumns(Database& db, const SpanTable& table, const StopToken& stop = {});

struct ServiceGraph {
    enum class NodeKind : uint8_t { User, Service, Queue, Cache, Database, External, Group };
    enum class EdgeKind : uint8_t { Sync, Messaging, Database, External };

    struct Node {
        NodeKind kind = NodeKind::Service;
        std::string name;      ///< for people, scope terms and the focus; "orders (queue)" where a service is called orders, too
        std::string id;        ///< unique and stable: "queue:orders"; of a service its name after "service:"
        uint32_t service = kNoService; ///< index in SpanTable::services(), of services only
        /// Of a service: entry spans (SpanTable::isEntry) and those that failed. Of the others: calls to them (of
        /// the user: by them). Of a group: calls from outside of it.
        uint64_t calls = 0, errors = 0;
        uint64_t timed = 0;                ///< of `calls`, those that have a duration
        int64_t p50 = 0, p95 = 0, p99 = 0; ///< ns, nearest rank, of these; 0 where there are none
        int64_t selfTime = 0;     ///< ns, sum over all spans of the service
        uint64_t spans = 0;       ///< of the service
        uint32_t members = 1;     ///< nodes that a group stands for
        double errorShare() const { return ServiceGraph::errorShare(errors, calls); }
    };
    struct Edge {
        uint32_t from = 0, to = 0; ///< node numbers; equal for calls of a service to itself
        EdgeKind kind = EdgeKind::Sync;
        uint64_t calls = 0, errors = 0; ///< errors: either side failed
        /// ns, nearest rank, of the client's duration, of the server's where there is no client; from a queue to a
        /// consumer: of the consumer's. Unfinished and negative durations are counted as calls only: `timed` are the others.
        uint64_t timed = 0;
        int64_t p50 = 0, p95 = 0, p99 = 0;
        /// ns from the producer's end to the consumer's start, on edges from a queue (or from a producer where the
        /// queue has no name); over two clocks, so it can be negative. `waits` says how many there are:
        /// of a producer that has no end nobody knows.
        int64_t waitP50 = 0, waitP95 = 0;
        uint64_t waits = 0;
        double errorShare() const { return ServiceGraph::errorShare(errors, calls); }
    };
    /// One crossing. A call whose crossings are several has one pair for each, all with the same client.
    struct SpanPair {
        Row client = kNoRow, server = kNoRow; ///< kNoRow: that side has no span
        auto operator<=>(const SpanPair&) const = default;
    };
    /// What an edge to or from a group stands for: calls from one member to one other, which are counted by the rule of their own kind
    /// (counted_calls.h), not by that of the edge they are drawn as.
    struct Part {
        uint32_t edge = 0, firstPair = 0; ///< its pairs end where the next part of the edge begins, or with the edge
        EdgeKind kind = EdgeKind::Sync;
        NodeKind from = NodeKind::Service; ///< of the member, or whoever else calls
    };
    static constexpr uint32_t kNoService = 0xffffffffU;

    std::vector<Node> nodes; ///< by kind, then name
    std::vector<Edge> edges; ///< by from, then to
    std::vector<uint32_t> firstPair; ///< CSR: pairs of edge e are pairs[firstPair[e]..firstPair[e+1])
    std::vector<SpanPair> pairs;     ///< within an edge by part, then by client, then server; without client last
    std::vector<Part> parts;         ///< by edge, then place; of edges to or from a group only: others are one part of their own kind
    std::vector<uint32_t> nodeOfService; ///< by index in SpanTable::services(): the service's node, or its group's; kNoNode
    static constexpr uint32_t kNoNode = 0xffffffffU;
    uint64_t spans = 0, traces = 0;  ///< looked at
    /// Spans that name a parent which is in no file, and the traces they are in: what called them is in no edge.
    uint64_t orphans = 0, incompleteTraces = 0;
    /// From the earliest start to the latest end of these traces, ns since the epoch; 0 when none has a start, or isApproximate.
    int64_t from = 0, to = 0;
    /// CLIENT and PRODUCER spans without a callee and without a name of one; in no edge.
    uint64_t unnamedCalls = 0;
    bool isApproximate = false; ///< durations are at most 0.8 % off, and there are no pairs: while a selection moves

    std::span<const SpanPair> pairsOf(size_t edge) const {
        return {pairs.data() + firstPair[edge], firstPair[edge + 1] - firstPair[edge]};
    }
    std::optional<uint32_t> nodeById(std::string_view id) const;
    /// Calls a second between `from` and `to`. `calls`: also an estimate. Of less than a second a rate would say nothing.
    bool hasRate() const { return to > from && static_cast<uint64_t>(to) - static_cast<uint64_t>(from) >= 1'000'000'000; }
    /// From 0 to 1; 0 of nothing.
    static double errorShare(uint64_t errors, uint64_t calls) { return calls == 0 ? 0 : static_cast<double>(errors) / static_cast<double>(calls); }
    double perSecond(double calls) const { return calls * 1e9 / static_cast<double>(static_cast<uint64_t>(to) - static_cast<uint64_t>(from)); }
};

using ServiceGraphPtr = std::shared_ptr<const ServiceGraph>;

/// The graph of some traces (by TraceIndex); null: of all. It holds what the graph of all traces holds of them: messages count
/// in the trace of their consumer. Throws Stopped. O(n log n), iterative. Finds all calls; for more than one set of traces see
/// GraphCalls. Measured: 5 M spans in about 1 s on one core.
ServiceGraph serviceGraph(const SpanTable& table, const BitSet* traces, const PeerColumns& peers,
                          const StopToken& stop = {});

/// "user", "service", "queue", "cache", "database", "external", "group".
std::string_view nodeKindName(ServiceGraph::NodeKind kind);
/// "sync", "messaging", "database", "external".
std::string_view edgeKindName(ServiceGraph::EdgeKind kind);

/// Name of the node that stands for callers outside of the file.
inline constexpr std::string_view kUserNode = "(user)";

/// Spans of the calls between nodes of these names, in row order: the callee's, the caller's where the callee
/// has none. Nothing when there is no such edge.
std::optional<std::vector<Row>> edgeRows(const ServiceGraph& graph, std::string_view from, std::string_view to);
/// The same, as traceql::Source::edgeRows wants it; `graph` is a const ServiceGraph*.
std::optional<std::vector<Row>> edgeRowsOf(const void* graph, std::string_view from, std::string_view to);

} // namespace aisle
