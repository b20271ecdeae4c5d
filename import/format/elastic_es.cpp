// Elastic APM's documents as Elasticsearch keeps them: `_source` or `fields` (every value a list) of search results,
// dumps with one hit per line, or the bare documents; field names nested or dotted.

#include "format/context_cache.h"
#include "format/elastic_record.h"
#include "format/flat_fields.h"
#include "json/json_importer.h"
#include "json/json_probe.h"
#include "json/json_records.h"

#include <algorithm>
#include <unordered_map>

namespace aisle {

namespace ondemand = simdjson::ondemand;

namespace {

enum class What : uint8_t { Transaction, Span, Error, Log, Metric, Other };

class DocumentReader : public JsonHandler {
public:
    explicit DocumentReader(SpanSink& sink) : m_sink(sink) {}

    JsonTake classify(JsonSplitter& splitter, std::string_view key, char first, size_t level) override {
        if (first == '[' && (key.empty() || key == "hits") && level < 6)
            return JsonTake::Descend;
        if (first == '{' && key.empty()) {
            if (level == 0 && !m_shapeKnown) {
                m_shapeKnown = true;
                m_isResponse = JsonProbe(splitter.ahead(16 * 1024)).valueAt("hits.hits") == '[';
            }
            return m_isResponse && level == 0 ? JsonTake::Descend : JsonTake::Whole;
        }
        if (m_isResponse && !key.empty())
            return first == '{' && key == "hits" ? JsonTake::Descend : JsonTake::Skip;
        return JsonTake::Whole;
    }
    void enter(std::string_view, char, size_t) override {}
    void leave(size_t) override {}

    void value(std::string_view, const JsonSlice& slice, size_t) override {
        const Position at{slice.offset, ++m_recordNumber};
        What what = What::Other;
        const RecordOutcome outcome = readRecord(m_parser, slice, [&](JsonObject object) {
            m_event.clear();
            m_resource.clear();
            addDocument(object);
            dropSearchText();
            what = normalise();
            if (what == What::Transaction || what == What::Span)
                m_event.toSpan(what == What::Transaction, m_resource);
            else if (what == What::Error || what == What::Log)
                m_event.toLog(m_resource);
        });
        if (!outcome.taken) {
            m_sink.skipped(outcome.reason, at);
            return;
        }
        if (what == What::Metric || what == What::Other) {
            ++(what == What::Metric ? m_metrics : m_others);
            return;
        }
        const std::string_view repair = outcome.repair.empty() ? m_event.remark() : outcome.repair;
        if (!repair.empty()) {
            m_event.span().flags |= kRepaired;
            m_sink.repaired(repair, at);
        }
        if (what == What::Transaction || what == What::Span) {
            m_event.span().context = context();
            m_sink.span(m_event.span());
        } else {
            m_event.log().context = context();
            m_sink.log(m_event.log());
        }
    }

    void problem(std::string_view reason, uint64_t offset) override { m_sink.skipped(reason, {offset, m_recordNumber}); }

    void finish() {
        if (m_metrics != 0)
            m_sink.ignored("metrics", m_metrics);
        if (m_others != 0)
            m_sink.ignored("documents that are neither spans nor logs of traces", m_others);
    }

private:
    /// A hit's content is in its `_source` or `fields`; a bare document is its own.
    void addDocument(JsonObject object) {
        for (ondemand::field& field : members(object)) {
            const std::string_view key = rawKey(field);
            JsonValue& value = field.value();
            const bool nested = value.type() == ondemand::json_type::object;
            if (nested && key == "_source") {
                m_event.add(value.get_object());
            } else if (nested && key == "fields") {
                for (ondemand::field& inner : members(value.get_object()))
                    addField(inner.unescaped_key(), inner.value());
            } else if (!key.starts_with('_')) {
                addField(field.unescaped_key(), value);
            }
        }
    }

    /// A field ending ".text" may be another one once more, indexed for searching.
    void dropSearchText() {
        constexpr std::string_view suffix = ".text";
        const auto isText = [&](const ElasticLeaf& leaf) { return std::string_view(leaf.path).ends_with(suffix); };
        std::vector<ElasticLeaf>& leaves = m_event.leaves;
        if (std::none_of(leaves.begin(), leaves.end(), isText))
            return;
        std::unordered_map<std::string_view, std::string_view> texts;
        for (const ElasticLeaf& leaf : leaves)
            texts.emplace(leaf.path, leaf.text);
        std::erase_if(leaves, [&](const ElasticLeaf& leaf) {
            const std::string_view path = leaf.path;
            if (!isText(leaf))
                return false;
            const auto other = texts.find(path.substr(0, path.size() - suffix.size()));
            return other != texts.end() && other->second == leaf.text;
        });
    }

