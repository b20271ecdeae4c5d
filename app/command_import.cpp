#include "command.h"

#include "export/export.h"
#include "store/table_columns.h"
#include "input/glob.h"
#include "open_workspace.h"
#include "text/utf8.h"

namespace aisle {

namespace {

struct Options {
    std::vector<std::string> files;
    std::string into, as = "text", format, map;
    bool quiet = false;
    uint64_t maxRecord = ImportLimits().recordBytes >> 20; // MB
    uint64_t maxUnpacked = ImportLimits().unpackBytes >> 30; // GB
};

int runImport(const Options& o) {
    ImportLimits limits;
    limits.recordBytes = o.maxRecord << 20;
    limits.unpackBytes = o.maxUnpacked << 30;
    for (const Format& format : formats())
        if (format.id == (o.map.empty() ? std::string_view(o.format) : "csv"))
            limits.format = &format;
    if (!o.map.empty()) {
        std::string problem;
        const auto mapping = csvMappingFromText(o.map, problem);
        if (!mapping || (!o.format.empty() && o.format != "csv")) {
            std::fprintf(stderr, "aisle: --map: %s\n", mapping ? "only tables have columns, --format csv" : printable(problem).c_str());
            return kWrongUsage;
        }
        limits.csvMapping = std::make_shared<const CsvMapping>(*mapping);
    }
    const std::vector<std::filesystem::path> files = expandInputs(o.files);
    const bool existed = std::filesystem::exists(o.into);
    auto workspace = openForWriting(o.into, Workspace::Access::Create);
    bool cancelled = false;
    const auto reports = importFiles(workspace, files, o.quiet, cancelled, limits);
    const bool isEmpty = workspace->table()->files().empty();
    const std::string index = cancelled || isEmpty ? std::string() : indexAttributes(*workspace, o.quiet);
    const std::filesystem::path path = workspace->path();
    workspace.reset();
    if (isEmpty && !existed) // nothing came of it: leave nothing behind
        removeDatabase(path);

    std::string failed;
    bool skipped = false;
    size_t succeeded = 0;
    for (const ImportReport& report : reports) {
        skipped = skipped || report.lostSomething();
        if (report.succeeded())
            ++succeeded;
        else
            failed += "aisle: " + printable(report.error) + "\n";
    }
    Export().toStdout(o.as == "json" ? reportsToJson(reports) : reportsToText(reports) + index);
    if (o.as == "json")
        std::fputs(index.c_str(), stderr);
    std::fputs(failed.c_str(), stderr);
    if (cancelled) {
        std::fputs("aisle: the import was cancelled; files that were not finished are not in the workspace\n", stderr);
        return kFailed;
    }
    if (succeeded == 0)
        return kFailed;
    return skipped || !failed.empty() ? kDoneWithSkips : kDone;
}

} // namespace

void addImportCommand(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("import", "Import trace files into a workspace; the report goes to stdout");
    auto o = std::make_shared<Options>();
    command->add_option("FILE", o->files, "Trace files, archives or folders of them, quoted patterns ('traces/**/*.json.gz'), or - for standard input")->required();
    command->add_option("--into", o->into, "Workspace to make or to add to, for example shop.aisle")->required();
    command->add_option("--as", o->as, "Form of the report")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
    std::set<std::string> names;
    for (const Format& format : formats())
        names.insert(std::string(format.id));
    command->add_option("--format", o->format, "What the files are, instead of looking; aisle formats lists them")->check(CLI::IsMember(names));
    command->add_option("--map", o->map, "Columns of a CSV table: trace=TraceID,span=SpanID,start=Start:ms,duration=Duration:us");
    command->add_option("--max-record", o->maxRecord, "Skip records of more than so many MB")->check(CLI::Range(1, 4096))->capture_default_str();
    command->add_option("--max-unpacked", o->maxUnpacked, "Stop unpacking what grows beyond so many GB and 1,000 times its size")->check(CLI::Range(1, 1 << 20))->capture_default_str();
    command->add_flag("-q,--quiet", o->quiet, "No progress on stderr");
    command->callback([o, &run] { run = [o](int&, char**) { return runImport(*o); }; });
}

} // namespace aisle
