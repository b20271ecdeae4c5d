#pragma once
// Times and durations written as text for people.

#include <cstdint>
#include <optional>
#include <string_view>

namespace aisle {

/// RFC 3339 in nanoseconds since the epoch; also without a zone or with " UTC" behind it (both UTC).
std::optional<int64_t> timeFromText(std::string_view text);

/// The same, or a number since the epoch whose size says its unit (s, ms, us or ns; the bounds are the years 1973
/// and 5138 in each).
std::optional<int64_t> timeOfAnyForm(std::string_view text);

/// .NET's TimeSpan in nanoseconds: [-][d.]hh:mm:ss[.fffffff]
std::optional<int64_t> durationFromClock(std::string_view text);

} // namespace aisle
