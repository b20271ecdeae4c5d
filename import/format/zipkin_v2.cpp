// Zipkin v2 JSON: a list of spans, a list of traces (lists of spans), a single span, JSON lines.
//
// Both halves of a call may be there under one id; they are kept apart (flag kSharedId on the server half). What
// OpenTelemetry's exporters put into tags and annotations (status, scope, links, attributes of events) is taken out again.

#include "format/ids_text.h"
#include "format/span_fields.h"
#include "format/zipkin_otlp.h"
#include "format/zipkin_record.h"
#include "json/json_importer.h"
#include "json/json_probe.h"

#include <algorithm>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

class ZipkinV2Reader : public ZipkinLists {
public:
    explicit ZipkinV2Reader(SpanSink& sink) : ZipkinLists(sink), m_contexts(sink) {}

private:
    void readRecord(JsonObject object) override {
        m_span.clear();
        m_pool.clear();
        m_local = {};
        m_scope = {};
        m_links.clear();
        StatusTags status;
        std::optional<int64_t> start, duration;
        for (ondemand::field& field : members(object)) {
            const std::string_view key = rawKey(field);
            JsonValue& value = field.value();
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
                addZipkinRemote(m_span, readZipkinEndpoint(value));
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
        m_scope.apply(m_span);
        readLinks();
        readKindTag();
    }

    void emit(uint8_t flags) override {
        m_span.flags |= flags;
        m_span.context = m_contexts.of(m_local, m_scope);
        m_sink.span(m_span);
    }

    std::optional<int64_t> micros(JsonValue& value, std::string_view remark) {
        return zipkinMicros(value, remark, m_remark);
    }

    void readAnnotations(JsonValue value) {
        if (!isList(value, m_remark))
            return;
        for (auto item : value.get_array()) {
            EventRecord& event = m_span.addEvent();
            for (ondemand::field& field : members(item.get_object())) {
                const std::string_view key = rawKey(field);
                JsonValue& content = field.value();
                if (key == "timestamp")
                    event.time = micros(content, "an annotation's time is no number").value_or(0);
                else if (key == "value")
                    event.name = scalarText(content);
            }
            if (const auto name = m_otlp.readAttributes(event.name, event.attributes, m_pool))
                event.name = *name;
        }
    }

    void readTags(JsonValue value, StatusTags& status) {
        if (!isObject(value, m_remark))
            return;
        for (ondemand::field& field : members(value.get_object())) {
            Attribute attribute;
            attribute.key = field.unescaped_key();
            plainValue(field.value(), attribute.type, attribute.value, m_pool);
            if (const auto number = zipkinLinkNumber(attribute.key))
                m_links.push_back({*number, attribute});
            else if (!status.take(attribute.key, attribute.value) && !m_scope.take(attribute.key, attribute.value))
                m_span.attributes.push_back(attribute);
        }
    }

    /// In the order of their numbers, which may be another than that of the tags.
    void readLinks() {
        std::stable_sort(m_links.begin(), m_links.end(), [](const LinkTag& a, const LinkTag& b) { return a.number < b.number; });
        for (const LinkTag& link : m_links) {
            if (!m_otlp.readLink(link.tag.value, m_span.addLink(), m_pool)) {
                --m_span.linkCount;
                m_span.attributes.push_back(link.tag);
            }
        }
    }

    /// INTERNAL, for which Zipkin has no word.
    void readKindTag() {
        if (m_span.kind != Kind::Unspecified)
            return;
        const auto tag = std::find_if(m_span.attributes.begin(), m_span.attributes.end(), [](const Attribute& a) { return a.key == "span.kind"; });
        if (tag == m_span.attributes.end())
            return;
        m_span.kind = kindFromText(tag->value);
        if (m_span.kind != Kind::Unspecified)
            m_span.attributes.erase(tag);
    }

    struct LinkTag {
        uint32_t number;
        Attribute tag;
    };

    TextPool m_pool;
    SpanRecord m_span;
    ScopeTags m_scope;
    ZipkinOtlp m_otlp;
    std::vector<LinkTag> m_links;
    ZipkinContexts m_contexts;
    std::string_view m_local; ///< the raw localEndpoint of the span
};

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    if (probe.valueAt("traceId") != '"' || probe.valueAt("id") != '"')
        return {};
    if (probe.has("binaryAnnotations") || probe.has("annotations[].endpoint"))
        return {}; // v1
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
                                    makeJsonImporter<ZipkinV2Reader>};

} // namespace aisle