    /// A list of one scalar is its value: search results give every field as a list.
    void addField(std::string_view path, JsonValue value) {
        const auto add = [this](std::string_view name, ValueType type, std::string_view text) {
            m_event.leaves.push_back({name, type, text});
        };
        if (value.type() == ondemand::json_type::array) {
            ondemand::array list = value.get_array();
            const size_t count = list.count_elements();
            if (count == 0)
                return;
            std::string& text = m_event.pool.next();
            text = "[";
            for (auto element : list) {
                JsonValue item = element.value();
                if (count == 1 && item.type() != ondemand::json_type::object && item.type() != ondemand::json_type::array) {
                    flatten(path, item, m_event.pool, add);
                    return;
                }
                if (text.size() > 1)
                    text += ',';
                appendCompactJson(text, item);
            }
            text += ']';
            add(path, ValueType::Array, text);
            return;
        }
        flatten(path, value, m_event.pool, add);
    }

    std::string_view textOf(std::string_view path) const {
        for (const ElasticLeaf& leaf : m_event.leaves)
            if (leaf.path == path)
                return leaf.text;
        return {};
    }

    What kindOfDocument() const {
        const std::string_view event = textOf("processor.event");
        if (event == "transaction")
            return What::Transaction;
        if (event == "span")
            return What::Span;
        if (event == "error")
            return What::Error;
        if (event == "metric")
            return What::Metric;
        if (m_event.has("span.duration.us")) // newer documents have no processor
            return What::Span;
        if (m_event.has("transaction.duration.us"))
            return What::Transaction;
        return m_event.has("trace.id") && m_event.has("message") ? What::Log : What::Other;
    }

    /// To the names of intake v2.
    What normalise() {
        const What what = kindOfDocument();
        const std::string_view own = what == What::Transaction ? "transaction." : what == What::Span ? "span." : "error.";
        // A transaction's document has its id as span.id too; an error's span is its parent.
        if (what == What::Transaction)
            m_event.take("span.id");
        if (what == What::Error || what == What::Log)
            m_event.take(m_event.has("parent.id") ? "span.id" : "");
        m_event.take("processor.event");
        m_event.take("processor.name");
        for (ElasticLeaf& leaf : m_event.leaves) {
            if (leaf.path == "trace.id") {
                leaf.path = "trace_id";
            } else if (leaf.path == "parent.id" || ((what == What::Error || what == What::Log) && leaf.path == "span.id")) {
                leaf.path = "parent_id";
            } else if (leaf.path == "timestamp.us") {
                leaf.path = "timestamp";
            } else if (leaf.path == "event.outcome") {
                leaf.path = "outcome";
            } else if (leaf.path == "span.kind") {
                leaf.path = "otel.span_kind";
            } else if (leaf.path == "transaction.id" && what != What::Transaction) {
                leaf.path = "transaction_id";
            } else if (leaf.path.starts_with(own)) {
                const std::string_view name = leaf.path.substr(own.size());
                static constexpr std::string_view kOwn[] = {"id", "name", "type", "subtype", "action", "result", "links",
                                                            "duration.us", "stacktrace"};
                if (what == What::Error || std::find(std::begin(kOwn), std::end(kOwn), name) != std::end(kOwn))
                    leaf.path = name;
            }
        }
        return what;
    }

    ContextHandle context() {
        m_key.clear();
        for (const Attribute& attribute : m_resource) {
            appendKeyPart(m_key, attribute.key);
            appendKeyPart(m_key, attribute.value);
        }
        return m_cache.get(m_key, [this] {
            m_context.clear();
            m_context.resource = m_resource;
            return m_sink.context(m_context);
        });
    }

    SpanSink& m_sink;
    JsonParser m_parser;
    ElasticEvent m_event;
    Attributes m_resource;
    ContextRecord m_context;
    ContextCache m_cache;
    std::string m_key;
    bool m_shapeKnown = false, m_isResponse = false;
    uint64_t m_recordNumber = 0, m_metrics = 0, m_others = 0;
};

Claim sniff(const InputHead& head) {
    const JsonProbe& probe = head.probe();
    for (const std::string at : {"", "_source.", "fields.", "hits.hits[]._source.", "hits.hits[].fields."}) {
        if (!probe.has(at + "trace.id"))
            continue;
        for (const char* key : {"processor.event", "transaction.duration.us", "span.duration.us"})
            if (probe.has(at + key))
                return {Claim::Yes, "Elasticsearch documents with " + at + "trace.id and " + key};
    }
    return {};
}

} // namespace

extern const Format kElasticEs;
constinit const Format kElasticEs = {"elastic-es", "Elastic APM documents",
                                     "Elastic APM's documents out of Elasticsearch: search results, dumps, lists",
                                     "*.json *.ndjson *.jsonl", sniff,
                                     makeJsonImporter<DocumentReader>};

} // namespace aisle
