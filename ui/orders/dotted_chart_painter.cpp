#include "orders/dotted_chart_painter.h"

#include "analysis/saturating.h"
#include "orders/order_mark.h"
#include "orders/time_since_axis.h"
#include "widgets/paint.h"
#include "widgets/plain_text.h"
#include "widgets/time_axis.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace aisle {

namespace {
constexpr double kMargin = 10, kLeft = 64, kAxisHeight = 20, kGap = 8, kCell = 2;
}

std::pair<uint32_t, uint32_t> DottedChartLayout::cellsFor(QSizeF size) {
    return {static_cast<uint32_t>(std::max(1.0, (size.width() - kLeft - kMargin) / kCell)), static_cast<uint32_t>(std::max(1.0, (size.height() - kAxisHeight - 2 * kMargin) / kCell))};
}

DottedChartLayout::DottedChartLayout(const DottedChart& chart, QSizeF size, const Theme& theme, const Redactor* redactor) {
    const std::vector<QColor> colours = stageColours(chart.stages, theme);
    for (size_t k = 0; k < chart.stages.size(); ++k)
        if (chart.visitsOf[k] > 0)
            entries.push_back({shownStage(chart.stages[k], redactor) + QLatin1Char(' ') + toQString(formatCount(chart.visitsOf[k])), colours[k]});
    if (chart.failed > 0)
        entries.push_back({toQString("failed " + formatCount(chart.failed)), theme.error});
    const double width = std::max(40.0, size.width() - kLeft - kMargin), high = legendHeight(entries, width, theme);
    plot = QRectF(kLeft, kMargin, width, std::max(40.0, size.height() - 2 * kMargin - kAxisHeight - kGap - high));
    axis = QRectF(kLeft, plot.bottom() + 2, width, kAxisHeight - 2);
    legend = QRectF(kLeft, plot.bottom() + kAxisHeight + kGap, width, high);
    columnWidth = width / std::max<uint32_t>(1, chart.columns);
    rowHeight = plot.height() / std::max<uint32_t>(1, chart.rows);
}

QRectF DottedChartLayout::dotRect(const DottedChart::Dot& dot) const {
    constexpr double kLargest = 7; // of few orders rows are high
    const double x = std::floor(plot.left() + dot.column * columnWidth), middle = plot.top() + (dot.row + 0.5) * rowHeight;
    const double high = std::clamp(std::floor(rowHeight), kCell, kLargest), wide = std::max(std::min(high, 4.0), std::ceil(columnWidth));
    return {x, std::floor(middle - high / 2), wide, high};
}

std::optional<std::pair<uint32_t, uint32_t>> DottedChartLayout::cellAt(QPointF point, const DottedChart& chart) const {
    if (chart.rows == 0 || !plot.contains(point))
        return std::nullopt;
    const auto within = [](double value, uint32_t count) { return static_cast<uint32_t>(std::clamp(std::floor(value), 0.0, static_cast<double>(count - 1))); };
    return std::pair(within((point.y() - plot.top()) / rowHeight, chart.rows), within((point.x() - plot.left()) / columnWidth, chart.columns));
}

std::optional<size_t> placeOfOrder(const DottedChart& chart, CaseNumber order) {
    const auto found = std::find(chart.orders.begin(), chart.orders.end(), order);
    return found == chart.orders.end() ? std::nullopt : std::optional(static_cast<size_t>(found - chart.orders.begin()));
}

void paintDottedOrder(QPainter& p, QSizeF size, const DottedChart& chart, const FulfilmentLog& log, CaseNumber order, const QString& name, const Theme& t) {
    const auto place = placeOfOrder(chart, order);
    if (!place)
        return;
    const uint32_t row = chart.rowOf(*place);
    const DottedChartLayout layout(chart, size, t);
    const double middle = std::floor(layout.plot.top() + (row + 0.5) * layout.rowHeight);
    p.fillRect(QRectF(layout.plot.left(), middle, layout.plot.width(), 1), t.accent);
    std::vector<QRectF> dots;
    QRectF all;
    for (uint32_t v = log.first[order]; v < log.first[order + 1]; ++v) {
        const int64_t x = chart.asked.time == DottedTime::Absolute ? log.visits[v].start : timeBetween(chart.start[*place], log.visits[v].start);
        DottedChart::Dot dot;
        dot.row = row;
        dot.column = chart.columnOf(x);
        constexpr double kLeast = 6; // where rows are as thin as a line
        QRectF rect = layout.dotRect(dot);
        rect.setTop(std::floor(std::min(rect.top(), middle - kLeast / 2)));
        rect.setBottom(std::max(rect.bottom(), rect.top() + kLeast));
        rect.setWidth(std::max(rect.width(), 4.0));
        dots.push_back(rect);
        all |= rect;
    }
    for (const QRectF& dot : dots)
        p.fillRect(dot.adjusted(-1, -1, 1, 1), t.surface);
    for (const QRectF& dot : dots)
        p.fillRect(dot, t.accent);
    paintOrderName(p, name, all, layout.plot, t);
}

void paintDottedChart(QPainter& p, QSizeF size, const DottedChart& chart, TimeZone zone, const Theme& t, const Redactor* redactor) {
    const DottedChartLayout layout(chart, size, t, redactor);
    const std::vector<QColor> colours = stageColours(chart.stages, t);
    p.fillRect(QRectF(layout.plot.left() - 1, layout.plot.top(), 1, layout.plot.height()), t.line);
    p.fillRect(QRectF(layout.plot.left(), layout.plot.bottom(), layout.plot.width(), 1), t.line);
    if (chart.asked.time == DottedTime::Absolute)
        paintTimeAxis(p, layout.axis, chart.from, chart.to, zone, t);
    else
        paintTimeSinceAxis(p, layout.axis, chart.to, t);
    p.setFont(t.axisFont);
    p.setPen(t.mutedText);
    p.drawText(QRectF(0, layout.plot.top(), layout.plot.left() - 6, 40), Qt::AlignRight | Qt::AlignTop, toQString(formatCount(chart.orders.size())) + QStringLiteral("\norders"));
    for (const bool failed : {false, true}) // what failed is hidden under nothing
        for (const DottedChart::Dot& dot : chart.dots) {
            if ((dot.failed > 0) != failed)
                continue;
            const QRectF rect = layout.dotRect(dot);
            p.fillRect(rect, colours[dot.stage]);
            if (failed)
                frameRect(p, rect.adjusted(-1, -1, 1, 1), t.error);
        }
    paintLegend(p, layout.legend, layout.entries, t);
}

} // namespace aisle
