#pragma once
// The map of paths as a picture: a frame of the graph's canvas, with circles where cases begin and end. Pure. Painting, hit testing and
// tests use the same frame.

#include "graph/graph_scene_layout.h"
#include "journey_words.h"
#include "paths/follow_graph.h"

namespace aisle {

/// What is drawn where: nodes of the map first, then the circles of what cases begin and end with, as far as there are edges to them.
struct PathsPlan {
    std::vector<uint32_t> circles; ///< DirectlyFollows::kStart, kEnd, kOpen; circle i is node nodes + i of the frame
    GraphLayout layout;
    uint32_t frameNode(const DirectlyFollows& graph, uint32_t node) const; ///< of a node, or of kStart, kEnd, kOpen
    uint32_t mapNode(const DirectlyFollows& graph, uint32_t frameNode) const;
};
/// `card`: the size of one, logical pixels. Thread: any; keep it off the UI thread. Throws Stopped.
PathsPlan planPaths(const DirectlyFollows& graph, QSizeF card, const StopToken& stop = {});

/// Edges are numbered as in the map. `redactor`: for pictures that leave the application; null: none. `cases`: what they are called.
GraphFrame pathsFrame(const CaseLog& log, const DirectlyFollows& graph, const PathsPlan& plan, bool coloursWaits, const Theme& theme, const Redactor* redactor = nullptr, const JourneyWords& cases = {});

/// Plain text, several lines.
QString describePath(const CaseLog& log, const DirectlyFollows& graph, const PathsPlan& plan, const GraphHit& hit, const JourneyWords& cases = {});

/// The node of the frame that an arrow key leads to: one that an edge joins if there is one in that direction, else the nearest.
std::optional<uint32_t> neighbourOnPath(const DirectlyFollows& graph, const PathsPlan& plan, const GraphFrame& frame, uint32_t from, Qt::Key key);

/// The edges that begin at a node of the frame, the strongest first, then those that end there.
std::vector<uint32_t> linesAt(const DirectlyFollows& graph, const PathsPlan& plan, uint32_t frameNode);

} // namespace aisle
