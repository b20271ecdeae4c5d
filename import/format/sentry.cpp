// Sentry: envelopes (a header line, then items: a header line and a payload each), and transaction events as JSON.
//
// A payload is as long as its header says, or ends with the line; it may be binary. So the envelope is framed here,
// and only what is inside an item with spans goes to the JSON splitter.

#include "format/object_text.h"
#include "format/sentry_envelope.h"
#include "format/sentry_record.h"
#include "importer.h"
#include "json/json_probe.h"
#include "json/json_records.h"

#include <algorithm>
#include <map>

namespace aisle {

namespace {

/// Events and spans out of JSON.
class EventReader : public JsonHandler {
public:
    EventReader(SpanSink& sink, uint64_t recordBytes) : m_sink(sink), m_recordBytes(recordBytes) {}

    /// Where the JSON begins in the input.
    void setBase(uint64_t base) { m_base = base; }
    uint64_t otherEvents() const { return m_otherEvents; }

    JsonTake classify(JsonSplitter&, std::string_view key, char first, size_t level) override {
        const Role parent = m_roles.empty() ? Role::List : m_roles.back();
        m_next = Role::Field;
        if (parent == Role::List) {
            if (first == '[' && level >= 4) {
                m_sink.skipped("a list nested deeper than four levels", {m_base, m_recordNumber});
                return JsonTake::Skip;
            }
            m_next = first == '[' ? Role::List : first == '{' ? Role::Event : Role::Stranger;
        } else if (parent == Role::Event && first == '[' && (key == "spans" || key == "items")) {
            m_next = Role::Spans;
            m_isContainer = m_isContainer || key == "items";
        } else if (parent == Role::Spans) {
            m_next = Role::Span;
        }
        if (m_next == Role::Field && m_event.size() > m_recordBytes) {
            m_sink.skipped("a field of an event larger than the limit", {m_base, m_recordNumber});
            return JsonTake::Skip;
        }
        return m_next == Role::List || m_next == Role::Event || m_next == Role::Spans ? JsonTake::Descend : JsonTake::Whole;
    }

    void enter(std::string_view, char, size_t) override {
        m_roles.push_back(m_next);
        if (m_next != Role::Event)
            return;
        m_event.clear();
        m_offset = m_base;
        m_contextOpen = m_isContainer = false;
    }

    void leave(size_t) override {
        const Role role = m_roles.back();
        m_roles.pop_back();
        if (role == Role::Event)
            endEvent();
    }

    void value(std::string_view key, const JsonSlice& slice, size_t) override {
        const Position at{m_base + slice.offset, m_recordNumber + 1};
        if (m_next == Role::Span)
            span(slice, at);
        else if (m_next == Role::Field)
            addField(key, slice);
        else
            m_sink.skipped("not a JSON object where an event should be", at);
    }

    void problem(std::string_view reason, uint64_t offset) override { m_sink.skipped(reason, {m_base + offset, m_recordNumber}); }

private:
    enum class Role : uint8_t { List, Event, Spans, Span, Field, Stranger };

    void addField(std::string_view key, const JsonSlice& slice) {
        if (m_event.size() == 1)
            m_offset = m_base + slice.offset;
        m_event.add(key, slice);
    }

    void span(const JsonSlice& slice, Position at) {
        ++m_recordNumber;
        const RecordOutcome outcome = readRecord(m_parser, slice, [&](JsonObject object) { m_records.readSpan(object); });
        if (!outcome.taken) {
            m_sink.skipped(outcome.reason, at);
            return;
        }
        if (m_isContainer) { // each of the items says itself what it belongs to
            emit(outcome.repair, at, m_sink.context(m_records.context()));
            return;
        }
        if (!m_contextOpen)
            m_context = m_sink.openContext(); // the event's release may stand behind its spans
        m_contextOpen = true;
        emit(outcome.repair, at, m_context);
    }

    void endEvent() {
        if (m_isContainer || m_event.size() == 1)
            return;
        const JsonSlice slice = m_event.close(m_offset);
        const Position at{m_offset, ++m_recordNumber};
        bool isTransaction = false;
        const RecordOutcome outcome =
            readRecord(m_parser, slice, [&](JsonObject object) { isTransaction = m_records.readEvent(object); });
        if (!outcome.taken) {
            m_sink.skipped(outcome.reason, at);
            return;
        }
        if (!isTransaction && !m_contextOpen) {
            ++m_otherEvents;
            return;
        }
        const ContextRecord& record = m_records.context();
        if (m_contextOpen)
            m_sink.complete(m_context, record);
        else
            m_context = m_sink.context(record);
        if (isTransaction)
            emit(outcome.repair.empty() ? m_event.repair() : outcome.repair, at, m_context);
    }

