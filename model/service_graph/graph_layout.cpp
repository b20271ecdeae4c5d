#include "service_graph/graph_layout.h"

#include "service_graph/graph_layout_part.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace aisle {

namespace {

constexpr double kPartGap = 48;     ///< between parts that do not hang together
constexpr double kAspect = 1.8;     ///< of the rows that parts are placed in, where none is wider
constexpr double kLoopWidth = 22;   ///< of a call to itself, at the top right

/// A part of the graph that hangs together: its nodes and edges by their numbers in the whole.
struct Part {
    std::vector<uint32_t> nodes, edges;
};

/// Parts by size; equal edges are in their part once, loops not at all.
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
        byRoot[find(i)].nodes.push_back(i);
    for (uint32_t e = 0; e < input.edges.size(); ++e)
        byRoot[find(input.edges[e].from)].edges.push_back(e);
    std::vector<Part> parts;
    for (auto& [first, part] : byRoot)
        parts.push_back(std::move(part));
    std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.nodes.size() > b.nodes.size(); });
    return parts;
}

/// The same edge in the whole graph: the first of equal ones.
std::vector<uint32_t> firstOfEqual(const GraphLayoutInput& input) {
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> firstOf;
    std::vector<uint32_t> first;
    for (uint32_t e = 0; e < input.edges.size(); ++e)
        first.push_back(firstOf.try_emplace({input.edges[e].from, input.edges[e].to}, e).first->second);
    return first;
}

/// The node with most neighbours; the centre where it is in the part.
uint32_t centreOf(const GraphLayoutInput& part, std::optional<uint32_t> centre) {
    if (centre)
        return *centre;
    std::vector<uint32_t> degree(part.nodes.size(), 0);
    for (const auto& edge : part.edges) {
        ++degree[edge.from];
        ++degree[edge.to];
    }
    return static_cast<uint32_t>(std::max_element(degree.begin(), degree.end()) - degree.begin());
}

/// `part` as a graph by itself; `local` has the place of each node of it.
GraphLayoutInput inputOf(const GraphLayoutInput& input, const Part& part, std::vector<uint32_t>& local) {
    GraphLayoutInput own = input;
    own.nodes.clear();
    own.edges.clear();
    own.before.clear();
    bool isKnown = false;
    std::optional<uint32_t> centre;
    for (const uint32_t node : part.nodes) {
        local[node] = static_cast<uint32_t>(own.nodes.size());
        if (node == input.centre)
            centre = local[node];
        own.nodes.push_back(input.nodes[node]);
        own.before.push_back(node < input.before.size() ? input.before[node] : std::nullopt);
        isKnown = isKnown || own.before.back();
    }
    if (!isKnown)
        own.before.clear();
    for (const uint32_t e : part.edges) {
        const auto& edge = input.edges[e];
        own.edges.push_back({local[edge.from], local[edge.to], edge.isWeak, edge.isMain});
    }
    own.centre = centreOf(own, centre);
    return own;
}

/// The rightward layout of the transposed cards, transposed back.
GraphLayout layoutDownward(GraphLayoutInput part, const StopToken& stop) {
    for (QSizeF& node : part.nodes)
        node.transpose();
    for (auto& place : part.before)
        if (place)
            place = place->transposed();
    GraphLayout layout = layoutLayered(part, stop);
    layout.size.transpose();
    for (QRectF& node : layout.nodes)
        node = {node.top(), node.left(), node.height(), node.width()};
    for (GraphLayout::Edge& edge : layout.edges)
        for (QPointF& point : edge.points)
            point = point.transposed();
    return layout;
}

GraphLayout layoutPart(const GraphLayoutInput& part, const StopToken& stop) {
    stop.check();
    if (part.nodes.size() == 1) {
        GraphLayout layout;
        layout.nodes = {QRectF(QPointF(0, 0), part.nodes.front())};
        layout.size = part.nodes.front();
        return layout;
    }
    switch (part.kind) {
    case GraphLayoutKind::Force: return layoutForce(part, stop);
    case GraphLayoutKind::Radial: return layoutRadial(part, stop);
    case GraphLayoutKind::Layered: break;
    }
    return part.isDownward ? layoutDownward(part, stop) : layoutLayered(part, stop);
}

/// Places one part after the other in rows.
class Rows {
public:
    explicit Rows(double width) : most_(width) {}

