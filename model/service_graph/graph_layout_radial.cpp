#include "service_graph/graph_layout_part.h"
#include "service_graph/graph_layout_settle.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aisle {

namespace {

/// In units of `unit`, see Rings. No two cards whose middles are further apart than kRingGap overlap, whatever their angle.
constexpr double kRingGap = 1.25, kSubRingGap = 1.2;
constexpr double kFilled = 0.9; ///< of a ring, at most
constexpr double kWide = 1.5;   ///< a ring that needs more than so many times the least radius is made of several
constexpr size_t kMostSubRings = 8;
constexpr int kRounds = 12;
constexpr double kWorthStaying = 1.3; ///< the order on show, unless lines turn by so much more than they need

constexpr uint32_t kNobody = 0xffffffffU;

/// The shortest-path tree around the centre, and the other edges.
struct Tree {
    std::vector<std::vector<uint32_t>> beside;   ///< neighbours of each node
    std::vector<std::vector<uint32_t>> children; ///< in the order of their angles
    std::vector<uint32_t> order, parent, ring;   ///< order: from the centre outwards
    std::vector<double> leaves, angle; ///< angle: from 0 to 2 pi
    double turned = 0;                 ///< the whole

    explicit Tree(const GraphLayoutInput& part)
        : beside(part.nodes.size()), children(part.nodes.size()), parent(part.nodes.size(), kNobody),
          ring(part.nodes.size(), kNobody), leaves(part.nodes.size(), 0), angle(part.nodes.size(), 0) {
        for (const auto& edge : part.edges) {
            beside[edge.from].push_back(edge.to);
            beside[edge.to].push_back(edge.from);
        }
        order = {part.centre};
        ring[part.centre] = 0;
        for (size_t at = 0; at < order.size(); ++at) {
            for (const uint32_t node : beside[order[at]]) {
                if (ring[node] != kNobody)
                    continue;
                ring[node] = ring[order[at]] + 1;
                parent[node] = order[at];
                children[order[at]].push_back(node);
                order.push_back(node);
            }
        }
        for (auto at = order.rbegin(); at != order.rend(); ++at) {
            leaves[*at] = std::max(leaves[*at], 1.0);
            if (parent[*at] != kNobody)
                leaves[parent[*at]] += leaves[*at];
        }
    }

