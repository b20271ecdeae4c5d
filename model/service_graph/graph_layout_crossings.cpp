#include "service_graph/graph_layout_layers.h"

#include "analysis/rank_counts.h"

#include <algorithm>

namespace aisle {

namespace {

/// Where each item is in its layer.
std::vector<uint32_t> ranksOf(const LayeredPart& part) {
    std::vector<uint32_t> rank(part.items.size(), 0);
    for (const auto& layer : part.layers)
        for (uint32_t i = 0; i < layer.size(); ++i)
            rank[layer[i]] = i;
    return rank;
}

using Ranks = std::vector<uint32_t>; ///< of an item's neighbours in one of the layers beside it, ascending

Ranks sortedRanks(const std::vector<uint32_t>& items, const std::vector<uint32_t>& rank) {
    Ranks ranks(items.size());
    std::transform(items.begin(), items.end(), ranks.begin(), [&](uint32_t item) { return rank[item]; });
    std::sort(ranks.begin(), ranks.end());
    return ranks;
}

/// Crossings between the lines of an item and those of the one below it.
uint64_t crossings(const Ranks& upper, const Ranks& lower) {
    uint64_t n = 0;
    size_t smaller = 0;
    for (const uint32_t r : upper) {
        while (smaller < lower.size() && lower[smaller] < r)
            ++smaller;
        n += smaller;
    }
    return n;
}

/// Neighbours of an item before and after its layer.
using Beside = std::pair<Ranks, Ranks>;

/// How many crossings there are more when `lower` changes places with `upper`, which is above it.
int64_t gainedBy(const Beside& lower, const Beside& upper) {
    const uint64_t now = crossings(upper.first, lower.first) + crossings(upper.second, lower.second);
    const uint64_t then = crossings(lower.first, upper.first) + crossings(lower.second, upper.second);
    return static_cast<int64_t>(then) - static_cast<int64_t>(now);
}

/// The best place in the layer of what is at `i` now, if all others keep their order; of equal ones the nearest.
size_t bestPlace(const std::vector<Beside>& beside, size_t i) {
    size_t best = i;
    int64_t least = 0, sum = 0;
    for (size_t k = i; k-- > 0;) {
        sum += gainedBy(beside[i], beside[k]);
        if (sum < least) {
            least = sum;
            best = k;
        }
    }
    sum = 0;
    for (size_t k = i + 1; k < beside.size(); ++k) {
        sum += gainedBy(beside[k], beside[i]);
        if (sum < least) {
            least = sum;
            best = k;
        }
    }
    return best;
}

template <typename T>
void move(std::vector<T>& of, size_t from, size_t to) {
    const auto at = [&](size_t i) { return of.begin() + static_cast<ptrdiff_t>(i); };
    if (to < from)
        std::rotate(at(to), at(from), at(from + 1));
    else
        std::rotate(at(from), at(from + 1), at(to + 1));
}

} // namespace

uint64_t countCrossings(const LayeredPart& part) {
    const std::vector<uint32_t> rank = ranksOf(part);
    uint64_t n = 0;
    size_t widest = 0; // lines may skip layers, see kMostLayerItems
    for (const auto& layer : part.layers)
        widest = std::max(widest, layer.size());
    for (size_t l = 0; l + 1 < part.layers.size(); ++l) {
        RankCounts passed(widest);
        for (const uint32_t item : part.layers[l]) {
            for (const uint32_t to : part.items[item].after)
                n += passed.above(rank[to]);
            for (const uint32_t to : part.items[item].after)
                passed.add(rank[to]);
        }
    }
    return n;
}

void siftItems(LayeredPart& part, SiftWhat what, size_t pairs, const StopToken& stop) {
    size_t perRound = 1;
    for (const auto& layer : part.layers)
        perRound += layer.size() * layer.size();
    const size_t rounds = std::min<size_t>(pairs / perRound, 10);
    std::vector<uint32_t> rank = ranksOf(part);
    bool improved = true;
    for (size_t round = 0; improved && round < rounds; ++round) {
        improved = false;
        for (auto& layer : part.layers) {
            stop.check();
            std::vector<Beside> beside;
            for (const uint32_t item : layer)
                beside.emplace_back(sortedRanks(part.items[item].before, rank), sortedRanks(part.items[item].after, rank));
            const std::vector<uint32_t> items = layer;
            for (const uint32_t item : items) {
                if (what == SiftWhat::Unknown && part.items[item].beforeY)
                    continue;
                const auto from = static_cast<size_t>(std::find(layer.begin(), layer.end(), item) - layer.begin());
                const size_t to = bestPlace(beside, from);
                improved = improved || to != from;
                move(layer, from, to);
                move(beside, from, to);
            }
            for (uint32_t i = 0; i < layer.size(); ++i)
                rank[layer[i]] = i;
        }
    }
}

} // namespace aisle
