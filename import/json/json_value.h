#pragma once
// Small helpers over simdjson On-Demand that the JSON importers share.
//
// Views point into the parser's buffers and live until its next iterate(). Errors of simdjson are thrown
// (simdjson_error), ours as RecordError; both mean "this record", never "this file".

#include "store/span_sink.h"
#include "text/utf8.h"

#include <simdjson.h>

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace aisle {

using JsonValue = simdjson::ondemand::value;
using JsonObject = simdjson::ondemand::object;

/// Deeper values inside an attribute are refused: those who read the stored JSON text may recurse.
inline constexpr int kValueDepth = 100;

/// A parser that grows in powers of two, so that steadily longer records do not reallocate each time.
class JsonParser {
public:
    /// `text` must have kJsonPadding readable bytes behind it.
    simdjson::ondemand::document iterate(std::string_view text);
    /// Copies the text to a padded buffer first.
    simdjson::ondemand::document iterateCopy(std::string_view text);

private:
    simdjson::ondemand::parser m_parser;
    std::string m_copy;
};

/// Texts made while reading one record; the views stay valid until clear(). Keeps its capacity.
class TextPool {
public:
    std::string& next() {
        if (m_used == m_texts.size())
            m_texts.emplace_back();
        std::string& text = m_texts[m_used++];
        text.clear();
        return text;
    }
    void clear() { m_used = 0; }

private:
    std::deque<std::string> m_texts;
    size_t m_used = 0;
};

/// The key as it stands in the file, escapes not resolved: for the fixed names of a format.
inline std::string_view rawKey(simdjson::ondemand::field& field) {
    const char* const begin = field.key().raw();
    const char* end = begin;
    while (*end != '"')
        ++end;
    return {begin, static_cast<size_t>(end - begin)};
}

/// The members of an object, see members().
class ObjectMembers {
public:
    explicit ObjectMembers(JsonObject object) : m_object(object) {}

    class Iterator {
    public:
        explicit Iterator(simdjson::simdjson_result<simdjson::ondemand::object_iterator> at) : m_at(at) {}
        simdjson::ondemand::field& operator*() {
            Result& result = *::new (static_cast<void*>(m_room)) Result(*m_at); // made where it stays
            if (result.error() != simdjson::SUCCESS)
                throw simdjson::simdjson_error(result.error());
            auto&& member = std::move(result).value_unsafe(); // a reference into m_room
            return member;
        }
        Iterator& operator++() {
            ++m_at;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return m_at != other.m_at; }

    private:
        using Result = simdjson::simdjson_result<simdjson::ondemand::field>;
        static_assert(std::is_trivially_destructible_v<Result>);
        simdjson::simdjson_result<simdjson::ondemand::object_iterator> m_at;
        alignas(Result) std::byte m_room[sizeof(Result)];
    };
    Iterator begin() { return Iterator(m_object.begin()); }
    Iterator end() { return Iterator(m_object.end()); }

private:
    JsonObject m_object;
};

/// For loops: `for (ondemand::field& field : members(object))`; a field is valid until the next. In simdjson's own loop
/// each would be copied, with loads wider than the stores before them: a fifth of the time of an import of Jaeger, a
/// quarter of one of OTLP JSON lines.
inline ObjectMembers members(JsonObject object) { return ObjectMembers(object); }
inline ObjectMembers members(simdjson::simdjson_result<JsonObject> object) { return ObjectMembers(object.value()); }

/// Whether a record's part has the type it should have; else it is left out, and `remark` says so unless it is null. A
/// list of no pairs is an empty map: PHP writes it so.
bool isList(JsonValue& value, std::string_view& remark);
bool isObject(JsonValue& value, std::string_view& remark);

inline bool isNull(JsonValue& value) { return value.type() == simdjson::ondemand::json_type::null; }

/// A string's content, or the text of a number or boolean; empty for null. Throws for containers.
std::string_view scalarText(JsonValue& value);

/// The whole value as it stands in the file.
std::string_view rawJson(JsonValue& value);

/// Any JSON value as an attribute's type and text: containers as compact JSON, null as empty string.
void plainValue(JsonValue value, ValueType& type, std::string_view& text, TextPool& pool);

/// The value compactly: no white space outside strings. Throws RecordError beyond kValueDepth.
void appendCompactJson(std::string& out, JsonValue value, int depth = 0);

/// A decimal number in text times 10^scale, exactly and truncated towards zero; never through double.
/// Takes "17", "-1.5", "1.47E9". Nothing when it is no number or does not fit.
std::optional<int64_t> scaledInteger(std::string_view text, int scale = 0);

/// Whether the document, all of which was read, has nothing behind it.
inline bool atEnd(simdjson::ondemand::document& document) {
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

/// Whether text is a number as JSON writes it.
bool isJsonNumber(std::string_view text);
bool isJsonInteger(std::string_view text);

/// What a text is of which the file says the type: that type, or String when it cannot be that (an integer beyond
/// 64 bits is a Double). Containers are what plainValue() made.
ValueType checkedType(ValueType said, std::string_view text);

} // namespace aisle
