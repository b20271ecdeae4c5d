// Compressed streams and archives through libarchive, with named in-process filters and formats only:
// support_all would start external programs (lrzip, grzip) on a stranger's file.
//
// Everything is streamed, nothing is held: a bomb costs time that can be cancelled, not memory.

#include "input/sources.h"

#include <archive.h>
#include <archive_entry.h>

#include <cerrno>
#include <exception>
#include <vector>

namespace aisle {

namespace {

constexpr size_t kInputBytes = 128 * 1024;

std::string encrypted(const std::string& name) {
    return name + " is protected by a password; unpack it and open what is inside";
}

struct FreeArchive {
    void operator()(archive* handle) const { archive_read_free(handle); }
};

/// A libarchive handle that reads from a ByteSource. Its exceptions are carried around libarchive's C.
class Reader {
public:
    Reader(std::unique_ptr<ByteSource> source, std::string name, std::string_view container,
           const ImportProgress& progress)
        : m_source(std::move(source)), m_name(std::move(name)), m_container(container), m_progress(progress),
          m_buffer(kInputBytes),
          m_archive(archive_read_new()) {
        if (!m_archive)
            throw ImportError(m_name + " cannot be read: not enough memory");
        archive* const handle = m_archive.get();
        if (container == "gzip")
            archive_read_support_filter_gzip(handle);
        else if (container == "zstd")
            archive_read_support_filter_zstd(handle);
        else if (container == "xz")
            archive_read_support_filter_xz(handle);
        else if (container == "bzip2")
            archive_read_support_filter_bzip2(handle);
        if (container == "zip") {
            archive_read_support_format_zip_streamable(handle);
            if (dynamic_cast<SeekableSource*>(m_source.get())) {
                archive_read_support_format_zip_seekable(handle);
                archive_read_set_seek_callback(handle, &Reader::seekCallback);
            }
        } else if (container == "tar") {
            archive_read_support_format_tar(handle);
        } else {
            archive_read_support_format_raw(handle);
        }
        if (archive_read_open(handle, this, nullptr, &Reader::readCallback, nullptr) != ARCHIVE_OK)
            fail();
    }

    archive* handle() const { return m_archive.get(); }
    const std::string& name() const { return m_name; }

    size_t read(char* buffer, size_t size) {
        // Here too: a few bytes of input may be hours of output, and of input to the next decompressor.
        if (m_progress.isCancelled())
            throw Cancelled{};
        const la_ssize_t got = archive_read_data(m_archive.get(), buffer, size);
        if (m_error)
            std::rethrow_exception(m_error);
        if (got < 0)
            fail();
        return static_cast<size_t>(got);
    }

    [[noreturn]] void fail() {
        if (m_error)
            std::rethrow_exception(m_error);
        const char* const text = archive_error_string(m_archive.get());
        const std::string reason = text ? text : "unknown error";
        if (reason.find("ncrypt") != std::string::npos || reason.find("assphrase") != std::string::npos)
            throw ImportError(encrypted(m_name));
        std::string sentence = m_name + " cannot be unpacked: its ";
        sentence += m_container;
        throw ImportError(sentence + " data is damaged or cut off (" + reason + ")");
    }


    void check() {
        if (m_error)
            std::rethrow_exception(m_error);
    }

private:
    static la_ssize_t readCallback(archive* handle, void* self, const void** buffer) {
        auto* const reader = static_cast<Reader*>(self);
        try {
            *buffer = reader->m_buffer.data();
            return static_cast<la_ssize_t>(reader->m_source->read(reader->m_buffer.data(), kInputBytes));
        } catch (...) {
            reader->m_error = std::current_exception();
            archive_set_error(handle, EIO, "read stopped");
            return -1;
        }
    }

    static la_int64_t seekCallback(archive*, void* self, la_int64_t offset, int whence) {
        auto* const source = dynamic_cast<SeekableSource*>(static_cast<Reader*>(self)->m_source.get());
        const int64_t at = source ? source->seek(offset, whence) : -1;
        return at < 0 ? ARCHIVE_FATAL : at;
    }

