#pragma once
// Rate, share of errors and durations over time, in all or by the values of a field.

#include "analysis/items.h"
#include "export/tabular.h"

#include <optional>
#include <string>
#include <vector>

namespace aisle {

enum class Measure : uint8_t { Rate, ErrorShare, Percentiles, P50, P95, P99, Longest };
/// "rate", "errors", "percentiles", "p50", "p95", "p99", "max".
std::string_view measureName(Measure measure);
std::optional<Measure> measureOf(std::string_view name);

struct OverTimeAsked {
    ItemsOf of = ItemsOf::Traces;
    Measure measure = Measure::Rate;
    std::string by; ///< a field of TraceQL; empty: no groups. Percentiles have none.
    uint32_t mostSteps = 100;
    bool operator==(const OverTimeAsked&) const = default;
};

struct OverTime {
    struct Exemplar {
        TraceIndex trace = kNoTrace;
        Row row = kNoRow; ///< the span; of a trace its root
    };
    struct Line {
        std::string label;
        std::string condition;       ///< TraceQL of the group; empty: it has none
        std::vector<double> values;  ///< by step: items a second, a share, or ns; NaN: no item there
        std::vector<Exemplar> exemplars; ///< by step: the longest item, of ErrorShare the longest that failed where one did
        uint64_t items = 0, errors = 0;
        double whole = 0; ///< the same of the whole time
    };
    OverTimeAsked asked;
    int64_t start = 0, step = 0; ///< ns: of the first step, a multiple of `step`, and of each
    std::vector<Line> lines;     ///< those with most items first
    uint64_t counted = 0, without = 0; ///< items; those that have no start or no end
    size_t steps() const { return lines.empty() ? 0 : lines[0].values.size(); }
    int64_t end() const { return start + step * static_cast<int64_t>(steps()); }
};

/// Of the items that the scope selects, over the time of the whole table, so that what is brushed does not move. Quantiles are exact
/// (nearest rank). Throws std::runtime_error with a sentence when `by` is no field, StoreError and Stopped.
OverTime overTime(const traceql::Context& context, const ScopeResult& scope, const OverTimeAsked& asked, const StopToken& stop = {});

/// One row for each step and line that has a value.
Tabular tabulate(const OverTime& overTime, bool utc);

} // namespace aisle
