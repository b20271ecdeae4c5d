#include "paths/paths_layout.h"

#include "paths/paths_table.h"
#include "text/format.h"
#include "widgets/plain_text.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aisle {

namespace {

constexpr double kCircle = 22;
constexpr uint32_t kNoEdge = 0xffffffffU;

QString circleName(uint32_t node) {
    return node == DirectlyFollows::kStart ? QStringLiteral("Start") : node == DirectlyFollows::kEnd ? QStringLiteral("End") : QStringLiteral("Still open");
}

QString words(const std::string& text) { return toQString(text); }

/// The main ways, which are drawn straight: edges that are the strongest of both of their ends, exits apart; then the strongest exit at the end
/// of the way that begins at the start.
std::vector<bool> mainEdges(const DirectlyFollows& graph, const PathsPlan& plan) {
    const size_t nodes = graph.nodes.size() + plan.circles.size();
    std::vector<uint32_t> strongestOut(nodes, kNoEdge), strongestIn(nodes, kNoEdge), wayOf(nodes);
    std::iota(wayOf.begin(), wayOf.end(), 0U);
    const auto isExit = [](const DirectlyFollows::Edge& edge) { return edge.to == DirectlyFollows::kEnd || edge.to == DirectlyFollows::kOpen; };
    for (uint32_t e = 0; e < graph.edges.size(); ++e) {
        const DirectlyFollows::Edge& edge = graph.edges[e];
        if (edge.from == edge.to || isExit(edge))
            continue;
        for (uint32_t* first : {&strongestOut[plan.frameNode(graph, edge.from)], &strongestIn[plan.frameNode(graph, edge.to)]})
            if (*first == kNoEdge)
                *first = e;
    }
    std::vector<bool> out(graph.edges.size(), false), goesOn(nodes, false);
    for (uint32_t e = 0; e < graph.edges.size(); ++e) {
        const uint32_t from = plan.frameNode(graph, graph.edges[e].from), to = plan.frameNode(graph, graph.edges[e].to);
        if (strongestOut[from] != e || strongestIn[to] != e || wayOf[from] == wayOf[to]) // a cycle has no way that is straight
            continue;
        std::replace(wayOf.begin(), wayOf.end(), uint32_t(wayOf[to]), uint32_t(wayOf[from]));
        out[e] = goesOn[from] = true;
    }
    const uint32_t start = plan.frameNode(graph, DirectlyFollows::kStart);
    for (uint32_t e = 0; e < graph.edges.size(); ++e) {
        const uint32_t from = plan.frameNode(graph, graph.edges[e].from);
        if (!isExit(graph.edges[e]) || start >= nodes || wayOf[from] != wayOf[start] || goesOn[from])
            continue;
        out[e] = true;
        break;
    }
    return out;
}

} // namespace

uint32_t PathsPlan::frameNode(const DirectlyFollows& graph, uint32_t node) const {
    if (node < graph.nodes.size())
        return node;
    return static_cast<uint32_t>(graph.nodes.size() + static_cast<size_t>(std::find(circles.begin(), circles.end(), node) - circles.begin()));
}

uint32_t PathsPlan::mapNode(const DirectlyFollows& graph, uint32_t frameNode) const { return frameNode < graph.nodes.size() ? frameNode : circles[frameNode - graph.nodes.size()]; }

PathsPlan planPaths(const DirectlyFollows& graph, QSizeF card, const StopToken& stop) {
    PathsPlan plan;
    for (const uint32_t circle : {DirectlyFollows::kStart, DirectlyFollows::kEnd, DirectlyFollows::kOpen})
        if (std::any_of(graph.edges.begin(), graph.edges.end(), [&](const DirectlyFollows::Edge& edge) { return edge.from == circle || edge.to == circle; }))
            plan.circles.push_back(circle);
    GraphLayoutInput input;
    input.nodes.assign(graph.nodes.size(), card);
    input.nodes.insert(input.nodes.end(), plan.circles.size(), QSizeF(kCircle, kCircle));
    // Strongest first, and from the start: cycles are broken where cases seldom go.
    const std::vector<bool> isMain = mainEdges(graph, plan);
    for (size_t e = 0; e < graph.edges.size(); ++e)
        input.edges.push_back({plan.frameNode(graph, graph.edges[e].from), plan.frameNode(graph, graph.edges[e].to), false, isMain[e]});
    input.layerGap = 56;
    input.isDownward = true;
    plan.layout = layoutGraph(input, stop);
    return plan;
}

