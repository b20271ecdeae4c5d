#include "graph/graph_painter.h"

#include "widgets/paint.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace aisle {

namespace {

constexpr double kDimEdge = 0.22, kDimNode = 0.4; // how strong what is dimmed stays
constexpr double kDimText = 0.62; // of the cards: what is dimmed can still be read

/// What is dimmed is mixed with the ground and not seen through: with an opacity the graph of a shop takes 6 ms to paint instead
/// of 2.5, and edges show through the nodes they pass behind.
Theme dimmed(Theme theme, double strength, double textStrength) {
    for (QColor* colour : {&theme.surface, &theme.raised, &theme.line, &theme.accent, &theme.selection})
        *colour = mixed(*colour, theme.background, strength);
    for (QColor* colour : {&theme.text, &theme.mutedText, &theme.error})
        *colour = mixed(*colour, theme.background, textStrength);
    return theme;
}

bool isDim(const GraphMarks& marks, uint8_t mark) {
    return marks.isDimmed && (mark & (GraphMarks::kFocused | GraphMarks::kRelated | GraphMarks::kHovered | GraphMarks::kCursor)) == 0;
}

/// In scene coordinates.
void paintEdge(QPainter& painter, const GraphFrame::Edge& edge, uint8_t mark, const Theme& theme) {
    const bool isAccented = (mark & (GraphMarks::kFocused | GraphMarks::kCursor)) != 0;
    const QColor colour = isAccented                           ? theme.accent
                          : (mark & GraphMarks::kHovered) != 0 ? theme.text
                          : edge.colour.isValid()              ? edge.colour
                                                               : mixed(theme.mutedText, theme.line, 0.55);
    QPen pen(colour, edge.width + (isAccented ? 1 : 0));
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

void paintLabel(QPainter& painter, const GraphFrame::Edge& edge, const QRectF& place, const Theme& theme) {
    QColor back = theme.background;
    back.setAlphaF(0.88F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(back);
    painter.drawRoundedRect(place, 3, 3);
    painter.setFont(theme.axisFont);
    const QRectF rect = place.adjusted(4, 0, -4, 0);
    painter.setPen(theme.mutedText);
    const bool isLong = !edge.longLabel.isEmpty() && QFontMetricsF(theme.axisFont).horizontalAdvance(edge.longLabel) <= rect.width() + 0.5;
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, isLong ? edge.longLabel : edge.label);
    if (edge.errorLabel.isEmpty())
        return;
    painter.setPen(theme.error);
    painter.drawText(rect, Qt::AlignRight | Qt::AlignVCenter, edge.errorLabel);
    const double width = QFontMetricsF(theme.axisFont).horizontalAdvance(edge.errorLabel);
    paintErrorTriangle(painter, {rect.right() - width - 11, rect.center().y() + 4}, theme.error);
}

/// Text of a card, as much as there is room for: its name, then line after line.
class CardText {
public:
    CardText(QPainter& painter, const GraphFrame::Node& node, const QRectF& card, const Theme& theme)
        : painter_(painter), node_(node), theme_(theme), card_(card), bold_(theme.font), small_(theme.axisFont), nameMetrics_(withWeight(bold_)), metrics_(theme.axisFont) {
        // A second line is worth more than room around the first.
        const double two = nameMetrics_.height() + metrics_.height() + 1;
        const double pad = std::clamp((card.height() - (card.height() < two + 2 ? metrics_.height() : two)) / 2, 1.0, 8.0);
        isTooLow_ = card.height() < kNameFrom;
        // Past the room that all lines take, text grows with the card.
        const double whole = nameMetrics_.height() + static_cast<double>(node.lines.size()) * (metrics_.height() + 1) + 2 * pad;
        grown_ = std::clamp(std::min(card.height() / whole, card.width() / 190), 1.0, 3.0);
        inner_ = QRectF(card.left() + 4 + std::min(8.0, card.width() / 20), card.top() + pad, 0, card.height() - 2 * pad);
        inner_.setRight(card.right() - std::min(8.0, card.width() / 20));
    }

    void paint() {
        if (isTooLow_)
            return; // it is named beside
        painter_.save();
        painter_.setClipRect(card_, Qt::IntersectClip); // some scripts reach far above their line
        painter_.translate(inner_.topLeft());
        painter_.scale(grown_, grown_);
        room_ = inner_.size() / grown_;
        const double top = paintName();
        size_t lines = 0;
        for (double y = top; lines < node_.lines.size() && y + metrics_.height() <= room_.height() + 1; y += metrics_.height() + 1)
            paintLine(node_.lines[lines++], y);
        if (lines == 0 && !node_.lines.empty() && !node_.lines.front().errors.isEmpty())
            paintErrorTriangle(painter_, {room_.width() - 10, std::min(room_.height(), top) / 2 + 4}, theme_.error);
        painter_.restore();
    }

private:
    static QFont& withWeight(QFont& font) {
        font.setWeight(QFont::DemiBold);
        return font;
    }

    /// Returns where the next line begins. Alone on its card a name is smaller and has no icon, on every card alike.
    double paintName() {
        const bool isAlone = room_.height() < nameMetrics_.height() + metrics_.height();
        const QFontMetricsF smallBold(withWeight(small_));
        const QFontMetricsF& metrics = isAlone ? smallBold : nameMetrics_;
        double left = 0;
        if (!isAlone && node_.hasIcon) {
            painter_.save();
            painter_.translate(0, (metrics.height() - 16) / 2);
            painter_.strokePath(nodeIcon(node_.kind), QPen(theme_.mutedText, 1.3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter_.restore();
            left = 22;
        }
        painter_.setPen(theme_.text);
        painter_.setFont(isAlone ? small_ : bold_);
        const double mark = isAlone && !node_.lines.empty() && !node_.lines.front().errors.isEmpty() ? 12 : 0;
        const QRectF rect(left, 0, room_.width() - left - mark, isAlone ? room_.height() : metrics.height());
        painter_.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, metrics.elidedText(node_.name, Qt::ElideRight, rect.width()));
        return isAlone ? room_.height() + metrics.height() : metrics.height() + 1;
    }

    void paintLine(const GraphFrame::Node::Line& line, double y) {
        painter_.setFont(theme_.axisFont);
        painter_.setPen(theme_.mutedText);
        const QRectF rect(0, y, room_.width(), metrics_.height());
        const double right = line.right.isEmpty() ? 0 : metrics_.horizontalAdvance(line.right) + 8;
        const double errors = line.errors.isEmpty() ? 0 : metrics_.horizontalAdvance(line.errors) + 24;
        const double left = metrics_.horizontalAdvance(line.left);
        const bool hasRight = right > 0 && left + errors + right <= room_.width();
        const double most = room_.width() - errors - (hasRight ? right : 0);
        painter_.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, left <= most ? line.left : metrics_.elidedText(line.left, Qt::ElideRight, most));
        if (hasRight)
            painter_.drawText(rect, Qt::AlignRight | Qt::AlignVCenter, line.right);
        if (line.errors.isEmpty())
            return;
        const double x = std::min(left, most) + 9;
        paintErrorTriangle(painter_, {x, rect.center().y() + 4}, theme_.error);
        painter_.setPen(theme_.error);
        painter_.drawText(rect.adjusted(x + 12, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, line.errors);
    }

    QPainter& painter_;
    const GraphFrame::Node& node_;
    const Theme& theme_;
    QRectF card_;
    QFont bold_, small_;
    QFontMetricsF nameMetrics_, metrics_;
    QRectF inner_;
    QSizeF room_;
    double grown_ = 1;
    bool isTooLow_ = false;
};

/// In the window's coordinates: cards grow with the zoom, their text does not until all of it is shown.
void paintNode(QPainter& painter, const GraphFrame::Node& node, const QRectF& rect, const QColor& stripe, uint8_t mark, const Theme& theme) {
    const bool isFocused = (mark & GraphMarks::kFocused) != 0, isRinged = (mark & (GraphMarks::kFocused | GraphMarks::kCursor)) != 0, isHovered = (mark & GraphMarks::kHovered) != 0;
    const QColor fill = isFocused ? theme.selection : isHovered ? theme.raised : theme.surface;
    const QColor border = isRinged ? theme.accent : isHovered ? theme.mutedText : theme.line;
    const double width = std::min(4.0, rect.width() / 8);
    if (node.isRound) {
        painter.setPen(QPen(isRinged || isHovered ? border : theme.mutedText, isRinged ? 3 : 2));
        painter.setBrush(stripe);
        painter.drawEllipse(rect);
        painter.setFont(theme.axisFont);
        painter.setPen(theme.mutedText);
        const QFontMetricsF metrics(theme.axisFont);
        if (rect.height() >= kNameFrom) // beside it: lines come from above and leave below
            painter.drawText(QRectF(node.isNamedLeft ? rect.left() - 6 - 120 : rect.right() + 6, rect.center().y() - metrics.height() / 2, 120, metrics.height()), (node.isNamedLeft ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter | Qt::TextSingleLine, node.name);
        return;
    }
    if (rect.height() < 14) { // a rounded corner would not be seen, and takes six times as long
        painter.fillRect(rect, fill);
        painter.fillRect(QRectF(rect.left(), rect.top(), std::max(2.0, width), rect.height()), stripe);
        painter.setPen(QPen(border, isRinged ? 2 : 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect);
        return;
    }
    const double radius = std::min(5.0, rect.height() / 5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(stripe);
    painter.drawRoundedRect(rect, radius, radius);
    QPainterPath inside;
    inside.addRoundedRect(rect, radius, radius);
    painter.save();
    painter.setClipRect(rect.adjusted(width, 0, 0, 0), Qt::IntersectClip);
    painter.fillPath(inside, fill);
    painter.restore();
    painter.strokePath(inside, QPen(border, isRinged ? 2 : 1));
    CardText(painter, node, rect, theme).paint();
}

void paintNameBeside(QPainter& painter, const GraphFrame::Node& node, const QRectF& place, const Theme& theme) {
    painter.save();
    painter.setClipRect(place.adjusted(-2, -2, 2, 2), Qt::IntersectClip);
    painter.setFont(theme.axisFont);
    painter.setPen(theme.text);
    painter.drawText(place, Qt::AlignCenter | Qt::TextSingleLine, QFontMetricsF(theme.axisFont).elidedText(node.name, Qt::ElideMiddle, place.width()));
    painter.restore();
}

void paintNameOver(QPainter& painter, const GraphFrame::Node& node, const QRectF& card, const Theme& theme) {
    const QFontMetricsF metrics(theme.axisFont);
    const double width = std::min(200.0, metrics.horizontalAdvance(node.name) + 8);
    const QRectF place(card.center().x() - width / 2, card.bottom() + 2, width, metrics.height());
    painter.fillRect(place, theme.background);
    paintNameBeside(painter, node, place, theme);
}

uint8_t markOf(const std::vector<uint8_t>& list, size_t i) { return i < list.size() ? list[i] : uint8_t(0); }

bool isVisible(const GraphFrame::Edge& edge, const QRectF& visible) { return edge.path.controlPointRect().adjusted(-8, -8, 8, 8).intersects(visible); }

} // namespace

void paintGraphEdges(QPainter& painter, const GraphFrame& frame, const GraphMarks& marks, const GraphViewport& viewport, const QRectF& clip, const Theme& theme, GraphEdges which) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(viewport.offset);
    painter.scale(viewport.scale, viewport.scale);
    const QRectF visible(viewport.toScene(clip.topLeft()), viewport.toScene(clip.bottomRight()));
    const Theme dim = dimmed(theme, kDimEdge, kDimEdge);
    // Dimmed ones first, so that the others are never crossed by them.
    for (const bool isBehind : {true, false})
        for (size_t e = 0; e < frame.edges.size(); ++e) {
            const uint8_t mark = markOf(marks.edges, e);
            if (isDim(marks, mark) == isBehind && (which == GraphEdges::All || mark != 0) && isVisible(frame.edges[e], visible)) {
                if (isBehind && frame.edges[e].colour.isValid()) {
                    GraphFrame::Edge pale = frame.edges[e];
                    pale.colour = mixed(pale.colour, theme.background, kDimEdge);
                    paintEdge(painter, pale, mark, dim);
                } else {
                    paintEdge(painter, frame.edges[e], mark, isBehind ? dim : theme);
                }
            }
        }
    painter.restore();
}

void paintGraphNodes(QPainter& painter, const GraphFrame& frame, const GraphLabels& labels, const GraphMarks& marks, const GraphViewport& viewport, const QRectF& clip, const Theme& theme) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (size_t e = 0; e < labels.edges.size() && e < frame.edges.size(); ++e) {
        const QRectF place = labels.edges[e].translated(viewport.offset);
        if (!labels.edges[e].isNull() && place.intersects(clip) && !isDim(marks, markOf(marks.edges, e)))
            paintLabel(painter, frame.edges[e], place, theme);
    }
    const Theme dimTheme = dimmed(theme, kDimNode, kDimText);
    for (size_t n = 0; n < frame.nodes.size(); ++n) {
        const GraphFrame::Node& node = frame.nodes[n];
        const QRectF rect = viewport.toView(node.rect);
        const bool dim = isDim(marks, markOf(marks.nodes, n));
        if (rect.adjusted(-2, -2, 2, 2).intersects(clip))
            paintNode(painter, node, rect, dim ? mixed(node.colour, theme.background, kDimNode) : node.colour, markOf(marks.nodes, n), dim ? dimTheme : theme);
        if (rect.height() >= kNameFrom || n >= labels.names.size())
            continue;
        if (!labels.names[n].isNull())
            paintNameBeside(painter, node, labels.names[n].translated(viewport.offset), dim ? dimTheme : theme);
        else if ((markOf(marks.nodes, n) & (GraphMarks::kFocused | GraphMarks::kHovered | GraphMarks::kCursor)) != 0) // what one looks at is named, whatever is in the way
            paintNameOver(painter, node, rect, theme);
    }
    painter.restore();
}

namespace {

struct LegendPart {
    QString words;
    QPen pen; ///< Qt::NoPen: words alone
};

std::vector<LegendPart> legendParts(GraphFrame::Colours colours, const Theme& theme) {
    const auto words = [](const char* text) { return QCoreApplication::translate("aisle::GraphView", text); };
    const auto line = [](const QColor& colour, double width, bool isDashed = false) {
        QPen pen(colour, width);
        pen.setCapStyle(Qt::FlatCap);
        if (isDashed)
            pen.setDashPattern({3, 2});
        return pen;
    };
    if (colours == GraphFrame::Colours::Paths || colours == GraphFrame::Colours::Waits) {
        std::vector<LegendPart> paths{{words("thicker: more frequent"), line(theme.mutedText, 3)}, {words("dashed: still open"), line(theme.mutedText, 2, true)}};
        if (colours == GraphFrame::Colours::Waits) {
            paths.push_back({words("short wait"), line(theme.ramp(0.2), 3)});
            paths.push_back({words("long wait"), line(theme.ramp(0.9), 3)});
        }
        paths.push_back({words("label: how many · p50 (p90) of the wait"), Qt::NoPen});
        return paths;
    }
    std::vector<LegendPart> parts{{words("thicker: more calls"), line(theme.mutedText, 3)}, {words("dashed: messages"), line(theme.mutedText, 2, true)}};
    if (colours == GraphFrame::Colours::Plain) {
        parts.push_back({words("red: share that failed"), line(theme.error, 2)});
        parts.push_back({words("label: calls · p95"), Qt::NoPen});
        return parts;
    }
    const bool isDifference = colours == GraphFrame::Colours::Difference;
    parts.push_back({isDifference ? words("less, faster, gone") : words("median below that of the whole time"), line(theme.difference(-1), 3)});
    parts.push_back({isDifference ? words("no clear change") : words("as usual"), line(theme.difference(0), 3)});
    parts.push_back({isDifference ? words("more, slower, new") : words("above it"), line(theme.difference(1), 3)});
    if (!isDifference)
        parts.push_back({words("red: share that failed"), line(theme.error, 2)});
    return parts;
}

constexpr double kLegendLine = 22, kLegendSpace = 6, kLegendGap = 16, kLegendPadding = 8;

/// The parts side by side, as far as they are in the width; then they go on in the next row.
struct LegendLayout {
    std::vector<LegendPart> parts;
    std::vector<QPointF> at; ///< of each: the left end of the line, the top of the row
    QSizeF size;
};

LegendLayout layOutLegend(GraphFrame::Colours colours, double width, const Theme& theme) {
    LegendLayout out;
    out.parts = legendParts(colours, theme);
    const QFontMetricsF metrics(theme.axisFont);
    const double row = metrics.height() + 4;
    double x = kLegendPadding, y = 0;
    for (const LegendPart& part : out.parts) {
        const double length = (part.pen.style() == Qt::NoPen ? 0 : kLegendLine + kLegendSpace) + metrics.horizontalAdvance(part.words);
        if (x > kLegendPadding && x + length + kLegendPadding > width) {
            x = kLegendPadding;
            y += row;
        }
        out.at.emplace_back(x, y);
        out.size.setWidth(std::max(out.size.width(), x + length + kLegendPadding));
        x += length + kLegendGap;
    }
    out.size.setHeight(y + row);
    return out;
}

constexpr double kBesideLegend = 8;

} // namespace

double graphLegendHeight(GraphFrame::Colours colours, double width, const Theme& theme) { return layOutLegend(colours, width - 2 * kBesideLegend, theme).size.height() + kBesideLegend; }

QRectF paintGraphLegend(QPainter& painter, GraphFrame::Colours colours, const QRectF& area, const Theme& theme) {
    painter.save();
    painter.setFont(theme.axisFont);
    const QFontMetricsF metrics(theme.axisFont);
    const LegendLayout layout = layOutLegend(colours, area.width() - 2 * kBesideLegend, theme);
    const QRectF rect(QPointF(area.left() + kBesideLegend, area.bottom() - kBesideLegend - layout.size.height()), layout.size);
    QColor back = theme.background;
    back.setAlphaF(0.9F);
    painter.fillRect(rect, back);
    for (size_t i = 0; i < layout.parts.size(); ++i) {
        const LegendPart& part = layout.parts[i];
        double x = rect.left() + layout.at[i].x();
        const double top = rect.top() + layout.at[i].y(), y = std::floor(top + metrics.height() / 2 + 2);
        if (part.pen.style() != Qt::NoPen) {
            painter.setPen(part.pen);
            painter.drawLine(QPointF(x, y), QPointF(x + kLegendLine, y));
            x += kLegendLine + kLegendSpace;
        }
        painter.setPen(theme.mutedText);
        painter.drawText(QPointF(x, top + 2 + metrics.ascent()), part.words);
    }
    painter.restore();
    return rect;
}

QSize graphPictureSize(const GraphFrame& frame) {
    if (frame.nodes.empty())
        return {};
    return {static_cast<int>(std::ceil(std::max(frame.size.width(), 640.0))) + 48, static_cast<int>(std::ceil(frame.size.height())) + 84};
}

void paintGraphPicture(QPainter& painter, const GraphFrame& frame, const GraphMarks& marks, const QString& words, const Theme& theme) {
    const QSize size = graphPictureSize(frame);
    painter.fillRect(QRect(QPoint(0, 0), size), theme.background);
    GraphViewport viewport;
    viewport.offset = {24, 30}; // loops reach above their node
    const QRectF clip(QPointF(0, 0), size);
    painter.setPen(theme.mutedText);
    painter.setFont(theme.axisFont);
    painter.drawText(clip.adjusted(16, 6, -16, 0), Qt::AlignTop | Qt::AlignLeft | Qt::TextSingleLine, words);
    paintGraphEdges(painter, frame, marks, viewport, clip, theme);
    paintGraphNodes(painter, frame, graphLabels(frame, viewport.scale, theme), marks, viewport, clip, theme);
    paintGraphLegend(painter, frame.colours, QRectF(QPointF(8, 0), size), theme);
}

} // namespace aisle
