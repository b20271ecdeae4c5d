#pragma once
// Numbers and times as Aisle writes them, everywhere alike. Text is UTF-8.

#include <cstdint>
#include <string>
#include <string_view>

namespace aisle {

/// Three significant digits with a unit: 983 µs, 1.24 ms, 2 min 05 s, 3 h 12 min. `ns` may be negative.
std::string formatDuration(int64_t ns);
/// The same of a time between two things: "at once" where it is 0.
std::string formatWait(int64_t ns);
/// 64,151
std::string formatCount(uint64_t count);
/// "1 trace", "8,043 traces".
std::string counted(uint64_t n, std::string_view one, std::string_view many);
/// 12.3 MB (powers of ten)
std::string formatBytes(uint64_t bytes);
/// 12.3 %, at most one decimal; `share` from 0 to 1. Below 0.05 % but not zero: "<0.1 %".
std::string formatPercent(double share);
/// 1.2 /s, three significant digits.
std::string formatRate(double perSecond);

/// 2026-03-14 09:00:00.123456 in the user's zone or UTC; as many decimals (0, 3, 6, 9) as asked for.
struct TimeZone {
    bool utc = false;
};
std::string formatTime(int64_t ns, TimeZone zone = {}, int decimals = 3);
/// 09:00:00.123 of the same.
std::string formatClock(int64_t ns, TimeZone zone = {}, int decimals = 3);
/// Name of the zone at that time: "UTC", "CET".
std::string zoneName(int64_t ns, TimeZone zone = {});
/// RFC 3339 in UTC with nanoseconds, as in scopes: 2026-03-14T09:00:00.123456789Z
std::string formatRfc3339(int64_t ns);
/// The reverse; false when the text is none. Fractions up to nine digits; the zone is Z or an offset.
bool parseRfc3339(std::string_view text, int64_t& ns);
/// A duration as TraceQL writes it, exact: 100ms, 1.5s, 2h.
std::string formatDurationLiteral(int64_t ns);
bool parseDurationLiteral(std::string_view text, int64_t& ns);

} // namespace aisle
