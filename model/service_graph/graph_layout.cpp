#include "service_graph/graph_layout.h"

#include "service_graph/graph_layout_layers.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace aisle {

namespace {

constexpr double kPartGap = 48;   ///< between parts that do not hang together
constexpr double kPortGap = 9;    ///< between edges at one side of a node
constexpr size_t kTangled = 5000; ///< more places where edges pass layers than this are unreadable anyway
constexpr double kLoopWidth = 22; ///< of a call to itself, at the top right

/// Nodes of one part, by their numbers in the input.
using Part = std::vector<uint32_t>;

std::vector<Part> connectedParts(const GraphLayoutInput& input) {
    std::vector<uint32_t> root(input.nodes.size());
    std::iota(root.begin(), root.end(), 0U);
    const auto find = [&](uint32_t i) {
        while (root[i] != i)
            i = root[i] = root[root[i]];
        return i;
    };
    for (const auto& edge : input.edges) {
        const uint32_t a = find(edge.from), b = find(edge.to);
        root[std::max(a, b)] = std::min(a, b);
    }
    std::map<uint32_t, Part> byRoot;
    for (uint32_t i = 0; i < root.size(); ++i)
        byRoot[find(i)].push_back(i);
    std::vector<Part> parts;
    for (auto& [first, part] : byRoot)
        parts.push_back(std::move(part));
    std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.size() > b.size(); });
    return parts;
}

/// Where edges meet a side of a node: spread around its middle, in the order of their other ends.
struct Ports {
    struct Port {
        double other;
        uint32_t edge;
        bool operator<(const Port& o) const { return std::pair(other, edge) < std::pair(o.other, o.edge); }
    };
    std::vector<Port> ports;

    template <typename F>
    void spread(const QRectF& rect, F&& place) {
        std::sort(ports.begin(), ports.end());
        const auto gaps = static_cast<double>(ports.size()) - 1;
        const double gap = gaps > 0 ? std::min(kPortGap, (rect.height() - 12) / gaps) : 0;
        for (size_t i = 0; i < ports.size(); ++i)
            place(ports[i].edge, rect.center().y() + (static_cast<double>(i) - gaps / 2) * gap);
    }
};

size_t passedLayers(const std::vector<uint32_t>& layerOf, const std::vector<LayerEdge>& edges) {
    size_t passed = 0;
    for (const LayerEdge& edge : edges)
        passed += layerOf[edge.second] - layerOf[edge.first] - 1;
    return passed;
}

/// Deeper than this, hand-overs through queues no longer push their receivers into later layers: the fulfilment of an
/// order is a chain of a dozen steps, and all its databases hang at the end of it.
constexpr uint32_t kDeep = 7;

/// Layers by the strong edges alone; weak ones then lead forward or back. False when one of them would have to stay
/// within a layer; nothing is changed then.
bool layerShallow(uint32_t count, const std::vector<bool>& isWeak, const std::vector<LayerEdge>& given,
                  std::vector<LayerEdge>& inner, std::vector<bool>& turned, std::vector<uint32_t>& layerOf) {
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
    inner = given;
    turned.assign(given.size(), false);
    for (size_t e = 0, s = 0; e < given.size(); ++e) {
        turned[e] = isWeak[e] ? layer[given[e].first] > layer[given[e].second] : strongTurned[s++];
        if (turned[e])
            std::swap(inner[e].first, inner[e].second);
    }
    layerOf = std::move(layer);
    return true;
}

