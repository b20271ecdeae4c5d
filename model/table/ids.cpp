#include "table/ids.h"

namespace aisle {

namespace {

int hexDigit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

std::optional<uint64_t> parseHex(std::string_view text) {
    uint64_t value = 0;
    for (char c : text) {
        const int digit = hexDigit(c);
        if (digit < 0)
            return std::nullopt;
        value = value << 4 | static_cast<uint64_t>(digit);
    }
    return value;
}

uint64_t fnv1a(std::string_view text, uint64_t hash) {
    for (char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3ULL;
    }
    return hash == 0 ? 1 : hash;
}

void appendHex(std::string& out, uint64_t value) {
    static constexpr char digits[] = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4)
        out.push_back(digits[value >> shift & 15]);
}

} // namespace

std::string_view kindName(Kind kind) {
    switch (kind) {
    case Kind::Unspecified: return "unspecified";
    case Kind::Internal: return "internal";
    case Kind::Server: return "server";
    case Kind::Client: return "client";
    case Kind::Producer: return "producer";
    case Kind::Consumer: return "consumer";
    }
    return "unspecified";
}

std::string_view statusName(Status status) {
    switch (status) {
    case Status::Unset: return "unset";
    case Status::Ok: return "ok";
    case Status::Error: return "error";
    }
    return "unset";
}

std::optional<TraceId> traceIdFromHex(std::string_view text) {
    if (text.empty() || text.size() > 32)
        return std::nullopt;
    const size_t split = text.size() > 16 ? text.size() - 16 : 0;
    const auto high = parseHex(text.substr(0, split));
    const auto low = parseHex(text.substr(split));
    if (!high || !low)
        return std::nullopt;
    return TraceId{*high, *low};
}

std::optional<SpanId> spanIdFromHex(std::string_view text) {
    if (text.empty() || text.size() > 16)
        return std::nullopt;
    return parseHex(text);
}

TraceId traceIdFromText(std::string_view text) {
    return {fnv1a(text, 0xcbf29ce484222325ULL), fnv1a(text, 0x84222325cbf29ce4ULL)};
}

SpanId spanIdFromText(std::string_view text) { return fnv1a(text, 0xcbf29ce484222325ULL); }

std::string toHex(TraceId id) {
    std::string out;
    if (id.high != 0)
        appendHex(out, id.high);
    appendHex(out, id.low);
    return out;
}

std::string toHex(SpanId id) {
    std::string out;
    appendHex(out, id);
    return out;
}

} // namespace aisle
