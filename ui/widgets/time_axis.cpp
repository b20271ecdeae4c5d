#include "widgets/time_axis.h"

#include "analysis/saturating.h"
#include "widgets/plain_text.h"

#include <QPainter>

#include <array>
#include <cmath>

namespace aisle {

int64_t clockStep(int64_t length, double width, double room) {
    constexpr int64_t ms = 1'000'000, s = 1000 * ms, min = 60 * s, h = 60 * min, d = 24 * h;
    static constexpr std::array<int64_t, 28> steps = {ms,      2 * ms,  5 * ms,  10 * ms, 20 * ms, 50 * ms, 100 * ms, 200 * ms, 500 * ms, s,
                                                      2 * s,   5 * s,   10 * s,  15 * s,  30 * s,  min,     2 * min,  5 * min,  10 * min, 15 * min,
                                                      30 * min, h,      2 * h,   3 * h,   6 * h,   12 * h,  d,        2 * d};
    const double wanted = static_cast<double>(length) * room / std::max(1.0, width);
    for (const int64_t step : steps)
        if (static_cast<double>(step) >= wanted)
            return step;
    return static_cast<int64_t>(std::ceil(wanted / static_cast<double>(d))) * d;
}

void paintTimeAxis(QPainter& painter, const QRectF& rect, int64_t from, int64_t to, TimeZone zone, const Theme& theme) {
    if (to <= from)
        return;
    painter.setFont(theme.axisFont);
    const QFontMetricsF metrics(theme.axisFont);
    const int64_t length = timeBetween(from, to);
    const bool days = length > 36LL * 3600 * 1'000'000'000;
    const QString sample = days ? QStringLiteral("2026-03-14 09:00 ") : QStringLiteral("09:00:00.000 ");
    const int64_t step = clockStep(length, rect.width(), metrics.horizontalAdvance(sample) + 16);
    const int decimals = step < 1'000'000'000 ? 3 : 0;
    painter.setPen(theme.mutedText);
    // The zone is named once, at the right; labels keep clear of it.
    const QString zoneText = toQString(zoneName(from, zone));
    const double zoneWidth = metrics.horizontalAdvance(zoneText);
    painter.drawText(rect, Qt::AlignRight | Qt::AlignVCenter, zoneText);
    const int64_t first = timeBetween(from % step, from);
    for (__int128 at = static_cast<__int128>(first) + (from % step > 0 ? step : 0); at < to; at += step) { // wider: clocks may be at the end of what a number holds
        const auto t = static_cast<int64_t>(at);
        const double x = rect.left() + static_cast<double>(at - from) / static_cast<double>(length) * rect.width();
        std::string label = days ? formatTime(t, zone, 0) : formatClock(t, zone, decimals);
        if (step >= 60'000'000'000LL)
            label.resize(label.size() - 3);
        const QString text = toQString(label);
        const double width = metrics.horizontalAdvance(text);
        if (x + 3 + width > rect.right() - zoneWidth - 8)
            break;
        painter.fillRect(QRectF(std::round(x), rect.top(), 1, 4), theme.mutedText);
        painter.drawText(QPointF(std::round(x) + 3, rect.top() + metrics.ascent() + 1), text);
    }
}

} // namespace aisle
