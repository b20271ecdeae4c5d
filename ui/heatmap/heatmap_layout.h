#pragma once
// Where the cells of a heatmap are. Pure: painting, the mouse and tests use the same struct.

#include "analysis/heatmap.h"

#include <QPointF>
#include <QRectF>

#include <optional>

namespace aisle {

struct HeatmapCells {
    uint32_t firstColumn = 0, lastColumn = 0, firstRow = 0, lastRow = 0; ///< inclusive
    bool operator==(const HeatmapCells&) const = default;
};

class HeatmapLayout {
public:
    /// `axisWidth`: for the durations on the left.
    HeatmapLayout(const HeatmapAxes& axes, QSizeF size, double axisWidth, double axisHeight);

    const QRectF& plot() const { return plot_; }
    QRectF cell(uint32_t column, uint32_t row) const;
    QRectF box(const HeatmapCells& cells) const;
    std::optional<HeatmapCells> cellAt(QPointF point) const;
    /// From one corner to another, within the plot.
    HeatmapCells cellsBetween(QPointF a, QPointF b) const;
    /// The cells that a scope's terms mean, where they are edges of cells or near them; nothing when it has none.
    static std::optional<HeatmapCells> cellsOf(const HeatmapAxes& axes, HeatmapOf of, const Scope& scope);
    double xOf(int64_t time) const;
    double yOf(int64_t duration) const;
    /// Durations to write at the left: 1, 10, 100 of a unit.
    std::vector<int64_t> durationTicks() const;

    /// How many columns and rows there is room for.
    static constexpr double kCellWidth = 5, kCellHeight = 6;

private:
    uint32_t columnAt(double x) const;
    uint32_t rowAt(double y) const;
    const HeatmapAxes& axes_;
    QRectF plot_;
};

} // namespace aisle
