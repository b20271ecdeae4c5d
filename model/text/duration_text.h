#pragma once
// Durations as people write them, and as formatDuration() does: 1h30m, "10 min 00 s", "2 days", 1.5h.

#include <cstdint>
#include <string_view>

namespace aisle {

/// ns. Each part has a unit, from large to small; false: it is none, or more than 64 bits hold.
bool parseDurationText(std::string_view text, int64_t& ns);

} // namespace aisle
