#include "writer/export_traces.h"

#include "text/format.h"

namespace aisle {

namespace {

std::string counted(uint64_t count, const char* one, const char* many) { return formatCount(count) + " " + (count == 1 ? one : many); }

} // namespace

std::vector<std::string> ExportReport::lines(const std::string& masking) const {
    std::vector<std::string> out;
    std::string written = counted(counts.spans, "span", "spans");
    if (counts.logs > 0 && !lost.contains(loss::kLogs))
        written += " and " + counted(counts.logs, "log record", "log records");
    out.push_back(written + " exported as " + format + ", " + (masking.empty() ? "not masked" : masking));
    if (counts.copies > 0)
        out.push_back(counted(counts.copies, "copy of a span", "copies of spans") + " left out");
    for (const auto& [what, count] : lost)
        out.push_back(format + " cannot hold " + what + ": " + counted(count, "time", "times"));
    return out;
}

ExportReport exportTraces(Database& db, const SpanTable& table, const WriterFormat& format, ReplayRequest request,
                          const Redactor& redactor, TraceWriter::Write write, const StopToken& stop) {
    request.order = format.order;
    const auto writer = format.create(std::move(write));
    ExportReport report;
    report.format = format.id;
    report.counts = replay(db, table, request, redactor, *writer, stop);
    writer->finish();
    report.lost = writer->lost();
    return report;
}

} // namespace aisle
