#include "command.h"

#include "export/export.h"
#include "importer.h"
#include "show_options.h"
#include "view.h"

namespace aisle {

namespace {

int print(const Tabular& table, const std::string& as) {
    const Export exporter;
    exporter.toStdout(exporter.render(table, as == "json" ? TextFormat::Json : TextFormat::Text));
    return kDone;
}

void addList(CLI::App& app, Run& run, const char* name, const char* what, Tabular (*make)()) {
    auto* command = app.add_subcommand(name, what);
    auto as = std::make_shared<std::string>("text");
    command->add_option("--as", *as, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
    command->callback([as, make, &run] { run = [as, make](int&, char**) { return print(make(), *as); }; });
}

} // namespace

void addFormatsCommand(CLI::App& app, Run& run) {
    addList(app, run, "formats", "List the trace formats that can be imported", [] {
        Tabular table;
        table.columns = {{"id", "Id", false}, {"name", "Name", false}, {"description", "What is read", false}};
        for (const Format& format : formats())
            table.rows.push_back({Cell(std::string(format.id)), Cell(std::string(format.name)), Cell(std::string(format.description))});
        table.notes = {"Each also inside gzip, zstd, xz, bzip2, zip or tar. Formats are found by content, never by file name."};
        return table;
    });
}

void addViewsCommand(CLI::App& app, Run& run) {
    addList(app, run, "views", "List the views, as for aisle show", [] {
        Tabular table;
        table.columns = {{"id", "Id", false}, {"title", "Title", false}, {"help", "What it shows", false}};
        for (const ViewInfo& view : views())
            if (!isAny(view.id, {"details", "order-map", "order-values"})) // what is in focus, which the command line has not; paths and breakdown with --journey fulfilment
                table.rows.push_back({Cell(std::string(view.id)), Cell(std::string(view.title)), Cell(std::string(view.help))});
        table.notes = {"aisle show report prints what the imports of a workspace did, aisle show critical-path what a trace waited for, "
                       "aisle show compare how one differs from another or from what is usual."};
        return table;
    });
}

} // namespace aisle
