#pragma once
// Values of attributes as they are stored (store/span_sink.h), on their way into a format.

#include "json/json_value.h"

#include <string>
#include <string_view>

namespace aisle {

class StoredValues {
public:
    /// `type`, or String where the text is no value of that type that other tools would take: a number beyond 64 bits,
    /// nesting beyond kValueDepth, whatever a stranger's workspace holds.
    ValueType writable(ValueType type, std::string_view text);
    /// Of an array or map that is writable; valid until the next call. Throws simdjson_error for others.
    JsonValue nested(std::string_view text);

private:
    JsonParser parser_;
    simdjson::ondemand::document document_;
};

/// A writable value as plain JSON; bytes are the string of their base64, doubles look like doubles.
void appendPlainJson(std::string& out, ValueType type, std::string_view text);

/// An array or map that is writable: each(value, key) for what is in it; `key` is null in an array.
template <typename Each>
void forEachNested(JsonValue value, Each&& each) {
    if (value.type() == simdjson::ondemand::json_type::array) {
        for (auto item : value.get_array())
            each(item.value(), nullptr);
        return;
    }
    for (simdjson::ondemand::field& field : members(value.get_object())) {
        const std::string_view key = field.unescaped_key();
        each(field.value(), &key);
    }
}

} // namespace aisle
