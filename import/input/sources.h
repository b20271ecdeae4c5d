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

/// Members of a zip or tar. `name` is for messages; `source` is read as the members are.
std::unique_ptr<Input> openArchive(std::unique_ptr<ByteSource> source, std::string name, std::string_view container,
                                   ImportProgress& progress);

/// What is inside a gzip, zstd, xz or bzip2 stream.
std::unique_ptr<ByteSource> openCompressed(std::unique_ptr<ByteSource> source, std::string name,
                                           std::string_view container, const ImportProgress& progress);

/// Throws ImportError(`why`) when it is read: a member that cannot be, among others that can.
std::unique_ptr<ByteSource> failingSource(std::string why);

/// Reads up to `size` bytes, fewer only at the end.
std::string readHead(ByteSource& source, size_t size);

} // namespace aisle
