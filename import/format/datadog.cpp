// Datadog spans as the agent's v0.4 API and the tracers' snapshot tests write them: a list of spans or of chunks
// (lists of spans of one trace), JSON lines of them, or {"traces": ...} around them.
//
// Ids are decimal unsigned 64-bit numbers. The high half of a 128-bit trace id is hex in meta "_dd.p.tid" of a
// chunk's first span and holds for all spans of the chunk.

#include "format/context_cache.h"
#include "format/ids_text.h"
#include "format/span_fields.h"
#include "importer.h"
#include "json/json_probe.h"
#include "json/json_records.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

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

class DatadogReader : public JsonHandler {
public:
    explicit DatadogReader(SpanSink& sink) : m_sink(sink) {}

    JsonTake classify(JsonSplitter& splitter, std::string_view key, char first, size_t level) override {
        if (level != 0 && !key.empty()) { // inside {"traces": ...}
            if (key == "traces" && first == '[')
                return JsonTake::Descend;
            return JsonTake::Skip;
        }
        if (first == '{')
            return level == 0 && isWrapper(splitter.ahead(256)) ? JsonTake::Descend : JsonTake::Whole;
        if (first != '[')
            return JsonTake::Whole;
        if (level < 5)
            return JsonTake::Descend;
        m_sink.skipped("a list nested deeper than five levels", {0, m_recordNumber});
        return JsonTake::Skip;
    }
    void enter(std::string_view, char, size_t) override { m_highHalves.clear(); }
    void leave(size_t) override { m_highHalves.clear(); }