GraphFrame pathsFrame(const CaseLog& log, const DirectlyFollows& graph, const PathsPlan& plan, bool coloursWaits, const Theme& theme, const Redactor* redactor, const JourneyWords& cases) {
    GraphFrame frame;
    frame.size = plan.layout.size;
    frame.isDownward = plan.layout.isDownward;
    frame.colours = coloursWaits ? GraphFrame::Colours::Waits : GraphFrame::Colours::Paths;
    uint64_t mostCases = 1;
    for (const DirectlyFollows::Node& node : graph.nodes)
        mostCases = std::max(mostCases, node.cases);
    for (uint32_t n = 0; n < graph.nodes.size(); ++n) {
        const DirectlyFollows::Node& node = graph.nodes[n];
        GraphFrame::Node card;
        card.name = singleLine(toQString(redactor != nullptr ? log.nameOf(node.activity, *redactor) : log.activities[node.activity]));
        card.hasIcon = false;
        card.rect = plan.layout.nodes[n];
        card.weight = node.cases;
        card.colour = theme.ramp(0.15 + 0.7 * static_cast<double>(node.cases) / static_cast<double>(mostCases));
        card.lines.push_back({cases.counted(node.cases), node.timed > 0 ? QStringLiteral("p50 ") + words(formatDuration(node.p50)) : QString(), {}});
        if (node.reworked > 0)
            card.lines.push_back({words(formatCount(node.reworked)) + QStringLiteral(" more than once"), {}, {}});
        frame.nodes.push_back(std::move(card));
    }
    for (size_t i = 0; i < plan.circles.size(); ++i) {
        GraphFrame::Node circle;
        circle.name = circleName(plan.circles[i]);
        circle.isRound = true;
        circle.hasIcon = false;
        circle.rect = plan.layout.nodes[graph.nodes.size() + i];
        circle.weight = graph.cases;
        circle.colour = plan.circles[i] == DirectlyFollows::kOpen ? theme.surface : plan.circles[i] == DirectlyFollows::kStart ? theme.ramp(0.5) : theme.mutedText;
        frame.nodes.push_back(std::move(circle));
    }
    for (size_t i = graph.nodes.size(); i < frame.nodes.size(); ++i)
        for (size_t j = graph.nodes.size(); j < frame.nodes.size(); ++j) {
            const QRectF &here = frame.nodes[i].rect, &other = frame.nodes[j].rect;
            constexpr double kNear = 130; // where its name would be
            frame.nodes[i].isNamedLeft |= other.left() > here.left() && other.left() < here.right() + kNear && other.top() < here.bottom() && here.top() < other.bottom();
        }
    double shortest = 1e300, longest = 0;
    for (const DirectlyFollows::Edge& edge : graph.edges)
        if (edge.timed > 0) {
            shortest = std::min(shortest, std::log1p(static_cast<double>(edge.p50)));
            longest = std::max(longest, std::log1p(static_cast<double>(edge.p50)));
        }
    const double most = graph.edges.empty() ? 1 : static_cast<double>(std::max<uint64_t>(1, graph.edges.front().cases));
    for (size_t e = 0; e < graph.edges.size(); ++e) {
        const DirectlyFollows::Edge& edge = graph.edges[e];
        GraphFrame::Edge line;
        line.width = 1 + 5 * std::sqrt(static_cast<double>(edge.cases) / most);
        line.isMessaging = edge.to == DirectlyFollows::kOpen;
        line.label = words(formatCount(edge.cases));
        if (edge.timed > 0)
            line.label += QStringLiteral(" · ") + (edge.p50 == 0 ? QStringLiteral("at once") : words(formatDuration(edge.p50)));
        if (edge.timed > 0 && edge.p90 > 0)
            line.longLabel = line.label + QStringLiteral(" (p90 %1)").arg(words(formatDuration(edge.p90)));
        if (coloursWaits && edge.timed > 0)
            line.colour = theme.ramp(longest > shortest ? 0.2 + 0.7 * (std::log1p(static_cast<double>(edge.p50)) - shortest) / (longest - shortest) : 0.2);
        placeEdge(line, plan.layout.edges[e], frame.isDownward);
        frame.edges.push_back(std::move(line));
    }
    frame.labelOrder.resize(frame.edges.size());
    std::iota(frame.labelOrder.begin(), frame.labelOrder.end(), 0U); // the map has the strongest first
    return frame;
}

