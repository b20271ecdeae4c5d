#include "service_graph/graph_layout_layers.h"

#include <igraph/igraph.h>

#include <algorithm>
#include <mutex>
#include <numeric>

namespace aisle {

namespace {

/// Exchanging neighbours looks at every pair of edges between two layers.
constexpr size_t kMostForExchange = 600;

std::mutex& igraphMutex() {
    static std::mutex mutex;
    return mutex;
}

/// What igraph allocates, freed in any case.
struct Sugiyama {
    igraph_t graph, extended;
    igraph_matrix_t places;
    igraph_vector_int_t edgeList, layers, original;
    bool hasGraph = false, hasExtended = false;

    Sugiyama() {
        igraph_matrix_init(&places, 0, 0);
        igraph_vector_int_init(&edgeList, 0);
        igraph_vector_int_init(&layers, 0);
        igraph_vector_int_init(&original, 0);
    }
    Sugiyama(const Sugiyama&) = delete;
    Sugiyama& operator=(const Sugiyama&) = delete;
    ~Sugiyama() {
        if (hasExtended)
            igraph_destroy(&extended);
        if (hasGraph)
            igraph_destroy(&graph);
        igraph_vector_int_destroy(&original);
        igraph_vector_int_destroy(&layers);
        igraph_vector_int_destroy(&edgeList);
        igraph_matrix_destroy(&places);
    }
    bool run(const std::vector<uint32_t>& layerOf, const std::vector<LayerEdge>& edges) {
        for (const LayerEdge& edge : edges) {
            if (igraph_vector_int_push_back(&edgeList, edge.first) != IGRAPH_SUCCESS ||
                igraph_vector_int_push_back(&edgeList, edge.second) != IGRAPH_SUCCESS)
                return false;
        }
        for (const uint32_t layer : layerOf)
            if (igraph_vector_int_push_back(&layers, layer) != IGRAPH_SUCCESS)
                return false;
        hasGraph = igraph_create(&graph, &edgeList, static_cast<igraph_integer_t>(layerOf.size()), IGRAPH_DIRECTED) ==
                   IGRAPH_SUCCESS;
        hasExtended = hasGraph && igraph_layout_sugiyama(&graph, &places, &extended, &original, &layers, 1, 1, 100,
                                                         nullptr) == IGRAPH_SUCCESS;
        return hasExtended;
    }
};

/// Adds the passing points and the order that igraph found; false when it failed.
bool orderByIgraph(const std::vector<uint32_t>& layerOf, const std::vector<LayerEdge>& edges, LayeredPart& part,
                   std::vector<double>& place) {
    const std::lock_guard lock(igraphMutex());
    igraph_set_error_handler(igraph_error_handler_ignore);
    igraph_set_warning_handler(igraph_warning_handler_ignore);
    igraph_rng_seed(igraph_rng_default(), 1);
    Sugiyama sugiyama;
    if (!sugiyama.run(layerOf, edges))
        return false;
    const auto nodes = static_cast<uint32_t>(layerOf.size());
    const auto count = static_cast<uint32_t>(igraph_vcount(&sugiyama.extended));
    if (static_cast<uint32_t>(igraph_matrix_nrow(&sugiyama.places)) < count)
        return false;
    place.resize(count);
    for (uint32_t i = 0; i < count; ++i)
        place[i] = MATRIX(sugiyama.places, i, 0);
    // Each edge as its pieces; a passing point belongs to one edge, so its next point is known.
    std::vector<uint32_t> first(edges.size(), count), next(count, count);
    for (igraph_integer_t piece = 0; piece < igraph_ecount(&sugiyama.extended); ++piece) {
        auto from = static_cast<uint32_t>(IGRAPH_FROM(&sugiyama.extended, piece));
        auto to = static_cast<uint32_t>(IGRAPH_TO(&sugiyama.extended, piece));
        const auto edge = static_cast<size_t>(VECTOR(sugiyama.original)[piece]);
        if (edge >= edges.size())
            return false;
        if (from < nodes)
            first[edge] = to;
        else
            next[from] = to;
    }
    part.items.resize(count);
    for (size_t e = 0; e < edges.size(); ++e) {
        auto& chain = part.chains[e];
        chain = {edges[e].first};
        uint32_t layer = layerOf[edges[e].first];
        for (uint32_t at = first[e];; at = next[at]) {
            if (at >= count || ++layer > layerOf[edges[e].second])
                return false;
            chain.push_back(at);
            if (at < nodes)
                break;
            part.items[at].layer = layer;
        }
        if (chain.back() != edges[e].second)
            return false;
    }
    return true;
}

uint64_t crossings(const std::vector<uint32_t>& upper, const std::vector<uint32_t>& lower,
                   const std::vector<uint32_t>& rank) {
    uint64_t n = 0;
    for (const uint32_t a : upper)
        for (const uint32_t b : lower)
            n += rank[a] > rank[b];
    return n;
}

/// Exchanges neighbours in a layer for as long as that takes crossings away.
void exchangeNeighbours(LayeredPart& part) {
    std::vector<uint32_t> rank(part.items.size(), 0);
    for (const auto& layer : part.layers)
        for (uint32_t i = 0; i < layer.size(); ++i)
            rank[layer[i]] = i;
    bool improved = true;
    for (int round = 0; improved && round < 30; ++round) {
        improved = false;
        for (auto& layer : part.layers) {
            for (uint32_t i = 0; i + 1 < layer.size(); ++i) {
                const LayerItem &a = part.items[layer[i]], &b = part.items[layer[i + 1]];
                const uint64_t now = crossings(a.before, b.before, rank) + crossings(a.after, b.after, rank);
                const uint64_t then = crossings(b.before, a.before, rank) + crossings(b.after, a.after, rank);
                if (then < now) {
                    std::swap(layer[i], layer[i + 1]);
                    rank[layer[i]] = i;
                    rank[layer[i + 1]] = i + 1;
                    improved = true;
                }
            }
        }
    }
}

} // namespace

LayeredPart orderLayers(const std::vector<double>& heights, const std::vector<uint32_t>& layerOf,
                        const std::vector<LayerEdge>& edges, const StopToken& stop) {
    LayeredPart part;
    part.items.resize(heights.size());
    part.chains.resize(edges.size());
    size_t passing = 0;
    for (const LayerEdge& edge : edges)
        passing += layerOf[edge.second] - layerOf[edge.first] - 1;
    stop.check();
    std::vector<double> place;
    if (edges.empty() || passing + heights.size() > kMostLayerItems || !orderByIgraph(layerOf, edges, part, place)) {
        part.items.resize(heights.size());
        for (size_t e = 0; e < edges.size(); ++e)
            part.chains[e] = {edges[e].first, edges[e].second};
        place.assign(heights.size(), 0); // by number
    }
    stop.check();
    for (uint32_t i = 0; i < heights.size(); ++i) {
        part.items[i].layer = layerOf[i];
        part.items[i].half = heights[i] / 2;
        part.items[i].isNode = true;
    }
    uint32_t last = 0;
    for (const LayerItem& item : part.items)
        last = std::max(last, item.layer);
    part.layers.resize(last + 1);
    for (uint32_t i = 0; i < part.items.size(); ++i)
        part.layers[part.items[i].layer].push_back(i);
    for (auto& layer : part.layers)
        std::stable_sort(layer.begin(), layer.end(), [&](uint32_t a, uint32_t b) { return place[a] < place[b]; });
    for (const auto& chain : part.chains) {
        for (size_t i = 0; i + 1 < chain.size(); ++i) {
            part.items[chain[i]].after.push_back(chain[i + 1]);
            part.items[chain[i + 1]].before.push_back(chain[i]);
        }
    }
    if (part.items.size() <= kMostForExchange)
        exchangeNeighbours(part);
    return part;
}

} // namespace aisle
