#include "format/ids_text.h"

#include <array>
#include <charconv>

namespace aisle {

namespace {

int base64Digit(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    if (c == '/' || c == '_')
        return 63;
    return -1;
}

/// Decodes `text` without its padding into exactly `size` bytes.
bool decodeBase64(std::string_view text, unsigned char* out, size_t size) {
    uint32_t bits = 0;
    int count = 0;
    size_t written = 0;
    for (const char c : text) {
        const int digit = base64Digit(c);
        if (digit < 0)
            return false;
        bits = bits << 6 | static_cast<uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            if (written == size)
                return false;
            out[written++] = static_cast<unsigned char>(bits >> count & 0xff);
        }
    }
    return written == size;
}

uint64_t bigEndian(const unsigned char* bytes, size_t size) {
    uint64_t value = 0;
    for (size_t i = 0; i < size; ++i)
        value = value << 8 | bytes[i];
    return value;
}

struct Nibbles {
    std::array<int8_t, 256> of;
    constexpr Nibbles() : of() {
        for (size_t i = 0; i < 256; ++i)
            of[i] = -1;
        for (int i = 0; i < 10; ++i)
            of[static_cast<size_t>('0' + i)] = static_cast<int8_t>(i);
        for (int i = 0; i < 6; ++i)
            of[static_cast<size_t>('a' + i)] = of[static_cast<size_t>('A' + i)] = static_cast<int8_t>(10 + i);
    }
};
constexpr Nibbles kNibbles;

/// Up to 16 digits; false when one is not hex. A table: two ids and a parent per span, each digit branchless.
bool hexNumber(const char* text, size_t size, uint64_t& value) {
    value = 0;
    int bad = 0;
    for (size_t i = 0; i < size; ++i) {
        const int nibble = kNibbles.of[static_cast<unsigned char>(text[i])];
        bad |= nibble;
        value = value << 4 | static_cast<uint64_t>(nibble & 15);
    }
    return bad >= 0;
}

} // namespace

void checkIdText(std::string_view text) {
    if (text.size() > kIdText)
        throw RecordError{"an id of more than 1,000 characters"};
}

TraceIdRecord traceIdFrom(std::string_view text) {
    TraceIdRecord record;
    if (text.empty())
        return record;
    if (text.size() <= 32) {
        const size_t high = text.size() > 16 ? text.size() - 16 : 0;
        if (hexNumber(text.data(), high, record.id.high) &&
            hexNumber(text.data() + high, text.size() - high, record.id.low))
            return record;
    }
    unsigned char bytes[16];
    if (text.size() == 24 && text.ends_with("==") && decodeBase64(text.substr(0, 22), bytes, 16)) {
        record.id = {bigEndian(bytes, 8), bigEndian(bytes + 8, 8)};
        return record;
    }
    checkIdText(text);
    record.id = traceIdFromText(text);
    record.text = text;
    return record;
}

SpanIdRecord spanIdFrom(std::string_view text) {
    SpanIdRecord record;
    if (text.empty())
        return record;
    if (text.size() <= 16 && hexNumber(text.data(), text.size(), record.id))
        return record;
    unsigned char bytes[8];
    if (text.size() == 12 && text.ends_with('=') && decodeBase64(text.substr(0, 11), bytes, 8)) {
        record.id = bigEndian(bytes, 8);
        return record;
    }
    checkIdText(text);
    record.id = spanIdFromText(text);
    record.text = text;
    return record;
}

SpanIdRecord spanIdFromDecimal(std::string_view text) {
    SpanIdRecord record;
    if (text.empty())
        return record;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, record.id);
    if (error == std::errc() && stop == end)
        return record;
    checkIdText(text);
    record.id = spanIdFromText(text);
    record.text = text;
    return record;
}

TraceId traceIdFromBytes(std::string_view bytes) {
    TraceId id;
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    const size_t size = bytes.size() < 16 ? bytes.size() : 16;
    const size_t high = size > 8 ? size - 8 : 0;
    id.high = bigEndian(data, high);
    id.low = bigEndian(data + high, size - high);
    return id;
}

SpanId spanIdFromBytes(std::string_view bytes) {
    return bigEndian(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size() < 8 ? bytes.size() : 8);
}

void appendBase64(std::string& out, std::string_view bytes) {
    static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes.size(); i += 3) {
        uint32_t group = 0;
        for (size_t k = 0; k < 3; ++k)
            group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        out += digits[group >> 18];
        out += digits[group >> 12 & 63];
        out += i + 1 < bytes.size() ? digits[group >> 6 & 63] : '=';
        out += i + 2 < bytes.size() ? digits[group & 63] : '=';
    }
}

std::optional<std::string> bytesFromBase64(std::string_view text) {
    while (text.ends_with('='))
        text.remove_suffix(1);
    std::string bytes(text.size() / 4 * 3 + text.size() % 4 * 3 / 4, '\0');
    if (text.size() % 4 == 1 || !decodeBase64(text, reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()))
        return std::nullopt;
    return bytes;
}

} // namespace aisle
