#pragma once
// Files compiled into the program (resources/).

#include <string>
#include <vector>

namespace aisle {

/// Content of ":/presets/..."; throws std::runtime_error when it is not there (a broken build).
std::string readResource(const char* path);
/// Paths of the files below a folder, sorted.
std::vector<std::string> listResources(const char* folder);

} // namespace aisle
