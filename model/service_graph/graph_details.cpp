#include "service_graph/graph_details.h"

#include "analysis/quantile.h"
#include "analysis/saturating.h"
#include "analysis/waterfall_path.h"
#include "service_graph/counted_calls.h"
#include "table/row_column.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace aisle {

namespace {

using NodeKind = ServiceGraph::NodeKind;
using SpanPair = ServiceGraph::SpanPair;
constexpr uint32_t kNone = ServiceGraph::kNoNode;
constexpr size_t kStopInterval = 4096;

using FailureCounts = std::map<std::string_view, uint64_t>;

std::vector<GraphDetails::Failures> ranked(const FailureCounts& counts) {
    std::vector<GraphDetails::Failures> out;
    for (const auto& [kind, count] : counts)
        out.push_back({std::string(kind), count});
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
    if (out.size() > GraphDetails::kMostKinds) {
        GraphDetails::Failures other{"other", 0};
        for (size_t i = GraphDetails::kMostKinds - 1; i < out.size(); ++i)
            other.count += out[i].count;
        out.resize(GraphDetails::kMostKinds - 1);
        out.push_back(std::move(other));
    }
    return out;
}

class DetailsFinder {
public:
    DetailsFinder(const SpanTable& table, const ServiceGraph& graph, const BitSet* traces, const ErrorKinds& kinds, const Sampling& sampling, const StopToken& stop)
        : table_(table), graph_(graph), traces_(traces), kinds_(kinds), sampling_(sampling), stop_(stop), edgeOf_(table, kNone), entryOf_(table, kNoRow),
          nodeFailures_(graph.nodes.size()) {
        out_.nodes.resize(graph.nodes.size());
        out_.edges.resize(graph.edges.size());
        endOf_.resize(graph.edges.size());
    }

    GraphDetails find() {
        for (uint32_t e = 0; e < graph_.edges.size(); ++e) {
            stop_.check();
            visitEdge(e);
        }
        visitTraces();
        for (size_t n = 0; n < out_.nodes.size(); ++n)
            out_.nodes[n].failures = ranked(nodeFailures_[n]);
        return std::move(out_);
    }

private:
    bool hasDuration(Row row) const { return row != kNoRow && aisle::hasDuration(table_, row); }

    void visitEdge(uint32_t e) {
        std::vector<int64_t> gaps;
        std::vector<Attempt> attempts;
        std::vector<Row> requests; // what made each call be made
        FailureCounts failures;
        forEachPart(graph_, e, [&](ServiceGraph::EdgeKind kind, NodeKind from, std::span<const SpanPair> part) {
            forEachClient(kind, part, [&](std::span<const SpanPair> call) { visitPairs(e, call, gaps); });
            forEachCountedCall(table_, kind, from, part, [&](const CountedCall& call) {
                out_.edges[e].weight += sampling_.weight(call.trace);
                if (call.isError())
                    ++failures[kinds_.of(call.failed)];
                // A message that is delivered again is another span of whoever takes it.
                const bool isMessage = kind == ServiceGraph::EdgeKind::Messaging && call.server != kNoRow;
                const Row row = isMessage || call.client == kNoRow ? call.server : call.client;
                attempts.push_back({isMessage && call.client != kNoRow ? call.client : table_.parent(row), row});
                if (const Row request = requestOf(call); request != kNoRow)
                    requests.push_back(request);
            });
        });
        GraphDetails::Edge& edge = out_.edges[e];
        edge.gaps = gaps.size();
        edge.gapP50 = quantile(gaps, 0.5);
        edge.gapP95 = quantile(gaps, 0.95);
        edge.failures = ranked(failures);
        countRequests(edge, requests);
        edge.retries = countRetries(attempts);
        const auto [from, to] = std::pair(graph_.edges[e].from, graph_.edges[e].to);
        const auto take = [&](uint32_t node) {
            out_.nodes[node].weight += edge.weight;
            for (const auto& [kind, count] : failures)
                nodeFailures_[node][kind] += count;
        };
        // As GraphCalls counts: users by what they call, others by what calls them; services by their own spans.
        const bool isByUser = graph_.nodes[from].kind == NodeKind::User;
        if (isByUser)
            take(from);
        if (graph_.nodes[to].kind == NodeKind::Group ? from != to : graph_.nodes[to].kind != NodeKind::Service && !isByUser)
            take(to);
    }

    /// Messages are no calls that are waited for, also where they are counted as such (beside calls between the same two services).
    bool isMessage(const SpanPair& pair) const { return table_.kind(pair.client) == Kind::Producer || table_.kind(pair.server) == Kind::Consumer; }

    /// Of one client.
    void visitPairs(uint32_t e, std::span<const SpanPair> pairs, std::vector<int64_t>& gaps) {
        for (const SpanPair& pair : pairs)
            edgeOf_[pair.server != kNoRow ? pair.server : pair.client] = e;
        const auto [client, server] = pairs.front();
        if (pairs.size() == 1 && hasDuration(client) && hasDuration(server) && !isMessage(pairs.front()) && table_.duration(client) >= table_.duration(server))
            gaps.push_back(table_.duration(client) - table_.duration(server));
    }