    /// Where the next one goes. What has edges keeps a larger distance than nodes by themselves keep from each other.
    QPointF place(QSizeF size, double gap, bool startsRow) {
        if (x_ > 0 && (startsRow || x_ + size.width() > most_)) {
            x_ = 0;
            y_ = size_.height() + gap_;
        }
        const QPointF at(x_, y_);
        x_ += size.width() + gap;
        gap_ = gap;
        size_ = size_.expandedTo(QSizeF(at.x() + size.width(), at.y() + size.height()));
        return at;
    }
    QSizeF size() const { return size_; }

private:
    double most_, x_ = 0, y_ = 0, gap_ = 0;
    QSizeF size_{0, 0};
};

void addLoops(const GraphLayoutInput& input, GraphLayout& layout) {
    for (uint32_t e = 0; e < input.edges.size(); ++e) {
        if (input.edges[e].from != input.edges[e].to)
            continue;
        const QRectF& rect = layout.nodes[input.edges[e].from];
        layout.edges[e].isLoop = true;
        layout.edges[e].points = {{rect.right() - 12 - kLoopWidth, rect.top()}, {rect.right() - 12, rect.top()}};
    }
}

/// All but loops.
GraphLayout layoutParts(const GraphLayoutInput& input, const StopToken& stop) {
    std::vector<Part> parts = connectedParts(input);
    if (input.kind == GraphLayoutKind::Radial)
        std::stable_partition(parts.begin(), parts.end(), [&](const Part& part) {
            return std::find(part.nodes.begin(), part.nodes.end(), input.centre) != part.nodes.end();
        });
    const std::vector<uint32_t> first = firstOfEqual(input);
    std::vector<uint32_t> local(input.nodes.size());
    std::vector<GraphLayout> layouts;
    double widest = 0, area = 0;
    for (Part& part : parts) {
        std::erase_if(part.edges, [&](uint32_t e) { return first[e] != e || input.edges[e].from == input.edges[e].to; });
        layouts.push_back(layoutPart(inputOf(input, part, local), stop));
        const QSizeF size = layouts.back().size;
        widest = std::max(widest, size.width());
        area += (size.width() + input.nodeGap) * (size.height() + input.nodeGap);
    }
    GraphLayout layout;
    layout.nodes.resize(input.nodes.size());
    layout.edges.resize(input.edges.size());
    Rows rows(std::max(widest, std::sqrt(area * kAspect)));
    for (size_t p = 0; p < parts.size(); ++p) {
        const bool isSingle = parts[p].nodes.size() == 1;
        const bool isFirstSingle = isSingle && p > 0 && parts[p - 1].nodes.size() > 1;
        const bool isBelowRings = p == 1 && input.kind == GraphLayoutKind::Radial;
        const QPointF at = rows.place(layouts[p].size, isSingle ? input.nodeGap : kPartGap, isFirstSingle || isBelowRings);
        for (size_t i = 0; i < parts[p].nodes.size(); ++i)
            layout.nodes[parts[p].nodes[i]] = layouts[p].nodes[i].translated(at);
        for (size_t e = 0; e < layouts[p].edges.size(); ++e) {
            for (QPointF& point : layouts[p].edges[e].points)
                point += at;
            layout.edges[parts[p].edges[e]] = std::move(layouts[p].edges[e]);
        }
    }
    layout.size = rows.size();
    for (uint32_t e = 0; e < first.size(); ++e)
        if (first[e] != e)
            layout.edges[e] = layout.edges[first[e]];
    return layout;
}

} // namespace

GraphLayoutKind madeKind(const GraphLayoutInput& input) {
    const bool isTooLarge = input.kind == GraphLayoutKind::Force && input.nodes.size() > kMostSprings && connectedParts(input).front().nodes.size() > kMostSprings;
    return isTooLarge ? GraphLayoutKind::Layered : input.kind;
}

GraphLayout layoutGraph(const GraphLayoutInput& input, const StopToken& stop) {
    stop.check();
    if (const GraphLayoutKind kind = madeKind(input); kind != input.kind) {
        GraphLayoutInput other = input;
        other.kind = kind;
        return layoutGraph(other, stop);
    }
    GraphLayout layout = layoutParts(input, stop);
    layout.isDownward = input.kind == GraphLayoutKind::Layered && input.isDownward;
    if (input.kind != GraphLayoutKind::Layered)
        drawStraightEdges(input, layout);
    addLoops(input, layout);
    return layout;
}

} // namespace aisle
