#pragma once
// A rolling window over a ByteSource for binary formats: look at the next bytes, take them, skip any number.

#include "input/byte_source.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace aisle {

class ByteWindow {
public:
    explicit ByteWindow(ByteSource& source) : m_source(source) {}

    /// Makes `bytes` available at data(); false when the input ends before.
    bool have(size_t bytes) {
        while (m_end - m_position < bytes)
            if (!fill(bytes))
                return false;
        return true;
    }
    const char* data() const { return m_buffer.get() + m_position; }
    size_t available() const { return m_end - m_position; }
    std::string_view view(size_t bytes) const { return {data(), std::min(bytes, available())}; }
    uint64_t offset() const { return m_base + m_position; }
    /// `bytes` must be available.
    void advance(size_t bytes) { m_position += bytes; }
    /// False when the input ends before `target`, an offset not before this one.
    bool skipTo(uint64_t target) {
        while (offset() < target) {
            if (available() == 0 && !fill(1))
                return false;
            advance(static_cast<size_t>(std::min<uint64_t>(available(), target - offset())));
        }
        return true;
    }

private:
    static constexpr size_t kReadBytes = 256 * 1024;

    bool fill(size_t bytes) {
        const size_t used = available();
        const size_t wanted = std::max(bytes, used + kReadBytes);
        if (m_position != 0 && used != 0)
            std::memmove(m_buffer.get(), data(), used);
        m_base += m_position;
        m_position = 0;
        m_end = used;
        if (wanted > m_capacity) {
            // Doubling, and only by what was really read: a length field alone must not allocate 64 MB.
            const size_t capacity = std::max(used + kReadBytes, 2 * m_capacity);
            auto larger = std::make_unique_for_overwrite<char[]>(capacity);
            if (used != 0)
                std::memcpy(larger.get(), m_buffer.get(), used);
            m_buffer = std::move(larger);
            m_capacity = capacity;
        }
        const size_t got = m_source.read(m_buffer.get() + m_end, std::min(m_capacity - m_end, kReadBytes));
        m_end += got;
        return got != 0;
    }

    ByteSource& m_source;
    std::unique_ptr<char[]> m_buffer;
    size_t m_capacity = 0, m_position = 0, m_end = 0;
    uint64_t m_base = 0;
};

} // namespace aisle
