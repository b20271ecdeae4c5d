#pragma once
// JSON blocks as attributes: the members of an object under dotted names.

#include "json/json_value.h"

#include <string_view>

namespace aisle {

/// Deeper blocks, and all lists, are one attribute of JSON text.
inline constexpr int kFlatDepth = 16;
/// Likewise what is behind a longer name, which each leaf would repeat: 1 MB of name and 60,000 leaves made 60 GB.
inline constexpr size_t kFlatName = 1024;

/// take(name, type, text) for each leaf of `value`; nulls and empty objects give nothing. `name` is the block's
/// own and may be empty. Made names are in the pool.
template <typename Take>
void flatten(std::string_view name, JsonValue value, TextPool& pool, Take&& take, int depth = 0) {
    const auto type = value.type().value();
    if (type == simdjson::ondemand::json_type::null)
        return;
    if (type != simdjson::ondemand::json_type::object || depth == kFlatDepth || name.size() > kFlatName) {
        ValueType kind = ValueType::String;
        std::string_view text;
        plainValue(value, kind, text, pool);
        take(name, kind, text);
        return;
    }
    for (simdjson::ondemand::field& field : members(value.get_object())) {
        std::string_view path = field.unescaped_key();
        if (!name.empty()) {
            std::string& joined = pool.next();
            joined = name;
            joined += '.';
            joined += path;
            path = joined;
        }
        flatten(path, field.value(), pool, take, depth + 1);
    }
}

/// The same, behind `attributes`.
inline void flattenInto(Attributes& attributes, std::string_view name, JsonValue value, TextPool& pool) {
    flatten(name, value, pool, [&](std::string_view path, ValueType type, std::string_view text) {
        attributes.push_back({path, type, text});
    });
}

} // namespace aisle
