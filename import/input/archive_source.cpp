// Compressed streams and archives through libarchive, with named in-process filters and formats only:
// support_all would start external programs (lrzip, grzip) on a stranger's file.
//
// Everything is streamed, nothing is held, and UnpackGuard bounds what comes out: a bomb costs neither memory nor
// disk, and no more time than its size may.

#include "input/sources.h"

#include "text/format.h"
#include "text/utf8.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
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
    Reader(std::unique_ptr<ByteSource> source, std::string name, std::string_view container, UnpackGuard& guard)
        : m_source(std::move(source)), m_name(std::move(name)), m_container(container), m_guard(guard),
          m_buffer(kInputBytes), m_archive(archive_read_new()) {
        if (!m_archive)
            throw ImportError(m_name + " cannot be read: not enough memory");
        archive* const handle = m_archive.get();
        if (container == "zip") {
            archive_read_support_format_zip_streamable(handle);
            m_canSkip = dynamic_cast<SeekableSource*>(m_source.get()) != nullptr;
            if (m_canSkip) {
                archive_read_support_format_zip_seekable(handle);
                archive_read_set_seek_callback(handle, &Reader::seekCallback);
            }
        } else if (container == "tar") {
            archive_read_support_format_tar(handle);
        } else {
            // One filter and no other: what libarchive finds below it by itself would grow unseen.
            archive_read_append_filter(handle, filterOf(container));
            archive_read_support_format_raw(handle);
        }
        if (archive_read_open(handle, this, nullptr, &Reader::readCallback, nullptr) != ARCHIVE_OK)
            fail();
    }

    archive* handle() const { return m_archive.get(); }
    const std::string& name() const { return m_name; }
    UnpackGuard& guard() { return m_guard; }

    /// Block by block: archive_read_data() would lose what it has copied when the data breaks off behind it.
    size_t read(char* buffer, size_t size) {
        m_guard.check();
        while (m_gap == 0 && m_block.empty()) {
            if (m_isDamaged)
                fail();
            const void* data = nullptr;
            size_t bytes = 0;
            la_int64_t offset = 0;
            const int result = archive_read_data_block(m_archive.get(), &data, &bytes, &offset);
            if (m_error)
                std::rethrow_exception(m_error);
            if (result == ARCHIVE_EOF)
                return 0;
            if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
                fail();
            m_isDamaged = result == ARCHIVE_WARN; // a wrong checksum: said behind the data
            m_block = {static_cast<const char*>(data), bytes};
            m_gap = std::max<int64_t>(offset - m_offset, 0);
            m_offset += m_gap + static_cast<int64_t>(bytes);
        }
        const auto got = static_cast<size_t>(std::min<uint64_t>(m_gap != 0 ? static_cast<uint64_t>(m_gap) : m_block.size(), size));
        if (m_gap != 0) { // a sparse file has nothing there
            std::memset(buffer, 0, got);
            m_gap -= static_cast<int64_t>(got);
        } else {
            std::memcpy(buffer, m_block.data(), got);
            m_block.remove_prefix(got);
        }
        // Here, and not where it is read from the disk: a few bytes there may be hours of output.
        m_guard.count(got);
        return got;
    }

    /// To be called before the next member is read.
    void beginMember() {
        m_block = {};
        m_gap = m_offset = 0;
        m_isDamaged = false;
    }

    /// What is left of a member that nobody wanted to its end. libarchive would unpack it too, but unseen.
    void passOver() {
        if (m_canSkip)
            return; // by its size, without unpacking it
        try {
            char buffer[16 * 1024];
            while (read(buffer, sizeof buffer) != 0) {
            }
        } catch (const ImportError&) {
            m_guard.check(); // a damaged member costs itself only
        }
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
    static int filterOf(std::string_view container) {
        return container == "gzip"   ? ARCHIVE_FILTER_GZIP
               : container == "zstd" ? ARCHIVE_FILTER_ZSTD
               : container == "xz"   ? ARCHIVE_FILTER_XZ
                                     : ARCHIVE_FILTER_BZIP2;
    }

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
    UnpackGuard& m_guard;
    std::vector<char> m_buffer;
    std::unique_ptr<archive, FreeArchive> m_archive;
    std::exception_ptr m_error;
    bool m_canSkip = false, m_isDamaged = false;
    std::string_view m_block; ///< of libarchive's, not handed over yet
    int64_t m_gap = 0, m_offset = 0; ///< zeros in front of the block; where the next one is expected
};

