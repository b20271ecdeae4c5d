#include "command.h"

#include "open_workspace.h"
#include "scope_result.h"
#include "store/span_replay.h"
#include "text/format.h"
#include "writer/trace_writer.h"

#include <cstdio>

namespace aisle {

namespace {

struct Options {
    std::string file, format = "otlp-json", select, out;
};

int runExport(const Options& o) {
    ScopeParseError error;
    const auto scope = o.select.empty() ? Scope() : Scope::parse(o.select, error);
    if (!scope) {
        std::fprintf(stderr, "aisle: --select, character %zu: %s\n", error.position + 1, error.message.c_str());
        return kWrongUsage;
    }
    const OpenedWorkspace opened = openForReading(o.file);
    const SpanTablePtr table = opened.workspace->table();
    GraphSource graph(opened.workspace, table);
    const ScopeResult result = evaluateScope(*opened.workspace, *scope, graph).result;
    const Export exporter;
    std::map<std::string, uint64_t> lost;
    const auto produce = [&](const Export::Write& write) {
        const auto& formats = writerFormats();
        const auto format = std::find_if(formats.begin(), formats.end(), [&](const WriterFormat& f) { return f.id == o.format; });
        const auto writer = format->create(write);
        const auto db = opened.workspace->connect();
        replay(*db, *table, result.everything ? nullptr : &result.spans, exporter.redactor(), *writer);
        writer->finish();
        lost = writer->lost();
    };
    if (o.out.empty())
        produce([&](std::string_view bytes) { exporter.toStdout(bytes); });
    else
        exporter.toFile(o.out, produce);
    std::fprintf(stderr, "aisle: %s spans exported, not masked\n", formatCount(result.everything ? table->spanCount() : result.spanCount).c_str());
    for (const auto& [what, count] : lost)
        std::fprintf(stderr, "aisle: %s cannot hold %s: %s times\n", o.format.c_str(), what.c_str(), formatCount(count).c_str());
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
    command->callback([o, &run] { run = [o](int&, char**) { return runExport(*o); }; });
}

} // namespace aisle
