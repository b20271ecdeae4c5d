#include "window_export.h"

#include "privacy/masking_redactor.h"
#include "widgets/plain_text.h"
#include "writer/export_traces.h"

namespace aisle {

TraceExport makeTraceExport() {
    TraceExport traceExport;
    for (const WriterFormat& format : writerFormats())
        traceExport.formats.push_back({toQString(std::string(format.name)), toQString(std::string(format.suffix))});
    traceExport.write = [](const TraceExport::Job& job, const Export& exporter, const Export::Write& write, const StopToken& stop) {
        const WriterFormat& format = writerFormats()[job.format];
        const auto db = job.workspace->connect();
        const ReplayRequest request{job.scope->everything ? nullptr : &job.scope->spans, format.order, job.progress};
        // The window's one has counted what was copied and shown, too. There is none while personal data is revealed; before rules are read the
        // window exports nothing.
        const auto* ofWindow = dynamic_cast<const MaskingRedactor*>(&exporter.redactor());
        const auto masking = ofWindow != nullptr ? ofWindow->another() : nullptr;
        const ExportReport report = exportTraces(*db, *job.table, format, request, masking ? *masking : exporter.redactor(), write, stop);
        return report.lines(masking ? masking->notice() : std::string());
    };
    return traceExport;
}

} // namespace aisle
