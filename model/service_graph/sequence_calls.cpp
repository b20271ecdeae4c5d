#include "service_graph/sequence_calls.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace aisle {

using EdgeKind = ServiceGraph::EdgeKind;
using NodeKind = ServiceGraph::NodeKind;

namespace {

constexpr uint32_t kNone = SequenceCall::kNone;

class CallCollector {
public:
    CallCollector(const SpanTable& table, const Waterfall& tree, const ServiceGraph& graph, const StopToken& stop)
        : table_(table), tree_(tree), graph_(graph), stop_(stop) {}

    std::vector<SequenceCall> run() {
        countServers();
        collect();
        stop_.check();
        placeNodes();
        stop_.check();
        for (Found& found : found_)
            place(found);
        sort();
        linkParents();
        std::vector<SequenceCall> out;
        out.reserve(found_.size());
        for (Found& found : found_)
            out.push_back(found.call);
        return out;
    }

private:
    struct Found {
        SequenceCall call;
        NodeIndex client = kNoNode, server = kNoNode; ///< kNoNode: no span, or one of another trace
    };

    EdgeKind kindOf(const ServiceGraph::Edge& edge, const ServiceGraph::SpanPair& pair) const {
        const bool isMessage = (pair.client != kNoRow && table_.kind(pair.client) == Kind::Producer) ||
                               (pair.server != kNoRow && table_.kind(pair.server) == Kind::Consumer);
        return isMessage ? EdgeKind::Messaging : edge.kind;
    }

    void countServers() {
        for (const ServiceGraph::Edge& edge : graph_.edges)
            for (const ServiceGraph::SpanPair& pair : graph_.pairsOf(static_cast<size_t>(&edge - graph_.edges.data())))
                if (pair.client != kNoRow && pair.server != kNoRow && kindOf(edge, pair) != EdgeKind::Messaging)
                    ++servers_[pair.client];
    }

    void collect() {
        found_.reserve(graph_.pairs.size());
        for (size_t e = 0; e < graph_.edges.size(); ++e) {
            stop_.check();
            for (const ServiceGraph::SpanPair& pair : graph_.pairsOf(e))
                collect(graph_.edges[e], pair);
        }
    }

    void collect(const ServiceGraph::Edge& edge, const ServiceGraph::SpanPair& pair) {
        Found found;
        SequenceCall& call = found.call;
        found.client = pair.client == kNoRow ? kNoNode : tree_.nodeOf(pair.client);
        found.server = pair.server == kNoRow ? kNoNode : tree_.nodeOf(pair.server);
        call.client = pair.client;
        call.server = pair.server;
        call.from = edge.from;
        call.to = edge.to;
        call.kind = kindOf(edge, pair);
        call.name = table_.name(call.key());
        call.isError = (call.client != kNoRow && table_.isError(call.client)) || (call.server != kNoRow && table_.isError(call.server));
        const Row timed = tree_.nodes[timedBy(found)].row;
        const uint8_t flags = table_.flags(timed);
        call.hasStart = (flags & kNoStart) == 0;
        call.hasDuration = (flags & (kUnfinished | kNegative)) == 0;
        call.start = call.hasStart ? table_.start(timed) : tree_.start;
        call.duration = call.hasDuration ? std::max<int64_t>(0, table_.duration(timed)) : 0;
        found_.push_back(found);
    }

    NodeIndex timedBy(const Found& found) const {
        if (found.client == kNoNode || found.server == kNoNode)
            return found.server == kNoNode ? found.client : found.server;
        const SequenceCall& call = found.call;
        const bool isOneOfSeveral = call.kind != EdgeKind::Messaging && servers_.at(call.client) > 1;
        return isOneOfSeveral || graph_.nodes[call.from].kind == NodeKind::Queue ? found.server : found.client;
    }

    /// Of each node how many callees' spans there are at or above, and the nearest of them, else the root. Parents come first.
    void placeNodes() {
        const size_t n = tree_.nodes.size();
        std::vector<bool> isEntry(n, false);
        for (const Found& found : found_)
            if (found.server != kNoNode)
                isEntry[found.server] = true;
        entries_.resize(n);
        caller_.resize(n);
        for (NodeIndex node = 0; node < n; ++node) {
            const NodeIndex parent = tree_.parentOf(node);
            entries_[node] = (parent == kNoNode ? 0 : entries_[parent]) + (isEntry[node] ? 1 : 0);
            caller_[node] = isEntry[node] || parent == kNoNode ? node : caller_[parent];
        }
    }

    void place(Found& found) const {
        SequenceCall& call = found.call;
        if (found.server == kNoNode) {
            call.depth = entries_[found.client];
            call.caller = caller_[found.client];
            return;
        }
        const NodeIndex parent = tree_.parentOf(found.server);
        call.depth = entries_[found.server] - 1;
        call.caller = parent == kNoNode ? found.server : caller_[parent]; // several messages may lead to one root
    }

    void sort() {
        const auto key = [this](const Found& f) {
            const SequenceCall& call = f.call;
            const bool isFromQueue = graph_.nodes[call.from].kind == NodeKind::Queue;
            const NodeIndex node = f.server != kNoNode ? f.server : f.client;
            const SpanId client = call.client == kNoRow ? SpanId(0) : table_.id(call.client);
            return std::tuple(call.start, isFromQueue, node, client, call.from, call.to, call.client);
        };
        std::sort(found_.begin(), found_.end(), [&](const Found& a, const Found& b) { return key(a) < key(b); });
    }

    void linkParents() {
        constexpr uint32_t kSeveral = kNone - 1;
        std::vector<uint32_t> callInto(tree_.nodes.size(), kNone);
        for (uint32_t i = 0; i < found_.size(); ++i) {
            const Found& found = found_[i];
            if (found.server == kNoNode || graph_.nodes[found.call.to].service != table_.service(found.call.server))
                continue; // what leads to the queue before a consumer does not lead into it
            uint32_t& into = callInto[found.server];
            into = into == kNone ? i : kSeveral;
        }
        for (Found& found : found_) {
            const bool isAtRoot = found.server != kNoNode && found.call.caller == found.server;
            const uint32_t into = isAtRoot ? kNone : callInto[found.call.caller];
            found.call.parent = into == kSeveral ? kNone : into;
        }
    }

    const SpanTable& table_;
    const Waterfall& tree_;
    const ServiceGraph& graph_;
    const StopToken& stop_;
    std::unordered_map<Row, uint32_t> servers_; ///< of a client's calls that are no messages
    std::vector<Found> found_;
    std::vector<uint32_t> entries_; ///< by node
    std::vector<NodeIndex> caller_;
};

} // namespace

std::vector<SequenceCall> sequenceCalls(const SpanTable& table, const Waterfall& tree, const ServiceGraph& graph, const StopToken& stop) {
    return CallCollector(table, tree, graph, stop).run();
}

} // namespace aisle
