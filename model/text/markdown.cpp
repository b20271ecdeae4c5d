#include "text/markdown.h"

#include <algorithm>

namespace aisle {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isWord(char c) { return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Where the mark of a numbered item is, as in "1." and "12)"; npos: it is none.
size_t markOfNumber(std::string_view text) {
    constexpr size_t kMostDigits = 9;
    const size_t at = text.find_first_not_of("0123456789");
    if (at == 0 || at == std::string_view::npos || at > kMostDigits || (text[at] != '.' && text[at] != ')'))
        return std::string_view::npos;
    return at + 1 == text.size() || text[at + 1] == ' ' || text[at + 1] == '\t' ? at : std::string_view::npos;
}

bool endsWithWww(std::string_view text) {
    return text.size() >= 3 && std::all_of(text.end() - 3, text.end(), [](char c) { return c == 'w' || c == 'W'; });
}

} // namespace

std::string markdownText(std::string_view text, MarkdownPlace place) {
    constexpr std::string_view kAnywhere = "\\*`[]<~", kFirst = "#>+-=";
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    const bool isLine = place == MarkdownPlace::Line;
    const size_t number = isLine ? markOfNumber(text) : std::string_view::npos;
    const size_t last = text.find_last_not_of(" \t");
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i], before = i > 0 ? text[i - 1] : ' ', after = i + 1 < text.size() ? text[i + 1] : ' ';
        const bool isMark = kAnywhere.find(c) != std::string_view::npos || (c == '_' && !(isWord(before) && isWord(after))) || (c == '&' && (after == '#' || isWord(after))) ||
                            (c == ':' && text.substr(i).starts_with("://")) || (c == '.' && endsWithWww(text.substr(0, i))) || (c == '|' && place == MarkdownPlace::Cell) || i == number ||
                            (isLine && ((i == 0 && kFirst.find(c) != std::string_view::npos) || (i == last && c == '#')));
        if (isMark)
            out += '\\';
        out += c;
    }
    return out;
}

} // namespace aisle
