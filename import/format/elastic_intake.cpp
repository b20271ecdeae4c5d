// Elastic APM's intake: lines of {"metadata"}, {"transaction"}, {"span"}, {"error"}, {"metricset"} (v2), and RUM v3
// with its short keys ("m", "x" with its spans "y", "e"). A metadata line holds for what follows it.

#include "format/context_cache.h"
#include "format/elastic_record.h"
#include "format/elastic_rum.h"
#include "format/key_index.h"
#include "json/json_importer.h"
#include "json/json_probe.h"
#include "json/json_records.h"

#include <algorithm>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

struct OwnedAttribute {
    std::string key;
    ValueType type;
    std::string value;
};

class IntakeReader : public JsonHandler {
public:
    explicit IntakeReader(SpanSink& sink) : m_sink(sink) {}

    JsonTake classify(JsonSplitter&, std::string_view key, char first, size_t level) override {
        const bool list = m_open.empty() || m_open.back() == '[';
        if (list) {
            if (first == '{' || (first == '[' && level < 4))
                return JsonTake::Descend;
            m_sink.skipped("not a JSON object where an event should be", {m_offset, m_recordNumber});
            return JsonTake::Skip;
        }
        if (key == "metricset" || key == "me" || key == "log") {
            ++(key == "log" ? m_logs : m_metrics);
            return JsonTake::Skip;
        }
        return JsonTake::Whole;
    }
    void enter(std::string_view, char bracket, size_t) override { m_open.push_back(bracket); }
    void leave(size_t) override { m_open.pop_back(); }

    void value(std::string_view key, const JsonSlice& slice, size_t) override {
        m_offset = slice.offset;
        const Position at{slice.offset, ++m_recordNumber};
        if (key == "metadata" || key == "m")
            metadata(slice, at, key == "m");
        else if (key == "transaction" || key == "span")
            span(slice, at, key == "transaction");
        else if (key == "x")
            rumTransaction(slice, at);
        else if (key == "error" || key == "e")
            error(slice, at, key == "e");
        else
            m_sink.skipped("an event of an unknown type", at);
    }

    void problem(std::string_view reason, uint64_t offset) override { m_sink.skipped(reason, {offset, m_recordNumber}); }

    void finish() {
        if (m_metrics != 0)
            m_sink.ignored("metrics", m_metrics);
        if (m_logs != 0)
            m_sink.ignored("log records", m_logs);
    }

private:
    /// Reads the leaves of one event; false when it was skipped.
    bool leaves(const JsonSlice& slice, Position at, bool rum, auto&& use) {
        m_resource.clear();
        m_budget.given(slice.text.size());
        const RecordOutcome outcome = readRecord(m_parser, slice, [&](JsonObject object) {
            m_event.clear();
            m_resource.clear();
            m_event.add(object);
            if (rum)
                expandRumNames(m_event);
            use();
        });
        m_repair = outcome.repair;
        if (!outcome.taken)
            m_sink.skipped(outcome.reason, at);
        return outcome.taken;
    }

    /// What a broken metadata line said is not known, and what an earlier one said does not hold any more.
    void metadata(const JsonSlice& slice, Position at, bool rum) {
        m_metadata.clear();
        m_metadataBytes = slice.text.size();
        ++m_metadataNumber;
        if (!leaves(slice, at, rum, [] {}))
            return;
        if (!m_repair.empty())
            m_sink.repaired(m_repair, at);
        for (const ElasticLeaf& leaf : m_event.leaves) {
            std::string_view name = elasticResourceName(leaf.path);
            if (name.empty())
                name = leaf.path.starts_with("labels.") ? leaf.path.substr(7) : leaf.path;
            m_metadata.push_back({std::string(name), leaf.type, std::string(leaf.text)});
        }
    }

    void span(const JsonSlice& slice, Position at, bool transaction) {
        if (leaves(slice, at, false, [&] { m_event.toSpan(transaction, m_resource); }))
            emit(at);
    }

    void error(const JsonSlice& slice, Position at, bool rum) {
        if (!leaves(slice, at, rum, [&] { m_event.toLog(m_resource); }))
            return;
        if (const std::string_view what = m_repair.empty() ? m_event.remark() : m_repair; !what.empty())
            m_sink.repaired(what, at);
        m_event.log().context = context();
        m_sink.log(m_event.log());
    }

    void emit(Position at) {
        SpanRecord& span = m_event.span();
        const std::string_view what = m_repair.empty() ? m_event.remark() : m_repair;
        if (!what.empty()) {
            span.flags |= kRepaired;
            m_sink.repaired(what, at);
        }
        span.context = context();
        m_sink.span(span);
    }

