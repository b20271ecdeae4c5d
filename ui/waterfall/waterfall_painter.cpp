#include "waterfall/waterfall_painter.h"

#include "text/format.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QPainter>
#include <QPainterPath>

namespace aisle {

namespace {

constexpr int kLeft = Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine;
constexpr int kRight = Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine;

/// Bars and lines are whole device pixels; only marks and arrows are antialiased.
class FramePainter {
public:
    FramePainter(QPainter& painter, const WaterfallFrame& frame, const Theme& theme)
        : p_(painter), f_(frame), t_(theme) {}

    void paint() {
        p_.setRenderHint(QPainter::Antialiasing, false);
        p_.fillRect(f_.all, t_.surface);
        body();
        head();
        const double split = f_.splitter.center().x();
        p_.fillRect(QRectF(split - 0.5, 0, 1, f_.all.height()), t_.line);
        if (!f_.brush.isEmpty())
            paintBrush(p_, f_.brush, f_.brushText, f_.body.top() + 4, f_.all.width(), t_);
    }

private:
    void head() {
        p_.fillRect(QRectF(0, 0, f_.all.width(), f_.header.bottom()), t_.surface);
        p_.fillRect(f_.header, t_.raised);
        for (const auto& share : f_.pathShares)
            p_.fillRect(share.rect, share.colour);
        const QRectF title = f_.title.adjusted(measure::kPadding, 2, -measure::kPadding, -5);
        text(QRectF(title.left(), title.top(), title.width(), title.height() * 0.55), f_.titleText,
             t_.titleFont, t_.text);
        text(QRectF(title.left(), title.top() + title.height() * 0.55, title.width(), title.height() * 0.45),
             f_.subtitleText, t_.axisFont, t_.mutedText);
        text(f_.treeHeader.adjusted(measure::kPadding, 0, -measure::kPadding, 0), f_.treeHeaderText,
             t_.axisFont, t_.mutedText);
        paintAxis(p_, f_.ticks, f_.header, 5, t_);
        p_.fillRect(QRectF(0, f_.header.bottom() - 1, f_.all.width(), 1), t_.line);
        if (f_.minimapImage.isNull())
            return;
        p_.drawImage(f_.minimap, f_.minimapImage);
        frameRect(p_, f_.minimap, t_.line);
        for (const QRectF& mark : f_.matchMarks)
            p_.fillRect(mark, t_.accent);
        if (f_.range == f_.bounds)
            return;
        QColor veil = t_.background;
        veil.setAlphaF(0.65F);
        p_.fillRect(QRectF(f_.minimap.topLeft(), QPointF(f_.minimapWindow.left(), f_.minimap.bottom())),
                    veil);
        p_.fillRect(QRectF(QPointF(f_.minimapWindow.right(), f_.minimap.top()), f_.minimap.bottomRight()),
                    veil);
        frameRect(p_, f_.minimapWindow, t_.accent);
    }

    void text(const QRectF& rect, const QString& words, const QFont& font, const QColor& colour,
              int flags = kLeft) {
        if (words.isEmpty() || rect.width() < 4)
            return;
        p_.setFont(font);
        p_.setPen(colour);
        const QFontMetricsF metrics(font);
        const bool fits = metrics.horizontalAdvance(words) <= rect.width();
        p_.drawText(rect, flags, fits ? words : metrics.elidedText(words, Qt::ElideRight, rect.width()));
    }

    void body() {
        p_.save();
        p_.setClipRect(f_.body);
        for (const WaterfallRow& row : f_.rows)
            background(row);
        for (const QRectF& gap : f_.idle)
            p_.fillRect(gap, t_.background);
        paintAxisLines(p_, f_.ticks, f_.body, t_);
        connections(); // below the bars and their labels
        for (const WaterfallRow& row : f_.rows) {
            tree(row);
            lane(row);
        }
        for (const WaterfallRow& row : f_.sticky) {
            p_.fillRect(row.rect, t_.surface);
            background(row);
            tree(row);
            lane(row);
        }
        if (!f_.sticky.empty())
            p_.fillRect(QRectF(0, f_.sticky.back().rect.bottom() - 1, f_.all.width(), 1), t_.line);
        p_.restore();
    }

