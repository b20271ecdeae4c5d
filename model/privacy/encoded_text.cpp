#include "privacy/encoded_text.h"

#include "privacy/masking_text.h"
#include "text/utf8.h"

#include <QByteArray>

#include <algorithm>
#include <array>

namespace aisle {

using namespace privacy;

namespace {

constexpr size_t kShortestRun = 6; // a@b.cc

constexpr unsigned char kNoDigit = 0xff;

/// By byte, its six bits in either alphabet.
constexpr std::array<unsigned char, 256> kBase64 = [] {
    std::array<unsigned char, 256> out{};
    out.fill(kNoDigit);
    for (unsigned char i = 0; i < 26; ++i) {
        out['A' + i] = i;
        out['a' + i] = static_cast<unsigned char>(i + 26);
    }
    for (unsigned char i = 0; i < 10; ++i)
        out['0' + i] = static_cast<unsigned char>(i + 52);
    out['+'] = out['-'] = 62;
    out['/'] = out['_'] = 63;
    return out;
}();

std::string decodedBase64(std::string_view run) {
    std::string out(run.size() / 4 * 3 + 3, '\0');
    uint32_t bits = 0, held = 0;
    size_t size = 0;
    for (const char c : run) {
        const unsigned char value = kBase64[static_cast<unsigned char>(c)];
        if (value == kNoDigit)
            continue; // ends of lines
        bits = (bits << 6) | value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[size++] = static_cast<char>((bits >> held) & 0xff);
        }
    }
    out.resize(size);
    return out;
}

std::string decodedHex(std::string_view run) { return QByteArray::fromHex(QByteArray(run.data(), static_cast<qsizetype>(run.size()))).toStdString(); }

/// Empty: it is none, which has letters of one case alone.
std::string decodedBase32(std::string_view run) {
    constexpr size_t kShortest = 16;
    while (run.ends_with('='))
        run.remove_suffix(1);
    if (run.size() < kShortest)
        return {};
    std::string out;
    uint32_t bits = 0, held = 0;
    bool hasLower = false, hasUpper = false;
    for (const char c : run) {
        hasLower = hasLower || (c >= 'a' && c <= 'z');
        hasUpper = hasUpper || (c >= 'A' && c <= 'Z');
        if ((hasLower && hasUpper) || !(isLetter(c) || (c >= '2' && c <= '7')))
            return {};
        bits = (bits << 5) | static_cast<uint32_t>(isDigit(c) ? c - '2' + 26 : lower(c) - 'a');
        held += 5;
        if (held >= 8) {
            held -= 8;
            out += static_cast<char>((bits >> held) & 0xff);
        }
    }
    return out;
}

bool isHex(std::string_view run) {
    return run.size() % 2 == 0 && std::all_of(run.begin(), run.end(), [](char c) { return isDigit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); });
}

bool isPlain(char c) { return (c >= 0x20 && c < 0x7f) || c == '\t' || c == '\r' || c == '\n'; }

/// Random bytes make b@Q.jYw now and then: a few characters are only a text where their letters are of one case.
bool isByChance(std::string_view run) {
    constexpr size_t kLong = 12;
    return run.size() < kLong && std::any_of(run.begin(), run.end(), [](char c) { return c >= 'a' && c <= 'z'; }) && std::any_of(run.begin(), run.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Bytes of the character there, which can be read; 0: there is none.
size_t characterAt(std::string_view bytes, size_t i) {
    if (isPlain(bytes[i]))
        return 1;
    const auto lead = static_cast<unsigned char>(bytes[i]);
    const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    return length > 0 && i + length <= bytes.size() && isUtf8(bytes.substr(i, length)) ? length : 0;
}

} // namespace

bool anyDecoded(std::string_view run, const std::function<bool(const std::string& bytes)>& f) {
    if (f(decodedBase64(run)))
        return true;
    const bool hasPrefix = run.starts_with("0x") || run.starts_with("0X");
    if (const std::string_view digits = run.substr(hasPrefix ? 2 : 0); isHex(digits) && f(decodedHex(digits)))
        return true;
    // \x6a616e65 of PostgreSQL: a text as it is read (FoldedText) has the first byte as what it says.
    if (run.size() % 2 != 0 && isHex(run.substr(1)) && f(run[0] + decodedHex(run.substr(1))))
        return true;
    const std::string bytes = decodedBase32(run);
    return !bytes.empty() && f(bytes);
}

bool isReadable(std::string_view bytes) {
    return bytes.size() >= kShortestRun && std::none_of(bytes.begin(), bytes.end(), [](char c) { return !isPlain(c) && static_cast<unsigned char>(c) < 0x80; }) && isUtf8(bytes);
}

bool anyReadableRun(std::string_view bytes, const std::function<bool(std::string_view run)>& f) {
    const auto is = [&](std::string_view run) {
        constexpr size_t kFewestDigits = 13; // of a card and what stands behind it
        if (run.size() < kShortestRun || isByChance(run))
            return false;
        const auto digits = static_cast<size_t>(std::find_if_not(run.rbegin(), run.rend(), isDigit) - run.rbegin());
        return f(run) || (digits >= kFewestDigits && f(run.substr(0, run.size() - 1)));
    };
    for (size_t i = 0; i < bytes.size();) {
        size_t end = i;
        for (size_t length = 0; end < bytes.size() && (length = characterAt(bytes, end)) > 0;)
            end += length;
        if (is(bytes.substr(i, end - i)))
            return true;
        i = end + 1;
    }
    if (std::count(bytes.begin(), bytes.end(), '\0') + 1 < static_cast<std::ptrdiff_t>(kShortestRun))
        return false;
    std::string wide; // characters of UTF-16 that have one byte, of either order
    for (size_t i = 0; i < bytes.size();) {
        if (isPlain(bytes[i]) && i + 1 < bytes.size() && bytes[i + 1] == '\0') {
            wide += bytes[i];
            i += 2;
            continue;
        }
        // Of the other order the last one has the zero before it alone.
        if (!wide.empty() && isPlain(bytes[i]) && bytes[i - 1] == '\0')
            wide += bytes[i];
        if (is(wide))
            return true;
        wide.clear();
        ++i;
    }
    return is(wide);
}

} // namespace aisle
