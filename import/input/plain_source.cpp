// Plain files are read directly, without libarchive: large reads straight into the splitter's window, which is
// the only copy.

#include "input/sources.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aisle {

namespace {

class PlainSource : public SeekableSource {
public:
    PlainSource(int descriptor, std::string name, ImportProgress& progress)
        : m_descriptor(descriptor), m_name(std::move(name)), m_progress(progress) {
        struct stat status = {};
        m_mayBlock = ::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode);
    }
    ~PlainSource() override {
        if (m_descriptor > 2)
            ::close(m_descriptor);
    }
    PlainSource(const PlainSource&) = delete;
    PlainSource& operator=(const PlainSource&) = delete;

    size_t read(char* buffer, size_t size) override {
        for (;;) {
            if (m_progress.isCancelled())
                throw Cancelled{};
            // A pipe may be silent for ever: look at the cancel flag five times a second.
            pollfd waiting{m_descriptor, POLLIN, 0};
            if (m_mayBlock && ::poll(&waiting, 1, 200) == 0)
                continue;
            const ssize_t got = ::read(m_descriptor, buffer, size);
            if (got >= 0) {
                m_progress.bytesRead.fetch_add(static_cast<uint64_t>(got), std::memory_order_relaxed);
                return static_cast<size_t>(got);
            }
            if (errno == EISDIR)
                throw ImportError(m_name + " is a directory, not a file");
            if (errno != EINTR)
                throw ImportError(m_name + " cannot be read: " + std::strerror(errno));
        }
    }

    int64_t seek(int64_t offset, int whence) override { return ::lseek(m_descriptor, offset, whence); }

private:
    int m_descriptor;
    std::string m_name;
    ImportProgress& m_progress;
    bool m_mayBlock = false;
};

class MemorySource : public ByteSource {
public:
    MemorySource(std::string bytes, std::unique_ptr<ByteSource> tail)
        : m_bytes(std::move(bytes)), m_tail(std::move(tail)) {}

    size_t read(char* buffer, size_t size) override {
        const size_t left = m_bytes.size() - m_position;
        if (left == 0)
            return m_tail ? m_tail->read(buffer, size) : 0;
        const size_t got = std::min(left, size);
        std::memcpy(buffer, m_bytes.data() + m_position, got);
        m_position += got;
        if (m_position == m_bytes.size()) {
            m_bytes = {};
            m_position = 0;
        }
        return got;
    }

private:
    std::string m_bytes;
    std::unique_ptr<ByteSource> m_tail;
    size_t m_position = 0;
};

class FailingSource : public ByteSource {
public:
    explicit FailingSource(std::string why) : m_why(std::move(why)) {}
    size_t read(char*, size_t) override { throw ImportError(m_why); }

private:
    std::string m_why;
};

} // namespace

std::unique_ptr<SeekableSource> openPlain(const std::filesystem::path& path, ImportProgress& progress) {
    if (path == "-")
        return std::make_unique<PlainSource>(STDIN_FILENO, "standard input", progress);
    const std::string name = path.string();
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        switch (errno) {
        case ENOENT:
        case ENOTDIR: throw ImportError(name + " does not exist");
        case EACCES: throw ImportError(name + " cannot be read: permission denied");
        default: throw ImportError(name + " cannot be opened: " + std::strerror(errno));
        }
    }
    auto source = std::make_unique<PlainSource>(descriptor, name, progress);
    struct stat status = {};
    if (::fstat(descriptor, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            throw ImportError(name + " is a directory, not a file");
        // A terminal and a pipe end some time, /dev/zero does not.
        if (S_ISSOCK(status.st_mode) || S_ISBLK(status.st_mode) || (S_ISCHR(status.st_mode) && ::isatty(descriptor) == 0))
            throw ImportError(name + " is a device or a socket, not a file");
        if (S_ISREG(status.st_mode))
            progress.bytesTotal.fetch_add(static_cast<uint64_t>(status.st_size), std::memory_order_relaxed);
    }
    // O_NONBLOCK only kept the open of a pipe without a writer from hanging.
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
    ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
    return source;
}

std::unique_ptr<ByteSource> failingSource(std::string why) { return std::make_unique<FailingSource>(std::move(why)); }

std::unique_ptr<ByteSource> memorySource(std::string bytes) {
    return std::make_unique<MemorySource>(std::move(bytes), nullptr);
}

std::unique_ptr<ByteSource> concatenate(std::string head, std::unique_ptr<ByteSource> tail) {
    return std::make_unique<MemorySource>(std::move(head), std::move(tail));
}

std::unique_ptr<ByteSource> concatenate(std::string head, ByteSource& tail) {
    class Lent : public ByteSource {
    public:
        explicit Lent(ByteSource& source) : source_(source) {}
        size_t read(char* buffer, size_t size) override { return source_.read(buffer, size); }

    private:
        ByteSource& source_;
    };
    return concatenate(std::move(head), std::make_unique<Lent>(tail));
}

void readHead(ByteSource& source, size_t size, std::string& head) {
    size_t used = head.size();
    head.resize(size);
    try {
        while (used < size) {
            const size_t got = source.read(head.data() + used, size - used);
            if (got == 0)
                break;
            used += got;
        }
    } catch (...) {
        head.resize(used);
        throw;
    }
    head.resize(used);
}

} // namespace aisle