    /// Thin lines with an arrow head; those of the row that is looked at in the accent.
    void connections() {
        for (const bool lit : {false, true}) {
            for (size_t i = 0; i < f_.connections.size(); ++i) {
                if (f_.isConnectionLit[i] != lit)
                    continue;
                const QPolygonF& line = f_.connections[i];
                const QColor colour = lit ? t_.accent : mixed(t_.mutedText, t_.surface, 0.6);
                for (qsizetype k = 0; k + 1 < line.size(); ++k) {
                    const QPointF a = line[k], b = line[k + 1];
                    p_.fillRect(QRectF(std::min(a.x(), b.x()), std::min(a.y(), b.y()), std::abs(a.x() - b.x()) + 1, std::abs(a.y() - b.y()) + 1), colour);
                }
                const QPointF tip = line.back();
                for (int k = 0; k < 4; ++k)
                    p_.fillRect(QRectF(tip.x() - k, tip.y() - k, 1, 2 * k + 1), colour);
            }
        }
    }

    void background(const WaterfallRow& row) {
        if (row.isSelected)
            p_.fillRect(row.rect, t_.selection);
        else if (row.isCurrentMatch || row.isHovered)
            p_.fillRect(row.rect, t_.raised);
        if (row.isSelected || row.isCurrentMatch)
            p_.fillRect(QRectF(row.rect.left(), row.rect.top(), 3, row.rect.height()), t_.accent);
    }

    void tree(const WaterfallRow& row) {
        for (const double x : row.guides)
            p_.fillRect(QRectF(x, row.rect.top(), 1, row.rect.height()), t_.line);
        if (!row.arrow.isEmpty())
            arrow(row);
        if (!row.stripe.isEmpty())
            p_.fillRect(row.stripe, row.colour);
        if (!row.errorMark.isEmpty())
            paintErrorMark(p_, row.errorMark, t_, row.isError);
        // Both are elided to fit by the layout.
        p_.setFont(t_.font);
        if (row.serviceRect.width() >= 4) {
            p_.setPen(t_.mutedText);
            p_.drawText(row.serviceRect, kLeft, row.service);
        }
        if (row.nameRect.width() >= 4) {
            p_.setPen(row.isMissing || row.isDimmed ? t_.mutedText : t_.text);
            p_.drawText(row.nameRect, kLeft, row.name);
            if (row.isMatch)
                p_.fillRect(
                    QRectF(row.nameRect.left(), row.rect.bottom() - 4,
                           std::min(row.nameRect.width(), QFontMetricsF(t_.font).horizontalAdvance(row.name)),
                           2),
                    t_.accent);
        }
        text(row.countRect, row.count, t_.axisFont, t_.mutedText, kRight);
    }

    void arrow(const WaterfallRow& row) {
        const QPointF c = row.arrow.center();
        QPainterPath path;
        if (row.isCollapsed) {
            path.moveTo(c.x() - 2, c.y() - 4);
            path.lineTo(c.x() + 2.5, c.y());
            path.lineTo(c.x() - 2, c.y() + 4);
        } else {
            path.moveTo(c.x() - 4, c.y() - 2);
            path.lineTo(c.x() + 4, c.y() - 2);
            path.lineTo(c.x(), c.y() + 2.5);
        }
        path.closeSubpath();
        p_.setRenderHint(QPainter::Antialiasing, true);
        p_.fillPath(path, t_.mutedText);
        p_.setRenderHint(QPainter::Antialiasing, false);
    }

    void lane(const WaterfallRow& row) {
        if (row.beyond != 0) {
            beyond(row);
            return;
        }
        if (!row.bar.isEmpty())
            bar(row);
        const QColor plain = row.isDimmed ? t_.mutedText : t_.text;
        const QColor inside = row.isMissing ? plain : t_.textOn(fillOf(row));
        if (!row.label.isEmpty()) {
            p_.setFont(t_.axisFont);
            p_.setPen(row.isLabelInside ? inside : t_.mutedText);
            p_.drawText(row.labelRect, kLeft, row.label);
        }
    }

