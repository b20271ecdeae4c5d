#include "command.h"

#include "export/export.h"
#include "open_workspace.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>

namespace aisle {

namespace {

struct Options {
    std::string workspace;
    std::vector<std::string> files;
};

/// The one file of that name or path; a number is its id, for files of one name.
FileInfo fileNamed(const SpanTable& table, const std::string& name) {
    std::vector<const FileInfo*> found;
    for (const FileInfo& file : table.files())
        if (file.name == name || file.path == name || std::filesystem::path(file.name).filename() == name ||
            std::to_string(file.id) == name)
            found.push_back(&file);
    if (found.empty())
        throw StoreError("No file " + name + " is in the workspace; aisle sql WORKSPACE \"SELECT * FROM files\" lists them.");
    if (found.size() > 1)
        throw StoreError(formatCount(found.size()) + " files of the workspace are called " + name + "; name one by its id from aisle sql "
                         "WORKSPACE \"SELECT id, path FROM files\".");
    return *found.front();
}

int runRemove(const Options& o) {
    const auto workspace = openForWriting(o.workspace, Workspace::Access::ReadWrite);
    std::vector<FileInfo> files; // all are looked for before the first is removed
    for (const std::string& name : o.files)
        files.push_back(fileNamed(*workspace->table(), name));
    std::vector<int64_t> numbers;
    std::string names;
    for (const FileInfo& file : files) {
        numbers.push_back(file.id);
        names += (names.empty() ? "" : ", ") + printable(file.name);
    }
    const uint64_t before = workspace->table()->spanCount();
    workspace->removeFiles(numbers);
    Export().toStdout(names + ": " + formatCount(before - workspace->table()->spanCount()) + " spans fewer\n");
    return kDone;
}

} // namespace

void addRemoveCommand(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("remove", "Take imported files out of a workspace again");
    auto o = std::make_shared<Options>();
    command->add_option("WORKSPACE", o->workspace, "Workspace")->required();
    command->add_option("FILE", o->files, "Name, path or id of a file in it")->required();
    command->callback([o, &run] { run = [o](int&, char**) { return runRemove(*o); }; });
}

} // namespace aisle
