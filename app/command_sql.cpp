#include "command.h"

#include "export/export.h"
#include "open_workspace.h"

#include <sqlite3.h>

namespace aisle {

namespace {

struct Options {
    std::string file, query, as = "text", out;
};

int runSql(const Options& o) {
    const OpenedWorkspace opened = openForReading(o.file);
    const auto db = opened.workspace->connect();
    db->restrictToQueries();
    Statement statement = db->prepare(o.query);
    if (sqlite3_stmt_readonly(statement.handle()) == 0)
        throw StoreError("Only queries are allowed; the workspace is not changed by aisle sql.");
    Tabular table;
    for (int c = 0; c < statement.columnCount(); ++c)
        table.columns.push_back({statement.columnName(c), statement.columnName(c), false});
    while (statement.step()) {
        auto& row = table.rows.emplace_back();
        for (int c = 0; c < statement.columnCount(); ++c) {
            switch (sqlite3_column_type(statement.handle(), c)) {
            case SQLITE_INTEGER:
                row.emplace_back(statement.integer(c));
                table.columns[static_cast<size_t>(c)].isNumber = true;
                break;
            case SQLITE_FLOAT:
                row.push_back(Cell::real(sqlite3_column_double(statement.handle(), c), {}));
                table.columns[static_cast<size_t>(c)].isNumber = true;
                break;
            case SQLITE_NULL: row.emplace_back(); break;
            default: row.emplace_back(std::string(statement.text(c)));
            }
        }
    }
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
    command->callback([o, &run] { run = [o](int&, char**) { return runSql(*o); }; });
}

} // namespace aisle
