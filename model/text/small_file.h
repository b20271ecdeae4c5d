#pragma once
// Files that somebody wrote by hand: a journey, a notion of a case.

#include <stdexcept>
#include <string>

namespace aisle {

/// Throws std::runtime_error when it cannot be read, is larger than 1 MB, or is no regular file nor a link to one: reading of a pipe or a
/// device may never end. Keep it off the UI thread.
std::string readSmallFile(const std::string& path);

/// What `read` makes of its text; what that throws is thrown with the file's name before it.
template <typename Read> auto readSmallFile(const std::string& path, Read read) {
    const std::string text = readSmallFile(path);
    try {
        return read(text);
    } catch (const std::exception& e) {
        throw std::runtime_error(path + ": " + e.what());
    }
}

} // namespace aisle
