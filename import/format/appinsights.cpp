// Azure Application Insights: telemetry envelopes as its SDKs send them to /v2/track; a list or JSON lines.
//
// Requests and dependencies are spans; traces, exceptions and events are log records of the span that
// ai.operation.parentId names.

#include "format/context_cache.h"
#include "format/event_list.h"
#include "format/ids_text.h"
#include "format/span_fields.h"
#include "format/time_text.h"
#include "json/json_importer.h"
#include "json/json_probe.h"

#include <algorithm>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

enum class Telemetry : uint8_t { Request, Dependency, OtherSpan, Message, Exception, Event, Metric };

Telemetry telemetryOf(std::string_view baseType) {
    constexpr std::pair<std::string_view, Telemetry> types[] = {
        {"RequestData", Telemetry::Request},     {"RemoteDependencyData", Telemetry::Dependency},
        {"PageViewData", Telemetry::OtherSpan},  {"AvailabilityData", Telemetry::OtherSpan},
        {"MessageData", Telemetry::Message},     {"ExceptionData", Telemetry::Exception},
        {"EventData", Telemetry::Event},         {"MetricData", Telemetry::Metric},
        {"PageViewPerfData", Telemetry::Metric},
    };
    for (const auto& [name, telemetry] : types)
        if (baseType == name)
            return telemetry;
    throw RecordError{baseType.empty() ? "an envelope without a type" : "an envelope of an unknown type"};
}

bool isSpan(Telemetry telemetry) { return telemetry <= Telemetry::OtherSpan; }

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

/// OpenTelemetry's severity number of Verbose, Information, Warning, Error, Critical, by name or number.
int severityOf(std::string_view text) {
    constexpr std::string_view names[] = {"verbose", "information", "warning", "error", "critical"};
    constexpr int numbers[] = {5, 9, 13, 17, 21};
    const std::string name = lower(text);
    for (size_t i = 0; i < std::size(names); ++i)
        if (name == names[i] || (name.size() == 1 && name[0] == static_cast<char>('0' + i)))
            return numbers[i];
    return 0;
}

/// db.system.name of a dependency type; empty when it is no database.
std::string databaseOf(const std::string& type) {
    if (type == "sql")
        return "microsoft.sql_server";
    if (type == "azure documentdb")
        return "azure.cosmosdb";
    for (const char* name : {"mysql", "postgresql", "mongodb", "redis", "cassandra", "mariadb", "sqlite", "elasticsearch", "oracle"})
        if (type == name)
            return type == "oracle" ? "oracle.db" : type;
    return {};
}

class AppInsightsReader : public EventListReader {
public:
    using EventListReader::EventListReader;

private:
    struct Envelope {
        std::string_view time, operation, parent, role, roleInstance, version, baseType, baseData;
        Attributes attributes;
    };
    struct Base {
        std::string_view id, name, duration, success, code, url, data, type, target, message, severity, serviceName;
        std::string_view exceptionType, exceptionMessage, stack;
        Attributes attributes;
    };

    void readEvent(JsonObject object) override {
        m_envelope = {};
        m_base = {};
        for (ondemand::field& field : members(object))
            readEnvelopeField(field);
        m_telemetry = telemetryOf(m_envelope.baseType);
        if (m_telemetry == Telemetry::Metric)
            return;
        if (m_envelope.operation.empty())
            throw RecordError{"an envelope without ai.operation.id"};
        if (!m_envelope.baseData.empty()) {
            auto document = m_baseParser.iterateCopy(m_envelope.baseData);
            for (ondemand::field& field : members(document.get_object()))
                readBaseField(field);
        }
        if (isSpan(m_telemetry))
            makeSpan();
        else
            makeLog();
    }

