#pragma once
// Spans, log records, resources and scopes of OTLP/JSON to the store's records.
//
// Lenient where exporters differ: 64-bit integers as text or numbers, enumerations as numbers or names, ids
// as hex or base64. Views in the records live until the parser's next document and the pool's clear().

#include "json/json_value.h"

namespace aisle {

class OtlpJsonRecords {
public:
    /// Clears and fills `span` except its context. Throws simdjson_error and RecordError.
    void readSpan(JsonObject object, SpanRecord& span);
    /// A span as Tempo's search answers with: spanID, durationNanos, no trace id.
    void readSearchSpan(JsonObject object, const TraceIdRecord& trace, SpanRecord& span);
    void readLog(JsonObject object, LogRecord& log);
    /// Fills resource and scope from their raw text; what cannot be read is left out and said in `problem`.
    void readContext(std::string_view resource, std::string_view schema, std::string_view scope,
                     ContextRecord& record, std::string& problem);
    /// What of the last span or log could not be read as it was; empty when all could.
    std::string_view remark() const { return m_remark; }

private:
    void readAttributes(JsonValue value, Attributes& attributes, TextPool& pool);
    void readAnyValue(JsonValue value, ValueType& type, std::string_view& text, TextPool& pool);
    void appendAnyValue(std::string& out, JsonValue value, int depth);
    void readEvents(JsonValue value, SpanRecord& span);
    void readLinks(JsonValue value, SpanRecord& span);
    void readStatus(JsonValue value, SpanRecord& span);
    int64_t readNanos(JsonValue& value);
    Kind readKind(JsonValue& value);

    TextPool m_pool, m_contextPool;
    JsonParser m_resourceParser, m_scopeParser;
    std::string_view m_remark;
};

} // namespace aisle
