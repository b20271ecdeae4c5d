// SkyWalking v3 segments (trace-data-protocol-v3) in JSON: a segment, lists of them, {"segments": [...]},
// JSON lines.
//
// A span's id counts from 0 within its segment; it becomes the text "segment/number". Protobuf's JSON may
// leave out what is zero: spanId 0, spanType Entry, parentSpanId 0.

#include "format/context_cache.h"
#include "format/ids_text.h"
#include "format/span_groups.h"
#include "json/json_importer.h"
#include "json/json_probe.h"

#include <array>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

/// SkyWalking's own tag names that have one in the semantic conventions (its other ones are older such
/// names).
std::string_view conventionOf(std::string_view tag) {
    struct Name {
        std::string_view tag, convention;
    };
    static constexpr std::array<Name, 8> names = {{{"url", "url.full"},
                                                   {"status_code", "http.response.status_code"},
                                                   {"db.type", "db.system.name"},
                                                   {"db.instance", "db.namespace"},
                                                   {"mq.queue", "messaging.destination.name"},
                                                   {"mq.topic", "messaging.destination.name"},
                                                   {"cache.type", "db.system.name"},
                                                   {"cache.cmd", "db.operation.name"}}};
    for (const Name& name : names)
        if (tag == name.tag)
            return name.convention;
    return tag;
}

/// Of a log's data; an error becomes an exception as the semantic conventions have it.
std::string_view exceptionKeyOf(std::string_view key) {
    if (key == "error.kind")
        return "exception.type";
    if (key == "message")
        return "exception.message";
    return key == "stack" ? "exception.stacktrace" : key;
}

struct Ref {
    std::string_view trace, segment;
    std::optional<int64_t> span;
    Attributes others;
};

class SkywalkingReader : public SpanGroups {
public:
    explicit SkywalkingReader(SpanSink& sink) : SpanGroups(sink, "segments", {"spans"}) {}

private:
    void clearHeader() override {
        m_trace = m_segment = m_service = m_instance = {};
        m_segmentContext.reset();
        m_sizeLimited = false;
    }

    void readHeader(JsonObject object) override {
        clearHeader();
        for (ondemand::field& field : members(object)) {
            const std::string_view key = rawKey(field);
            JsonValue& value = field.value();
            if (key == "traceId")
                m_trace = scalarText(value);
            else if (key == "traceSegmentId")
                m_segment = scalarText(value);
            else if (key == "service")
                m_service = scalarText(value);
            else if (key == "serviceInstance")
                m_instance = scalarText(value);
            else if (key == "isSizeLimited")
                m_sizeLimited = scalarText(value) == "true";
        }
    }

    void readSpan(JsonObject object, bool truncated) override {
        if (m_trace.empty())
            throw RecordError{"a span without a trace id"};
        if (m_segment.empty())
            throw RecordError{"a span of a segment without an id"};
        m_span.clear();
        m_pool.clear();
        m_refCount = 0;
        m_type = m_layer = m_peer = {};
        m_number.reset();
        m_parent.reset();
        m_start = m_end = 0;
        m_badParent = false;
        for (ondemand::field& field : members(object))
            readField(field);
        if (!m_number && truncated)
            throw RecordError{"a span that is cut off before its id"};
        m_number = m_number.value_or(0);
        if (!m_parent && !truncated && !m_badParent && *m_number != 0)
            m_parent = 0;
        m_span.trace = traceIdFrom(m_trace);
        m_span.span = idOf(m_segment, *m_number);
        if (m_parent && *m_parent >= 0)
            m_span.parent = idOf(m_segment, *m_parent);
        applyRefs();
        setKind(truncated);
        addPeer();
        if (m_sizeLimited)
            m_span.attributes.push_back({"isSizeLimited", ValueType::Bool, "true"});
        m_span.setTimes(m_start, m_end);
    }

    void emit(uint8_t flags) override {
        m_span.flags |= flags;
        if (!m_segmentContext)
            m_segmentContext = context();
        m_span.context = *m_segmentContext;
        m_sink.span(m_span);
    }

