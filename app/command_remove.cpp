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

/// The one file of that name or path; a number is its id, for files of one name. The path of an archive: all its members.
std::vector<FileInfo> filesNamed(const SpanTable& table, const std::string& name) {
    std::vector<FileInfo> found, members;
    std::error_code error;
    const std::string absolute = std::filesystem::absolute(name, error).lexically_normal().string();
    for (const FileInfo& file : table.files())
        if (file.name == name || file.path == name || std::filesystem::path(file.name).filename() == name ||
            std::to_string(file.id) == name)
            found.push_back(file);
    const auto isMember = [&](const FileInfo& file) { // "shop.zip/a.json" out of "/home/shop.zip"
        const std::string archive = std::filesystem::path(file.path).filename().string();
        return (file.path == name || file.path == absolute || archive == name) &&
               (file.name.starts_with(archive + "/") || file.name.find("/" + archive + "/") != std::string::npos);
    };
    std::copy_if(table.files().begin(), table.files().end(), std::back_inserter(members), isMember);
    if (!members.empty() && std::all_of(found.begin(), found.end(), isMember))
        return members;
    if (found.empty())
        std::copy_if(table.files().begin(), table.files().end(), std::back_inserter(found), [&](const FileInfo& file) { return file.path == absolute; });
    if (found.empty())
        throw StoreError("No file " + name + " is in the workspace; aisle sql WORKSPACE \"SELECT id, name FROM files\" lists them.");
    if (found.size() > 1)
        throw StoreError(formatCount(found.size()) + " files of the workspace are called " + name + "; name one by its id from aisle sql "
                         "WORKSPACE \"SELECT id, path FROM files\".");
    return found;
}

int runRemove(const Options& o) {
    const auto workspace = openForWriting(o.workspace, Workspace::Access::ReadWrite);
    std::vector<FileInfo> files; // all are looked for before the first is removed
    for (const std::string& name : o.files)
        for (const FileInfo& file : filesNamed(*workspace->table(), name))
            files.push_back(file);
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
    command->add_option("FILE", o->files, "Name, path or id of a file in it; of an archive: all that came out of it")->required();
    command->callback([o, &run] { run = [o](int&, char**) { return runRemove(*o); }; });
}

} // namespace aisle
