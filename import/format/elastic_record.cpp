#include "format/elastic_record.h"

#include "format/flat_fields.h"
#include "format/ids_text.h"
#include "format/key_index.h"
#include "format/span_fields.h"
#include "text/format.h"

#include <algorithm>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

struct Renamed {
    std::string_view from, to;
};

/// Metadata of intake v2 (`service.agent`, `system`) and the fields of the Elastic Common Schema it becomes.
constexpr Renamed kResource[] = {
    {"service.environment", "deployment.environment.name"},
    {"service.node.configured_name", "service.instance.id"},
    {"service.node.name", "service.instance.id"},
    {"service.language.name", "telemetry.sdk.language"},
    {"service.runtime.name", "process.runtime.name"},
    {"service.runtime.version", "process.runtime.version"},
    {"service.agent.name", "agent.name"},
    {"service.agent.version", "agent.version"},
    {"service.agent.ephemeral_id", "agent.ephemeral_id"},
    {"system.hostname", "host.name"},
    {"system.architecture", "host.arch"},
    {"host.architecture", "host.arch"},
    {"system.platform", "os.type"},
    {"host.os.platform", "os.type"},
    {"system.container.id", "container.id"},
    {"system.kubernetes.namespace", "k8s.namespace.name"},
    {"system.kubernetes.pod.name", "k8s.pod.name"},
    {"system.kubernetes.pod.uid", "k8s.pod.uid"},
    {"system.kubernetes.node.name", "k8s.node.name"},
    {"kubernetes.namespace", "k8s.namespace.name"},
    {"kubernetes.pod.name", "k8s.pod.name"},
    {"kubernetes.pod.uid", "k8s.pod.uid"},
    {"kubernetes.node.name", "k8s.node.name"},
    {"process.ppid", "process.parent_pid"},
    {"process.parent.pid", "process.parent_pid"},
    {"process.argv", "process.command_args"},
    {"process.args", "process.command_args"},
};
constexpr std::string_view kResourceBlocks[] = {"service.", "agent.", "system.", "host.", "container.", "kubernetes.",
                                                "process.", "cloud.", "observer."};

constexpr Renamed kNames[] = {
    {"context.request.method", "http.request.method"},
    {"context.http.method", "http.request.method"},
    {"span.http.method", "http.request.method"},
    {"context.response.status_code", "http.response.status_code"},
    {"context.http.status_code", "http.response.status_code"},
    {"context.http.response.status_code", "http.response.status_code"},
    {"span.http.response.status_code", "http.response.status_code"},
    {"context.http.url", "url.full"},
    {"span.http.url.original", "url.full"},
    {"context.request.url.full", "url.full"},
    {"context.request.url.raw", "url.original"},
    {"context.request.url.hostname", "server.address"},
    {"context.request.url.port", "server.port"},
    {"context.request.url.pathname", "url.path"},
    {"context.request.url.search", "url.query"},
    {"context.request.url.protocol", "url.scheme"},
    {"context.request.url.hash", "url.fragment"},
    {"url.domain", "server.address"},
    {"url.port", "server.port"},
    {"context.request.http_version", "network.protocol.version"},
    {"http.version", "network.protocol.version"},
    {"context.request.socket.remote_address", "network.peer.address"},
    {"context.request.headers.user-agent", "user_agent.original"},
    {"context.request.headers.User-Agent", "user_agent.original"},
    {"context.user.username", "user.name"},
    {"context.db.instance", "db.namespace"},
    {"context.db.statement", "db.query.text"},
    {"span.db.instance", "db.namespace"},
    {"span.db.statement", "db.query.text"},
    {"span.db.user.name", "db.user"},
    {"context.destination.address", "server.address"},
    {"context.destination.port", "server.port"},
    {"destination.address", "server.address"},
    {"destination.port", "server.port"},
    {"context.message.queue.name", "messaging.destination.name"},
    {"span.message.queue.name", "messaging.destination.name"},
    {"transaction.message.queue.name", "messaging.destination.name"},
    {"stacktrace", "code.stacktrace"},
    {"transaction_id", "transaction.id"},
};
constexpr Renamed kBlocks[] = {
    {"context.request.headers.", "http.request.header."},
    {"context.response.headers.", "http.response.header."},
    {"context.tags.", ""},
    {"labels.", ""},
    {"numeric_labels.", ""},
    {"tags.", ""},
    {"otel.attributes.", ""},
    {"transaction.custom.", "custom."},
    {"span.destination.", "destination."},
    {"span.db.", "db."},
    {"context.", ""},
};

/// Elastic's subtypes where the semantic conventions have another name for the system.
constexpr Renamed kSystems[] = {
    {"mssql", "microsoft.sql_server"}, {"sqlserver", "microsoft.sql_server"}, {"oracle", "oracle.db"},
    {"dynamodb", "aws.dynamodb"},      {"cosmosdb", "azure.cosmosdb"},
};

std::string_view renamed(std::span<const Renamed> table, std::string_view name) {
    for (const Renamed& entry : table)
        if (entry.from == name)
            return entry.to;
    return name;
}

