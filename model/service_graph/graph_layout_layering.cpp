// In which layer each node is, and which way the edges lead: from scratch, and near the layout on show.
#include "service_graph/graph_layout_layers.h"

#include <algorithm>

namespace aisle {

namespace {

constexpr size_t kTangled = 5000; ///< more places where edges pass layers than this are unreadable anyway

/// Deeper than this, hand-overs through queues no longer push their receivers into later layers: the fulfilment of an
/// order is a chain of a dozen steps, and all its databases hang at the end of it.
constexpr uint32_t kDeep = 7;

size_t passedLayers(const Layering& layering) {
    size_t passed = 0;
    for (const LayerEdge& edge : layering.edges)
        passed += layering.layerOf[edge.second] - layering.layerOf[edge.first] - 1;
    return passed;
}

/// Layers by the strong edges alone; weak ones then lead forward or back. False when one of them would have to stay
/// within a layer; nothing is changed then.
bool layerShallow(const std::vector<LayerEdge>& given, const std::vector<bool>& isWeak, Layering& layering) {
    const auto count = static_cast<uint32_t>(layering.layerOf.size());
    std::vector<LayerEdge> strong;
    for (size_t e = 0; e < given.size(); ++e)
        if (!isWeak[e])
            strong.push_back(given[e]);
    const std::vector<bool> strongTurned = breakCycles(count, strong);
    std::vector<uint32_t> layer = assignLayers(count, strong);
    // A queue (only weak edges out) may go further right until it shares its layer with none of its consumers.
    std::vector<std::vector<uint32_t>> receivers(count);
    std::vector<bool> isFixed(count, false);
    for (size_t e = 0; e < given.size(); ++e) {
        if (isWeak[e])
            receivers[given[e].first].push_back(given[e].second);
        else
            isFixed[given[e].first] = true;
    }
    for (uint32_t node = 0; node < count; ++node) {
        const auto clashes = [&] {
            return std::any_of(receivers[node].begin(), receivers[node].end(), [&](uint32_t r) { return layer[r] == layer[node]; });
        };
        while (clashes()) {
            if (isFixed[node])
                return false;
            ++layer[node];
        }
    }
    layering.edges = given;
    for (size_t e = 0, s = 0; e < given.size(); ++e) {
        layering.isTurned[e] = isWeak[e] ? layer[given[e].first] > layer[given[e].second] : strongTurned[s++];
        if (layering.isTurned[e])
            std::swap(layering.edges[e].first, layering.edges[e].second);
    }
    layering.layerOf = std::move(layer);
    layering.mayLeadBack = isWeak;
    return true;
}

/// A graph that grows: is there a way?
class Ways {
public:
    explicit Ways(size_t nodes) : out_(nodes), seen_(nodes, 0) {}
    void add(uint32_t from, uint32_t to) { out_[from].push_back(to); }
    bool lead(uint32_t from, uint32_t to) {
        ++search_;
        std::vector<uint32_t> stack{from};
        while (!stack.empty()) {
            const uint32_t node = stack.back();
            stack.pop_back();
            if (node == to)
                return true;
            if (seen_[node] == search_)
                continue;
            seen_[node] = search_;
            stack.insert(stack.end(), out_[node].begin(), out_[node].end());
        }
        return false;
    }

private:
    std::vector<std::vector<uint32_t>> out_;
    std::vector<uint32_t> seen_;
    uint32_t search_ = 0;
};

using Columns = std::vector<std::optional<uint32_t>>;

/// Turns what led back before and would still close a cycle.
void turnAsBefore(const Columns& column, Layering& layering, const StopToken& stop) {
    Ways ways(column.size());
    std::vector<uint32_t> unsure, back;
    for (uint32_t e = 0; e < layering.edges.size(); ++e) {
        auto& [from, to] = layering.edges[e];
        if (!column[from] || !column[to] || *column[from] == *column[to]) {
            unsure.push_back(e);
        } else if (*column[from] < *column[to]) {
            ways.add(from, to);
        } else if (layering.mayLeadBack[e]) {
            layering.isTurned[e] = true;
            std::swap(from, to);
            ways.add(from, to);
        } else {
            back.push_back(e);
        }
    }
    unsure.insert(unsure.end(), back.begin(), back.end());
    for (const uint32_t e : unsure) {
        stop.check();
        auto& [from, to] = layering.edges[e];
        layering.isTurned[e] = ways.lead(to, from);
        if (layering.isTurned[e])
            std::swap(from, to);
        ways.add(from, to);
    }
}

} // namespace

Layering layersOf(uint32_t nodes, const std::vector<LayerEdge>& edges, const std::vector<bool>& isWeak, uint32_t most) {
    Layering layering;
    layering.edges = edges;
    layering.isTurned = breakCycles(nodes, layering.edges);
    layering.mayLeadBack.assign(edges.size(), false);
    layering.layerOf = assignLayers(nodes, layering.edges);
    const bool isDeep = *std::max_element(layering.layerOf.begin(), layering.layerOf.end()) > kDeep;
    if (isDeep && std::find(isWeak.begin(), isWeak.end(), true) != isWeak.end())
        layerShallow(edges, isWeak, layering);
    if (passedLayers(layering) > kTangled) {
        layering.edges = edges;
        layering.isTurned = directByDepth(nodes, layering.edges);
        layering.layerOf = assignLayers(nodes, layering.edges);
        layering.mayLeadBack.assign(edges.size(), true);
    }
    if (most > 0)
        limitLayers(layering.edges, most, layering.layerOf);
    return layering;
}

Layering layersAsBefore(const Columns& column, const std::vector<LayerEdge>& edges, const Layering& fresh, const StopToken& stop) {
    Layering layering;
    layering.edges = edges;
    layering.isTurned.assign(edges.size(), false);
    layering.mayLeadBack = fresh.mayLeadBack;
    turnAsBefore(column, layering, stop);
    const auto nodes = static_cast<uint32_t>(column.size());
    std::vector<std::vector<uint32_t>> out(nodes);
    std::vector<uint32_t> open(nodes, 0), order;
    for (const auto& [from, to] : layering.edges) {
        out[from].push_back(to);
        ++open[to];
    }
    for (uint32_t i = 0; i < nodes; ++i)
        if (open[i] == 0)
            order.push_back(i);
    const std::vector<uint32_t> callers = open;
    // The column before or, where callers are now beside or behind it, a later one.
    std::vector<int64_t> layer(nodes, 0);
    for (uint32_t i = 0; i < nodes; ++i)
        layer[i] = column[i].value_or(0);
    for (size_t at = 0; at < order.size(); ++at) {
        const uint32_t node = order[at];
        if (!column[node] && callers[node] == 0) { // new and called by nobody: next to what it calls
            int64_t nearest = INT64_MAX;
            for (const uint32_t to : out[node])
                nearest = std::min(nearest, layer[to]);
            layer[node] = nearest - 1;
        }
        for (const uint32_t to : out[node]) {
            layer[to] = std::max(layer[to], layer[node] + 1);
            if (--open[to] == 0)
                order.push_back(to);
        }
    }
    std::vector<int64_t> used = layer;
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    for (const int64_t l : layer)
        layering.layerOf.push_back(static_cast<uint32_t>(std::lower_bound(used.begin(), used.end(), l) - used.begin()));
    return layering;
}

} // namespace aisle
