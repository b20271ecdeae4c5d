#pragma once
// What is different about some traces or spans: attributes and values ranked by how they separate them from the others.
//
// Counted are traces, not spans: the spans of one trace are no independent observations. Of each value: in what share of the
// traces with selected spans does a selected span have it, and in what share of the traces with other spans another one?
// As a rule all spans of the traces that hold a match are selected: compared with other kinds of spans, matching spans differ in
// everything that they are.
// The difference of the two shares comes with an interval (Newcombe 1998, "Interval estimation for the difference between
// independent proportions", method 10, from Wilson's intervals), as wide as it has to be for all values that were looked at
// to lie in theirs together with 95 % confidence (Bonferroni). Ranked by the end of the interval that is nearer to zero, so
// that a large difference of few traces comes after a smaller one of many. A trace that has spans of both kinds counts on
// both sides. What is found goes together with the selection; it need not be its cause.

#include "export/tabular.h"
#include "selection/scope.h"

#include <functional>
#include <string>
#include <vector>

namespace aisle {

struct Difference {
    traceql::Field field;
    std::string value;     ///< empty with isPresence
    bool isText = true;    ///< else a number or a boolean
    bool isPresence = false; ///< whether there is any value: of a field with more than kMostValues
    uint64_t selected = 0, others = 0;       ///< traces
    uint64_t selectedSpans = 0, otherSpans = 0;
    double share = 0, otherShare = 0;        ///< of Differences::selected and others
    double low = 0, high = 0;                ///< of share - otherShare

    bool isClear() const { return low > 0 || high < 0; } ///< the interval does not hold 0
    double certainty() const;                ///< distance of the interval from 0; 0 when it holds 0
    /// As a condition of TraceQL, for a filter: `.http.route = "/cart"`.
    std::string condition(bool excludes = false) const;
};

struct Differences {
    std::vector<Difference> found; ///< clear ones first, by certainty; then by the size of the difference
    uint64_t selected = 0, others = 0; ///< traces
    uint64_t tested = 0;               ///< values, the ones left out included
    uint64_t more = 0;                 ///< of which there is something to say, behind those in `found`
    static constexpr size_t kMost = 500;
    static constexpr uint32_t kMostValues = 1000;
    static constexpr double kConfidence = 0.95;
};

/// All attributes of spans and resources, operation, service, kind and status. `baseline` null: all spans that are not selected.
/// 5 M spans with 50 keys take some seconds. Throws StoreError and Stopped. Keep it off the UI thread.
Differences differences(const traceql::Source& source, const RowSet& selected, const RowSet* baseline, const StopToken& stop = {},
                        const std::function<void(uint64_t done, uint64_t all)>& progress = {});

enum class DifferencesOf : uint8_t { Traces, Spans };
/// Of the traces that a scope selects (or of its matching spans only), from those of another scope; an empty one is everything else.
/// What both select is the first one's, but of everything it is the baseline's.
Differences differences(const traceql::Context& context, const ScopeResult& selected, const Scope& baseline, DifferencesOf of = DifferencesOf::Traces, const StopToken& stop = {});

Tabular tabulate(const Differences& differences);

} // namespace aisle
