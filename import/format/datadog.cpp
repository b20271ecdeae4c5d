// Datadog spans as the agent's v0.4 API and the tracers' snapshot tests write them: a list of spans or of chunks
// (lists of spans of one trace), JSON lines of them, or {"traces": ...} around them.
//
// Ids are decimal unsigned 64-bit numbers. The high half of a 128-bit trace id is hex in meta "_dd.p.tid" of a
// chunk's first span and holds for all spans of the chunk.

#include "format/context_cache.h"
#include "format/datadog_record.h"
#include "json/json_importer.h"
#include "json/json_probe.h"
#include "json/json_records.h"

#include <algorithm>
#include <unordered_map>

namespace aisle {

namespace {

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
        const RecordOutcome outcome = readRecord(m_parser, slice, [&](JsonObject object) { m_records.readSpan(object); });
        if (!outcome.taken) {
            m_sink.skipped(outcome.reason, at);
            return;
        }
        m_records.readNested();
        m_remark = m_records.remark();
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

    void completeTraceId() {
        if (!m_span.trace.text.empty() && m_span.trace.text != "0")
            return;
        if (m_span.trace.id.high == 0) {
            if (m_highHalves.size() > kHighHalves)
                m_highHalves.clear();
            HighHalf& known = m_highHalves[m_span.trace.id.low];
            if (m_records.highHalf() != 0) {
                if (known.missed)
                    m_remark = "the high half of a trace id came after spans of that trace";
                known = {m_records.highHalf(), false};
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
        for (const std::string_view part : {m_records.service(), m_records.version(), m_records.environment(), m_records.host()}) {
            appendKeyPart(m_key, part);
        }
        return m_cache.get(m_key, [this] {
            m_context.clear();
            for (const auto& [key, text] : {std::pair{"service.name", m_records.service()}, {"service.version", m_records.version()},
                                            {"deployment.environment.name", m_records.environment()}, {"host.name", m_records.host()}})
                if (!text.empty())
                    m_context.resource.push_back({key, ValueType::String, text});
            return m_sink.context(m_context);
        });
    }

    SpanSink& m_sink;
    JsonParser m_parser;
    DatadogRecords m_records;
    SpanRecord& m_span = m_records.span();
    ContextRecord m_context;
    ContextCache m_cache;
    std::unordered_map<uint64_t, HighHalf> m_highHalves; ///< of the current list, by the low half
    std::string m_key;
    std::string_view m_remark;
    uint64_t m_recordNumber = 0;
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

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    for (const std::string prefix : {"", "traces[].", "traces[][]."}) {
        if (!probe.has(prefix + "trace_id") || !probe.has(prefix + "span_id"))
            continue;
        // Sentry's and Honeycomb's spans have the same ids, but not these.
        if (probe.has(prefix + "parent_id") && (probe.has(prefix + "resource") || probe.valueAt(prefix + "meta") == '{') &&
            (probe.has(prefix + "service") || probe.has(prefix + "duration")))
            return {Claim::Yes, "JSON spans with " + prefix + "trace_id, span_id, parent_id and resource or meta"};
    }
    if (!head.isComplete() && probe.topKeys().size() == 1 && beginsWithChunk(head.text()))
        return {Claim::Maybe, "a list of lists of objects with a name longer than what is looked at"};
    return {};
}

} // namespace

extern const Format kDatadog;
constinit const Format kDatadog = {"datadog", "Datadog",
                                   "Datadog's spans as the agent takes them: lists of spans or of chunks, JSON lines",
                                   "*.json *.jsonl", sniff,
                                   makeJsonImporter<DatadogReader>};

} // namespace aisle
