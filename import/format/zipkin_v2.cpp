// Zipkin v2 JSON: a list of spans, a list of traces (lists of spans), a single span, JSON lines.
//
// Both halves of a call may be there under one id; they are kept apart (flag kSharedId on the server half).

#include "format/context_cache.h"
#include "format/ids_text.h"
#include "format/span_fields.h"
#include "importer.h"
#include "json/json_probe.h"
#include "json/json_records.h"

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

struct Endpoint {
    std::string_view service, ipv4, ipv6, port;
};

class ZipkinReader : public JsonHandler {
public:
    explicit ZipkinReader(SpanSink& sink) : m_sink(sink) {}

    JsonTake classify(JsonSplitter&, std::string_view, char first, size_t level) override {
        if (first != '[')
            return JsonTake::Whole;
        if (level < 4)
            return JsonTake::Descend;
        m_sink.skipped("a list nested deeper than four levels", {0, m_recordNumber});
        return JsonTake::Skip;
    }
    void enter(std::string_view, char, size_t) override {}
    void leave(size_t) override {}

    void value(std::string_view, const JsonSlice& slice, size_t) override {
        const Position at{slice.offset, ++m_recordNumber};
        const RecordOutcome outcome = readRecord(m_parser, slice, [&](JsonObject object) { readSpan(object); });
        if (!outcome.taken) {
            m_sink.skipped(outcome.reason, at);
            return;
        }
        if (!outcome.repair.empty() || !m_remark.empty()) {
            m_span.flags |= kRepaired;
            m_sink.repaired(outcome.repair.empty() ? m_remark : outcome.repair, at);
        }
        m_span.context = context();
        m_sink.span(m_span);
    }

    void problem(std::string_view reason, uint64_t offset) override {
        m_sink.skipped(reason, {offset, m_recordNumber});
    }

private:
    void readSpan(JsonObject object) {
        m_span.clear();
        m_pool.clear();
        m_local.clear();
        m_remark = {};
        StatusTags status;
        std::optional<int64_t> start, duration;
        for (ondemand::field field : object) {
            const std::string_view key = rawKey(field);
            JsonValue value = field.value();
            if (key == "traceId") {
                m_span.trace = traceIdFrom(scalarText(value));
            } else if (key == "id") {
                m_span.span = spanIdFrom(scalarText(value));
            } else if (key == "parentId") {
                m_span.parent = spanIdFrom(scalarText(value));
            } else if (key == "name") {
                m_span.name = scalarText(value);
            } else if (key == "kind") {
                const std::string_view text = scalarText(value);
                m_span.kind = kindFromText(text);
                if (m_span.kind == Kind::Unspecified && !text.empty())
                    m_remark = "an unknown span kind";
            } else if (key == "timestamp") {
                start = micros(value, "a timestamp is no number");
                if (start == 0) // Zipkin: 0 is "not known"
                    start.reset();
            } else if (key == "duration") {
                duration = micros(value, "a duration is no number");
            } else if (key == "localEndpoint") {
                if (!isNull(value))
                    m_local = rawJson(value);
            } else if (key == "remoteEndpoint") {
                addRemote(readEndpoint(value));
            } else if (key == "annotations") {
                readAnnotations(value);
            } else if (key == "tags") {
                readTags(value, status);
            } else if (key == "shared") {
                if (scalarText(value) == "true")
                    m_span.flags |= kSharedId;
            } else if (key == "debug") {
                if (scalarText(value) == "true")
                    m_span.attributes.push_back({"zipkin.debug", ValueType::Bool, "true"});
            }
        }
        if (!m_span.trace.id)
            throw RecordError{"a span without a trace id"};
        if (m_span.span.id == 0)
            throw RecordError{"a span without a span id"};
        setTimes(m_span, start, duration);
        status.apply(m_span);
    }

    std::optional<int64_t> micros(JsonValue& value, std::string_view remark) {
        if (isNull(value))
            return std::nullopt;
        const auto nanos = scaledInteger(scalarText(value), 3);
        if (!nanos)
            m_remark = remark;
        return nanos;
    }

    static Endpoint readEndpoint(JsonValue value) {
        Endpoint endpoint;
        if (isNull(value))
            return endpoint;
        for (ondemand::field field : value.get_object()) {
            const std::string_view key = rawKey(field);
            JsonValue content = field.value();
            if (key == "serviceName")
                endpoint.service = scalarText(content);
            else if (key == "ipv4")
                endpoint.ipv4 = scalarText(content);
            else if (key == "ipv6")
                endpoint.ipv6 = scalarText(content);
            else if (key == "port")
                endpoint.port = scalarText(content);
        }
        return endpoint;
    }