    /// Each subtree gets a sector by its leaves; it lies in the sector of its parent.
    void setAngles() {
        std::vector<double> from(order.size(), 0);
        const double perLeaf = 2 * M_PI / leaves[order.front()];
        for (const uint32_t node : order) {
            double at = from[node];
            for (const uint32_t child : children[node]) {
                from[child] = at;
                at += leaves[child] * perLeaf;
                const double middle = std::fmod((from[child] + at) / 2 + turned, 2 * M_PI);
                angle[child] = middle < 0 ? middle + 2 * M_PI : middle;
            }
        }
    }
    /// Sum over the edges of the angle between their ends: what crossings follow from.
    double turn() const {
        double sum = 0;
        for (const uint32_t node : order)
            for (const uint32_t other : beside[node])
                if (ring[node] > 0 && ring[other] > 0)
                    sum += std::abs(std::remainder(angle[node] - angle[other], 2 * M_PI));
        return sum;
    }
    /// Sorts the children of each node by where their other neighbours are.
    void sortChildren() {
        std::vector<double> wish(order.size(), 0);
        for (const uint32_t node : order) {
            if (ring[node] == 0)
                continue;
            double x = std::cos(angle[node]), y = std::sin(angle[node]);
            for (const uint32_t other : beside[node]) {
                if (other != parent[node] && ring[other] > 0) {
                    x += std::cos(angle[other]);
                    y += std::sin(angle[other]);
                }
            }
            const double parentAngle = ring[node] > 1 ? angle[parent[node]] : M_PI;
            wish[node] = std::remainder(std::atan2(y, x) - parentAngle, 2 * M_PI);
        }
        for (auto& below : children)
            std::stable_sort(below.begin(), below.end(), [&](uint32_t a, uint32_t b) { return wish[a] < wish[b]; });
    }
    /// Sorts the children of each node by their direction from the centre before, as seen from their parent.
    void sortAsBefore(const GraphLayoutInput& part) {
        const QPointF middle = *part.before[part.centre];
        std::vector<double> then(order.size(), 0), wish(order.size(), 0);
        for (const uint32_t node : order) {
            const QPointF way = part.before[node].value_or(middle) - middle;
            then[node] = way.isNull() && parent[node] != kNobody ? then[parent[node]] : std::atan2(way.y(), way.x());
            wish[node] = ring[node] > 1 ? std::remainder(then[node] - then[parent[node]], 2 * M_PI) : then[node];
        }
        for (auto& below : children)
            std::stable_sort(below.begin(), below.end(), [&](uint32_t a, uint32_t b) { return wish[a] < wish[b]; });
        setAngles();
        // And turned as a whole to where they were.
        QPointF sum;
        for (const uint32_t node : order)
            if (part.before[node] && node != part.centre)
                sum += QPointF(std::cos(then[node] - angle[node]), std::sin(then[node] - angle[node]));
        turned = std::atan2(sum.y(), sum.x());
        setAngles();
    }
    void fewCrossings(const StopToken& stop) {
        setAngles();
        auto best = children;
        double least = turn();
        for (int round = 0; round < kRounds; ++round) {
            stop.check();
            sortChildren();
            setAngles();
            if (const double now = turn(); now < least * (1 - 1e-9)) {
                least = now;
                best = children;
            }
        }
        children = best;
        setAngles();
    }
};

/// Rings are ellipses: circles in a plane where `unit` is a square.
class Rings {
public:
    Rings(const GraphLayoutInput& part, const Tree& tree) : tree_(tree), place_(part.nodes.size()) {
        QSizeF card(1, 1);
        for (const QSizeF& node : part.nodes)
            card = card.expandedTo(node);
        unit_ = {card.width() + 1.25 * part.nodeGap, card.height() + 2.5 * part.nodeGap};
        width_ = (card.width() + part.nodeGap) / unit_.width();
        height_ = (card.height() + part.nodeGap) / unit_.height();
        for (size_t first = 1; first < tree.order.size();) {
            size_t last = first;
            while (last < tree.order.size() && tree.ring[tree.order[last]] == tree.ring[tree.order[first]])
                ++last;
            placeRing({tree.order.begin() + static_cast<ptrdiff_t>(first), tree.order.begin() + static_cast<ptrdiff_t>(last)});
            first = last;
        }
    }
    QPointF centre(uint32_t node) const { return {place_[node].x() * unit_.width(), place_[node].y() * unit_.height()}; }

private:
    /// Distance that two cards at this angle of a ring have to keep.
    double distance(double angle) const {
        return std::min(width_ / std::max(1e-6, std::abs(std::sin(angle))), height_ / std::max(1e-6, std::abs(std::cos(angle))));
    }

    void placeRing(std::vector<uint32_t> nodes) {
        std::stable_sort(nodes.begin(), nodes.end(), [&](uint32_t a, uint32_t b) { return tree_.angle[a] < tree_.angle[b]; });
        // Cut where nobody is, so that the order is that of a line.
        size_t cut = 0;
        double widest = -1;
        for (size_t i = 0; i < nodes.size(); ++i) {
            const double gap = tree_.angle[nodes[i]] - (i > 0 ? tree_.angle[nodes[i - 1]] : tree_.angle[nodes.back()] - 2 * M_PI);
            if (gap > widest) {
                widest = gap;
                cut = i;
            }
        }
        std::rotate(nodes.begin(), nodes.begin() + static_cast<ptrdiff_t>(cut), nodes.end());
        std::vector<double> wish;
        for (const uint32_t node : nodes)
            wish.push_back(tree_.angle[node] + (!wish.empty() && tree_.angle[node] < wish.front() ? 2 * M_PI : 0));
        std::vector<double> angle = wish;
        size_t subRings = 1;
        double radius = 0;
        for (int round = 0; round < 4; ++round) { // distances depend on angles
            double needed = 0;
            for (const double a : angle)
                needed += distance(a) / (2 * M_PI * kFilled);
            const double least = radius_ + kRingGap;
            if (round == 0)
                subRings = std::clamp<size_t>(static_cast<size_t>(std::ceil(std::sqrt(needed / (least * kWide)))), 1, kMostSubRings);
            radius = std::max(least, needed / static_cast<double>(subRings));
            angle = settleOnCircle(wish, angle, radius * static_cast<double>(subRings));
        }
        for (size_t i = 0; i < nodes.size(); ++i) {
            const double r = radius + static_cast<double>(i % subRings) * kSubRingGap;
            place_[nodes[i]] = {r * std::cos(angle[i]), r * std::sin(angle[i])};
        }
        radius_ = radius + static_cast<double>(subRings - 1) * kSubRingGap;
    }

