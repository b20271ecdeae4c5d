// What layouts with straight lines share: cards that do not overlap, and lines between their borders.
#include "service_graph/graph_layout_part.h"

#include <QLineF>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace aisle {

namespace {

constexpr double kBeside = 3.5; ///< of lines there and back from the line between the middles: 7 px apart, the widest is 5.5
constexpr int kMostSweeps = 120, kSweepsToScale = 15;

/// How far two cards have to move to be `gap` apart; null when they are.
QSizeF overlap(const QRectF& a, const QRectF& b, double gap) {
    const double x = (a.width() + b.width()) / 2 + gap - std::abs(a.center().x() - b.center().x());
    const double y = (a.height() + b.height()) / 2 + gap - std::abs(a.center().y() - b.center().y());
    return x > 1e-6 && y > 1e-6 ? QSizeF(x, y) : QSizeF(0, 0);
}

/// Moves each pair that is too near by half of what is missing, along the shorter way. False: all are apart.
bool pushOnce(std::vector<QRectF>& cards, double gap, std::vector<uint32_t>& byLeft) {
    std::sort(byLeft.begin(), byLeft.end(),
              [&](uint32_t a, uint32_t b) { return std::pair(cards[a].left(), a) < std::pair(cards[b].left(), b); });
    double widest = 0;
    for (const QRectF& card : cards)
        widest = std::max(widest, card.width());
    bool isMoved = false;
    for (size_t i = 0; i < byLeft.size(); ++i) {
        for (size_t k = i + 1; k < byLeft.size() && cards[byLeft[k]].left() < cards[byLeft[i]].left() + 2 * widest + gap; ++k) {
            QRectF &a = cards[byLeft[i]], &b = cards[byLeft[k]];
            const QSizeF by = overlap(a, b, gap);
            if (by.isEmpty())
                continue;
            isMoved = true;
            QPointF half(by.width() <= by.height() ? by.width() / 2 : 0, by.width() <= by.height() ? 0 : by.height() / 2);
            if (a.center().x() > b.center().x())
                half.rx() = -half.x();
            if (a.center().y() > b.center().y())
                half.ry() = -half.y();
            a.translate(-half);
            b.translate(half);
        }
    }
    return isMoved;
}

/// What is left then goes below the cards in its way, from top to bottom.
void stackRest(std::vector<QRectF>& cards, double gap) {
    std::vector<uint32_t> byTop(cards.size());
    std::iota(byTop.begin(), byTop.end(), 0U);
    std::stable_sort(byTop.begin(), byTop.end(), [&](uint32_t a, uint32_t b) { return cards[a].top() < cards[b].top(); });
    for (size_t i = 1; i < byTop.size(); ++i) {
        QRectF& card = cards[byTop[i]];
        for (size_t k = 0; k < i; ++k) {
            const QRectF& other = cards[byTop[k]];
            if (overlap(card, other, gap).isEmpty())
                continue;
            card.moveTop(other.bottom() + gap);
            k = static_cast<size_t>(-1); // it may be in the way of another one now
        }
    }
}

/// Where a ray from a point in a card leaves it.
QPointF borderPoint(const QRectF& card, QPointF from, QPointF direction) {
    const auto reach = [](double low, double high, double at, double by) {
        return by > 0 ? (high - at) / by : by < 0 ? (low - at) / by : 1e300;
    };
    const double across = reach(card.left(), card.right(), from.x(), direction.x());
    const double along = reach(card.top(), card.bottom(), from.y(), direction.y());
    return from + direction * std::min(across, along);
}

} // namespace

GraphLayout::Edge straightEdge(const QRectF& from, const QRectF& to) {
    const QLineF line(from.center(), to.center());
    const QPointF ahead = line.unitVector().p2() - line.p1();
    return {{borderPoint(from, line.p1(), ahead), borderPoint(to, line.p2(), -ahead)}, false, true};
}

void pushApart(std::vector<QRectF>& cards, double gap, const StopToken& stop) {
    std::vector<uint32_t> byLeft(cards.size());
    std::iota(byLeft.begin(), byLeft.end(), 0U);
    for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
        stop.check();
        if (!pushOnce(cards, gap, byLeft))
            return;
        if (sweep % kSweepsToScale == kSweepsToScale - 1) // crowds are loosened
            for (QRectF& card : cards)
                card.moveCenter(card.center() * 1.1);
    }
    stackRest(cards, gap);
}

GraphLayout layoutOf(std::vector<QRectF> cards) {
    QRectF all;
    for (const QRectF& card : cards)
        all |= card;
    for (QRectF& card : cards)
        card.translate(-all.topLeft());
    GraphLayout layout;
    layout.nodes = std::move(cards);
    layout.size = all.size();
    return layout;
}

void drawStraightEdges(const GraphLayoutInput& input, GraphLayout& layout) {
    std::set<std::pair<uint32_t, uint32_t>> pairs;
    for (const auto& edge : input.edges)
        pairs.emplace(edge.from, edge.to);
    for (size_t e = 0; e < input.edges.size(); ++e) {
        const uint32_t from = input.edges[e].from, to = input.edges[e].to;
        if (from == to)
            continue;
        const QRectF &a = layout.nodes[from], &b = layout.nodes[to];
        const QPointF way = b.center() - a.center();
        const bool isThereAndBack = pairs.count({to, from}) > 0;
        const QPointF aside = isThereAndBack ? QPointF(-way.y(), way.x()) * (kBeside / std::hypot(way.x(), way.y())) : QPointF(0, 0);
        layout.edges[e].isStraight = true;
        layout.edges[e].points = {borderPoint(a, a.center() + aside, way), borderPoint(b, b.center() + aside, -way)};
    }
}

} // namespace aisle
