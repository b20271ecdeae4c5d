#pragma once
// The steps of the layered layout for one connected part of the graph, from left to right.

#include "table/cancel.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace aisle {

/// Something that takes a place in a layer: a node, or the point where an edge passes the layer.
struct LayerItem {
    uint32_t layer = 0;
    double half = 0; ///< half its height; 0 for a passing edge
    bool isNode = false;
    double y = 0; ///< centre
    std::optional<double> beforeY; ///< centre in the layout on show, of nodes
    std::optional<double> lineY; ///< centre of the line that it shall be in
    std::vector<uint32_t> before, after; ///< neighbours in the layers left and right
};

struct LayeredPart {
    std::vector<LayerItem> items; ///< nodes first
    std::vector<std::vector<uint32_t>> layers; ///< items from top to bottom
    std::vector<std::vector<uint32_t>> chains; ///< by edge: the items it passes, ends included, left to right
    std::vector<std::vector<uint32_t>> lines; ///< items that shall be in one line
};

using LayerEdge = std::pair<uint32_t, uint32_t>; ///< from, to

/// In which layer each node is, and which way the edges lead.
struct Layering {
    std::vector<uint32_t> layerOf;
    std::vector<LayerEdge> edges; ///< to a later layer
    std::vector<bool> isTurned;   ///< the edge as given leads back
    std::vector<bool> mayLeadBack; ///< without being in a cycle
};
/// `edges` as given, without loops; the result has them in this order. `most`: nodes in one layer, 0: any number.
Layering layersOf(uint32_t nodes, const std::vector<LayerEdge>& edges, const std::vector<bool>& isWeak, uint32_t most);
/// The same from the columns of the layout on show, as far as edges still lead onwards; `fresh`: what layersOf() finds. O(V + E),
/// but O(E) for each edge that is new or led back.
Layering layersAsBefore(const std::vector<std::optional<uint32_t>>& column, const std::vector<LayerEdge>& edges, const Layering& fresh,
                        const StopToken& stop);

/// Past so many items neither the order nor the picture is worth the time: edges then go straight.
inline constexpr size_t kMostLayerItems = 30'000;

/// Turns edges around until there is no cycle; true: this edge was turned. Edges must not be loops.
std::vector<bool> breakCycles(uint32_t nodes, std::vector<LayerEdge>& edges);
/// The same for tangles, where that would give very many layers: every edge leads away from the nodes that nobody
/// calls. Turns more edges, also some that are in no cycle.
std::vector<bool> directByDepth(uint32_t nodes, std::vector<LayerEdge>& edges);
/// Layers of nodes so that every edge leads to the right; edges must be without cycles.
std::vector<uint32_t> assignLayers(uint32_t nodes, const std::vector<LayerEdge>& edges);

/// Moves nodes into later layers, so that none holds more than `most` (> 0). O(V^2) at worst.
void limitLayers(const std::vector<LayerEdge>& edges, uint32_t most, std::vector<uint32_t>& layerOf);

/// Items and neighbours; each layer in the order of its items' numbers.
LayeredPart makeItems(const std::vector<double>& heights, const std::vector<uint32_t>& layerOf, const std::vector<LayerEdge>& edges);
/// Pairs of lines between neighbouring layers that cross. O(E log V).
uint64_t countCrossings(const LayeredPart& part);
/// Order within the layers, with few crossings.
void orderLayers(LayeredPart& part, const StopToken& stop);
enum class SiftWhat : uint8_t { All, Unknown };
/// Moves each item, or each that is not in the layout on show, to where in its layer it has fewest crossings, for as long as that
/// takes any away and about `pairs` pairs of items were compared (some 40 M/s); ten rounds at most.
void siftItems(LayeredPart& part, SiftWhat what, size_t pairs, const StopToken& stop);
/// The order of the layout on show, by LayerItem::beforeY: what is new lies at the mean of its neighbours, passing points
/// between the ends of their edge. Sets y.
void orderAsBefore(LayeredPart& part);
/// The items that main edges join, into LayeredPart::lines.
void joinLines(LayeredPart& part, const std::vector<bool>& isMain);
/// Sets LayerItem::y; the topmost edge comes to 0. Returns the height of all. Nodes with a beforeY stay near it; lines are straight where there is room.
double placeItems(LayeredPart& part, double nodeGap, const StopToken& stop);

} // namespace aisle
