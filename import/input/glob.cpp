#include "input/glob.h"

#include "input/byte_source.h"

#include <algorithm>
#include <fnmatch.h>
#include <set>

namespace aisle {

namespace fs = std::filesystem;

namespace {

bool isHidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

bool matches(const std::string& part, const fs::path& path) {
    return ::fnmatch(part.c_str(), path.filename().c_str(), FNM_PERIOD) == 0;
}

/// The entries of a folder; of one that cannot be read, none.
std::vector<fs::path> entriesOf(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code error;
    // The names are joined to the folder as it was written, so that results look like the pattern.
    for (fs::directory_iterator at(folder.empty() ? fs::path(".") : folder, error); !error && at != fs::end(at); at.increment(error))
        entries.push_back(folder / at->path().filename());
    return entries;
}

/// The folder and all folders in it.
std::vector<fs::path> foldersBelow(const fs::path& folder) {
    std::vector<fs::path> found{folder};
    std::error_code error;
    for (size_t next = 0; next < found.size(); ++next)
        for (const fs::path& entry : entriesOf(fs::path(found[next])))
            if (!isHidden(entry) && fs::symlink_status(entry, error).type() == fs::file_type::directory)
                found.push_back(entry);
    return found;
}

/// "\\*" without its backslash: a part without wildcards names one entry, which need not be looked for.
std::string unescaped(const std::string& part) {
    std::string name;
    for (size_t i = 0; i < part.size(); ++i) {
        if (part[i] == '\\' && i + 1 < part.size())
            ++i;
        name += part[i];
    }
    return name;
}

} // namespace

bool hasWildcard(const std::string& name) { return name.find_first_of("*?[") != std::string::npos; }

std::vector<fs::path> filesMatching(const std::string& pattern) {
    std::vector<fs::path> found{pattern.starts_with('/') ? fs::path("/") : fs::path()};
    std::error_code error;
    for (const fs::path& step : fs::path(pattern).relative_path()) {
        const std::string part = step.string();
        std::vector<fs::path> next;
        if (part.empty())
            return {}; // it ends with a slash, and a folder is no file
        for (const fs::path& folder : found) {
            if (part == "**") {
                const auto below = foldersBelow(folder);
                next.insert(next.end(), below.begin(), below.end());
            } else if (!hasWildcard(part)) {
                if (const fs::path entry = folder / unescaped(part); fs::exists(entry, error))
                    next.push_back(entry);
            } else {
                for (const fs::path& entry : entriesOf(folder))
                    if (matches(part, entry))
                        next.push_back(entry);
            }
        }
        std::sort(next.begin(), next.end());
        next.erase(std::unique(next.begin(), next.end()), next.end()); // of a/**/**/b
        found = std::move(next);
    }
    // At the end, ** is every file below.
    if (fs::path(pattern).filename() == "**") {
        std::vector<fs::path> files;
        for (const fs::path& folder : found)
            for (const fs::path& entry : entriesOf(folder))
                if (!isHidden(entry))
                    files.push_back(entry);
        found = std::move(files);
    }
    std::erase_if(found, [&](const fs::path& path) { return !fs::is_regular_file(path, error); });
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<fs::path> expandInputs(const std::vector<std::string>& names) {
    std::vector<fs::path> inputs;
    std::set<fs::path> seen;
    const auto add = [&](const fs::path& path) {
        if (seen.insert(path).second)
            inputs.push_back(path);
    };
    std::error_code error;
    for (const std::string& name : names) {
        if (!hasWildcard(name) || fs::exists(fs::symlink_status(name, error))) {
            add(name);
            continue;
        }
        const auto files = filesMatching(name);
        if (files.empty())
            throw ImportError("No file matches " + name + ".");
        for (const fs::path& file : files)
            add(file);
    }
    return inputs;
}

} // namespace aisle
