#include "format/gcloud_record.h"

#include "format/ids_text.h"
#include "format/span_fields.h"
#include "format/time_text.h"

#include <algorithm>
#include <array>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

struct Name {
    std::string_view ours, convention;
};

/// Cloud Trace's own labels that have a name in the semantic conventions.
constexpr std::array<Name, 9> kLabels = {{{"/http/method", "http.request.method"},
                                          {"/http/status_code", "http.response.status_code"},
                                          {"/http/url", "url.full"},
                                          {"/http/path", "url.path"},
                                          {"/http/route", "http.route"},
                                          {"/http/host", "http.host"},
                                          {"/http/user_agent", "user_agent.original"},
                                          {"/http/request/size", "http.request.size"},
                                          {"/http/response/size", "http.response.size"}}};

/// What stands for service.name where a monitored resource has it.
constexpr std::array<std::string_view, 5> kServiceLabels = {
    "g.co/gae/app/module", "g.co/r/gae_app/module_id", "g.co/r/cloud_run_revision/service_name",
    "g.co/r/generic_task/job", "g.co/r/k8s_container/container_name"};

bool isResource(std::string_view key) {
    for (const std::string_view name :
         {"service.version", "service.namespace", "service.instance.id", "g.co/agent"})
        if (key == name)
            return true;
    for (const std::string_view prefix : {"host.", "process.", "telemetry.", "cloud.", "k8s.", "container.",
                                          "os.", "deployment.", "g.co/r/", "g.co/gae/"})
        if (key.starts_with(prefix))
            return true;
    return false;
}

/// {"value": ..., "truncatedByteCount": n}, or the text itself.
std::string_view truncatable(JsonValue value) {
    if (value.type() != ondemand::json_type::object)
        return scalarText(value);
    std::string_view text;
    for (ondemand::field& field : members(value.get_object())) {
        if (rawKey(field) != "value")
            continue;
        JsonValue& content = field.value();
        text = scalarText(content);
    }
    return text;
}

/// {"stringValue": {"value": ...}}, {"intValue": "1"}, {"boolValue": true}.
void readAttributeValue(JsonValue value, Attribute& attribute) {
    for (ondemand::field& field : members(value.get_object())) {
        const std::string_view key = rawKey(field);
        if (key == "stringValue") {
            attribute.value = truncatable(field.value());
        } else if (key == "intValue" || key == "boolValue") {
            JsonValue& content = field.value();
            attribute.value = scalarText(content);
            attribute.type = checkedType(key == "boolValue" ? ValueType::Bool : ValueType::Int, attribute.value);
        }
    }
}

/// Cloud Trace wraps its lists: {"<name>": [objects], "dropped...": n}.
template <typename Each>
void eachOf(JsonValue value, std::string_view name, Each&& each) {
    if (isNull(value))
        return;
    for (ondemand::field& field : members(value.get_object())) {
        if (rawKey(field) != name)
            continue;
        JsonValue& list = field.value();
        if (isNull(list))
            continue;
        for (auto item : list.get_array())
            each(item.get_object());
    }
}

} // namespace

void GcloudRecords::begin() {
    m_span.clear();
    m_pool.clear();
    m_resource.clear();
    m_service = m_otherService = m_scopeName = m_scopeVersion = m_project = m_remark = m_errorMessage = {};
    m_saysError = false;
    m_start = m_end = 0;
}

void GcloudRecords::end() {
    if (!m_span.trace.id)
        throw RecordError{"a span without a trace id"};
    if (m_span.span.id == 0)
        throw RecordError{"a span without a span id"};
    if (m_saysError && m_span.status == Status::Unset) {
        m_span.status = Status::Error;
        m_span.statusMessage = m_errorMessage;
    }
    // Protobuf's time of zero, 1970, is one that was not set.
    m_span.setTimes(m_start, m_end);
}

int64_t GcloudRecords::time(JsonValue& value, std::string_view remark) {
    if (isNull(value))
        return 0;
    const auto nanos = nanosFromRfc3339(scalarText(value));
    if (!nanos)
        m_remark = remark;
    return nanos.value_or(0);
}

