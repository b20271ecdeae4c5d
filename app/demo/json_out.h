#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace aisle::demo {

// JSON is written by hand, at a few hundred MB/s. Nothing here escapes: every text of the demo shop
// is ours and holds neither quotes, backslashes nor control characters, except stack traces, which
// are written escaped in the source.

template <std::integral Number>
void appendNumber(std::string& to, Number value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    to.append(digits, static_cast<std::size_t>(end - digits));
}

inline void appendHex(std::string& to, uint64_t value) {
    constexpr char kDigits[] = "0123456789abcdef";
    char hex[16];
    for (int i = 15; i >= 0; --i, value >>= 4)
        hex[i] = kDigits[value & 15];
    to.append(hex, sizeof hex);
}

// Cents as a decimal number: 1999 is 19.99.
inline void appendCents(std::string& to, int64_t cents) {
    appendNumber(to, cents / 100);
    to += '.';
    to += static_cast<char>('0' + cents / 10 % 10);
    to += static_cast<char>('0' + cents % 10);
}

inline void beginAttribute(std::string& to, std::string_view key, std::string_view type) {
    to.append(to.empty() ? R"({"key":")" : R"(,{"key":")");
    to.append(key).append(R"(","value":{")").append(type).append("\":");
}

inline void addText(std::string& to, std::string_view key, std::string_view value) {
    beginAttribute(to, key, "stringValue");
    to.append("\"").append(value).append("\"}}");
}

// OTLP JSON writes 64-bit integers as strings.
inline void addNumber(std::string& to, std::string_view key, int64_t value) {
    beginAttribute(to, key, "intValue");
    to += '"';
    appendNumber(to, value);
    to += "\"}}";
}

inline void addAmount(std::string& to, std::string_view key, int64_t cents) {
    beginAttribute(to, key, "doubleValue");
    appendCents(to, cents);
    to += "}}";
}

inline void addFlag(std::string& to, std::string_view key, bool value) {
    beginAttribute(to, key, "boolValue");
    to += value ? "true}}" : "false}}";
}

} // namespace aisle::demo
