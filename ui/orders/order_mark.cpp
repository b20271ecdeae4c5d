#include "orders/order_mark.h"

#include "widgets/paint.h"
#include "widgets/plain_text.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace aisle {

void paintOrderName(QPainter& p, const QString& name, const QRectF& marked, const QRectF& room, const Theme& theme) {
    constexpr double kPad = 4, kAway = 3;
    const QFontMetricsF metrics(theme.font);
    const double high = std::ceil(metrics.height()) + 2;
    const QString shown = metrics.elidedText(singleLine(name), Qt::ElideMiddle, std::max(0.0, room.width() - 2 * kPad));
    const double wide = std::min(room.width(), std::ceil(metrics.horizontalAdvance(shown)) + 2 * kPad);
    const double x = std::clamp(std::floor(marked.left()), room.left(), std::max(room.left(), room.right() - wide));
    const double above = std::floor(marked.top()) - kAway - high, y = above >= room.top() ? above : std::min(std::ceil(marked.bottom()) + kAway, room.bottom() - high);
    const QRectF box(x, y, wide, high);
    p.fillRect(box, theme.surface);
    frameRect(p, box, theme.accent);
    p.setFont(theme.font);
    p.setPen(theme.text);
    p.drawText(box.adjusted(kPad, 0, -kPad, 0), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
}

} // namespace aisle