void GcloudRecords::readV1(JsonObject object, const TraceIdRecord& trace) {
    begin();
    m_span.trace = trace;
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "spanId") {
            m_span.span = spanIdFromDecimal(scalarText(value));
        } else if (key == "parentSpanId") {
            m_span.parent = spanIdFromDecimal(scalarText(value));
        } else if (key == "name") {
            m_span.name = scalarText(value);
        } else if (key == "kind") {
            const std::string_view text = scalarText(value);
            m_span.kind = kindFromText(text.starts_with("RPC_") ? text.substr(4) : text);
            if (m_span.kind == Kind::Unspecified && !text.empty() && text != "SPAN_KIND_UNSPECIFIED")
                m_remark = "an unknown span kind";
        } else if (key == "startTime") {
            m_start = time(value, "a start time could not be read");
        } else if (key == "endTime") {
            m_end = time(value, "an end time could not be read");
        } else if (key == "labels") {
            if (isNull(value))
                continue;
            for (ondemand::field& label : members(value.get_object())) {
                Attribute attribute;
                attribute.key = label.unescaped_key();
                plainValue(label.value(), attribute.type, attribute.value, m_pool);
                takeAttribute(attribute);
            }
        } else {
            addOther(field.unescaped_key(), value);
        }
    }
    end();
}

void GcloudRecords::readV2(JsonObject object, bool truncated) {
    begin();
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "name") {
            takeName(scalarText(value));
        } else if (key == "spanId") {
            m_span.span = spanIdFrom(scalarText(value));
        } else if (key == "parentSpanId") {
            m_span.parent = spanIdFrom(scalarText(value));
        } else if (key == "displayName") {
            m_span.name = truncatable(value);
        } else if (key == "spanKind") {
            const std::string_view text = scalarText(value);
            m_span.kind = kindFromText(text);
            if (m_span.kind == Kind::Unspecified && !text.empty() && text != "SPAN_KIND_UNSPECIFIED")
                m_remark = "an unknown span kind";
        } else if (key == "startTime") {
            m_start = time(value, "a start time could not be read");
        } else if (key == "endTime") {
            m_end = time(value, "an end time could not be read");
        } else if (key == "attributes") {
            eachAttribute(value, [this](const Attribute& attribute) { takeAttribute(attribute); });
        } else if (key == "status") {
            readStatus(value, truncated);
        } else if (key == "timeEvents") {
            readEvents(value);
        } else if (key == "links") {
            readLinks(value);
        } else {
            addOther(field.unescaped_key(), value);
        }
    }
    end();
}

/// "projects/P/traces/T/spans/S"
void GcloudRecords::takeName(std::string_view name) {
    const auto part = [&](std::string_view label) -> std::string_view {
        const size_t at = name.find(label);
        if (at == std::string_view::npos)
            return {};
        const std::string_view rest = name.substr(at + label.size());
        return rest.substr(0, rest.find('/'));
    };
    m_project = part("projects/");
    m_span.trace = traceIdFrom(part("/traces/"));
    if (m_span.span.id == 0)
        m_span.span = spanIdFrom(part("/spans/"));
}

void GcloudRecords::takeAttribute(Attribute attribute) {
    const std::string_view key = attribute.key;
    if (key == "service.name") {
        m_service = attribute.value;
        return;
    }
    if (key == "otel.scope.name" || key == "otel.scope.version") {
        (key == "otel.scope.name" ? m_scopeName : m_scopeVersion) = attribute.value;
        return;
    }
    if (std::find(kServiceLabels.begin(), kServiceLabels.end(), key) != kServiceLabels.end() &&
        m_otherService.empty())
        m_otherService = attribute.value;
    if (key == "g.co/gae/app/version")
        m_resource.push_back({"service.version", ValueType::String, attribute.value});
    if (isResource(key)) {
        m_resource.push_back(attribute);
        return;
    }
    // Cloud Trace shows a span with these as failed.
    if (key == "/error/name" || key == "/error/message") {
        m_saysError = true;
        if (key == "/error/message" || m_errorMessage.empty())
            m_errorMessage = attribute.value;
    }
    for (const Name& name : kLabels)
        if (key == name.ours)
            attribute.key = name.convention;
    if (attribute.key == "http.response.status_code")
        attribute.type = checkedType(ValueType::Int, attribute.value);
    m_span.attributes.push_back(attribute);
}

/// {"attributeMap": {...}, "droppedAttributesCount": n}
template <typename Take>
void GcloudRecords::eachAttribute(JsonValue value, Take&& take) {
    if (isNull(value))
        return;
    for (ondemand::field& field : members(value.get_object())) {
        if (rawKey(field) != "attributeMap")
            continue;
        JsonValue& map = field.value();
        if (isNull(map))
            continue;
        for (ondemand::field& entry : members(map.get_object())) {
            Attribute attribute;
            attribute.key = entry.unescaped_key();
            readAttributeValue(entry.value(), attribute);
            take(attribute);
        }
    }
}

