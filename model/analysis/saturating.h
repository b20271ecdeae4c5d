#pragma once
// Sums of durations: four spans of 73 years, the longest there are, are past the largest number.

#include <cstdint>
#include <limits>

namespace aisle {

/// Adds a value of 0 or more; stays at the largest number.
inline void addSaturated(int64_t& sum, int64_t value) {
    if (__builtin_add_overflow(sum, value, &sum))
        sum = std::numeric_limits<int64_t>::max();
}

} // namespace aisle
