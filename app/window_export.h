#pragma once
// The window's export of traces: the formats that are written, and writing.

#include "window/trace_export.h"

namespace aisle {

TraceExport makeTraceExport();

} // namespace aisle
