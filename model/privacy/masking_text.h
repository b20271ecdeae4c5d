#pragma once
// What the parts of masking have in common: characters, and keys one within another. Any thread.

#include <algorithm>
#include <string>
#include <string_view>

namespace aisle {

namespace privacy {

inline constexpr std::string_view kSpaces = " \t\r\n";

inline bool isDigit(char c) { return c >= '0' && c <= '9'; }
inline bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool isAlphanumeric(char c) { return isDigit(c) || isLetter(c) || static_cast<unsigned char>(c) >= 0x80; }
/// Asked of every character, for few: no call of a function.
inline bool isAnyOf(char c, std::string_view of) {
    for (const char one : of)
        if (one == c)
            return true;
    return false;
}
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string lowered(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

inline std::string_view trimmed(std::string_view text) {
    const size_t begin = text.find_first_not_of(kSpaces);
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

inline bool isOfKey(char c) { return isDigit(c) || isLetter(c) || isAnyOf(c, "_.-[]"); }

/// With a capital or, as Ägypten, with no letter of ASCII.
inline bool beginsAsName(std::string_view word) { return !word.empty() && isAlphanumeric(word[0]) && !isDigit(word[0]) && (lower(word[0]) != word[0] || !isLetter(word[0])); }

inline constexpr std::string_view kEndOfWord = " \t\r\n&;,\"'<>)}]|{";

/// Of a command line: --password, and -password of programs that have no short ones.
inline bool isLongOption(std::string_view word) {
    constexpr size_t kShortest = 4;
    const bool hasTwo = word.starts_with("--");
    word.remove_prefix(std::min<size_t>(word.size(), hasTwo ? 2 : 1));
    return !word.empty() && isLetter(word[0]) && (hasTwo || word.size() >= kShortest);
}

/// Says nothing of anybody: no letters and digits (***), nothing, yes or no, the words of a table for several values or none.
bool saysNothing(std::string_view text);

/// "customer" and "name" are customer.name; of what is long the end, which is what rules look at.
inline std::string joinedKey(std::string_view path, std::string_view key) {
    constexpr size_t kLongest = 64;
    path = path.substr(path.size() - std::min(path.size(), kLongest));
    key = key.substr(key.size() - std::min(key.size(), kLongest));
    std::string out(path);
    if (!out.empty() && !key.empty())
        out += '.';
    return out.append(key);
}

/// The key of what an array holds.
inline std::string keyOfItems(std::string_view path) { return path.empty() || path.ends_with("[0]") ? std::string(path) : std::string(path) + "[0]"; }

} // namespace privacy

} // namespace aisle
