// Honeycomb events: {"time", "samplerate", "data": {fields}} as its batch API takes them, or the fields alone; a
// list or JSON lines. A trace's root usually comes last; parents are found by id, so that does not matter.

#include "format/context_cache.h"
#include "format/event_list.h"
#include "format/ids_text.h"
#include "format/span_fields.h"
#include "format/time_text.h"
#include "json/json_importer.h"
#include "json/json_probe.h"

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

class HoneycombReader : public EventListReader {
public:
    using EventListReader::EventListReader;

private:
    struct Event {
        std::string_view trace, span, parent, linkTrace, linkSpan, name, time, duration, kind, annotation, signal;
        std::string_view status, statusMessage, service, serviceVersion, serviceInstance, scopeName, scopeVersion;
    };

    void readEvent(JsonObject object) override {
        m_event = {};
        m_attributes.clear();
        for (ondemand::field& field : members(object)) {
            JsonValue& value = field.value();
            if (rawKey(field) == "data" && value.type() == ondemand::json_type::object)
                for (ondemand::field& inner : members(value.get_object()))
                    readField(inner);
            else
                readField(field);
        }
        if (m_event.trace.empty())
            throw RecordError{"an event without a trace id"};
        if (isLink())
            return;
        if (isSpan())
            makeSpan();
        else
            makeLog();
    }

    bool isLink() const { return m_event.annotation == "link"; }
    bool isSpan() const { return m_event.annotation != "span_event" && m_event.signal != "log"; }

    void readField(ondemand::field& field) {
        constexpr std::pair<std::string_view, std::string_view Event::*> texts[] = {
            {"trace.trace_id", &Event::trace},
            {"trace.span_id", &Event::span},
            {"trace.parent_id", &Event::parent},
            {"trace.link.trace_id", &Event::linkTrace},
            {"trace.link.span_id", &Event::linkSpan},
            {"name", &Event::name},
            {"time", &Event::time},
            {"timestamp", &Event::time},
            {"Timestamp", &Event::time},
            {"duration_ms", &Event::duration},
            {"span.kind", &Event::kind},
            {"meta.span_kind", &Event::kind},
            {"meta.annotation_type", &Event::annotation},
            {"meta.signal_type", &Event::signal},
            {"status_code", &Event::status},
            {"status_message", &Event::statusMessage},
            {"service.name", &Event::service},
            {"service_name", &Event::service},
            {"service.version", &Event::serviceVersion},
            {"service.instance.id", &Event::serviceInstance},
            {"library.name", &Event::scopeName},
            {"library.version", &Event::scopeVersion},
        };
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (isNull(value))
            return;
        for (const auto& [name, member] : texts)
            if (key == name) {
                if (const std::string_view text = scalarText(value); !text.empty())
                    m_event.*member = text;
                return;
            }
        const Attribute read = attribute(field.unescaped_key(), value);
        if ((read.key != "samplerate" && read.key != "sample_rate") || read.value != "1") // 1: every event
            m_attributes.push_back(read);
    }

    std::optional<int64_t> time() {
        return timeRead(timeOfAnyForm(m_event.time), m_event.time);
    }

    void makeSpan() {
        if (m_event.span.empty())
            throw RecordError{"an event without a span id"};
        m_span.clear();
        m_span.trace = traceIdFrom(m_event.trace);
        m_span.span = spanIdFrom(m_event.span);
        m_span.parent = spanIdFrom(m_event.parent);
        m_span.name = m_event.name;
        setTimes(m_span, time(), timeRead(scaledInteger(m_event.duration, 6), m_event.duration));
        m_span.kind = kindFromText(m_event.kind);
        if (m_span.kind == Kind::Unspecified)
            add(m_span.attributes, "span.kind", m_event.kind);
        if (const auto status = statusFromText(m_event.status))
            m_span.status = *status;
        else
            add(m_span.attributes, "status_code", m_event.status);
        m_span.statusMessage = m_event.statusMessage;
        m_span.attributes.insert(m_span.attributes.end(), m_attributes.begin(), m_attributes.end());
        if (!m_event.linkTrace.empty() || !m_event.linkSpan.empty())
            addLink();
    }

    void addLink() {
        LinkRecord& link = m_span.addLink();
        link.trace = traceIdFrom(m_event.linkTrace);
        link.span = spanIdFrom(m_event.linkSpan);
    }

    void makeLog() {
        m_log.clear();
        m_log.trace = traceIdFrom(m_event.trace);
        m_log.span = spanIdFrom(m_event.parent.empty() ? m_event.span : m_event.parent);
        m_log.time = time().value_or(0);
        m_log.eventName = m_event.name;
        m_log.attributes = m_attributes;
    }

    ContextHandle context() {
        m_context.clear();
        add(m_context.resource, "service.name", m_event.service);
        add(m_context.resource, "service.version", m_event.serviceVersion);
        add(m_context.resource, "service.instance.id", m_event.serviceInstance);
        makeKey(m_key, m_context.resource);
        appendKeyPart(m_key, m_event.scopeName);
        appendKeyPart(m_key, m_event.scopeVersion);
        return m_cache.get(m_key, [this] {
            m_context.scopeName = m_event.scopeName;
            m_context.scopeVersion = m_event.scopeVersion;
            return m_sink.context(m_context);
        });
    }

    void handOver(bool repaired) override {
        if (isLink()) {
            m_sink.ignored("links that are events of their own", 1);
        } else if (isSpan()) {
            if (repaired)
                m_span.flags |= kRepaired;
            m_span.context = context();
            m_sink.span(m_span);
        } else {
            m_log.context = context();
            m_sink.log(m_log);
        }
    }

    Event m_event;
    Attributes m_attributes;
    SpanRecord m_span;
    LogRecord m_log;
    ContextRecord m_context;
    ContextCache m_cache;
    std::string m_key;
};

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    for (const std::string_view prefix : {"", "data."}) {
        const std::string at(prefix);
        if (probe.has(at + "trace")) // an object, of which the paths below look the same
            continue;
        if (!probe.has(at + "trace.trace_id"))
            continue;
        for (const char* key : {"trace.span_id", "trace.parent_id", "duration_ms"})
            if (probe.has(at + key))
                return {Claim::Yes, "JSON events with " + at + "trace.trace_id and " + key};
    }
    return {};
}

} // namespace

extern const Format kHoneycomb;
constinit const Format kHoneycomb = {"honeycomb", "Honeycomb events", "Events with trace.trace_id: a batch, a list or JSON lines",
                                     "*.json *.jsonl", sniff,
                                     makeJsonImporter<HoneycombReader>};

} // namespace aisle
