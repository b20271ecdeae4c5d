#pragma once
// Spans and processes of Jaeger's JSON (API, UI, anonymizer) to the store's records.

#include "format/span_fields.h"
#include "json/json_value.h"

#include <string>
#include <vector>

namespace aisle {

class JaegerRecords {
public:
    /// Clears and fills `span` except its context. `traceId` stands in where the span has none.
    /// Throws simdjson_error and RecordError.
    void readSpan(JsonObject object, std::string_view traceId, SpanRecord& span);
    /// Of the last span; empty when it has none. The inline process is raw JSON.
    std::string_view processId() const { return m_processId; }
    std::string_view process() const { return m_process; }
    std::string_view remark() const { return m_remark; }

    /// Process tags become resource attributes, serviceName becomes service.name.
    void readProcess(JsonObject object, ContextRecord& record);

private:
    struct Reference {
        TraceIdRecord trace;
        SpanIdRecord span;
        std::string_view type;
        bool childOf = false;
    };

    template <typename Take>
    void eachTag(JsonValue value, TextPool& pool, Take&& take);
    void readReferences(JsonValue value);
    void readLogs(JsonValue value, SpanRecord& span);
    void applyReferences(SpanRecord& span, const SpanIdRecord& oldParent);
    std::optional<int64_t> readMicros(JsonValue& value, std::string_view remark);

    TextPool m_pool, m_processPool;
    std::vector<Reference> m_references;
    std::string_view m_processId, m_process, m_remark;
};

} // namespace aisle
