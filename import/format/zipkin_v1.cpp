// Zipkin v1 JSON: records of annotations and binaryAnnotations that each name an endpoint; lists, lists of
// lists, single records, JSON lines.
//
// A record may hold both halves of a call. It is split as Zipkin itself does (V1SpanConverter): cs/cr are the
// client, sr/ss the server under the same id (flag kSharedId), ms/ws the producer, wr/mr the consumer; the
// other annotations and tags go to the half of their endpoint's service.

#include "format/ids_text.h"
#include "format/span_fields.h"
#include "format/zipkin_record.h"
#include "json/json_importer.h"
#include "json/json_probe.h"

#include <array>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

struct Place {
    ZipkinEndpoint endpoint;
    std::string_view raw;
};

struct Annotation {
    std::optional<int64_t> time;
    std::string_view value;
    Place place;
};

struct Tag {
    Attribute attribute;
    Place place;
    /// sa, ca and ma with the value true say the other side's endpoint.
    bool isAddress() const {
        return attribute.value == "true" &&
               (attribute.key == "sa" || attribute.key == "ca" || attribute.key == "ma");
    }
};

struct Half {
    Kind kind = Kind::Unspecified;
    Place place;
    std::optional<int64_t> begin, end;
    StatusTags status;
    SpanRecord span;
};

Kind kindOfCore(std::string_view value) {
    if (value == "cs" || value == "cr")
        return Kind::Client;
    if (value == "sr" || value == "ss")
        return Kind::Server;
    if (value == "ms")
        return Kind::Producer;
    return value == "mr" ? Kind::Consumer : Kind::Unspecified;
}

std::optional<int64_t> between(std::optional<int64_t> begin, std::optional<int64_t> end) {
    int64_t nanos = 0;
    if (!begin || !end || __builtin_sub_overflow(*end, *begin, &nanos))
        return std::nullopt;
    return nanos;
}

/// The type that Zipkin names, where the value can be it.
ValueType typeOf(std::string_view name, ValueType seen, std::string_view value) {
    const ValueType said = name == "I16" || name == "I32" || name == "I64" ? ValueType::Int
                           : name == "DOUBLE"                              ? ValueType::Double
                           : name == "BOOL"                                ? ValueType::Bool
                           : name == "BYTES"                               ? ValueType::Bytes
                                                                           : seen;
    const ValueType type = checkedType(said, value);
    return type == ValueType::String ? seen : type;
}

class ZipkinV1Reader : public ZipkinLists {
public:
    explicit ZipkinV1Reader(SpanSink& sink) : ZipkinLists(sink), m_contexts(sink) {}

private:
    void readRecord(JsonObject object) override {
        m_pool.clear();
        m_record.clear();
        m_annotations.clear();
        m_tags.clear();
        m_count = 0;
        m_start.reset();
        m_duration.reset();
        for (ondemand::field& field : members(object))
            readField(field);
        if (!m_record.trace.id)
            throw RecordError{"a span without a trace id"};
        if (m_record.span.id == 0)
            throw RecordError{"a span without a span id"};
        split();
        for (size_t i = 0; i < m_count; ++i)
            setHalfTimes(m_halves[i]);
        for (const Annotation& annotation : m_annotations)
            addAnnotation(annotation);
        for (const Tag& tag : m_tags)
            addTag(tag);
        for (size_t i = 0; i < m_count; ++i) {
            addRemote(m_halves[i]);
            m_halves[i].status.apply(m_halves[i].span);
        }
    }

    void emit(uint8_t flags) override {
        for (size_t i = 0; i < m_count; ++i) {
            Half& half = m_halves[i];
            half.span.flags |= flags;
            half.span.context = m_contexts.of(half.place.raw);
            m_sink.span(half.span);
        }
    }

