#include "service_graph/graph_difference.h"

#include "analysis/saturating.h"

#include "analysis/clustered.h"
#include "analysis/quantile.h"

#include <algorithm>
#include <limits>
#include <array>
#include <cmath>
#include <numeric>

namespace aisle {

namespace {

using Node = ServiceGraph::Node;
using Edge = ServiceGraph::Edge;
using Presence = GraphChange::Presence;

constexpr uint32_t kNowhere = 0xffffffffU;
constexpr size_t kStopInterval = 4096; // traces
constexpr std::array<size_t, 2> kSides{0, 1}; // before, after

/// Where the nodes and edges of one graph are in another one that has some of them, in the same order.
struct Places {
    std::vector<uint32_t> nodes, edges;

    Places(const std::vector<Node>& allNodes, const std::vector<Edge>& allEdges, const ServiceGraph& graph) : nodes(allNodes.size(), kNowhere), edges(allEdges.size(), kNowhere) {
        uint32_t next = 0;
        for (size_t n = 0; n < allNodes.size() && next < graph.nodes.size(); ++n)
            if (allNodes[n].id == graph.nodes[next].id)
                nodes[n] = next++;
        next = 0;
        for (size_t e = 0; e < allEdges.size() && next < graph.edges.size(); ++e)
            if (nodes[allEdges[e].from] == graph.edges[next].from && nodes[allEdges[e].to] == graph.edges[next].to)
                edges[e] = next++;
    }
};

/// The calls of an edge, or what counts for a node, of one side.
struct Sample {
    Clusters calls; ///< hits: failed ones
    ClusteredValues durations;
    double time = 0;      ///< ns, sum of the durations
    uint64_t here = 0, failedHere = 0; ///< of the trace that is being counted
};

class Comparison {
public:
    Comparison(const GraphCalls& calls, const GraphSide& before, const GraphSide& after, RatePer per, const StopToken& stop) : calls_(calls), per_(per), stop_(stop), sides_{&before, &after} {}

    GraphDifference run() {
        unite();
        findSubjects();
        for (const size_t side : kSides)
            count(side);
        out_.failure = medianTrace();
        describe();
        test();
        for (size_t s = 0; s < samples_[0].size(); ++s)
            weigh(s);
        rank();
        return std::move(out_);
    }

private:
    // A subject is an edge of the graph, or a node behind them.
    size_t edges() const { return out_.graph.edges.size(); }
    GraphChange& change(size_t subject) { return subject < edges() ? out_.edges[subject] : out_.nodes[subject - edges()]; }
    uint64_t traces(size_t side) const { return side == 0 ? out_.tracesBefore : out_.tracesAfter; }
    double exposure(size_t side) const { return per_ == RatePer::Trace ? static_cast<double>(traces(side)) : static_cast<double>(std::max<int64_t>(0, sides_[side]->length)) / 1e9; }

    void unite() {
        BitSet both = sides_[0]->traces;
        both |= sides_[1]->traces;
        ServiceGraph& graph = out_.graph = calls_.count(&both, stop_);
        const std::array<ServiceGraph, 2> own{calls_.count(&sides_[0]->traces, stop_), calls_.count(&sides_[1]->traces, stop_)};
        out_.per = per_;
        out_.tracesBefore = own[0].traces;
        out_.tracesAfter = own[1].traces;
        out_.nodes.resize(graph.nodes.size());
        out_.edges.resize(graph.edges.size());
        const std::array<Places, 2> at{Places(graph.nodes, graph.edges, own[0]), Places(graph.nodes, graph.edges, own[1])};
        const auto presence = [](uint32_t before, uint32_t after) { return before == kNowhere ? Presence::Added : after == kNowhere ? Presence::Removed : Presence::Both; };
        for (size_t n = 0; n < graph.nodes.size(); ++n) {
            out_.nodes[n].presence = presence(at[0].nodes[n], at[1].nodes[n]);
            for (const size_t side : kSides)
                if (const uint32_t place = at[side].nodes[n]; place != kNowhere) {
                    graph.nodes[n] = own[side].nodes[place];
                    const double self = static_cast<double>(graph.nodes[n].selfTime) / static_cast<double>(traces(side));
                    out_.nodes[n].timeChange += side == 0 ? -self : self;
                }
        }
        for (size_t e = 0; e < graph.edges.size(); ++e) {
            const auto [from, to] = std::pair(graph.edges[e].from, graph.edges[e].to);
            out_.edges[e].presence = presence(at[0].edges[e], at[1].edges[e]);
            for (const size_t side : kSides)
                if (const uint32_t place = at[side].edges[e]; place != kNowhere)
                    graph.edges[e] = own[side].edges[place];
            graph.edges[e].from = from;
            graph.edges[e].to = to;
        }
    }