/// Lays one part out at the left edge below `top`; returns its size.
QSizeF layoutPart(const GraphLayoutInput& input, const Part& nodes, const std::vector<uint32_t>& edges, double top,
                  GraphLayout& layout, const StopToken& stop) {
    const auto count = static_cast<uint32_t>(nodes.size());
    std::vector<double> heights(count);
    std::map<uint32_t, uint32_t> local;
    for (uint32_t i = 0; i < count; ++i) {
        local[nodes[i]] = i;
        heights[i] = input.nodes[nodes[i]].height();
    }
    std::vector<LayerEdge> inner;
    for (const uint32_t e : edges)
        inner.emplace_back(local[input.edges[e].from], local[input.edges[e].to]);
    const std::vector<LayerEdge> given = inner;
    std::vector<bool> turned = breakCycles(count, inner);
    std::vector<uint32_t> layerOf = assignLayers(count, inner);
    std::vector<bool> isWeak;
    for (const uint32_t e : edges)
        isWeak.push_back(input.edges[e].isWeak);
    const bool isDeep = *std::max_element(layerOf.begin(), layerOf.end()) > kDeep;
    if (isDeep && std::find(isWeak.begin(), isWeak.end(), true) != isWeak.end())
        layerShallow(count, isWeak, given, inner, turned, layerOf);
    if (passedLayers(layerOf, inner) > kTangled) {
        inner = given;
        turned = directByDepth(count, inner);
        layerOf = assignLayers(count, inner);
    }
    LayeredPart part = orderLayers(heights, layerOf, inner, stop);
    const double height = placeItems(part, input.nodeGap, stop);

    // Columns, as wide as their widest node.
    std::vector<double> width(part.layers.size(), 0), left(part.layers.size(), 0);
    for (uint32_t i = 0; i < count; ++i)
        width[layerOf[i]] = std::max(width[layerOf[i]], input.nodes[nodes[i]].width());
    for (size_t l = 1; l < left.size(); ++l)
        left[l] = left[l - 1] + width[l - 1] + input.layerGap;
    for (uint32_t i = 0; i < count; ++i) {
        const QSizeF size = input.nodes[nodes[i]];
        layout.nodes[nodes[i]] = {left[layerOf[i]] + (width[layerOf[i]] - size.width()) / 2,
                                  top + part.items[i].y - size.height() / 2, size.width(), size.height()};
    }

    std::vector<Ports> starts(count), ends(count);
    for (uint32_t e = 0; e < inner.size(); ++e) {
        const auto& chain = part.chains[e];
        starts[inner[e].first].ports.push_back({part.items[chain[1]].y, e});
        ends[inner[e].second].ports.push_back({part.items[chain[chain.size() - 2]].y, e});
    }
    std::vector<double> startY(inner.size()), endY(inner.size());
    for (uint32_t i = 0; i < count; ++i) {
        starts[i].spread(layout.nodes[nodes[i]], [&](uint32_t e, double y) { startY[e] = y; });
        ends[i].spread(layout.nodes[nodes[i]], [&](uint32_t e, double y) { endY[e] = y; });
    }
    for (uint32_t e = 0; e < inner.size(); ++e) {
        auto& points = layout.edges[edges[e]].points;
        const auto& chain = part.chains[e];
        points.emplace_back(layout.nodes[nodes[inner[e].first]].right(), startY[e]);
        for (size_t i = 1; i + 1 < chain.size(); ++i) {
            const LayerItem& item = part.items[chain[i]];
            points.emplace_back(left[item.layer], top + item.y);
            points.emplace_back(left[item.layer] + width[item.layer], top + item.y);
        }
        points.emplace_back(layout.nodes[nodes[inner[e].second]].left(), endY[e]);
        if (turned[e])
            std::reverse(points.begin(), points.end());
    }
    return {left.back() + width.back(), height};
}

} // namespace

