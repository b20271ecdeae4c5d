#pragma once
// Durations that a logarithmic axis is labelled with: 1, 10, 100 of a unit, then 1 min, 10 min, 1 h, 10 h, days.

#include <cstdint>
#include <vector>

namespace aisle {

/// Ascending, below `end` ns.
std::vector<int64_t> durationTicks(int64_t end);

} // namespace aisle
