#pragma once
// Files that somebody wrote by hand: a journey, a notion of a case.

#include <string>

namespace aisle {

/// Throws std::runtime_error when it cannot be read or is larger than 1 MB. Keep it off the UI thread.
std::string readSmallFile(const std::string& path);

} // namespace aisle