namespace {

/// Rightward layout of the transposed cards, transposed back.
GraphLayout layoutDownward(const GraphLayoutInput& input, const StopToken& stop) {
    GraphLayoutInput turned = input;
    turned.isDownward = false;
    for (QSizeF& node : turned.nodes)
        node.transpose();
    GraphLayout layout = layoutGraph(turned, stop);
    layout.isDownward = true;
    layout.size.transpose();
    for (QRectF& node : layout.nodes)
        node = {node.top(), node.left(), node.height(), node.width()};
    for (uint32_t e = 0; e < layout.edges.size(); ++e) {
        GraphLayout::Edge& edge = layout.edges[e];
        for (QPointF& point : edge.points)
            point = point.transposed();
        if (edge.isLoop) {
            const QRectF& rect = layout.nodes[input.edges[e].from];
            edge.points = {{rect.right() - 12 - kLoopWidth, rect.top()}, {rect.right() - 12, rect.top()}};
        }
    }
    return layout;
}

double fitted(const GraphLayout& layout, QSizeF window) {
    return std::min(window.width() / std::max(1.0, layout.size.width()), window.height() / std::max(1.0, layout.size.height()));
}

} // namespace

GraphLayout layoutGraphFor(QSizeF window, GraphLayoutInput rightward, GraphLayoutInput downward, const StopToken& stop) {
    rightward.isDownward = false;
    downward.isDownward = true;
    GraphLayout right = layoutGraph(rightward, stop), down = layoutGraph(downward, stop);
    // Calls read best from left to right; downward has to be clearly larger.
    return fitted(down, window) > 1.15 * std::min(1.0, fitted(right, window)) ? down : right;
}

GraphLayout layoutGraph(const GraphLayoutInput& input, const StopToken& stop) {
    if (input.isDownward)
        return layoutDownward(input, stop);
    GraphLayout layout;
    layout.nodes.resize(input.nodes.size());
    layout.edges.resize(input.edges.size());
    const std::vector<Part> parts = connectedParts(input);
    std::vector<uint32_t> partOf(input.nodes.size(), 0);
    for (uint32_t p = 0; p < parts.size(); ++p)
        for (const uint32_t node : parts[p])
            partOf[node] = p;
    // Equal edges take one way, so that igraph gets a simple graph.
    std::vector<std::vector<uint32_t>> edgesOf(parts.size());
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> firstOf;
    std::vector<std::pair<uint32_t, uint32_t>> repeated;
    for (uint32_t e = 0; e < input.edges.size(); ++e) {
        const auto& edge = input.edges[e];
        layout.edges[e].isLoop = edge.from == edge.to;
        if (edge.from == edge.to)
            continue;
        if (const auto [first, isNew] = firstOf.try_emplace({edge.from, edge.to}, e); isNew)
            edgesOf[partOf[edge.from]].push_back(e);
        else
            repeated.emplace_back(e, first->second);
    }

    double width = 0, bottom = 0;
    size_t next = 0;
    for (; next < parts.size() && parts[next].size() > 1; ++next) {
        const double top = next == 0 ? 0 : bottom + kPartGap;
        const QSizeF size = layoutPart(input, parts[next], edgesOf[next], top, layout, stop);
        width = std::max(width, size.width());
        bottom = top + size.height();
    }
    // Nodes by themselves: rows about as wide as the rest.
    double x = 0, y = next == 0 ? 0 : bottom + kPartGap, row = 0;
    const double widest = std::max(width, 800.0);
    for (; next < parts.size(); ++next) {
        const uint32_t node = parts[next].front();
        const QSizeF size = input.nodes[node];
        if (x > 0 && x + size.width() > widest) {
            x = 0;
            y += row + input.nodeGap;
            row = 0;
        }
        layout.nodes[node] = {QPointF(x, y), size};
        x += size.width() + input.nodeGap;
        row = std::max(row, size.height());
        width = std::max(width, x - input.nodeGap);
        bottom = y + row;
    }
    for (const auto& [edge, first] : repeated)
        layout.edges[edge].points = layout.edges[first].points;
    for (uint32_t e = 0; e < input.edges.size(); ++e) {
        if (!layout.edges[e].isLoop)
            continue;
        const QRectF& rect = layout.nodes[input.edges[e].from];
        layout.edges[e].points = {{rect.right() - 12 - kLoopWidth, rect.top()}, {rect.right() - 12, rect.top()}};
    }
    layout.size = {width, bottom};
    return layout;
}

} // namespace aisle