    QColor fillOf(const WaterfallRow& row) const {
        return row.isDimmed && !row.isError ? mixed(row.barColour, t_.surface, 0.35) : row.barColour;
    }

    void bar(const WaterfallRow& row) {
        if (row.isMissing) { // an outline: nothing was measured here
            frameRect(p_, row.bar, t_.mutedText);
            return;
        }
        const QRectF& r = row.bar;
        if (row.isGroup && row.isCollapsed) {
            for (const QRectF& member : row.members)
                p_.fillRect(member, fillOf(row));
        } else if (row.isGroup) { // a bracket over its members
            p_.fillRect(QRectF(r.left(), r.center().y() - 1, r.width(), 2), fillOf(row));
        } else {
            p_.fillRect(r, fillOf(row));
        }
        for (const QRectF& leg : row.legs) // lighter, with the full colour around it: under way, not worked on
            p_.fillRect(leg.adjusted(0, 2, 0, -2), mixed(fillOf(row), t_.surface, 0.35));
        for (double x = row.wait.left(); x < row.wait.right(); x += 6) // dashes: nothing ran
            p_.fillRect(QRectF(x, row.wait.top(), std::min(3.0, row.wait.right() - x), row.wait.height()), t_.mutedText);
        if (row.isError) {
            if (r.width() >= 6) {
                p_.fillRect(QRectF(r.left(), r.top(), r.width(), 2), t_.error);
                p_.fillRect(QRectF(r.left(), r.bottom() - 1, r.width(), 1), t_.error);
                p_.fillRect(QRectF(r.left(), r.top(), 2, r.height()), t_.error);
                p_.fillRect(QRectF(r.right() - 2, r.top(), 2, r.height()), t_.error);
            } else {
                p_.fillRect(r.adjusted(0, -2, 0, 2), t_.error);
            }
        }
        for (const QRectF& piece : row.path)
            p_.fillRect(piece, t_.text); // below the bar: in it, it would strike through the label
        for (const QRectF& tick : row.events)
            p_.fillRect(tick, t_.textOn(fillOf(row)));
        for (const QRectF& tick : row.errorTicks)
            p_.fillRect(tick, t_.error);
    }

    /// The bar lies outside the range: a small arrow says on which side.
    void beyond(const WaterfallRow& row) {
        const double y = row.rect.center().y();
        const double x = row.beyond < 0 ? f_.lanes.left() : f_.lanes.right();
        const double d = row.beyond < 0 ? 5 : -5;
        QPainterPath path;
        path.moveTo(x, y);
        path.lineTo(x + d, y - 4);
        path.lineTo(x + d, y + 4);
        path.closeSubpath();
        p_.setRenderHint(QPainter::Antialiasing, true);
        p_.fillPath(path, row.isError || row.isErrorInside ? t_.error : t_.mutedText);
        p_.setRenderHint(QPainter::Antialiasing, false);
    }