    void emit(const std::string& repair, Position at, ContextHandle context) {
        SpanRecord& span = m_records.span();
        const std::string_view what = repair.empty() ? m_records.remark() : std::string_view(repair);
        if (!what.empty()) {
            span.flags |= kRepaired;
            m_sink.repaired(what, at);
        }
        span.context = context;
        m_sink.span(span);
    }

    SpanSink& m_sink;
    const uint64_t m_recordBytes;
    JsonParser m_parser;
    SentryRecords m_records;
    ObjectText m_event;
    std::vector<Role> m_roles;
    Role m_next = Role::List;
    ContextHandle m_context = 0;
    bool m_contextOpen = false, m_isContainer = false;
    uint64_t m_base = 0, m_offset = 0, m_recordNumber = 0, m_otherEvents = 0;
};

class EnvelopeReader {
public:
    EnvelopeReader(ByteSource& input, SpanSink& sink, const ImportLimits& limits)
        : m_window(input), m_sink(sink), m_events(sink, limits.recordBytes), m_limits(limits) {}

    void run() {
        bool inGarbage = false;
        while (!m_window.atEnd()) {
            const uint64_t offset = m_window.offset();
            std::string line = m_window.line();
            if (line.starts_with("\xef\xbb\xbf"))
                line.erase(0, 3);
            if (line.find_first_not_of(" \t\r") == std::string::npos)
                continue;
            const auto header = readEnvelopeHeader(m_parser, line);
            if (!header && !inGarbage)
                m_sink.skipped("text where an item's header should be", {offset, m_items});
            inGarbage = !header;
            if (header && !header->type.empty())
                item(*header, offset);
        }
        if (m_events.otherEvents() != 0)
            m_ignored["error events"] += m_events.otherEvents();
        for (const auto& [what, count] : m_ignored)
            m_sink.ignored(what, count);
    }

private:
    void item(const EnvelopeHeader& header, uint64_t headerOffset) {
        const Position at{headerOffset, ++m_items};
        if (header.lengthUnreadable)
            m_sink.repaired("an item's length is no number: it ends with its line", at);
        m_events.setBase(m_window.offset());
        EnvelopePayload payload(m_window, header.length);
        if (header.type == "transaction" || header.type == "span")
            JsonSplitter(payload, m_events, m_limits.recordBytes).run();
        else
            ++m_ignored[nameOf(header.type)];
        payload.skipRest();
        if (payload.isShort())
            m_sink.skipped("the input ends inside an item", at);
        if (!header.length || m_window.atEnd())
            return;
        if (m_window.front() == '\r')
            m_window.skip(1);
        if (!m_window.atEnd() && m_window.front() != '\n')
            m_sink.repaired("an item is longer than its header says: the rest of its line is left out", at);
        m_window.skipLine();
    }

    static std::string nameOf(const std::string& type) {
        if (type == "event")
            return "error events";
        return type.size() <= 40 ? type + " items" : "items of other types";
    }

    EnvelopeWindow m_window;
    SpanSink& m_sink;
    EventReader m_events;
    const ImportLimits& m_limits;
    JsonParser m_parser;
    std::map<std::string, uint64_t> m_ignored;
    uint64_t m_items = 0;
};

class SentryImporter : public Importer {
public:
    void run(ByteSource& input, SpanSink& sink, const ImportLimits& limits) override {
        constexpr size_t kHead = 64 * 1024;
        std::string head = readHead(input, kHead);
        const bool envelope = isEnvelope(head, head.size() < kHead);
        const auto source = concatenate(std::move(head), input);
        if (envelope) {
            EnvelopeReader(*source, sink, limits).run();
            return;
        }
        EventReader reader(sink, limits.recordBytes);
        JsonSplitter(*source, reader, limits.recordBytes).run();
        if (reader.otherEvents() != 0)
            sink.ignored("error events", reader.otherEvents());
    }
};

Claim sniff(const InputHead& head) {
    if (isEnvelope(head.text(), head.isComplete()))
        return {Claim::Yes, "a Sentry envelope: a line of JSON, then items with their type"};
    const JsonProbe& probe = head.probe();
    if (probe.valueAt("contexts") == '{' && probe.has("contexts.trace.trace_id") && probe.has("contexts.trace.span_id") &&
        (probe.has("start_timestamp") || probe.valueAt("spans") == '['))
        return {Claim::Yes, "JSON events with contexts.trace and start_timestamp"};
    if (probe.has("span_id") && probe.has("trace_id") && probe.has("start_timestamp") && probe.has("op"))
        return {Claim::Yes, "JSON spans with span_id, trace_id, op and start_timestamp"};
    return {};
}

} // namespace

extern const Format kSentry;
constinit const Format kSentry = {"sentry", "Sentry", "Sentry's envelopes and transaction events", "*.json *.jsonl *.txt *.envelope",
                                  sniff, [] { return std::unique_ptr<Importer>(std::make_unique<SentryImporter>()); }};

} // namespace aisle