    std::vector<double> settleOnCircle(const std::vector<double>& wish, const std::vector<double>& now, double radius) const {
        std::vector<double> offset(wish.size(), 0);
        for (size_t i = 1; i < wish.size(); ++i)
            offset[i] = offset[i - 1] + distance((now[i - 1] + now[i]) / 2) / radius;
        const double whole = offset.back() + distance((now.front() + now.back()) / 2 + M_PI) / radius;
        std::vector<double> angle = settleInOrder(wish, std::vector<double>(wish.size(), 1), offset);
        if (angle.back() - angle.front() + whole - offset.back() > 2 * M_PI) // the ends meet: evenly all around
            for (size_t i = 0; i < angle.size(); ++i)
                angle[i] = wish.front() + offset[i] * 2 * M_PI / whole;
        return angle;
    }

    const Tree& tree_;
    std::vector<QPointF> place_;
    QSizeF unit_;
    double width_ = 1, height_ = 1; ///< of a card and the gap beside it, in units
    double radius_ = 0;             ///< of the outermost ring so far
};

std::vector<QRectF> cardsAround(const GraphLayoutInput& part, const Tree& tree, const StopToken& stop) {
    const Rings rings(part, tree);
    std::vector<QRectF> cards;
    for (uint32_t i = 0; i < part.nodes.size(); ++i) {
        cards.emplace_back(QPointF(0, 0), part.nodes[i]);
        cards.back().moveCenter(rings.centre(i));
    }
    pushApart(cards, part.nodeGap / 2, stop); // what the curvature of small rings brought together
    return cards;
}

/// Sum of the angles by which nodes moved around the centre.
double turnedSince(const GraphLayoutInput& part, const std::vector<QRectF>& cards) {
    const auto angle = [](QPointF from, QPointF to) { return std::atan2(to.y() - from.y(), to.x() - from.x()); };
    const QPointF centre = cards[part.centre].center(), centreBefore = *part.before[part.centre];
    double sum = 0;
    for (size_t i = 0; i < cards.size(); ++i)
        if (part.before[i] && i != part.centre)
            sum += std::abs(std::remainder(angle(centre, cards[i].center()) - angle(centreBefore, *part.before[i]), 2 * M_PI));
    return sum;
}

} // namespace

GraphLayout layoutRadial(const GraphLayoutInput& part, const StopToken& stop) {
    Tree tree(part);
    tree.fewCrossings(stop);
    std::vector<QRectF> cards = cardsAround(part, tree, stop);
    if (part.before.empty() || !part.before[part.centre])
        return layoutOf(std::move(cards));
    // The order on show, or the fresh one where that moves less: rings of several hundred are much the same without one node.
    Tree kept = tree;
    kept.sortAsBefore(part);
    if (kept.turn() <= tree.turn() * kWorthStaying)
        if (auto other = cardsAround(part, kept, stop); turnedSince(part, other) < turnedSince(part, cards))
            cards = std::move(other);
    return layoutOf(std::move(cards));
}

} // namespace aisle
