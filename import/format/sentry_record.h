#pragma once
// Sentry's transactions and spans to the store's records.

#include "json/json_value.h"

#include <optional>
#include <string_view>

namespace aisle {

class SentryRecords {
public:
    /// One of an event's `spans`, or one on its own; also of the newer list of items, with typed attributes.
    /// Clears and fills span() except its context. Throws simdjson_error and RecordError.
    void readSpan(JsonObject object);
    /// The members of an event except its `spans`. False when it is an event of another kind (an error).
    bool readEvent(JsonObject object);

    SpanRecord& span() { return m_span; }
    /// The resource that the last record names.
    const ContextRecord& context();
    std::string_view remark() const { return m_remark; }

private:
    void clear();
    bool readCommon(std::string_view key, JsonValue& value);
    std::optional<int64_t> time(JsonValue& value);
    void readTrace(JsonObject object);
    void readContexts(JsonObject object);
    void readPairs(JsonValue value);
    void readTyped(JsonObject object);
    void readLinks(JsonValue value);
    void readBreadcrumbs(JsonValue value);
    void add(std::string_view path, ValueType type, std::string_view text);
    void addBlock(std::string_view name, JsonValue value);
    void finish();
    void setStatus();
    void setDatabase();

    TextPool m_pool;
    SpanRecord m_span;
    ContextRecord m_context;
    std::optional<int64_t> m_start, m_end;
    std::string_view m_op, m_status, m_description, m_release, m_environment, m_server, m_platform, m_service, m_remark;
};

} // namespace aisle
