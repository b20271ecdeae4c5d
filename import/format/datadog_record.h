#pragma once
// Datadog's spans (JSON of the agent's v0.4 API) to the store's records.

#include "json/json_value.h"

#include <optional>
#include <string_view>

namespace aisle {

class DatadogRecords {
public:
    /// Clears and fills span() except its context. Throws simdjson_error and RecordError.
    void readSpan(JsonObject object);
    /// The links and events that meta holds as JSON in a text; once, after readSpan().
    void readNested();

    SpanRecord& span() { return m_span; }
    /// What meta says of the upper 64 bits of the trace id; 0 when nothing.
    uint64_t highHalf() const { return m_high; }
    std::string_view service() const { return m_service; }
    std::string_view version() const { return m_version; }
    std::string_view environment() const { return m_environment; }
    std::string_view host() const { return m_host; }
    std::string_view remark() const { return m_remark; }

private:
    std::optional<int64_t> nanos(JsonValue& value, std::string_view remark);
    void add(std::string_view key, std::string_view text);
    void addValue(std::string_view key, JsonValue value) { addTo(m_span.attributes, key, value); }
    void addTo(Attributes& out, std::string_view key, JsonValue value);
    void readAttributes(JsonValue value, Attributes& out);
    void readMeta(JsonValue value);
    bool takeMeta(std::string_view key, std::string_view text);
    void readMetrics(JsonValue value);
    void applyError(std::string_view error);
    void readLinks(JsonValue value, bool hex);
    void readEvents(JsonValue value);

    JsonParser m_linkParser, m_eventParser; ///< one each: the texts of both are alive until the span is handed over
    TextPool m_pool;
    SpanRecord m_span;
    std::string_view m_service, m_version, m_environment, m_host;
    std::string_view m_errorMessage, m_errorType, m_errorStack, m_metaLinks, m_metaEvents, m_remark;
    uint64_t m_high = 0;
};

} // namespace aisle
