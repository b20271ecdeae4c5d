#include "service_graph/graph_layout_layers.h"

#include <algorithm>

namespace aisle {

namespace {

/// Sweeps without an improvement before it is given up, and in all; ranks by barycentre settle in three to eight.
constexpr int kPatience = 4, kMostSweeps = 24;
/// Lines looked at over all starts: small graphs can be begun from several orders, and the best one has a tenth fewer crossings.
constexpr size_t kWorth = 4000;
/// Pairs compared in sifting: after each sweep, where that is next to nothing (up to about 100 nodes), and at the end.
constexpr size_t kPairsInSweep = 100'000, kPairsAtEnd = 2'000'000;

/// Sorts a layer by the mean rank of its neighbours on one side; without neighbours items keep their rank.
void sortByMean(LayeredPart& part, size_t number, bool isBefore, std::vector<double>& rank) {
    auto& layer = part.layers[number];
    std::vector<std::pair<double, uint32_t>> wish;
    for (const uint32_t item : layer) {
        const auto& beside = isBefore ? part.items[item].before : part.items[item].after;
        double sum = 0;
        for (const uint32_t n : beside)
            sum += rank[n];
        wish.emplace_back(beside.empty() ? rank[item] : sum / static_cast<double>(beside.size()), item);
    }
    std::stable_sort(wish.begin(), wish.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (size_t i = 0; i < layer.size(); ++i) {
        layer[i] = wish[i].second;
        rank[layer[i]] = static_cast<double>(i);
    }
}

using Layers = std::vector<std::vector<uint32_t>>;

/// Sweeps from part.layers on; keeps what has fewest crossings of it and of `best`.
void sweep(LayeredPart& part, bool isLeftFirst, Layers& best, uint64_t& fewest, const StopToken& stop) {
    std::vector<double> rank(part.items.size(), 0);
    const size_t count = part.layers.size();
    int patience = kPatience;
    uint64_t fewestHere = UINT64_MAX;
    for (int i = 0; i < kMostSweeps && patience > 0; ++i) {
        for (const auto& layer : part.layers)
            for (size_t k = 0; k < layer.size(); ++k)
                rank[layer[k]] = static_cast<double>(k);
        for (const bool isBefore : {isLeftFirst, !isLeftFirst}) {
            stop.check();
            for (size_t l = 1; l < count; ++l)
                sortByMean(part, isBefore ? l : count - 1 - l, isBefore, rank);
        }
        siftItems(part, SiftWhat::All, kPairsInSweep, stop);
        const uint64_t crossings = countCrossings(part);
        patience = crossings < fewestHere ? kPatience : patience - 1;
        fewestHere = std::min(fewestHere, crossings);
        if (crossings < fewest) {
            fewest = crossings;
            best = part.layers;
        }
    }
}

} // namespace

LayeredPart makeItems(const std::vector<double>& heights, const std::vector<uint32_t>& layerOf, const std::vector<LayerEdge>& edges) {
    LayeredPart part;
    part.items.resize(heights.size());
    for (uint32_t i = 0; i < heights.size(); ++i) {
        part.items[i].layer = layerOf[i];
        part.items[i].half = heights[i] / 2;
        part.items[i].isNode = true;
    }
    size_t passing = 0;
    for (const LayerEdge& edge : edges)
        passing += layerOf[edge.second] - layerOf[edge.first] - 1;
    const bool isPassing = passing + heights.size() <= kMostLayerItems;
    for (const LayerEdge& edge : edges) {
        auto& chain = part.chains.emplace_back(1, edge.first);
        for (uint32_t layer = layerOf[edge.first] + 1; isPassing && layer < layerOf[edge.second]; ++layer) {
            chain.push_back(static_cast<uint32_t>(part.items.size()));
            part.items.emplace_back().layer = layer;
        }
        chain.push_back(edge.second);
        for (size_t i = 0; i + 1 < chain.size(); ++i) {
            part.items[chain[i]].after.push_back(chain[i + 1]);
            part.items[chain[i + 1]].before.push_back(chain[i]);
        }
    }
    part.layers.resize(*std::max_element(layerOf.begin(), layerOf.end()) + 1);
    for (uint32_t i = 0; i < part.items.size(); ++i)
        part.layers[part.items[i].layer].push_back(i);
    return part;
}

void orderLayers(LayeredPart& part, const StopToken& stop) {
    const Layers given = part.layers;
    Layers best = given;
    uint64_t fewest = UINT64_MAX;
    size_t lines = 0;
    for (const LayerItem& item : part.items)
        lines += item.after.size();
    const auto starts = static_cast<int>(std::clamp<size_t>(kWorth / std::max<size_t>(lines, 1), 1, 8));
    for (int start = 0; start < starts && fewest > 0; ++start) {
        part.layers = given;
        if (start >= 2) // by number and against it; then every third, fourth ... is moved to the front
            for (auto& layer : part.layers)
                std::stable_partition(layer.begin(), layer.end(),
                                      [&](uint32_t item) { return item % static_cast<uint32_t>(1 + start / 2) == 0; });
        if (start % 4 >= 2)
            for (auto& layer : part.layers)
                std::reverse(layer.begin(), layer.end());
        sweep(part, start % 2 == 0, best, fewest, stop);
    }
    part.layers = std::move(best);
    siftItems(part, SiftWhat::All, kPairsAtEnd, stop);
}

void orderAsBefore(LayeredPart& part) {
    // New nodes: neighbours are known after as many rounds as they are steps away from a known one.
    std::vector<std::vector<uint32_t>> beside(part.items.size());
    for (const auto& chain : part.chains) {
        beside[chain.front()].push_back(chain.back());
        beside[chain.back()].push_back(chain.front());
    }
    std::vector<bool> isKnown(part.items.size(), false);
    std::vector<uint32_t> queue;
    for (uint32_t i = 0; i < part.items.size(); ++i) {
        isKnown[i] = part.items[i].beforeY.has_value();
        part.items[i].y = part.items[i].beforeY.value_or(0);
        if (isKnown[i])
            queue.push_back(i);
    }
    for (size_t at = 0; at < queue.size(); ++at) {
        for (const uint32_t node : beside[queue[at]]) {
            if (isKnown[node])
                continue;
            double sum = 0, count = 0;
            for (const uint32_t other : beside[node]) {
                if (isKnown[other]) {
                    sum += part.items[other].y;
                    ++count;
                }
            }
            part.items[node].y = sum / count;
            isKnown[node] = true;
            queue.push_back(node);
        }
    }
    for (const auto& chain : part.chains) {
        const double first = part.items[chain.front()].y, last = part.items[chain.back()].y;
        for (size_t i = 1; i + 1 < chain.size(); ++i)
            part.items[chain[i]].y = first + (last - first) * static_cast<double>(i) / static_cast<double>(chain.size() - 1);
    }
    for (auto& layer : part.layers)
        std::stable_sort(layer.begin(), layer.end(), [&](uint32_t a, uint32_t b) { return part.items[a].y < part.items[b].y; });
}

} // namespace aisle
