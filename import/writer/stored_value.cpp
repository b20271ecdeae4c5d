#include "writer/stored_value.h"

#include "format/ids_text.h"

#include <charconv>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

/// As those who read it see it: finite, and not rounded to zero.
bool isDouble(std::string_view text) {
    double value = 0;
    return isJsonNumber(text) && std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
}

bool isInt64(std::string_view text) {
    int64_t value = 0;
    return isJsonInteger(text) && std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
}

bool isWritable(JsonValue value, int depth) {
    if (depth > kValueDepth)
        return false;
    switch (value.type()) {
    case ondemand::json_type::array:
    case ondemand::json_type::object: {
        bool good = true;
        forEachNested(value, [&](JsonValue item, const std::string_view*) { good = isWritable(item, depth + 1) && good; });
        return good;
    }
    case ondemand::json_type::number: {
        const std::string_view text = scalarText(value);
        return isJsonInteger(text) ? isInt64(text) : isDouble(text);
    }
    default: scalarText(value); return true;
    }
}

} // namespace

ValueType StoredValues::writable(ValueType type, std::string_view text) {
    bool good = true;
    switch (type) {
    case ValueType::String: break;
    case ValueType::Int: good = isInt64(text); break;
    case ValueType::Double: good = isDouble(text); break;
    case ValueType::Bool: good = text == "true" || text == "false"; break;
    case ValueType::Bytes: good = bytesFromBase64(text).has_value(); break;
    case ValueType::Array:
    case ValueType::Map:
        good = text.starts_with(type == ValueType::Array ? '[' : '{');
        if (good)
            try {
                good = isWritable(nested(text), 0) && atEnd(document_);
            } catch (const simdjson::simdjson_error&) {
                good = false;
            }
        break;
    }
    return good ? type : ValueType::String;
}

JsonValue StoredValues::nested(std::string_view text) {
    document_ = parser_.iterateCopy(text);
    return document_.get_value();
}

void appendPlainJson(std::string& out, ValueType type, std::string_view text) {
    if (type == ValueType::String || type == ValueType::Bytes) {
        appendJsonString(out, text);
        return;
    }
    out += text;
    if (type == ValueType::Double && isJsonInteger(text))
        out += ".0";
}

} // namespace aisle
