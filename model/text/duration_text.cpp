#include "text/duration_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>

namespace aisle {

bool parseDurationText(std::string_view text, int64_t& ns) {
    constexpr int64_t kSecond = 1'000'000'000;
    struct Word {
        std::string_view name;
        int64_t ns;
    };
    static constexpr Word kWords[] = {{"d", 86'400 * kSecond}, {"day", 86'400 * kSecond}, {"days", 86'400 * kSecond}, {"h", 3'600 * kSecond}, {"hour", 3'600 * kSecond}, {"hours", 3'600 * kSecond},
                                      {"m", 60 * kSecond}, {"min", 60 * kSecond}, {"minute", 60 * kSecond}, {"minutes", 60 * kSecond}, {"s", kSecond}, {"sec", kSecond}, {"second", kSecond}, {"seconds", kSecond},
                                      {"ms", 1'000'000}, {"us", 1'000}, {"\xc2\xb5s", 1'000}, {"ns", 1}};
    const auto skip = [&](std::string_view of, size_t at) { return std::min(text.find_first_not_of(of, at), text.size()); };
    int64_t sum = 0, unitBefore = std::numeric_limits<int64_t>::max();
    size_t at = skip(" ", 0);
    if (at == text.size())
        return false;
    while (at < text.size()) {
        const size_t number = at, end = skip("0123456789.", number), unit = skip(" ", end);
        at = std::min(text.find_first_of(" 0123456789.", unit), text.size());
        const auto word = std::find_if(std::begin(kWords), std::end(kWords), [&](const Word& one) { return one.name == text.substr(unit, at - unit); });
        double value = 0;
        const auto [stopped, error] = std::from_chars(text.data() + number, text.data() + end, value);
        if (word == std::end(kWords) || word->ns >= unitBefore || error != std::errc() || stopped != text.data() + end || value * static_cast<double>(word->ns) > 9e18)
            return false;
        if (__builtin_add_overflow(sum, std::llround(value * static_cast<double>(word->ns)), &sum)) // exact below 104 days
            return false;
        unitBefore = word->ns;
        at = skip(" ", at);
    }
    ns = sum;
    return true;
}

} // namespace aisle
