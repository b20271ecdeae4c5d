#pragma once
// Which spans of a trace, or of several on one timeline, a query selects.

#include "analysis/waterfall.h"
#include "query/context.h"

namespace aisle {

struct TraceMatches {
    std::vector<NodeIndex> found; ///< ascending
    bool isPartial = false;       ///< values that are kept with their spans were not read; reading them may find more
};

/// Only these traces are asked: `a && b` is about each of them. A million spans take some 50 ms, reading the values that are kept
/// with their spans up to a second more. Throws StoreError and Stopped. Keep it off the UI thread.
TraceMatches searchTrace(const traceql::Context& context, const Waterfall& tree, const traceql::Query& query, bool readsKept, const StopToken& stop = {});

} // namespace aisle
