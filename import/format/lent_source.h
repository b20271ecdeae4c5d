#pragma once
// For importers that must see the head of their input before they read it.

#include "input/byte_source.h"

namespace aisle {

/// Reads up to `size` bytes.
inline std::string readHead(ByteSource& input, size_t size) {
    std::string head(size, '\0');
    size_t used = 0;
    while (used < size) {
        const size_t got = input.read(head.data() + used, size - used);
        if (got == 0)
            break;
        used += got;
    }
    head.resize(used);
    return head;
}

/// A source that someone else owns, to concatenate() behind the head.
class LentSource : public ByteSource {
public:
    explicit LentSource(ByteSource& source) : m_source(source) {}
    size_t read(char* buffer, size_t size) override { return m_source.read(buffer, size); }

private:
    ByteSource& m_source;
};

} // namespace aisle
