#include "format/otlp_json_record.h"

#include "format/ids_text.h"
#include "format/span_fields.h"
#include "json/json_repair.h"

#include <functional>
#include <utility>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

constexpr std::string_view kBadTime = "a time is no number";
constexpr std::string_view kBadKind = "an unknown span kind";
constexpr std::string_view kBadStatus = "an unknown status code";
constexpr std::string_view kBadNumber = "a number could not be read";

} // namespace

int64_t OtlpJsonRecords::readNanos(JsonValue& value) {
    const std::string_view text = scalarText(value);
    if (text.empty())
        return 0;
    if (const auto number = scaledInteger(text))
        return *number;
    m_remark = kBadTime;
    return 0;
}

Kind OtlpJsonRecords::readKind(JsonValue& value) {
    const std::string_view text = scalarText(value);
    if (text.size() == 1 && text[0] >= '0' && text[0] <= '5')
        return static_cast<Kind>(text[0] - '0');
    const Kind kind = kindFromText(text);
    if (kind == Kind::Unspecified && !text.empty() && text != "UNSPECIFIED" && text != "SPAN_KIND_UNSPECIFIED")
        m_remark = kBadKind;
    return kind;
}

void OtlpJsonRecords::readSpan(JsonObject object, SpanRecord& span) {
    span.clear();
    m_pool.clear();
    m_remark = {};
    int64_t start = 0, end = 0;
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        switch (key.size()) {
        case 4:
            if (key == "name")
                span.name = scalarText(value);
            else if (key == "kind")
                span.kind = readKind(value);
            break;
        case 5:
            if (key == "links")
                readLinks(value, span);
            break;
        case 6:
            if (key == "spanId")
                span.span = spanIdFrom(scalarText(value));
            else if (key == "events")
                readEvents(value, span);
            else if (key == "status")
                readStatus(value, span);
            break;
        case 7:
            if (key == "traceId")
                span.trace = traceIdFrom(scalarText(value));
            break;
        case 10:
            if (key == "attributes")
                readAttributes(value, span.attributes, m_pool);
            else if (key == "traceState")
                span.traceState = scalarText(value);
            break;
        case 12:
            if (key == "parentSpanId")
                span.parent = spanIdFrom(scalarText(value));
            break;
        case 15:
            if (key == "endTimeUnixNano")
                end = readNanos(value);
            break;
        case 17:
            if (key == "startTimeUnixNano")
                start = readNanos(value);
            break;
        default: break;
        }
    }
    if (!span.trace.id)
        throw RecordError{"a span without a trace id"};
    if (span.span.id == 0)
        throw RecordError{"a span without a span id"};
    span.setTimes(start, end);
}

void OtlpJsonRecords::readSearchSpan(JsonObject object, const TraceIdRecord& trace, SpanRecord& span) {
    span.clear();
    m_pool.clear();
    m_remark = {};
    span.trace = trace;
    std::optional<int64_t> duration;
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "spanID" || key == "spanId")
            span.span = spanIdFrom(scalarText(value));
        else if (key == "name")
            span.name = scalarText(value);
        else if (key == "startTimeUnixNano")
            span.start = readNanos(value);
        else if (key == "durationNanos" && !isNull(value))
            duration = readNanos(value);
        else if (key == "attributes")
            readAttributes(value, span.attributes, m_pool);
    }
    if (!span.trace.id)
        throw RecordError{"a span without a trace id"};
    if (span.span.id == 0)
        throw RecordError{"a span without a span id"};
    setTimes(span, span.start != 0 ? std::optional(span.start) : std::nullopt, duration);
}

void OtlpJsonRecords::readStatus(JsonValue value, SpanRecord& span) {
    if (!isObject(value, m_remark))
        return;
    for (ondemand::field& field : members(value.get_object())) {
        const std::string_view key = rawKey(field);
        JsonValue& content = field.value();
        if (key == "code") {
            const std::string_view text = scalarText(content);
            if (text == "0" || text.empty() || text == "STATUS_CODE_UNSET" || text == "UNSET")
                span.status = Status::Unset;
            else if (text == "1" || text == "STATUS_CODE_OK" || text == "OK")
                span.status = Status::Ok;
            else if (text == "2" || text == "STATUS_CODE_ERROR" || text == "ERROR")
                span.status = Status::Error;
            else
                m_remark = kBadStatus;
        } else if (key == "message") {
            span.statusMessage = scalarText(content);
        }
    }
}

