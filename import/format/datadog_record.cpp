#include "format/datadog_record.h"

#include "format/ids_text.h"
#include "format/span_fields.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

std::optional<uint64_t> decimal(std::string_view text) {
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// What a span type says of the span's side (dd-trace-go, ddtrace/ext: web is a server's request, http a client's).
Kind kindOfType(std::string_view type) {
    static constexpr std::array<std::string_view, 9> kClients = {"http", "sql", "redis", "cassandra", "memcached",
                                                                 "mongodb", "elasticsearch", "opensearch", "valkey"};
    if (type == "web")
        return Kind::Server;
    return std::find(kClients.begin(), kClients.end(), type) != kClients.end() ? Kind::Client : Kind::Unspecified;
}

/// A JSON number is decimal, as is a text of at most 20 digits; other texts are hex.
TraceIdRecord traceId(JsonValue& value) {
    const std::string_view text = scalarText(value);
    if (const auto number = decimal(text)) {
        TraceIdRecord record;
        record.id.low = *number;
        if (*number == 0) // an index in snapshots; with _dd.p.tid it becomes an id like any other
            record.text = text;
        return record;
    }
    return traceIdFrom(text);
}
SpanIdRecord spanId(JsonValue& value) {
    const std::string_view text = scalarText(value);
    if (const auto number = decimal(text)) {
        SpanIdRecord record;
        record.id = *number;
        return record;
    }
    return spanIdFrom(text);
}

} // namespace

void DatadogRecords::readSpan(JsonObject object) {
    m_span.clear();
    m_pool.clear();
    m_service = m_version = m_environment = m_host = m_remark = m_metaLinks = m_metaEvents = {};
    m_high = 0;
    std::string_view type, error;
    m_errorMessage = m_errorType = m_errorStack = {};
    std::optional<int64_t> start, duration;
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "trace_id") {
            m_span.trace = traceId(value);
        } else if (key == "span_id") {
            m_span.span = spanId(value);
        } else if (key == "parent_id") {
            m_span.parent = spanId(value);
        } else if (key == "name") {
            m_span.name = scalarText(value);
        } else if (key == "service") {
            m_service = scalarText(value);
        } else if (key == "resource") {
            add("resource.name", scalarText(value));
        } else if (key == "type") {
            type = scalarText(value);
            add("span.type", type);
        } else if (key == "error") {
            error = scalarText(value);
        } else if (key == "start") {
            start = nanos(value, "a start time is no number");
        } else if (key == "duration") {
            duration = nanos(value, "a duration is no number");
        } else if (key == "meta") {
            readMeta(value);
        } else if (key == "metrics") {
            readMetrics(value);
        } else if (key == "span_links") {
            readLinks(value, false);
        } else if (key == "span_events") {
            readEvents(value);
        } else if (!isNull(value)) {
            addValue(field.unescaped_key(), value);
        }
    }
    if (!m_span.trace.id && m_span.trace.text.empty())
        throw RecordError{"a span without a trace id"};
    if (m_span.span.id == 0)
        throw RecordError{"a span without a span id"};
    if (m_span.kind == Kind::Unspecified)
        m_span.kind = kindOfType(type);
    setTimes(m_span, start, duration);
    applyError(error);
}

std::optional<int64_t> DatadogRecords::nanos(JsonValue& value, std::string_view remark) {
    if (isNull(value))
        return std::nullopt;
    const auto number = scaledInteger(scalarText(value));
    if (!number)
        m_remark = remark;
    return number;
}

void DatadogRecords::add(std::string_view key, std::string_view text) {
    if (!text.empty())
        m_span.attributes.push_back({key, ValueType::String, text});
}
void DatadogRecords::readMeta(JsonValue value) {
    if (isNull(value))
        return;
    for (ondemand::field& field : members(value.get_object())) {
        Attribute attribute;
        attribute.key = field.unescaped_key();
        JsonValue& content = field.value();
        if (isNull(content))
            continue;
        plainValue(content, attribute.type, attribute.value, m_pool);
        if (!takeMeta(attribute.key, attribute.value))
            m_span.attributes.push_back(attribute);
    }
}

/// What has a place of its own in a span; true when nothing of it would be lost without the attribute.
bool DatadogRecords::takeMeta(std::string_view key, std::string_view text) {
    if (key == "_dd.p.tid") {
        const TraceIdRecord high = traceIdFrom(text);
        if (high.text.empty() && high.id.high == 0)
            m_high = high.id.low;
        else
            m_remark = "the high half of a trace id is no hex number";
        return high.text.empty();
    }
    if (key == "span.kind") {
        m_span.kind = kindFromText(text);
        return m_span.kind != Kind::Unspecified;
    }
    if (key == "_dd.span_links")
        return (m_metaLinks = text, true);
    if (key == "events" && text.starts_with('['))
        return (m_metaEvents = text, true);
    if (key == "version")
        return (m_version = text, true);
    if (key == "env")
        return (m_environment = text, true);
    if (key == "_dd.hostname")
        return (m_host = text, true);
    if (key == "error.message" || key == "error.msg")
        return (m_errorMessage = text, true);
    if (key == "error.stack")
        return (m_errorStack = text, true);
    if (key == "error.type")
        m_errorType = text;
    return false;
}

