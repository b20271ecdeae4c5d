#pragma once
// Sums of durations: four spans of 73 years, the longest there are, are past the largest number.

#include <algorithm>
#include <cstdint>
#include <limits>

namespace aisle {

/// Adds a value of 0 or more; stays at the largest number.
inline void addSaturated(int64_t& sum, int64_t value) {
    if (__builtin_add_overflow(sum, value, &sum))
        sum = std::numeric_limits<int64_t>::max();
}

/// A sum that was worked out wider, within what a number holds.
inline int64_t clamped(__int128 sum) {
    return static_cast<int64_t>(std::clamp<__int128>(sum, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()));
}

/// From one moment to another. Clocks of strangers may be further apart than a number holds.
inline int64_t timeBetween(int64_t from, int64_t to) { return clamped(static_cast<__int128>(to) - from); }

} // namespace aisle