    /// What a call counts for: its edge, and the user or the peer that it goes to; an entry span for its service.
    void findSubjects() {
        const ServiceGraph& graph = out_.graph;
        const Places places(calls_.nodes(), calls_.edges(), graph);
        const auto nodeSubject = [&](uint32_t node) { return static_cast<uint32_t>(edges() + node); };
        for (const uint32_t place : places.edges) {
            subjects_.push_back({place, kNowhere});
            if (place == kNowhere)
                continue;
            const Edge& edge = graph.edges[place];
            const uint32_t peer = graph.nodes[edge.from].kind == ServiceGraph::NodeKind::User ? edge.from : edge.to;
            if (graph.nodes[peer].kind != ServiceGraph::NodeKind::Service)
                subjects_.back()[1] = nodeSubject(peer);
        }
        for (const uint32_t place : places.nodes)
            subjects_.push_back({place == kNowhere ? kNowhere : nodeSubject(place), kNowhere});
    }

    void count(size_t side) {
        std::vector<Sample>& samples = samples_[side];
        samples.resize(edges() + out_.graph.nodes.size());
        std::vector<uint32_t> touched;
        size_t counted = 0;
        sides_[side]->traces.forEach([&](size_t trace) {
            if (counted++ % kStopInterval == 0)
                stop_.check();
            calls_.forEachCallOf(trace, [&](uint32_t counter, bool isError, int64_t duration) {
                for (const uint32_t subject : subjects_[counter])
                    if (subject != kNowhere) {
                        Sample& sample = samples[subject];
                        if (sample.here++ == 0)
                            touched.push_back(subject);
                        sample.failedHere += isError;
                        if (duration >= 0)
                            sample.durations.values.push_back(duration);
                    }
            });
            for (const uint32_t subject : touched)
                endTrace(samples[subject]);
            touched.clear();
        });
    }

    static void endTrace(Sample& sample) {
        sample.calls.add(sample.here, sample.failedHere);
        sample.here = sample.failedHere = 0;
        auto& [values, ends] = sample.durations;
        const uint32_t from = ends.empty() ? 0 : ends.back();
        if (values.size() == from)
            return;
        ends.push_back(static_cast<uint32_t>(values.size()));
        sample.time = std::accumulate(values.begin() + from, values.end(), sample.time, [](double sum, int64_t value) { return sum + static_cast<double>(value); });
    }

    int64_t medianTrace() const {
        std::vector<int64_t> durations;
        for (const GraphSide* side : sides_)
            side->traces.forEach([&](size_t trace) {
                if (const TraceSummary& summary = calls_.table().summary(static_cast<TraceIndex>(trace)); summary.spans > 0)
                    durations.push_back(summary.duration);
            });
        return quantile(durations, 0.5);
    }

    /// Numbers of both sides, and what there is enough of to be tested.
    void describe() {
        const bool isEnough = std::min(traces(0), traces(1)) >= kLeastTraces && exposure(0) > 0 && exposure(1) > 0;
        for (size_t s = 0; s < samples_[0].size(); ++s) {
            const Sample &before = samples_[0][s], &after = samples_[1][s];
            GraphChange& c = change(s);
            c.callsBefore = before.calls.calls;
            c.callsAfter = after.calls.calls;
            c.timedBefore = before.durations.values.size();
            c.timedAfter = after.durations.values.size();
            c.errorsBefore = before.calls.hits;
            c.errorsAfter = after.calls.hits;
            const auto over = [](double value, double by) { return by > 0 ? value / by : 0; };
            c.rate.before = over(static_cast<double>(c.callsBefore), exposure(0));
            c.rate.after = over(static_cast<double>(c.callsAfter), exposure(1));
            c.rate.unchanged = 1;
            c.errorShare.before = before.calls.share();
            c.errorShare.after = after.calls.share();
            const auto perTrace = [&](double earlier, double later) { return over(later, static_cast<double>(traces(1))) - over(earlier, static_cast<double>(traces(0))); };
            c.errorChange = 1000 * perTrace(static_cast<double>(c.errorsBefore), static_cast<double>(c.errorsAfter));
            if (s < edges() || out_.graph.nodes[s - edges()].kind != ServiceGraph::NodeKind::Service)
                c.timeChange = perTrace(before.time, after.time);
            c.rate.isTested = isEnough && std::max(before.calls.traces, after.calls.traces) >= kLeastTraces;
            c.errorShare.isTested = std::min(before.calls.traces, after.calls.traces) >= kLeastTraces && c.errorsBefore + c.errorsAfter > 0;
            c.p50.isTested = c.p95.isTested = std::min(before.durations.ends.size(), after.durations.ends.size()) >= kLeastTraces;
            for (const Change* one : {&c.rate, &c.errorShare, &c.p50, &c.p95})
                out_.tested += one->isTested;
        }
    }

