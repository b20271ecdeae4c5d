#include "format/sentry_record.h"

#include "format/flat_fields.h"
#include "format/ids_text.h"
#include "format/span_fields.h"
#include "text/format.h"

#include <algorithm>
#include <string>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

struct Renamed {
    std::string_view from, to;
};

constexpr Renamed kNames[] = {
    {"url", "url.full"},
    {"request.url", "url.full"},
    {"request.method", "http.request.method"},
    {"request.query_string", "url.query"},
    {"request.headers.User-Agent", "user_agent.original"},
    {"contexts.response.status_code", "http.response.status_code"},
    {"user.ip_address", "client.address"},
    {"user.username", "user.name"},
};

/// Blocks of an event that are of the program, not of the transaction.
constexpr Renamed kResource[] = {
    {"contexts.runtime.name", "process.runtime.name"},
    {"contexts.runtime.version", "process.runtime.version"},
    {"contexts.os.name", "os.name"},
    {"contexts.os.version", "os.version"},
    {"sdk.name", "telemetry.sdk.name"},
    {"sdk.version", "telemetry.sdk.version"},
};

Kind kindOfOp(std::string_view op) {
    if (op.ends_with(".server"))
        return Kind::Server;
    if (op.ends_with(".client") || op == "db" || op.starts_with("db.") || op.starts_with("cache."))
        return Kind::Client;
    if (op == "queue.publish" || op.starts_with("queue.submit"))
        return Kind::Producer;
    if (op == "queue.process" || op.starts_with("queue.task"))
        return Kind::Consumer;
    return Kind::Internal;
}

/// Sentry's names of the statuses that are 4xx, none of a server's own errors.
constexpr std::string_view kClientErrors[] = {"invalid_argument",   "unauthenticated", "permission_denied",
                                              "not_found",          "already_exists",  "aborted",
                                              "resource_exhausted", "out_of_range",    "failed_precondition"};

} // namespace

void SentryRecords::clear() {
    m_span.clear();
    m_context.clear();
    m_pool.clear();
    m_start.reset();
    m_end.reset();
    m_op = m_status = m_description = m_release = m_environment = m_server = m_platform = m_service = m_remark = {};
}

void SentryRecords::readSpan(JsonObject object) {
    clear();
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (!readCommon(key, value))
            addBlock(field.unescaped_key(), value);
    }
    finish();
}

bool SentryRecords::readEvent(JsonObject object) {
    clear();
    std::string_view type, transaction;
    bool standalone = false;
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        standalone = standalone || key == "span_id";
        if (key == "type")
            type = scalarText(value);
        else if (key == "transaction")
            transaction = scalarText(value);
        else if (key == "contexts" && value.type() == ondemand::json_type::object)
            readContexts(value.get_object());
        else if (key == "breadcrumbs")
            readBreadcrumbs(value);
        else if (key == "server_name")
            m_server = scalarText(value);
        else if (key == "platform")
            m_platform = scalarText(value);
        else if (key == "release")
            m_release = scalarText(value);
        else if (key == "environment")
            m_environment = scalarText(value);
        else if (!readCommon(key, value))
            addBlock(field.unescaped_key(), value);
    }
    if (!standalone && type != "transaction" && !m_start)
        return false;
    if (!transaction.empty())
        m_span.name = transaction;
    finish();
    return true;
}

/// What spans, transactions and their trace context have in common.
bool SentryRecords::readCommon(std::string_view key, JsonValue& value) {
    if (key == "trace_id")
        m_span.trace = traceIdFrom(scalarText(value));
    else if (key == "span_id")
        m_span.span = spanIdFrom(scalarText(value));
    else if (key == "parent_span_id")
        m_span.parent = spanIdFrom(scalarText(value));
    else if (key == "start_timestamp")
        m_start = time(value);
    else if (key == "timestamp" || key == "end_timestamp")
        m_end = time(value);
    else if (key == "op")
        m_op = scalarText(value);
    else if (key == "status")
        m_status = scalarText(value);
    else if (key == "description")
        m_description = scalarText(value);
    else if (key == "name")
        m_span.name = scalarText(value);
    else if (key == "tags")
        readPairs(value);
    else if (key == "data")
        addBlock({}, value);
    else if (key == "attributes" && value.type() == ondemand::json_type::object)
        readTyped(value.get_object());
    else if (key == "links")
        readLinks(value);
    else
        return false;
    return true;
}