    void readEnvelopeField(ondemand::field& field) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "time")
            m_envelope.time = scalarText(value);
        else if (key == "tags")
            readTags(value);
        else if (key == "data")
            readData(value);
        else if (key != "name" && key != "ver" && !isNull(value)) // the name says the type once more
            m_envelope.attributes.push_back(attribute(field.unescaped_key(), value));
    }

    void readData(JsonValue& data) {
        for (ondemand::field& field : members(data.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& value = field.value();
            if (key == "baseType")
                m_envelope.baseType = scalarText(value);
            else if (key == "baseData" && !isNull(value))
                m_envelope.baseData = rawJson(value);
        }
    }

    void readTags(JsonValue& tags) {
        if (isNull(tags))
            return;
        for (ondemand::field& field : members(tags.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& value = field.value();
            if (key == "ai.operation.id")
                m_envelope.operation = scalarText(value);
            else if (key == "ai.operation.parentId")
                m_envelope.parent = scalarText(value);
            else if (key == "ai.cloud.role")
                m_envelope.role = scalarText(value);
            else if (key == "ai.cloud.roleInstance")
                m_envelope.roleInstance = scalarText(value);
            else if (key == "ai.application.ver" || key == "ai.cloud.roleVer")
                m_envelope.version = scalarText(value);
            else if (!isNull(value))
                m_envelope.attributes.push_back(attribute(tagName(key), value));
        }
    }

    /// The semantic convention's name of what has one.
    static std::string_view tagName(std::string_view key) {
        constexpr std::pair<std::string_view, std::string_view> names[] = {
            {"ai.session.id", "session.id"}, {"ai.user.id", "user.id"}, {"ai.user.authUserId", "enduser.id"},
            {"ai.location.ip", "client.address"}};
        for (const auto& [tag, name] : names)
            if (key == tag)
                return name;
        return key;
    }

    void readBaseField(ondemand::field& field) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "properties" || key == "measurements") {
            readProperties(value);
            return;
        }
        if (key == "exceptions") {
            readExceptions(value);
            return;
        }
        constexpr std::pair<std::string_view, std::string_view Base::*> texts[] = {
            {"id", &Base::id},       {"name", &Base::name},       {"duration", &Base::duration},
            {"success", &Base::success}, {"responseCode", &Base::code}, {"resultCode", &Base::code},
            {"url", &Base::url},     {"data", &Base::data},       {"type", &Base::type},
            {"target", &Base::target}, {"message", &Base::message}, {"severityLevel", &Base::severity}};
        for (const auto& [name, member] : texts)
            if (key == name) {
                m_base.*member = scalarText(value);
                return;
            }
        if (key != "ver" && !isNull(value))
            m_base.attributes.push_back(attribute(field.unescaped_key(), value));
    }

    void readProperties(JsonValue& value) {
        if (isNull(value))
            return;
        for (ondemand::field& field : members(value.get_object())) {
            const Attribute read = attribute(field.unescaped_key(), field.value());
            if (read.key == "service.name")
                m_base.serviceName = read.value;
            m_base.attributes.push_back(read);
        }
    }

    /// The first one is the exception; what it was caused by is kept as it stands.
    void readExceptions(JsonValue& value) {
        if (isNull(value))
            return;
        size_t count = 0;
        for (auto item : value.get_array()) {
            JsonValue exception = item.value();
            if (count++ != 0) {
                m_base.attributes.push_back(attribute("exception.cause", exception));
                continue;
            }
            for (ondemand::field& field : members(exception.get_object())) {
                const std::string_view key = rawKey(field);
                JsonValue& content = field.value();
                if (key == "typeName")
                    m_base.exceptionType = scalarText(content);
                else if (key == "message")
                    m_base.exceptionMessage = scalarText(content);
                else if (key == "stack")
                    m_base.stack = scalarText(content);
                else if (key == "parsedStack" && !isNull(content))
                    m_base.attributes.push_back(attribute(key, content));
            }
        }
    }

    std::optional<int64_t> time() {
        return timeRead(timeFromText(m_envelope.time), m_envelope.time);
    }

    void makeSpan() {
        if (m_base.id.empty())
            throw RecordError{"a request or dependency without an id"};
        m_span.clear();
        m_span.trace = traceIdFrom(m_envelope.operation);
        m_span.span = spanIdFrom(m_base.id);
        if (m_envelope.parent != m_envelope.operation) // at the root it is the operation's id
            m_span.parent = spanIdFrom(m_envelope.parent);
        m_span.name = m_base.name;
        setTimes(m_span, time(), timeRead(durationFromClock(m_base.duration), m_base.duration));
        if (m_base.success == "false" || m_base.success == "False")
            m_span.status = Status::Error;
        else if (m_base.success == "true" || m_base.success == "True")
            m_span.status = Status::Ok;
        if (m_telemetry == Telemetry::Dependency)
            addDependency();
        else
            addRequest();
        addCommon(m_span.attributes);
    }

    void addCode(bool http, std::string_view key) {
        if (http && m_base.code.size() == 3 && isJsonInteger(m_base.code))
            m_span.attributes.push_back({"http.response.status_code", ValueType::Int, m_base.code});
        else
            add(m_span.attributes, key, m_base.code);
    }

    void addRequest() {
        m_span.kind = m_telemetry == Telemetry::Request ? Kind::Server : Kind::Internal;
        addCode(!m_base.url.empty(), "responseCode");
        add(m_span.attributes, "url.full", m_base.url);
        add(m_span.attributes, "message", m_base.message);
    }

    void addDependency() {
        const std::string type = lower(m_base.type);
        const bool http = type.starts_with("http"), inside = type.starts_with("inproc"), queue = type.starts_with("queue message");
        m_span.kind = inside ? Kind::Internal : queue ? Kind::Producer : Kind::Client;
        addCode(http, "resultCode");
        add(m_span.attributes, "type", m_base.type);
        std::string& database = m_pool.next();
        database = databaseOf(type);
        if (!database.empty()) {
            add(m_span.attributes, "db.system.name", database);
            add(m_span.attributes, "db.query.text", m_base.data);
            const size_t bar = m_base.target.find(" | ");
            add(m_span.attributes, "server.address", m_base.target.substr(0, bar));
            if (bar != std::string_view::npos)
                add(m_span.attributes, "db.namespace", m_base.target.substr(bar + 3));
            return;
        }
        add(m_span.attributes, http ? "url.full" : "data", m_base.data);
        add(m_span.attributes, http ? "server.address" : queue ? "messaging.destination.name" : "peer.service", m_base.target);
    }

    void makeLog() {
        m_log.clear();
        m_log.trace = traceIdFrom(m_envelope.operation);
        m_log.span = spanIdFrom(m_envelope.parent);
        m_log.time = time().value_or(0);
        m_log.severity = severityOf(m_base.severity);
        m_log.severityText = m_base.severity;
        m_log.body = m_base.message;
        if (m_telemetry == Telemetry::Exception) {
            m_log.eventName = "exception";
            add(m_log.attributes, "exception.type", m_base.exceptionType);
            add(m_log.attributes, "exception.message", m_base.exceptionMessage);
            add(m_log.attributes, "exception.stacktrace", m_base.stack);
        } else {
            m_log.eventName = m_base.name;
        }
        addCommon(m_log.attributes);
    }

    void addCommon(Attributes& attributes) {
        attributes.insert(attributes.end(), m_base.attributes.begin(), m_base.attributes.end());
        attributes.insert(attributes.end(), m_envelope.attributes.begin(), m_envelope.attributes.end());
    }

    ContextHandle context() {
        m_context.clear();
        add(m_context.resource, "service.name", m_envelope.role.empty() ? m_base.serviceName : m_envelope.role);
        add(m_context.resource, "service.instance.id", m_envelope.roleInstance);
        add(m_context.resource, "service.version", m_envelope.version);
        makeKey(m_key, m_context.resource);
        return m_cache.get(m_key, [this] { return m_sink.context(m_context); });
    }

    void handOver(bool repaired) override {
        if (m_telemetry == Telemetry::Metric) {
            m_sink.ignored("metrics", 1);
        } else if (isSpan(m_telemetry)) {
            if (repaired)
                m_span.flags |= kRepaired;
            m_span.context = context();
            m_sink.span(m_span);
        } else {
            m_log.context = context();
            m_sink.log(m_log);
        }
    }

    JsonParser m_baseParser;
    Envelope m_envelope;
    Base m_base;
    Telemetry m_telemetry = Telemetry::Metric;
    SpanRecord m_span;
    LogRecord m_log;
    ContextRecord m_context;
    ContextCache m_cache;
    std::string m_key;
};

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    if (probe.valueAt("data.baseType") != '"' && !probe.has("data.baseData"))
        return {};
    return {Claim::Yes, "JSON envelopes with data, baseType and baseData"};
}

} // namespace

extern const Format kAppInsights;
constinit const Format kAppInsights = {"appinsights", "Application Insights",
                                       "Azure's telemetry envelopes: requests, dependencies, traces and exceptions",
                                       "*.json *.jsonl", sniff,
                                       makeJsonImporter<AppInsightsReader>};

} // namespace aisle
