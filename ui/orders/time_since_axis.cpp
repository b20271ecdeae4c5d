#include "orders/time_since_axis.h"

#include "query/metrics.h"
#include "text/format.h"
#include "widgets/plain_text.h"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace aisle {

void paintTimeSinceAxis(QPainter& painter, const QRectF& rect, int64_t length, const Theme& theme) {
    const QFontMetricsF metrics(theme.axisFont);
    const double room = metrics.horizontalAdvance(QStringLiteral("23 min 20 s")) + 16;
    const int64_t step = traceql::chosenStep(length, std::max<int64_t>(1, static_cast<int64_t>(rect.width() / room)));
    painter.setFont(theme.axisFont);
    for (int64_t i = 0; i <= length / step; ++i) {
        const double x = std::round(rect.left() + static_cast<double>(step) * static_cast<double>(i) / std::max(1.0, static_cast<double>(length)) * rect.width());
        const QString words = i == 0 ? QStringLiteral("0") : toQString(formatDuration(step * i));
        if (x + 3 + metrics.horizontalAdvance(words) > rect.right())
            break;
        painter.fillRect(QRectF(x, rect.top(), 1, 4), theme.mutedText);
        painter.setPen(theme.mutedText);
        painter.drawText(QPointF(x + 3, rect.top() + metrics.ascent() + 1), words);
    }
}

} // namespace aisle
