#include "paths/follow_graph.h"

#include "analysis/quantile.h"
#include "analysis/saturating.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <tuple>
#include <unordered_map>

namespace aisle {

namespace {

size_t keptOf(size_t all, double share) {
    if (all == 0 || !(share > 0)) // or no number
        return std::min<size_t>(1, all);
    // 0.07 * 100 is 7.000000000000001 in binary.
    return static_cast<size_t>(std::clamp(std::ceil(share * static_cast<double>(all) - 1e-6), 1.0, static_cast<double>(all)));
}

/// Chooses the nodes: activities that occur, the most frequent first.
void chooseActivities(const CaseLog& log, const std::vector<bool>& only, double share, DirectlyFollows& out) {
    std::vector<uint64_t> events(log.activities.size(), 0);
    for (CaseNumber c = 0; c < log.cases(); ++c)
        if (only[c])
            for (uint32_t i = log.first[c]; i < log.first[c + 1]; ++i)
                ++events[log.activity[i]];
    std::vector<uint32_t> order;
    for (uint32_t a = 0; a < events.size(); ++a)
        if (events[a] > 0)
            order.push_back(a);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return events[a] != events[b] ? events[a] > events[b] : std::tie(log.activities[a], a) < std::tie(log.activities[b], b); });
    out.kept.assign(log.activities.size(), false);
    out.nodeOf.assign(log.activities.size(), DirectlyFollows::kNone);
    const size_t kept = keptOf(order.size(), share);
    for (size_t i = 0; i < order.size(); ++i) {
        if (i >= kept) {
            out.leftOut.push_back(order[i]);
            out.eventsLeftOut += events[order[i]];
            continue;
        }
        out.kept[order[i]] = true;
        out.nodeOf[order[i]] = static_cast<uint32_t>(out.nodes.size());
        out.nodes.emplace_back().activity = order[i];
    }
}

/// Counts cases one by one.
class Counter {
public:
    Counter(const CaseLog& log, bool fromStart, DirectlyFollows& out) : log_(log), fromStart_(fromStart), out_(out), durations_(out.nodes.size()), seen_(out.nodes.size()) {}

    void add(CaseNumber c) {
        ++out_.cases;
        log_.eventsOf(c, &out_.kept, events_);
        if (events_.empty()) {
            ++out_.emptyCases;
            return;
        }
        out_.openCases += log_.isOpen[c];
        uint32_t before = DirectlyFollows::kStart;
        for (size_t i = 0; i < events_.size(); ++i) {
            const uint32_t event = events_[i], number = out_.nodeOf[log_.activity[event]];
            DirectlyFollows::Node& node = out_.nodes[number];
            ++node.events;
            Seen& seen = seen_[number];
            if (seen.last != c) {
                seen = {c, 1};
                ++node.cases;
            } else if (++seen.times == 2) {
                ++node.reworked;
            }
            if (log_.end[event] != CaseLog::kNoEnd)
                durations_[number].push_back(timeBetween(log_.start[event], log_.end[event]));
            const size_t edge = add(before, number, c);
            if (i > 0)
                addWait(edge, events_[i - 1], event);
            before = number;
        }
        ++out_.nodes[out_.nodeOf[log_.activity[events_.front()]]].begins;
        ++(log_.isOpen[c] ? out_.nodes[before].open : out_.nodes[before].ends);
        add(before, log_.isOpen[c] ? DirectlyFollows::kOpen : DirectlyFollows::kEnd, c);
    }

    void finish(const StopToken& stop) {
        for (size_t n = 0; n < out_.nodes.size(); ++n) {
            stop.check();
            out_.nodes[n].timed = durations_[n].size();
            out_.nodes[n].p50 = quantile(durations_[n], 0.5);
            out_.nodes[n].p90 = quantile(durations_[n], 0.9);
        }
        for (size_t e = 0; e < out_.edges.size(); ++e) {
            stop.check();
            DirectlyFollows::Edge& edge = out_.edges[e];
            edge.timed = waits_[e].size();
            if (edge.timed == 0)
                continue;
            __int128 sum = 0;
            for (const int64_t wait : waits_[e])
                sum += wait;
            edge.mean = static_cast<int64_t>(sum / static_cast<__int128>(edge.timed));
            edge.p50 = quantile(waits_[e], 0.5);
            edge.p90 = quantile(waits_[e], 0.9);
        }
    }

private:
    struct Seen {
        CaseNumber last = kNoCase;
        uint32_t times = 0;
    };

    size_t add(uint32_t from, uint32_t to, CaseNumber c) {
        const auto [at, isNew] = numbers_.try_emplace(uint64_t(from) << 32 | to, out_.edges.size());
        if (isNew) {
            out_.edges.push_back({from, to, 0, 0, 0, 0, 0, 0});
            waits_.emplace_back();
            lastCase_.push_back(kNoCase);
        }
        const size_t number = at->second;
        ++out_.edges[number].times;
        if (lastCase_[number] != c) {
            lastCase_[number] = c;
            ++out_.edges[number].cases;
        }
        return number;
    }

    void addWait(size_t edge, uint32_t before, uint32_t event) {
        const int64_t from = fromStart_ ? log_.start[before] : log_.end[before];
        if (from != CaseLog::kNoEnd)
            waits_[edge].push_back(std::max<int64_t>(0, timeBetween(from, log_.start[event])));
    }

