// New Relic's Trace API, newrelic format: [{"common": {"attributes"}, "spans": [span]}], one group, JSON lines.
//
// What a group's spans have in common may stand behind them, so each service of a group is an open context
// until the group ends.

#include "format/context_cache.h"
#include "format/ids_text.h"
#include "format/span_fields.h"
#include "format/time_text.h"
#include "json/json_importer.h"
#include "json/json_probe.h"
#include "json/json_records.h"

#include <unordered_map>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

class NewRelicReader : public JsonHandler {
public:
    explicit NewRelicReader(SpanSink& sink) : m_sink(sink) {}

    JsonTake classify(JsonSplitter&, std::string_view key, char first, size_t level) override {
        if (m_inSpans)
            return JsonTake::Whole;
        if (m_inGroup) {
            if (key == "spans" && first == '[')
                return JsonTake::Descend;
            if (key == "spans" && first != 'n')
                m_sink.skipped("spans that are no list", m_at);
            return key == "common" ? JsonTake::Whole : JsonTake::Skip;
        }
        if (first == '{' || (first == '[' && level < 4))
            return JsonTake::Descend;
        m_sink.skipped("not a JSON object where a group of spans should be", {0, m_at.record});
        return JsonTake::Skip;
    }

    void enter(std::string_view, char bracket, size_t level) override {
        if (m_inGroup) {
            m_inSpans = true;
        } else if (bracket == '{') {
            m_inGroup = true;
            m_groupLevel = level;
        }
    }

    void leave(size_t level) override {
        if (m_inSpans) {
            m_inSpans = false;
        } else if (m_inGroup && level == m_groupLevel) {
            m_inGroup = false;
            endGroup();
        }
    }

    void value(std::string_view, const JsonSlice& slice, size_t) override {
        m_at.offset = slice.offset;
        if (m_inSpans)
            span(slice);
        else
            common(slice);
    }

    void problem(std::string_view reason, uint64_t offset) override { m_sink.skipped(reason, {offset, m_at.record}); }

private:
    struct Field {
        std::string key, value;
        ValueType type;
    };

    void common(const JsonSlice& slice) {
        std::vector<Field> read;
        const RecordOutcome outcome = readRecord(m_parser, slice, [&](JsonObject object) {
            read.clear();
            m_pool.clear();
            for (ondemand::field& field : members(object)) {
                JsonValue& value = field.value();
                if (rawKey(field) == "attributes" && value.type() == ondemand::json_type::object)
                    for (ondemand::field& inner : members(value.get_object()))
                        readCommon(inner, read);
                else
                    readCommon(field, read);
            }
        });
        if (!outcome.taken)
            m_sink.skipped("what a group's spans have in common is not readable: " + outcome.reason, m_at);
        else if (!outcome.repair.empty())
            m_sink.repaired(outcome.repair, m_at);
        m_common = std::move(read);
        m_commonBytes = slice.text.size();
        m_budget.given(m_commonBytes);
        m_commonTrace = commonValue("trace.id");
        m_commonTime = commonValue("timestamp");
    }

    void readCommon(ondemand::field& field, std::vector<Field>& read) {
        Attribute attribute;
        attribute.key = field.unescaped_key();
        plainValue(field.value(), attribute.type, attribute.value, m_pool);
        if (!attribute.value.empty())
            read.push_back({std::string(attribute.key), std::string(attribute.value), attribute.type});
    }

    std::string_view commonValue(std::string_view key) const {
        for (const Field& field : m_common)
            if (field.key == key)
                return field.value;
        return {};
    }

    void span(const JsonSlice& slice) {
        ++m_at.record;
        const RecordOutcome outcome = readRecord(m_parser, slice, [&](JsonObject object) { readSpan(object); });
        if (!outcome.taken) {
            m_sink.skipped(outcome.reason, m_at);
            return;
        }
        if (!outcome.repair.empty() || !m_remark.empty()) {
            m_span.flags |= kRepaired;
            m_sink.repaired(outcome.repair.empty() ? m_remark : outcome.repair, m_at);
        }
        m_budget.given(slice.text.size());
        m_span.context = context();
        m_sink.span(m_span);
    }

    ContextHandle context() {
        m_key = m_service;
        if (m_serviceBytes > kServiceBytes && !m_contexts.contains(m_key)) {
            m_sink.repaired("a service left out: those of its group take more than 64 MB", m_at);
            m_key.clear();
        }
        const auto [found, added] = m_contexts.try_emplace(m_key, 0);
        if (added) {
            m_serviceBytes += m_key.size() + 100;
            found->second = m_sink.openContext();
        }
        return found->second;
    }

