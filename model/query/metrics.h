#pragma once
// Series over time: rate(), count_over_time(), min, max, avg and sum_over_time(f), quantile_over_time(f, q...),
// histogram_over_time(f), compare({ ... }, n), topk(n), bottomk(n).
//
// A span counts where it starts. Quantiles are exact (nearest rank). Histograms have a series for each power of two, named by
// its upper bound, as in Tempo.

#include "query/row_values.h"
#include "query/source.h"
#include "query/traceql.h"

#include <string>
#include <vector>

namespace aisle::traceql {

/// One line of a chart.
struct Series {
    std::vector<std::string> labels; ///< parallel to Metrics::labelNames
    std::vector<double> values;      ///< one for each step; NaN: no span there. Durations in ns
    double sum = 0;                  ///< of the values there are: what topk() goes by
};

struct Metrics {
    std::string function;
    std::vector<std::string> labelNames; ///< fields as written, "quantile", "bucket"
    bool isDuration = false;
    int64_t start = 0, step = 0;   ///< ns; of the first step, a multiple of `step`
    std::vector<Series> series;      ///< by labels
    uint64_t moreSeries = 0;         ///< of more than kMost the ones with the greatest sums stay
    static constexpr size_t kMost = 1000;
};

/// The first of 1, 2, 5 times a power of ten (of seconds, minutes, hours and days where it is longer) of which at most so many make
/// up the range, ns.
int64_t chosenStep(int64_t range, int64_t most = 100);

/// Steps of time, each a multiple of `width` since the epoch, ns. Of no spans with a start: none.
struct Steps {
    int64_t start = 0, width = 0;
    size_t count = 0;
    /// `step` 0, or too short for the time there is: chosen, so that there are 30 to 100 of them.
    static Steps of(const SpanTable& table, const RowSet& rows, int64_t step);
};

/// Of any function but compare(). Throws std::runtime_error with a sentence when there are too many series, StoreError and
/// Stopped. `node` is a Metric; `rows` are what it is about. `step`: as of Steps::of().
Metrics measured(const Query& query, const Node& node, const Source& source, const RowSet& rows, int64_t step, const StopToken& stop);
/// Of compare(): how many spans of the selection, and of the other ones in `rows` (the baseline), have each of the most frequent
/// values of each attribute, over time; and how many have the attribute at all ("selection_total", "baseline_total"). The labels
/// say what Tempo's do, in columns of their own. Throws StoreError and Stopped.
Metrics compared(const Query& query, const Node& node, const Source& source, const RowSet& rows, const RowSet& selection, int64_t step, const StopToken& stop);
/// Of topk() and bottomk().
void choose(const Query& query, const Node& node, Metrics& metrics);

} // namespace aisle::traceql
