#pragma once
// Buckets for durations that can be added and taken away one by one: 64 to an octave, each evenly divided, as in HdrHistogram
// (https://github.com/HdrHistogram/HdrHistogram). What stands for a bucket is its middle, at most 0.8 % from any value in it.

#include <algorithm>
#include <bit>
#include <cstdint>

namespace aisle {

inline constexpr int kBucketBits = 6;
inline constexpr uint16_t kBuckets = (64 - kBucketBits) << kBucketBits;

/// Of a value >= 0.
constexpr uint16_t bucketOf(int64_t value) {
    const auto v = static_cast<uint64_t>(value);
    const int octave = std::max(0, static_cast<int>(std::bit_width(v)) - kBucketBits - 1);
    return static_cast<uint16_t>((static_cast<uint64_t>(octave) << kBucketBits) + (v >> octave));
}

/// The middle of a bucket; below 128 the value itself.
constexpr int64_t bucketMiddle(uint16_t bucket) {
    constexpr int kPart = 1 << kBucketBits;
    const int octave = std::max(0, (bucket >> kBucketBits) - 1);
    const int64_t part = bucket - octave * kPart;
    return (part << octave) + ((int64_t(1) << octave) >> 1);
}

} // namespace aisle
