#include "text/small_file.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace aisle {

std::string readSmallFile(const std::string& path) {
    constexpr size_t kMostBytes = 1'000'000;
    std::error_code error;
    const auto status = std::filesystem::status(path, error); // before it is opened: a pipe that nobody writes to waits
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
        throw std::runtime_error(path + (std::filesystem::is_directory(status) ? " is a directory, not a file." : " is a pipe, a device or a socket, not a file."));
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error(path + " cannot be read.");
    std::string text(kMostBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(file.gcount()));
    if (text.size() > kMostBytes)
        throw std::runtime_error(path + " is larger than 1 MB; nothing of this kind is.");
    return text;
}

} // namespace aisle
