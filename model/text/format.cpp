#include "text/format.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace aisle {

namespace {

struct Unit {
    const char* name;
    double ns;
};

std::string threeDigits(double value) {
    const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    std::array<char, 64> text;
    const int n = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    std::string out(text.data(), static_cast<size_t>(n));
    return out;
}

std::string print(const char* format, auto... values) {
    std::array<char, 96> text;
    const int n = std::snprintf(text.data(), text.size(), format, values...);
    return {text.data(), static_cast<size_t>(n)};
}

int64_t floorDiv(int64_t a, int64_t b) { return a / b - (a % b < 0); }

std::tm brokenDown(int64_t ns, TimeZone zone) {
    const auto seconds = static_cast<std::time_t>(floorDiv(ns, 1000000000));
    std::tm tm{};
    if (zone.utc)
        gmtime_r(&seconds, &tm);
    else
        localtime_r(&seconds, &tm);
    return tm;
}

std::string fraction(int64_t ns, int decimals) {
    if (decimals <= 0)
        return {};
    const int64_t part = ns - floorDiv(ns, 1000000000) * 1000000000;
    return "." + print("%09lld", static_cast<long long>(part)).substr(0, static_cast<size_t>(decimals));
}

} // namespace

std::string formatDuration(int64_t ns) {
    if (ns < 0)
        return "\xe2\x88\x92" + formatDuration(ns == INT64_MIN ? INT64_MAX : -ns);
    if (ns == 0)
        return "0 ns";
    const auto value = static_cast<double>(ns);
    if (ns < 1000)
        return print("%lld ns", static_cast<long long>(ns));
    if (value < 999.5e3)
        return threeDigits(value / 1e3) + " \xc2\xb5s";
    if (value < 999.5e6)
        return threeDigits(value / 1e6) + " ms";
    if (value < 59.95e9)
        return threeDigits(value / 1e9) + " s";
    const int64_t seconds = ns / 1000000000 + (ns % 1000000000 >= 500000000 ? 1 : 0);
    if (seconds < 3600)
        return print("%lld min %02lld s", static_cast<long long>(seconds / 60), static_cast<long long>(seconds % 60));
    const int64_t minutes = (seconds + 30) / 60;
    if (minutes < 24 * 60)
        return print("%lld h %02lld min", static_cast<long long>(minutes / 60), static_cast<long long>(minutes % 60));
    const int64_t hours = (minutes + 30) / 60;
    return print("%lld d %02lld h", static_cast<long long>(hours / 24), static_cast<long long>(hours % 24));
}

std::string formatWait(int64_t ns) { return ns == 0 ? "at once" : formatDuration(ns); }

std::string formatCount(uint64_t count) {
    std::string digits = std::to_string(count);
    for (size_t at = digits.size(); at > 3; at -= 3)
        digits.insert(at - 3, ",");
    return digits;
}

std::string counted(uint64_t n, std::string_view one, std::string_view many) {
    return formatCount(n).append(" ").append(n == 1 ? one : many);
}

std::string formatBytes(uint64_t bytes) {
    static constexpr std::array<Unit, 4> units = {{{" kB", 1e3}, {" MB", 1e6}, {" GB", 1e9}, {" TB", 1e12}}};
    if (bytes < 1000)
        return std::to_string(bytes) + " bytes";
    const auto value = static_cast<double>(bytes);
    size_t i = 0;
    while (i + 1 < units.size() && value / units[i].ns >= 999.5)
        ++i;
    return threeDigits(value / units[i].ns) + units[i].name;
}

std::string formatPercent(double share) {
    const double percent = share * 100;
    if (!std::isfinite(percent))
        return "\xe2\x80\x93";
    if (percent > 0 && percent < 0.05)
        return "<0.1 %";
    if (percent == 0 || percent >= 99.95)
        return print("%.0f %%", percent);
    return print("%.1f %%", percent);
}

std::string formatRate(double perSecond) {
    if (!std::isfinite(perSecond))
        return "\xe2\x80\x93";
    if (perSecond >= 999.5)
        return formatCount(static_cast<uint64_t>(std::llround(perSecond))) + " /s";
    // In the shortest unit of which there is at least one: "0.00 /min" said that nothing had happened.
    if (perSecond > 0 && perSecond < 0.005 / 86400)
        return "<0.01 /day";
    if (perSecond > 0 && perSecond < 1 / 3600.0)
        return threeDigits(perSecond * 86400) + " /day";
    if (perSecond > 0 && perSecond < 1 / 60.0)
        return threeDigits(perSecond * 3600) + " /h";
    if (perSecond > 0 && perSecond < 0.0995)
        return threeDigits(perSecond * 60) + " /min";
    return threeDigits(perSecond) + " /s";
}

