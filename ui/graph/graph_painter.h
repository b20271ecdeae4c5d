#pragma once
// Paints a GraphFrame: for the window, for PNG and SVG, and for `aisle show service-graph`.
// Thread: any that may use fonts; reads nothing but its arguments.

#include "graph/graph_scene_layout.h"

class QPainter;

namespace aisle {

enum class GraphEdges : uint8_t { All, Marked };
/// `clip` in view coordinates: what lies outside is skipped. The painter's state is restored.
void paintGraphEdges(QPainter& painter, const GraphFrame& frame, const GraphMarks& marks, const GraphViewport& viewport, const QRectF& clip, const Theme& theme,
                     GraphEdges which = GraphEdges::All);
/// Cards and all text; `labels` are those of the viewport's zoom.
void paintGraphNodes(QPainter& painter, const GraphFrame& frame, const GraphLabels& labels, const GraphMarks& marks, const GraphViewport& viewport, const QRectF& clip,
                     const Theme& theme);
/// At the bottom left, in as many lines as the width asks for: what lines, dashes and colours mean. Returns its rectangle.
QRectF paintGraphLegend(QPainter& painter, GraphFrame::Colours colours, const QRectF& area, const Theme& theme);
/// What it takes away from the bottom of an area of that width.
double graphLegendHeight(GraphFrame::Colours colours, double width, const Theme& theme);

/// The whole graph without a window.
QSize graphPictureSize(const GraphFrame& frame);
/// `words`: what it does not show, at the top; may be empty.
void paintGraphPicture(QPainter& painter, const GraphFrame& frame, const GraphMarks& marks, const QString& words, const Theme& theme);

/// A sign of 16 x 16 px at the origin: person, queue, bolt, cylinder, cloud, and two blocks for a service.
QPainterPath nodeIcon(ServiceGraph::NodeKind kind);

} // namespace aisle
