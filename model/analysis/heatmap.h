#pragma once
// How long things took over time: traces, or spans, counted in cells of time and duration, durations by their logarithm.
//
// Cells have whole nanoseconds as edges, so that what a box of cells holds is exactly what a scope of its edges selects.

#include "analysis/items.h"
#include "export/tabular.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace aisle {

struct HeatmapAxes {
    std::vector<int64_t> times;     ///< ascending edges, one more than columns, ns since the epoch
    std::vector<int64_t> durations; ///< ascending edges, one more than rows, ns; the first is 0

    uint32_t columns() const { return times.empty() ? 0 : static_cast<uint32_t>(times.size() - 1); }
    uint32_t rows() const { return durations.empty() ? 0 : static_cast<uint32_t>(durations.size() - 1); }
    /// Nothing outside of the edges. O(log n)
    std::optional<uint32_t> columnOf(int64_t time) const;
    std::optional<uint32_t> rowOf(int64_t duration) const;
    bool operator==(const HeatmapAxes&) const = default;
};
/// Over everything in the table; at most so many columns and rows, fewer where nanoseconds do not divide further.
HeatmapAxes heatmapAxes(const SpanTable& table, ItemsOf of, uint32_t columns, uint32_t rows);

struct HeatmapCell {
    uint32_t count = 0, errors = 0;
};

struct Heatmap {
    HeatmapAxes axes;
    std::vector<HeatmapCell> cells; ///< column by column, rows from short to long
    uint64_t counted = 0, errors = 0;
    uint64_t without = 0;           ///< that have no start or no end
    uint32_t most = 0;              ///< in one cell
    const HeatmapCell& at(uint32_t column, uint32_t row) const { return cells[size_t(column) * axes.rows() + row]; }
};

/// Traces that the scope selects, or its matching spans; null: everything. A trace has an error when one of its spans has. 5 M spans
/// take some 20 ms, traces less. Throws Stopped.
Heatmap heatmap(const SpanTable& table, const ScopeResult* scope, ItemsOf of, const HeatmapAxes& axes, const StopToken& stop = {});

/// What a box of cells is as terms of a scope; columns and rows from the first to the last.
std::vector<ScopeTerm> heatmapTerms(const HeatmapAxes& axes, ItemsOf of, uint32_t firstColumn, uint32_t lastColumn, uint32_t firstRow, uint32_t lastRow);

/// One row for each cell that is not empty.
Tabular tabulate(const Heatmap& heatmap, bool utc);

} // namespace aisle
