#include "funnel/funnel_painter.h"

#include "text/format.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QPainter>
#include <QPainterPath>

namespace aisle {

namespace {

void drawElided(QPainter& painter, const QRectF& rect, const QString& text, Qt::Alignment alignment = Qt::AlignLeft) {
    painter.drawText(rect, static_cast<int>(alignment | Qt::AlignVCenter) | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(rect.width())));
}

} // namespace

void paintFunnel(QPainter& painter, const FunnelFrame& frame, const FunnelResult& funnel, const FunnelHighlight& highlight,
                 const Theme& theme) {
    const QColor bar = theme.ramp(theme.isDark ? 0.55 : 0.45);
    QColor lost = theme.mutedText;
    lost.setAlphaF(theme.isDark ? 0.22F : 0.16F);
    QFont big = theme.titleFont;
    for (size_t k = 0; k < frame.columns.size(); ++k) {
        const FunnelFrame::Column& c = frame.columns[k];
        const FunnelStage& s = funnel.stages[k];
        if (highlight.hovered == k)
            painter.fillRect(c.area.adjusted(-6, -6, 6, 0), theme.raised);
        painter.fillRect(c.bar, bar);
        if (!c.baseline.isEmpty()) {
            painter.fillRect(c.baseline, mixed(theme.mutedText, theme.surface, 0.25));
            frameRect(painter, c.baseline, mixed(theme.mutedText, theme.surface, 0.6));
        }
        if (!c.dropped.isEmpty())
            painter.fillRect(c.dropped, lost);
        if (!c.open.isEmpty()) { // hatched: not lost yet
            painter.fillRect(c.open, lost);
            painter.fillRect(c.open, QBrush(theme.mutedText, Qt::BDiagPattern));
        }
        if ((highlight.related >> k & 1) != 0)
            painter.fillRect(QRectF(c.bar.left(), frame.baseline.top() + 3, c.bar.width(), 3), theme.accent);
        const bool isFocused = highlight.focused == k && !highlight.isStopped, isStopped = k > 0 && highlight.focused == k - 1 && highlight.isStopped;
        if (isFocused || isStopped) {
            painter.setPen(QPen(theme.accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect((isFocused ? c.bar : c.dropped).adjusted(-2, -2, 2, 1));
        }
        painter.setPen(isFocused ? theme.accent : theme.text);
        painter.setFont(theme.font);
        drawElided(painter, c.title, singleLine(toQString(s.name)));
        painter.setPen(theme.text);
        painter.setFont(big);
        drawElided(painter, c.count, toQString(formatCount(s.reached)));
        painter.setFont(theme.axisFont);
        painter.setPen(theme.mutedText);
        QString share = toQString(formatPercent(shareOfEntered(funnel, k).value_or(0))) + QStringLiteral(" of all");
        if (s.isOptional)
            share += QStringLiteral(", optional");
        drawElided(painter, c.share, share);
        if (k > 0) {
            const FunnelStage& before = funnel.stages[k - 1];
            if (!c.openLabel.isEmpty()) {
                if (c.open.intersects(c.openLabel)) // on hatching nothing can be read
                    painter.fillRect(c.openLabel.adjusted(-2, 0, 2, 0), theme.surface);
                drawElided(painter, c.openLabel, QStringLiteral("%1 still open").arg(toQString(formatCount(before.open))));
            }
            if (!c.droppedLabel.isEmpty()) {
                painter.setPen(isStopped ? theme.accent : theme.mutedText);
                drawElided(painter, c.droppedLabel, QStringLiteral("%1 left before this").arg(toQString(formatCount(before.dropped))));
            }
        }
    }
    painter.setPen(Qt::NoPen);
    painter.fillRect(frame.baseline, theme.line);
    for (size_t k = 0; k < frame.steps.size(); ++k) {
        const FunnelFrame::Step& step = frame.steps[k];
        const double line = QFontMetricsF(theme.font).height();
        const double middle = frame.baseline.top() - std::min(60.0, step.area.height() / 3);
        // An arrow to the next stage, with what it takes to get there.
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.mutedText, 1.2));
        const double x0 = step.area.left() + 10, x1 = step.area.right() - 10;
        painter.drawLine(QPointF(x0, middle), QPointF(x1, middle));
        painter.drawLine(QPointF(x1 - 4, middle - 4), QPointF(x1, middle));
        painter.drawLine(QPointF(x1 - 4, middle + 4), QPointF(x1, middle));
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setFont(theme.font);
        painter.setPen(theme.text);
        drawElided(painter, {step.area.left(), middle - line - 2, step.area.width(), line}, step.conversion, Qt::AlignHCenter);
        painter.setFont(theme.axisFont);
        if (!step.baseline.isEmpty()) { // more than chance: in bold, with an arrow, so that colour is not the only mark
            QFont font = theme.axisFont;
            font.setBold(step.difference != 0);
            painter.setFont(font);
            painter.setPen(step.difference == 0 ? theme.mutedText : theme.difference(step.difference > 0 ? -1 : 1));
            const QString mark = step.difference > 0 ? QStringLiteral("\u25b2 ") : step.difference < 0 ? QStringLiteral("\u25bc ") : QString();
            drawElided(painter, {step.area.left(), middle + 3, step.area.width(), line}, mark + QStringLiteral("vs ") + step.baseline, Qt::AlignHCenter);
            painter.setFont(theme.axisFont);
        }
        painter.setPen(theme.mutedText);
        drawElided(painter, {step.area.left(), middle + (step.baseline.isEmpty() ? 3 : 3 + line), step.area.width(), line}, step.time, Qt::AlignHCenter);
    }
}

} // namespace aisle
