#include "format/xray_record.h"

#include "format/flat_fields.h"
#include "format/ids_text.h"
#include "format/span_fields.h"

#include <algorithm>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

struct Renamed {
    std::string_view from, to;
};

/// Fixed fields with a name in OpenTelemetry's semantic conventions.
constexpr Renamed kRenamed[] = {
    {"http.request.url", "url.full"},
    {"http.request.user_agent", "user_agent.original"},
    {"http.request.client_ip", "client.address"},
    {"http.response.status", "http.response.status_code"},
    {"http.response.content_length", "http.response.body.size"},
    {"sql.sanitized_query", "db.query.text"},
    {"sql.user", "db.user"},
    {"aws.region", "cloud.region"},
    {"aws.table_name", "db.collection.name"},
    {"user", "user.id"},
};

constexpr std::string_view kInstances[] = {"aws.ec2.instance_id", "aws.ecs.container_id", "aws.ecs.container", "aws.eks.pod"};

bool isHex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
}

} // namespace

TraceIdRecord xrayTraceId(std::string_view text) {
    if (text.size() == 35 && text.starts_with("1-") && text[10] == '-' && isHex(text.substr(2, 8)) && isHex(text.substr(11))) {
        char digits[32];
        std::copy_n(text.data() + 2, 8, digits);
        std::copy_n(text.data() + 11, 24, digits + 8);
        return traceIdFrom({digits, sizeof digits});
    }
    return traceIdFrom(text);
}

void XrayRecords::read(JsonObject object, bool nested) {
    m_span.clear();
    m_pool.clear();
    m_service.clear();
    m_type = m_namespace = m_instance = m_status = m_remark = {};
    m_error = m_fault = m_throttle = false;
    std::optional<int64_t> start, end, duration;
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "id") {
            m_span.span = spanIdFrom(scalarText(value));
        } else if (key == "trace_id") {
            m_span.trace = xrayTraceId(scalarText(value));
        } else if (key == "parent_id") {
            m_span.parent = spanIdFrom(scalarText(value));
        } else if (key == "name") {
            m_span.name = scalarText(value);
        } else if (key == "start_time") {
            start = seconds(value, "a start time is no number");
        } else if (key == "end_time") {
            end = seconds(value, "an end time is no number");
        } else if (key == "type") {
            m_type = scalarText(value);
        } else if (key == "error") {
            m_error = scalarText(value) == "true";
        } else if (key == "fault") {
            m_fault = scalarText(value) == "true";
        } else if (key == "throttle") {
            m_throttle = scalarText(value) == "true";
        } else if (key == "cause") {
            readCause(value);
        } else if (key == "links") {
            readLinks(value);
        } else if (key == "annotations") {
            readBlock({}, value);
        } else {
            readBlock(field.unescaped_key(), value);
        }
    }
    if (m_span.span.id == 0)
        throw RecordError{"a segment without an id"};
    if (start && end)
        duration = *end - *start;
    setTimes(m_span, start, duration);
    setKind(nested);
    setStatus();
}

/// Seconds since 1970 with a fraction, also as 1.478293361271E9. Outside of what the sink keeps they are unreadable.
std::optional<int64_t> XrayRecords::seconds(JsonValue& value, std::string_view remark) {
    if (isNull(value))
        return std::nullopt;
    const auto nanos = scaledInteger(scalarText(value), 9);
    if (!nanos || *nanos < kMinTime || *nanos > kMaxTime) {
        m_remark = remark;
        return std::nullopt;
    }
    return nanos;
}

void XrayRecords::readBlock(std::string_view name, JsonValue value) {
    flatten(name, value, m_pool, [this](std::string_view path, ValueType type, std::string_view text) { take(path, type, text); });
}

void XrayRecords::take(std::string_view path, ValueType type, std::string_view text) {
    if (path == "namespace") {
        m_namespace = text;
    } else if (path == "http.response.status") {
        m_status = text;
    } else if (path.starts_with("service.")) {
        m_service.push_back({path, type, text});
        return;
    } else if (path == "sql.database_type") {
        std::string& lower = m_pool.next();
        for (const char c : text)
            lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        m_span.attributes.push_back({"db.system.name", ValueType::String, lower});
        return;
    } else if (path == "aws.table_name") {
        m_span.attributes.push_back({"db.system.name", ValueType::String, "aws.dynamodb"});
    }
    if (std::find(std::begin(kInstances), std::end(kInstances), path) != std::end(kInstances))
        m_instance = text;
    for (const Renamed& renamed : kRenamed)
        if (path == renamed.from)
            path = renamed.to;
    m_span.attributes.push_back({path, type, text});
}

