#include "service_graph/graph_calls.h"

#include "analysis/log_histogram.h"
#include "analysis/quantile.h"
#include "service_graph/call_finder.h"

#include <algorithm>
#include <limits>

namespace aisle {

using NodeKind = ServiceGraph::NodeKind;
using EdgeKind = ServiceGraph::EdgeKind;

namespace {

constexpr uint16_t kNoBucket = 0xffff;
constexpr size_t kStopInterval = 4096; // traces

EdgeKind edgeKind(NodeKind from, NodeKind to, bool onlyMessages) {
    if (from == NodeKind::Queue || to == NodeKind::Queue || onlyMessages)
        return EdgeKind::Messaging;
    if (to == NodeKind::Database || to == NodeKind::Cache)
        return EdgeKind::Database;
    return to == NodeKind::External ? EdgeKind::External : EdgeKind::Sync;
}

int64_t clamped(__int128 sum) { return static_cast<int64_t>(std::clamp<__int128>(sum, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max())); }

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

bool GraphCalls::hasDuration(Row row) const { return (table_.flags(row) & (kUnfinished | kNegative)) == 0 && table_.duration(row) >= 0; }

/// Consecutive pairs of one client in one trace are one call, except for messages, which are one for each producer and consumer.
template <typename F>
void GraphCalls::forEachCall(const StopToken& stop, F&& f) const {
    std::vector<std::pair<TraceIndex, bool>> inTraces; // and whether the server failed
    for (uint32_t e = 0; e < edges_.size(); ++e) {
        stop.check();
        const bool clientGroups = edges_[e].kind != EdgeKind::Messaging, serverTimes = nodes_[edges_[e].from].kind == NodeKind::Queue;
        for (uint32_t from = firstPair_[e]; from < firstPair_[e + 1];) {
            const auto [client, server] = pairs_[from];
            uint32_t to = from + 1;
            while (clientGroups && client != kNoRow && to < firstPair_[e + 1] && pairs_[to].client == client)
                ++to;
            const Row timed = client == kNoRow || (serverTimes && server != kNoRow) ? server : client;
            const bool isTimed = timed != kNoRow && hasDuration(timed);
            // As a rule all in one trace; a link ties a message of another one to a client now and then.
            inTraces.clear();
            for (uint32_t i = from; i < to; ++i)
                inTraces.emplace_back(traceOf(pairs_[i]), pairs_[i].server != kNoRow && table_.isError(pairs_[i].server));
            std::sort(inTraces.begin(), inTraces.end());
            for (size_t i = 0; i < inTraces.size(); ++i) // of one trace what failed comes last
                if (i + 1 == inTraces.size() || inTraces[i + 1].first != inTraces[i].first)
                    f(inTraces[i].first, Call{e, isTimed ? timed : kNoRow, isTimed ? bucketOf(table_.duration(timed)) : kNoBucket, inTraces[i].second || (client != kNoRow && table_.isError(client))});
            from = to;
        }
    }
    const auto edges = static_cast<uint32_t>(edges_.size());
    table_.forEachRow([&](Row row) {
        if (!table_.isEntry(row))
            return;
        const bool isTimed = hasDuration(row);
        f(table_.trace(row), Call{edges + nodeOfService_[table_.service(row)], isTimed ? row : kNoRow, isTimed ? bucketOf(table_.duration(row)) : kNoBucket, table_.isError(row)});
    });
}

template <typename F>
void GraphCalls::forEachWait(F&& f) const {
    for (uint32_t e = 0; e < edges_.size(); ++e) {
        if (edges_[e].kind != EdgeKind::Messaging)
            continue;
        for (uint32_t i = firstPair_[e]; i < firstPair_[e + 1]; ++i)
            if (const auto [client, server] = pairs_[i]; client != kNoRow && server != kNoRow && ((table_.flags(client) | table_.flags(server)) & kNoStart) == 0)
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

template <typename Durations, typename Waits>
ServiceGraph GraphCalls::assemble(const Totals& totals, Durations&& durations, Waits&& waits, std::vector<uint32_t>* numbers) const {
    ServiceGraph graph;
    graph.traces = totals.traces;
    graph.unnamedCalls = totals.unnamed;
    std::vector<uint8_t> occurs(nodes_.size());
    for (size_t n = 0; n < nodes_.size(); ++n)
        occurs[n] = totals.spans[n] > 0;
    for (size_t e = 0; e < edges_.size(); ++e)
        if (totals.calls[e] > 0)
            occurs[edges_[e].from] = occurs[edges_[e].to] = 1;
    const auto edges = static_cast<uint32_t>(edges_.size());
    std::vector<uint32_t> number(nodes_.size());
    for (uint32_t n = 0; n < nodes_.size(); ++n) {
        if (occurs[n] == 0)
            continue;
        number[n] = static_cast<uint32_t>(graph.nodes.size());
        ServiceGraph::Node node = nodes_[n];
        std::vector<uint32_t> counters = edgesOfPeer_[n];
        if (node.kind == NodeKind::Service) {
            node.spans = totals.spans[n];
            node.selfTime = clamped(totals.selfTime[n]);
            graph.spans += node.spans;
            counters = {edges + n};
        }
        for (const uint32_t counter : counters) {
            node.calls += totals.calls[counter];
            node.errors += totals.errors[counter];
        }
        const Quantiles q = durations(std::span<const uint32_t>(counters));
        node.p50 = q.p50;
        node.p95 = q.p95;
        node.p99 = q.p99;
        graph.nodes.push_back(std::move(node));
    }
    for (uint32_t e = 0; e < edges; ++e) {
        if (totals.calls[e] == 0)
            continue;
        ServiceGraph::Edge edge = edges_[e];
        edge.from = number[edge.from];
        edge.to = number[edge.to];
        edge.calls = totals.calls[e];
        edge.errors = totals.errors[e];
        const Quantiles q = durations(std::span<const uint32_t>(&e, 1));
        edge.p50 = q.p50;
        edge.p95 = q.p95;
        edge.p99 = q.p99;
        if (edge.kind == EdgeKind::Messaging) {
            edge.waits = totals.waits[e];
            const Quantiles w = waits(e);
            edge.waitP50 = w.p50;
            edge.waitP95 = w.p95;
        }
        graph.edges.push_back(edge);
        if (numbers != nullptr)
            numbers->push_back(e);
    }
    return graph;
}

ServiceGraph GraphCalls::count(const BitSet* traces, const StopToken& stop) const {
    Totals totals(*this);
    std::vector<std::vector<int64_t>> durations(counters()), waits(edges_.size());
    for (size_t t = 0; t < table_.traceSlots(); ++t) {
        if (t % kStopInterval == 0)
            stop.check();
        if ((traces != nullptr && !(*traces)[t]) || table_.summary(static_cast<TraceIndex>(t)).spans == 0)
            continue;
        ++totals.traces;
        totals.unnamed += unnamed_[t];
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
    std::vector<uint32_t> numbers;
    std::vector<int64_t> merged;
    ServiceGraph graph = assemble(
        totals,
        [&](std::span<const uint32_t> counters) {
            stop.check();
            merged.clear();
            for (const uint32_t counter : counters)
                merged.insert(merged.end(), durations[counter].begin(), durations[counter].end());
            return Quantiles{quantile(merged, 0.5), quantile(merged, 0.95), quantile(merged, 0.99)};
        },
        [&](uint32_t edge) { return Quantiles{quantile(waits[edge], 0.5), quantile(waits[edge], 0.95), 0}; }, &numbers);
    graph.firstPair.push_back(0);
    for (const uint32_t e : numbers) {
        stop.check();
        for (uint32_t i = firstPair_[e]; i < firstPair_[e + 1]; ++i)
            if (traces == nullptr || (*traces)[traceOf(pairs_[i])])
                graph.pairs.push_back(pairs_[i]);
        graph.firstPair.push_back(static_cast<uint32_t>(graph.pairs.size()));
    }
    return graph;
}

// --- GraphFollower

/// Negative ones, of clocks that differ, below the middle.
uint16_t GraphFollower::waitBucket(int64_t wait) {
    return static_cast<uint16_t>(wait >= 0 ? kBuckets + bucketOf(wait) : kBuckets - 1 - bucketOf(-(wait + 1)));
}

GraphFollower::Plan GraphFollower::plan(const std::vector<std::pair<uint16_t, uint16_t>>& ranges, size_t& size) {
    Plan out;
    size = 0;
    for (const auto& [low, high] : ranges) {
        out.push_back({static_cast<uint32_t>(size), std::min(low, high), high});
        size += high > low ? high - low : 0;
    }
    return out;
}

GraphFollower::GraphFollower(std::shared_ptr<const GraphCalls> calls, SpanTablePtr table)
    : calls_(std::move(calls)), table_(std::move(table)), totals_(*calls_), traces_(table_->traceSlots()) {}

std::shared_ptr<GraphFollower> GraphFollower::make(std::shared_ptr<const GraphCalls> calls, SpanTablePtr table) {
    std::shared_ptr<GraphFollower> out(new GraphFollower(std::move(calls), std::move(table)));
    return out->plan() ? out : nullptr;
}

bool GraphFollower::plan() {
    constexpr size_t kMost = size_t(32) << 20; // counters of four bytes
    const auto widen = [](std::pair<uint16_t, uint16_t>& range, uint16_t bucket) {
        range.first = std::min(range.first, bucket);
        range.second = std::max<uint16_t>(range.second, static_cast<uint16_t>(bucket + 1));
    };
    std::vector<std::pair<uint16_t, uint16_t>> durations(calls_->counters(), {kNoBucket, 0}), waits(calls_->edges_.size(), {kNoBucket, 0});
    for (const GraphCalls::Call& call : calls_->calls_.items)
        if (call.bucket != kNoBucket)
            widen(durations[call.counter], call.bucket);
    for (const GraphCalls::Wait& wait : calls_->waits_.items)
        widen(waits[wait.edge], waitBucket(wait.length));
    size_t size = 0, more = 0;
    durations_ = plan(durations, size);
    waits_ = plan(waits, more);
    if (size + more > kMost)
        return false;
    durationCounts_.resize(size);
    waitCounts_.resize(more);
    return true;
}

template <int sign>
void GraphFollower::add(TraceIndex trace) {
    if (table_->summary(trace).spans == 0)
        return;
    constexpr auto one = static_cast<uint64_t>(static_cast<int64_t>(sign)); // wraps to take away
    totals_.traces += one;
    totals_.unnamed += one * calls_->unnamed_[trace];
    for (const GraphCalls::Call& call : calls_->calls_.of(trace)) {
        totals_.calls[call.counter] += one;
        totals_.errors[call.counter] += call.isError ? one : 0;
        if (call.bucket != kNoBucket) {
            const Histogram& histogram = durations_[call.counter];
            durationCounts_[histogram.first + call.bucket - histogram.low] += static_cast<uint32_t>(one);
        }
    }
    for (const GraphCalls::Wait& wait : calls_->waits_.of(trace)) {
        totals_.waits[wait.edge] += one;
        const Histogram& histogram = waits_[wait.edge];
        waitCounts_[histogram.first + waitBucket(wait.length) - histogram.low] += static_cast<uint32_t>(one);
    }
    for (const GraphCalls::Share& share : calls_->shares_.of(trace)) {
        totals_.spans[share.node] += one * share.spans;
        totals_.selfTime[share.node] += sign * static_cast<__int128>(share.selfTime);
    }
}

GraphCalls::Quantiles GraphFollower::quantiles(std::span<const uint32_t> counters) const {
    uint64_t all = 0;
    uint16_t low = kNoBucket, high = 0;
    for (const uint32_t counter : counters) {
        const Histogram& histogram = durations_[counter];
        if (histogram.high <= histogram.low)
            continue;
        low = std::min(low, histogram.low);
        high = std::max(high, histogram.high);
        for (uint32_t i = 0; i < uint32_t(histogram.high - histogram.low); ++i)
            all += durationCounts_[histogram.first + i];
    }
    GraphCalls::Quantiles out;
    if (all == 0)
        return out;
    const auto rank = [all](double q) { return static_cast<uint64_t>(std::max(1.0, std::ceil(q * static_cast<double>(all) - 1e-6))); };
    const uint64_t half = rank(0.5), most = rank(0.95), last = rank(0.99);
    uint64_t seen = 0;
    for (uint16_t bucket = low; bucket < high; ++bucket) {
        uint64_t here = 0;
        for (const uint32_t counter : counters)
            if (const Histogram& histogram = durations_[counter]; bucket >= histogram.low && bucket < histogram.high)
                here += durationCounts_[histogram.first + bucket - histogram.low];
        if (seen < half && seen + here >= half)
            out.p50 = bucketMiddle(bucket);
        if (seen < most && seen + here >= most)
            out.p95 = bucketMiddle(bucket);
        seen += here;
        if (seen >= last) {
            out.p99 = bucketMiddle(bucket);
            break;
        }
    }
    return out;
}

GraphCalls::Quantiles GraphFollower::waitQuantiles(uint32_t edge) const {
    const uint64_t all = totals_.waits[edge];
    GraphCalls::Quantiles out;
    if (all == 0)
        return out;
    const auto rank = [all](double q) { return static_cast<uint64_t>(std::max(1.0, std::ceil(q * static_cast<double>(all) - 1e-6))); };
    const auto middle = [](uint16_t bucket) { return bucket >= kBuckets ? bucketMiddle(static_cast<uint16_t>(bucket - kBuckets)) : -bucketMiddle(static_cast<uint16_t>(kBuckets - 1 - bucket)) - 1; };
    const Histogram& histogram = waits_[edge];
    uint64_t seen = 0;
    for (uint16_t bucket = histogram.low; bucket < histogram.high; ++bucket) {
        const uint64_t here = waitCounts_[histogram.first + bucket - histogram.low];
        if (seen < rank(0.5) && seen + here >= rank(0.5))
            out.p50 = middle(bucket);
        seen += here;
        if (seen >= rank(0.95)) {
            out.p95 = middle(bucket);
            break;
        }
    }
    return out;
}

ServiceGraph GraphFollower::follow(const BitSet& traces, const StopToken& stop) {
    const std::lock_guard lock(mutex_);
    // One that was stopped has counted some of a change, nobody knows which.
    if (!isValid_ || traces.differences(traces_) > traces.count()) {
        totals_ = GraphCalls::Totals(*calls_);
        std::fill(durationCounts_.begin(), durationCounts_.end(), 0);
        std::fill(waitCounts_.begin(), waitCounts_.end(), 0);
        traces_ = BitSet(traces.size());
    }
    isValid_ = false;
    size_t n = 0;
    traces.forEachDifference(traces_, [&](size_t trace, bool isNew) {
        if (++n % kStopInterval == 0)
            stop.check();
        if (isNew)
            add<1>(static_cast<TraceIndex>(trace));
        else
            add<-1>(static_cast<TraceIndex>(trace));
    });
    traces_ = traces;
    isValid_ = true;
    ServiceGraph graph = calls_->assemble(totals_, [this](std::span<const uint32_t> counters) { return quantiles(counters); }, [this](uint32_t edge) { return waitQuantiles(edge); });
    graph.isApproximate = true;
    return graph;
}

} // namespace aisle
