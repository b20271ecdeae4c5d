#pragma once
// Round numbers that a linear axis of counts is labelled with: steps of 1, 2 or 5 times a power of ten.

#include <cstdint>
#include <vector>

namespace aisle {

/// 0 and multiples of the smallest such step that leaves `room` px between two, up to `most`, which is `length` px from 0.
std::vector<uint64_t> countTicks(uint64_t most, double length, double room);

} // namespace aisle