    static void add(Attributes& attributes, std::string_view key, std::string_view value) {
        if (!value.empty())
            attributes.push_back({key, ValueType::String, value});
    }

    static void addPort(Attributes& attributes, std::string_view key, std::string_view port) {
        if (!port.empty() && port != "0")
            attributes.push_back({key, isJsonInteger(port) ? ValueType::Int : ValueType::String, port});
    }

    void addRemote(const Endpoint& endpoint) {
        add(m_span.attributes, "peer.service", endpoint.service);
        add(m_span.attributes, "net.peer.ip", endpoint.ipv4.empty() ? endpoint.ipv6 : endpoint.ipv4);
        addPort(m_span.attributes, "net.peer.port", endpoint.port);
    }

    void readAnnotations(JsonValue value) {
        if (isNull(value))
            return;
        for (auto item : value.get_array()) {
            EventRecord& event = m_span.addEvent();
            for (ondemand::field field : item.get_object()) {
                const std::string_view key = rawKey(field);
                JsonValue content = field.value();
                if (key == "timestamp")
                    event.time = micros(content, "an annotation's time is no number").value_or(0);
                else if (key == "value")
                    event.name = scalarText(content);
            }
        }
    }

    void readTags(JsonValue value, StatusTags& status) {
        if (isNull(value))
            return;
        for (ondemand::field field : value.get_object()) {
            Attribute attribute;
            attribute.key = field.unescaped_key();
            plainValue(field.value(), attribute.type, attribute.value, m_pool);
            if (!status.take(attribute.key, attribute.value))
                m_span.attributes.push_back(attribute);
        }
    }

    ContextHandle context() {
        return m_cache.get(m_local, [this] {
            m_context.clear();
            if (!m_local.empty()) {
                try {
                    auto document = m_endpointParser.iterateCopy(m_local);
                    const Endpoint endpoint = readEndpoint(document.get_value());
                    add(m_context.resource, "service.name", endpoint.service);
                    add(m_context.resource, "net.host.ip", endpoint.ipv4.empty() ? endpoint.ipv6 : endpoint.ipv4);
                    if (!endpoint.ipv4.empty())
                        add(m_context.resource, "net.host.ipv6", endpoint.ipv6);
                    addPort(m_context.resource, "net.host.port", endpoint.port);
                    return m_sink.context(m_context);
                } catch (const simdjson::simdjson_error& error) {
                    m_context.clear();
                    m_sink.repaired(std::string("a localEndpoint that could not be read: ") +
                                        simdjson::error_message(error.error()), {});
                }
            }
            return m_sink.context(m_context);
        });
    }

    SpanSink& m_sink;
    JsonParser m_parser, m_endpointParser;
    TextPool m_pool;
    SpanRecord m_span;
    ContextRecord m_context;
    ContextCache m_cache;
    std::string m_local; ///< the raw localEndpoint of the span
    std::string_view m_remark;
    uint64_t m_recordNumber = 0;
};

class ZipkinV2Importer : public Importer {
public:
    void run(ByteSource& input, SpanSink& sink, const ImportLimits& limits) override {
        ZipkinReader reader(sink);
        JsonSplitter(input, reader, limits.recordBytes).run();
    }
};

Claim sniff(std::string_view head, bool) {
    const JsonProbe probe(head);
    if (probe.valueAt("traceId") != '"' || probe.valueAt("id") != '"')
        return {};
    if (probe.has("binaryAnnotations") || probe.has("annotations[].endpoint"))
        return {Claim::No, "Zipkin v1 spans"};
    if (probe.has("spans") || probe.has("segmentId"))
        return {};
    for (const char* key : {"localEndpoint", "remoteEndpoint", "timestamp", "shared", "annotations"})
        if (probe.has(key))
            return {Claim::Yes, std::string("JSON spans with traceId, id and ") + key};
    if (probe.has("name") && (probe.has("parentId") || probe.has("kind") || probe.valueAt("tags") == '{'))
        return {Claim::Maybe, "JSON spans with traceId, id and name"};
    return {};
}

} // namespace

extern const Format kZipkinV2;
constinit const Format kZipkinV2 = {"zipkin-v2", "Zipkin v2 JSON", "Zipkin's list of spans or of traces, JSON lines",
                                    "*.json *.jsonl", sniff,
                                    [] { return std::unique_ptr<Importer>(std::make_unique<ZipkinV2Importer>()); }};

} // namespace aisle
