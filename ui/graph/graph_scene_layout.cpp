#include "graph/graph_scene_layout.h"

#include "service_graph/graph_tables.h"
#include "service_graph/node_words.h"
#include "text/format.h"
#include "widgets/plain_text.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace aisle {

using NodeKind = ServiceGraph::NodeKind;

namespace {

constexpr double kStripe = 4, kPad = 8, kIcon = 16, kArrow = 7;
constexpr double kLeastWidth = 140, kMostWidth = 260;

QString words(std::string text) { return toQString(text); }

/// As attributes call it; the user is nobody of the file.
const char* nameKey(NodeKind kind) { return kind == NodeKind::Service ? "service.name" : "service.peer.name"; }

/// ~12.3 ms while a selection moves.
std::string about(int64_t ns, bool isApproximate) { return (isApproximate ? "~" : "") + formatDuration(ns); }

QString tr(const char* text) { return QCoreApplication::translate("aisle::GraphView", text); }

/// From a file: plain, and redacted where it leaves the application.
QString failureWords(const std::string& kind, const Redactor* redactor) { return singleLine(toQString(redactor != nullptr ? redactor->redact("exception.type", kind) : kind)); }

QString callsWords(uint64_t calls) { return words(formatCount(calls)) + QLatin1Char(' ') + (calls == 1 ? tr("call") : tr("calls")); }

/// Some hundred combining marks on one letter would reach over the whole picture; no script puts more than a few there.
QString withFewMarks(const QString& name) {
    constexpr int kMost = 4;
    QString out;
    int marks = 0;
    for (const QChar c : name) {
        marks = c.isMark() ? marks + 1 : 0;
        if (marks <= kMost)
            out += c;
    }
    return out;
}

/// What is said of a node, line by line.
void fillCard(GraphFrame::Node& card, const ServiceGraph& graph, uint32_t number, const GraphDetails* details, const Redactor* redactor = nullptr) {
    const ServiceGraph::Node& node = graph.nodes[number];
    const auto duration = [&](const char* name, int64_t ns) { return node.timed > 0 ? QLatin1String(name) + QLatin1Char(' ') + words(about(ns, graph.isApproximate)) : QString(); };
    card.name = withFewMarks(singleLine(redactor != nullptr && node.kind != NodeKind::User
                                            ? toQString(redactor->redact(nameKey(node.kind), node.name))
                                            : nodeTitle(node)));
    card.kind = node.kind;
    card.weight = node.calls;
    card.lines.push_back({callsWords(node.calls), duration("p95", node.p95), node.errors > 0 ? words(formatPercent(node.errorShare())) : QString()});
    if (node.timed > 0)
        card.lines.push_back({duration("p50", node.p50), duration("p99", node.p99), {}});
    if (details != nullptr && details->criticalTime > 0)
        card.lines.push_back({tr("critical path"), words(formatPercent(details->criticalShare(details->nodes[number].criticalTime))), {}});
    if (node.spans > 0)
        card.lines.push_back({tr("self time"), words(formatDuration(node.selfTime)), {}});
    if (const auto rate = callsPerSecond(graph, node.calls, details != nullptr ? details->nodes[number].weight : 0))
        card.lines.push_back({tr("rate"), words(formatRate(*rate)), {}});
    if (node.kind == NodeKind::Group)
        card.lines.push_back({words(counted(node.members, "member", "members")), {}, {}});
    if (details != nullptr && details->nodes[number].instanceCount > 0)
        card.lines.push_back({words(counted(details->nodes[number].instanceCount, "instance", "instances")),
                              details->nodes[number].imbalance > 0 ? tr("busiest %1×").arg(details->nodes[number].imbalance, 0, 'f', 1) : QString(), {}});
    if (details != nullptr && !details->nodes[number].failures.empty())
        card.lines.push_back({failureWords(details->nodes[number].failures.front().kind, redactor), words(formatCount(details->nodes[number].failures.front().count)), {}});
}

/// A straight line, or curves between columns and straight through them (see GraphLayout::Edge); ends `shorter` before the last point.
QPainterPath edgePath(const GraphLayout::Edge& edge, double shorter, bool isDownward) {
    QPainterPath path(edge.points.front());
    if (edge.isLoop) {
        const QPointF from = edge.points.front(), to = edge.points.back() - QPointF(0, shorter);
        path.cubicTo(from - QPointF(4, 24), QPointF(to.x() + 4, from.y() - 24), to);
        return path;
    }
    if (edge.isStraight) {
        QLineF line(edge.points.front(), edge.points.back());
        line.setLength(std::max(1.0, line.length() - shorter));
        path.lineTo(line.p2());
        return path;
    }
    for (size_t i = 0; i + 1 < edge.points.size(); ++i) {
        const QPointF from = edge.points[i];
        QPointF to = edge.points[i + 1];
        if (i + 2 == edge.points.size()) {
            if (isDownward)
                to.ry() -= to.y() > from.y() ? shorter : -shorter;
            else
                to.rx() -= to.x() > from.x() ? shorter : -shorter;
        }
        if (i % 2 == 1 || (isDownward ? from.x() == to.x() : from.y() == to.y())) {
            path.lineTo(to);
        } else {
            const QPointF reach = isDownward ? QPointF(0, (to.y() - from.y()) / 2) : QPointF((to.x() - from.x()) / 2, 0);
            path.cubicTo(from + reach, to - reach, to);
        }
    }
    return path;
}

QPolygonF arrowHead(const GraphLayout::Edge& edge, double width, bool isDownward) {
    const QPointF tip = edge.points.back();
    const QPointF before = edge.points[edge.points.size() - 2];
    const QPointF back = edge.isLoop       ? QPointF(0, -1)
                         : edge.isStraight ? QLineF(tip, before).unitVector().p2() - tip
                         : isDownward      ? QPointF(0, tip.y() > before.y() ? -1 : 1)
                                           : QPointF(tip.x() > before.x() ? -1 : 1, 0);
    const QPointF across(-back.y(), back.x());
    const double half = 3 + width / 2;
    return QPolygonF({tip, tip + back * (kArrow + width) + across * half, tip + back * (kArrow + width) - across * half});
}

double lengthOf(const QPolygonF& line) {
    double length = 0;
    for (qsizetype i = 1; i < line.size(); ++i)
        length += QLineF(line[i - 1], line[i]).length();
    return length;
}

/// The last `length` of a line.
QPolygonF tail(const QPolygonF& line, double length) {
    QPolygonF part;
    for (qsizetype i = line.size() - 1; i >= 0; --i) {
        part.prepend(line[i]);
        if (i == 0)
            break;
        const QLineF piece(line[i], line[i - 1]);
        if (piece.length() >= length) {
            part.prepend(piece.pointAt(length / std::max(piece.length(), 1e-9)));
            break;
        }
        length -= piece.length();
    }
    return part;
}

QPointF pointAt(const QPolygonF& line, double length) {
    for (qsizetype i = 1; i < line.size(); ++i) {
        const QLineF piece(line[i - 1], line[i]);
        if (piece.length() >= length)
            return piece.pointAt(length / std::max(piece.length(), 1e-9));
        length -= piece.length();
    }
    return line.isEmpty() ? QPointF() : line.back();
}

/// Rectangles in a plane, found by where they are.
class TakenRoom {
public:
    bool isFree(const QRectF& rect) const {
        bool free = true;
        forEachCell(rect, [&](uint64_t cell) {
            if (const auto found = cells_.find(cell); found != cells_.end())
                for (const QRectF& other : found->second)
                    free = free && !other.intersects(rect);
        });
        return free;
    }
    void take(const QRectF& rect) {
        forEachCell(rect, [&](uint64_t cell) { cells_[cell].push_back(rect); });
    }

private:
    template <typename F>
    static void forEachCell(const QRectF& rect, F&& f) {
        constexpr double kCell = 96;
        for (auto y = static_cast<int32_t>(std::floor(rect.top() / kCell)); y <= rect.bottom() / kCell; ++y)
            for (auto x = static_cast<int32_t>(std::floor(rect.left() / kCell)); x <= rect.right() / kCell; ++x)
                f(static_cast<uint64_t>(static_cast<uint32_t>(y)) << 32 | static_cast<uint32_t>(x));
    }
    std::unordered_map<uint64_t, std::vector<QRectF>> cells_;
};

QRectF scaled(const QRectF& rect, double scale) { return {rect.topLeft() * scale, rect.size() * scale}; }

/// Beside cards that are too small for it, busiest first.
void placeNames(const GraphFrame& frame, const Theme& theme, TakenRoom& taken, GraphLabels& labels) {
    const QFontMetricsF metrics(theme.axisFont);
    std::vector<uint32_t> order(frame.nodes.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return frame.nodes[a].weight > frame.nodes[b].weight; });
    for (const uint32_t n : order) {
        const QRectF card = scaled(frame.nodes[n].rect, labels.scale);
        const double width = std::min(140.0, metrics.horizontalAdvance(frame.nodes[n].name) + 4);
        for (const double y : {card.bottom() + 1, card.top() - metrics.height() - 1}) {
            const QRectF rect(card.center().x() - width / 2, y, width, metrics.height());
            if (!taken.isFree(rect))
                continue;
            labels.names[n] = rect;
            taken.take(rect);
            break;
        }
    }
}

} // namespace

