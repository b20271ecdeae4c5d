#pragma once
// Where the cells of a chart of start and duration are. Pure: painting, the mouse and tests use the same struct.

#include "analysis/heatmap.h"

#include <QPointF>
#include <QRectF>

#include <optional>

namespace aisle {

struct PlaneCells {
    uint32_t firstColumn = 0, lastColumn = 0, firstRow = 0, lastRow = 0; ///< inclusive
    bool operator==(const PlaneCells&) const = default;
};

class PlaneLayout {
public:
    /// `axisWidth`: for the durations on the left.
    PlaneLayout(const HeatmapAxes& axes, QSizeF size, double axisWidth, double axisHeight);

    const QRectF& plot() const { return plot_; }
    QRectF cell(uint32_t column, uint32_t row) const;
    QRectF box(const PlaneCells& cells) const;
    std::optional<PlaneCells> cellAt(QPointF point) const;
    /// From one corner to another, within the plot.
    PlaneCells cellsBetween(QPointF a, QPointF b) const;
    /// The cells that a scope's terms mean, where they are edges of cells or near them; nothing when it has none.
    static std::optional<PlaneCells> cellsOf(const HeatmapAxes& axes, ItemsOf of, const Scope& scope);
    double xOf(int64_t time) const;
    double yOf(int64_t duration) const;
    /// Durations to write at the left: 1, 10, 100 of a unit.
    std::vector<int64_t> durationTicks() const;

private:
    uint32_t columnAt(double x) const;
    uint32_t rowAt(double y) const;
    const HeatmapAxes& axes_;
    QRectF plot_;
};

} // namespace aisle