    /// The span by which a service was asked: the topmost of its spans above a row. Each span is walked over once.
    Row entry(Row row) {
        walk_.clear();
        Row found = row;
        for (Row at = row;;) {
            if (entryOf_[at] != kNoRow) {
                found = entryOf_[at];
                break;
            }
            walk_.push_back(at);
            found = at;
            const Row up = table_.parent(at);
            if (table_.isEntry(at) || up == kNoRow || table_.service(up) != table_.service(at))
                break;
            at = up;
        }
        for (const Row at : walk_)
            entryOf_[at] = found;
        return found;
    }

    /// kNoRow: nobody knows what a call was made for.
    Row requestOf(const CountedCall& call) {
        if (call.client != kNoRow)
            return entry(call.client);
        const Row up = table_.parent(call.server);
        return up != kNoRow && table_.service(up) != table_.service(call.server) ? entry(up) : kNoRow;
    }

    static void countRequests(GraphDetails::Edge& edge, std::vector<Row>& requests) {
        edge.requestCalls = requests.size();
        std::sort(requests.begin(), requests.end());
        for (size_t from = 0; from < requests.size();) {
            const size_t to = static_cast<size_t>(std::upper_bound(requests.begin() + static_cast<ptrdiff_t>(from), requests.end(), requests[from]) - requests.begin());
            ++edge.requests;
            edge.mostOfOne = std::max<uint64_t>(edge.mostOfOne, to - from);
            from = to;
        }
    }

    /// A call or a delivery, and what it is made below, or which message was sent: calls of one name that have that in common are attempts
    /// at one thing.
    struct Attempt {
        Row under = kNoRow, row = kNoRow;
        bool operator==(const Attempt&) const = default;
    };

    uint64_t countRetries(std::vector<Attempt>& attempts) const {
        const auto key = [this](const Attempt& attempt) { return std::tuple(attempt.under, table_.name(attempt.row)); };
        std::erase_if(attempts, [this](const Attempt& attempt) { return attempt.under == kNoRow || (table_.flags(attempt.row) & kNoStart) != 0; });
        std::sort(attempts.begin(), attempts.end(), [&](const Attempt& a, const Attempt& b) {
            return std::tuple_cat(key(a), std::tuple(table_.start(a.row), a.row)) < std::tuple_cat(key(b), std::tuple(table_.start(b.row), b.row));
        });
        attempts.erase(std::unique(attempts.begin(), attempts.end()), attempts.end()); // one that calls several members of a group is nobody's retry
        uint64_t found = 0;
        for (size_t i = 1; i < attempts.size(); ++i) {
            const Row before = attempts[i - 1].row;
            found += key(attempts[i - 1]) == key(attempts[i]) && table_.isError(before) && hasDuration(before) && table_.end(before) <= table_.start(attempts[i].row);
        }
        return found;
    }

    void visitTraces() {
        std::vector<std::unordered_map<uint32_t, Load>> loads(graph_.nodes.size()); // by instance
        for (TraceIndex trace = 0; trace < table_.traceSlots(); ++trace) {
            if (trace % kStopInterval == 0)
                stop_.check();
            if ((traces_ != nullptr && !(*traces_)[trace]) || table_.summary(trace).spans == 0)
                continue;
            const double weight = sampling_.weight(trace);
            out_.estimatedTraces += weight;
            out_.sampledTraces += weight > 1;
            for (const Row row : table_.rowsOf(trace))
                if (!table_.isHidden(row) && table_.isEntry(row))
                    visitEntry(row, weight, loads);
            visitPath(trace);
        }
        for (size_t n = 0; n < loads.size(); ++n)
            takeInstances(loads[n], out_.nodes[n]);
    }

    struct Load {
        uint64_t errors = 0, calls = 0;
        std::vector<int64_t> durations;
    };

    void visitEntry(Row row, double weight, std::vector<std::unordered_map<uint32_t, Load>>& loads) {
        const uint32_t node = graph_.nodeOfService[table_.service(row)];
        if (node == kNone || graph_.nodes[node].kind != NodeKind::Service)
            return;
        out_.nodes[node].weight += weight;
        if (table_.isError(row))
            ++nodeFailures_[node][kinds_.of(row)];
        Load& load = loads[node][table_.contextInfo(table_.context(row)).instance];
        ++load.calls;
        load.errors += table_.isError(row);
        if (hasDuration(row))
            load.durations.push_back(table_.duration(row));
    }