/// Metrics are floats in every tracer; what is a whole number becomes one again.
void DatadogRecords::readMetrics(JsonValue value) {
    if (isNull(value))
        return;
    for (ondemand::field& field : members(value.get_object())) {
        Attribute attribute;
        attribute.key = field.unescaped_key();
        JsonValue& content = field.value();
        if (isNull(content))
            continue;
        plainValue(content, attribute.type, attribute.value, m_pool);
        if (attribute.type == ValueType::Double && attribute.value.ends_with(".0")) {
            attribute.value.remove_suffix(2);
            attribute.type = checkedType(ValueType::Int, attribute.value);
        }
        m_span.attributes.push_back(attribute);
    }
}

/// 0 and 1, but some tracers write a status code; below 400 that is none.
void DatadogRecords::applyError(std::string_view error) {
    const auto code = scaledInteger(error);
    const bool isError = code ? *code != 0 && (*code < 100 || *code >= 400) : error == "true";
    if (isError)
        m_span.status = Status::Error;
    if (code && *code != 0 && *code != 1)
        m_span.attributes.push_back({"datadog.error", checkedType(ValueType::Int, error), error});
    m_span.statusMessage = m_errorMessage;
    if (m_errorType.empty() && m_errorStack.empty())
        return;
    EventRecord& event = m_span.addEvent();
    event.name = "exception";
    if (__builtin_add_overflow(m_span.start, m_span.duration, &event.time))
        event.time = m_span.start;
    for (const auto& [key, text] : {std::pair{"exception.type", m_errorType}, {"exception.message", m_errorMessage},
                                    {"exception.stacktrace", m_errorStack}})
        if (!text.empty())
            event.attributes.push_back({key, ValueType::String, text});
}

/// In meta the ids are hex texts; in the span's own list they are numbers like the span's.
void DatadogRecords::readLinks(JsonValue value, bool hex) {
    if (isNull(value))
        return;
    for (auto item : value.get_array()) {
        LinkRecord& link = m_span.addLink();
        uint64_t high = 0;
        for (ondemand::field& field : members(item.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& content = field.value();
            if (key == "trace_id") {
                link.trace = hex ? traceIdFrom(scalarText(content)) : traceId(content);
            } else if (key == "trace_id_high") {
                high = decimal(scalarText(content)).value_or(0);
            } else if (key == "span_id") {
                link.span = hex ? spanIdFrom(scalarText(content)) : spanId(content);
            } else if (key == "tracestate") {
                link.traceState = scalarText(content);
            } else if (key == "attributes") {
                readAttributes(content, link.attributes);
            } else if (!isNull(content)) {
                addTo(link.attributes, field.unescaped_key(), content);
            }
        }
        if (high != 0 && link.trace.id.high == 0)
            link.trace.id.high = high;
    }
}

void DatadogRecords::readEvents(JsonValue value) {
    if (isNull(value))
        return;
    for (auto item : value.get_array()) {
        EventRecord& event = m_span.addEvent();
        for (ondemand::field& field : members(item.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& content = field.value();
            if (key == "name")
                event.name = scalarText(content);
            else if (key == "time_unix_nano")
                event.time = nanos(content, "an event's time is no number").value_or(0);
            else if (key == "attributes")
                readAttributes(content, event.attributes);
            else if (!isNull(content))
                addTo(event.attributes, field.unescaped_key(), content);
        }
    }
}

void DatadogRecords::readAttributes(JsonValue value, Attributes& out) {
    if (isNull(value))
        return;
    for (ondemand::field& field : members(value.get_object())) {
        const std::string_view key = field.unescaped_key();
        addTo(out, key, field.value());
    }
}
void DatadogRecords::addTo(Attributes& out, std::string_view key, JsonValue value) {
    Attribute attribute{key, ValueType::String, {}};
    plainValue(value, attribute.type, attribute.value, m_pool);
    out.push_back(attribute);
}

void DatadogRecords::readNested() {
    const auto attempt = [&](JsonParser& parser, std::string_view text, auto&& read) {
        const size_t links = m_span.linkCount, events = m_span.eventCount;
        try {
            auto document = parser.iterateCopy(text);
            read(document.get_value());
            return true;
        } catch (const simdjson::simdjson_error&) {
        } catch (const RecordError&) {
        }
        m_span.linkCount = links;
        m_span.eventCount = events;
        return false;
    };
    if (!m_metaLinks.empty() && !attempt(m_linkParser, m_metaLinks, [&](JsonValue value) { readLinks(value, true); })) {
        m_remark = "span links that are no JSON";
        add("_dd.span_links", m_metaLinks);
    }
    if (!m_metaEvents.empty() && !attempt(m_eventParser, m_metaEvents, [&](JsonValue value) { readEvents(value); })) {
        m_remark = "span events that are no JSON";
        add("events", m_metaEvents);
    }
}

} // namespace aisle
