#pragma once
// What formats have in common that are a list of events, JSON lines of them or a single one, each readable alone.

#include "format/context_cache.h"
#include "json/json_records.h"

namespace aisle {

class EventListReader : public JsonHandler {
public:
    explicit EventListReader(SpanSink& sink) : m_sink(sink) {}

    JsonTake classify(JsonSplitter&, std::string_view, char first, size_t level) override {
        if (first != '[')
            return JsonTake::Whole;
        if (level < 4)
            return JsonTake::Descend;
        m_sink.skipped("a list nested deeper than four levels", {0, m_recordNumber});
        return JsonTake::Skip;
    }
    void enter(std::string_view, char, size_t) override {}
    void leave(size_t) override {}

    void value(std::string_view, const JsonSlice& slice, size_t) override {
        const Position at{slice.offset, ++m_recordNumber};
        const RecordOutcome outcome = readRecord(m_parser, slice, [&](JsonObject object) {
            m_pool.clear();
            m_remark = {};
            readEvent(object);
        });
        if (!outcome.taken) {
            m_sink.skipped(outcome.reason, at);
            return;
        }
        const std::string_view remark = outcome.repair.empty() ? m_remark : std::string_view(outcome.repair);
        if (!remark.empty())
            m_sink.repaired(remark, at);
        handOver(!remark.empty());
    }

    void problem(std::string_view reason, uint64_t offset) override {
        m_sink.skipped(reason, {offset, m_recordNumber});
    }

protected:
    /// May be called twice for a record; throws what readRecord() takes.
    virtual void readEvent(JsonObject object) = 0;
    /// What readEvent() read, to the sink.
    virtual void handOver(bool repaired) = 0;

    Attribute attribute(std::string_view key, JsonValue value) {
        Attribute attribute;
        attribute.key = key;
        plainValue(value, attribute.type, attribute.value, m_pool);
        return attribute;
    }
    /// A time or duration as it was read from `text`; nothing, and a remark, when there is a text that is none.
    std::optional<int64_t> timeRead(std::optional<int64_t> nanos, std::string_view text) {
        if (!nanos && !text.empty())
            m_remark = "a time or duration that cannot be read";
        return nanos;
    }
    static void add(Attributes& attributes, std::string_view key, std::string_view text) {
        if (!text.empty())
            attributes.push_back({key, ValueType::String, text});
    }
    /// One text per content, to look a context up by.
    static void makeKey(std::string& key, const Attributes& attributes) {
        key.clear();
        for (const Attribute& attribute : attributes) {
            appendKeyPart(key, attribute.key);
            appendKeyPart(key, attribute.value);
        }
    }

    SpanSink& m_sink;
    JsonParser m_parser;
    TextPool m_pool;
    std::string_view m_remark; ///< what in the record could not be read as it was

private:
    uint64_t m_recordNumber = 0;
};

} // namespace aisle