GraphViewport GraphViewport::fitting(const QRectF& scene, QSizeF window, double most) {
    constexpr double kMargin = 24;
    GraphViewport v;
    if (scene.isEmpty() || window.isEmpty())
        return v;
    v.scale = std::min((window.width() - 2 * kMargin) / scene.width(), (window.height() - 2 * kMargin) / scene.height());
    v.scale = std::clamp(v.scale, kLeast, most);
    v.offset = QRectF(QPointF(0, 0), window).center() - scene.center() * v.scale;
    return v;
}

void GraphViewport::zoomAt(QPointF viewPoint, double factor) {
    const QPointF fixed = toScene(viewPoint);
    scale = std::clamp(scale * factor, kLeast, kMost);
    offset = viewPoint - fixed * scale;
}

QString nodeTitle(const ServiceGraph::Node& node) {
    return toQString(node.kind == NodeKind::User ? nodeWords(node.name) : node.name);
}

namespace {

/// Copies share what they were last measured with, which belongs to one thread: another weight parts them.
QFont ofItsOwn(QFont font, QFont::Weight weight) {
    font.setWeight(weight == QFont::Black ? QFont::Bold : QFont::Black);
    font.setWeight(weight);
    return font;
}

} // namespace

GraphLayoutInputs graphLayoutInputs(const ServiceGraph& graph, const Theme& theme) {
    const QFontMetricsF name(ofItsOwn(theme.font, QFont::DemiBold)), small(ofItsOwn(theme.axisFont, theme.axisFont.weight()));
    double width = kLeastWidth, label = 0;
    for (uint32_t n = 0; n < graph.nodes.size(); ++n) {
        GraphFrame::Node card;
        fillCard(card, graph, n, nullptr);
        const GraphFrame::Node::Line& numbers = card.lines.front();
        double line = small.horizontalAdvance(numbers.left) + small.horizontalAdvance(QLatin1Char('~'));
        if (!numbers.right.isEmpty())
            line += 12 + small.horizontalAdvance(numbers.right);
        if (!numbers.errors.isEmpty())
            line += 26 + small.horizontalAdvance(numbers.errors);
        // Numbers are never cut, names may be.
        width = std::max({width, kStripe + 2 * kPad + line + 2,
                          std::min(kMostWidth, kStripe + 3 * kPad + kIcon + name.horizontalAdvance(card.name) + 2)});
    }
    for (const ServiceGraph::Edge& edge : graph.edges)
        label = std::max(label, small.horizontalAdvance(words(formatCount(edge.calls) + " · " + about(edge.p95, true))) +
                                    (edge.errors > 0 ? 40 : 0));
    GraphLayoutInputs inputs;
    const QSizeF card(std::ceil(width), std::ceil(name.height() + small.height() + 2 + 2 * kPad));
    inputs.right.nodes.assign(graph.nodes.size(), card);
    for (const ServiceGraph::Edge& edge : graph.edges)
        inputs.right.edges.push_back({edge.from, edge.to, edge.kind == ServiceGraph::EdgeKind::Messaging &&
                                                              graph.nodes[edge.to].kind == NodeKind::Service});
    inputs.down = inputs.right;
    inputs.down.isDownward = true;
    // A label stands across the lines: as wide as it is between columns, one line high between rows.
    inputs.right.layerGap = std::clamp(label, 72.0, 112.0);
    inputs.down.layerGap = 3.2 * small.height();
    return inputs;
}

