#include "orders/stage_legend.h"

#include "widgets/plain_text.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace aisle {

namespace {

constexpr double kBox = 9, kSpace = 5, kGap = 16;

/// Calls `place(entry, left, line, words)` for each; returns the number of lines.
template <typename Place>
int layOut(const std::vector<LegendEntry>& entries, double width, const Theme& theme, const Place& place) {
    const QFontMetricsF metrics(theme.axisFont);
    double left = 0;
    int line = 0;
    for (const LegendEntry& entry : entries) {
        const QString words = metrics.elidedText(singleLine(entry.words), Qt::ElideMiddle, std::max(40.0, std::min(240.0, width - kBox - kSpace)));
        const double wide = kBox + kSpace + metrics.horizontalAdvance(words);
        if (left > 0 && left + wide > width) {
            left = 0;
            ++line;
        }
        place(entry, left, line, words);
        left += wide + kGap;
    }
    return entries.empty() ? 0 : line + 1;
}

double lineHeight(const Theme& theme) { return QFontMetricsF(theme.axisFont).height() + 4; }

} // namespace

std::vector<QColor> stageColours(const std::vector<std::string>& stages, const Theme& theme) {
    // The ends of the ramp that are hard to see on the ground of the theme are left out.
    const double from = theme.isDark ? 0.9 : 0.85, to = theme.isDark ? 0.25 : 0.02;
    std::vector<QColor> out;
    for (size_t k = 0; k < stages.size(); ++k)
        out.push_back(theme.ramp(from + (to - from) * static_cast<double>(k) / static_cast<double>(std::max<size_t>(1, stages.size() - 1))));
    return out;
}

QString shownStage(const std::string& stage, const Redactor* redactor) { return singleLine(toQString(redactor != nullptr ? redactor->redact("stage", stage) : stage)); }

double legendHeight(const std::vector<LegendEntry>& entries, double width, const Theme& theme) {
    return layOut(entries, width, theme, [](const LegendEntry&, double, int, const QString&) {}) * lineHeight(theme);
}

void paintLegend(QPainter& painter, const QRectF& rect, const std::vector<LegendEntry>& entries, const Theme& theme) {
    const double high = lineHeight(theme);
    painter.setFont(theme.axisFont);
    layOut(entries, rect.width(), theme, [&](const LegendEntry& entry, double left, int line, const QString& words) {
        const QRectF row(rect.left() + left, rect.top() + line * high, rect.width() - left, high);
        painter.fillRect(QRectF(std::round(row.left()), std::round(row.center().y() - kBox / 2), kBox, kBox), entry.colour);
        painter.setPen(theme.text);
        painter.drawText(row.adjusted(kBox + kSpace, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, words);
    });
}

} // namespace aisle
