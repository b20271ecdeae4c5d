#include "command.h"

#include "export/export.h"
#include "open_workspace.h"
#include "privacy/personal_cells.h"
#include "store/sql_query.h"

namespace aisle {

namespace {

struct Options {
    std::string file, query, as = "text", out;
    MaskOptions masking;
};

int runSql(const Options& o) {
    const OpenedWorkspace opened = openForReading(o.file, o.masking);
    const auto db = opened.workspace->connect();
    Tabular table = answerSql(*db, o.query, 0, 0).table;
    if (opened.masking)
        redactCells(table, personalCells(*opened.workspace->connect(), opened.workspace->table(), opened.masking->rules(), textsOf(table)), *opened.masking);
    return handOver(opened, table, o.as, o.out);
}

} // namespace

void addSqlCommand(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("sql", "Run one read-only SQL query on a workspace");
    auto o = std::make_shared<Options>();
    command->add_option("FILE", o->file, "Workspace or trace file")->required();
    command->add_option("QUERY", o->query, "SELECT statement; views: files, spans, traces, attributes, resources, events, links, logs")->required();
    command->add_option("--as", o->as, "text, csv or json")->check(CLI::IsMember({"text", "csv", "json"}))->capture_default_str();
    command->add_option("--out", o->out, "Write to a file");
    addMaskOptions(*command, o->masking);
    command->callback([o, &run] { run = [o](int&, char**) { return runSql(*o); }; });
}

} // namespace aisle
