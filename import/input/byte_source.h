#pragma once
// Bytes of one input after decompression, read forward only.
//
// An input is a file or standard input; openInput() looks at its first bytes and gives its members: one for
// a plain or compressed file, several for an archive. Thread: the import job's reader thread only.

#include "table/cancel.h"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

/// Why an input cannot be read, in one sentence a person can act on.
struct ImportError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Thrown out of read() when the job was cancelled.
struct Cancelled {};

/// Shared between the job's threads and whoever watches it.
struct ImportProgress {
    std::atomic<uint64_t> bytesRead{0};  ///< of the input as it lies on disk (compressed)
    std::atomic<uint64_t> bytesTotal{0}; ///< 0: not known (standard input)
    std::atomic<uint64_t> spans{0};
    std::atomic<bool> cancel{false};
    StopToken stop; ///< cancels as well
    bool isCancelled() const { return cancel.load(std::memory_order_relaxed) || stop.isStopped(); }
};

class ByteSource {
public:
    virtual ~ByteSource() = default;
    /// Fills up to `size` bytes; 0 only at the end. Throws ImportError and Cancelled.
    virtual size_t read(char* buffer, size_t size) = 0;
};

/// One member of an input.
struct InputMember {
    std::string name;                    ///< path, or "archive.zip/inner.json": nameWithin() gives the inner one
    std::string container;               ///< "gzip", "zip", ... ; empty when plain
    std::unique_ptr<ByteSource> source;  ///< valid until the next call of next()
};

/// The member's path within the archive at `path`; empty for the input itself.
std::string nameWithin(const std::filesystem::path& path, const std::string& name);

class Input {
public:
    virtual ~Input() = default;
    /// The next member that is a file; nothing after the last. Throws ImportError (broken archive, password,
    /// directory, permission) and Cancelled.
    virtual std::optional<InputMember> next() = 0;
};

/// An input that was packed may grow to so many bytes in all, or to kUnpackRatio times its size where that is more:
/// it stops there with an ImportError. Trace files shrink to a tenth, the most repetitive to a thousandth.
inline constexpr uint64_t kUnpackBytes = 1ULL << 30;
inline constexpr uint64_t kUnpackRatio = 1000;
/// Files in one input; a workspace holds no more.
inline constexpr uint64_t kUnpackMembers = 65535;

/// `path` "-" is standard input. `progress` must outlive the input. Throws ImportError.
std::unique_ptr<Input> openInput(const std::filesystem::path& path, ImportProgress& progress,
                                 uint64_t unpackBytes = kUnpackBytes);

/// The files in a folder and its folders, sorted. Hidden ones are left out, and what may lead round in circles or
/// never end, which is counted.
struct FolderContent {
    std::vector<std::filesystem::path> files;
    uint64_t links = 0, special = 0; ///< symbolic links; pipes, sockets and devices
    uint64_t unreadable = 0;         ///< folders within
};
FolderContent filesIn(const std::filesystem::path& folder);

/// A source over bytes in memory (the sniffed head, tests).
std::unique_ptr<ByteSource> memorySource(std::string bytes);
/// Reads until `head` has `size` bytes, fewer only at the end. When it throws, what came before is in `head`.
void readHead(ByteSource& source, size_t size, std::string& head);
inline std::string readHead(ByteSource& source, size_t size) {
    std::string head;
    readHead(source, size, head);
    return head;
}
/// Bytes already read (`head`), then the rest of `tail`, which may be owned by someone who outlives it.
std::unique_ptr<ByteSource> concatenate(std::string head, std::unique_ptr<ByteSource> tail);
std::unique_ptr<ByteSource> concatenate(std::string head, ByteSource& tail);

} // namespace aisle