/// The id of an exception elsewhere, or the exceptions.
void XrayRecords::readCause(JsonValue value) {
    if (value.type() != ondemand::json_type::object) {
        readBlock("cause", value);
        return;
    }
    for (ondemand::field& field : members(value.get_object())) {
        JsonValue& content = field.value();
        if (rawKey(field) == "exceptions" && content.type() == ondemand::json_type::array) {
            for (auto item : content.get_array())
                readException(item.get_object());
        } else {
            std::string& name = m_pool.next();
            name = "cause.";
            name += std::string_view(field.unescaped_key());
            readBlock(name, content);
        }
    }
}

void XrayRecords::readException(JsonObject object) {
    EventRecord& event = m_span.addEvent();
    event.name = "exception";
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "type") {
            event.attributes.push_back({"exception.type", ValueType::String, scalarText(value)});
        } else if (key == "message") {
            event.attributes.push_back({"exception.message", ValueType::String, scalarText(value)});
            if (m_span.statusMessage.empty())
                m_span.statusMessage = event.attributes.back().value;
        } else if (key == "stack" && value.type() == ondemand::json_type::array) {
            event.attributes.push_back({"exception.stacktrace", ValueType::String, stackText(value)});
        } else {
            flatten(field.unescaped_key(), value, m_pool, [&](std::string_view path, ValueType type, std::string_view text) {
                event.attributes.push_back({path, type, text});
            });
        }
    }
}

/// One line per frame: label (path:line).
std::string_view XrayRecords::stackText(JsonValue value) {
    std::string& out = m_pool.next();
    for (auto item : value.get_array()) {
        std::string_view label, path, line;
        for (ondemand::field& field : members(item.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& content = field.value();
            if (key == "label")
                label = scalarText(content);
            else if (key == "path")
                path = scalarText(content);
            else if (key == "line")
                line = scalarText(content);
        }
        if (!out.empty())
            out += '\n';
        out += label;
        out += " (";
        out += path;
        out += ':';
        out += line;
        out += ')';
    }
    return out;
}

void XrayRecords::readLinks(JsonValue value) {
    if (isNull(value))
        return;
    for (auto item : value.get_array()) {
        LinkRecord& link = m_span.addLink();
        for (ondemand::field& field : members(item.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& content = field.value();
            if (key == "trace_id")
                link.trace = xrayTraceId(scalarText(content));
            else if (key == "id")
                link.span = spanIdFrom(scalarText(content));
            else
                flattenInto(link.attributes, key == "attributes" ? std::string_view() : std::string_view(field.unescaped_key()),
                            content, m_pool);
        }
    }
}

/// A segment is a service's work on a request, a subsegment with a namespace a call of another service, and its
/// name is that of the other one (X-Ray segment documents, "namespace").
void XrayRecords::setKind(bool nested) {
    if (!m_namespace.empty()) {
        m_span.kind = Kind::Client;
        m_span.attributes.push_back({"peer.service", ValueType::String, m_span.name});
    } else {
        m_span.kind = nested || m_type == "subsegment" ? Kind::Internal : Kind::Server;
    }
}

/// `fault` is the server's failure. `error` and `throttle` are the client's (4xx), which is none of a server's own.
void XrayRecords::setStatus() {
    const bool clientError = m_error || m_throttle;
    const bool onServer = m_span.kind == Kind::Server && m_status.size() == 3 && m_status[0] == '4';
    if (m_fault || (clientError && !onServer))
        m_span.status = Status::Error;
    for (const auto& [key, flag] : {std::pair{"aws.xray.error", m_error}, {"aws.xray.fault", m_fault}, {"aws.xray.throttle", m_throttle}})
        if (flag)
            m_span.attributes.push_back({key, ValueType::Bool, "true"});
    for (size_t i = 0; i < m_span.eventCount; ++i) // exceptions have no time of their own
        m_span.events[i].time = m_span.start + m_span.duration;
}

void XrayRecords::context(ContextRecord& record) const {
    record.clear();
    if (!m_span.name.empty())
        record.resource.push_back({"service.name", ValueType::String, m_span.name});
    if (!m_instance.empty())
        record.resource.push_back({"service.instance.id", ValueType::String, m_instance});
    for (const Attribute& attribute : m_service)
        if (attribute.key != "service.name")
            record.resource.push_back(attribute);
}

} // namespace aisle
