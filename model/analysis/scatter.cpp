#include "analysis/scatter.h"

#include "analysis/cell_finder.h"
#include "text/format.h"

#include <algorithm>

namespace aisle {

const Scatter::Dot* Scatter::at(uint32_t column, uint32_t row) const {
    const auto found = std::lower_bound(dots.begin(), dots.end(), std::pair(column, row), [](const Dot& dot, const auto& place) { return std::pair(dot.column, dot.row) < place; });
    return found != dots.end() && found->column == column && found->row == row ? &*found : nullptr;
}

Scatter scatter(const traceql::Context& context, const ScopeResult& scope, ItemsOf of, const std::string& by, const HeatmapAxes& axes, const StopToken& stop) {
    constexpr uint32_t kNoDot = 0xffffffffU;
    Scatter out;
    out.of = of;
    out.by = by;
    out.axes = axes;
    const ItemGroups groups = ItemGroups::by(by, context, scope, of, stop);
    out.groups = groups.groups();
    const CellFinder column(out.axes.times, false), row(out.axes.durations, true);
    std::vector<uint32_t> dotOf(size_t(axes.columns()) * axes.rows(), kNoDot);
    forEachItem(
        *context.table, &scope, of, stop,
        [&](const Item& item) {
            const auto c = column(item.start), r = row(std::max<int64_t>(0, item.duration));
            if (!c || !r)
                return;
            ++out.counted;
            out.errors += item.isError;
            uint32_t& number = dotOf[size_t(*c) * axes.rows() + *r];
            if (number == kNoDot) {
                number = static_cast<uint32_t>(out.dots.size());
                out.dots.push_back({*c, *r, 0, 0, groups.of(item), item});
            }
            Scatter::Dot& dot = out.dots[number];
            ++dot.count;
            dot.errors += item.isError;
            if (item.isError && !dot.item.isError) {
                dot.item = item;
                dot.group = groups.of(item);
            }
        },
        [&] { ++out.without; });
    std::sort(out.dots.begin(), out.dots.end(), [](const Scatter::Dot& a, const Scatter::Dot& b) { return std::pair(a.column, a.row) < std::pair(b.column, b.row); });
    return out;
}

Tabular tabulate(const Scatter& scatter, const SpanTable& table, bool utc) {
    Tabular out;
    out.columns = {{"start", "Start"}, {"duration_ns", "Duration", true}, {"service", "Service"}, {"operation", "Operation"}, {"trace_id", "Trace"}, {"count", "In its place", true}, {"errors", "Errors", true}};
    for (const Scatter::Dot& dot : scatter.dots) {
        const Row row = dot.item.row;
        out.rows.push_back({Cell::time(dot.item.start, utc), Cell::duration(dot.item.duration), Cell(std::string(row == kNoRow ? "" : table.serviceText(row))), Cell(std::string(row == kNoRow ? "" : table.nameText(row))),
                            Cell(toHex(table.traceId(dot.item.trace))), Cell::count(dot.count), Cell::count(dot.errors)});
    }
    return out;
}

Tabular tabulateItems(const SpanTable& table, const ScopeResult& scope, ItemsOf of, uint64_t limit, bool utc) {
    std::vector<Item> items;
    uint64_t without = 0;
    forEachItem(table, &scope, of, {}, [&](const Item& item) { items.push_back(item); }, [&] { ++without; });
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.start < b.start; });
    Tabular out;
    out.columns = {{"start", "Start"}, {"duration_ns", "Duration", true}, {"service", "Service"}, {"operation", "Operation"}, {"error", "Error"}, {"trace_id", "Trace"}};
    if (of == ItemsOf::Spans)
        out.columns.push_back({"span_id", "Span"});
    const size_t shown = limit > 0 ? std::min<size_t>(items.size(), limit) : items.size();
    for (size_t i = 0; i < shown; ++i) {
        const Item& item = items[i];
        std::vector<Cell> row{Cell::time(item.start, utc), Cell::duration(item.duration), Cell(std::string(item.row == kNoRow ? "" : table.serviceText(item.row))),
                              Cell(std::string(item.row == kNoRow ? "" : table.nameText(item.row))), Cell(std::string(item.isError ? "error" : "")), Cell(toHex(table.traceId(item.trace)))};
        if (of == ItemsOf::Spans)
            row.push_back(Cell(toHex(table.id(item.row))));
        out.rows.push_back(std::move(row));
    }
    if (shown < items.size())
        out.notes.push_back(formatCount(items.size() - shown) + " more left out by --limit.");
    if (without > 0)
        out.notes.push_back(formatCount(without) + " without a start or an end are left out.");
    return out;
}

} // namespace aisle
