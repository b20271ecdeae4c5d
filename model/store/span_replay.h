#pragma once
// A workspace said again to a sink, as an importer says a file: what exports are made of.

#include "export/export.h"
#include "store/span_sink.h"
#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/row_set.h"

#include <functional>

namespace aisle {

class ReplaySink : public SpanSink {
public:
    ContextHandle openContext() final { return context({}); }
    void complete(ContextHandle, const ContextRecord&) final {}
    void skipped(std::string_view, Position) final {}
    void repaired(std::string_view, Position) final {}
    void ignored(std::string_view, uint64_t) final {}

    /// No handle given out so far is used again: what was kept of them may go, so that a workspace with a resource per
    /// span needs no more memory than another.
    virtual void forgetContexts() = 0;
};

enum class ReplayOrder : uint8_t {
    Rows,   ///< as they were imported
    Traces, ///< each trace's spans together; in a trace as they were imported
};

struct ReplayRequest {
    const RowSet* rows = nullptr; ///< null: all
    ReplayOrder order = ReplayOrder::Rows;
    std::function<void(uint64_t spans)> progress; ///< said so far, now and then; on the calling thread
};

struct ReplayCounts {
    uint64_t spans = 0;  ///< visible ones
    uint64_t copies = 0; ///< left out: the span they are copies of was said
    uint64_t logs = 0;
};

/// Contexts when they are needed, then the visible spans that are asked for, with their events and links and the
/// fragments that were merged into them, then their log records; of a whole workspace also those of no span. Every text
/// passes `redactor`, under its attribute key or column name, and keys do as well; a number that it replaces is a text then. Holds one span. Reads one snapshot. Throws Stopped, and
/// StoreError also when rows of the table are gone; no file of the table may be loading. Thread: that of `db`; keep it
/// off the UI thread.
ReplayCounts replay(Database& db, const SpanTable& table, const ReplayRequest& request, const Redactor& redactor,
                    ReplaySink& sink, const StopToken& stop = {});

} // namespace aisle
