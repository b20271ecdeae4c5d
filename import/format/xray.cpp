// AWS X-Ray: segment documents one by one, as lines (also with the daemon's header line), in lists, in
// PutTraceSegments' list of texts, and BatchGetTraces' answer, where each document is JSON inside a text.
//
// Subsegments lie inside their segment, to any depth, and may stand before its id. So a segment is taken apart into
// the texts of its (sub)segments while it is read, and these are handed over when it ends, parents first.

#include "format/object_text.h"
#include "format/xray_record.h"
#include "importer.h"
#include "json/json_probe.h"
#include "json/json_records.h"

#include <cctype>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

constexpr size_t kNoParent = static_cast<size_t>(-1);

struct Segment {
    ObjectText text;
    uint64_t offset = 0;
    size_t parent = kNoParent;
    bool wrapper = false;   ///< an answer or list around documents
    SpanIdRecord id;
    std::string idText;
};

/// Hands over the parts of one segment.
class SegmentSink {
public:
    explicit SegmentSink(SpanSink& sink) : m_sink(sink) {}

    void add(std::vector<Segment>& segments, size_t first) {
        m_trace = {};
        m_traceText.clear();
        m_contextKnown = false;
        for (size_t i = first; i < segments.size(); ++i)
            if (!segments[i].wrapper)
                addOne(segments, i);
    }
    void skipped(std::string_view reason, uint64_t offset) { m_sink.skipped(reason, {offset, m_recordNumber}); }

private:
    void addOne(std::vector<Segment>& segments, size_t index) {
        Segment& segment = segments[index];
        const bool nested = segment.parent != kNoParent;
        const JsonSlice slice = segment.text.close(segment.offset);
        const Position at{segment.offset, ++m_recordNumber};
        const RecordOutcome outcome = readRecord(m_parser, slice, [&](JsonObject object) { m_records.read(object, nested); });
        if (!outcome.taken) {
            if (!isHeader(slice.text))
                m_sink.skipped(outcome.reason, at);
            return;
        }
        SpanRecord& span = m_records.span();
        segment.id = span.span;
        segment.idText = span.span.text;
        segment.id.text = segment.idText;
        std::string_view remark = m_records.remark();
        if (!outcome.repair.empty())
            remark = outcome.repair;
        else if (!segment.text.repair().empty())
            remark = segment.text.repair();
        if (!completeTrace(span)) {
            span.flags |= kRepaired;
            m_sink.repaired("a segment without a trace id: it is a trace of its own", at);
        }
        for (size_t up = segment.parent; up != kNoParent && span.parent.id == 0; up = segments[up].parent)
            span.parent = segments[up].id;
        if (!remark.empty()) {
            span.flags |= kRepaired;
            m_sink.repaired(remark, at);
        }
        span.context = context();
        m_sink.span(span);
    }

    /// The daemon's header line: {"format": "json", "version": 1}.
    bool isHeader(std::string_view text) {
        bool header = false;
        try {
            auto document = m_parser.iterate(text);
            for (ondemand::field& field : members(document.get_object())) {
                const std::string_view key = rawKey(field);
                if (key != "format" && key != "version")
                    return false;
                header = header || key == "format";
            }
        } catch (const simdjson::simdjson_error&) {
            return false;
        }
        return header;
    }

    /// Subsegments have their segment's trace. False when the first one has none, so that it got one.
    bool completeTrace(SpanRecord& span) {
        const bool known = m_trace.id || span.trace.id;
        if (!span.trace.id)
            span.trace = m_trace;
        if (!known) {
            span.trace.id = {0, span.span.id};
            span.trace.text = span.span.text;
        }
        if (!m_trace.id) {
            m_traceText = span.trace.text;
            m_trace = {span.trace.id, m_traceText};
        }
        return known;
    }

    ContextHandle context() {
        if (!m_contextKnown) {
            m_records.context(m_context);
            m_handle = m_sink.context(m_context);
            m_contextKnown = true;
        }
        return m_handle;
    }