std::vector<std::optional<QPointF>> centresIn(const GraphPlan& plan, const ServiceGraph& graph) {
    std::unordered_map<std::string_view, uint32_t> numbers;
    for (uint32_t n = 0; n < plan.graph->nodes.size(); ++n)
        numbers.emplace(plan.graph->nodes[n].id, n);
    std::vector<std::optional<QPointF>> centres;
    for (const ServiceGraph::Node& node : graph.nodes) {
        const auto found = numbers.find(node.id);
        centres.push_back(found == numbers.end() ? std::nullopt : std::optional(plan.layout.nodes[found->second].center()));
    }
    return centres;
}

void placeEdge(GraphFrame::Edge& line, const GraphLayout::Edge& way, bool isDownward) {
    line.path = edgePath(way, kArrow + line.width - 1, isDownward);
    line.arrow = arrowHead(way, line.width, isDownward);
    const auto pieces = line.path.toSubpathPolygons();
    if (!pieces.isEmpty())
        line.line = pieces.front();
}

GraphFrame graphFrame(const ServiceGraph& shown, const GraphPlan& plan, const ServiceColours& colours, const Theme& theme,
                      const GraphDetails* details, const Redactor* redactor) {
    GraphFrame frame;
    frame.size = plan.layout.size;
    frame.isDownward = plan.layout.isDownward;
    const ServiceGraph& whole = *plan.graph;
    std::unordered_map<std::string_view, uint32_t> nodeOf;
    for (uint32_t n = 0; n < whole.nodes.size(); ++n)
        nodeOf.emplace(whole.nodes[n].id, n);
    std::unordered_map<uint64_t, uint32_t> edgeOf;
    const auto key = [](uint32_t from, uint32_t to) { return static_cast<uint64_t>(from) << 32 | to; };
    for (uint32_t e = 0; e < whole.edges.size(); ++e)
        edgeOf.emplace(key(whole.edges[e].from, whole.edges[e].to), e);

    std::vector<uint32_t> inWhole;
    for (uint32_t n = 0; n < shown.nodes.size(); ++n) {
        const ServiceGraph::Node& node = shown.nodes[n];
        const auto found = nodeOf.find(node.id);
        inWhole.push_back(found == nodeOf.end() ? ServiceGraph::kNoNode : found->second);
        GraphFrame::Node card;
        fillCard(card, shown, n, details, redactor);
        if (found != nodeOf.end())
            card.rect = plan.layout.nodes[found->second];
        card.colour = node.kind == NodeKind::Service ? colours.of(node.name, theme) : theme.neutralBar;
        frame.nodes.push_back(std::move(card));
    }
    for (const ServiceGraph::Edge& edge : shown.edges) {
        GraphFrame::Edge line;
        line.width = std::clamp(1.25 + 0.75 * std::log10(static_cast<double>(std::max<uint64_t>(edge.calls, 1))), 1.25, 5.5);
        line.isMessaging = edge.kind == ServiceGraph::EdgeKind::Messaging;
        line.label = words(formatCount(edge.calls));
        if (edge.timed > 0)
            line.label += QStringLiteral(" · ") + words(about(edge.p95, shown.isApproximate));
        if (edge.errors > 0)
            line.errorLabel = words(formatPercent(edge.errorShare()));
        const auto found = edgeOf.find(key(inWhole[edge.from], inWhole[edge.to]));
        const QRectF &fromCard = frame.nodes[edge.from].rect, &toCard = frame.nodes[edge.to].rect;
        if (found != edgeOf.end() || (!fromCard.isNull() && !toCard.isNull() && edge.from != edge.to)) {
            const GraphLayout::Edge way = found != edgeOf.end() ? plan.layout.edges[found->second] : straightEdge(fromCard, toCard);
            placeEdge(line, way, frame.isDownward);
            if (edge.errors > 0) // one failed call in a million is still to be seen
                line.failed = tail(line.line, std::max(10.0, lengthOf(line.line) * edge.errorShare()));
        }
        frame.edges.push_back(std::move(line));
    }
    frame.labelOrder.resize(shown.edges.size());
    std::iota(frame.labelOrder.begin(), frame.labelOrder.end(), 0U);
    std::stable_sort(frame.labelOrder.begin(), frame.labelOrder.end(), [&](uint32_t a, uint32_t b) {
        return std::pair(shown.edges[a].errors, shown.edges[a].calls) > std::pair(shown.edges[b].errors, shown.edges[b].calls);
    });
    return frame;
}