/// Seconds since 1970 with a fraction, or RFC 3339 (older ones without a zone: UTC).
std::optional<int64_t> SentryRecords::time(JsonValue& value) {
    if (isNull(value))
        return std::nullopt;
    const std::string_view text = scalarText(value);
    std::optional<int64_t> nanos = scaledInteger(text, 9);
    int64_t parsed = 0;
    if (!nanos && (parseRfc3339(text, parsed) || parseRfc3339(std::string(text.substr(0, 40)) + "Z", parsed)))
        nanos = parsed;
    if (nanos && *nanos >= kMinTime && *nanos <= kMaxTime)
        return nanos;
    m_remark = "a time that is neither seconds nor a date";
    return std::nullopt;
}

void SentryRecords::readContexts(JsonObject object) {
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "trace" && value.type() == ondemand::json_type::object) {
            readTrace(value.get_object());
            continue;
        }
        std::string& name = m_pool.next();
        name = "contexts.";
        name += std::string_view(field.unescaped_key());
        addBlock(name, value);
    }
}

void SentryRecords::readTrace(JsonObject object) {
    for (ondemand::field& field : members(object)) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (!readCommon(key, value))
            addBlock(field.unescaped_key(), value);
    }
}

/// Tags: an object, or lists of a key and a value.
void SentryRecords::readPairs(JsonValue value) {
    if (value.type() != ondemand::json_type::array) {
        addBlock({}, value);
        return;
    }
    for (auto pair : value.get_array()) {
        std::string_view parts[2];
        size_t count = 0;
        for (auto part : pair.get_array()) {
            JsonValue content = part.value();
            if (count < 2)
                parts[count++] = scalarText(content);
        }
        if (!parts[0].empty())
            add(parts[0], ValueType::String, parts[1]);
    }
}

/// {"key": {"value": ..., "type": ...}}.
void SentryRecords::readTyped(JsonObject object) {
    for (ondemand::field& field : members(object)) {
        const std::string_view key = field.unescaped_key();
        JsonValue& content = field.value();
        if (content.type() != ondemand::json_type::object) {
            addBlock(key, content);
            continue;
        }
        for (ondemand::field& part : members(content.get_object()))
            if (rawKey(part) == "value")
                addBlock(key, part.value());
    }
}

