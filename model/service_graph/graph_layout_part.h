#pragma once
// Layouts of one part of a graph that hangs together, without loops and equal edges. Used by layoutGraph() and
// layoutGraphFor() alone.

#include "service_graph/graph_layout.h"

namespace aisle {

/// From left to right.
GraphLayout layoutLayered(const GraphLayoutInput& part, const StopToken& stop);
/// Nodes only; edges are drawn when all parts have their place.
GraphLayout layoutForce(const GraphLayoutInput& part, const StopToken& stop);
/// Around part.centre. Nodes only.
GraphLayout layoutRadial(const GraphLayoutInput& part, const StopToken& stop);

/// Moves cards apart until they are `gap` from each other, in a few dozen sweeps. O(n log n + pairs that share columns) a sweep.
void pushApart(std::vector<QRectF>& cards, double gap, const StopToken& stop);
/// Cards without edges, the origin moved to the top left of all.
GraphLayout layoutOf(std::vector<QRectF> cards);
/// Straight lines between the borders of the cards, for all edges but loops; lines there and back lie side by side.
void drawStraightEdges(const GraphLayoutInput& input, GraphLayout& layout);

} // namespace aisle
