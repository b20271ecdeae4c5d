#include "privacy/folded_text.h"

#include <QChar>
#include <QString>

#include <algorithm>
#include <optional>

namespace aisle {

namespace {

int hexDigit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

std::optional<uint32_t> hexNumber(std::string_view text, size_t at, size_t digits) {
    if (at + digits > text.size())
        return {};
    uint32_t out = 0;
    for (size_t i = at; i < at + digits; ++i) {
        if (hexDigit(text[i]) < 0)
            return {};
        out = out * 16 + static_cast<uint32_t>(hexDigit(text[i]));
    }
    return out;
}

std::string utf8(char32_t c) {
    if ((c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
        return {};
    return QString::fromUcs4(&c, 1).toStdString();
}

struct Escape {
    size_t length = 0; ///< 0: there is none here
    std::string means;
};

Escape backslashAt(std::string_view text, size_t at) {
    if (at + 1 >= text.size())
        return {};
    switch (text[at + 1]) {
    case 'u':
        if (const auto high = hexNumber(text, at + 2, 4)) {
            if (*high >= 0xd800 && *high < 0xdc00 && text.substr(at + 6, 2) == "\\u")
                if (const auto low = hexNumber(text, at + 8, 4); low && *low >= 0xdc00 && *low < 0xe000)
                    return {12, utf8(0x10000 + ((*high - 0xd800) << 10) + (*low - 0xdc00))};
            return {6, utf8(*high)};
        }
        return {};
    case 'x':
        if (const auto byte = hexNumber(text, at + 2, 2))
            return {4, std::string(1, static_cast<char>(*byte))};
        return {};
    case '"':
    case '\'':
    case '\\':
    case '/': return {2, std::string(1, text[at + 1])};
    default: return {};
    }
}

Escape entityAt(std::string_view text, size_t at) {
    const std::string_view rest = text.substr(at);
    for (const auto& [name, means] : {std::pair{"&amp;", '&'}, {"&commat;", '@'}, {"&period;", '.'}, {"&quot;", '"'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&hyphen;", '-'}})
        if (rest.starts_with(name))
            return {std::string_view(name).size(), std::string(1, means)};
    if (!rest.starts_with("&#"))
        return {};
    const bool isHex = rest.size() > 2 && (rest[2] == 'x' || rest[2] == 'X');
    constexpr uint32_t kLast = 0x10ffff;
    uint32_t value = 0;
    size_t i = isHex ? 3 : 2;
    const size_t first = i;
    for (; i < rest.size() && value <= kLast; ++i) { // zeros may stand before it
        const int digit = hexDigit(rest[i]);
        if (digit < 0 || (!isHex && digit > 9))
            break;
        value = value * (isHex ? 16 : 10) + static_cast<uint32_t>(digit);
    }
    if (i == first || value < 0x20 || value > kLast)
        return {};
    return {i < rest.size() && rest[i] == ';' ? i + 1 : i, utf8(value)}; // read without the ; as well
}

Escape escapeAt(std::string_view text, size_t at) {
    if (text[at] == '%') {
        if (const auto byte = hexNumber(text, at + 1, 2))
            return {3, std::string(1, static_cast<char>(*byte))};
        return {};
    }
    return text[at] == '\\' ? backslashAt(text, at) : text[at] == '&' ? entityAt(text, at) : Escape{};
}

/// The character at `at` and its bytes; 0 bytes: what is there is no UTF-8.
std::pair<char32_t, size_t> characterAt(std::string_view text, size_t at) {
    const auto byte = [&](size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
    const unsigned first = byte(0);
    const size_t length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    if (length <= 1)
        return {first, length};
    char32_t c = first & (0xffU >> (length + 1));
    for (size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80)
            return {0, 0};
        c = (c << 6) | (byte(i) & 0x3fU);
    }
    const bool isOverlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
    return isOverlong || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff ? std::pair<char32_t, size_t>{0, 0} : std::pair{c, length};
}

/// As what a character is read; nothing: it stays as it is.
std::optional<std::string> readAs(char32_t c) {
    switch (QChar::category(c)) {
    case QChar::Other_Format:
    case QChar::Mark_NonSpacing:
    case QChar::Mark_Enclosing: return std::string();
    case QChar::Punctuation_Dash: return "-";
    case QChar::Separator_Space: return " ";
    default: break;
    }
    if (const int digit = QChar::digitValue(c); digit >= 0)
        return std::string(1, static_cast<char>('0' + digit));
    if (c == 0x2212)
        return "-";
    if (c == 0x2024 || c == 0x3002 || c == 0xff61 || c == 0xb7)
        return ".";
    if (c == 0x3164 || c == 0x115f || c == 0x1160 || c == 0xffa0) // letters that are not drawn
        return std::string();
    if ((c >= 0xff01 && c <= 0xff5e) || (c >= 0xfe50 && c <= 0xfe6b) || (c >= 0x1d400 && c <= 0x1d7ff) || (c >= 0x2460 && c <= 0x24ff)) {
        const QString plain = QString::fromUcs4(&c, 1).normalized(QString::NormalizationForm_KC);
        if (std::all_of(plain.begin(), plain.end(), [](QChar each) { return each.unicode() < 0x80; }))
            return plain.toStdString();
    }
    return {};
}

} // namespace

FoldedText::FoldedText(std::string_view text) : text_(text), size_(text.size()) {
    constexpr int kMostRounds = 8;
    for (int round = 0; round < kMostRounds && decodeOnce(); ++round) {
    }
    foldCharacters();
}

size_t FoldedText::at(size_t place) const {
    if (isSame_)
        return std::min(place, text_.size());
    return static_cast<size_t>(std::upper_bound(to_.begin(), to_.end(), place) - to_.begin());
}

bool FoldedText::decodeOnce() {
    if (text_.find_first_of("%\\&") == std::string::npos)
        return false;
    std::string out;
    std::vector<uint32_t> from, to;
    bool isChanged = false;
    for (size_t i = 0; i < text_.size();) {
        const Escape escape = escapeAt(text_, i);
        const size_t length = std::max<size_t>(escape.length, 1);
        const std::string_view means = escape.length > 0 ? std::string_view(escape.means) : std::string_view(text_).substr(i, 1);
        isChanged = isChanged || escape.length > 0;
        for (const char c : means) {
            out += c;
            from.push_back(static_cast<uint32_t>(beginOf(i)));
            to.push_back(static_cast<uint32_t>(endOf(i + length - 1)));
        }
        i += length;
    }
    if (!isChanged)
        return false;
    text_ = std::move(out);
    from_ = std::move(from);
    to_ = std::move(to);
    isSame_ = false;
    return true;
}

void FoldedText::foldCharacters() {
    if (std::all_of(text_.begin(), text_.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return;
    std::string out;
    std::vector<uint32_t> from, to;
    for (size_t i = 0; i < text_.size();) {
        const auto [c, bytes] = characterAt(text_, i);
        const size_t length = std::max<size_t>(bytes, 1);
        const std::optional<std::string> plain = bytes == 0 ? std::optional<std::string>(std::string()) : c < 0x80 ? std::nullopt : readAs(c);
        const std::string_view means = plain ? std::string_view(*plain) : std::string_view(text_).substr(i, length);
        for (const char each : means) {
            out += each;
            from.push_back(static_cast<uint32_t>(beginOf(i)));
            to.push_back(static_cast<uint32_t>(endOf(i + length - 1)));
        }
        i += length;
    }
    text_ = std::move(out);
    from_ = std::move(from);
    to_ = std::move(to);
    isSame_ = false;
}

} // namespace aisle
