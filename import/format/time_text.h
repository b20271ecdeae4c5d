#pragma once
// Times and durations that formats write as text, to nanoseconds; exactly, never through double.

#include <cstdint>
#include <optional>
#include <string_view>

namespace aisle {

/// RFC 3339: "2026-11-24T22:57:16.123456789Z", "...+01:00"; nanoseconds since the Unix epoch. More than nine
/// digits of a second are cut. Nothing when it is no such time, has no offset, or does not fit.
std::optional<int64_t> nanosFromRfc3339(std::string_view text);

/// Protobuf's JSON mapping of a duration: "1.5s", "-0.000005s".
std::optional<int64_t> nanosFromSeconds(std::string_view text);

/// RFC 3339 in nanoseconds since the epoch; also without a zone or with " UTC" behind it (both UTC).
std::optional<int64_t> timeFromText(std::string_view text);

/// The same, or a number since the epoch whose size says its unit (s, ms, us or ns; the bounds are the years 1973
/// and 5138 in each).
std::optional<int64_t> timeOfAnyForm(std::string_view text);

/// .NET's TimeSpan in nanoseconds: [-][d.]hh:mm:ss[.fffffff]
std::optional<int64_t> durationFromClock(std::string_view text);

} // namespace aisle
