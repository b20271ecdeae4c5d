#include "analysis/duration_histogram.h"

#include "analysis/cell_finder.h"
#include "analysis/quantile.h"
#include "text/format.h"

#include <limits>

namespace aisle {

DurationHistogram durationHistogram(const traceql::Context& context, const ScopeResult& scope, ItemsOf of, const std::string& by, const std::vector<int64_t>& edges, const StopToken& stop) {
    const SpanTable& table = *context.table;
    DurationHistogram out;
    out.of = of;
    out.by = by;
    out.edges = edges;
    const ItemGroups groups = ItemGroups::by(by, context, scope, of, stop);
    out.groups = groups.groups();
    out.all.resize(out.bars());
    out.selected.resize(out.bars());
    out.errors.resize(out.bars());
    out.exemplars.resize(out.bars());
    out.ofGroup.assign(out.groups.size(), std::vector<uint64_t>(out.bars()));
    const CellFinder bar(out.edges, true);
    const auto barOf = [&](const Item& item) { return bar(std::max<int64_t>(0, item.duration)); };
    forEachItem(
        table, nullptr, of, stop,
        [&](const Item& item) {
            if (const auto at = barOf(item))
                ++out.all[*at];
        },
        [] {});
    std::vector<int64_t> durations, first(out.bars(), std::numeric_limits<int64_t>::max());
    forEachItem(
        table, &scope, of, stop,
        [&](const Item& item) {
            const auto at = barOf(item);
            if (!at)
                return;
            ++out.counted;
            ++out.selected[*at];
            out.errors[*at] += item.isError;
            ++out.ofGroup[groups.of(item)][*at];
            durations.push_back(item.duration);
            if (item.start < first[*at]) {
                first[*at] = item.start;
                out.exemplars[*at] = {item.trace, item.row};
            }
        },
        [&] { ++out.without; });
    out.p50 = quantile(durations, 0.5);
    out.p90 = quantile(durations, 0.9);
    out.p95 = quantile(durations, 0.95);
    out.p99 = quantile(durations, 0.99);
    return out;
}

Tabular tabulate(const DurationHistogram& h) {
    Tabular out;
    out.columns = {{"duration_from_ns", "From", true}, {"duration_to_ns", "To", true}};
    const bool hasGroups = !h.by.empty();
    if (hasGroups)
        out.columns.push_back({fieldNamed(h.by).name, h.by}); // by which values are redacted
    out.columns.push_back({"count", "Count", true});
    if (!hasGroups) {
        out.columns.push_back({"errors", "Errors", true});
        out.columns.push_back({"everything", "Of everything", true});
    }
    for (uint32_t bar = 0; bar < h.bars(); ++bar)
        for (size_t g = 0; g < h.groups.size(); ++g) {
            if (h.ofGroup[g][bar] == 0 && (hasGroups || h.all[bar] == 0))
                continue;
            std::vector<Cell> row{Cell::duration(h.edges[bar]), Cell::duration(h.edges[bar + 1])};
            if (hasGroups)
                row.push_back(Cell(h.groups[g].label));
            row.push_back(Cell::count(h.ofGroup[g][bar]));
            if (!hasGroups) {
                row.push_back(Cell::count(h.errors[bar]));
                row.push_back(Cell::count(h.all[bar]));
            }
            out.rows.push_back(std::move(row));
        }
    if (h.counted > 0)
        out.notes.push_back(counted(h.counted, h.of == ItemsOf::Traces ? "trace" : "span", h.of == ItemsOf::Traces ? "traces" : "spans") + ": p50 " + formatDuration(h.p50) + ", p90 " + formatDuration(h.p90) +
                            ", p95 " + formatDuration(h.p95) + ", p99 " + formatDuration(h.p99) + ".");
    if (h.without > 0)
        out.notes.push_back(formatCount(h.without) + " without a start or an end are left out.");
    return out;
}

} // namespace aisle
