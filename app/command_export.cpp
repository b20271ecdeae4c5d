#include "command.h"

#include "open_workspace.h"
#include "scope_result.h"
#include "writer/export_traces.h"

#include <cstdio>

namespace aisle {

namespace {

struct Options {
    std::string file, format = std::string(writerFormats().front().id), select, out;
    MaskOptions masking;
};

int runExport(const Options& o) {
    const auto scope = scopeOfOption("--select", o.select);
    if (!scope)
        return kWrongUsage;
    const OpenedWorkspace opened = openForReading(o.file, o.masking);
    const SpanTablePtr table = opened.workspace->table();
    const ScopeResult result = evaluateScope(opened.workspace, *scope).result;
    const Export exporter(opened.redactor());
    const auto formats = writerFormats();
    const auto format = std::find_if(formats.begin(), formats.end(), [&](const WriterFormat& f) { return f.id == o.format; });
    ExportReport report;
    const auto produce = [&](const Export::Write& write) {
        const auto db = opened.workspace->connect();
        report = exportTraces(*db, *table, *format, {result.everything ? nullptr : &result.spans, format->order, {}}, exporter.redactor(), write);
    };
    requireOther(opened, o.out);
    if (o.out.empty())
        produce([&](std::string_view bytes) { exporter.toStdout(bytes); });
    else
        exporter.toFile(o.out, produce);
    for (const std::string& line : report.lines(opened.masking ? opened.masking->notice() : std::string()))
        std::fprintf(stderr, "aisle: %s\n", line.c_str());
    return opened.lostSomething ? kDoneWithSkips : kDone;
}

} // namespace

void addExportCommand(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("export", "Write the spans of a workspace as a trace file");
    auto o = std::make_shared<Options>();
    std::set<std::string> names;
    for (const WriterFormat& format : writerFormats())
        names.insert(std::string(format.id));
    command->add_option("FILE", o->file, "Workspace or trace file")->required();
    command->add_option("--format", o->format, "What to write")->check(CLI::IsMember(names))->capture_default_str();
    command->add_option("--select", o->select, "Only the spans of this scope");
    command->add_option("--out", o->out, "File to write; without it standard output");
    addMaskOptions(*command, o->masking);
    command->callback([o, &run] { run = [o](int&, char**) { return runExport(*o); }; });
}

} // namespace aisle
