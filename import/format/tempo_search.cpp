// Answers of Tempo's search API: {"traces": [{"traceID": ..., "spanSets": [{"spans": [...]}]}]}.
//
// They hold the spans a query matched, with the attributes it selected: no parents, and of the others nothing
// but the root's names. What is not there is not made up; a trace without spans is counted only.

#include "format/context_cache.h"
#include "format/ids_text.h"
#include "format/otlp_json_record.h"
#include "format/span_fields.h"
#include "format/span_groups.h"
#include "json/json_importer.h"
#include "json/json_probe.h"

#include <algorithm>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

class TempoSearchReader : public SpanGroups {
public:
    explicit TempoSearchReader(SpanSink& sink) : SpanGroups(sink, "traces", {"spanSets", "spanSet"}) {}

    void finish() {
        if (m_summaries != 0)
            m_sink.ignored("search results that name a trace without its spans", m_summaries);
    }

private:
    void clearHeader() override { m_trace = {}; }

    void readHeader(JsonObject object) override {
        for (ondemand::field& field : members(object)) {
            const std::string_view key = rawKey(field);
            JsonValue& value = field.value();
            if (key == "traceID" || key == "traceId")
                m_trace = traceIdFrom(scalarText(value));
        }
    }

    /// spanSet repeats the first of the spanSets, for those who know nothing of these.
    void readSpans(const Members& members) override {
        const bool hasSets = std::any_of(members.begin(), members.end(), [](const auto& member) {
            return member.first == "spanSets" && member.second.text.starts_with('[');
        });
        if (members.empty())
            ++m_summaries;
        for (const auto& [key, slice] : members) {
            if (key == "spanSet" && !hasSets)
                readSet(slice);
            if (key != "spanSets")
                continue;
            JsonMembers sets(slice);
            while (sets.next())
                readSet(sets.value());
        }
    }

    void readSet(const JsonSlice& set) {
        JsonMembers members(set);
        while (members.next())
            if (members.key() == "spans")
                readList(members.value());
    }

    void readSpan(JsonObject object, bool) override {
        m_records.readSearchSpan(object, m_trace, m_span);
        m_remark = m_records.remark();
        // What select() gives of a span's own fields stands among the attributes.
        m_service = {};
        std::erase_if(m_span.attributes, [this](const Attribute& attribute) { return takeField(attribute); });
    }

    bool takeField(const Attribute& attribute) {
        if (attribute.key == "service.name") {
            m_service = attribute.value;
            return true;
        }
        if (attribute.key == "kind") {
            m_span.kind = kindFromText(attribute.value);
            return m_span.kind != Kind::Unspecified;
        }
        if (attribute.key == "status") {
            if (attribute.value == "error")
                m_span.status = Status::Error;
            else if (attribute.value == "ok")
                m_span.status = Status::Ok;
            return attribute.value == "error" || attribute.value == "ok" || attribute.value == "unset";
        }
        if (attribute.key == "statusMessage") {
            m_span.statusMessage = attribute.value;
            return true;
        }
        if (attribute.key == "name" && m_span.name.empty()) {
            m_span.name = attribute.value;
            return true;
        }
        return false;
    }

    void emit(uint8_t flags) override {
        m_span.flags |= flags;
        m_key = m_service;
        m_span.context = m_cache.get(m_key, [this] {
            m_context.clear();
            if (!m_service.empty())
                m_context.resource.push_back({"service.name", ValueType::String, m_service});
            return m_sink.context(m_context);
        });
        m_sink.span(m_span);
    }

    TraceIdRecord m_trace;
    std::string_view m_service;
    OtlpJsonRecords m_records;
    SpanRecord m_span;
    ContextRecord m_context;
    ContextCache m_cache;
    std::string m_key;
    uint64_t m_summaries = 0;
};

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    for (const std::string_view prefix : {"traces[].", ""}) {
        const std::string at(prefix);
        if (!probe.has(at + "traceID"))
            continue;
        if (probe.has(at + "spanSets[].spans[].spanID") || probe.has(at + "spanSet.spans[].spanID"))
            return {Claim::Yes, "JSON search results with " + at + "traceID and sets of spans (Tempo)"};
        if (probe.has(at + "rootTraceName") || probe.has(at + "rootServiceName"))
            return {
                head.isComplete() ? Claim::No : Claim::Maybe,
                "search results of Tempo that name traces without their spans; export the traces themselves"};
    }
    if (probe.has("summaries[].rootServiceName") || probe.has("summaries[].rootOperationName"))
        return {Claim::No, "summaries of Jaeger's api_v3 that name traces without their spans; export the "
                           "traces themselves"};
    return {};
}

} // namespace

extern const Format kTempoSearch;
constinit const Format kTempoSearch = {
    "tempo-search",
    "Tempo search results",
    "the spans that a TraceQL search matched",
    "*.json *.jsonl",
    sniff,
    makeJsonImporter<TempoSearchReader>};

} // namespace aisle