void OtlpJsonRecords::readEvents(JsonValue value, SpanRecord& span) {
    if (!isList(value, m_remark))
        return;
    for (auto item : value.get_array()) {
        EventRecord& event = span.addEvent();
        for (ondemand::field& field : members(item.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& content = field.value();
            if (key == "timeUnixNano")
                event.time = readNanos(content);
            else if (key == "name")
                event.name = scalarText(content);
            else if (key == "attributes")
                readAttributes(content, event.attributes, m_pool);
        }
    }
}

void OtlpJsonRecords::readLinks(JsonValue value, SpanRecord& span) {
    if (!isList(value, m_remark))
        return;
    for (auto item : value.get_array()) {
        LinkRecord& link = span.addLink();
        for (ondemand::field& field : members(item.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& content = field.value();
            if (key == "traceId")
                link.trace = traceIdFrom(scalarText(content));
            else if (key == "spanId")
                link.span = spanIdFrom(scalarText(content));
            else if (key == "traceState")
                link.traceState = scalarText(content);
            else if (key == "attributes")
                readAttributes(content, link.attributes, m_pool);
        }
    }
}

void OtlpJsonRecords::readLog(JsonObject object, LogRecord& log) {
    log.clear();
    m_pool.clear();
    m_remark = {};
    int64_t observed = 0;
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "timeUnixNano")
            log.time = readNanos(value);
        else if (key == "observedTimeUnixNano")
            observed = readNanos(value);
        else if (key == "traceId")
            log.trace = traceIdFrom(scalarText(value));
        else if (key == "spanId")
            log.span = spanIdFrom(scalarText(value));
        else if (key == "severityText")
            log.severityText = scalarText(value);
        else if (key == "eventName")
            log.eventName = scalarText(value);
        else if (key == "attributes")
            readAttributes(value, log.attributes, m_pool);
        else if (key == "body")
            readAnyValue(value, log.bodyType, log.body, m_pool);
        else if (key == "severityNumber") {
            // A number, or SEVERITY_NUMBER_INFO2: four numbers each for TRACE, DEBUG, INFO, WARN, ERROR, FATAL.
            std::string_view text = scalarText(value);
            if (const auto number = scaledInteger(text)) {
                log.severity = static_cast<int>(*number);
            } else if (text.starts_with("SEVERITY_NUMBER_")) {
                text.remove_prefix(16);
                int base = 1;
                for (const std::string_view name : {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}) {
                    if (text.starts_with(name)) {
                        const std::string_view step = text.substr(name.size());
                        log.severity = base + (step.size() == 1 && step[0] >= '2' && step[0] <= '4' ? step[0] - '1' : 0);
                    }
                    base += 4;
                }
            }
        }
    }
    if (log.time == 0)
        log.time = observed;
}

void OtlpJsonRecords::readAttributes(JsonValue value, Attributes& attributes, TextPool& pool) {
    if (!isList(value, m_remark))
        return;
    for (auto item : value.get_array()) {
        Attribute attribute;
        bool named = false;
        for (ondemand::field& field : members(item.get_object())) {
            const std::string_view key = rawKey(field);
            if (key == "key") {
                JsonValue& content = field.value();
                attribute.key = scalarText(content);
                named = true;
            } else if (key == "value") {
                readAnyValue(field.value(), attribute.type, attribute.value, pool);
            }
        }
        if (named)
            attributes.push_back(attribute);
    }
}

void OtlpJsonRecords::readAnyValue(JsonValue value, ValueType& type, std::string_view& text, TextPool& pool) {
    type = ValueType::String;
    if (value.type() != ondemand::json_type::object) {
        plainValue(value, type, text, pool); // not OTLP, but clear enough
        return;
    }
    for (ondemand::field& field : members(value.get_object())) {
        const std::string_view key = rawKey(field);
        JsonValue& content = field.value();
        if (key == "stringValue") {
            text = scalarText(content);
        } else if (key == "intValue") {
            text = scalarText(content);
            type = checkedType(ValueType::Int, text);
            if (type == ValueType::String)
                m_remark = kBadNumber;
        } else if (key == "doubleValue") {
            text = scalarText(content);
            type = checkedType(ValueType::Double, text);
        } else if (key == "boolValue") {
            text = scalarText(content);
            type = checkedType(ValueType::Bool, text);
        } else if (key == "bytesValue") {
            text = scalarText(content);
            type = checkedType(ValueType::Bytes, text);
        } else if (key == "arrayValue" || key == "kvlistValue") {
            type = key == "arrayValue" ? ValueType::Array : ValueType::Map;
            std::string& out = pool.next();
            out += key == "arrayValue" ? '[' : '{';
            if (!isNull(content))
                for (ondemand::field& values : members(content.get_object())) {
                    if (rawKey(values) == "values")
                        for (auto item : values.value().get_array()) {
                            if (out.size() > 1)
                                out += ',';
                            appendAnyValue(out, item.value(), type == ValueType::Map ? -1 : 1);
                        }
                }
            out += key == "arrayValue" ? ']' : '}';
            text = out;
        }
    }
}

