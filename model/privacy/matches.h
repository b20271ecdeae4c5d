#pragma once
// Where an expression matches in a text, one match behind the other. Any thread.

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace aisle {

/// Calls f(begin, end) for the group `group` of each match, one behind the other.
template <typename F> void each(std::string_view text, const re2::RE2& expression, int group, F&& f) {
    std::array<re2::StringPiece, 2> parts;
    const re2::StringPiece whole(text.data(), text.size());
    for (size_t from = 0; from < text.size() && expression.Match(whole, from, text.size(), re2::RE2::UNANCHORED, parts.data(), group + 1);) {
        const re2::StringPiece& part = parts[static_cast<size_t>(group)];
        const auto begin = static_cast<size_t>(part.data() - text.data());
        f(begin, begin + part.size());
        from = std::max(from + 1, begin + part.size());
    }
}

} // namespace aisle
