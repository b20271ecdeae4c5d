// Questions to a frame: what is under the pointer, what belongs to the focus, where an arrow key leads.
#include "graph/graph_scene_layout.h"

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

QString row(const char* title, const std::string& value) { return QLatin1Char('\n') + tr(title) + QLatin1String(": ") + toQString(value); }

QString errorsRow(uint64_t errors, uint64_t calls) {
    if (errors == 0)
        return {};
    const double share = calls == 0 ? 0 : static_cast<double>(errors) / static_cast<double>(calls);
    return row("Failed", formatCount(errors) + " (" + formatPercent(share) + ")");
}

} // namespace

GraphHit hitTest(const GraphFrame& frame, const GraphViewport& viewport, QPointF viewPoint) {
    const QPointF p = viewport.toScene(viewPoint);
    for (uint32_t n = 0; n < frame.nodes.size(); ++n)
        if (frame.nodes[n].rect.contains(p))
            return {GraphHit::Kind::Node, n};
    GraphHit hit;
    double best = 6 / viewport.scale; // 6 px on screen, whatever the zoom
    for (uint32_t e = 0; e < frame.edges.size(); ++e) {
        const GraphFrame::Edge& edge = frame.edges[e];
        const bool nearby = edge.line.boundingRect().adjusted(-best, -best, best, best).contains(p);
        const double d = edge.labelRect.contains(p) || edge.arrow.containsPoint(p, Qt::OddEvenFill) ? 0
                         : nearby ? std::max(0.0, distance(edge.line, p) - edge.width / 2)
                                  : 1e9;
        if (d < best) {
            best = d;
            hit = {GraphHit::Kind::Edge, e};
        }
    }
    return hit;
}

GraphMarks graphMarks(const ServiceGraph& shown, const SpanTable& table, const Focus& focus, const GraphHit& hover,
                      const FocusMatches* matches) {
    GraphMarks marks;
    marks.nodes.assign(shown.nodes.size(), 0);
    marks.edges.assign(shown.edges.size(), 0);
    const auto markAround = [&](uint32_t node, uint8_t mark) {
        for (uint32_t e = 0; e < shown.edges.size(); ++e) {
            const ServiceGraph::Edge& edge = shown.edges[e];
            if (edge.from != node && edge.to != node)
                continue;
            marks.edges[e] |= mark;
            marks.nodes[edge.from] |= mark;
            marks.nodes[edge.to] |= mark;
        }
    };
    const auto focusService = [&](std::string_view name) {
        for (uint32_t n = 0; n < shown.nodes.size(); ++n) {
            if (shown.nodes[n].name != name)
                continue;
            marks.nodes[n] |= GraphMarks::kFocused;
            markAround(n, GraphMarks::kRelated);
        }
    };
    const auto markServices = [&](const std::vector<uint8_t>& services) {
        for (uint32_t n = 0; n < shown.nodes.size(); ++n)
            if (shown.nodes[n].service < services.size() && services[shown.nodes[n].service] != 0)
                marks.nodes[n] |= GraphMarks::kRelated;
        for (uint32_t e = 0; e < shown.edges.size(); ++e)
            if (marks.nodes[shown.edges[e].from] != 0 && marks.nodes[shown.edges[e].to] != 0)
                marks.edges[e] |= GraphMarks::kRelated;
    };
    if (focus.kind == Focus::Kind::Service) {
        focusService(focus.name);
    } else if (focus.kind == Focus::Kind::Span) {
        if (const Row at = focus.rowIn(table); at != kNoRow)
            focusService(table.serviceText(at));
    } else if (focus.kind == Focus::Kind::Edge) {
        for (uint32_t e = 0; e < shown.edges.size(); ++e) {
            const ServiceGraph::Edge& edge = shown.edges[e];
            if (shown.nodes[edge.from].name != focus.name || shown.nodes[edge.to].name != focus.other)
                continue;
            marks.edges[e] |= GraphMarks::kFocused;
            marks.nodes[edge.from] |= GraphMarks::kRelated;
            marks.nodes[edge.to] |= GraphMarks::kRelated;
        }
    } else if (focus.kind == Focus::Kind::Trace) {
        if (const auto trace = focus.traceIn(table)) {
            std::vector<uint8_t> inTrace(table.services().size(), 0);
            for (const Row r : table.rowsOf(*trace))
                if (!table.isHidden(r))
                    inTrace[table.service(r)] = 1;
            markServices(inTrace);
        }
    } else if ((focus.kind == Focus::Kind::Stage || focus.kind == Focus::Kind::Case || focus.kind == Focus::Kind::Traces) && matches != nullptr) {
        markServices({matches->services.begin(), matches->services.end()});
    }
    const auto any = [](const std::vector<uint8_t>& v) { return std::any_of(v.begin(), v.end(), [](uint8_t m) { return m != 0; }); };
    marks.isDimmed = any(marks.nodes) || any(marks.edges);
    if (hover.kind == GraphHit::Kind::Node && hover.number < shown.nodes.size()) {
        marks.nodes[hover.number] |= GraphMarks::kHovered;
        markAround(hover.number, GraphMarks::kHovered);
    } else if (hover.kind == GraphHit::Kind::Edge && hover.number < shown.edges.size()) {
        marks.edges[hover.number] |= GraphMarks::kHovered;
        marks.nodes[shown.edges[hover.number].from] |= GraphMarks::kHovered;
        marks.nodes[shown.edges[hover.number].to] |= GraphMarks::kHovered;
    }
    return marks;
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

QString describeNode(const ServiceGraph& graph, uint32_t number) {
    const ServiceGraph::Node& node = graph.nodes[number];
    QString text = nodeTitle(node);
    if (node.kind != ServiceGraph::NodeKind::User)
        text += QLatin1String(" (") + tr(nodeKindName(node.kind).data()) + QLatin1Char(')');
    text += row("Calls", formatCount(node.calls)) + errorsRow(node.errors, node.calls);
    if (node.calls > 0)
        text += row("p50", formatDuration(node.p50)) + row("p95", formatDuration(node.p95));
    if (node.kind == ServiceGraph::NodeKind::Service)
        text += row("Self time", formatDuration(node.selfTime)) + row("Spans", formatCount(node.spans));
    return text;
}

QString describeEdge(const ServiceGraph& graph, uint32_t number) {
    const ServiceGraph::Edge& edge = graph.edges[number];
    QString text = nodeTitle(graph.nodes[edge.from]) + QStringLiteral(" → ") + nodeTitle(graph.nodes[edge.to]);
    text += edge.kind == ServiceGraph::EdgeKind::Messaging ? row("Messages", formatCount(edge.calls))
                                                           : row("Calls", formatCount(edge.calls));
    text += errorsRow(edge.errors, edge.calls) + row("p50", formatDuration(edge.p50)) + row("p95", formatDuration(edge.p95));
    if (edge.waits > 0)
        text += row("Wait p50 (two clocks)", formatDuration(edge.waitP50)) + row("Wait p95", formatDuration(edge.waitP95));
    return text;
}

} // namespace aisle