    SpanSink& m_sink;
    JsonParser m_parser;
    XrayRecords m_records;
    ContextRecord m_context;
    TraceIdRecord m_trace;
    std::string m_traceText;
    ContextHandle m_handle = 0;
    bool m_contextKnown = false;
    uint64_t m_recordNumber = 0;
};

class SegmentReader : public JsonHandler {
public:
    SegmentReader(SegmentSink& sink, uint64_t recordBytes) : m_sink(sink), m_recordBytes(recordBytes) {}

    /// Reads JSON out of a text at `offset`; all positions are that of the text.
    void readDocument(std::string text, uint64_t offset) {
        m_documentOffset = offset;
        m_inDocument = true;
        const auto source = memorySource(std::move(text));
        JsonSplitter(*source, *this, m_recordBytes).run();
    }

    JsonTake classify(JsonSplitter&, std::string_view key, char first, size_t level) override {
        const Role parent = m_roles.empty() ? Role::List : m_roles.back();
        m_next = Role::Field;
        if (parent == Role::List) {
            if (first == '[' && level >= kListLevels) {
                m_sink.skipped("a list nested deeper than four levels", m_documentOffset);
                return JsonTake::Skip;
            }
            m_next = first == '[' ? Role::List : first == '{' ? Role::Segment : Role::Document;
        } else if (parent == Role::Subsegments) {
            if (first == '{' && m_bytes > m_recordBytes) {
                m_sink.skipped("a subsegment of a segment larger than the limit", m_documentOffset);
                return JsonTake::Skip;
            }
            m_next = first == '{' ? Role::Segment : Role::Document;
        } else if (first == '[' && key == "subsegments") {
            m_next = Role::Subsegments;
        } else if (first == '[' && (key == "Traces" || key == "Segments" || key == "TraceSegmentDocuments")) {
            m_next = Role::List;
            m_segments[m_current].wrapper = true;
        } else if (key == "Document") {
            m_next = first == '{' ? Role::Segment : Role::Document;
            m_segments[m_current].wrapper = true;
        }
        if (m_next == Role::Field && m_bytes > m_recordBytes) {
            m_sink.skipped("a field of a segment larger than the limit", m_documentOffset);
            return JsonTake::Skip;
        }
        return m_next == Role::Field || m_next == Role::Document ? JsonTake::Whole : JsonTake::Descend;
    }

    void enter(std::string_view, char, size_t) override {
        const bool nested = !m_roles.empty() && m_roles.back() == Role::Subsegments;
        m_roles.push_back(m_next);
        if (m_next != Role::Segment)
            return;
        m_outer.push_back(m_current);
        Segment& segment = m_segments.emplace_back();
        segment.parent = nested ? m_current : kNoParent;
        segment.offset = m_documentOffset;
        m_current = m_segments.size() - 1;
        m_bytes += sizeof(Segment) + kJsonPadding;
    }

    void leave(size_t) override {
        const Role role = m_roles.back();
        m_roles.pop_back();
        if (role != Role::Segment)
            return;
        const size_t index = m_current;
        m_current = m_outer.back();
        m_outer.pop_back();
        if (m_segments[index].parent != kNoParent)
            return;
        m_sink.add(m_segments, index);
        m_segments.resize(index);
        m_bytes = 0;
    }

    void value(std::string_view key, const JsonSlice& slice, size_t) override {
        if (m_next == Role::Field)
            addField(key, slice);
        else if (slice.text.starts_with('"') && m_roles.size() > 0 && m_roles.back() != Role::Subsegments && !m_inDocument)
            documentInText(slice);
        else
            m_sink.skipped("not a JSON object where a segment should be", at(slice.offset));
    }

    void problem(std::string_view reason, uint64_t offset) override { m_sink.skipped(reason, at(offset)); }

private:
    enum class Role : uint8_t { List, Segment, Subsegments, Field, Document };
    static constexpr size_t kListLevels = 6;