    void takeInstances(std::unordered_map<uint32_t, Load>& loads, GraphDetails::Node& node) const {
        uint64_t all = 0, most = 0;
        for (auto& [instance, load] : loads) {
            const bool isNamed = instance != ContextInfo::kNoInstance;
            node.instances.push_back({isNamed ? std::string(table_.text(instance)) : std::string(), load.calls, load.errors, load.durations.size(), quantile(load.durations, 0.95)});
            node.instanceCount += isNamed;
            all += isNamed ? load.calls : 0;
            most = std::max(most, isNamed ? load.calls : 0);
        }
        if (node.instanceCount > 1)
            node.imbalance = static_cast<double>(most) * node.instanceCount / static_cast<double>(all);
        std::sort(node.instances.begin(), node.instances.end(), [](const auto& a, const auto& b) { return std::pair(b.calls, std::string_view(a.name)) < std::pair(a.calls, std::string_view(b.name)); });
        if (node.instances.size() > GraphDetails::kMostInstances)
            node.instances.resize(GraphDetails::kMostInstances);
    }

    /// Spans whose parent is missing, but for the one that the trace begins with where nothing else is whole: ten steps side by side of a
    /// lost request would be on ten paths.
    std::vector<NodeIndex> orphansIn(const Waterfall& tree, TraceIndex trace) const {
        std::vector<NodeIndex> found;
        if (table_.summary(trace).orphans > 0)
            for (NodeIndex node = 0; node < tree.nodes.size(); ++node)
                if (const Row row = tree.nodes[node].row; row != kNoRow && (table_.derivedFlags(row) & kOrphan) != 0 && row != table_.summary(trace).root)
                    found.push_back(node);
        return found;
    }

    void visitPath(TraceIndex trace) {
        const Waterfall tree = waterfall(table_, trace, {}, stop_);
        const CriticalPath path = criticalPath(table_, tree, stop_);
        const std::vector<NodeIndex> apart = orphansIn(tree, trace);
        const auto isApart = [&](NodeIndex node) {
            const auto after = std::upper_bound(apart.begin(), apart.end(), node);
            return after != apart.begin() && node < tree.nodes[*(after - 1)].end;
        };
        for (const PathSection& section : path.sections) {
            if (isApart(section.node)) {
                addSaturated(out_.orphanTime, section.to - section.from);
                continue;
            }
            const Row row = tree.nodes[section.node].row;
            uint32_t node = graph_.nodeOfService[table_.service(row)];
            // The span of a call is its edge's callee only where nobody else is.
            if (const uint32_t e = edgeOf_[row]; e != kNone && node != graph_.edges[e].to && graph_.nodes[graph_.edges[e].to].kind != NodeKind::Service)
                node = graph_.edges[e].to;
            addSaturated(out_.criticalTime, section.to - section.from);
            if (node != kNone)
                addSaturated(out_.nodes[node].criticalTime, section.to - section.from);
        }
        // By node, so callers come before what they call: a call below another one of its edge is in that one's time.
        for (const PathSection& stretch : path.stretches) {
            const uint32_t e = edgeOf_[tree.nodes[stretch.node].row];
            if (e == kNone || stretch.node < endOf_[e] || isApart(stretch.node))
                continue;
            endOf_[e] = tree.nodes[stretch.node].end;
            touched_.push_back(e);
            addSaturated(out_.edges[e].criticalTime, stretch.to - stretch.from);
        }
        for (const uint32_t e : touched_)
            endOf_[e] = 0;
        touched_.clear();
    }

    const SpanTable& table_;
    const ServiceGraph& graph_;
    const BitSet* traces_;
    const ErrorKinds& kinds_;
    const Sampling& sampling_;
    const StopToken& stop_;
    GraphDetails out_;
    RowColumn<uint32_t> edgeOf_; ///< of the callee's span, of the caller's where there is none
    RowColumn<Row> entryOf_;
    std::vector<Row> walk_;
    std::vector<NodeIndex> endOf_; ///< by edge: where what is below its last call on the path ends
    std::vector<uint32_t> touched_; ///< edges of which that is so
    std::vector<FailureCounts> nodeFailures_;
};

} // namespace

GraphDetails graphDetails(const SpanTable& table, const ServiceGraph& graph, const BitSet* traces, const ErrorKinds& kinds, const Sampling& sampling, const StopToken& stop) {
    return DetailsFinder(table, graph, traces, kinds, sampling, stop).find();
}

GraphDetails detailsOf(const GraphDetails& details, std::span<const uint32_t> nodeNumbers, std::span<const uint32_t> edgeNumbers) {
    GraphDetails out;
    out.criticalTime = details.criticalTime;
    out.orphanTime = details.orphanTime;
    out.sampledTraces = details.sampledTraces;
    out.estimatedTraces = details.estimatedTraces;
    for (const uint32_t node : nodeNumbers)
        out.nodes.push_back(details.nodes[node]);
    for (const uint32_t edge : edgeNumbers)
        out.edges.push_back(details.edges[edge]);
    return out;
}

std::shared_ptr<const GraphDetails> graphDetails(const traceql::Context& context, const ServiceGraphPtr& graph, const BitSet* traces, const StopToken& stop) {
    return context.graph->detailsOf(graph, stop, [&] {
        traceql::Needs needs;
        needs.attributes = true;
        const traceql::OpenSource open(context, needs, stop);
        const auto found = context.graph->findings(open.source(), stop);
        return graphDetails(*context.table, *graph, traces, found->kinds, found->sampling, stop);
    });
}

} // namespace aisle
