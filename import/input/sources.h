#pragma once
// The pieces that openInput() is made of; for import/input only.

#include "input/byte_source.h"

namespace aisle {

/// A source that can go back: a zip's directory, which says what is a link, is at its end.
class SeekableSource : public ByteSource {
public:
    /// As lseek(2); -1 when it cannot (a pipe).
    virtual int64_t seek(int64_t offset, int whence) = 0;
};

/// A file or standard input as it lies on disk; counts into `progress` and checks its cancel flag.
/// Throws ImportError with the path in one sentence.
std::unique_ptr<SeekableSource> openPlain(const std::filesystem::path& path, ImportProgress& progress);

/// Which container the first bytes are: "gzip", "zstd", "xz", "bzip2", "zip", "tar"; empty for none.
/// 512 bytes are enough.
std::string_view containerOf(std::string_view head);
bool isArchive(std::string_view container);
inline constexpr size_t kContainerHead = 512;

/// What all decompressors of one input share: it bounds what comes out of them, and looks at the cancel flag.
class UnpackGuard {
public:
    /// `packedBytes`: of the input; 0 when it is not known (a pipe), then what was read of it so far counts.
    UnpackGuard(std::string name, const ImportProgress& progress, uint64_t packedBytes, uint64_t limit)
        : m_name(std::move(name)), m_progress(progress), m_packed(packedBytes), m_readBefore(progress.bytesRead), m_limit(limit) {}
    /// So many bytes more came out of one of them. Throws Cancelled, and ImportError from the byte on that is too many.
    void count(uint64_t bytes);
    /// The same for one more file in an archive.
    void countMember();
    /// Throws ImportError when it has done so before: nothing more is unpacked.
    void check() const;

private:
    const std::string m_name;
    const ImportProgress& m_progress;
    const uint64_t m_packed, m_readBefore, m_limit;
    uint64_t m_unpacked = 0, m_members = 0;
    std::string m_exceeded;
};

/// Members of a zip or tar. `name` is for messages; `source` is read as the members are. `guard` outlives them.
std::unique_ptr<Input> openArchive(std::unique_ptr<ByteSource> source, std::string name, std::string_view container,
                                   UnpackGuard& guard);

/// What is inside a gzip, zstd, xz or bzip2 stream. `guard` outlives it.
std::unique_ptr<ByteSource> openCompressed(std::unique_ptr<ByteSource> source, std::string name,
                                           std::string_view container, UnpackGuard& guard);

/// Throws ImportError(`why`) when it is read: a member that cannot be, among others that can.
std::unique_ptr<ByteSource> failingSource(std::string why);

} // namespace aisle
