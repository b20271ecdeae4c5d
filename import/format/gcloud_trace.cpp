// Google Cloud Trace. v1: a trace {"traceId": ..., "spans": [...]}, lists of them, {"traces": [...]}. v2:
// spans as batchWriteSpans takes them, alone, in lists, under "spans", under "batchWriteSpansRequest". JSON
// lines of any.

#include "format/gcloud_record.h"
#include "format/ids_text.h"
#include "format/span_groups.h"
#include "json/json_importer.h"
#include "json/json_probe.h"

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

constexpr size_t kHead = 64 * 1024;

class V1Reader : public SpanGroups {
public:
    explicit V1Reader(SpanSink& sink) : SpanGroups(sink, "traces", {"spans"}), m_records(sink) {}

private:
    void clearHeader() override {
        m_trace = {};
        m_project = {};
    }

    void readHeader(JsonObject object) override {
        clearHeader();
        for (ondemand::field& field : members(object)) {
            const std::string_view key = rawKey(field);
            JsonValue& value = field.value();
            if (key == "traceId")
                m_trace = traceIdFrom(scalarText(value));
            else if (key == "projectId") {
                const std::string_view project = scalarText(value);
                checkIdText(project); // each span's context is looked up by it
                m_project = project;
            }
        }
    }

    void readSpan(JsonObject object, bool) override {
        m_records.readV1(object, m_trace);
        m_remark = m_records.remark();
    }

    void emit(uint8_t flags) override { m_records.emit(flags, m_project); }

    GcloudRecords m_records;
    TraceIdRecord m_trace;
    std::string_view m_project;
};

class V2Reader : public JsonHandler {
public:
    explicit V2Reader(SpanSink& sink) : m_sink(sink), m_records(sink) {}

    JsonTake classify(JsonSplitter& splitter, std::string_view key, char first, size_t level) override {
        if (!m_open.empty() && m_open.back() == '{') // within a request
            return first == '[' && isRequestKey(key) ? JsonTake::Descend : JsonTake::Skip;
        if (first == '[' && level < kLevels)
            return JsonTake::Descend;
        if (first != '{')
            return JsonTake::Whole; // said to be no record
        if (level >= kLevels)
            return JsonTake::Whole;
        const std::string_view kind =
            firstKeyOf(splitter.ahead(kHead), {"spans", "batchWriteSpansRequest", "displayName", "spanId"});
        return isRequestKey(kind) ? JsonTake::Descend : JsonTake::Whole;
    }
    void enter(std::string_view, char bracket, size_t) override { m_open.push_back(bracket); }
    void leave(size_t) override { m_open.pop_back(); }

    void value(std::string_view, const JsonSlice& slice, size_t) override {
        const Position at{slice.offset, ++m_recordNumber};
        const RecordOutcome outcome = readRecord(
            m_parser, slice, [&](JsonObject object) { m_records.readV2(object, slice.truncated); });
        if (!outcome.taken) {
            m_sink.skipped(outcome.reason, at);
            return;
        }
        const bool odd = !outcome.repair.empty() || !m_records.remark().empty();
        if (odd)
            m_sink.repaired(outcome.repair.empty() ? m_records.remark() : outcome.repair, at);
        m_records.emit(odd ? kRepaired : 0, {});
    }

    void problem(std::string_view reason, uint64_t offset) override {
        m_sink.skipped(reason, {offset, m_recordNumber});
    }

private:
    static constexpr size_t kLevels = 8;

    static bool isRequestKey(std::string_view key) {
        return key == "spans" || key == "batchWriteSpansRequest";
    }

    SpanSink& m_sink;
    GcloudRecords m_records;
    JsonParser m_parser;
    std::vector<char> m_open; ///< brackets
    uint64_t m_recordNumber = 0;
};

/// A span of v2 names what it does in an object of its own.
bool isV2(const JsonProbe& probe) {
    for (const char* path :
         {"displayName", "spans[].displayName", "batchWriteSpansRequest[].spans[].displayName"})
        if (probe.has(path))
            return true;
    return false;
}

/// One of the two readers, by the first bytes.
class GcloudReader : public JsonHandler {
public:
    explicit GcloudReader(SpanSink& sink) : m_v1(sink), m_v2(sink) {}

    JsonTake classify(JsonSplitter& splitter, std::string_view key, char first, size_t level) override {
        if (!m_reader)
            m_reader = isV2(JsonProbe(splitter.ahead(kHead))) ? static_cast<JsonHandler*>(&m_v2) : &m_v1;
        return m_reader->classify(splitter, key, first, level);
    }
    void enter(std::string_view key, char bracket, size_t level) override {
        m_reader->enter(key, bracket, level);
    }
    void leave(size_t level) override { m_reader->leave(level); }
    void value(std::string_view key, const JsonSlice& slice, size_t level) override {
        m_reader->value(key, slice, level);
    }
    void problem(std::string_view reason, uint64_t offset) override {
        (m_reader ? m_reader : &m_v1)->problem(reason, offset);
    }

private:
    V1Reader m_v1;
    V2Reader m_v2;
    JsonHandler* m_reader = nullptr;
};

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    for (const std::string_view prefix : {"", "spans[].", "batchWriteSpansRequest[].spans[]."}) {
        const std::string at(prefix);
        const bool isNamed = probe.has(at + "spanId") || probe.has(at + "name");
        if (isNamed && probe.has(at + "displayName.value") && probe.has(at + "startTime"))
            return {Claim::Yes, "JSON spans with " + at + "displayName.value and startTime (Cloud Trace v2)"};
    }
    for (const std::string_view prefix : {"", "traces[]."}) {
        const std::string at(prefix);
        const bool hasSpans =
            probe.has(at + "spans[].spanId") && probe.valueAt(at + "spans[].startTime") == '"';
        if (hasSpans && probe.has(at + "traceId") &&
            (probe.has(at + "projectId") || probe.has(at + "spans[].labels")))
            return {Claim::Yes,
                    "JSON traces with " + at + "traceId, spans, projectId or labels (Cloud Trace v1)"};
    }
    return {};
}

} // namespace

extern const Format kGcloudTrace;
constinit const Format kGcloudTrace = {
    "gcloud-trace",
    "Google Cloud Trace",
    "Cloud Trace v1 traces and v2 spans in JSON",
    "*.json *.jsonl",
    sniff,
    makeJsonImporter<GcloudReader>};

} // namespace aisle
