#include "store/workspace_cache.h"

#include "store/string_pool.h"
#include "store/workspace.h"
#include "table/ids.h"

#include <QLockFile>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>

namespace aisle {

namespace fs = std::filesystem;

namespace {

int64_t secondsOf(fs::file_time_type time) {
    const auto system = std::chrono::file_clock::to_sys(time);
    return std::chrono::duration_cast<std::chrono::seconds>(system.time_since_epoch()).count();
}

/// First and last 64 kB: with path, size and time enough to tell files apart without reading 10 GB.
std::string sample(const fs::path& path, uint64_t size) {
    constexpr uint64_t kPart = 64 * 1024;
    std::ifstream in(path, std::ios::binary);
    std::string bytes(static_cast<size_t>(std::min(size, 2 * kPart)), '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(std::min<uint64_t>(bytes.size(), kPart)));
    if (size > kPart) {
        const uint64_t rest = bytes.size() - kPart;
        in.seekg(static_cast<std::streamoff>(size - rest));
        in.read(bytes.data() + kPart, static_cast<std::streamsize>(rest));
    }
    return bytes;
}

} // namespace

WorkspaceCache::WorkspaceCache(fs::path folder) : folder_(std::move(folder)) {}

fs::path WorkspaceCache::pathFor(const std::vector<fs::path>& inputs) const {
    std::error_code error;
    fs::create_directories(folder_, error);
    fs::permissions(folder_, fs::perms::owner_all, error);
    uint64_t a = 1, b = 2;
    for (const fs::path& input : inputs) {
        const uint64_t size = fs::is_regular_file(input, error) ? fs::file_size(input, error) : 0;
        const auto time = fs::last_write_time(input, error);
        const std::string key = fs::absolute(input, error).string() + '\n' + std::to_string(size) + '\n' +
                                (error ? std::string() : std::to_string(time.time_since_epoch().count())) + '\n' +
                                (size > 0 ? sample(input, size) : std::string());
        a = hashBytes(key, a);
        b = hashBytes(key, b);
    }
    return folder_ / (toHex(TraceId{a | 1, b}) + ".aisle");
}

fs::path WorkspaceCache::freshPath() const {
    std::error_code error;
    fs::create_directories(folder_, error);
    fs::permissions(folder_, fs::perms::owner_all, error);
    const auto now = static_cast<uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
    for (uint64_t n = 0;; ++n) {
        const fs::path path = folder_ / ("new-" + toHex(now + n) + ".aisle");
        if (!fs::exists(path, error))
            return path;
    }
}

bool WorkspaceCache::contains(const fs::path& workspace) const {
    std::error_code error;
    return fs::weakly_canonical(workspace, error).parent_path() == fs::weakly_canonical(folder_, error);
}

std::vector<WorkspaceCache::Entry> WorkspaceCache::list() const {
    std::vector<Entry> out;
    std::error_code error;
    for (const auto& item : fs::directory_iterator(folder_, error)) {
        if (item.path().extension() != ".aisle" || !item.is_regular_file(error))
            continue;
        out.push_back({item.path(), item.file_size(error), secondsOf(item.last_write_time(error))});
    }
    std::sort(out.begin(), out.end(), [](const Entry& x, const Entry& y) { return x.lastUsed > y.lastUsed; });
    return out;
}

uint64_t WorkspaceCache::remove(const Entry& entry) const {
    QLockFile lock(QString::fromStdString(entry.path.string() + ".lock"));
    lock.setStaleLockTime(0);
    if (!lock.tryLock(0))
        return 0;
    removeDatabase(entry.path);
    return entry.bytes;
}

uint64_t WorkspaceCache::purge() const {
    const int64_t now = std::time(nullptr);
    uint64_t kept = 0, freed = 0;
    for (const Entry& entry : list()) {
        // The newest one stays whatever its size: it is about to be opened.
        const bool tooMuch = kept > 0 && kept + entry.bytes > kMaxBytes;
        if (now - entry.lastUsed > kMaxAgeSeconds || tooMuch)
            freed += remove(entry);
        else
            kept += entry.bytes;
    }
    return freed;
}

uint64_t WorkspaceCache::clear() const {
    uint64_t freed = 0;
    for (const Entry& entry : list())
        freed += remove(entry);
    return freed;
}

void WorkspaceCache::touch(const fs::path& workspace) {
    std::error_code error;
    fs::last_write_time(workspace, fs::file_time_type::clock::now(), error);
}

} // namespace aisle