/// Depth -1: a key-value pair of the outermost map; negative depths are pairs, positive ones values.
void OtlpJsonRecords::appendAnyValue(std::string& out, JsonValue value, int depth) {
    const int level = depth < 0 ? -depth : depth;
    if (level > kValueDepth)
        throw RecordError{"a value nested deeper than 100 levels"};
    if (depth < 0) { // {"key": ..., "value": ...}; a map needs the key first
        std::string_view name;
        const size_t start = out.size();
        std::string content = "null";
        for (ondemand::field& field : members(value.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& part = field.value();
            if (key == "key") {
                name = scalarText(part);
            } else if (key == "value") {
                content.clear();
                appendAnyValue(content, part, level);
            }
        }
        out.resize(start);
        appendJsonString(out, name);
        out += ':';
        out += content;
        return;
    }
    if (value.type() != ondemand::json_type::object) {
        appendCompactJson(out, value, level);
        return;
    }
    const size_t start = out.size();
    for (ondemand::field& field : members(value.get_object())) {
        const std::string_view key = rawKey(field);
        JsonValue& content = field.value();
        if (key == "arrayValue" || key == "kvlistValue") {
            const bool map = key == "kvlistValue";
            out += map ? '{' : '[';
            const size_t inside = out.size();
            if (!isNull(content))
                for (ondemand::field& values : members(content.get_object())) {
                    if (rawKey(values) == "values")
                        for (auto item : values.value().get_array()) {
                            if (out.size() != inside)
                                out += ',';
                            appendAnyValue(out, item.value(), map ? -(level + 1) : level + 1);
                        }
                }
            out += map ? '}' : ']';
        } else if (key == "intValue" || key == "doubleValue" || key == "boolValue") {
            const std::string_view text = scalarText(content);
            if (isJsonNumber(text) || text == "true" || text == "false") {
                out += text;
                if (key == "doubleValue" && isJsonInteger(text))
                    out += ".0"; // nothing else says that it is no integer
            } else {
                appendJsonString(out, text);
            }
        } else if (key == "stringValue" || key == "bytesValue") {
            appendJsonString(out, scalarText(content));
        }
    }
    if (out.size() == start)
        out += "null";
}

void OtlpJsonRecords::readContext(std::string_view resource, std::string_view schema, std::string_view scope,
                                  ContextRecord& record, std::string& problem) {
    m_contextPool.clear();
    problem.clear();
    const std::string_view ofRecord = std::exchange(m_remark, {});
    record.resourceSchema = schema;
    const auto read = [&](std::string_view text, JsonParser& parser, auto&& take) {
        std::string repaired, what;
        for (int attempt = 0; attempt < 2 && !text.empty(); ++attempt) {
            try {
                auto document = parser.iterateCopy(text);
                for (ondemand::field& field : members(document.get_object())) {
                    const std::string_view key = rawKey(field);
                    take(key, field.value());
                }
                return;
            } catch (const simdjson::simdjson_error& error) {
                problem = simdjson::error_message(error.error());
            } catch (const RecordError& error) {
                problem = error.reason;
            }
            repaired = repairJson(text, what);
            text = repaired;
        }
    };
    read(resource, m_resourceParser, [&](std::string_view key, JsonValue value) {
        if (key == "attributes") {
            record.resource.clear();
            readAttributes(value, record.resource, m_contextPool);
        }
    });
    read(scope, m_scopeParser, [&](std::string_view key, JsonValue value) {
        if (key == "name") {
            record.scopeName = scalarText(value);
        } else if (key == "version") {
            record.scopeVersion = scalarText(value);
        } else if (key == "attributes") {
            record.scope.clear();
            readAttributes(value, record.scope, m_contextPool);
        }
    });
    const std::string_view remark = std::exchange(m_remark, ofRecord);
    if (problem.empty())
        problem = remark;
}

} // namespace aisle
