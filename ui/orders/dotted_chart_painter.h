#pragma once
// The dotted chart as it is drawn. Pure: painting, the mouse and tests use the same layout. Thread: the UI thread.

#include "orders/dotted_chart.h"
#include "orders/stage_legend.h"
#include "text/format.h"

#include <optional>
#include <utility>

namespace aisle {

struct DottedChartLayout {
    QRectF plot, axis, legend;
    double columnWidth = 1, rowHeight = 1;
    std::vector<LegendEntry> entries;
    /// As wide and high as its cell, at least 2 px, so that single ones are seen.
    QRectF dotRect(const DottedChart::Dot& dot) const;
    /// Row and column; nothing outside.
    std::optional<std::pair<uint32_t, uint32_t>> cellAt(QPointF point, const DottedChart& chart) const;

    /// Logical pixels.
    DottedChartLayout(const DottedChart& chart, QSizeF size, const Theme& theme, const Redactor* redactor = nullptr);
    /// Cells of 2 px in that size: what to ask dottedChart() for.
    static std::pair<uint32_t, uint32_t> cellsFor(QSizeF size);
};

/// Where the order is in DottedChart::orders; nothing: it is not in the chart. O(orders).
std::optional<size_t> placeOfOrder(const DottedChart& chart, CaseNumber order);
/// The visits of one of its orders above all others, in the accent colour, with a line through its row and its name. Nothing of an order that
/// is not in the chart. O(orders + its visits).
void paintDottedOrder(QPainter& painter, QSizeF size, const DottedChart& chart, const FulfilmentLog& log, CaseNumber order, const QString& name, const Theme& theme);

void paintDottedChart(QPainter& painter, QSizeF size, const DottedChart& chart, TimeZone zone, const Theme& theme, const Redactor* redactor = nullptr);

} // namespace aisle
