// Which layered layout suits a window, and spreading it over the window.
#include "service_graph/graph_layout_part.h"

#include <algorithm>
#include <cmath>

namespace aisle {

namespace {

/// Gaps grow no further than this: a picture that is torn apart fills the window, too.
constexpr double kMostStretch = 1.6;
/// Calls read best from left to right, and what calls nobody is expected right behind its caller: others have to be clearly larger.
constexpr double kDownward = 1.15, kLimited = 1.1;
/// Of the window: its margins and the loops above the cards take some.
constexpr double kFilled = 0.95;
/// Larger graphs are laid out twice for each direction, smaller ones four times.
constexpr size_t kMostForTrials = 150;
/// So much larger, and nodes may leave their places.
constexpr double kWorthMoving = 1.5;

/// The zoom at which it fits; larger than life is no gain.
double fitted(const GraphLayout& layout, QSizeF window) {
    return std::min({window.width() / std::max(1.0, layout.size.width()), window.height() / std::max(1.0, layout.size.height()), 1.0});
}

/// Nodes in a layer so that a layout with full layers has the proportions of the window.
uint32_t nodesPerLayer(const GraphLayoutInput& input, QSizeF window) {
    QSizeF card(1, 1);
    for (const QSizeF& node : input.nodes)
        card = card.expandedTo(node);
    const double along = (input.isDownward ? card.height() : card.width()) + input.layerGap;
    const double across = (input.isDownward ? card.width() : card.height()) + input.nodeGap;
    const double aspect = input.isDownward ? window.width() / window.height() : window.height() / window.width();
    return static_cast<uint32_t>(std::lround(std::sqrt(static_cast<double>(input.nodes.size()) * along / across * aspect)));
}

struct Choice {
    GraphLayoutInput input;
    GraphLayout layout;
    double worth = 0;
};

/// The best layout of one direction, from scratch.
Choice bestOf(GraphLayoutInput input, QSizeF window, const StopToken& stop) {
    Choice best;
    const uint32_t full = nodesPerLayer(input, window);
    for (const uint32_t most : {0U, full, full * 5 / 4, full * 3 / 2}) {
        if (most != 0 && (most < 2 || most >= input.nodes.size()))
            continue;
        if (most > full && input.nodes.size() > kMostForTrials)
            break;
        input.mostPerLayer = most;
        Choice choice{input, layoutGraph(input, stop), 0};
        choice.worth = fitted(choice.layout, window) / (input.isDownward ? kDownward : 1) / (most > 0 ? kLimited : 1);
        if (choice.worth > best.worth)
            best = std::move(choice);
    }
    return best;
}

/// Moves centres and lines apart; cards, and lines within their columns, keep their size.
void stretch(const GraphLayoutInput& input, double byX, double byY, GraphLayout& layout) {
    const auto scaled = [&](QPointF p) { return QPointF(p.x() * byX, p.y() * byY); };
    const std::vector<QRectF> before = layout.nodes;
    for (QRectF& node : layout.nodes)
        node.moveCenter(scaled(node.center()));
    for (size_t e = 0; e < layout.edges.size(); ++e) {
        auto& points = layout.edges[e].points;
        const uint32_t from = input.edges[e].from, to = input.edges[e].to;
        points.front() += layout.nodes[from].topLeft() - before[from].topLeft();
        points.back() += layout.nodes[to].topLeft() - before[to].topLeft();
        for (size_t i = 1; i + 2 < points.size(); i += 2) {
            const QPointF middle = (points[i] + points[i + 1]) / 2, shift = scaled(middle) - middle;
            points[i] += shift;
            points[i + 1] += shift;
        }
    }
    QRectF all;
    for (const QRectF& node : layout.nodes)
        all |= node;
    for (const auto& edge : layout.edges)
        for (size_t i = 1; i + 1 < edge.points.size(); ++i)
            all |= QRectF(edge.points[i], QSizeF(1e-9, 1e-9));
    for (QRectF& node : layout.nodes)
        node.translate(-all.topLeft());
    for (auto& edge : layout.edges)
        for (QPointF& point : edge.points)
            point -= all.topLeft();
    layout.size = all.size();
    if (input.kind != GraphLayoutKind::Layered)
        drawStraightEdges(input, layout);
}

GraphLayout spreadOver(QSizeF window, const GraphLayoutInput& input, GraphLayout layout) {
    const double zoom = fitted(layout, window);
    const QSizeF wanted = window / zoom * kFilled;
    const auto by = [](double to, double from) { return std::clamp(to / std::max(from, 1.0), 1.0, kMostStretch); };
    // Twice, because cards keep their size: then about 2 % are left.
    for (int i = 0; i < 2; ++i)
        stretch(input, by(wanted.width(), layout.size.width()), by(wanted.height(), layout.size.height()), layout);
    return layout;
}

/// How far apart nodes were on show for each pixel that they are now, along one axis: the slope of a line through both places.
double spreadBefore(const GraphLayoutInput& input, const GraphLayout& layout, double (QPointF::*along)() const) {
    double count = 0, nowSum = 0, thenSum = 0, nowNow = 0, nowThen = 0;
    for (size_t i = 0; i < layout.nodes.size() && i < input.before.size(); ++i) {
        if (!input.before[i])
            continue;
        const double now = (layout.nodes[i].center().*along)(), then = ((*input.before[i]).*along)();
        ++count;
        nowSum += now;
        thenSum += then;
        nowNow += now * now;
        nowThen += now * then;
    }
    const double variance = nowNow * count - nowSum * nowSum;
    return std::clamp(variance > 1 ? (nowThen * count - nowSum * thenSum) / variance : 1.0, 1.0, kMostStretch);
}

GraphLayout spreadAsBefore(const GraphLayoutInput& input, GraphLayout layout) {
    stretch(input, spreadBefore(input, layout, &QPointF::x), spreadBefore(input, layout, &QPointF::y), layout);
    return layout;
}

} // namespace

GraphLayout layoutGraphFor(QSizeF window, GraphLayoutInput rightward, GraphLayoutInput downward, const StopToken& stop) {
    window = window.expandedTo(QSizeF(1, 1));
    rightward.kind = downward.kind = madeKind(rightward);
    if (rightward.kind != GraphLayoutKind::Layered)
        return rightward.before.empty() ? spreadOver(window, rightward, layoutGraph(rightward, stop))
                                        : spreadAsBefore(rightward, layoutGraph(rightward, stop));
    rightward.isDownward = false;
    downward.isDownward = true;
    const bool isDownward = rightward.before.empty() && !downward.before.empty();
    const auto before = isDownward ? downward.before : rightward.before;
    rightward.before.clear();
    downward.before.clear();
    Choice right = bestOf(std::move(rightward), window, stop), down = bestOf(std::move(downward), window, stop);
    Choice& best = down.worth > right.worth ? down : right;
    if (!before.empty()) {
        GraphLayoutInput input = (isDownward ? down : right).input;
        input.before = before;
        GraphLayout kept = layoutGraph(input, stop);
        if (fitted(kept, window) * kWorthMoving >= fitted(best.layout, window))
            return spreadAsBefore(input, std::move(kept));
    }
    return spreadOver(window, best.input, std::move(best.layout));
}

} // namespace aisle
