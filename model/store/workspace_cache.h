#pragma once
// Unnamed workspaces: where a trace file goes that was opened without one. They lie in the user's cache folder
// (mode 0600), are found again by the content of what was opened, and go after 14 days or past 10 GB.
//
// Thread: any; several processes may use the folder at once (a workspace in use is locked and not removed).

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace aisle {

class WorkspaceCache {
public:
    static constexpr int64_t kMaxAgeSeconds = 14LL * 24 * 3600;
    static constexpr uint64_t kMaxBytes = 10ULL * 1000 * 1000 * 1000;

    explicit WorkspaceCache(std::filesystem::path folder);

    struct Entry {
        std::filesystem::path path;
        uint64_t bytes = 0;
        int64_t lastUsed = 0; ///< seconds since the epoch
    };

    /// Where the workspace of these inputs is or would be: named by their paths, sizes, times and samples of their
    /// content, so that a changed file gets another one. Makes the folder.
    std::filesystem::path pathFor(const std::vector<std::filesystem::path>& inputs) const;
    /// A path that is not in use yet.
    std::filesystem::path freshPath() const;
    bool contains(const std::filesystem::path& workspace) const;

    std::vector<Entry> list() const; ///< most recently used first
    /// Removes what is too old or too much, and not in use. Returns the bytes freed.
    uint64_t purge() const;
    /// Removes every workspace that is not in use.
    uint64_t clear() const;
    /// Notes that it was used now.
    static void touch(const std::filesystem::path& workspace);

private:
    uint64_t remove(const Entry& entry) const;
    std::filesystem::path folder_;
};

} // namespace aisle
