#include "json/json_value.h"

#include "json/json_splitter.h"

#include <algorithm>

namespace aisle {

namespace ondemand = simdjson::ondemand;

static_assert(kJsonPadding >= simdjson::SIMDJSON_PADDING);

ondemand::document JsonParser::iterate(std::string_view text) {
    if (text.size() > m_parser.capacity()) {
        const auto error = m_parser.allocate(std::max<size_t>(16384, 2 * text.size()));
        if (error)
            throw simdjson::simdjson_error(error);
    }
    return m_parser.iterate(simdjson::padded_string_view(text.data(), text.size(), text.size() + kJsonPadding));
}

ondemand::document JsonParser::iterateCopy(std::string_view text) {
    m_copy.assign(text);
    m_copy.append(kJsonPadding, ' ');
    return iterate(std::string_view(m_copy).substr(0, text.size()));
}

namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ')
        text.remove_suffix(1);
    return text;
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

} // namespace

std::string_view scalarText(JsonValue& value) {
    switch (value.type()) {
    case ondemand::json_type::string: return value.get_string();
    case ondemand::json_type::null: return {};
    case ondemand::json_type::number: {
        const std::string_view text = trimmed(value.raw_json_token());
        if (!isJsonNumber(text))
            throw simdjson::simdjson_error(simdjson::NUMBER_ERROR);
        return text;
    }
    case ondemand::json_type::boolean: return bool(value.get_bool()) ? "true" : "false";
    default: throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
    }
}

bool isList(JsonValue& value, std::string_view& remark) {
    const auto type = value.type().value();
    if (type != ondemand::json_type::array && type != ondemand::json_type::null)
        remark = "a part that is no list left out";
    return type == ondemand::json_type::array;
}

bool isObject(JsonValue& value, std::string_view& remark) {
    const auto type = value.type().value();
    bool isEmptyList = false;
    if (type == ondemand::json_type::array) {
        ondemand::array list = value.get_array();
        isEmptyList = list.is_empty();
    }
    if (type != ondemand::json_type::object && type != ondemand::json_type::null && !isEmptyList)
        remark = "a part that is no object left out";
    return type == ondemand::json_type::object;
}

std::string_view rawJson(JsonValue& value) {
    switch (value.type()) {
    case ondemand::json_type::object: return trimmed(value.get_object().value().raw_json().value());
    case ondemand::json_type::array: return trimmed(value.get_array().value().raw_json().value());
    default: return trimmed(value.raw_json_token());
    }
}

void appendCompactJson(std::string& out, JsonValue value, int depth) {
    if (depth > kValueDepth)
        throw RecordError{"a value nested deeper than 100 levels"};
    switch (value.type()) {
    case ondemand::json_type::object: {
        out += '{';
        bool first = true;
        for (ondemand::field& field : members(value.get_object())) {
            if (!first)
                out += ',';
            first = false;
            appendJsonString(out, field.unescaped_key());
            out += ':';
            appendCompactJson(out, field.value(), depth + 1);
        }
        out += '}';
        break;
    }
    case ondemand::json_type::array: {
        out += '[';
        bool first = true;
        for (auto item : value.get_array()) {
            if (!first)
                out += ',';
            first = false;
            appendCompactJson(out, item.value(), depth + 1);
        }
        out += ']';
        break;
    }
    case ondemand::json_type::string: appendJsonString(out, value.get_string()); break;
    case ondemand::json_type::null: out += "null"; break;
    default: out += scalarText(value);
    }
}

void plainValue(JsonValue value, ValueType& type, std::string_view& text, TextPool& pool) {
    switch (value.type()) {
    case ondemand::json_type::object:
    case ondemand::json_type::array: {
        type = value.type() == ondemand::json_type::object ? ValueType::Map : ValueType::Array;
        std::string& out = pool.next();
        appendCompactJson(out, value);
        text = out;
        break;
    }
    case ondemand::json_type::boolean:
        type = ValueType::Bool;
        text = scalarText(value);
        break;
    case ondemand::json_type::number:
        text = scalarText(value);
        type = checkedType(ValueType::Int, text);
        break;
    default:
        type = ValueType::String;
        text = scalarText(value);
    }
}

std::optional<int64_t> scaledInteger(std::string_view text, int scale) {
    size_t at = 0;
    const bool negative = text.starts_with('-');
    if (negative)
        at = 1;
    uint64_t value = 0;
    int exponent = scale;
    bool digits = false, full = false;
    for (bool fraction = false; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '.' && !fraction) {
            fraction = true;
            continue;
        }
        if (!isDigit(c))
            break;
        digits = true;
        const auto digit = static_cast<uint64_t>(c - '0');
        if (full || value > (UINT64_MAX - digit) / 10) {
            full = true; // further digits only shift what was read
            if (!fraction)
                ++exponent;
            continue;
        }
        value = value * 10 + digit;
        if (fraction)
            --exponent;
    }
    if (!digits)
        return std::nullopt;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        const bool down = at < text.size() && text[at] == '-';
        if (at < text.size() && (text[at] == '-' || text[at] == '+'))
            ++at;
        if (at == text.size())
            return std::nullopt;
        int power = 0;
        for (; at < text.size() && isDigit(text[at]); ++at)
            power = std::min(power * 10 + (text[at] - '0'), 10000);
        exponent += down ? -power : power;
    }
    if (at != text.size())
        return std::nullopt;
    for (; exponent < 0 && value != 0; ++exponent)
        value /= 10;
    for (; exponent > 0 && value != 0; --exponent)
        if (__builtin_mul_overflow(value, uint64_t{10}, &value))
            return std::nullopt;
    if (value > static_cast<uint64_t>(INT64_MAX))
        return std::nullopt;
    return negative ? -static_cast<int64_t>(value) : static_cast<int64_t>(value);
}

bool isJsonNumber(std::string_view text) {
    size_t at = text.starts_with('-') ? 1 : 0;
    const auto digits = [&] {
        const size_t start = at;
        while (at < text.size() && isDigit(text[at]))
            ++at;
        return at - start;
    };
    if (at < text.size() && text[at] == '0')
        ++at;
    else if (digits() == 0)
        return false;
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (digits() == 0)
            return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-'))
            ++at;
        if (digits() == 0)
            return false;
    }
    return at == text.size();
}

bool isJsonInteger(std::string_view text) {
    return isJsonNumber(text) && text.find_first_of(".eE") == std::string_view::npos;
}

ValueType checkedType(ValueType said, std::string_view text) {
    const auto isBase64 = [&] {
        const size_t end = std::min(text.find('='), text.size());
        return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), [](char c) {
                   return isDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '+' || c == '/' || c == '-' || c == '_';
               }) &&
               text.find_first_not_of('=', end) == std::string_view::npos;
    };
    switch (said) {
    case ValueType::Int:
        if (isJsonInteger(text) && scaledInteger(text))
            return said;
        [[fallthrough]];
    case ValueType::Double: return isJsonNumber(text) ? ValueType::Double : ValueType::String; // "NaN" is no number in JSON
    case ValueType::Bool: return text == "true" || text == "false" ? said : ValueType::String;
    case ValueType::Bytes: return isBase64() ? said : ValueType::String;
    default: return said;
    }
}

} // namespace aisle
