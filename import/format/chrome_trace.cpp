// Chrome Trace Event JSON: {"traceEvents": [event]}, a bare list of events that need not be closed, events
// one after another. A file is one trace: its events know no trace ids.

#include "format/chrome_slices.h"
#include "importer.h"
#include "json/json_probe.h"
#include "json/json_records.h"

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

class ChromeReader : public JsonHandler {
public:
    ChromeReader(SpanSink& sink, TraceId trace) : m_sink(sink), m_slices(sink, trace) {}

    JsonTake classify(JsonSplitter& splitter, std::string_view key, char first, size_t level) override {
        if (level == 0)
            return document(splitter, first);
        if (!m_inWrapper || level > 1)
            return JsonTake::Whole;
        if (key == "traceEvents" && first == '[')
            return JsonTake::Descend;
        if (key == "systemTraceEvents" || key == "samples" || key == "stackFrames" || key == "traceEvents")
            m_sink.ignored("the file's " + std::string(key), 1);
        return JsonTake::Skip;
    }
    void enter(std::string_view, char bracket, size_t level) override {
        if (level == 0)
            m_inWrapper = bracket == '{';
    }
    void leave(size_t) override {}

    void value(std::string_view, const JsonSlice& slice, size_t) override {
        const Position at{slice.offset, ++m_recordNumber};
        const RecordOutcome outcome = readRecord(m_parser, slice, [&](JsonObject object) { readEvent(object); });
        if (!outcome.taken) {
            m_sink.skipped(outcome.reason, at);
            return;
        }
        if (m_fields == 0)
            return; // some writers close their list with an empty object
        if (m_event.phase == 0) {
            m_sink.skipped("an event without a phase", at);
            return;
        }
        if (!outcome.repair.empty() || !m_remark.empty()) {
            m_event.repaired = true;
            m_sink.repaired(outcome.repair.empty() ? m_remark : outcome.repair, at);
        }
        m_slices.take(m_event, at);
    }

    void problem(std::string_view reason, uint64_t offset) override {
        m_sink.skipped(reason, {offset, m_recordNumber});
    }

    void finish() { m_slices.finish(); }

private:
    JsonTake document(JsonSplitter& splitter, char first) {
        if (first == '[')
            return JsonTake::Descend;
        if (first == '{' && !m_bareEvents) {
            const JsonProbe probe(splitter.ahead(64 * 1024));
            m_bareEvents = probe.has("ph") && !probe.has("traceEvents");
        }
        return first == '{' && !*m_bareEvents ? JsonTake::Descend : JsonTake::Whole;
    }

    void readEvent(JsonObject object) {
        m_event.clear();
        m_pool.clear();
        m_remark = {};
        m_fields = 0;
        for (ondemand::field& field : members(object)) {
            ++m_fields;
            const std::string_view key = rawKey(field);
            JsonValue& value = field.value();
            if (key == "ph")
                readPhase(scalarText(value));
            else if (key == "ts")
                m_event.time = micros(value, "an event's time is no number");
            else if (key == "dur")
                m_event.duration = micros(value, "an event's duration is no number");
            else if (key == "name")
                m_event.name = scalarText(value);
            else if (key == "pid")
                m_event.pid = scalarText(value);
            else if (key == "tid")
                m_event.tid = scalarText(value);
            else if (key == "cat")
                readCategory(scalarText(value));
            else if (key == "args")
                readArguments(value);
            else if (!readBinding(key, value))
                addAttribute(field.unescaped_key(), value);
        }
    }

    /// Fields that tie events to each other; false when it is none of them.
    bool readBinding(std::string_view key, JsonValue& value) {
        if (key == "id")
            m_event.id = scalarText(value);
        else if (key == "id2")
            readId2(value);
        else if (key == "scope")
            m_event.scope = scalarText(value);
        else if (key == "bp")
            m_event.bindEnclosing = scalarText(value) == "e";
        else if (key == "bind_id")
            m_event.bind = scalarText(value);
        else if (key == "flow_in")
            m_event.flowIn = scalarText(value) == "true";
        else if (key == "flow_out")
            m_event.flowOut = scalarText(value) == "true";
        else
            return key == "s"; // how far an instant's line is drawn
        return true;
    }

    void readPhase(std::string_view text) { m_event.phase = text.size() == 1 ? text[0] : text.empty() ? '\0' : '?'; }

    void readCategory(std::string_view text) {
        m_event.category = text;
        if (!text.empty())
            m_event.attributes.push_back({"cat", ValueType::String, text});
    }

    void readId2(JsonValue& value) {
        if (isNull(value))
            return;
        for (ondemand::field& field : members(value.get_object())) {
            m_event.localId = rawKey(field) == "local";
            JsonValue& id = field.value();
            m_event.id = scalarText(id);
        }
    }

    std::optional<int64_t> micros(JsonValue& value, std::string_view remark) {
        if (isNull(value))
            return std::nullopt;
        const auto nanos = scaledInteger(scalarText(value), 3);
        if (!nanos)
            m_remark = remark;
        return nanos;
    }

    void readArguments(JsonValue& value) {
        if (isNull(value))
            return;
        if (value.type() != ondemand::json_type::object) {
            addAttribute("args", value);
            return;
        }
        for (ondemand::field& field : members(value.get_object()))
            addAttribute(field.unescaped_key(), field.value());
    }

    void addAttribute(std::string_view key, JsonValue value) {
        Attribute attribute;
        attribute.key = key;
        plainValue(value, attribute.type, attribute.value, m_pool);
        m_event.attributes.push_back(attribute);
    }

    SpanSink& m_sink;
    ChromeSlices m_slices;
    JsonParser m_parser;
    TextPool m_pool;
    ChromeEvent m_event;
    std::string_view m_remark;
    size_t m_fields = 0;
    std::optional<bool> m_bareEvents; ///< whether objects outside a list are events; as the first one
    bool m_inWrapper = false;
    uint64_t m_recordNumber = 0;
};

class ChromeTraceImporter : public Importer {
public:
    void run(ByteSource& input, SpanSink& sink, const ImportLimits& limits) override {
        // The trace's id comes from the content: other files are other traces, the same file is the same one.
        std::string head = readHead(input, 64 * 1024);
        ChromeReader reader(sink, traceIdFromText(head));
        const auto whole = concatenate(std::move(head), input);
        JsonSplitter(*whole, reader, limits.recordBytes).run();
        reader.finish();
    }
};

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    if (probe.valueAt("traceEvents") == '[')
        return {Claim::Yes, "a JSON object with a list traceEvents"};
    if (probe.valueAt("ph") == '"')
        for (const char* key : {"ts", "pid", "tid"})
            if (probe.has(key))
                return {Claim::Yes, std::string("JSON events with ph and ") + key};
    return {};
}

} // namespace

extern const Format kChromeTrace;
constinit const Format kChromeTrace = {"chrome-trace", "Chrome Trace Event",
                                       "Chrome's and Perfetto's JSON: traceEvents, or a list of events",
                                       "*.json *.trace", sniff,
                                       [] { return std::unique_ptr<Importer>(std::make_unique<ChromeTraceImporter>()); }};

} // namespace aisle