    const CaseLog& log_;
    const bool fromStart_;
    DirectlyFollows& out_;
    std::vector<std::vector<int64_t>> durations_, waits_;
    std::vector<Seen> seen_; ///< by node
    std::vector<CaseNumber> lastCase_; ///< by edge
    std::unordered_map<uint64_t, size_t> numbers_; ///< of edges
    std::vector<uint32_t> events_;
};

/// Marks the edges on the strongest way from the start to each node, or from each node to the end: Dijkstra's algorithm for the widest path.
void keepStrongestWays(const DirectlyFollows& graph, bool fromStart, std::vector<bool>& keep) {
    const auto root = static_cast<uint32_t>(graph.nodes.size());
    std::vector<std::vector<uint32_t>> edgesOf(graph.nodes.size() + 1);
    const auto near = [&](const DirectlyFollows::Edge& edge) { return std::min(fromStart ? edge.from : edge.to, root); };
    const auto far = [&](const DirectlyFollows::Edge& edge) { return std::min(fromStart ? edge.to : edge.from, root); };
    for (uint32_t e = 0; e < graph.edges.size(); ++e)
        if (far(graph.edges[e]) != root)
            edgesOf[near(graph.edges[e])].push_back(e);
    struct Way {
        uint64_t width; ///< cases of its weakest edge
        uint32_t edge;  ///< its last; of equal ones the strongest
        bool operator<(const Way& other) const { return width != other.width ? width < other.width : edge > other.edge; }
    };
    std::priority_queue<Way> ways;
    std::vector<bool> isReached(edgesOf.size(), false);
    const auto reach = [&](uint32_t node, uint64_t width) {
        isReached[node] = true;
        for (const uint32_t e : edgesOf[node])
            ways.push({std::min(width, graph.edges[e].cases), e});
    };
    reach(root, std::numeric_limits<uint64_t>::max());
    while (!ways.empty()) {
        const Way way = ways.top();
        ways.pop();
        const uint32_t node = far(graph.edges[way.edge]);
        if (isReached[node])
            continue;
        keep[way.edge] = true;
        reach(node, way.width);
    }
}

void leaveOutEdges(DirectlyFollows& graph, double share) {
    std::sort(graph.edges.begin(), graph.edges.end(), [](const DirectlyFollows::Edge& a, const DirectlyFollows::Edge& b) {
        return std::tuple(b.cases, b.times, a.from, a.to) < std::tuple(a.cases, a.times, b.from, b.to);
    });
    const size_t kept = keptOf(graph.edges.size(), share);
    if (kept == graph.edges.size())
        return;
    std::vector<bool> keep(graph.edges.size(), false);
    std::fill(keep.begin(), keep.begin() + static_cast<std::ptrdiff_t>(kept), true);
    keepStrongestWays(graph, true, keep);
    keepStrongestWays(graph, false, keep);
    std::vector<DirectlyFollows::Edge> edges;
    for (size_t e = 0; e < keep.size(); ++e) {
        if (keep[e]) {
            edges.push_back(graph.edges[e]);
        } else {
            ++graph.edgesLeftOut;
            graph.timesLeftOut += graph.edges[e].times;
        }
    }
    graph.edges = std::move(edges);
}

} // namespace

const DirectlyFollows::Edge* DirectlyFollows::find(uint32_t from, uint32_t to) const {
    const auto at = std::find_if(edges.begin(), edges.end(), [&](const Edge& edge) { return edge.from == from && edge.to == to; });
    return at == edges.end() ? nullptr : &*at;
}

DirectlyFollows followGraph(const CaseLog& log, const std::vector<bool>& only, const FollowDetail& detail, const StopToken& stop) {
    DirectlyFollows out;
    chooseActivities(log, only, detail.activities, out);
    stop.check();
    Counter counter(log, detail.fromStart, out);
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 1024 == 0)
            stop.check();
        if (only[c])
            counter.add(c);
    }
    counter.finish(stop);
    leaveOutEdges(out, detail.paths);
    return out;
}

std::vector<CaseNumber> casesOfNode(const CaseLog& log, const std::vector<bool>& only, const DirectlyFollows& graph, uint32_t node, const StopToken& stop) {
    const bool isActivity = node < graph.nodes.size();
    const auto isOfNode = [&](uint32_t activity) { return isActivity ? activity == graph.nodes[node].activity : static_cast<bool>(graph.kept[activity]); };
    std::vector<CaseNumber> out;
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        if (!only[c] || (node == DirectlyFollows::kEnd && log.isOpen[c]) || (node == DirectlyFollows::kOpen && !log.isOpen[c]))
            continue;
        const auto begin = log.activity.begin() + log.first[c], end = log.activity.begin() + log.first[c + 1];
        if (std::any_of(begin, end, isOfNode))
            out.push_back(c);
    }
    return out;
}

std::vector<CaseNumber> casesOfEdge(const CaseLog& log, const std::vector<bool>& only, const DirectlyFollows& graph, uint32_t from, uint32_t to, const StopToken& stop) {
    std::vector<CaseNumber> out;
    std::vector<uint32_t> events;
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        if (!only[c])
            continue;
        log.eventsOf(c, &graph.kept, events);
        if (events.empty())
            continue;
        uint32_t before = DirectlyFollows::kStart;
        bool isFound = false;
        for (const uint32_t event : events) {
            const uint32_t node = graph.nodeOf[log.activity[event]];
            isFound |= before == from && node == to;
            before = node;
        }
        isFound |= before == from && to == (log.isOpen[c] ? DirectlyFollows::kOpen : DirectlyFollows::kEnd);
        if (isFound)
            out.push_back(c);
    }
    return out;
}

} // namespace aisle