void SentryRecords::readLinks(JsonValue value) {
    if (isNull(value))
        return;
    for (auto item : value.get_array()) {
        LinkRecord& link = m_span.addLink();
        for (ondemand::field& field : members(item.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& content = field.value();
            if (key == "trace_id")
                link.trace = traceIdFrom(scalarText(content));
            else if (key == "span_id")
                link.span = spanIdFrom(scalarText(content));
            else
                flattenInto(link.attributes, key == "attributes" ? std::string_view() : std::string_view(field.unescaped_key()),
                            content, m_pool);
        }
    }
}

/// What happened before, as events of the transaction: a list, or {"values": list}.
void SentryRecords::readBreadcrumbs(JsonValue value) {
    if (value.type() == ondemand::json_type::object) {
        for (ondemand::field& field : members(value.get_object()))
            if (JsonValue& list = field.value(); list.type() == ondemand::json_type::array)
                readBreadcrumbs(list);
        return;
    }
    if (isNull(value))
        return;
    for (auto item : value.get_array()) {
        EventRecord& event = m_span.addEvent();
        std::string_view category, message;
        for (ondemand::field& field : members(item.get_object())) {
            const std::string_view key = rawKey(field);
            JsonValue& content = field.value();
            if (key == "timestamp") {
                event.time = time(content).value_or(0);
                continue;
            }
            flatten(field.unescaped_key(), content, m_pool, [&](std::string_view path, ValueType type, std::string_view text) {
                if (path == "category")
                    category = text;
                else if (path == "message")
                    message = text;
                event.attributes.push_back({path, type, text});
            });
        }
        event.name = category.empty() ? message : category;
    }
}

void SentryRecords::add(std::string_view path, ValueType type, std::string_view text) {
    for (const Renamed& entry : kResource)
        if (entry.from == path) {
            m_context.resource.push_back({entry.to, type, text});
            return;
        }
    for (const Renamed& entry : kNames)
        if (entry.from == path)
            path = entry.to;
    if ((path == "release" || path == "sentry.release") && m_release.empty())
        m_release = text;
    else if ((path == "environment" || path == "sentry.environment") && m_environment.empty())
        m_environment = text;
    else if (path == "service.name" || (path == "contexts.app.app_name" && m_service.empty()))
        m_service = text;
    else if (path == "sentry.op" && m_op.empty())
        m_op = text;
    m_span.attributes.push_back({path, type, text});
}

void SentryRecords::addBlock(std::string_view name, JsonValue value) {
    flatten(name, value, m_pool, [this](std::string_view path, ValueType type, std::string_view text) { add(path, type, text); });
}

void SentryRecords::finish() {
    if (!m_span.trace.id)
        throw RecordError{"a span without a trace id"};
    if (m_span.span.id == 0)
        throw RecordError{"a span without a span id"};
    std::optional<int64_t> duration;
    if (m_start && m_end)
        duration = *m_end - *m_start;
    setTimes(m_span, m_start, duration);
    if (m_span.name.empty())
        m_span.name = m_description.empty() ? m_op : m_description;
    else if (!m_description.empty())
        m_span.attributes.push_back({"description", ValueType::String, m_description});
    const auto& attributes = m_span.attributes;
    const auto kind = std::find_if(attributes.begin(), attributes.end(), [](const Attribute& attribute) {
        return attribute.key == "otel.kind" || attribute.key == "sentry.kind";
    });
    if (kind != attributes.end())
        m_span.kind = kindFromText(kind->value);
    if (m_span.kind == Kind::Unspecified)
        m_span.kind = kindOfOp(m_op);
    if (!m_op.empty() && std::none_of(attributes.begin(), attributes.end(), [](const Attribute& a) { return a.key == "sentry.op"; }))
        m_span.attributes.push_back({"sentry.op", ValueType::String, m_op});
    setStatus();
    setDatabase();
}

void SentryRecords::setStatus() {
    if (m_status.empty())
        return;
    const bool clientError = std::find(std::begin(kClientErrors), std::end(kClientErrors), m_status) != std::end(kClientErrors);
    if (m_status == "ok")
        m_span.status = Status::Ok;
    else if (m_status != "unknown" && m_status != "cancelled" && !(clientError && m_span.kind == Kind::Server))
        m_span.status = Status::Error;
    if (m_status != "ok")
        m_span.attributes.push_back({"sentry.status", ValueType::String, m_status});
}

/// A query's description is its statement; the system may be in the op ("db.redis").
void SentryRecords::setDatabase() {
    if (m_op != "db" && !m_op.starts_with("db."))
        return;
    const auto has = [this](std::string_view key) {
        return std::any_of(m_span.attributes.begin(), m_span.attributes.end(), [&](const Attribute& a) { return a.key == key; });
    };
    const bool statement = m_op == "db" || m_op == "db.query" || m_op == "db.sql.query";
    if (statement && !m_description.empty() && !has("db.query.text") && !has("db.statement"))
        m_span.attributes.push_back({"db.query.text", ValueType::String, m_description});
    if (m_op == "db.redis" && !has("db.system") && !has("db.system.name"))
        m_span.attributes.push_back({"db.system.name", ValueType::String, "redis"});
}

/// Sentry knows projects, no services: the package of a release ("package@version") names the program best, then the
/// app, then the platform.
const ContextRecord& SentryRecords::context() {
    const auto add = [this](std::string_view key, std::string_view text) {
        if (!text.empty())
            m_context.resource.push_back({key, ValueType::String, text});
    };
    const size_t at = m_release.find('@');
    const bool package = at != std::string_view::npos && at != 0;
    add("service.name", !m_service.empty() ? m_service : package ? m_release.substr(0, at) : m_platform);
    add("service.version", package ? m_release.substr(at + 1) : m_release);
    add("deployment.environment.name", m_environment);
    add("host.name", m_server);
    return m_context;
}

} // namespace aisle
