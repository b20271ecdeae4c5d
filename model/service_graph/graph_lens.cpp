#include "service_graph/graph_lens.h"

#include "service_graph/graph_paths.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>

namespace aisle {

using Direction = GraphLens::Direction;
using NodeKind = ServiceGraph::NodeKind;
using Side = NodeEdges::Side;

namespace {

std::string inQuotes(std::string_view text) { return "\xe2\x80\x9c" + printable(text) + "\xe2\x80\x9d"; }

/// With its kind, where it is no service: names occur in several kinds.
std::string named(const ServiceGraph::Node& node) {
    switch (node.kind) {
    case NodeKind::User: return "the user";
    case NodeKind::Service: return inQuotes(node.name);
    case NodeKind::External: return "the external system " + inQuotes(node.name);
    case NodeKind::Queue:
    case NodeKind::Cache:
    case NodeKind::Database:
    case NodeKind::Group: break;
    }
    return std::string("the ").append(nodeKindName(node.kind)).append(" ") + inQuotes(node.name);
}

double share(uint64_t part, uint64_t whole) { return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole); }

/// Rounding must not say that all is hidden where something is shown.
std::string callsIn(uint64_t hidden, uint64_t all) {
    if (hidden == 0 || hidden == all)
        return hidden == 0 ? "no call" : "all calls";
    const double part = share(hidden, all);
    return (part > 0.999 ? "more than 99.9 %" : formatPercent(part)) + " of the calls";
}

std::string failuresIn(uint64_t hidden, uint64_t all) {
    if (hidden == 0)
        return "no failure";
    if (hidden == all)
        return all == 1 ? "the only failure" : "all " + formatCount(all) + " failures";
    return formatCount(hidden) + " of " + formatCount(all) + " failures";
}

class LensMaker {
public:
    LensMaker(const ServiceGraph& graph, const GraphLens& lens)
        : graph_(graph), lens_(lens), showsNode_(graph.nodes.size(), true), showsEdge_(graph.edges.size(), true) {}

    LensedGraph make() {
        if (!lens_.around.empty())
            narrow();
        if (lens_.mostEdges > 0)
            limit();
        LensedGraph out = cut();
        if (const std::string rest = isWithoutWay_ ? std::string() : leftOut(out); !rest.empty())
            sentence_ += (sentence_.empty() ? "" : " ") + rest;
        else if (isUnknown_)
            sentence_ += " Everything is shown.";
        out.sentence = sentence_;
        return out;
    }

private:
    void narrow() {
        const auto around = graph_.nodeById(lens_.around), target = graph_.nodeById(lens_.pathTo);
        isUnknown_ = !around || (!lens_.pathTo.empty() && !target);
        if (isUnknown_) {
            sentence_ = "There is no node " + inQuotes(around ? lens_.pathTo : lens_.around) + " in this graph.";
            return;
        }
        showsNode_.assign(graph_.nodes.size(), false);
        showsEdge_.assign(graph_.edges.size(), false);
        if (!lens_.pathTo.empty()) {
            ways(*around, *target);
            return;
        }
        around_ = *around;
        showsNode_[around_] = true;
        if (lens_.direction != Direction::Upstream)
            walk(Side::Out);
        if (lens_.direction != Direction::Downstream)
            walk(Side::In);
    }

    void show(size_t e) { showsEdge_[e] = showsNode_[graph_.edges[e].from] = showsNode_[graph_.edges[e].to] = true; }

    void walk(Side side) {
        const Reach found = reach(graph_, NodeEdges(graph_, side), around_);
        const uint32_t most = lens_.hops == 0 ? Reach::kNever : lens_.hops;
        for (size_t e = 0; e < graph_.edges.size(); ++e)
            if (found.hops[side == Side::Out ? graph_.edges[e].from : graph_.edges[e].to] < most)
                show(e);
    }

