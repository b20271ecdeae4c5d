#pragma once
// Segments and subsegments of AWS X-Ray ("X-Ray segment documents") to the store's records.

#include "json/json_value.h"

#include <optional>
#include <string>
#include <string_view>

namespace aisle {

/// "1-<8 hex digits>-<24 hex digits>" is a 128-bit id with dashes; others as everywhere.
TraceIdRecord xrayTraceId(std::string_view text);

class XrayRecords {
public:
    /// Clears and fills span(), except its context; `nested`: inside the `subsegments` of another one.
    /// The trace id stays empty when there is none. Throws simdjson_error and RecordError.
    void read(JsonObject object, bool nested);

    SpanRecord& span() { return m_span; }
    std::string_view remark() const { return m_remark; }
    /// The resource that the last segment and its subsegments have.
    void context(ContextRecord& record) const;

private:
    std::optional<int64_t> seconds(JsonValue& value, std::string_view remark);
    void readBlock(std::string_view name, JsonValue value);
    void take(std::string_view path, ValueType type, std::string_view text);
    void readCause(JsonValue value);
    void readException(JsonObject object);
    std::string_view stackText(JsonValue value);
    void readLinks(JsonValue value);
    void setKind(bool nested);
    void setStatus();

    TextPool m_pool;
    SpanRecord m_span;
    Attributes m_service; ///< the segment's block `service`
    std::string_view m_type, m_namespace, m_instance, m_status, m_remark;
    bool m_error = false, m_fault = false, m_throttle = false;
};

} // namespace aisle
