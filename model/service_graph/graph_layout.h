#pragma once
// Positions for a directed graph, for pictures of up to some hundred nodes.
//
// Layered: from left to right or from top to bottom. Cycles are broken depth first, layers are by longest path and, where a limit
// is given, by list scheduling (Coffman and Graham 1972); order within a layer by barycentres (Sugiyama, Tagawa and Toda 1981) and
// sifting (Matuszewski, Schoenfeld and Molitor 1999), crossings counted as by Barth, Juenger and Mutzel (2002); then places that
// keep long edges straight, and main ones in one line.
// Force: springs as long as the way between two nodes (Kamada and Kawai 1989, by igraph), then cards pushed apart.
// Radial: rings by distance from one node (Wills 1999), each subtree in a sector, ordered by barycentres.
//
// Every part of the graph that hangs together is laid out by itself and placed below the one before, larger ones first; nodes
// without edges come last, in rows. The same input gives the same picture.
//
// Near a layout on show (`before`) layers, order and places are kept as far as edges still lead onwards and there are not clearly
// more crossings than from scratch; springs move a node by no more than a gap; rings keep their order.
//
// Units: logical pixels, origin at the top left. Thread: any; force layouts one at a time inside (igraph of Debian 12 is built
// without thread-local state). Errors: throws Stopped within 100 ms of a stop up to 1,000 nodes (springs of 2,000: 0.5 s), and
// nothing else but std::bad_alloc. Memory: springs O(V^2), 100 MB for 2,000 nodes and 210 MB for kMostSprings, which take 4 s; above that
// layers are made in place of them: 20,000 would ask for 10 GB.
// Measured on one core (tests/bench/bench_graph.cpp), layered, force, radial: 60 nodes and 120 edges 20, 1 and 0.2 ms; 500 and
// 1,500 20, 70 and 3 ms; 500 and 5,000 110, 70 and 7 ms. One of 60 services filtered out: the others move by 1.0, 0.1 and 1.7 card
// heights on the average, from scratch by 3, 12 and 3.

#include "table/cancel.h"

#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <cstdint>
#include <optional>
#include <vector>

namespace aisle {

enum class GraphLayoutKind : uint8_t { Layered, Force, Radial };

inline constexpr size_t kMostSprings = 3000; ///< nodes that hang together

struct GraphLayoutInput {
    std::vector<QSizeF> nodes;
    struct Edge {
        uint32_t from, to;   ///< equal: a loop
        bool isWeak = false; ///< a hand-over (queue to consumer): where the graph is deep, it may lead back
        bool isMain = false; ///< layered, from scratch: nodes that such edges join are in one line, where there is room. Without cycles; few begin or end at one node
    };
    std::vector<Edge> edges;
    /// Centres in the layout on show, by node; nothing for a node that is new in the graph. Empty: no layout is on show. Nodes
    /// then stay near these places as far as they may; they must be of the same kind and direction.
    std::vector<std::optional<QPointF>> before;
    GraphLayoutKind kind = GraphLayoutKind::Layered;
    uint32_t centre = 0; ///< radial: the node in the middle
    double layerGap = 120; ///< between layers: room for an edge's label
    double nodeGap = 24;
    uint32_t mostPerLayer = 0; ///< layered: nodes in one layer, further ones come into later layers; 0: as many as there are
    bool isDownward = false; ///< layered: from top to bottom; cards are wide and flat, so that a deep graph stays legible
};

struct GraphLayout {
    std::vector<QRectF> nodes;
    /// An edge as the points it passes, from its caller to its callee. Between point 2k and 2k+1 it crosses the
    /// space between two columns, as a curve that starts and ends horizontally; between 2k+1 and 2k+2 it runs
    /// straight through a column. A loop has two points on the top edge of its node.
    struct Edge {
        std::vector<QPointF> points;
        bool isLoop = false;
        bool isStraight = false; ///< two points on the borders of the cards and a straight line, not a curve
    };
    std::vector<Edge> edges;
    QSizeF size; ///< of the bounding box
    bool isDownward = false; ///< then read "rows" for columns and "vertically" for horizontally above
};

/// A straight line between two cards: of an edge that a layout was not made for. Cards must not overlap.
GraphLayout::Edge straightEdge(const QRectF& from, const QRectF& to);

/// The kind of layout that is made of this: layers where springs are asked for and more than kMostSprings nodes hang together.
GraphLayoutKind madeKind(const GraphLayoutInput& input);

/// Any kind. Layered and radial: O(E log V) for each of a bounded number of sweeps, sifting compares a bounded number of pairs;
/// force: O(V (V + E)). Throws Stopped.
GraphLayout layoutGraph(const GraphLayoutInput& input, const StopToken& stop = {});
/// Of both directions, and of some limits of nodes in a layer, the layered layout that is larger when fitted into a window of that
/// size. Where `before` of one input is given, that direction stays unless another layout is far larger. Of the other kinds:
/// layoutGraph(rightward). Room that is left in the window goes into the gaps, by up to
/// 1.6; near a layout on show they are as wide as there. Throws Stopped.
GraphLayout layoutGraphFor(QSizeF window, GraphLayoutInput rightward, GraphLayoutInput downward, const StopToken& stop = {});

} // namespace aisle