/// OpenTelemetry's severity numbers.
int severityOf(std::string_view level) {
    static constexpr std::pair<std::string_view, int> kLevels[] = {{"trace", 1}, {"debug", 5}, {"info", 9}, {"warn", 13},
                                                                   {"warning", 13}, {"error", 17}, {"critical", 21}, {"fatal", 21}};
    for (const auto& [name, number] : kLevels)
        if (name == level)
            return number;
    return 0;
}

} // namespace

std::string_view elasticResourceName(std::string_view path) {
    const bool isResource = std::any_of(std::begin(kResourceBlocks), std::end(kResourceBlocks),
                                        [&](std::string_view block) { return path.starts_with(block); });
    if (!isResource || path.starts_with("service.target."))
        return {};
    return renamed(kResource, path);
}

void ElasticEvent::clear() {
    leaves.clear();
    pool.clear();
    m_span.clear();
    m_log.clear();
    m_type = m_subtype = m_action = m_remark = {};
}

void ElasticEvent::add(JsonObject object) {
    for (ondemand::field& field : members(object))
        flatten(field.unescaped_key(), field.value(), pool, [this](std::string_view path, ValueType type, std::string_view text) {
            leaves.push_back({path, type, text});
        });
}

std::string_view ElasticEvent::take(std::string_view path) {
    const auto found = std::find_if(leaves.begin(), leaves.end(), [&](const ElasticLeaf& leaf) { return leaf.path == path; });
    if (found == leaves.end())
        return {};
    const std::string_view text = found->text;
    leaves.erase(found);
    return text;
}

bool ElasticEvent::has(std::string_view path) const {
    return std::any_of(leaves.begin(), leaves.end(), [&](const ElasticLeaf& leaf) { return leaf.path == path; });
}

/// Microseconds since 1970; documents may have a text instead.
std::optional<int64_t> ElasticEvent::micros() {
    const std::string_view text = take("timestamp"), documentTime = take("@timestamp");
    if (!text.empty()) {
        const auto nanos = scaledInteger(text, 3);
        if (!nanos)
            m_remark = "a timestamp is no number";
        return nanos;
    }
    int64_t nanos = 0;
    if (documentTime.empty())
        return std::nullopt;
    if (parseRfc3339(documentTime, nanos))
        return nanos;
    m_remark = "an @timestamp that is no time";
    return std::nullopt;
}

std::optional<int64_t> ElasticEvent::duration() {
    const std::string_view millis = take("duration"), micros = take("duration.us");
    if (millis.empty() && micros.empty())
        return std::nullopt;
    const auto nanos = millis.empty() ? scaledInteger(micros, 3) : scaledInteger(millis, 6);
    if (!nanos)
        m_remark = "a duration is no number";
    return nanos;
}

void ElasticEvent::toSpan(bool transaction, Attributes& resource) {
    m_span.trace = traceIdFrom(take("trace_id"));
    m_span.span = spanIdFrom(take("id"));
    m_span.parent = spanIdFrom(take("parent_id"));
    if (!m_span.trace.id)
        throw RecordError{"a span without a trace id"};
    if (m_span.span.id == 0)
        throw RecordError{"a span without a span id"};
    for (const ElasticLeaf& leaf : leaves)
        if (!transaction && m_span.parent.id == 0 && leaf.path == "transaction_id")
            m_span.parent = spanIdFrom(leaf.text);
    m_span.name = take("name");
    setTimes(m_span, micros(), duration());
    const std::string_view outcome = take("outcome");
    m_span.status = outcome == "failure" ? Status::Error : outcome == "success" ? Status::Ok : Status::Unset;
    setKind(transaction);
    setSystem();
    readLinks(take("links"));
    addRest(m_span.attributes, resource);
}

void ElasticEvent::setKind(bool transaction) {
    m_type = take("type");
    m_subtype = take("subtype");
    m_action = take("action");
    const std::string_view result = take("result");
    const auto add = [this](std::string_view key, std::string_view text) {
        if (!text.empty())
            m_span.attributes.push_back({key, ValueType::String, text});
    };
    add(transaction ? "transaction.type" : "span.type", m_type);
    add("span.subtype", m_subtype);
    add("span.action", m_action);
    add("transaction.result", result);
    // Older agents: "db.postgresql.query" in one.
    const auto nextPart = [](std::string_view& text) {
        const std::string_view part = text.substr(0, text.find('.'));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        return part;
    };
    std::string_view parts = m_type;
    m_type = nextPart(parts);
    const std::string_view subtype = nextPart(parts);
    if (m_subtype.empty())
        m_subtype = subtype;
    if (m_action.empty())
        m_action = parts;

    m_span.kind = kindFromText(take("otel.span_kind"));
    if (m_span.kind != Kind::Unspecified)
        return;
    const bool messaging = m_type == "messaging";
    if (transaction) {
        m_span.kind = m_type == "request" ? Kind::Server : messaging ? Kind::Consumer : Kind::Internal;
    } else if (messaging) {
        m_span.kind = m_action == "receive" || m_action == "poll" ? Kind::Consumer : Kind::Producer;
    } else {
        // A span that names a destination leaves the service ("exit span").
        const bool exit = has("context.destination.service.resource") || has("span.destination.service.resource");
        const bool client = exit || m_type == "external" || m_type == "db" || m_type == "cache" || m_type == "storage";
        m_span.kind = client ? Kind::Client : Kind::Internal;
    }
}

