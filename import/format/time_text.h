#pragma once
// Times and durations written as text for people.

#include <cstdint>
#include <optional>
#include <string_view>

namespace aisle {

/// RFC 3339 in nanoseconds since the epoch; also without a zone or with " UTC" behind it (both UTC).
std::optional<int64_t> timeFromText(std::string_view text);

/// .NET's TimeSpan in nanoseconds: [-][d.]hh:mm:ss[.fffffff]
std::optional<int64_t> durationFromClock(std::string_view text);

} // namespace aisle