    void readField(ondemand::field& field) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (key == "traceId") {
            m_record.trace = traceIdFrom(scalarText(value));
        } else if (key == "id") {
            m_record.span = spanIdFrom(scalarText(value));
        } else if (key == "parentId") {
            m_record.parent = spanIdFrom(scalarText(value));
        } else if (key == "name") {
            m_record.name = scalarText(value);
        } else if (key == "timestamp") {
            m_start = zipkinMicros(value, "a timestamp is no number", m_remark);
            if (m_start == 0) // Zipkin: 0 is "not known"
                m_start.reset();
        } else if (key == "duration") {
            m_duration = zipkinMicros(value, "a duration is no number", m_remark);
        } else if (key == "annotations") {
            readAnnotations(value);
        } else if (key == "binaryAnnotations") {
            readTags(value);
        } else if (key == "debug") {
            if (scalarText(value) == "true")
                m_record.attributes.push_back({"zipkin.debug", ValueType::Bool, "true"});
        } else if (!isNull(value)) {
            Attribute& other = m_record.attributes.emplace_back();
            other.key = field.unescaped_key();
            plainValue(value, other.type, other.value, m_pool);
        }
    }

    static Place readPlace(JsonValue value) {
        Place place;
        if (isNull(value))
            return place;
        ondemand::object object = value.get_object();
        place.endpoint = readZipkinEndpoint(object);
        object.reset();
        place.raw = object.raw_json().value();
        place.raw = place.raw.substr(0, place.raw.rfind('}') + 1); // without the space behind it
        return place;
    }

    void readAnnotations(JsonValue value) {
        if (isNull(value))
            return;
        for (auto item : value.get_array()) {
            Annotation& annotation = m_annotations.emplace_back();
            for (ondemand::field& field : members(item.get_object())) {
                const std::string_view key = rawKey(field);
                JsonValue& content = field.value();
                if (key == "timestamp")
                    annotation.time = zipkinMicros(content, "an annotation's time is no number", m_remark);
                else if (key == "value")
                    annotation.value = scalarText(content);
                else if (key == "endpoint")
                    annotation.place = readPlace(content);
            }
        }
    }

    void readTags(JsonValue value) {
        if (isNull(value))
            return;
        for (auto item : value.get_array()) {
            Tag& tag = m_tags.emplace_back();
            std::string_view typeName;
            for (ondemand::field& field : members(item.get_object())) {
                const std::string_view key = rawKey(field);
                JsonValue& content = field.value();
                if (key == "key")
                    tag.attribute.key = scalarText(content);
                else if (key == "value")
                    plainValue(content, tag.attribute.type, tag.attribute.value, m_pool);
                else if (key == "type")
                    typeName = scalarText(content);
                else if (key == "endpoint")
                    tag.place = readPlace(content);
            }
            tag.attribute.type = typeOf(typeName, tag.attribute.type, tag.attribute.value);
            if (tag.attribute.key.empty()) {
                m_remark = "a binary annotation without a key";
                m_tags.pop_back();
            }
        }
    }

    Half* half(Kind kind) {
        for (size_t i = 0; i < m_count; ++i)
            if (m_halves[i].kind == kind)
                return &m_halves[i];
        return nullptr;
    }

    Half& addHalf(Kind kind) {
        Half& added = m_halves[m_count++];
        added.kind = kind;
        added.place = {};
        added.begin.reset();
        added.end.reset();
        added.status = {};
        added.span.clear();
        added.span.trace = m_record.trace;
        added.span.span = m_record.span;
        added.span.parent = m_record.parent;
        added.span.name = m_record.name;
        added.span.attributes = m_record.attributes;
        return added;
    }

    void split() {
        for (const Annotation& annotation : m_annotations) {
            const Kind kind = kindOfCore(annotation.value);
            if (kind == Kind::Unspecified)
                continue;
            Half* part = half(kind);
            if (!part)
                part = &addHalf(kind);
            if (part->place.raw.empty())
                part->place = annotation.place;
            (annotation.value == "cr" || annotation.value == "ss" ? part->end : part->begin) =
                annotation.time;
        }
        for (const Annotation& annotation : m_annotations) {
            if (Half* const producer = half(Kind::Producer); producer && annotation.value == "ws")
                producer->end = annotation.time;
            if (Half* const consumer = half(Kind::Consumer);
                consumer && !consumer->end && annotation.value == "wr") {
                consumer->end = consumer->begin;
                consumer->begin = annotation.time;
            }
        }
        if (m_count == 0)
            placeWithoutCore(addHalf(Kind::Unspecified));
        for (size_t i = 0; i < m_count; ++i)
            m_halves[i].span.kind = m_halves[i].kind;
    }

    /// A local span (lc), or one that says where it was by its other annotations.
    void placeWithoutCore(Half& only) {
        const Tag *server = nullptr, *client = nullptr;
        for (const Tag& tag : m_tags) {
            if (tag.isAddress()) {
                (tag.attribute.key == "ca" ? client : server) = &tag;
                continue;
            }
            if (tag.attribute.key == "lc") {
                only.kind = Kind::Internal;
                only.place = tag.place;
            }
            if (only.place.raw.empty())
                only.place = tag.place;
        }
        for (const Annotation& annotation : m_annotations)
            if (only.place.raw.empty())
                only.place = annotation.place;
        if (client && !server)
            only.kind = Kind::Server;
        else if (client && only.place.raw.empty())
            only.place = client->place;
    }

    /// The record's own times are those of the half that began the call.
    void setHalfTimes(Half& part) {
        const bool owns =
            m_count == 1 || part.kind == Kind::Client || (part.kind == Kind::Producer && !half(Kind::Client));
        std::optional<int64_t> start = part.begin, duration;
        if (owns && m_start)
            start = m_start;
        const bool isCall = part.kind != Kind::Unspecified && part.kind != Kind::Internal;
        if (owns && m_duration && (*m_duration != 0 || !isCall)) // 0 of a call: nobody saw its end
            duration = m_duration;
        else
            duration = between(start, part.end);
        setTimes(part.span, start, duration);
        const bool isSecond = (part.kind == Kind::Server && half(Kind::Client)) ||
                              (part.kind == Kind::Consumer && half(Kind::Producer));
        // v1 had no such field: who joined a span of its caller did not report the span's own time.
        const bool joined =
            part.kind == Kind::Server && part.begin && (!m_start || (part.end && !m_duration));
        if (isSecond || joined)
            part.span.flags |= kSharedId;
    }

    Half& halfOf(const Place& place) {
        for (size_t i = 0; i < m_count; ++i)
            if (!place.raw.empty() && m_halves[i].place.raw == place.raw)
                return m_halves[i];
        const std::string_view service = place.endpoint.service;
        for (size_t i = 0; i < m_count; ++i)
            if (!service.empty() && m_halves[i].place.endpoint.service == service)
                return m_halves[i];
        return m_halves[0];
    }

    void addAnnotation(const Annotation& annotation) {
        const Kind core = kindOfCore(annotation.value);
        const bool isCore = core != Kind::Unspecified;
        Half& part = isCore ? *half(core) : halfOf(annotation.place);
        const SpanRecord& span = part.span;
        int64_t end = 0;
        const bool ends = !(span.flags & (kUnfinished | kNoStart)) &&
                          !__builtin_add_overflow(span.start, span.duration, &end);
        // What the span's times say already is no event.
        if (isCore && annotation.time &&
            ((!(span.flags & kNoStart) && *annotation.time == span.start) ||
             (ends && *annotation.time == end)))
            return;
        EventRecord& event = part.span.addEvent();
        event.time = annotation.time.value_or(0);
        event.name = annotation.value;
    }

    void addTag(const Tag& tag) {
        if (tag.isAddress() || (tag.attribute.key == "lc" && tag.attribute.value.empty()))
            return;
        Half& part = halfOf(tag.place);
        if (!part.status.take(tag.attribute.key, tag.attribute.value))
            part.span.attributes.push_back(tag.attribute);
    }

    void addRemote(Half& part) {
        const bool isServer = part.kind == Kind::Server;
        const bool isMessaging = part.kind == Kind::Producer || part.kind == Kind::Consumer;
        const std::string_view wanted = isMessaging ? "ma" : isServer ? "ca" : "sa";
        const std::string_view own = part.place.endpoint.service;
        const Tag* found = nullptr;
        for (const Tag& tag : m_tags)
            if (tag.isAddress() && tag.attribute.key == wanted && tag.place.raw != part.place.raw &&
                (!found || found->place.endpoint.service == own))
                found = &tag;
        if (!found)
            return;
        // Finagle writes its own name beside the other side's address.
        ZipkinEndpoint remote = found->place.endpoint;
        if (remote.service == own)
            remote.service = {};
        addZipkinRemote(part.span, remote);
    }

    ZipkinContexts m_contexts;
    TextPool m_pool;
    SpanRecord m_record; ///< what the halves have in common
    std::vector<Annotation> m_annotations;
    std::vector<Tag> m_tags;
    std::array<Half, 4> m_halves;
    size_t m_count = 0;
    std::optional<int64_t> m_start, m_duration;
};

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    if (probe.valueAt("traceId") != '"' || probe.valueAt("id") != '"')
        return {};
    for (const char* key : {"binaryAnnotations", "annotations[].endpoint"})
        if (probe.has(key))
            return {Claim::Yes, std::string("JSON spans with traceId, id and ") + key};
    return {};
}

} // namespace

extern const Format kZipkinV1;
constinit const Format kZipkinV1 = {
    "zipkin-v1",
    "Zipkin v1 JSON",
    "Zipkin's older list of spans or of traces, with endpoints on annotations",
    "*.json *.jsonl",
    sniff,
    makeJsonImporter<ZipkinV1Reader>};

} // namespace aisle
