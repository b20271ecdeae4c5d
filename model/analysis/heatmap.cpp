#include "analysis/heatmap.h"

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

/// The cell that a guess says or one beside it; edges that are rounded are nearly even.
class CellFinder {
public:
    CellFinder(const std::vector<int64_t>& edges, bool isLogarithmic) : edges_(edges), isLogarithmic_(isLogarithmic) {
        if (edges.size() < 2)
            return;
        low_ = place(edges[isLogarithmic ? 1 : 0]);
        const double high = place(edges.back());
        perUnit_ = high > low_ ? static_cast<double>(edges.size() - (isLogarithmic ? 2 : 1)) / (high - low_) : 0;
    }
    std::optional<uint32_t> operator()(int64_t value) const {
        if (edges_.size() < 2 || value < edges_.front() || value >= edges_.back())
            return std::nullopt;
        const auto last = static_cast<double>(edges_.size() - 2);
        auto at = static_cast<size_t>(std::clamp((place(value) - low_) * perUnit_ + (isLogarithmic_ ? 1 : 0), 0.0, last));
        while (value < edges_[at])
            --at;
        while (value >= edges_[at + 1])
            ++at;
        return static_cast<uint32_t>(at);
    }

private:
    double place(int64_t value) const { return isLogarithmic_ ? std::log2(static_cast<double>(std::max<int64_t>(1, value))) : static_cast<double>(value - edges_.front()); }
    const std::vector<int64_t>& edges_;
    const bool isLogarithmic_;
    double low_ = 0, perUnit_ = 0;
};

/// Calls f(start, duration, isError) for what has both, g() for what lacks one.
template <typename F, typename G>
void forEachItem(const SpanTable& table, const ScopeResult* scope, HeatmapOf of, const StopToken& stop, F&& f, G&& g) {
    const bool isAll = scope == nullptr || scope->everything;
    uint64_t n = 0;
    if (of == HeatmapOf::Traces) {
        for (TraceIndex t = 0; t < table.traceSlots(); ++t) {
            if ((++n & 0xffff) == 0)
                stop.check();
            const TraceSummary& s = table.summary(t);
            if (s.spans == 0 || (!isAll && !scope->traces[t]))
                continue;
            if (s.hasStart)
                f(s.start, s.duration, s.errors > 0);
            else
                g();
        }
        return;
    }
    const auto span = [&](Row row) {
        if ((++n & 0xffff) == 0)
            stop.check();
        if ((table.flags(row) & (kNoStart | kUnfinished)) == 0)
            f(table.start(row), table.duration(row), table.isError(row));
        else
            g();
    };
    if (isAll)
        table.forEachRow(span);
    else
        scope->spans.forEach(span);
}

} // namespace

std::optional<uint32_t> HeatmapAxes::columnOf(int64_t time) const { return cellOf(times, time); }
std::optional<uint32_t> HeatmapAxes::rowOf(int64_t duration) const { return cellOf(durations, std::max<int64_t>(0, duration)); }

HeatmapAxes heatmapAxes(const SpanTable& table, HeatmapOf of, uint32_t columns, uint32_t rows) {
    int64_t from = std::numeric_limits<int64_t>::max(), to = std::numeric_limits<int64_t>::min(), shortest = std::numeric_limits<int64_t>::max(), longest = 0;
    forEachItem(
        table, nullptr, of, {},
        [&](int64_t start, int64_t duration, bool) {
            from = std::min(from, start);
            to = std::max(to, start);
            longest = std::max(longest, duration);
            if (duration > 0)
                shortest = std::min(shortest, duration);
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

Heatmap heatmap(const SpanTable& table, const ScopeResult* scope, HeatmapOf of, const HeatmapAxes& axes, const StopToken& stop) {
    Heatmap out;
    out.axes = axes;
    out.cells.resize(size_t(axes.columns()) * axes.rows());
    const CellFinder column(out.axes.times, false), row(out.axes.durations, true);
    forEachItem(
        table, scope, of, stop,
        [&](int64_t start, int64_t duration, bool isError) {
            const auto c = column(start), r = row(std::max<int64_t>(0, duration));
            if (!c || !r)
                return;
            HeatmapCell& cell = out.cells[size_t(*c) * out.axes.rows() + *r];
            out.most = std::max(out.most, ++cell.count);
            ++out.counted;
            cell.errors += isError;
            out.errors += isError;
        },
        [&] { ++out.without; });
    return out;
}

std::vector<ScopeTerm> heatmapTerms(const HeatmapAxes& axes, HeatmapOf of, uint32_t firstColumn, uint32_t lastColumn, uint32_t firstRow, uint32_t lastRow) {
    const bool ofTraces = of == HeatmapOf::Traces;
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