    void ways(uint32_t from, uint32_t to) {
        const Reach ahead = reach(graph_, NodeEdges(graph_, Side::Out), from, to);
        const Reach back = reach(graph_, NodeEdges(graph_, Side::In), to, from);
        const uint64_t most = lens_.hops == 0 ? uint64_t(2) * Reach::kNever : lens_.hops;
        for (size_t e = 0; e < graph_.edges.size(); ++e) {
            const auto& edge = graph_.edges[e];
            const bool goesOn = from != to && (edge.from == to || edge.to == from); // behind the end, or before the start
            const uint32_t before = ahead.hops[edge.from], after = back.hops[edge.to];
            if (!goesOn && before != Reach::kNever && after != Reach::kNever && uint64_t(before) + 1 + after <= most)
                show(e);
        }
        path_ = shortestPath(graph_, from, to);
        isWithoutWay_ = path_.empty() || path_.size() > most;
        if (!isWithoutWay_)
            return;
        sentence_ = noWay(from, to);
        path_.clear();
    }

    std::string noWay(uint32_t from, uint32_t to) const {
        const std::string a = named(graph_.nodes[from]), b = named(graph_.nodes[to]);
        if (!path_.empty())
            return "No way of at most " + counted(lens_.hops, "call", "calls") + " leads from " + a + " to " + b + "; the shortest has " +
                   formatCount(path_.size()) + ".";
        if (from == to)
            return "No call of " + a + " leads back to it, not through others either.";
        const bool isReverse = !shortestPath(graph_, to, from).empty();
        return "No call leads from " + a + " to " + b + ", not through others either" +
               (isReverse ? "; but calls lead from " + b + " to " + a + "." : ".");
    }

    /// By edge; the shortest path comes before all others.
    std::vector<double> scores(const std::vector<uint32_t>& among) const {
        const auto timeOf = [](const ServiceGraph::Edge& edge) { return static_cast<double>(edge.calls) * static_cast<double>(edge.p50); };
        uint64_t calls = 0, errors = 0;
        double time = 0;
        for (const uint32_t e : among) {
            const ServiceGraph::Edge& edge = graph_.edges[e];
            calls += edge.calls;
            errors += edge.errors;
            time += timeOf(edge);
        }
        std::vector<double> out(graph_.edges.size());
        for (const uint32_t e : among) {
            const ServiceGraph::Edge& edge = graph_.edges[e];
            out[e] = std::max({share(edge.calls, calls), share(edge.errors, errors), time > 0 ? timeOf(edge) / time : 0});
        }
        for (const uint32_t e : path_)
            out[e] = 2;
        return out;
    }

    void limit() {
        std::vector<uint32_t> among;
        for (uint32_t e = 0; e < graph_.edges.size(); ++e)
            if (showsEdge_[e])
                among.push_back(e);
        const size_t most = std::max<size_t>(lens_.mostEdges, path_.size());
        if (among.size() <= most)
            return;
        const std::vector<double> score = scores(among);
        std::nth_element(among.begin(), among.begin() + static_cast<std::ptrdiff_t>(most), among.end(),
                         [&](uint32_t a, uint32_t b) { return score[a] != score[b] ? score[a] > score[b] : a < b; });
        for (const uint32_t e : among) {
            showsEdge_[e] = false;
            showsNode_[graph_.edges[e].from] = showsNode_[graph_.edges[e].to] = false;
        }
        for (size_t i = 0; i < most; ++i)
            show(among[i]);
        if (around_ != Reach::kNever)
            showsNode_[around_] = true;
    }