    ContextHandle context() {
        m_key.clear();
        appendKeyPart(m_key, m_service);
        appendKeyPart(m_key, m_instance);
        return m_cache.get(m_key, [this] {
            m_context.clear();
            if (!m_service.empty())
                m_context.resource.push_back({"service.name", ValueType::String, m_service});
            if (!m_instance.empty())
                m_context.resource.push_back({"service.instance.id", ValueType::String, m_instance});
            return m_sink.context(m_context);
        });
    }

    void readField(ondemand::field& field) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "spanId") {
            m_number = integer(value, 0, {});
            if (!m_number && !isNull(value))
                throw RecordError{"a span whose id is no number"};
        } else if (key == "parentSpanId") {
            m_parent = integer(value, 0, "a parent's id could not be read");
            m_badParent = !m_parent && !isNull(value);
        } else if (key == "startTime")
            m_start = integer(value, 6, "a start time could not be read").value_or(0);
        else if (key == "endTime")
            m_end = integer(value, 6, "an end time could not be read").value_or(0);
        else if (key == "operationName")
            m_span.name = scalarText(value);
        else if (key == "spanType")
            m_type = scalarText(value);
        else if (key == "spanLayer")
            m_layer = scalarText(value);
        else if (key == "peer")
            m_peer = scalarText(value);
        else if (key == "isError")
            m_span.status = scalarText(value) == "true" ? Status::Error : Status::Unset;
        else if (key == "tags")
            readPairs(value, [this](std::string_view name, std::string_view text) {
                m_span.attributes.push_back({conventionOf(name), ValueType::String, text});
            });
        else if (key == "refs")
            readRefs(value);
        else if (key == "logs")
            readLogs(value);
        else
            addOther(m_span.attributes, field, value);
    }

    void addOther(Attributes& attributes, ondemand::field& field, JsonValue value) {
        if (isNull(value))
            return;
        Attribute& other = attributes.emplace_back();
        other.key = field.unescaped_key();
        plainValue(value, other.type, other.value, m_pool);
    }

    std::optional<int64_t> integer(JsonValue& value, int scale, std::string_view remark) {
        if (isNull(value))
            return std::nullopt;
        const auto number = scaledInteger(scalarText(value), scale);
        if (!number)
            m_remark = remark;
        return number;
    }

    /// A list of {"key": ..., "value": ...}.
    template <typename Take>
    void readPairs(JsonValue value, Take&& take) {
        if (isNull(value))
            return;
        for (auto item : value.get_array()) {
            std::string_view name, text;
            for (ondemand::field& field : members(item.get_object())) {
                const std::string_view key = rawKey(field);
                JsonValue& content = field.value();
                if (key == "key")
                    name = scalarText(content);
                else if (key == "value")
                    text = scalarText(content);
            }
            if (!name.empty())
                take(name, text);
        }
    }

    void readRefs(JsonValue value) {
        if (isNull(value))
            return;
        for (auto item : value.get_array()) {
            if (m_refCount == m_refs.size())
                m_refs.emplace_back();
            Ref& ref = m_refs[m_refCount++];
            ref = {};
            for (ondemand::field& field : members(item.get_object())) {
                const std::string_view key = rawKey(field);
                JsonValue& content = field.value();
                if (key == "traceId")
                    ref.trace = scalarText(content);
                else if (key == "parentTraceSegmentId")
                    ref.segment = scalarText(content);
                else if (key == "parentSpanId")
                    ref.span = integer(content, 0, "a reference's span id could not be read");
                else
                    addOther(ref.others, field, content);
            }
        }
    }

    /// A segment's first span has its parent in another segment. What else it refers to, and other traces,
    /// are links.
    void applyRefs() {
        bool hasParent = m_span.parent.id != 0;
        for (size_t i = 0; i < m_refCount; ++i) {
            Ref& ref = m_refs[i];
            if (ref.segment.empty())
                continue;
            const TraceIdRecord trace = ref.trace.empty() ? m_span.trace : traceIdFrom(ref.trace);
            const SpanIdRecord span = idOf(ref.segment, ref.span.value_or(0));
            if (!hasParent && trace.id == m_span.trace.id) {
                hasParent = true;
                m_span.parent = span;
                m_span.attributes.insert(m_span.attributes.end(), ref.others.begin(), ref.others.end());
                continue;
            }
            LinkRecord& link = m_span.addLink();
            link.trace = trace;
            link.span = span;
            link.attributes = ref.others;
        }
    }

    void readLogs(JsonValue value) {
        if (isNull(value))
            return;
        for (auto item : value.get_array()) {
            EventRecord& event = m_span.addEvent();
            for (ondemand::field& field : members(item.get_object())) {
                const std::string_view key = rawKey(field);
                JsonValue& content = field.value();
                if (key == "time") {
                    event.time = integer(content, 6, "a log time could not be read").value_or(0);
                } else if (key == "data") {
                    readPairs(content, [&](std::string_view name, std::string_view text) {
                        if (name == "event")
                            event.name = text;
                        else
                            event.attributes.push_back({name, ValueType::String, text});
                    });
                }
            }
            if (event.name != "error")
                continue;
            event.name = "exception";
            for (Attribute& attribute : event.attributes)
                attribute.key = exceptionKeyOf(attribute.key);
        }
    }

    bool isMessaging() const { return m_layer == "MQ" || m_layer == "4"; }

    void setKind(bool truncated) {
        if (m_type == "Exit" || m_type == "1")
            m_span.kind = isMessaging() ? Kind::Producer : Kind::Client;
        else if (m_type == "Local" || m_type == "2")
            m_span.kind = Kind::Internal;
        else if (m_type == "Entry" || m_type == "0" || (m_type.empty() && !truncated))
            m_span.kind = isMessaging() ? Kind::Consumer : Kind::Server;
        else if (!m_type.empty())
            m_remark = "an unknown span type";
        static constexpr std::array<std::string_view, 7> layers = {
            "Unknown", "Database", "RPCFramework", "Http", "MQ", "Cache", "FAAS"};
        if (const auto number = scaledInteger(m_layer);
            number && *number >= 0 && *number < int64_t(layers.size()))
            m_layer = layers[static_cast<size_t>(*number)];
        if (!m_layer.empty())
            m_span.attributes.push_back({"spanLayer", ValueType::String, m_layer});
    }

    /// "host:port" of the other side: who was called, the broker, or who called.
    void addPeer() {
        if (m_peer.empty())
            return;
        const bool isClient = m_span.kind == Kind::Server && !isMessaging();
        const size_t colon = m_peer.rfind(':');
        std::string_view host = m_peer, port;
        if (colon != std::string_view::npos && m_peer.find(':') == colon &&
            isJsonInteger(m_peer.substr(colon + 1))) {
            host = m_peer.substr(0, colon);
            port = m_peer.substr(colon + 1);
        }
        m_span.attributes.push_back(
            {isClient ? "client.address" : "server.address", ValueType::String, host});
        if (!port.empty())
            m_span.attributes.push_back({isClient ? "client.port" : "server.port", checkedType(ValueType::Int, port), port});
    }

    SpanIdRecord idOf(std::string_view segment, int64_t number) {
        std::string& text = m_pool.next();
        text = segment;
        text += '/';
        text += std::to_string(number);
        checkIdText(text);
        return {spanIdFromText(text), text};
    }

    std::string_view m_trace, m_segment, m_service, m_instance;
    bool m_sizeLimited = false;
    TextPool m_pool;
    SpanRecord m_span;
    std::string_view m_type, m_layer, m_peer;
    std::optional<int64_t> m_number, m_parent;
    bool m_badParent = false;
    int64_t m_start = 0, m_end = 0;
    std::vector<Ref> m_refs;
    size_t m_refCount = 0;
    ContextRecord m_context;
    ContextCache m_cache;
    std::optional<ContextHandle> m_segmentContext; ///< looked up once: its service may be long
    std::string m_key;
};

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    for (const std::string_view prefix : {"", "segments[]."}) {
        const std::string at(prefix);
        if (probe.has(at + "traceSegmentId") ||
            (probe.has(at + "serviceInstance") && probe.has(at + "traceId")))
            if (probe.valueAt(at + "spans") == '[')
                return {Claim::Yes,
                        "JSON segments with " + at + "traceId, spans and a segment's id or instance"};
    }
    return {};
}

} // namespace

extern const Format kSkywalking;
constinit const Format kSkywalking = {
    "skywalking",
    "SkyWalking segments",
    "SkyWalking v3 trace segments, JSON lines",
    "*.json *.jsonl",
    sniff,
    makeJsonImporter<SkywalkingReader>};

} // namespace aisle