    void test() {
        const JointLevel level = JointLevel::of(GraphDifference::kConfidence, out_.tested);
        const auto set = [](Change& of, const Interval& interval) {
            of.low = interval.low;
            of.high = interval.high;
        };
        for (size_t s = 0; s < samples_[0].size(); ++s) {
            stop_.check();
            const Sample &before = samples_[0][s], &after = samples_[1][s];
            GraphChange& c = change(s);
            if (c.rate.isTested)
                set(c.rate, rateRatio(rate(before, 0), rate(after, 1), level));
            if (c.errorShare.isTested)
                set(c.errorShare, shareDifference(before.calls, after.calls, level));
            for (const auto& [of, q] : {std::pair(&c.p50, 0.5), std::pair(&c.p95, 0.95)}) {
                std::vector<int64_t> earlier = before.durations.values, later = after.durations.values;
                of->before = static_cast<double>(quantile(earlier, q));
                of->after = static_cast<double>(quantile(later, q));
                if (of->isTested)
                    set(*of, quantileDifference(q, before.durations, after.durations, level));
            }
            c.sentence = sentenceOf(c, per_);
        }
    }

    CountedRate rate(const Sample& sample, size_t side) const {
        return {sample.calls, exposure(side), per_ == RatePer::Trace ? std::optional(traces(side)) : std::nullopt};
    }

    void weigh(size_t subject) {
        GraphChange& c = change(subject);
        const bool isAll = !c.isClear();
        if (isAll || c.rate.isClear() || c.p50.isClear() || c.p95.isClear())
            c.impact += std::abs(c.timeChange);
        if (isAll || c.rate.isClear() || c.errorShare.isClear())
            c.impact += std::abs(c.errorChange) / 1000 * static_cast<double>(out_.failure);
    }

    void rank() {
        for (const bool isNode : {true, false})
            for (uint32_t i = 0; i < (isNode ? out_.nodes : out_.edges).size(); ++i)
                out_.ranked.push_back({isNode, i});
        std::stable_sort(out_.ranked.begin(), out_.ranked.end(), [this](GraphDifference::Place a, GraphDifference::Place b) {
            const GraphChange &x = out_.at(a), &y = out_.at(b);
            return x.isClear() != y.isClear() ? x.isClear() : x.impact > y.impact;
        });
    }

    const GraphCalls& calls_;
    const RatePer per_;
    const StopToken& stop_;
    std::array<const GraphSide*, 2> sides_;
    std::vector<std::array<uint32_t, 2>> subjects_; ///< by counter
    std::array<std::vector<Sample>, 2> samples_;    ///< of both sides, by subject
    GraphDifference out_;
};

} // namespace

GraphDifference graphDifference(const GraphCalls& calls, const GraphSide& before, const GraphSide& after, RatePer per, const StopToken& stop) { return Comparison(calls, before, after, per, stop).run(); }

namespace {

/// When the first and the last of these traces start.
struct Times {
    int64_t from = std::numeric_limits<int64_t>::max(), to = std::numeric_limits<int64_t>::min();

    Times(const SpanTable& table, const BitSet& traces) {
        traces.forEach([&](size_t trace) {
            const TraceSummary& summary = table.summary(static_cast<TraceIndex>(trace));
            if (!summary.hasStart)
                return;
            from = std::min(from, summary.start);
            to = std::max(to, summary.start);
        });
    }
    int64_t length() const { return to > from ? clamped(static_cast<__int128>(to) - from) : 0; }
};

} // namespace

GraphDifference graphDifference(const traceql::Context& context, const ScopeResult& selected, const Scope& baseline, const StopToken& stop) {
    const TraceSides sides = traceSides(selected, baseline, context, stop);
    const Times before(*context.table, sides.others), after(*context.table, sides.selected);
    const __int128 shared = static_cast<__int128>(std::min(before.to, after.to)) - std::max(before.from, after.from);
    const int64_t shorter = std::min(before.length(), after.length());
    const RatePer per = shorter > 0 && shared < shorter / 10 ? RatePer::Second : RatePer::Trace;
    return graphDifference(*context.graph->calls(stop), {sides.others, before.length()}, {sides.selected, after.length()}, per, stop);
}

} // namespace aisle
