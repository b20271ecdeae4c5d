#pragma once
// A workspace said again to a SpanSink, as an importer says a file: what exports are made of.

#include "export/export.h"
#include "store/span_sink.h"
#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/row_set.h"

namespace aisle {

/// Contexts when they are first needed, then the visible spans of `rows` (null: all) in row order with their events
/// and links, then their log records; without `rows` also those of no span. Every text passes `redactor`, under its
/// attribute key or column name. Copies and fragments that are hidden are not said. Reads in one pass, holds one span.
/// Throws StoreError and Stopped. Thread: that of `db`; keep it off the UI thread.
void replay(Database& db, const SpanTable& table, const RowSet* rows, const Redactor& redactor, SpanSink& sink,
            const StopToken& stop = {});

} // namespace aisle
