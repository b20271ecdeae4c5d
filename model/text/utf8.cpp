#include "text/utf8.h"

#include <algorithm>

#include <cstdint>
#include <cstring>

namespace aisle {

namespace {

/// Length of the well-formed sequence at `i`, or 0 (Unicode 15, table 3-7).
size_t sequence(std::string_view text, size_t i) {
    const auto at = [&](size_t k) -> unsigned { return static_cast<unsigned char>(text[k]); };
    const unsigned lead = at(i);
    if (lead < 0x80)
        return 1;
    const size_t left = text.size() - i;
    const auto tail = [&](size_t k, unsigned low = 0x80, unsigned high = 0xbf) {
        return k < left && at(i + k) >= low && at(i + k) <= high;
    };
    if (lead >= 0xc2 && lead <= 0xdf)
        return tail(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        const unsigned low = lead == 0xe0 ? 0xa0 : 0x80, high = lead == 0xed ? 0x9f : 0xbf;
        return tail(1, low, high) && tail(2) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const unsigned low = lead == 0xf0 ? 0x90 : 0x80, high = lead == 0xf4 ? 0x8f : 0xbf;
        return tail(1, low, high) && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

} // namespace

bool isUtf8(std::string_view text) {
    size_t i = 0;
    while (i < text.size()) {
        if (text.size() - i >= 8) { // eight ASCII bytes at once
            uint64_t word;
            std::memcpy(&word, text.data() + i, 8);
            if ((word & 0x8080808080808080ULL) == 0) {
                i += 8;
                continue;
            }
        }
        const size_t length = sequence(text, i);
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

std::string toUtf8(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 8);
    for (size_t i = 0; i < text.size();) {
        const size_t length = sequence(text, i);
        if (length == 0) {
            out += "\xef\xbf\xbd";
            ++i;
        } else {
            out.append(text.substr(i, length));
            i += length;
        }
    }
    return out;
}

namespace {

/// Length of the control character at `at`, 0 when there is none.
size_t controlAt(std::string_view text, size_t at) {
    const auto byte = [&](size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
    if (byte(0) < 0x20 || byte(0) == 0x7f)
        return 1;
    if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) < 0xa0)
        return 2;
    // U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069, and the line ends U+2028, U+2029
    const bool isMark = byte(0) == 0xe2 && ((byte(1) == 0x80 && (byte(2) == 0x8e || byte(2) == 0x8f || (byte(2) >= 0xa8 && byte(2) <= 0xae))) ||
                                            (byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9));
    return isMark ? 3 : 0;
}

} // namespace

std::string printable(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size();) {
        const size_t control = controlAt(text, i);
        out += control != 0 ? ' ' : text[i];
        i += std::max<size_t>(control, 1);
    }
    return out;
}

std::string printableLines(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        out += printable(text.substr(0, end));
        if (end < text.size())
            out += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

void appendJsonString(std::string& out, std::string_view text) {
    out.push_back('"');
    size_t from = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        out.append(text.substr(from, i - from));
        from = i + 1;
        switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default: {
            static constexpr char digits[] = "0123456789abcdef";
            out += "\\u00";
            out.push_back(digits[c >> 4]);
            out.push_back(digits[c & 15]);
        }
        }
    }
    out.append(text.substr(from));
    out.push_back('"');
}

std::string_view beginning(std::string_view text, size_t most) {
    if (text.size() <= most)
        return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80)
        --most;
    return text.substr(0, most);
}

std::string shortened(std::string_view text, size_t most) { return text.size() <= most ? printable(text) : printable(beginning(text, most - 3)) + "..."; }

bool containsFolded(std::string_view text, std::string_view wanted) {
    const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(), [&](char a, char b) { return fold(a) == fold(b); }) != text.end();
}

} // namespace aisle