    std::unique_ptr<ByteSource> m_source;
    std::string m_name;
    std::string m_container;
    const ImportProgress& m_progress;
    std::vector<char> m_buffer;
    std::unique_ptr<archive, FreeArchive> m_archive;
    std::exception_ptr m_error;
};

class CompressedSource : public ByteSource {
public:
    CompressedSource(std::unique_ptr<ByteSource> source, std::string name, std::string_view container,
                     const ImportProgress& progress)
        : m_reader(std::move(source), std::move(name), container, progress) {
        archive_entry* entry = nullptr;
        const int result = archive_read_next_header(m_reader.handle(), &entry);
        m_reader.check();
        m_ended = result == ARCHIVE_EOF; // nothing inside
        if (result != ARCHIVE_OK && !m_ended)
            m_reader.fail();
    }

    size_t read(char* buffer, size_t size) override { return m_ended ? 0 : m_reader.read(buffer, size); }

private:
    Reader m_reader;
    bool m_ended = false;
};

/// The member that the archive is at; the archive outlives it.
class MemberSource : public ByteSource {
public:
    explicit MemberSource(Reader& reader) : m_reader(reader) {}
    size_t read(char* buffer, size_t size) override { return m_reader.read(buffer, size); }

private:
    Reader& m_reader;
};

class ArchiveInput : public Input {
public:
    ArchiveInput(std::unique_ptr<ByteSource> source, std::string name, std::string_view container,
                 ImportProgress& progress)
        : m_reader(std::move(source), std::move(name), container, progress), m_container(container),
          m_progress(progress) {}

    std::optional<InputMember> next() override {
        for (;;) {
            if (m_progress.isCancelled())
                throw Cancelled{};
            archive_entry* entry = nullptr;
            const int result = archive_read_next_header(m_reader.handle(), &entry);
            m_reader.check();
            if (result == ARCHIVE_EOF)
                return std::nullopt;
            if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
                m_reader.fail();
            const char* const path = archive_entry_pathname(entry);
            const std::string inner = path ? path : "?";
            // Streamed zips do not always say what an entry is: a trailing slash is a directory as well.
            const auto type = archive_entry_filetype(entry);
            const bool file = (type == AE_IFREG || type == 0) && !inner.ends_with('/') &&
                              archive_entry_hardlink(entry) == nullptr && archive_entry_symlink(entry) == nullptr;
            if (!file)
                continue;
            // macOS puts resource forks beside each file.
            if (inner.starts_with("__MACOSX/") || inner.find("/._") != std::string::npos)
                continue;
            InputMember member;
            member.name = m_reader.name() + "/" + inner;
            member.container = m_container;
            member.source = archive_entry_is_encrypted(entry) != 0
                                ? failingSource(encrypted(member.name))
                                : std::make_unique<MemberSource>(m_reader);
            return member;
        }
    }

private:
    Reader m_reader;
    std::string m_container;
    ImportProgress& m_progress;
};

} // namespace

std::string_view containerOf(std::string_view head) {
    using namespace std::string_view_literals;
    if (head.starts_with("\x1f\x8b"sv))
        return "gzip";
    if (head.starts_with("\x28\xb5\x2f\xfd"sv))
        return "zstd";
    // A skippable frame in front of the first real one (pzstd, zstd --adapt).
    if (head.size() >= 4 && (static_cast<unsigned char>(head[0]) & 0xf0U) == 0x50 && head.substr(1, 3) == "\x2a\x4d\x18"sv)
        return "zstd";
    if (head.starts_with("\xfd\x37zXZ\0"sv))
        return "xz";
    if (head.size() >= 10 && head.starts_with("BZh"sv) && head[3] >= '1' && head[3] <= '9' &&
        (head.substr(4, 6) == "1AY&SY"sv || head.substr(4, 6) == "\x17\x72\x45\x38\x50\x90"sv))
        return "bzip2";
    if (head.starts_with("PK\x03\x04"sv) || head.starts_with("PK\x05\x06"sv) || head.starts_with("PK\x07\x08PK"sv))
        return "zip";
    if (head.size() >= 262 && head.substr(257, 5) == "ustar"sv)
        return "tar";
    return {};
}

bool isArchive(std::string_view container) { return container == "zip" || container == "tar"; }

std::unique_ptr<ByteSource> openCompressed(std::unique_ptr<ByteSource> source, std::string name,
                                           std::string_view container, const ImportProgress& progress) {
    return std::make_unique<CompressedSource>(std::move(source), std::move(name), container, progress);
}

std::unique_ptr<Input> openArchive(std::unique_ptr<ByteSource> source, std::string name, std::string_view container,
                                   ImportProgress& progress) {
    return std::make_unique<ArchiveInput>(std::move(source), std::move(name), container, progress);
}

} // namespace aisle
