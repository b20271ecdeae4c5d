#include "format/csv_nested.h"

#include "format/ids_text.h"

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

std::string_view keep(std::string_view text, TextPool& pool) {
    std::string& kept = pool.next();
    kept = text;
    return kept;
}

/// each(object) for what is in a list of objects; false when it is none.
template <typename Each>
bool forEachObject(JsonParser& parser, std::string_view text, Each&& each) {
    if (!text.starts_with('['))
        return false;
    try {
        auto document = parser.iterateCopy(text);
        for (auto item : document.get_array())
            each(JsonObject(item.get_object()));
        return atEnd(document);
    } catch (const simdjson::simdjson_error&) {
        return false;
    } catch (const RecordError&) {
        return false;
    }
}

/// A member that is not known: its "attributes", or one of them.
void addMember(ondemand::field& field, Attributes& attributes, TextPool& pool) {
    const std::string_view key = field.unescaped_key();
    JsonValue& value = field.value();
    if (key == "attributes" && value.type() == ondemand::json_type::object) {
        readJsonAttributes(value.get_object(), attributes, pool);
        return;
    }
    Attribute attribute;
    attribute.key = keep(key, pool);
    plainValue(value, attribute.type, attribute.value, pool);
    attribute.value = keep(attribute.value, pool);
    attributes.push_back(attribute);
}

} // namespace

std::optional<CsvNested> csvNestedFrom(std::string_view plainName) {
    constexpr std::array<std::string_view, kCsvNested> names = {"tracestate",   "resourceattributes", "resourceschemaurl",
                                                                "scopename",    "scopeversion",       "scopeattributes",
                                                                "spanattributes", "events",           "links"};
    for (size_t i = 0; i < names.size(); ++i)
        if (plainName == names[i])
            return static_cast<CsvNested>(i);
    return plainName == "attributes" ? std::optional(CsvNested::SpanAttributes) : std::nullopt;
}

bool readCsvEvents(JsonParser& parser, std::string_view text, SpanRecord& span, TextPool& pool) {
    const size_t before = span.eventCount;
    const bool good = forEachObject(parser, text, [&](JsonObject object) {
        EventRecord& event = span.addEvent();
        for (ondemand::field& field : members(object)) {
            const std::string_view key = rawKey(field);
            if (key == "timeUnixNano") {
                JsonValue& value = field.value();
                const auto time = scaledInteger(scalarText(value));
                if (!time)
                    throw RecordError{"a time that is no number"};
                event.time = *time;
            } else if (key == "name") {
                JsonValue& value = field.value();
                event.name = keep(scalarText(value), pool);
            } else {
                addMember(field, event.attributes, pool);
            }
        }
    });
    if (!good)
        span.eventCount = before;
    return good;
}

bool readCsvLinks(JsonParser& parser, std::string_view text, SpanRecord& span, TextPool& pool) {
    const size_t before = span.linkCount;
    const bool good = forEachObject(parser, text, [&](JsonObject object) {
        LinkRecord& link = span.addLink();
        for (ondemand::field& field : members(object)) {
            const std::string_view key = rawKey(field);
            if (key == "traceId" || key == "spanId" || key == "traceState") {
                JsonValue& value = field.value();
                const std::string_view content = keep(scalarText(value), pool);
                if (key == "traceId")
                    link.trace = traceIdFrom(content);
                else if (key == "spanId")
                    link.span = spanIdFrom(content);
                else
                    link.traceState = content;
            } else {
                addMember(field, link.attributes, pool);
            }
        }
    });
    if (!good)
        span.linkCount = before;
    return good;
}

} // namespace aisle
