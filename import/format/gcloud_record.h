#pragma once
// Spans of Google Cloud Trace v1 and v2 to the store's records.
//
// Neither has a resource: exporters write its attributes among the span's, and they are sorted out by their
// names.

#include "format/context_cache.h"
#include "json/json_value.h"

#include <string>

namespace aisle {

class GcloudRecords {
public:
    explicit GcloudRecords(SpanSink& sink) : m_sink(sink) {}

    /// v1: decimal ids, labels; the trace id is the trace's. Throws simdjson_error and RecordError.
    void readV1(JsonObject object, const TraceIdRecord& trace);
    /// v2: hex ids, attribute maps, the trace id in the span's resource name. A `truncated` span's status may
    /// have had a code.
    void readV2(JsonObject object, bool truncated);
    /// Hands over the span that was read.
    void emit(uint8_t flags, std::string_view project);
    std::string_view remark() const { return m_remark; }

private:
    void begin();
    void end();
    int64_t time(JsonValue& value, std::string_view remark);
    void takeName(std::string_view name);
    void takeAttribute(Attribute attribute);
    template <typename Take>
    void eachAttribute(JsonValue value, Take&& take);
    void addOther(std::string_view key, JsonValue value);
    void readStatus(JsonValue value, bool truncated);
    void readEvents(JsonValue value);
    void readEvent(JsonObject object);
    void readMessage(JsonValue value, EventRecord& event);
    void readLinks(JsonValue value);
    void readLink(JsonObject object);
    ContextHandle makeContext(std::string_view project);

    SpanSink& m_sink;
    TextPool m_pool;
    SpanRecord m_span;
    Attributes m_resource;
    std::string_view m_service, m_otherService, m_scopeName, m_scopeVersion, m_project, m_remark;
    bool m_saysError = false;
    std::string_view m_errorMessage;
    int64_t m_start = 0, m_end = 0;
    ContextRecord m_context;
    ContextCache m_cache;
    std::string m_key;
};

} // namespace aisle
