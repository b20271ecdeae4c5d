#pragma once
// Sources that give an input in pieces: what is read from them must not depend on where the pieces end.

#include "input/byte_source.h"

#include <algorithm>
#include <cstring>

namespace aisle::fuzz {

/// Gives at most `step` bytes per read, of memory that it does not own.
class PiecewiseSource : public ByteSource {
public:
    PiecewiseSource(std::string_view bytes, size_t step) : m_left(bytes), m_step(step) {}
    size_t read(char* buffer, size_t size) override {
        const size_t got = std::min({size, m_step, m_left.size()});
        std::memcpy(buffer, m_left.data(), got);
        m_left.remove_prefix(got);
        return got;
    }

private:
    std::string_view m_left;
    size_t m_step;
};

/// Steps that put the ends of pieces anywhere: single bytes, and more than a vector register holds.
inline size_t stepFor(uint64_t dice, size_t bytes) {
    constexpr size_t kSteps[] = {1, 2, 3, 7, 63, 64, 65, 1000};
    return std::max(kSteps[dice % std::size(kSteps)], bytes / 4096); // a large input in no more than 4,096 pieces
}

} // namespace aisle::fuzz
