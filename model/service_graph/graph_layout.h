#pragma once
// Positions for a directed graph in layers from left to right or from top to bottom, for pictures of up to some hundred nodes.
//
// Layers by longest path after breaking cycles, order within a layer by igraph's Sugiyama layout, then places that
// keep long edges straight. Every part of the graph that hangs together is laid out by itself and placed below the
// one before, larger ones first; nodes without edges come last, in rows. The same input gives the same picture.
//
// Units: logical pixels, origin at the top left. Thread: any, one at a time inside (igraph of Debian 12 is built
// without thread-local state). Measured: 60 nodes and 120 edges in about 10 ms, 500 and 1,500 in 0.1 s.

#include "table/cancel.h"

#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <cstdint>
#include <vector>

namespace aisle {

struct GraphLayoutInput {
    std::vector<QSizeF> nodes;
    struct Edge {
        uint32_t from, to;   ///< equal: a loop
        bool isWeak = false; ///< a hand-over (queue to consumer): where the graph is deep, it may lead back
    };
    std::vector<Edge> edges;
    double layerGap = 120; ///< between layers: room for an edge's label
    double nodeGap = 24;
    bool isDownward = false; ///< layers from top to bottom: cards are wide and flat, so that a deep graph stays legible
};

struct GraphLayout {
    std::vector<QRectF> nodes;
    /// An edge as the points it passes, from its caller to its callee. Between point 2k and 2k+1 it crosses the
    /// space between two columns, as a curve that starts and ends horizontally; between 2k+1 and 2k+2 it runs
    /// straight through a column. A loop has two points on the top edge of its node.
    struct Edge {
        std::vector<QPointF> points;
        bool isLoop = false;
    };
    std::vector<Edge> edges;
    QSizeF size; ///< of the bounding box
    bool isDownward = false; ///< then read "rows" for columns and "vertically" for horizontally above
};

/// Throws Stopped.
GraphLayout layoutGraph(const GraphLayoutInput& input, const StopToken& stop = {});
/// Of both directions the one that is larger when fitted into a window of that size.
GraphLayout layoutGraphFor(QSizeF window, GraphLayoutInput rightward, GraphLayoutInput downward, const StopToken& stop = {});

} // namespace aisle