void GcloudRecords::addOther(std::string_view key, JsonValue value) {
    if (isNull(value))
        return;
    Attribute& other = m_span.attributes.emplace_back();
    other.key = key;
    plainValue(value, other.type, other.value, m_pool);
}

/// google.rpc.Status: code 0 is OK.
void GcloudRecords::readStatus(JsonValue value, bool truncated) {
    if (isNull(value))
        return;
    std::string_view code;
    for (ondemand::field& field : members(value.get_object())) {
        const std::string_view key = rawKey(field);
        JsonValue& content = field.value();
        if (key == "code")
            code = scalarText(content);
        else if (key == "message")
            m_span.statusMessage = scalarText(content);
        else
            addOther(field.unescaped_key(), content);
    }
    if (code.empty() || code == "0") {
        m_span.status = code.empty() && truncated ? Status::Unset : Status::Ok;
        return;
    }
    m_span.status = Status::Error;
    m_span.attributes.push_back(
        {"status.code", checkedType(ValueType::Int, code), code});
}

void GcloudRecords::readEvents(JsonValue value) {
    eachOf(value, "timeEvent", [this](JsonObject object) { readEvent(object); });
}

void GcloudRecords::readEvent(JsonObject object) {
    EventRecord& event = m_span.addEvent();
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "time") {
            event.time = time(value, "an event's time could not be read");
        } else if (key == "messageEvent") {
            readMessage(value, event);
        } else if (key == "annotation" && !isNull(value)) {
            for (ondemand::field& part : members(value.get_object())) {
                const std::string_view name = rawKey(part);
                if (name == "description")
                    event.name = truncatable(part.value());
                else if (name == "attributes")
                    eachAttribute(part.value(),
                                  [&](const Attribute& attribute) { event.attributes.push_back(attribute); });
            }
        }
    }
}

void GcloudRecords::readMessage(JsonValue value, EventRecord& event) {
    if (isNull(value))
        return;
    static constexpr std::array<Name, 4> names = {{{"type", "rpc.message.type"},
                                                   {"id", "rpc.message.id"},
                                                   {"uncompressedSizeBytes", "rpc.message.uncompressed_size"},
                                                   {"compressedSizeBytes", "rpc.message.compressed_size"}}};
    event.name = "rpc.message";
    for (ondemand::field& field : members(value.get_object())) {
        const std::string_view key = rawKey(field);
        for (const Name& name : names) {
            if (key != name.ours)
                continue;
            JsonValue& content = field.value();
            const std::string_view text = scalarText(content);
            const ValueType type = checkedType(ValueType::Int, text);
            event.attributes.push_back({name.convention, type, text});
        }
    }
}

void GcloudRecords::readLinks(JsonValue value) {
    eachOf(value, "link", [this](JsonObject object) { readLink(object); });
}

void GcloudRecords::readLink(JsonObject object) {
    LinkRecord& link = m_span.addLink();
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "traceId")
            link.trace = traceIdFrom(scalarText(value));
        else if (key == "spanId")
            link.span = spanIdFrom(scalarText(value));
        else if (key == "type")
            link.attributes.push_back({"type", ValueType::String, scalarText(value)});
        else if (key == "attributes")
            eachAttribute(value, [&](const Attribute& attribute) { link.attributes.push_back(attribute); });
    }
}

void GcloudRecords::emit(uint8_t flags, std::string_view project) {
    m_span.flags |= flags;
    if (m_project.empty())
        m_project = project;
    if (m_service.empty())
        m_service = m_otherService;
    m_key.clear();
    for (const std::string_view text : {m_project, m_service, m_scopeName, m_scopeVersion})
        appendKeyPart(m_key, text);
    for (const Attribute& attribute : m_resource) {
        appendKeyPart(m_key, attribute.key);
        appendKeyPart(m_key, attribute.value);
    }
    m_span.context = m_cache.get(m_key, [this] { return makeContext(m_project); });
    m_sink.span(m_span);
}

ContextHandle GcloudRecords::makeContext(std::string_view project) {
    m_context.clear();
    if (!m_service.empty())
        m_context.resource.push_back({"service.name", ValueType::String, m_service});
    if (!project.empty())
        m_context.resource.push_back({"cloud.account.id", ValueType::String, project});
    m_context.resource.insert(m_context.resource.end(), m_resource.begin(), m_resource.end());
    m_context.scopeName = m_scopeName;
    m_context.scopeVersion = m_scopeVersion;
    return m_sink.context(m_context);
}

} // namespace aisle
