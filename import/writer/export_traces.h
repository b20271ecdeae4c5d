#pragma once
// Spans of a workspace to a trace file in one of the formats that are written, and what came of it.

#include "writer/trace_writer.h"

namespace aisle {

struct ExportReport {
    std::string format; ///< its id
    ReplayCounts counts;
    std::map<std::string, uint64_t, std::less<>> lost; ///< TraceWriter::lost()

    /// In sentences, what was exported first, then what was left out and what the format cannot hold. `masking`: what was masked ("masked 3
    /// values by 1 rule"); empty: nothing is masked.
    std::vector<std::string> lines(const std::string& masking = {}) const;
};

/// `request.order` is the format's. Throws StoreError, Stopped and what `write` throws. Thread: that of `db`; keep it off
/// the UI thread.
ExportReport exportTraces(Database& db, const SpanTable& table, const WriterFormat& format, ReplayRequest request,
                          const Redactor& redactor, TraceWriter::Write write, const StopToken& stop = {});

} // namespace aisle
