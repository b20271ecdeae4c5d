#include "graph/graph_painter.h"

#include "widgets/paint.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace aisle {

namespace {

// Below these zooms text is a smear.
constexpr double kLabelsFrom = 0.65, kNumbersFrom = 0.45, kNamesFrom = 0.25;
constexpr double kDimEdge = 0.22, kDimNode = 0.4; // how strong what is dimmed stays

/// What is dimmed is mixed with the ground and not seen through: with an opacity the graph of a shop takes 6 ms to paint instead
/// of 2.5, and edges show through the nodes they pass behind.
Theme dimmed(Theme theme, double strength) {
    for (QColor* colour : {&theme.surface, &theme.raised, &theme.line, &theme.text, &theme.mutedText, &theme.error, &theme.accent, &theme.selection})
        *colour = mixed(*colour, theme.background, strength);
    return theme;
}

/// The second mark of an error beside red: a triangle with a base of about 8 px.
void paintErrorMark(QPainter& painter, QPointF bottomLeft, const QColor& colour) {
    QPainterPath path;
    path.moveTo(bottomLeft);
    path.lineTo(bottomLeft + QPointF(9, 0));
    path.lineTo(bottomLeft + QPointF(4.5, -8));
    path.closeSubpath();
    painter.fillPath(path, colour);
}

bool isDim(const GraphMarks& marks, uint8_t mark) {
    return marks.isDimmed && (mark & (GraphMarks::kFocused | GraphMarks::kRelated | GraphMarks::kHovered)) == 0;
}

void paintEdge(QPainter& painter, const GraphFrame::Edge& edge, uint8_t mark, const Theme& theme) {
    const QColor colour = (mark & GraphMarks::kFocused) != 0   ? theme.accent
                          : (mark & GraphMarks::kHovered) != 0 ? theme.text
                                                               : mixed(theme.mutedText, theme.line, 0.55);
    QPen pen(colour, edge.width + ((mark & GraphMarks::kFocused) != 0 ? 1 : 0));
    pen.setCapStyle(Qt::FlatCap);
    if (edge.isMessaging)
        pen.setDashPattern({std::max(2.0, 7 / edge.width), std::max(1.2, 4 / edge.width)});
    painter.strokePath(edge.path, pen);
    if (!edge.failed.isEmpty()) {
        pen.setColor(theme.error);
        painter.setPen(pen);
        painter.drawPolyline(edge.failed);
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(edge.failed.isEmpty() ? colour : theme.error);
    painter.drawPolygon(edge.arrow);
}

void paintLabel(QPainter& painter, const GraphFrame::Edge& edge, const Theme& theme) {
    if (edge.labelRect.isNull())
        return;
    QColor back = theme.background;
    back.setAlphaF(0.88F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(back);
    painter.drawRoundedRect(edge.labelRect, 3, 3);
    painter.setFont(theme.axisFont);
    QRectF rect = edge.labelRect.adjusted(4, 0, -4, 0);
    painter.setPen(theme.mutedText);
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, edge.label);
    if (edge.errorLabel.isEmpty())
        return;
    painter.setPen(theme.error);
    painter.drawText(rect, Qt::AlignRight | Qt::AlignVCenter, edge.errorLabel);
    const double width = QFontMetricsF(theme.axisFont).horizontalAdvance(edge.errorLabel);
    paintErrorMark(painter, {rect.right() - width - 11, rect.center().y() + 4}, theme.error);
}

void paintNode(QPainter& painter, const GraphFrame::Node& node, const QColor& service, uint8_t mark, double scale, const Theme& theme) {
    const bool isFocused = (mark & GraphMarks::kFocused) != 0, isHovered = (mark & GraphMarks::kHovered) != 0;
    const QRectF& rect = node.rect;
    QPainterPath card;
    card.addRoundedRect(rect, 5, 5);
    painter.fillPath(card, isFocused ? theme.selection : isHovered ? theme.raised : theme.surface);
    painter.save();
    painter.setClipPath(card, Qt::IntersectClip);
    painter.fillRect(QRectF(rect.left(), rect.top(), 4, rect.height()), service);
    painter.restore();
    painter.strokePath(card, QPen(isFocused ? theme.accent : isHovered ? theme.mutedText : theme.line, isFocused ? 2 : 1));
    if (scale < kNamesFrom)
        return;

    QFont bold = theme.font;
    bold.setWeight(QFont::DemiBold);
    const QFontMetricsF nameMetrics(bold), small(theme.axisFont);
    const QRectF inner = rect.adjusted(12, 8, -8, -8);
    painter.save();
    painter.translate(inner.left(), inner.top() + (nameMetrics.height() - 16) / 2);
    painter.strokePath(nodeIcon(node.kind), QPen(theme.mutedText, 1.3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.restore();
    painter.setPen(theme.text);
    painter.setFont(bold);
    const QRectF nameRect(inner.left() + 22, inner.top(), inner.width() - 22, nameMetrics.height());
    painter.drawText(nameRect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     nameMetrics.elidedText(node.name, Qt::ElideMiddle, nameRect.width()));
    if (scale < kNumbersFrom)
        return;
    painter.setFont(theme.axisFont);
    painter.setPen(theme.mutedText);
    const QRectF line(inner.left(), inner.bottom() - small.height(), inner.width(), small.height());
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, node.calls);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, node.p95);
    if (!node.errors.isEmpty()) {
        const double x = line.left() + small.horizontalAdvance(node.calls) + 9;
        paintErrorMark(painter, {x, line.center().y() + 4}, theme.error);
        painter.setPen(theme.error);
        painter.drawText(line.adjusted(x - line.left() + 12, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, node.errors);
    }
}

} // namespace

void paintGraph(QPainter& painter, const GraphFrame& frame, const GraphMarks& marks, const GraphViewport& viewport,
                const QRectF& clip, const Theme& theme) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(viewport.offset);
    painter.scale(viewport.scale, viewport.scale);
    const QRectF visible(viewport.toScene(clip.topLeft()), viewport.toScene(clip.bottomRight()));
    const auto markOf = [](const std::vector<uint8_t>& list, size_t i) { return i < list.size() ? list[i] : uint8_t(0); };
    const auto isVisible = [&](const GraphFrame::Edge& edge) {
        return edge.path.controlPointRect().adjusted(-8, -8, 8, 8).intersects(visible) || edge.labelRect.intersects(visible);
    };
    // Dimmed ones first, so that the others are never crossed by them.
    const Theme dimEdges = dimmed(theme, kDimEdge), dimNodes = dimmed(theme, kDimNode);
    for (const bool dim : {true, false})
        for (size_t e = 0; e < frame.edges.size(); ++e)
            if (isDim(marks, markOf(marks.edges, e)) == dim && isVisible(frame.edges[e]))
                paintEdge(painter, frame.edges[e], markOf(marks.edges, e), dim ? dimEdges : theme);
    for (size_t e = 0; viewport.scale >= kNumbersFrom && e < frame.edges.size(); ++e)
        if (!isDim(marks, markOf(marks.edges, e)) && isVisible(frame.edges[e]) &&
            (viewport.scale >= kLabelsFrom || (markOf(marks.edges, e) & (GraphMarks::kFocused | GraphMarks::kHovered)) != 0))
            paintLabel(painter, frame.edges[e], theme);
    for (size_t n = 0; n < frame.nodes.size(); ++n) {
        const GraphFrame::Node& node = frame.nodes[n];
        if (!node.rect.adjusted(-2, -2, 2, 2).intersects(visible))
            continue;
        const bool dim = isDim(marks, markOf(marks.nodes, n));
        paintNode(painter, node, dim ? mixed(node.colour, theme.background, kDimNode) : node.colour, markOf(marks.nodes, n), viewport.scale, dim ? dimNodes : theme);
    }
    painter.restore();
}

QRectF paintGraphLegend(QPainter& painter, const QRectF& area, const Theme& theme) {
    painter.save();
    painter.setFont(theme.axisFont);
    const QFontMetricsF metrics(theme.axisFont);
    const auto words = [](const char* text) { return QCoreApplication::translate("aisle::GraphView", text); };
    const QString texts[] = {words("thicker: more calls"), words("dashed: messages"), words("red: share that failed"), words("label: calls · p95")};
    constexpr double kLine = 22, kSpace = 6, kGap = 16;
    double width = 16;
    for (const QString& text : texts)
        width += kLine + kSpace + metrics.horizontalAdvance(text) + kGap;
    width -= kLine + kSpace + kGap; // the last one has no line
    const QRectF rect(area.left() + 8, area.bottom() - metrics.height() - 12, width, metrics.height() + 4);
    QColor back = theme.background;
    back.setAlphaF(0.9F);
    painter.fillRect(rect, back);
    double x = rect.left() + 8;
    const double y = std::floor(rect.center().y());
    for (int i = 0; i < 4; ++i) {
        if (i < 3) {
            QPen pen(i == 2 ? theme.error : theme.mutedText, i == 0 ? 3 : 2);
            pen.setCapStyle(Qt::FlatCap);
            if (i == 1)
                pen.setDashPattern({3, 2});
            painter.setPen(pen);
            painter.drawLine(QPointF(x, y), QPointF(x + kLine, y));
            x += kLine + kSpace;
        }
        painter.setPen(theme.mutedText);
        painter.drawText(QPointF(x, rect.top() + 2 + metrics.ascent()), texts[i]);
        x += metrics.horizontalAdvance(texts[i]) + kGap;
    }
    painter.restore();
    return rect;
}

QSize graphPictureSize(const GraphFrame& frame) {
    if (frame.nodes.empty())
        return {};
    return {static_cast<int>(std::ceil(std::max(frame.size.width(), 640.0))) + 48, static_cast<int>(std::ceil(frame.size.height())) + 84};
}

void paintGraphPicture(QPainter& painter, const GraphFrame& frame, const GraphMarks& marks, const Theme& theme) {
    const QSize size = graphPictureSize(frame);
    painter.fillRect(QRect(QPoint(0, 0), size), theme.background);
    GraphViewport viewport;
    viewport.offset = {24, 30}; // loops reach above their node
    paintGraph(painter, frame, marks, viewport, QRectF(QPointF(0, 0), size), theme);
    paintGraphLegend(painter, QRectF(QPointF(8, 0), size), theme);
}

} // namespace aisle
