#include "service_graph/graph_timeline.h"

#include "analysis/quantile.h"
#include "service_graph/counted_calls.h"
#include "text/format.h"

#include <algorithm>

namespace aisle {

using NodeKind = ServiceGraph::NodeKind;

namespace {

constexpr size_t kStopInterval = 1U << 16;

ServiceGraph withoutNumbers(const ServiceGraph& graph) {
    ServiceGraph out;
    for (const ServiceGraph::Node& of : graph.nodes) {
        ServiceGraph::Node& node = out.nodes.emplace_back();
        node.kind = of.kind;
        node.name = of.name;
        node.id = of.id;
        node.service = of.service;
        node.members = of.members;
    }
    for (const ServiceGraph::Edge& of : graph.edges) {
        ServiceGraph::Edge& edge = out.edges.emplace_back();
        edge.from = of.from;
        edge.to = of.to;
        edge.kind = of.kind;
    }
    out.firstPair.resize(graph.edges.size() + 1); // so that pairsOf() says there are none
    return out;
}

} // namespace

/// The bucket; buckets(): outside, buckets() + 1: without a start.
size_t GraphTimeline::slotOf(Row row) const {
    if (!hasStart(row))
        return totals_.size() + 1;
    const int64_t start = table_->start(row);
    if (start < from_ || start >= to_)
        return totals_.size();
    return (static_cast<uint64_t>(start) - static_cast<uint64_t>(from_)) / width_;
}

template <typename F>
void GraphTimeline::forEachItem(const ServiceGraph& graph, const BitSet* traces, const StopToken& stop, F&& f) const {
    size_t n = 0;
    const auto item = [&](Row starts, uint32_t counter, Row timed, bool isError) {
        if (++n % kStopInterval == 0)
            stop.check();
        f(starts, Item{counter << 1 | (isError ? 1 : 0), timed});
    };
    const auto edges = static_cast<uint32_t>(graph.edges.size());
    for (uint32_t e = 0; e < edges && !graph.isApproximate; ++e)
        if (isCounted_[e])
            forEachCountedCall(*table_, graph, e, [&](const CountedCall& call) {
                item(hasStart(call.client) || call.server == kNoRow ? call.client : call.server, e, call.timed, call.isError());
            });
    constexpr uint32_t kNone = ServiceGraph::kNoService;
    std::vector<uint32_t> counterOfService(table_->services().size(), kNone);
    for (uint32_t node = 0; node < graph.nodes.size(); ++node)
        if (isCounted_[edges + node] && graph.nodes[node].service < counterOfService.size())
            counterOfService[graph.nodes[node].service] = edges + node;
    table_->forEachRow([&](Row row) {
        const uint32_t counter = counterOfService[table_->service(row)];
        if (counter != kNone && (traces == nullptr || (*traces)[table_->trace(row)]) && table_->isEntry(row))
            item(row, counter, hasDuration(*table_, row) ? row : kNoRow, table_->isError(row));
    });
}

/// As GraphCalls counts: services by their own spans, users by what they call, all others by what calls them, and groups by what calls them
/// from outside.
std::vector<std::vector<uint32_t>> GraphTimeline::countersOf(const ServiceGraph& graph, const LensedGraph* shown) {
    const auto edges = static_cast<uint32_t>(graph.edges.size());
    std::vector<std::vector<uint32_t>> ofNode(graph.nodes.size()), out;
    for (uint32_t node = 0; node < graph.nodes.size(); ++node)
        if (graph.nodes[node].kind == NodeKind::Service)
            ofNode[node] = {edges + node};
    for (uint32_t e = 0; e < edges; ++e) {
        const auto [from, to] = std::pair(graph.edges[e].from, graph.edges[e].to);
        const NodeKind callee = graph.nodes[to].kind;
        const bool isByUser = graph.nodes[from].kind == NodeKind::User;
        if (isByUser)
            ofNode[from].push_back(e);
        if (callee == NodeKind::Group ? from != to : callee != NodeKind::Service && !isByUser)
            ofNode[to].push_back(e);
    }
    for (uint32_t e = 0; e < (shown ? shown->edgeNumbers.size() : edges); ++e)
        out.push_back({shown ? shown->edgeNumbers[e] : e});
    for (uint32_t n = 0; n < (shown ? shown->nodeNumbers.size() : ofNode.size()); ++n)
        out.push_back(std::move(ofNode[shown ? shown->nodeNumbers[n] : n]));
    return out;
}

GraphTimeline::GraphTimeline(const ServiceGraph& graph, SpanTablePtr table, const BitSet* traces, Range range, const StopToken& stop, const LensedGraph* shown)
    : table_(std::move(table)), shape_(withoutNumbers(shown ? shown->graph : graph)), countersOf_(countersOf(graph, shown)), from_(range.from),
      to_(std::max(range.from, range.to)), counters_(graph.edges.size() + graph.nodes.size()) {
    const size_t buckets = std::max(range.buckets, 1U);
    const uint64_t length = std::max<uint64_t>(static_cast<uint64_t>(to_) - static_cast<uint64_t>(from_), 1);
    width_ = (length - 1) / buckets + 1;
    totals_.resize(buckets);
    const auto edges = static_cast<uint32_t>(graph.edges.size());
    isCounted_.resize(counters_);
    for (const std::vector<uint32_t>& counters : countersOf_)
        for (const uint32_t counter : counters)
            isCounted_[counter] = true;
    // Twice, first to count: sorting the items instead would take as much memory again.
    first_.resize(buckets + 1);
    forEachItem(graph, traces, stop, [&](Row starts, const Item& item) {
        const size_t slot = slotOf(starts);
        const bool isEntry = item.counter() >= edges;
        if (slot >= buckets) {
            Left& left = slot == buckets ? outside_ : withoutStart_;
            ++(isEntry ? left.entries : left.calls);
            return;
        }
        ++first_[slot + 1];
        totals_[slot].calls += isEntry;
        totals_[slot].errors += isEntry && item.isError();
    });
    for (size_t b = 1; b < first_.size(); ++b)
        first_[b] += first_[b - 1];
    items_.resize(first_.back());
    std::vector<uint32_t> next(first_.begin(), first_.end() - 1);
    forEachItem(graph, traces, stop, [&](Row starts, const Item& item) {
        if (const size_t slot = slotOf(starts); slot < buckets)
            items_[next[slot]++] = item;
    });
}

ServiceGraph GraphTimeline::at(uint32_t bucket, uint32_t width, const StopToken& stop) const {
    ServiceGraph out = shape_;
    std::vector<Count> counts(counters_);
    std::vector<std::vector<int64_t>> durations(counts.size());
    const size_t begin = std::min<size_t>(bucket, totals_.size()), end = std::min<size_t>(begin + width, totals_.size());
    for (size_t i = first_[begin]; i < first_[end]; ++i) {
        if (i % kStopInterval == 0)
            stop.check();
        const Item& item = items_[i];
        ++counts[item.counter()].calls;
        counts[item.counter()].errors += item.isError();
        if (item.timed != kNoRow)
            durations[item.counter()].push_back(table_->duration(item.timed));
    }
    std::vector<int64_t> merged;
    const auto fill = [&](auto& part, std::span<const uint32_t> counters) {
        merged.clear();
        for (const uint32_t counter : counters) {
            part.calls += counts[counter].calls;
            part.errors += counts[counter].errors;
            merged.insert(merged.end(), durations[counter].begin(), durations[counter].end());
        }
        part.timed = merged.size();
        part.p50 = quantile(merged, 0.5);
        part.p95 = quantile(merged, 0.95);
        part.p99 = quantile(merged, 0.99);
    };
    for (size_t e = 0; e < out.edges.size(); ++e)
        fill(out.edges[e], countersOf_[e]);
    for (size_t n = 0; n < out.nodes.size(); ++n)
        fill(out.nodes[n], countersOf_[out.edges.size() + n]);
    return out;
}

int64_t GraphTimeline::start(uint32_t bucket) const {
    const unsigned __int128 after = static_cast<unsigned __int128>(width_) * bucket;
    const uint64_t length = static_cast<uint64_t>(to_) - static_cast<uint64_t>(from_);
    return after >= length ? to_ : static_cast<int64_t>(static_cast<uint64_t>(from_) + static_cast<uint64_t>(after));
}

/// Whether all but so many are in two buckets that follow each other, of enough that this says something.
bool GraphTimeline::isCrowded(size_t most) const {
    if (totals_.size() < 20 || items_.size() < 8)
        return false;
    for (size_t b = 0; b + 2 < first_.size(); ++b)
        if (first_[b + 2] - first_[b] + most >= items_.size())
            return true;
    return false;
}

/// The shortest range that holds all but one in a hundred (two of few: a call and its entry span), and what is next to it; nullopt: nothing
/// is gained by it.
std::optional<GraphTimeline::Range> GraphTimeline::withoutFew(const ServiceGraph& graph, const BitSet* traces, const StopToken& stop) const {
    const size_t few = std::max<size_t>(2, items_.size() / 100);
    if (!isCrowded(few))
        return std::nullopt;
    std::vector<int64_t> starts;
    starts.reserve(items_.size());
    forEachItem(graph, traces, stop, [&](Row row, const Item&) {
        if (slotOf(row) < totals_.size())
            starts.push_back(table_->start(row));
    });
    std::sort(starts.begin(), starts.end());
    const auto between = [&](size_t a, size_t b) { return static_cast<uint64_t>(starts[b]) - static_cast<uint64_t>(starts[a]); };
    const size_t kept = starts.size() - 1 - few;
    size_t first = 0;
    for (size_t i = 1; i <= few; ++i)
        if (between(i, i + kept) < between(first, first + kept))
            first = i;
    size_t last = first + kept;
    while (first > 0 && between(first - 1, first) <= between(first, last))
        --first;
    while (last + 1 < starts.size() && between(last, last + 1) <= between(first, last))
        ++last;
    const uint64_t length = static_cast<uint64_t>(to_) - static_cast<uint64_t>(from_);
    if (between(first, last) == 0 || between(first, last) > length / 4)
        return std::nullopt;
    return Range{starts[first], starts[last] + 1, buckets()};
}

GraphTimeline GraphTimeline::ofAll(const ServiceGraph& graph, SpanTablePtr table, const BitSet* traces, uint32_t buckets, const StopToken& stop, const LensedGraph* shown) {
    GraphTimeline whole(graph, table, traces, {graph.from, graph.to + 1, buckets}, stop, shown);
    const auto range = whole.withoutFew(graph, traces, stop);
    if (!range)
        return whole;
    GraphTimeline out(graph, std::move(table), traces, *range, stop, shown);
    out.isWithoutFew_ = true;
    return out;
}

std::string GraphTimeline::note() const {
    std::string out;
    const auto say = [&out](const Left& left, const char* ofOne, const char* ofMany) {
        const auto& [calls, entries] = left;
        if (calls + entries == 0)
            return;
        out += (out.empty() ? "" : " ") + (calls > 0 ? counted(calls, "call", "calls") : std::string());
        if (entries > 0)
            out += (calls > 0 ? " and " : "") + counted(entries, "entry span", "entry spans");
        out += calls + entries == 1 ? ofOne : ofMany;
    };
    if (isWithoutFew_)
        say(outside_, " is far away in time from all others and not played.", " are far away in time from all others and not played.");
    else
        say(outside_, " lies outside of this time range.", " lie outside of this time range.");
    say(withoutStart_, " has no start, and is at no moment of this time.", " have no start, and are at no moment of this time.");
    if (isCrowded(items_.size() / 10))
        out += std::string(out.empty() ? "" : " ") + "Nearly all of it is at one moment: select a shorter time range to see more.";
    return out;
}

} // namespace aisle
