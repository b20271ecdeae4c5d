#pragma once
// Which operation is behind the time, or the failures, of spans that are worked on.

#include "table/cancel.h"
#include "table/span_table.h"

#include <string>
#include <vector>

namespace aisle {

struct DominatingOperation {
    std::string service, name; ///< empty: there is none
    double share = 0;          ///< 0..1
};

/// The one with most of the self time of these spans and of what is below them, as far as it is part of them: what a message set off (a CONSUMER
/// below a PRODUCER) is not, nor is another of `rows`. O(spans of their traces, once for each run of rows of one trace). Throws Stopped.
DominatingOperation dominatingWork(const SpanTable& table, const std::vector<Row>& rows, const StopToken& stop = {});
/// The one with which most of the errors of these spans began (errorOrigin() of analysis/span_marks.h).
DominatingOperation dominatingFailure(const SpanTable& table, const std::vector<Row>& rows, const StopToken& stop = {});

} // namespace aisle
