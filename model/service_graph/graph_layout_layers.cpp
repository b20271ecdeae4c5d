#include "service_graph/graph_layout_layers.h"

#include <algorithm>
#include <numeric>

namespace aisle {

namespace {

std::vector<std::vector<uint32_t>> successors(uint32_t nodes, const std::vector<LayerEdge>& edges) {
    std::vector<std::vector<uint32_t>> out(nodes);
    for (uint32_t e = 0; e < edges.size(); ++e)
        out[edges[e].first].push_back(e);
    return out;
}

} // namespace

std::vector<bool> breakCycles(uint32_t nodes, std::vector<LayerEdge>& edges) {
    const auto out = successors(nodes, edges);
    std::vector<int64_t> surplus(nodes, 0), incoming(nodes, 0);
    for (const LayerEdge& edge : edges) {
        ++surplus[edge.first];
        --surplus[edge.second];
        ++incoming[edge.second];
    }
    // Depth first from those that nobody calls, then from those that call most: calls back are the ones turned.
    std::vector<uint32_t> starts(nodes);
    for (uint32_t i = 0; i < nodes; ++i)
        starts[i] = i;
    std::stable_sort(starts.begin(), starts.end(), [&](uint32_t a, uint32_t b) {
        return std::pair(incoming[a] > 0, -surplus[a]) < std::pair(incoming[b] > 0, -surplus[b]);
    });
    std::vector<uint8_t> state(nodes, 0); // 0 new, 1 on the path, 2 done
    std::vector<bool> turned(edges.size(), false);
    std::vector<std::pair<uint32_t, uint32_t>> stack; // node, next of its edges
    for (const uint32_t start : starts) {
        if (state[start] != 0)
            continue;
        state[start] = 1;
        stack.emplace_back(start, 0);
        while (!stack.empty()) {
            auto& [node, next] = stack.back();
            if (next == out[node].size()) {
                state[node] = 2;
                stack.pop_back();
                continue;
            }
            const uint32_t e = out[node][next++];
            const uint32_t to = edges[e].second;
            if (state[to] == 1) {
                turned[e] = true;
            } else if (state[to] == 0) {
                state[to] = 1;
                stack.emplace_back(to, 0);
            }
        }
    }
    for (uint32_t e = 0; e < edges.size(); ++e)
        if (turned[e])
            std::swap(edges[e].first, edges[e].second);
    return turned;
}

std::vector<bool> directByDepth(uint32_t nodes, std::vector<LayerEdge>& edges) {
    const auto out = successors(nodes, edges);
    std::vector<uint8_t> isCalled(nodes, 0);
    for (const LayerEdge& edge : edges)
        isCalled[edge.second] = 1;
    constexpr uint32_t kFar = 0xffffffffU;
    std::vector<uint32_t> depth(nodes, kFar), queue;
    const auto reach = [&] {
        for (size_t at = 0; at < queue.size(); ++at) {
            for (const uint32_t e : out[queue[at]]) {
                if (depth[edges[e].second] == kFar) {
                    depth[edges[e].second] = depth[queue[at]] + 1;
                    queue.push_back(edges[e].second);
                }
            }
        }
        queue.clear();
    };
    const auto start = [&](uint32_t node) {
        depth[node] = 0;
        queue.push_back(node);
    };
    for (uint32_t i = 0; i < nodes; ++i)
        if (isCalled[i] == 0)
            start(i);
    reach();
    for (uint32_t i = 0; i < nodes; ++i) { // what only calls itself in circles
        if (depth[i] == kFar)
            start(i);
        reach();
    }
    std::vector<bool> turned(edges.size(), false);
    for (uint32_t e = 0; e < edges.size(); ++e) {
        auto& [from, to] = edges[e];
        turned[e] = std::pair(depth[to], to) < std::pair(depth[from], from);
        if (turned[e])
            std::swap(from, to);
    }
    return turned;
}

std::vector<uint32_t> assignLayers(uint32_t nodes, const std::vector<LayerEdge>& edges) {
    const auto out = successors(nodes, edges);
    std::vector<uint32_t> incoming(nodes, 0), layer(nodes, 0), order;
    for (const LayerEdge& edge : edges)
        ++incoming[edge.second];
    auto open = incoming;
    for (uint32_t i = 0; i < nodes; ++i)
        if (open[i] == 0)
            order.push_back(i);
    for (size_t at = 0; at < order.size(); ++at) {
        for (const uint32_t e : out[order[at]]) {
            const uint32_t to = edges[e].second;
            layer[to] = std::max(layer[to], layer[order[at]] + 1);
            if (--open[to] == 0)
                order.push_back(to);
        }
    }
    // A node with more callees than callers is drawn next to its callees: shorter edges.
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
        if (out[*at].size() <= incoming[*at])
            continue;
        uint32_t nearest = layer[edges[out[*at].front()].second];
        for (const uint32_t e : out[*at])
            nearest = std::min(nearest, layer[edges[e].second]);
        layer[*at] = nearest - 1;
    }
    if (const auto least = std::min_element(layer.begin(), layer.end()); least != layer.end() && *least > 0) {
        const uint32_t shift = *least;
        for (uint32_t& l : layer)
            l -= shift;
    }
    return layer;
}

void limitLayers(const std::vector<LayerEdge>& edges, uint32_t most, std::vector<uint32_t>& layerOf) {
    const auto nodes = static_cast<uint32_t>(layerOf.size());
    const auto out = successors(nodes, edges);
    std::vector<uint32_t> byLayer(nodes), open(nodes, 0), tail(nodes, 0);
    std::iota(byLayer.begin(), byLayer.end(), 0U);
    std::stable_sort(byLayer.begin(), byLayer.end(), [&](uint32_t a, uint32_t b) { return layerOf[a] < layerOf[b]; });
    for (auto at = byLayer.rbegin(); at != byLayer.rend(); ++at)
        for (const uint32_t e : out[*at])
            tail[*at] = std::max(tail[*at], tail[edges[e].second] + 1);
    for (const LayerEdge& edge : edges)
        ++open[edge.second];
    std::vector<uint32_t> limited(nodes, 0), waiting;
    size_t next = 0;
    for (uint32_t layer = 0; next < nodes || !waiting.empty(); ++layer) {
        for (; next < nodes && layerOf[byLayer[next]] <= layer; ++next)
            waiting.push_back(byLayer[next]);
        // Those that most depends on first; the others wait for a layer with room.
        std::vector<uint32_t> chosen;
        for (const uint32_t node : waiting)
            if (open[node] == 0)
                chosen.push_back(node);
        std::stable_sort(chosen.begin(), chosen.end(), [&](uint32_t a, uint32_t b) { return tail[a] > tail[b]; });
        if (chosen.size() > most)
            chosen.resize(most);
        for (const uint32_t node : chosen) {
            limited[node] = layer;
            for (const uint32_t e : out[node])
                --open[edges[e].second];
        }
        std::erase_if(waiting, [&](uint32_t node) { return std::find(chosen.begin(), chosen.end(), node) != chosen.end(); });
    }
    layerOf = std::move(limited);
}

} // namespace aisle
