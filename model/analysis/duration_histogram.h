#pragma once
// How often each duration occurs: bars by the logarithm of the duration, of what is selected beside everything.

#include "analysis/items.h"
#include "export/tabular.h"

namespace aisle {

struct DurationHistogram {
    ItemsOf of = ItemsOf::Traces;
    std::string by; ///< what groups are by; empty: one group
    std::vector<int64_t> edges; ///< ascending, one more than bars, ns; the first is 0
    std::vector<uint64_t> all;  ///< by bar: of the whole table
    std::vector<uint64_t> selected, errors; ///< by bar
    std::vector<ItemGroups::Group> groups;  ///< one without a label where there is no `by`
    std::vector<std::vector<uint64_t>> ofGroup; ///< by group and bar: what `selected` is made of
    struct Exemplar {
        TraceIndex trace = kNoTrace;
        Row row = kNoRow;
    };
    std::vector<Exemplar> exemplars; ///< by bar: the first one in time
    uint64_t counted = 0, without = 0; ///< selected; of these, without a start or an end
    int64_t p50 = 0, p90 = 0, p95 = 0, p99 = 0; ///< of what is selected, ns, nearest rank
    uint32_t bars() const { return edges.empty() ? 0 : static_cast<uint32_t>(edges.size() - 1); }
};

/// `edges`: of heatmapAxes(), so that both charts have the same. Throws std::runtime_error with a sentence when `by` is no field,
/// StoreError and Stopped.
DurationHistogram durationHistogram(const traceql::Context& context, const ScopeResult& scope, ItemsOf of, const std::string& by, const std::vector<int64_t>& edges, const StopToken& stop = {});

Tabular tabulate(const DurationHistogram& histogram);

} // namespace aisle