    void rumTransaction(const JsonSlice& slice, Position at) {
        m_rum.clear();
        std::string spans;
        const bool taken = leaves(slice, at, true, [&] {
            spans = m_event.take("spans");
            if (!m_event.take("metricsets").empty())
                ++m_metrics;
            m_rum.begin(m_event);
            m_event.toSpan(true, m_resource);
            m_rum.start = (m_event.span().flags & kNoStart) == 0 ? std::optional(m_event.span().start) : std::nullopt;
        });
        if (!taken)
            return;
        const std::string transactionRepair = m_repair;
        emit(at);
        if (spans.empty())
            return;
        m_repair = transactionRepair; // the spans are of the same record
        try {
            auto document = m_rumParser.iterateCopy(spans);
            for (auto item : document.get_array()) {
                JsonValue element = item.value();
                rumSpan(element, at);
            }
        } catch (const simdjson::simdjson_error& error) {
            m_sink.skipped(std::string("spans of a transaction that could not be read: ") + simdjson::error_message(error.error()), at);
        }
    }

    /// An element that is no span costs no other one.
    void rumSpan(JsonValue& value, Position at) {
        m_event.clear();
        m_resource.clear();
        if (value.type() != ondemand::json_type::object) {
            m_sink.skipped("not a JSON object where a span of a transaction should be", at);
            return;
        }
        try {
            m_event.add(value.get_object());
            expandRumNames(m_event);
            m_rum.complete(m_event);
            m_event.toSpan(false, m_resource);
        } catch (const RecordError& error) {
            m_sink.skipped(error.reason, at);
            return;
        }
        emit(at);
    }

    /// The metadata's resource, changed by what the event says of its service.
    ContextHandle context() {
        m_key = std::to_string(m_metadataNumber);
        for (const Attribute& attribute : m_resource) {
            m_key += ' ';
            appendKeyPart(m_key, attribute.key);
            appendKeyPart(m_key, attribute.value);
        }
        return m_cache.get(m_key, [this] {
            m_context.clear();
            KeyIndex known(m_context.resource);
            const auto put = [&](const Attribute& attribute) { // the last of a key counts
                const size_t at = known.find(attribute.key);
                if (at == m_context.resource.size())
                    m_context.resource.push_back(attribute);
                else
                    m_context.resource[at] = attribute;
            };
            for (const OwnedAttribute& attribute : m_metadata)
                put({attribute.key, attribute.type, attribute.value});
            for (const Attribute& attribute : m_resource)
                put(attribute);
            if (!m_budget.take(m_metadataBytes + m_key.size())) {
                ContextBudget::onlyService(m_context.resource);
                m_sink.repaired(ContextBudget::kSpent, {m_offset, m_recordNumber});
            }
            return m_sink.context(m_context);
        });
    }

    SpanSink& m_sink;
    JsonParser m_parser, m_rumParser;
    ElasticEvent m_event;
    RumTransaction m_rum;
    Attributes m_resource;
    ContextRecord m_context;
    ContextCache m_cache;
    std::vector<OwnedAttribute> m_metadata;
    size_t m_metadataBytes = 0;
    ContextBudget m_budget;
    std::string m_key, m_repair;
    std::vector<char> m_open;
    uint64_t m_metadataNumber = 0, m_recordNumber = 0, m_offset = 0, m_metrics = 0, m_logs = 0;
};

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    if (probe.valueAt("metadata") == '{') {
        for (const char* key : {"metadata.service.agent", "metadata.service.name", "transaction", "span", "error", "metricset"})
            if (probe.valueAt(key) != '\0' && (probe.has("metadata.service") || probe.has("metadata.user")))
                return {Claim::Yes, std::string("JSON lines with metadata and ") + key};
        return {};
    }
    if (probe.has("m.se.n") && (probe.has("m.se.a") || probe.has("x.tid")))
        return {Claim::Yes, "Elastic's RUM v3 lines with m.se"};
    for (const std::string event : {"transaction.", "span."})
        if (probe.has(event + "trace_id") && probe.has(event + "id") && probe.has(event + "type"))
            return {Claim::Yes, "JSON lines with " + event + "trace_id, id and type"};
    return {};
}

} // namespace

extern const Format kElasticIntake;
constinit const Format kElasticIntake = {
    "elastic-intake", "Elastic APM intake", "What Elastic's agents send: metadata, transaction, span and error lines, also RUM v3",
    "*.ndjson *.json *.jsonl", sniff,
    makeJsonImporter<IntakeReader>};

} // namespace aisle