class CompressedSource : public ByteSource {
public:
    CompressedSource(std::unique_ptr<ByteSource> source, std::string name, std::string_view container, UnpackGuard& guard)
        : m_reader(std::move(source), std::move(name), container, guard) {
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
    ArchiveInput(std::unique_ptr<ByteSource> source, std::string name, std::string_view container, UnpackGuard& guard)
        : m_reader(std::move(source), std::move(name), container, guard), m_container(container) {}

    std::optional<InputMember> next() override {
        for (;;) {
            if (m_inMember)
                m_reader.passOver();
            m_reader.guard().check();
            m_reader.beginMember();
            archive_entry* entry = nullptr;
            const int result = archive_read_next_header(m_reader.handle(), &entry);
            m_reader.check();
            m_inMember = true;
            if (result == ARCHIVE_EOF)
                return std::nullopt;
            if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
                m_reader.fail();
            const std::string inner = nameOf(entry);
            // Streamed zips do not always say what an entry is: a trailing slash is a directory as well.
            const auto type = archive_entry_filetype(entry);
            if (type == AE_IFDIR || inner.ends_with('/'))
                continue;
            const bool isFile = (type == AE_IFREG || type == 0) && archive_entry_hardlink(entry) == nullptr && archive_entry_symlink(entry) == nullptr;
            // macOS puts resource forks beside each file.
            if (inner.starts_with("__MACOSX/") || inner.find("/._") != std::string::npos)
                continue;
            m_reader.guard().countMember();
            InputMember member;
            member.name = m_reader.name() + "/" + inner;
            member.container = m_container;
            if (!isFile)
                member.source = failingSource(member.name + " is a link, pipe or device, which is not followed.");
            else if (archive_entry_is_encrypted(entry) != 0)
                member.source = failingSource(encrypted(member.name));
            else
                member.source = std::make_unique<MemberSource>(m_reader);
            return member;
        }
    }

private:
    /// As text for people; nothing is ever written under it, wherever it points.
    static std::string nameOf(archive_entry* entry) {
        const char* const name = archive_entry_pathname(entry); // none where the locale cannot write it
        const char* const text = name ? name : archive_entry_pathname_utf8(entry);
        return toUtf8(text ? text : "?");
    }

    Reader m_reader;
    std::string m_container;
    bool m_inMember = false;
};

} // namespace

void UnpackGuard::check() const {
    if (m_progress.isCancelled())
        throw Cancelled{};
    if (!m_exceeded.empty())
        throw ImportError(m_exceeded);
}

void UnpackGuard::count(uint64_t bytes) {
    m_unpacked += bytes;
    const uint64_t packed = m_packed != 0 ? m_packed : m_progress.bytesRead - m_readBefore;
    if (m_unpacked > std::max(m_limit, kUnpackRatio * packed))
        m_exceeded = m_name + " unpacks to more than " + formatBytes(m_limit) + " and more than " + formatCount(kUnpackRatio) +
                     " times its size; nothing behind that is read. If it is no trap, raise the limit: aisle import --max-unpacked";
    check();
}

void UnpackGuard::countMember() {
    if (++m_members > kUnpackMembers)
        m_exceeded = m_name + " holds more than " + formatCount(kUnpackMembers) + " files; nothing behind them is read. Unpack it "
                     "and import those you need";
    check();
}

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
                                           std::string_view container, UnpackGuard& guard) {
    return std::make_unique<CompressedSource>(std::move(source), std::move(name), container, guard);
}

std::unique_ptr<Input> openArchive(std::unique_ptr<ByteSource> source, std::string name, std::string_view container,
                                   UnpackGuard& guard) {
    return std::make_unique<ArchiveInput>(std::move(source), std::move(name), container, guard);
}

} // namespace aisle
