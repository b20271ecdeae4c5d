#include "format/time_text.h"

#include "json/json_value.h"
#include "text/format.h"

namespace aisle {

namespace {

/// A non-negative decimal integer, digits only.
std::optional<int64_t> digits(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    return scaledInteger(text);
}

} // namespace

std::optional<int64_t> timeFromText(std::string_view text) {
    int64_t nanos = 0;
    if (parseRfc3339(text, nanos))
        return nanos;
    if (text.ends_with(" UTC"))
        text.remove_suffix(4);
    if (text.size() >= 19 && text.size() < 40 && parseRfc3339(std::string(text) + "Z", nanos))
        return nanos;
    return std::nullopt;
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
