#pragma once
// For targets that open a file: in memory where there is such a folder, and gone with the program.

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <unistd.h>

namespace aisle::fuzz {

class TemporaryFile {
public:
    explicit TemporaryFile(const char* name) {
        const std::filesystem::path memory = "/dev/shm";
        std::string folder = ((::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path()) / "aisle-fuzz-XXXXXX").string();
        if (::mkdtemp(folder.data()) != nullptr)
            m_path = std::filesystem::path(folder) / name;
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path.parent_path(), ignored);
    }
    const std::filesystem::path& path() const { return m_path; }
    void write(std::string_view bytes) const {
        std::FILE* const file = std::fopen(m_path.c_str(), "wb");
        if (file == nullptr || std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size() || std::fclose(file) != 0)
            std::perror(m_path.c_str());
    }

private:
    std::filesystem::path m_path;
};

} // namespace aisle::fuzz