    void readSpan(JsonObject object) {
        m_span.clear();
        m_pool.clear();
        m_remark = m_service = m_time = m_duration = {};
        StatusTags status;
        for (ondemand::field& field : members(object)) {
            JsonValue& value = field.value();
            if (rawKey(field) == "attributes" && value.type() == ondemand::json_type::object)
                for (ondemand::field& inner : members(value.get_object()))
                    readField(inner, status);
            else
                readField(field, status);
        }
        if (!m_span.trace.id)
            m_span.trace = traceIdFrom(m_commonTrace);
        if (!m_span.trace.id)
            throw RecordError{"a span without a trace id"};
        if (m_span.span.id == 0)
            throw RecordError{"a span without a span id"};
        const std::string_view time = m_time.empty() ? std::string_view(m_commonTime) : m_time;
        const auto start = timeOfAnyForm(time);
        const auto duration = scaledInteger(m_duration, 6);
        if ((!start && !time.empty()) || (!duration && !m_duration.empty()))
            m_remark = "a time or duration that cannot be read";
        setTimes(m_span, start, duration);
        status.apply(m_span);
    }

    void readField(ondemand::field& field, StatusTags& status) {
        const std::string_view key = rawKey(field);
        JsonValue& value = field.value();
        if (isNull(value))
            return;
        if (key == "id")
            m_span.span = spanIdFrom(scalarText(value));
        else if (key == "trace.id")
            m_span.trace = traceIdFrom(scalarText(value));
        else if (key == "parent.id")
            m_span.parent = spanIdFrom(scalarText(value));
        else if (key == "timestamp")
            m_time = scalarText(value);
        else if (key == "duration.ms")
            m_duration = scalarText(value);
        else if (key == "name")
            m_span.name = scalarText(value);
        else if (key == "service.name")
            m_service = scalarText(value);
        else
            readAttribute(field, key, value, status);
    }

    void readAttribute(ondemand::field& field, std::string_view key, JsonValue& value, StatusTags& status) {
        if (key == "span.kind") {
            m_span.kind = kindFromText(scalarText(value));
            if (m_span.kind != Kind::Unspecified)
                return;
        }
        Attribute attribute;
        attribute.key = field.unescaped_key();
        plainValue(value, attribute.type, attribute.value, m_pool);
        if (!status.take(attribute.key, attribute.value))
            m_span.attributes.push_back(attribute);
    }

    void endGroup() {
        for (const auto& [service, handle] : m_contexts) {
            m_context.clear();
            if (!service.empty())
                m_context.resource.push_back({"service.name", ValueType::String, service});
            for (const Field& field : m_common)
                if (field.key != "timestamp" && field.key != "trace.id" && (service.empty() || field.key != "service.name"))
                    m_context.resource.push_back({field.key == "host" ? "host.name" : std::string_view(field.key), field.type, field.value});
            if (!m_budget.take(m_commonBytes + service.size())) {
                ContextBudget::onlyService(m_context.resource);
                m_sink.repaired(ContextBudget::kSpent, m_at);
            }
            m_sink.complete(handle, m_context);
        }
        m_contexts.clear();
        m_serviceBytes = 0;
        m_common.clear();
        m_commonBytes = 0;
        m_commonTrace.clear();
        m_commonTime.clear();
    }

    SpanSink& m_sink;
    JsonParser m_parser;
    TextPool m_pool;
    SpanRecord m_span;
    ContextRecord m_context;
    std::vector<Field> m_common; ///< of the current group
    std::string m_commonTrace, m_commonTime;
    size_t m_commonBytes = 0;
    ContextBudget m_budget;
    std::unordered_map<std::string, ContextHandle> m_contexts; ///< of the current group, by the spans' own service
    static constexpr size_t kServiceBytes = 64U << 20;
    size_t m_serviceBytes = 0; ///< of m_contexts
    std::string m_key;
    std::string_view m_remark, m_service, m_time, m_duration;
    bool m_inGroup = false, m_inSpans = false;
    size_t m_groupLevel = 0;
    Position m_at;
};

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    if (!probe.has("spans[].id") || probe.has("spans[].trace"))
        return {};
    if (probe.has("spans[].trace.id") || (probe.has("spans[].attributes.duration.ms") && !probe.has("spans[].attributes.duration")))
        return {Claim::Yes, "JSON groups of spans with id, trace.id and attributes"};
    return {};
}

} // namespace

extern const Format kNewRelic;
constinit const Format kNewRelic = {"newrelic", "New Relic spans", "Groups of common attributes and spans, as its Trace API takes them",
                                    "*.json *.jsonl", sniff,
                                    makeJsonImporter<NewRelicReader>};

} // namespace aisle
