#pragma once
// What a query selects: spans, the traces that hold them, and what its stages worked out.
//
//   { a } && { b }     traces that hold both, of them the spans of either
//   aisle:trace( )     an extension: the same, with `!` before what no span of the trace has
//   aisle:case( )      of all traces of a case
//   | by( )            several spansets of a trace, one for each value; what follows is about each of them
//   | rate() by( )     series over time
//
// Measured on 5 M spans (tests/bench/bench_query): columns, attributes, structure.

#include "query/metrics.h"
#include "query/source.h"
#include "query/traceql.h"
#include "table/cancel.h"

#include <optional>
#include <string>
#include <vector>

namespace aisle::traceql {

/// One spanset of a trace, when stages made groups or compared aggregates.
struct Group {
    TraceIndex trace = kNoTrace;
    std::vector<std::string> labels; ///< parallel to Result::labelNames
    std::vector<double> values;      ///< parallel to Result::valueNames; NaN: none. Durations in ns
    uint64_t spans = 0;
};

struct Result {
    RowSet spans;  ///< matching spans
    BitSet traces; ///< traces that hold one
    uint64_t spanCount = 0, traceCount = 0;
    bool isPartial = false; ///< only with Source::readsKept off: reading all values may find more
    std::vector<std::string> problems; ///< conditions that nothing in this workspace can match, in words
    std::vector<std::string> labelNames, valueNames; ///< as written: "span:name", "avg(span:duration)"
    std::vector<bool> isDuration;                    ///< parallel to valueNames
    std::vector<Group> groups;         ///< by trace
    std::vector<Field> selected;       ///< fields asked for with select(), each once
    std::optional<Metrics> metrics;    ///< of a function over time
};

/// `query` has passed check(). `step`: of series, ns; 0: chosen. Throws StoreError and Stopped. Keep it off the UI thread.
Result evaluate(const Query& query, const Source& source, const StopToken& stop = {}, int64_t step = 0);

} // namespace aisle::traceql
