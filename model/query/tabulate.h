#pragma once
// What a query found, as a table.

#include "export/tabular.h"
#include "query/context.h"

namespace aisle::traceql {

enum class Of : uint8_t { Traces, Spans };

/// Of a function over time its series, one row for each step and series that has a value; else the spans by start with the fields
/// that were asked for, where they are wanted or fields were asked for; else groups; else the traces by start with how many match. At most `limit` rows
/// (0: all), with a note about the others. Reads what select() asks for. Throws StoreError and Stopped.
Tabular tabulate(const Context& context, const Result& result, Of of, uint64_t limit, bool utc, const StopToken& stop = {});

} // namespace aisle::traceql
