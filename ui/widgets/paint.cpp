#include "widgets/paint.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPolygonF>

#include <algorithm>

namespace aisle {

QColor mixed(const QColor& a, const QColor& b, double shareOfA) {
    const double rest = 1 - shareOfA;
    return QColor::fromRgbF(static_cast<float>(a.redF() * shareOfA + b.redF() * rest), static_cast<float>(a.greenF() * shareOfA + b.greenF() * rest),
                            static_cast<float>(a.blueF() * shareOfA + b.blueF() * rest));
}

void frameRect(QPainter& p, const QRectF& r, const QColor& colour) {
    p.fillRect(QRectF(r.left(), r.top(), r.width(), 1), colour);
    p.fillRect(QRectF(r.left(), r.bottom() - 1, r.width(), 1), colour);
    p.fillRect(QRectF(r.left(), r.top(), 1, r.height()), colour);
    p.fillRect(QRectF(r.right() - 1, r.top(), 1, r.height()), colour);
}

void paintNoteCorner(QPainter& painter, const QRectF& rect, const Theme& theme) {
    constexpr double kSize = 8;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.text);
    painter.drawPolygon(QPolygonF{QPointF(rect.right() - kSize, rect.top() + 1), QPointF(rect.right(), rect.top() + 1), QPointF(rect.right(), rect.top() + 1 + kSize)});
    painter.restore();
}

void paintErrorTriangle(QPainter& painter, const QPointF& bottomLeft, const QColor& colour) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawPolygon(QPolygonF{bottomLeft, bottomLeft + QPointF(9, 0), bottomLeft + QPointF(4.5, -8)});
    painter.restore();
}

void paintBrush(QPainter& p, const QRectF& brush, const QString& words, double top, double width, const Theme& t) {
    QColor veil = t.accent;
    veil.setAlphaF(0.18F);
    p.fillRect(brush, veil);
    frameRect(p, brush, t.accent);
    const double room = QFontMetricsF(t.font).horizontalAdvance(words) + 12;
    const QRectF label(std::clamp(brush.center().x() - room / 2, 0.0, std::max(0.0, width - room)), top, room, 20);
    p.fillRect(label, t.accent);
    p.setFont(t.font);
    p.setPen(t.onAccent);
    p.drawText(label, Qt::AlignCenter | Qt::TextSingleLine, words);
}

} // namespace aisle