    uint64_t at(uint64_t offset) const { return m_inDocument ? m_documentOffset : offset; }

    void addField(std::string_view key, const JsonSlice& slice) {
        Segment& segment = m_segments[m_current];
        const size_t before = segment.text.size();
        if (before == 1 && !m_inDocument)
            segment.offset = slice.offset;
        segment.text.add(key, slice);
        m_bytes += segment.text.size() - before;
    }

    void documentInText(const JsonSlice& slice) {
        std::string object = "{\"Document\":";
        object += slice.text;
        if (slice.truncated) {
            dropOpenEscape(object);
            object += '"';
        }
        object += '}';
        const size_t size = object.size();
        object.append(kJsonPadding, ' ');
        JsonSlice wrapped;
        wrapped.text = std::string_view(object).substr(0, size);
        wrapped.offset = slice.offset;
        std::string document;
        const RecordOutcome outcome = readRecord(m_parser, wrapped, [&](JsonObject fields) {
            for (ondemand::field& field : members(fields)) {
                JsonValue& value = field.value();
                document = scalarText(value);
            }
        });
        if (!outcome.taken) {
            m_sink.skipped(outcome.reason, slice.offset);
            return;
        }
        SegmentReader(m_sink, m_recordBytes).readDocument(std::move(document), slice.offset);
    }

    /// Cuts an escape off that the end of the input broke.
    static void dropOpenEscape(std::string& text) {
        const size_t last = text.rfind('\\');
        if (last == std::string::npos || text.size() - last > 6)
            return;
        size_t run = 0;
        while (run <= last && text[last - run] == '\\')
            ++run;
        const bool unicode = last + 1 < text.size() && text[last + 1] == 'u';
        if (run % 2 == 1 && (last + 1 == text.size() || (unicode && text.size() - last < 6)))
            text.resize(last);
    }

    SegmentSink& m_sink;
    const uint64_t m_recordBytes;
    JsonParser m_parser;
    std::vector<Segment> m_segments; ///< those of the open documents, each behind the one around it
    std::vector<size_t> m_outer;
    std::vector<Role> m_roles;
    Role m_next = Role::List;
    size_t m_current = kNoParent;
    uint64_t m_bytes = 0, m_documentOffset = 0;
    bool m_inDocument = false;
};

class XrayImporter : public Importer {
public:
    void run(ByteSource& input, SpanSink& sink, const ImportLimits& limits) override {
        SegmentSink segments(sink);
        SegmentReader reader(segments, limits.recordBytes);
        JsonSplitter(input, reader, limits.recordBytes).run();
    }
};

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    if (probe.valueAt("TraceSegmentDocuments") == '[')
        return {Claim::Yes, "JSON with X-Ray's TraceSegmentDocuments"};
    for (const std::string path : {"Traces[].Segments[].", "Segments[].", ""})
        if (probe.valueAt(path + "Document") == '"' && probe.valueAt(path + "Id") == '"')
            return {Claim::Yes, "JSON with X-Ray's " + path + "Document"};
    if (probe.valueAt("id") != '"' || probe.valueAt("name") != '"' || !std::isdigit(static_cast<unsigned char>(probe.valueAt("start_time"))))
        return {};
    for (const char* key : {"trace_id", "end_time", "in_progress"})
        if (probe.has(key))
            return {Claim::Yes, std::string("JSON segments with id, name, start_time in seconds and ") + key};
    return {};
}

} // namespace

extern const Format kXray;
constinit const Format kXray = {"xray", "AWS X-Ray", "X-Ray's segment documents, BatchGetTraces' answer, the daemon's lines",
                                "*.json *.jsonl *.txt", sniff,
                                [] { return std::unique_ptr<Importer>(std::make_unique<XrayImporter>()); }};

} // namespace aisle