/// The other side: its system, and for what is no plain HTTP the name Elastic gives it.
void ElasticEvent::setSystem() {
    if (!m_subtype.empty() && (m_type == "db" || m_type == "cache"))
        m_span.attributes.push_back({"db.system.name", ValueType::String, renamed(kSystems, m_subtype)});
    else if (!m_subtype.empty() && m_type == "messaging")
        m_span.attributes.push_back({"messaging.system", ValueType::String, m_subtype});
    if (m_type == "external") // "host:port", and server.address says as much
        return;
    std::string_view resource = take("context.destination.service.resource");
    if (resource.empty())
        resource = take("span.destination.service.resource");
    if (!resource.empty())
        m_span.attributes.push_back({"peer.service", ValueType::String, resource});
}

/// [{"trace_id", "span_id"}], in documents [{"trace": {"id"}, "span": {"id"}}].
void ElasticEvent::readLinks(std::string_view text) {
    if (text.empty())
        return;
    try {
        auto document = m_linkParser.iterateCopy(text);
        for (auto item : document.get_array())
            readLink(item.get_object(), m_span.addLink());
    } catch (const simdjson::simdjson_error&) {
        m_span.linkCount = 0;
        m_remark = "span links that could not be read";
        m_span.attributes.push_back({"links", ValueType::String, text});
    }
}

void ElasticEvent::readLink(JsonObject object, LinkRecord& link) {
    for (ondemand::field& field : members(object))
        flatten(field.unescaped_key(), field.value(), pool, [&](std::string_view path, ValueType type, std::string_view text) {
            if (path == "trace_id" || path == "trace.id")
                link.trace = traceIdFrom(text);
            else if (path == "span_id" || path == "span.id")
                link.span = spanIdFrom(text);
            else
                link.attributes.push_back({path, type, text});
        });
}

std::string_view ElasticEvent::nameOf(const ElasticLeaf& leaf) {
    const std::string_view name = renamed(kNames, leaf.path);
    if (name != leaf.path)
        return name;
    for (const Renamed& block : kBlocks) {
        if (!leaf.path.starts_with(block.from))
            continue;
        const std::string_view rest = leaf.path.substr(block.from.size());
        if (block.to.empty())
            return rest;
        std::string& joined = pool.next();
        joined = block.to;
        for (const char c : rest)
            joined += c >= 'A' && c <= 'Z' && block.to.ends_with("header.") ? static_cast<char>(c + 32) : c;
        return joined;
    }
    return leaf.path;
}

void ElasticEvent::addRest(Attributes& out, Attributes& resource) {
    KeyIndex known(out);
    for (const ElasticLeaf& leaf : leaves) {
        std::string_view path = leaf.path;
        if (path.starts_with("context.service.")) // the service of this event only
            path.remove_prefix(8);
        if (const std::string_view name = elasticResourceName(path); !name.empty()) {
            resource.push_back({name, leaf.type, leaf.text});
            continue;
        }
        Attribute attribute{nameOf(leaf), leaf.type, leaf.text};
        if (attribute.key == "url.query" && attribute.value.starts_with('?'))
            attribute.value.remove_prefix(1);
        else if (attribute.key == "url.scheme" && attribute.value.ends_with(':'))
            attribute.value.remove_suffix(1);
        const size_t same = known.find(attribute.key);
        if (same != out.size() && out[same].value == attribute.value)
            continue;
        if (same != out.size()) // two fields of one meaning that differ
            attribute.key = leaf.path;
        out.push_back(attribute);
    }
    leaves.clear();
}

/// Errors and log lines. Their parent is the span they happened in.
void ElasticEvent::toLog(Attributes& resource) {
    m_log.trace = traceIdFrom(take("trace_id"));
    const std::string_view parent = take("parent_id"), transaction = take("transaction_id");
    m_log.span = spanIdFrom(parent.empty() ? transaction : parent);
    m_log.time = micros().value_or(0);
    m_log.severityText = take("log.level");
    m_log.severity = severityOf(m_log.severityText);
    m_log.body = take("log.message");
    if (m_log.body.empty())
        m_log.body = take("message");
    if (has("exception.type") || has("exception.message")) {
        m_log.eventName = "exception";
        if (m_log.severity == 0)
            m_log.severity = 17;
    }
    if (m_log.body.empty())
        for (const ElasticLeaf& leaf : leaves)
            if (leaf.path == "exception.message")
                m_log.body = leaf.text;
    addRest(m_log.attributes, resource);
}

} // namespace aisle
