// Questions to a frame: what is under the pointer, what belongs to the focus, where an arrow key leads.
#include "graph/graph_scene_layout.h"

#include "service_graph/graph_facts.h"
#include "text/format.h"
#include "widgets/plain_text.h"

#include <QCoreApplication>
#include <QLineF>

#include <algorithm>
#include <cmath>

namespace aisle {

namespace {

double distance(const QPolygonF& line, QPointF p) {
    double best = 1e9;
    for (qsizetype i = 1; i < line.size(); ++i) {
        const QPointF d = line[i] - line[i - 1];
        const double length = QPointF::dotProduct(d, d);
        const double t = length > 0 ? std::clamp(QPointF::dotProduct(p - line[i - 1], d) / length, 0.0, 1.0) : 0;
        best = std::min(best, QLineF(p, line[i - 1] + d * t).length());
    }
    return best;
}

QString tr(const char* text) { return QCoreApplication::translate("aisle::GraphView", text); }

QString rows(const std::vector<GraphFact>& facts) {
    QString text;
    for (const GraphFact& fact : facts)
        text += QLatin1Char('\n') + toQString(fact.name) + QLatin1String(": ") + toQString(fact.value);
    return text;
}

QString failureRows(const std::vector<GraphDetails::Failures>& failures) {
    QString text = failures.empty() ? QString() : QLatin1Char('\n') + tr("Kinds of failures");
    for (const auto& [kind, count] : failures)
        text += QStringLiteral("\n    ") + singleLine(toQString(kind)) + QLatin1String(": ") + toQString(formatCount(count));
    return text;
}

} // namespace

GraphHit hitTest(const GraphFrame& frame, const GraphLabels& labels, const GraphViewport& viewport, QPointF viewPoint) {
    const QPointF p = viewport.toScene(viewPoint);
    for (uint32_t n = 0; n < frame.nodes.size(); ++n)
        if (frame.nodes[n].rect.contains(p))
            return {GraphHit::Kind::Node, n};
    GraphHit hit;
    double best = 6 / viewport.scale; // 6 px on screen, whatever the zoom
    for (uint32_t e = 0; e < frame.edges.size(); ++e) {
        const GraphFrame::Edge& edge = frame.edges[e];
        const bool nearby = edge.line.boundingRect().adjusted(-best, -best, best, best).contains(p);
        const double d = (e < labels.edges.size() && labels.edges[e].contains(viewPoint - viewport.offset)) || edge.arrow.containsPoint(p, Qt::OddEvenFill) ? 0
                         : nearby ? std::max(0.0, distance(edge.line, p) - edge.width / 2)
                                  : 1e9;
        if (d < best) {
            best = d;
            hit = {GraphHit::Kind::Edge, e};
        }
    }
    return hit;
}

namespace {

/// What stands out in a graph by a focus.
class Marker {
public:
    Marker(const ServiceGraph& graph, const SpanTable& table, GraphMarks& marks) : graph_(graph), table_(table), marks_(marks) {}