    LensedGraph cut() const {
        LensedGraph out;
        ServiceGraph& graph = out.graph;
        graph.spans = graph_.spans;
        graph.traces = graph_.traces;
        graph.unnamedCalls = graph_.unnamedCalls;
        graph.isApproximate = graph_.isApproximate;
        graph.orphans = graph_.orphans;
        graph.incompleteTraces = graph_.incompleteTraces;
        graph.from = graph_.from;
        graph.to = graph_.to;
        std::vector<uint32_t> number(graph_.nodes.size());
        for (uint32_t n = 0; n < graph_.nodes.size(); ++n) {
            if (!showsNode_[n])
                continue;
            number[n] = static_cast<uint32_t>(graph.nodes.size());
            out.nodeNumbers.push_back(n);
            graph.nodes.push_back(graph_.nodes[n]);
        }
        graph.nodeOfService = graph_.nodeOfService;
        for (uint32_t& node : graph.nodeOfService)
            if (node != ServiceGraph::kNoNode)
                node = showsNode_[node] ? number[node] : ServiceGraph::kNoNode;
        const bool hasPairs = graph_.firstPair.size() == graph_.edges.size() + 1;
        if (hasPairs)
            graph.firstPair.push_back(0);
        size_t part = 0;
        for (uint32_t e = 0; e < graph_.edges.size(); ++e) {
            if (!showsEdge_[e]) {
                out.hidden.calls += graph_.edges[e].calls;
                out.hidden.errors += graph_.edges[e].errors;
                continue;
            }
            out.edgeNumbers.push_back(e);
            ServiceGraph::Edge& edge = graph.edges.emplace_back(graph_.edges[e]);
            edge.from = number[edge.from];
            edge.to = number[edge.to];
            if (!hasPairs)
                continue;
            for (; part < graph_.parts.size() && graph_.parts[part].edge <= e; ++part)
                if (graph_.parts[part].edge == e) {
                    ServiceGraph::Part& kept = graph.parts.emplace_back(graph_.parts[part]);
                    kept.edge = static_cast<uint32_t>(graph.edges.size() - 1);
                    kept.firstPair = static_cast<uint32_t>(graph.pairs.size()) + kept.firstPair - graph_.firstPair[e];
                }
            const auto pairs = graph_.pairsOf(e);
            graph.pairs.insert(graph.pairs.end(), pairs.begin(), pairs.end());
            graph.firstPair.push_back(static_cast<uint32_t>(graph.pairs.size()));
        }
        for (const uint32_t e : path_) {
            const auto at = std::lower_bound(out.edgeNumbers.begin(), out.edgeNumbers.end(), e);
            out.shortestPath.push_back(static_cast<uint32_t>(at - out.edgeNumbers.begin()));
        }
        out.hidden.nodes = graph_.nodes.size() - graph.nodes.size();
        out.hidden.edges = graph_.edges.size() - graph.edges.size();
        return out;
    }

    std::string leftOut(const LensedGraph& of) const {
        const GraphHidden& hidden = of.hidden;
        if (hidden.edges == 0 && hidden.nodes == 0)
            return {};
        const size_t nodes = of.graph.nodes.size(), shown = of.graph.edges.size(), edges = graph_.edges.size();
        const auto others = [](uint64_t n) { return n == 1 ? "the other one" : "the other " + formatCount(n); };
        if (hidden.edges == 0)
            return formatCount(nodes) + " of " + formatCount(graph_.nodes.size()) + (nodes == 1 ? " nodes is" : " nodes are") +
                   " shown; no call leads to or from " + others(hidden.nodes) + ".";
        uint64_t calls = 0, errors = 0;
        for (const auto& edge : graph_.edges) {
            calls += edge.calls;
            errors += edge.errors;
        }
        const std::string held = callsIn(hidden.calls, calls) + " and " + failuresIn(hidden.errors, errors) + "." +
                                 (hidden.nodes > 0 ? " " + formatCount(hidden.nodes) + " of " + formatCount(graph_.nodes.size()) + (hidden.nodes == 1 ? " nodes is" : " nodes are") + " not shown." : "");
        if (shown == 0)
            return (edges == 1 ? "The only edge is not shown; it holds " : "None of the " + formatCount(edges) + " edges is shown; they hold ") + held;
        return formatCount(shown) + " of " + formatCount(edges) + (shown == 1 ? " edges is" : " edges are") + " shown; " +
               others(hidden.edges) + (hidden.edges == 1 ? " holds " : " hold ") + held;
    }

    const ServiceGraph& graph_;
    const GraphLens& lens_;
    std::vector<bool> showsNode_, showsEdge_;
    std::vector<uint32_t> path_;             ///< the shortest, edge numbers
    uint32_t around_ = Reach::kNever;        ///< node number; not of ways
    bool isUnknown_ = false, isWithoutWay_ = false;
    std::string sentence_;
};

} // namespace

std::string GraphHidden::sentence() const {
    if (nodes + edges == 0)
        return {};
    std::string what = nodes > 0 ? counted(nodes, "node", "nodes") : std::string();
    if (edges > 0)
        what += (what.empty() ? "" : " and ") + counted(edges, "edge", "edges");
    return what + (nodes + edges == 1 ? " is" : " are") + " not shown" + (edges > 0 ? ": " + counted(calls, "call", "calls") + ", " + formatCount(errors) + " failed." : ".");
}

LensedGraph applyLens(const ServiceGraph& graph, const GraphLens& lens) { return LensMaker(graph, lens).make(); }

} // namespace aisle
