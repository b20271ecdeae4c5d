#include "analysis/heatmap.h"

#include "analysis/cell_finder.h"
#include "text/format.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aisle {

namespace {

std::optional<uint32_t> cellOf(const std::vector<int64_t>& edges, int64_t value) {
    if (edges.size() < 2 || value < edges.front() || value >= edges.back())
        return std::nullopt;
    return static_cast<uint32_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin()) - 1;
}

} // namespace

std::optional<uint32_t> HeatmapAxes::columnOf(int64_t time) const { return cellOf(times, time); }
std::optional<uint32_t> HeatmapAxes::rowOf(int64_t duration) const { return cellOf(durations, std::max<int64_t>(0, duration)); }

HeatmapAxes heatmapAxes(const SpanTable& table, ItemsOf of, uint32_t columns, uint32_t rows) {
    int64_t from = std::numeric_limits<int64_t>::max(), to = std::numeric_limits<int64_t>::min(), shortest = std::numeric_limits<int64_t>::max(), longest = 0;
    forEachItem(
        table, nullptr, of, {},
        [&](const Item& item) {
            from = std::min(from, item.start);
            to = std::max(to, item.start);
            longest = std::max(longest, item.duration);
            if (item.duration > 0)
                shortest = std::min(shortest, item.duration);
        },
        [] {});
    HeatmapAxes axes;
    if (from > to || columns == 0 || rows < 2)
        return axes;
    using Wide = __int128;
    const Wide length = Wide(to) - from + 1;
    for (uint32_t c = 0; c <= columns; ++c) {
        const auto edge = static_cast<int64_t>(from + length * c / columns);
        if (axes.times.empty() || edge > axes.times.back())
            axes.times.push_back(edge);
    }
    // The lowest row is of what took nothing, or less than the shortest there is.
    axes.durations.push_back(0);
    shortest = std::max<int64_t>(2, std::min(shortest, longest)); // a term cannot say at most 0
    const double low = std::log2(static_cast<double>(shortest)), high = std::log2(static_cast<double>(std::max<int64_t>(shortest, longest)) + 1);
    for (uint32_t r = 0; r < rows; ++r) {
        const auto edge = static_cast<int64_t>(std::llround(std::exp2(low + (high - low) * r / (rows - 1))));
        if (edge > axes.durations.back())
            axes.durations.push_back(edge);
    }
    if (axes.durations.back() <= longest)
        axes.durations.push_back(longest + 1);
    return axes;
}

Heatmap heatmap(const SpanTable& table, const ScopeResult* scope, ItemsOf of, const HeatmapAxes& axes, const StopToken& stop) {
    Heatmap out;
    out.axes = axes;
    out.cells.resize(size_t(axes.columns()) * axes.rows());
    const CellFinder column(out.axes.times, false), row(out.axes.durations, true);
    forEachItem(
        table, scope, of, stop,
        [&](const Item& item) {
            const auto c = column(item.start), r = row(std::max<int64_t>(0, item.duration));
            if (!c || !r)
                return;
            HeatmapCell& cell = out.cells[size_t(*c) * out.axes.rows() + *r];
            out.most = std::max(out.most, ++cell.count);
            ++out.counted;
            cell.errors += item.isError;
            out.errors += item.isError;
        },
        [&] { ++out.without; });
    return out;
}

std::vector<ScopeTerm> heatmapTerms(const HeatmapAxes& axes, ItemsOf of, uint32_t firstColumn, uint32_t lastColumn, uint32_t firstRow, uint32_t lastRow) {
    const bool ofTraces = of == ItemsOf::Traces;
    ScopeTerm time;
    time.kind = ofTraces ? ScopeTerm::Kind::TraceTime : ScopeTerm::Kind::Time;
    time.from = axes.times[firstColumn];
    time.to = axes.times[lastColumn + 1];
    std::vector<ScopeTerm> out{time};
    // From the lowest row to the highest is any duration.
    if (firstRow > 0 || lastRow + 1 < axes.rows()) {
        ScopeTerm duration;
        duration.kind = ofTraces ? ScopeTerm::Kind::TraceDuration : ScopeTerm::Kind::Duration;
        duration.from = firstRow > 0 ? axes.durations[firstRow] : 0;
        duration.to = lastRow + 1 < axes.rows() ? axes.durations[lastRow + 1] - 1 : 0;
        if (duration.from > 0 || duration.to > 0)
            out.push_back(duration);
    }
    return out;
}

Tabular tabulate(const Heatmap& heatmap, bool utc) {
    Tabular out;
    out.columns = {{"time_from", "From"}, {"time_to", "To"}, {"duration_from_ns", "Longer than", true}, {"duration_to_ns", "Shorter than", true}, {"count", "Count", true}, {"errors", "Errors", true}};
    for (uint32_t c = 0; c < heatmap.axes.columns(); ++c)
        for (uint32_t r = 0; r < heatmap.axes.rows(); ++r)
            if (const HeatmapCell& cell = heatmap.at(c, r); cell.count > 0)
                out.rows.push_back({Cell::time(heatmap.axes.times[c], utc), Cell::time(heatmap.axes.times[c + 1], utc), Cell::duration(heatmap.axes.durations[r]), Cell::duration(heatmap.axes.durations[r + 1]),
                                    Cell::count(cell.count), Cell::count(cell.errors)});
    if (heatmap.without > 0)
        out.notes.push_back(formatCount(heatmap.without) + " without a start or an end are left out.");
    return out;
}

} // namespace aisle