    void around(uint32_t node, uint8_t mark) {
        for (uint32_t e = 0; e < graph_.edges.size(); ++e)
            if (graph_.edges[e].from == node || graph_.edges[e].to == node)
                edge(e, mark, mark);
    }
    void edge(uint32_t e, uint8_t mark, uint8_t endsMark) {
        marks_.edges[e] |= mark;
        marks_.nodes[graph_.edges[e].from] |= endsMark;
        marks_.nodes[graph_.edges[e].to] |= endsMark;
    }
    void service(std::string_view name) {
        for (uint32_t n = 0; n < graph_.nodes.size(); ++n)
            if (graph_.nodes[n].name == name)
                node(n);
        if (const auto index = table_.serviceByName(name); index && *index < graph_.nodeOfService.size())
            if (const uint32_t n = graph_.nodeOfService[*index]; n != ServiceGraph::kNoNode)
                node(n); // within a group
    }
    void services(const std::vector<bool>& which) {
        for (uint32_t s = 0; s < which.size() && s < graph_.nodeOfService.size(); ++s)
            if (which[s] && graph_.nodeOfService[s] != ServiceGraph::kNoNode)
                marks_.nodes[graph_.nodeOfService[s]] |= GraphMarks::kRelated;
        for (uint32_t e = 0; e < graph_.edges.size(); ++e)
            if (marks_.nodes[graph_.edges[e].from] != 0 && marks_.nodes[graph_.edges[e].to] != 0)
                marks_.edges[e] |= GraphMarks::kRelated;
    }
    /// The calls of one trace, with the databases, queues and users they are to and from; and services that make none.
    void trace(const TraceParts& parts) {
        for (uint32_t s = 0; s < parts.services.size() && s < graph_.nodeOfService.size(); ++s)
            if (const uint32_t n = graph_.nodeOfService[s]; parts.services[s] && n != ServiceGraph::kNoNode)
                marks_.nodes[n] |= GraphMarks::kRelated;
        using Ids = std::pair<std::string_view, std::string_view>;
        for (uint32_t e = 0; e < graph_.edges.size(); ++e)
            if (std::binary_search(parts.calls.begin(), parts.calls.end(), Ids(graph_.nodes[graph_.edges[e].from].id, graph_.nodes[graph_.edges[e].to].id),
                                   [](const auto& a, const auto& b) { return Ids(a) < Ids(b); }))
                edge(e, GraphMarks::kRelated, GraphMarks::kRelated);
    }

private:
    void node(uint32_t n) {
        marks_.nodes[n] |= GraphMarks::kFocused;
        around(n, GraphMarks::kRelated);
    }
    const ServiceGraph& graph_;
    const SpanTable& table_;
    GraphMarks& marks_;
};

} // namespace

TraceParts partsOfTrace(const GraphCalls& calls, TraceIndex trace, const GraphGroups* groups, const StopToken& stop) {
    const SpanTable& table = calls.table();
    TraceParts parts;
    parts.services.resize(table.services().size());
    size_t done = 0;
    for (const Row row : table.rowsOf(trace)) {
        if (++done % 65'536 == 0)
            stop.check();
        if (!table.isHidden(row))
            parts.services[table.service(row)] = true;
    }
    parts.calls = calls.edgesOf(trace, groups);
    return parts;
}

GraphMarks graphMarks(const ServiceGraph& shown, const SpanTable& table, const Focus& focus, const FocusMatches* matches, const TraceParts* ofTrace) {
    GraphMarks marks;
    marks.nodes.assign(shown.nodes.size(), 0);
    marks.edges.assign(shown.edges.size(), 0);
    Marker marker(shown, table, marks);
    switch (focus.kind) {
    case Focus::Kind::Service: marker.service(focus.name); break;
    case Focus::Kind::Span:
        if (const Row at = focus.rowIn(table); at != kNoRow)
            marker.service(table.serviceText(at));
        break;
    case Focus::Kind::Edge:
        for (uint32_t e = 0; e < shown.edges.size(); ++e)
            if (shown.nodes[shown.edges[e].from].name == focus.name && shown.nodes[shown.edges[e].to].name == focus.other)
                marker.edge(e, GraphMarks::kFocused, GraphMarks::kRelated);
        break;
    case Focus::Kind::Trace:
        if (ofTrace != nullptr)
            marker.trace(*ofTrace);
        break;
    case Focus::Kind::Stage:
    case Focus::Kind::Step:
    case Focus::Kind::Case:
    case Focus::Kind::Traces:
        if (matches != nullptr)
            marker.services(matches->services);
        break;
    default: break;
    }
    const auto any = [](const std::vector<uint8_t>& v) { return std::any_of(v.begin(), v.end(), [](uint8_t m) { return m != 0; }); };
    marks.isDimmed = any(marks.nodes) || any(marks.edges);
    return marks;
}

void hover(const ServiceGraph& shown, const SpanTable& table, const GraphHit& hit, GraphMarks& marks) {
    for (auto* list : {&marks.nodes, &marks.edges})
        for (uint8_t& mark : *list)
            mark &= static_cast<uint8_t>(~GraphMarks::kHovered);
    Marker marker(shown, table, marks);
    if (hit.kind == GraphHit::Kind::Node && hit.number < shown.nodes.size()) {
        marks.nodes[hit.number] |= GraphMarks::kHovered;
        marker.around(hit.number, GraphMarks::kHovered);
    } else if (hit.kind == GraphHit::Kind::Edge && hit.number < shown.edges.size()) {
        marker.edge(hit.number, GraphMarks::kHovered, GraphMarks::kHovered);
    }
}

std::optional<uint32_t> neighbourNode(const ServiceGraph& shown, const GraphFrame& frame, uint32_t from, Qt::Key key) {
    const QPointF at = frame.nodes[from].rect.center();
    const bool sideways = key == Qt::Key_Left || key == Qt::Key_Right;
    std::vector<uint8_t> isLinked(shown.nodes.size(), 0);
    for (const ServiceGraph::Edge& edge : shown.edges) {
        if (edge.from == from)
            isLinked[edge.to] = 1;
        if (edge.to == from)
            isLinked[edge.from] = 1;
    }
    const bool followsCalls = sideways != frame.isDownward;
    std::optional<uint32_t> best;
    double bestCost = 0;
    for (uint32_t n = 0; n < frame.nodes.size(); ++n) {
        const QPointF d = frame.nodes[n].rect.center() - at;
        const double along = key == Qt::Key_Left ? -d.x() : key == Qt::Key_Right ? d.x() : key == Qt::Key_Up ? -d.y() : d.y();
        const double across = sideways ? d.y() : d.x();
        if (n == from || along < 1)
            continue;
        // Along a call if there is one in that direction, otherwise to the nearest.
        const double cost = along + 2 * std::abs(across) + (followsCalls && isLinked[n] == 0 ? 1e6 : 0);
        if (!best || cost < bestCost) {
            best = n;
            bestCost = cost;
        }
    }
    return best;
}

QString describeNode(const ServiceGraph& graph, uint32_t number, const GraphDetails* details) {
    const ServiceGraph::Node& node = graph.nodes[number];
    QString text = nodeTitle(node);
    if (node.kind != ServiceGraph::NodeKind::User)
        text += QLatin1String(" (") + tr(nodeKindName(node.kind).data()) + QLatin1Char(')');
    text += rows(callFacts(node)) + rows(otherFacts(graph, number, details));
    if (details != nullptr)
        text += failureRows(details->nodes[number].failures);
    return text;
}

QString describeEdge(const ServiceGraph& graph, uint32_t number, const GraphDetails* details) {
    const ServiceGraph::Edge& edge = graph.edges[number];
    QString text = nodeTitle(graph.nodes[edge.from]) + QStringLiteral(" → ") + nodeTitle(graph.nodes[edge.to]) + rows(edgeFacts(graph, number, details));
    if (details != nullptr)
        text += failureRows(details->edges[number].failures);
    return text;
}

} // namespace aisle
