#pragma once
// Walks the compact attribute arrays of the store: [12,7,[3,0,"inline"]]. Tolerates damage: stops at it.

#include "store/span_sink.h"

#include <charconv>
#include <string>
#include <string_view>

namespace aisle {

/// The text of a JSON string given with its quotes.
std::string unquoteJson(std::string_view quoted);

/// Calls pair(attributeId) or inlined(keyId, type, quotedJsonString) for each element.
template <typename Pair, typename Inlined>
void forEachAttribute(std::string_view json, Pair&& pair, Inlined&& inlined) {
    const char* p = json.data();
    const char* const end = p + json.size();
    const auto integer = [&](uint32_t& value) {
        const auto result = std::from_chars(p, end, value);
        const bool ok = result.ec == std::errc();
        p = result.ptr;
        return ok;
    };
    if (p == end || *p++ != '[')
        return;
    while (p < end && *p != ']') {
        uint32_t first = 0, type = 0;
        if (*p == ',') {
            ++p;
        } else if (*p != '[') {
            if (!integer(first))
                return;
            pair(first);
        } else {
            ++p;
            if (!integer(first) || p == end || *p++ != ',' || !integer(type) || p == end || *p++ != ',' || p == end ||
                *p != '"')
                return;
            const char* const from = p++;
            while (p < end && *p != '"')
                p += *p == '\\' ? 2 : 1;
            if (p >= end)
                return;
            ++p;
            if (type > static_cast<uint32_t>(ValueType::Map))
                type = 0;
            inlined(first, static_cast<ValueType>(type), std::string_view(from, static_cast<size_t>(p - from)));
            if (p == end || *p++ != ']')
                return;
        }
    }
}

} // namespace aisle
