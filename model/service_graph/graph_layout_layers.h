#pragma once
// The steps of layoutGraph() for one connected part of the graph.

#include "table/cancel.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace aisle {

/// Something that takes a place in a layer: a node, or the point where an edge passes the layer.
struct LayerItem {
    uint32_t layer = 0;
    double half = 0; ///< half its height; 0 for a passing edge
    bool isNode = false;
    double y = 0; ///< centre
    std::vector<uint32_t> before, after; ///< neighbours in the layers left and right
};

struct LayeredPart {
    std::vector<LayerItem> items; ///< nodes first
    std::vector<std::vector<uint32_t>> layers; ///< items from top to bottom
    std::vector<std::vector<uint32_t>> chains; ///< by edge: the items it passes, ends included, left to right
};

using LayerEdge = std::pair<uint32_t, uint32_t>;

/// Past so many items neither the order nor the picture is worth the time: edges then go straight.
inline constexpr size_t kMostLayerItems = 30'000;

/// Turns edges around until there is no cycle; true: this edge was turned. Edges must not be loops.
std::vector<bool> breakCycles(uint32_t nodes, std::vector<LayerEdge>& edges);
/// The same for tangles, where that would give very many layers: every edge leads away from the nodes that nobody
/// calls. Turns more edges, also some that are in no cycle.
std::vector<bool> directByDepth(uint32_t nodes, std::vector<LayerEdge>& edges);
/// Layers of nodes so that every edge leads to the right; edges must be without cycles.
std::vector<uint32_t> assignLayers(uint32_t nodes, const std::vector<LayerEdge>& edges);
/// Items and their order within the layers (igraph, then exchanges of neighbours).
LayeredPart orderLayers(const std::vector<double>& heights, const std::vector<uint32_t>& layerOf,
                        const std::vector<LayerEdge>& edges, const StopToken& stop);
/// Sets LayerItem::y; the topmost edge comes to 0. Returns the height of all.
double placeItems(LayeredPart& part, double nodeGap, const StopToken& stop);

} // namespace aisle
