#pragma once
// The list of traces: which, and in which order.

#include "export/tabular.h"
#include "selection/scope.h"
#include "table/span_table.h"

namespace aisle {

struct TraceFilter {
    std::string text;                ///< in the root's name or service, a span's name, or the start of the trace id
    std::string service;             ///< traces that touch it; empty: any
    int64_t minDuration = 0, maxDuration = 0; ///< ns; 0: open
    bool errorsOnly = false;
    bool isEmpty() const { return text.empty() && service.empty() && minDuration == 0 && maxDuration == 0 && !errorsOnly; }
    bool operator==(const TraceFilter&) const = default;
};

enum class TraceColumn { Start, Operation, Service, Duration, Spans, Services, Errors, Other };

/// Traces of the scope that pass the filter, sorted; ties by start, then index. O(spans) with a text or service
/// filter, else O(traces log traces).
std::vector<TraceIndex> traceList(const SpanTable& table, const ScopeResult& scope, const TraceFilter& filter,
                                  TraceColumn sort, bool descending, const StopToken& stop = {});

/// All traces that pass the filter, sorted; of these those of a scope are inOrder(): so a selection that moves sorts nothing.
/// `keys`: by trace, what Other sorts by; those with the least int64 come last, in both directions.
std::vector<TraceIndex> traceOrder(const SpanTable& table, const TraceFilter& filter, TraceColumn sort, bool descending, const StopToken& stop = {}, const std::vector<int64_t>* keys = nullptr);
std::vector<TraceIndex> inOrder(const std::vector<TraceIndex>& order, const BitSet& traces);

Tabular tabulateTraces(const SpanTable& table, const std::vector<TraceIndex>& traces, bool utc);

} // namespace aisle
