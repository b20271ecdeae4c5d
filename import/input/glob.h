#pragma once
// File names with wildcards, for where no shell has expanded them: a quoted 'traces/**/*.json.gz'.
//
// In a name * stands for any characters, ? for one, [abc], [a-z] and [!a] for one of a set, and a backslash takes the
// meaning from the next character, as in POSIX. A part that is ** alone stands for any number of folders, none as
// well. Hidden names are matched only by a part that begins with a dot, links to folders are not followed by **.

#include <filesystem>
#include <string>
#include <vector>

namespace aisle {

bool hasWildcard(const std::string& name);

/// The files (no folders) that the pattern matches, sorted. Folders that cannot be read are passed over.
std::vector<std::filesystem::path> filesMatching(const std::string& pattern);

/// The inputs that names stand for: a name that exists, has no wildcard or is "-" stands for itself, a pattern for the
/// files that it matches. Each input is there once. Throws ImportError when a pattern matches nothing.
std::vector<std::filesystem::path> expandInputs(const std::vector<std::string>& names);

} // namespace aisle
