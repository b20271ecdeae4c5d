#pragma once
// The picture of a service graph as plain data: where everything is and what it says. Pure; painting, hit testing
// and tests use the same struct. Scene coordinates are logical pixels at zoom 1; a GraphViewport maps them to a
// window, so that dragging and zooming change nothing here.
// Thread: the UI thread (fonts are measured), but for what says otherwise.

#include "service_graph/graph_layout.h"
#include "service_graph/graph_calls.h"
#include "service_graph/graph_details.h"
#include "export/export.h"
#include "selection/focus_matches.h"
#include "selection/selection_model.h"
#include "theme/service_colours.h"

#include <QPainterPath>
#include <QPolygonF>

namespace aisle {

struct GraphFrame {
    struct Node {
        struct Line {
            QString left, right;
            QString errors; ///< behind `left`, in red; empty: none failed
        };
        QRectF rect;
        QString name;
        std::vector<Line> lines; ///< as many are shown as there is room for; the more important first
        ServiceGraph::NodeKind kind = ServiceGraph::NodeKind::Service;
        bool hasIcon = true;
        bool isRound = false; ///< a circle, named beside it: where paths begin and end
        bool isNamedLeft = false; ///< of a circle: another one is right of it
        QColor colour; ///< of the stripe
        uint64_t weight = 0; ///< calls: who is named first where there is little room
    };
    struct Edge {
        QPainterPath path;
        QPolygonF arrow;
        QPolygonF failed; ///< the last part of the line, as long as the share of failed calls
        QPolygonF line;   ///< the whole line in straight pieces, for hit testing
        double width = 1;
        bool isMessaging = false;
        QString label, errorLabel;
        QString longLabel; ///< instead of the label where there is room for it; empty: none
        QColor colour; ///< of the line; invalid: as lines are
    };
    std::vector<Node> nodes; ///< by node number of the graph
    std::vector<Edge> edges; ///< by edge number
    enum class Colours : uint8_t { Plain, Difference, Moment, Paths, Waits };
    Colours colours = Colours::Plain; ///< what colours of lines say
    const void* places = nullptr; ///< frames of equal ones have their nodes at the same places
    std::vector<uint32_t> labelOrder; ///< edges, those whose label is wanted most first
    QSizeF size;             ///< of the whole layout, also of what is hidden by the scope
    bool isDownward = false; ///< callers above callees, else to the left of them
};

struct GraphViewport {
    static constexpr double kLeast = 0.01, kMost = 4;
    double scale = 1;
    QPointF offset; ///< of the scene's origin in the window
    QPointF toScene(QPointF p) const { return (p - offset) / scale; }
    QPointF toView(QPointF p) const { return p * scale + offset; }
    QRectF toView(const QRectF& r) const { return {toView(r.topLeft()), r.size() * scale}; }
    /// The largest zoom up to `most` at which `scene` is in a window of that size, in its middle.
    static GraphViewport fitting(const QRectF& scene, QSizeF window, double most = 1.25);
    void zoomAt(QPointF viewPoint, double factor);
};

/// Cards that are less high in the window have no room for a name.
inline constexpr double kNameFrom = 13;

/// Where labels are at a zoom: text has one size, whatever the zoom, so that the nearer one comes the more of it there is.
struct GraphLabels {
    double scale = 0;          ///< that they are for
    std::vector<QRectF> edges; ///< by edge, relative to the scene's origin in the window; null: no room that is not taken
    std::vector<QRectF> names; ///< by node: beside cards that are too small for a name
};

struct GraphHit {
    enum class Kind { None, Node, Edge } kind = Kind::None;
    uint32_t number = 0;
    bool operator==(const GraphHit&) const = default;
};

/// What stands out: by the focus (then the rest is dimmed), by the pointer, and where keys act.
struct GraphMarks {
    enum Mark : uint8_t { kFocused = 1, kRelated = 2, kHovered = 4, kCursor = 8 };
    std::vector<uint8_t> nodes, edges;
    bool isDimmed = false; ///< something is focused
};

/// Where the nodes of the whole graph are. Filtered graphs are shown at the same places.
struct GraphPlan {
    GraphLayout layout;
    ServiceGraphPtr graph; ///< that it is for
};

/// From left to right and from top to bottom.
struct GraphLayoutInputs {
    GraphLayoutInput right, down;
};
/// All cards have one size, that of the longest name (within limits) and numbers; it is measured once for both directions, with
/// fonts of its own. Thread: any; keep it off the UI thread: 20,000 nodes take a second.
GraphLayoutInputs graphLayoutInputs(const ServiceGraph& graph, const Theme& theme);
/// By node of `graph`: its centre in a plan; nothing where that has no such node. O(nodes of both). Thread: any.
std::vector<std::optional<QPointF>> centresIn(const GraphPlan& plan, const ServiceGraph& graph);
/// `shown` is the graph of some of the traces of plan.graph; `details` of it, null: not known. `redactor`: for pictures that leave
/// the application.
GraphFrame graphFrame(const ServiceGraph& shown, const GraphPlan& plan, const ServiceColours& colours, const Theme& theme,
                      const GraphDetails* details = nullptr, const Redactor* redactor = nullptr);
/// Path, arrow and pieces of a line of that width, where a layout has it.
void placeEdge(GraphFrame::Edge& line, const GraphLayout::Edge& way, bool isDownward);
GraphLabels graphLabels(const GraphFrame& frame, double scale, const Theme& theme);

/// Nodes before edges; `viewPoint` in window coordinates.
GraphHit hitTest(const GraphFrame& frame, const GraphLabels& labels, const GraphViewport& viewport, QPointF viewPoint);

/// What of graphs with these groups a trace has a part in, whatever of them is on show.
struct TraceParts {
    std::vector<bool> services;             ///< by index in SpanTable::services()
    std::vector<GraphCalls::NodeIds> calls; ///< see GraphCalls::edgesOf()
};
/// O(spans of the trace). Thread: any; keep it off the UI thread. Throws Stopped.
TraceParts partsOfTrace(const GraphCalls& calls, TraceIndex trace, const GraphGroups* groups, const StopToken& stop);

/// `matches`: of a focus on a stage or a case, whose services are marked; may be null. `ofTrace`: of a focus on a trace; null: not known.
GraphMarks graphMarks(const ServiceGraph& shown, const SpanTable& table, const Focus& focus, const FocusMatches* matches = nullptr, const TraceParts* ofTrace = nullptr);
/// Marks what is under the pointer, and nothing else as that.
void hover(const ServiceGraph& shown, const SpanTable& table, const GraphHit& hit, GraphMarks& marks);

/// The node that an arrow key leads to: against and along the calls to a caller and a callee, across them to what is
/// nearest in that direction. Nothing when there is none.
std::optional<uint32_t> neighbourNode(const ServiceGraph& shown, const GraphFrame& frame, uint32_t from, Qt::Key key);

/// For people: "User" for the user node.
QString nodeTitle(const ServiceGraph::Node& node);
/// Plain text, several lines.
QString describeNode(const ServiceGraph& graph, uint32_t node, const GraphDetails* details = nullptr);
QString describeEdge(const ServiceGraph& graph, uint32_t edge, const GraphDetails* details = nullptr);

} // namespace aisle
