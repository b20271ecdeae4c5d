#include "format/time_text.h"

#include "json/json_value.h"

#include <chrono>
#include <string>

namespace aisle {

namespace {

constexpr int64_t kNanos = 1'000'000'000;

/// Reads forward; once something was not as expected, `good` stays false.
struct Reader {
    std::string_view text;
    bool good = true;

    bool take(std::string_view oneOf) {
        if (text.empty() || oneOf.find(text[0]) == std::string_view::npos)
            return false;
        text.remove_prefix(1);
        return true;
    }
    void expect(std::string_view oneOf) { good = take(oneOf) && good; }
    int number(int digits) {
        int value = 0;
        for (; digits > 0; --digits) {
            if (text.empty() || text[0] < '0' || text[0] > '9') {
                good = false;
                return 0;
            }
            value = value * 10 + (text[0] - '0');
            text.remove_prefix(1);
        }
        return value;
    }
    int64_t fraction() {
        int64_t value = 0, unit = kNanos;
        const size_t before = text.size();
        for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1)) {
            unit /= 10;
            value += unit * (text[0] - '0');
        }
        good = good && text.size() != before;
        return value;
    }
};

/// A non-negative decimal integer, digits only.
std::optional<int64_t> digits(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    return scaledInteger(text);
}

} // namespace

std::optional<int64_t> nanosFromRfc3339(std::string_view text) {
    Reader in{text};
    const int year = in.number(4);
    in.expect("-");
    const int month = in.number(2);
    in.expect("-");
    const int day = in.number(2);
    in.expect("Tt ");
    const int hour = in.number(2);
    in.expect(":");
    const int minute = in.number(2);
    in.expect(":");
    const int second = in.number(2);
    const int64_t fraction = in.take(".,") ? in.fraction() : 0;
    int offset = 0;
    if (!in.take("Zz")) {
        const bool west = in.text.starts_with('-');
        in.expect("+-");
        const int hours = in.number(2);
        in.expect(":");
        const int minutes = in.number(2);
        in.good = in.good && hours <= 23 && minutes <= 59;
        offset = (hours * 60 + minutes) * (west ? -60 : 60);
    }
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    // 60: a leap second, which Unix time counts into the next minute.
    if (!in.good || !in.text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60)
        return std::nullopt;
    const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const int64_t seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset;
    int64_t nanos = 0;
    if (__builtin_mul_overflow(seconds, kNanos, &nanos) || __builtin_add_overflow(nanos, fraction, &nanos))
        return std::nullopt;
    return nanos;
}

std::optional<int64_t> nanosFromSeconds(std::string_view text) {
    if (!text.ends_with('s'))
        return std::nullopt;
    return scaledInteger(text.substr(0, text.size() - 1), 9);
}

std::optional<int64_t> timeFromText(std::string_view text) {
    if (const auto nanos = nanosFromRfc3339(text))
        return nanos;
    if (text.ends_with(" UTC"))
        text.remove_suffix(4);
    return text.size() >= 19 && text.size() < 40 ? nanosFromRfc3339(std::string(text) + "Z") : std::nullopt;
}

std::optional<int64_t> timeOfAnyForm(std::string_view text) {
    const auto whole = scaledInteger(text);
    if (!whole)
        return timeFromText(text);
    if (*whole < 100'000'000)
        return std::nullopt;
    int scale = 9;
    for (int64_t rest = *whole; scale > 0 && rest >= 100'000'000'000; rest /= 1000)
        scale -= 3;
    return scaledInteger(text, scale);
}

std::optional<int64_t> durationFromClock(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative)
        text.remove_prefix(1);
    const size_t first = text.find(':');
    const size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
    if (second == std::string_view::npos)
        return std::nullopt;
    std::string_view hoursText = text.substr(0, first);
    std::optional<int64_t> days = 0;
    if (const size_t dot = hoursText.find('.'); dot != std::string_view::npos) {
        days = digits(hoursText.substr(0, dot));
        hoursText.remove_prefix(dot + 1);
    }
    const std::string_view secondsText = text.substr(second + 1);
    if (secondsText.find_first_not_of("0123456789.") != std::string_view::npos)
        return std::nullopt;
    const auto hours = digits(hoursText), minutes = digits(text.substr(first + 1, second - first - 1));
    const auto seconds = scaledInteger(secondsText, 9);
    if (!days || !hours || !minutes || !seconds || *days > 36500 || *hours > 99 || *minutes > 59 ||
        *seconds >= 60'000'000'000)
        return std::nullopt;
    const int64_t nanos = ((*days * 24 + *hours) * 60 + *minutes) * 60'000'000'000 + *seconds;
    return negative ? -nanos : nanos;
}

} // namespace aisle
