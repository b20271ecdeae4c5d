#pragma once
// Spans and processes of Jaeger's JSON to the store's records: as the API, the UI and Elasticsearch have them
// (traceID, microseconds, tags with `value`), and as the model has them in protobuf's JSON (traceId in base64,
// RFC 3339, tags with `vStr` and so on). What a value is can be told by itself, so both are read alike.

#include "format/span_fields.h"
#include "json/json_value.h"

#include <string>
#include <vector>

namespace aisle {

/// How a tag of type binary is written as text.
enum class JaegerBinary : uint8_t { Base64, Hex };

class JaegerRecords {
public:
    explicit JaegerRecords(JaegerBinary binary) : m_binary(binary) {}
    /// Clears and fills `span` except its context. `traceId` stands in where the span has none; what a
    /// `truncated` record does not say is not taken for protobuf's default.
    /// Throws simdjson_error and RecordError.
    void readSpan(JsonObject object, std::string_view traceId, bool truncated, SpanRecord& span);
    /// Of the last span; empty when it has none. The inline process is raw JSON.
    std::string_view processId() const { return m_processId; }
    std::string_view process() const { return m_process; }
    std::string_view remark() const { return m_remark; }
    /// The same of the last process.
    std::string_view processRemark() const { return m_processRemark; }
    /// Name and version of its scope, from tags.
    const ScopeTags& scope() const { return m_scope; }
    /// Whether it was written in the model's spelling (traceId).
    bool isModel() const { return m_isModel; }

    /// Process tags become resource attributes, serviceName becomes service.name.
    void readProcess(JsonObject object, ContextRecord& record);

private:
    struct Reference {
        TraceIdRecord trace;
        SpanIdRecord span;
        std::string_view type;
        bool childOf = false;
    };
    struct ModelValue;

    template <typename Take>
    void eachTag(JsonValue value, TextPool& pool, Take&& take);
    void readReferences(JsonValue value);
    void readLogs(JsonValue value, SpanRecord& span);
    void applyReferences(SpanRecord& span, const SpanIdRecord& oldParent);
    std::optional<int64_t> readTime(JsonValue& value, std::string_view remark);
    std::optional<int64_t> readDuration(JsonValue& value);

    const JaegerBinary m_binary;
    TextPool m_pool, m_processPool;
    std::vector<Reference> m_references;
    std::string_view m_processId, m_process, m_remark, m_processRemark;
    ScopeTags m_scope;
    bool m_isModel = false, m_truncated = false;
};

} // namespace aisle
