#pragma once
// The W3C tracestate of spans.

#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <functional>
#include <string_view>

namespace aisle {

/// Calls f(row, state) for every visible row that has one, in row order. 5 M spans take about a second. Throws StoreError and Stopped.
void forEachTraceState(Database& db, const SpanTable& table, const StopToken& stop, const std::function<void(Row, std::string_view)>& f);

} // namespace aisle
