#pragma once
// Random service graphs that look like a shop's: few hubs, services that call later ones, stores that call nobody, queues whose
// consumers are weak edges, and one call in thirty that leads back. And how far nodes move when one service is filtered out.

#include "service_graph/graph_layout.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

namespace aisle {

/// Connected, without loops and equal edges; `edges` is at least `nodes` - 1. Cards as those of the service graph.
inline GraphLayoutInput shopGraph(uint32_t seed, uint32_t nodes, uint32_t edges) {
    std::mt19937 random(seed);
    GraphLayoutInput input;
    input.nodes.assign(nodes, QSizeF(210, 50));
    std::set<std::pair<uint32_t, uint32_t>> taken;
    std::vector<uint32_t> callers; // hubs first
    const auto isStore = [](uint32_t node) { return node % 3 == 2; };
    const auto add = [&](uint32_t from, uint32_t to) {
        if (from != to && !isStore(from) && taken.emplace(from, to).second)
            input.edges.push_back({from, to, from % 10 == 9});
    };
    const auto hub = [&] {
        const auto a = random() % callers.size(), b = random() % callers.size();
        return callers[std::min(a, b)];
    };
    for (uint32_t node = 0; node < nodes; ++node) {
        if (node > 0)
            add(hub(), node);
        if (!isStore(node))
            callers.push_back(node);
    }
    while (input.edges.size() < edges) {
        const uint32_t a = hub(), b = static_cast<uint32_t>(random() % nodes);
        if (random() % 30 == 0)
            add(std::max(a, b), std::min(a, b));
        else
            add(std::min(a, b), std::max(a, b));
    }
    return input;
}

inline std::vector<std::optional<QPointF>> centresOf(const GraphLayout& layout) {
    std::vector<std::optional<QPointF>> centres;
    for (const QRectF& node : layout.nodes)
        centres.emplace_back(node.center());
    return centres;
}

/// The graph without one of its nodes, as when a service is filtered out.
inline GraphLayoutInput without(GraphLayoutInput input, uint32_t removed) {
    input.nodes.erase(input.nodes.begin() + removed);
    if (!input.before.empty())
        input.before.erase(input.before.begin() + removed);
    std::erase_if(input.edges, [&](const auto& edge) { return edge.from == removed || edge.to == removed; });
    for (auto& edge : input.edges) {
        edge.from -= edge.from > removed;
        edge.to -= edge.to > removed;
    }
    return input;
}

/// How far nodes moved on the average, in card heights, when the picture is moved as a whole so that most stay; `after` lacks the
/// node `removed`, if there is one of that number.
inline double meanShift(const GraphLayout& before, const GraphLayout& after, uint32_t removed) {
    std::vector<double> x, y;
    for (uint32_t i = 0; i < after.nodes.size(); ++i) {
        const QPointF by = after.nodes[i].center() - before.nodes[i + (i >= removed)].center();
        x.push_back(by.x());
        y.push_back(by.y());
    }
    const auto median = [](std::vector<double> values) {
        std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
        return values[values.size() / 2];
    };
    const double middleX = median(x), middleY = median(y);
    double sum = 0;
    for (size_t i = 0; i < x.size(); ++i)
        sum += std::hypot(x[i] - middleX, y[i] - middleY) / after.nodes[i].height();
    return sum / static_cast<double>(x.size());
}

struct Shift {
    double seeded = 0, unseeded = 0;
};

/// Mean of meanShift() over filtering out every service in turn, but the first (all are called from there); each `step`th of them.
inline Shift shiftWithoutOne(GraphLayoutInput input, uint32_t step) {
    input.centre = 0;
    const GraphLayout whole = layoutGraph(input);
    GraphLayoutInput seeded = input;
    seeded.before = centresOf(whole);
    Shift shift;
    double count = 0;
    for (uint32_t node = 1; node < input.nodes.size(); node += step, ++count) {
        shift.seeded += meanShift(whole, layoutGraph(without(seeded, node)), node);
        shift.unseeded += meanShift(whole, layoutGraph(without(input, node)), node);
    }
    return {shift.seeded / count, shift.unseeded / count};
}

} // namespace aisle