/// Busiest edges first: in the middle of the line, else a bit before or behind.
GraphLabels graphLabels(const GraphFrame& frame, double scale, const Theme& theme) {
    constexpr double kEdgesFrom = 0.5; ///< below it cards have no numbers either
    constexpr size_t kMost = 200;      ///< nobody reads more, and a frame while zooming places them anew
    const QFontMetricsF metrics(theme.axisFont);
    GraphLabels labels{scale, std::vector<QRectF>(frame.edges.size()), std::vector<QRectF>(frame.nodes.size())};
    TakenRoom taken;
    double least = 1e9;
    for (const GraphFrame::Node& node : frame.nodes) {
        taken.take(scaled(node.rect, scale));
        if (!node.isRound)
            least = std::min(least, node.rect.height() * scale);
    }
    if (least < kNameFrom)
        placeNames(frame, theme, taken, labels);
    if (scale < kEdgesFrom)
        return labels;
    size_t placed = 0;
    for (const uint32_t e : frame.labelOrder) {
        const GraphFrame::Edge& edge = frame.edges[e];
        if (edge.label.isEmpty() && edge.errorLabel.isEmpty())
            continue;
        double width = metrics.horizontalAdvance(edge.label) + 8;
        if (!edge.errorLabel.isEmpty())
            width += metrics.horizontalAdvance(edge.errorLabel) + 16;
        const double length = lengthOf(edge.line);
        for (const double share : {0.5, 0.4, 0.6, 0.32, 0.68, 0.25, 0.75}) {
            const QPointF at = pointAt(edge.line, share * length) * scale;
            const QRectF rect(at.x() - width / 2, at.y() - metrics.height() / 2 - 1, width, metrics.height() + 2);
            if (!taken.isFree(rect))
                continue;
            labels.edges[e] = rect;
            taken.take(rect);
            break;
        }
        if (++placed == kMost)
            break;
    }
    // What more there is to say takes no room from another label.
    for (size_t e = 0; e < frame.edges.size(); ++e) {
        const QRectF rect = labels.edges[e];
        if (rect.isEmpty() || frame.edges[e].longLabel.isEmpty())
            continue;
        const double more = metrics.horizontalAdvance(frame.edges[e].longLabel) - metrics.horizontalAdvance(frame.edges[e].label);
        const QRectF wide = rect.adjusted(-more / 2, 0, more / 2, 0);
        const auto isFree = [&](const QRectF& other) { return !other.intersects(wide); };
        bool hasRoom = std::all_of(frame.nodes.begin(), frame.nodes.end(), [&](const GraphFrame::Node& node) { return isFree(scaled(node.rect, scale)); }) && std::all_of(labels.names.begin(), labels.names.end(), isFree);
        for (size_t other = 0; other < frame.edges.size() && hasRoom; ++other)
            hasRoom = other == e || isFree(labels.edges[other]);
        if (hasRoom)
            labels.edges[e] = wide;
    }
    return labels;
}

} // namespace aisle