QString describePath(const CaseLog& log, const DirectlyFollows& graph, const PathsPlan& plan, const GraphHit& hit, const JourneyWords& cases) {
    if (hit.kind == GraphHit::Kind::Edge && hit.number < graph.edges.size()) {
        const DirectlyFollows::Edge& edge = graph.edges[hit.number];
        QString text = singleLine(toQString(followName(log, graph, edge.from))) + QStringLiteral(" → ") + singleLine(toQString(followName(log, graph, edge.to))) +
                       QStringLiteral("\n%1, %2").arg(cases.counted(edge.cases), words(counted(edge.times, "time", "times")));
        if (edge.from < graph.nodes.size() && edge.to < graph.nodes.size())
            text += QStringLiteral("\nLast seen at %1, may go on: %2").arg(singleLine(toQString(followName(log, graph, edge.from))), cases.counted(graph.nodes[edge.from].open));
        if (edge.timed > 0)
            text += QStringLiteral("\nWait, of every time: p50 %1, p90 %2, mean %3").arg(words(formatDuration(edge.p50)), words(formatDuration(edge.p90)), words(formatDuration(edge.mean)));
        return text;
    }
    if (hit.kind != GraphHit::Kind::Node || hit.number >= graph.nodes.size() + plan.circles.size())
        return {};
    if (hit.number >= graph.nodes.size()) {
        const uint32_t circle = plan.circles[hit.number - graph.nodes.size()];
        const uint64_t all = graph.cases - graph.emptyCases;
        return circleName(circle) + QLatin1Char('\n') + cases.counted(circle == DirectlyFollows::kStart ? all : circle == DirectlyFollows::kOpen ? graph.openCases : all - graph.openCases);
    }
    const DirectlyFollows::Node& node = graph.nodes[hit.number];
    QString text = singleLine(toQString(log.activities[node.activity])) + QStringLiteral("\n%1, %2").arg(cases.counted(node.cases), words(counted(node.events, "event", "events"))) +
                   QStringLiteral("\n%1 begin here, %2 end here, %3 still open").arg(words(formatCount(node.begins)), words(formatCount(node.ends)), words(formatCount(node.open)));
    if (node.reworked > 0)
        text += QStringLiteral("\nMore than once in %1").arg(cases.counted(node.reworked));
    if (node.timed > 0)
        text += QStringLiteral("\nTakes: p50 %1, p90 %2").arg(words(formatDuration(node.p50)), words(formatDuration(node.p90)));
    return text;
}

std::vector<uint32_t> linesAt(const DirectlyFollows& graph, const PathsPlan& plan, uint32_t frameNode) {
    std::vector<uint32_t> from, to;
    for (uint32_t e = 0; e < graph.edges.size(); ++e) {
        if (plan.frameNode(graph, graph.edges[e].from) == frameNode)
            from.push_back(e);
        else if (plan.frameNode(graph, graph.edges[e].to) == frameNode)
            to.push_back(e);
    }
    from.insert(from.end(), to.begin(), to.end());
    return from;
}

std::optional<uint32_t> neighbourOnPath(const DirectlyFollows& graph, const PathsPlan& plan, const GraphFrame& frame, uint32_t from, Qt::Key key) {
    std::vector<bool> isLinked(frame.nodes.size(), false);
    for (const DirectlyFollows::Edge& edge : graph.edges) {
        const uint32_t a = plan.frameNode(graph, edge.from), b = plan.frameNode(graph, edge.to);
        if (a == from)
            isLinked[b] = true;
        if (b == from)
            isLinked[a] = true;
    }
    const QPointF at = frame.nodes[from].rect.center();
    const bool isSideways = key == Qt::Key_Left || key == Qt::Key_Right;
    std::optional<uint32_t> best;
    double bestCost = 0;
    for (uint32_t n = 0; n < frame.nodes.size(); ++n) {
        const QPointF d = frame.nodes[n].rect.center() - at;
        const double along = key == Qt::Key_Left ? -d.x() : key == Qt::Key_Right ? d.x() : key == Qt::Key_Up ? -d.y() : d.y();
        if (n == from || along < 1)
            continue;
        const double cost = along + 2 * std::abs(isSideways ? d.y() : d.x()) + (isLinked[n] ? 0 : 1e6);
        if (!best || cost < bestCost) {
            best = n;
            bestCost = cost;
        }
    }
    return best;
}

} // namespace aisle