std::string formatTime(int64_t ns, TimeZone zone, int decimals) {
    const std::tm tm = brokenDown(ns, zone);
    return print("%04d-%02d-%02d ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) + formatClock(ns, zone, decimals);
}

std::string formatClock(int64_t ns, TimeZone zone, int decimals) {
    const std::tm tm = brokenDown(ns, zone);
    return print("%02d:%02d:%02d", tm.tm_hour, tm.tm_min, tm.tm_sec) + fraction(ns, decimals);
}

std::string zoneName(int64_t ns, TimeZone zone) {
    if (zone.utc)
        return "UTC";
    const std::tm tm = brokenDown(ns, zone);
    return tm.tm_zone != nullptr ? tm.tm_zone : "local time";
}

std::string formatRfc3339(int64_t ns) {
    const std::tm tm = brokenDown(ns, {true});
    return print("%04d-%02d-%02dT%02d:%02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
                 tm.tm_sec) +
           fraction(ns, 9) + "Z";
}

bool parseRfc3339(std::string_view text, int64_t& ns) {
    const std::string copy(text.substr(0, 64));
    constexpr std::string_view shape = "dddd-dd-dd dd:dd:dd"; // sscanf alone takes signs and spaces as digits
    for (size_t i = 0; i < shape.size(); ++i)
        if (i >= copy.size() || (shape[i] == 'd') != (copy[i] >= '0' && copy[i] <= '9'))
            return false;
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
    if (std::sscanf(copy.c_str(), "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &used) < 6 ||
        used == 0 || year < 1951 || year > 2116 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || second < 0 || second > 60)
        return false;
    std::string_view rest = std::string_view(copy).substr(static_cast<size_t>(used));
    int64_t part = 0;
    if (!rest.empty() && rest.front() == '.') {
        rest.remove_prefix(1);
        if (rest.empty() || rest.front() < '0' || rest.front() > '9')
            return false;
        int64_t unit = 100000000;
        while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
            part += (rest.front() - '0') * unit;
            unit /= 10;
            rest.remove_prefix(1);
        }
    }
    int64_t offset = 0;
    if (rest == "Z" || rest == "z") {
        offset = 0;
    } else if (rest.size() == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':') {
        for (const size_t i : {1U, 2U, 4U, 5U})
            if (rest[i] < '0' || rest[i] > '9')
                return false;
        offset = ((rest[1] - '0') * 10 + rest[2] - '0') * 3600 + ((rest[4] - '0') * 10 + rest[5] - '0') * 60;
        if (rest[0] == '-')
            offset = -offset;
    } else {
        return false;
    }
    std::tm tm{};
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    tm.tm_mday = day;
    tm.tm_hour = hour;
    tm.tm_min = minute;
    tm.tm_sec = second;
    const std::time_t seconds = timegm(&tm);
    if (tm.tm_mday != day && second < 60) // 30 February
        return false;
    ns = (static_cast<int64_t>(seconds) - offset) * 1000000000 + part;
    return true;
}

namespace {
constexpr std::array<Unit, 6> kLiteralUnits = {
    {{"h", 3600e9}, {"m", 60e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}}};
}

std::string formatDurationLiteral(int64_t ns) {
    for (const Unit& unit : kLiteralUnits) {
        const auto size = static_cast<int64_t>(unit.ns);
        if (ns != 0 && ns % size == 0)
            return std::to_string(ns / size) + unit.name;
    }
    return "0s";
}

bool parseDurationLiteral(std::string_view text, int64_t& ns) {
    const size_t digits = text.find_first_not_of("0123456789.");
    if (digits == 0 || digits == std::string_view::npos)
        return false;
    std::string_view unitText = text.substr(digits);
    if (unitText == "\xc2\xb5s")
        unitText = "us";
    for (const Unit& unit : kLiteralUnits) {
        if (unitText != unit.name)
            continue;
        const std::string_view number = text.substr(0, digits);
        int64_t whole = 0; // exact where the number is whole; fractions through double (15 digits)
        const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), whole);
        if (error == std::errc() && end == number.data() + number.size())
            return !__builtin_mul_overflow(whole, static_cast<int64_t>(unit.ns), &ns);
        double value = 0;
        const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
        if (result.ec != std::errc() || result.ptr != number.data() + number.size() || value * unit.ns > 9e18)
            return false;
        ns = std::llround(value * unit.ns);
        return true;
    }
    return false;
}

} // namespace aisle