    void value(std::string_view, const JsonSlice& slice, size_t) override {
        const Position at{slice.offset, ++m_recordNumber};
        const RecordOutcome outcome = readRecord(m_parser, slice, [&](JsonObject object) { readSpan(object); });
        if (!outcome.taken) {
            m_sink.skipped(outcome.reason, at);
            return;
        }
        readNested("span links", m_metaLinks, [&](JsonValue value) { readLinks(value, true); });
        readNested("span events", m_metaEvents, [&](JsonValue value) { readEvents(value); });
        completeTraceId();
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
    struct HighHalf {
        uint64_t value = 0;
        bool missed = false; ///< spans were handed over before it was known
    };
    static constexpr size_t kHighHalves = 1U << 20;

    static bool isWrapper(std::string_view text) {
        const size_t quote = text.find_first_not_of(" \t\r\n", 1);
        return quote != std::string_view::npos && text.substr(quote).starts_with("\"traces\"");
    }

    void readSpan(JsonObject object) {
        m_span.clear();
        m_pool.clear();
        m_service = m_version = m_environment = m_host = m_remark = m_metaLinks = m_metaEvents = {};
        m_high = 0;
        std::string_view type, error;
        m_errorMessage = m_errorType = m_errorStack = {};
        std::optional<int64_t> start, duration;
        for (ondemand::field field : object) {
            const std::string_view key = rawKey(field);
            JsonValue value = field.value();
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

    /// A JSON number is decimal, as is a text of at most 20 digits; other texts are hex.
    static TraceIdRecord traceId(JsonValue& value) {
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
    static SpanIdRecord spanId(JsonValue& value) {
        const std::string_view text = scalarText(value);
        if (const auto number = decimal(text)) {
            SpanIdRecord record;
            record.id = *number;
            return record;
        }
        return spanIdFrom(text);
    }

    std::optional<int64_t> nanos(JsonValue& value, std::string_view remark) {
        if (isNull(value))
            return std::nullopt;
        const auto number = scaledInteger(scalarText(value));
        if (!number)
            m_remark = remark;
        return number;
    }

    void add(std::string_view key, std::string_view text) {
        if (!text.empty())
            m_span.attributes.push_back({key, ValueType::String, text});
    }
    void addValue(std::string_view key, JsonValue value) {
        Attribute attribute{key, ValueType::String, {}};
        plainValue(value, attribute.type, attribute.value, m_pool);
        m_span.attributes.push_back(attribute);
    }

    void readMeta(JsonValue value) {
        if (isNull(value))
            return;
        for (ondemand::field field : value.get_object()) {
            Attribute attribute;
            attribute.key = field.unescaped_key();
            JsonValue content = field.value();
            if (isNull(content))
                continue;
            plainValue(content, attribute.type, attribute.value, m_pool);
            if (!takeMeta(attribute.key, attribute.value))
                m_span.attributes.push_back(attribute);
        }
    }

    /// What has a place of its own in a span; true when nothing of it would be lost without the attribute.
    bool takeMeta(std::string_view key, std::string_view text) {
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
    void readMetrics(JsonValue value) {
        if (isNull(value))
            return;
        for (ondemand::field field : value.get_object()) {
            Attribute attribute;
            attribute.key = field.unescaped_key();
            JsonValue content = field.value();
            if (isNull(content))
                continue;
            plainValue(content, attribute.type, attribute.value, m_pool);
            if (attribute.type == ValueType::Double && attribute.value.ends_with(".0")) {
                attribute.value.remove_suffix(2);
                attribute.type = ValueType::Int;
            }
            m_span.attributes.push_back(attribute);
        }
    }

    /// 0 and 1, but some tracers write a status code; below 400 that is none.
    void applyError(std::string_view error) {
        const auto code = scaledInteger(error);
        const bool isError = code ? *code != 0 && (*code < 100 || *code >= 400) : error == "true";
        if (isError)
            m_span.status = Status::Error;
        if (code && *code != 0 && *code != 1)
            m_span.attributes.push_back({"datadog.error", ValueType::Int, error});
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
    void readLinks(JsonValue value, bool hex) {
        if (isNull(value))
            return;
        for (auto item : value.get_array()) {
            LinkRecord& link = m_span.addLink();
            uint64_t high = 0;
            for (ondemand::field field : item.get_object()) {
                const std::string_view key = rawKey(field);
                JsonValue content = field.value();
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

    void readEvents(JsonValue value) {
        if (isNull(value))
            return;
        for (auto item : value.get_array()) {
            EventRecord& event = m_span.addEvent();
            for (ondemand::field field : item.get_object()) {
                const std::string_view key = rawKey(field);
                JsonValue content = field.value();
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

    void readAttributes(JsonValue value, Attributes& out) {
        if (isNull(value))
            return;
        for (ondemand::field field : value.get_object()) {
            const std::string_view key = field.unescaped_key();
            addTo(out, key, field.value());
        }
    }
    void addTo(Attributes& out, std::string_view key, JsonValue value) {
        Attribute attribute{key, ValueType::String, {}};
        plainValue(value, attribute.type, attribute.value, m_pool);
        out.push_back(attribute);
    }

    /// JSON inside a text of meta.
    template <typename Read>
    void readNested(const char* what, std::string_view text, Read&& read) {
        if (text.empty())
            return;
        const size_t links = m_span.linkCount, events = m_span.eventCount;
        JsonParser& parser = text.data() == m_metaLinks.data() ? m_linkParser : m_eventParser;
        try {
            auto document = parser.iterateCopy(text);
            read(document.get_value());
            return;
        } catch (const simdjson::simdjson_error&) {
        } catch (const RecordError&) {
        }
        m_span.linkCount = links;
        m_span.eventCount = events;
        m_remark = what == std::string_view("span links") ? "span links that are no JSON" : "span events that are no JSON";
        add(what == std::string_view("span links") ? "_dd.span_links" : "events", text);
    }

    void completeTraceId() {
        if (!m_span.trace.text.empty() && m_span.trace.text != "0")
            return;
        if (m_span.trace.id.high == 0) {
            if (m_highHalves.size() > kHighHalves)
                m_highHalves.clear();
            HighHalf& known = m_highHalves[m_span.trace.id.low];
            if (m_high != 0) {
                if (known.missed)
                    m_remark = "the high half of a trace id came after spans of that trace";
                known = {m_high, false};
            } else if (known.value == 0) {
                known.missed = true;
            }
            m_span.trace.id.high = known.value;
        }
        if (m_span.trace.id)
            m_span.trace.text = {};
        else
            m_span.trace.id = traceIdFromText(m_span.trace.text);
    }

    ContextHandle context() {
        m_key.clear();
        for (const std::string_view part : {m_service, m_version, m_environment, m_host}) {
            m_key += std::to_string(part.size());
            m_key += ':';
            m_key += part;
        }
        return m_cache.get(m_key, [this] {
            m_context.clear();
            for (const auto& [key, text] : {std::pair{"service.name", m_service}, {"service.version", m_version},
                                            {"deployment.environment.name", m_environment}, {"host.name", m_host}})
                if (!text.empty())
                    m_context.resource.push_back({key, ValueType::String, text});
            return m_sink.context(m_context);
        });
    }

    SpanSink& m_sink;
    JsonParser m_parser, m_linkParser, m_eventParser;
    TextPool m_pool;
    SpanRecord m_span;
    ContextRecord m_context;
    ContextCache m_cache;
    std::unordered_map<uint64_t, HighHalf> m_highHalves; ///< of the current list, by the low half
    std::string m_key;
    std::string_view m_service, m_version, m_environment, m_host;
    std::string_view m_errorMessage, m_errorType, m_errorStack, m_metaLinks, m_metaEvents, m_remark;
    uint64_t m_high = 0;
    uint64_t m_recordNumber = 0;
};

class DatadogImporter : public Importer {
public:
    void run(ByteSource& input, SpanSink& sink, const ImportLimits& limits) override {
        DatadogReader reader(sink);
        JsonSplitter(input, reader, limits.recordBytes).run();
    }
};

/// Two lists around an object that begins with a name: a chunk as the tracers write it.
bool beginsWithChunk(std::string_view head) {
    std::string_view rest = head;
    for (const std::string_view token : {"[", "[", "{", "\"name\""}) {
        rest.remove_prefix(std::min(rest.find_first_not_of("\xef\xbb\xbf \t\r\n"), rest.size()));
        if (!rest.starts_with(token))
            return false;
        rest.remove_prefix(token.size());
    }
    return true;
}

Claim sniff(std::string_view head, bool complete) {
    const JsonProbe probe(head);
    for (const std::string prefix : {"", "traces[].", "traces[][]."}) {
        if (!probe.has(prefix + "trace_id") || !probe.has(prefix + "span_id"))
            continue;
        // Sentry's and Honeycomb's spans have the same ids, but not these.
        if (probe.has(prefix + "parent_id") && (probe.has(prefix + "resource") || probe.valueAt(prefix + "meta") == '{') &&
            (probe.has(prefix + "service") || probe.has(prefix + "duration")))
            return {Claim::Yes, "JSON spans with " + prefix + "trace_id, span_id, parent_id and resource or meta"};
    }
    if (!complete && probe.topKeys().size() == 1 && beginsWithChunk(head))
        return {Claim::Maybe, "a list of lists of objects with a name longer than what is looked at"};
    return {};
}

} // namespace

extern const Format kDatadog;
constinit const Format kDatadog = {"datadog", "Datadog",
                                   "Datadog's spans as the agent takes them: lists of spans or of chunks, JSON lines",
                                   "*.json *.jsonl", sniff,
                                   [] { return std::unique_ptr<Importer>(std::make_unique<DatadogImporter>()); }};

} // namespace aisle
