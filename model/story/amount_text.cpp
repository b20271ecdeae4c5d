#include "story/amount_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace aisle {

std::optional<double> amountOf(std::string_view text) {
    double number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || !std::isfinite(number))
        return std::nullopt;
    std::string_view behind = text.substr(static_cast<size_t>(end - text.data()));
    behind.remove_prefix(std::min(behind.find_first_not_of(' '), behind.size()));
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto isSign = [](char c) { return c == '$' || static_cast<unsigned char>(c) >= 0x80; };
    const bool isCurrency = std::all_of(behind.begin(), behind.end(), isSign) || (behind.size() == 3 && std::all_of(behind.begin(), behind.end(), isLetter)); // no "12 k", no "1 million"
    return isCurrency ? std::optional(number) : std::nullopt;
}

} // namespace aisle