    QPainter& p_;
    const WaterfallFrame& f_;
    const Theme& t_;
};

constexpr int kPictureWidth = 1400, kPictureNote = 24;

/// Lines in a picture of that height, which shows no part of a line.
uint32_t linesIn(int height) {
    return static_cast<uint32_t>(std::max(0, height - waterfall_measure::kTop - kPictureNote) / measure::kRow);
}

} // namespace

void paintErrorMark(QPainter& painter, const QRectF& rect, const Theme& theme, bool filled) {
    const QPointF c = rect.center();
    const double r = std::min(rect.width(), rect.height()) / 2 - 1;
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(filled ? QPen(Qt::NoPen) : QPen(theme.error, 1.5));
    painter.setBrush(filled ? QBrush(theme.error) : QBrush(Qt::NoBrush));
    painter.drawEllipse(c, r, r);
    painter.setBrush(Qt::NoBrush);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QColor ink = filled ? theme.textOn(theme.error) : theme.error;
    painter.fillRect(QRectF(c.x() - 1, c.y() - 4, 2, 5), ink);
    painter.fillRect(QRectF(c.x() - 1, c.y() + 2, 2, 2), ink);
}

void paintWaterfall(QPainter& painter, const WaterfallFrame& frame, const Theme& theme) {
    FramePainter(painter, frame, theme).paint();
}

QSize waterfallPictureSize(const TraceData& data, const VisibleRows& rows, int tallest) {
    if (data.tree.isEmpty())
        return {};
    const uint32_t lines = std::min({rows.count(), kPictureRows, linesIn(tallest)});
    return {kPictureWidth, waterfall_measure::kTop + static_cast<int>(lines) * measure::kRow + kPictureNote};
}

void paintWaterfallPicture(QPainter& painter, QSize size, const TraceData& data, const VisibleRows& rows,
                           const std::vector<EventTime>* events, const Redactor* redactor, ColourBy colourBy,
                           const Theme& theme) {
    if (data.tree.isEmpty())
        return;
    const uint32_t lines = linesIn(size.height());
    WaterfallInput input;
    input.data = &data;
    input.rows = &rows;
    input.events = events;
    input.redactor = redactor;
    input.size = size - QSize(0, kPictureNote);
    input.dpr = painter.device() != nullptr ? std::max(1.0, painter.device()->devicePixelRatioF()) : 1.0;
    input.treeWidth = 480;
    input.colourBy = colourBy;
    input.range = data.axis.places();
    const NodeIndex root = rows.root();
    if (root != kNoNode && data.tree.hasStart(*data.table, root))
        input.range = TimeRange{data.axis.at(data.tree.startOf(*data.table, root)), data.axis.at(std::max(data.tree.endOf(*data.table, root), data.tree.startOf(*data.table, root) + 1))}.within(data.axis.places());
    WaterfallFrame frame = layoutWaterfall(input, theme);
    QString sums = toQString(counted(data.tree.spanCount(), "span", "spans") + " · " + formatDuration(data.tree.end - data.tree.start));
    frame.subtitleText = frame.subtitleText.isEmpty() ? sums : QString(sums + QStringLiteral(" · ") + frame.subtitleText);
    input.minimap = drawMinimap(data, frame.minimap.size().toSize(), input.dpr, theme);
    frame.minimapImage = input.minimap;
    frame.rows.resize(std::min<size_t>(frame.rows.size(), lines));
    frame.all.setHeight(size.height());
    paintWaterfall(painter, frame, theme);
    const uint32_t left = rows.count() - std::min(rows.count(), lines);
    uint32_t spans = data.tree.spanCount(), shown = 0;
    if (root != kNoNode)
        spans = data.tree.spansBelow(root) + (data.tree.nodes[root].row != kNoRow ? 1 : 0);
    for (const NodeIndex node : rows.nodes())
        shown += data.tree.nodes[node].row != kNoRow;
    std::string note = counted(spans, "span", "spans");
    if (root != kNoNode)
        note += " of a part of the trace";
    if (left > 0)
        note += "; " + counted(left, "line below is", "lines below are") + " left out of this picture";
    uint32_t hidden = 0;
    for (const NodeIndex node : data.tree.byRow)
        hidden += rows.isHidden(node) && (root == kNoNode || (node >= root && node < data.tree.nodes[root].end));
    if (hidden > 0)
        note += "; " + counted(hidden, "is", "are") + " hidden";
    if (left == 0 && spans > shown + hidden)
        note += "; " + counted(spans - shown - hidden, "is", "are") + " collapsed";
    if (data.hasShiftedClocks())
        note += "; times of some hosts are shifted, so that calls lie within their callers";
    painter.setFont(theme.axisFont);
    painter.setPen(theme.mutedText);
    painter.drawText(QRectF(measure::kPadding, size.height() - kPictureNote, size.width(), kPictureNote),
                     kLeft, toQString(note));
}

} // namespace aisle
