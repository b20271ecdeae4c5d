#pragma once
// Elastic APM's events, from whatever dialect, to the store's records.
//
// An event is a list of leaves under dotted names. The dialects bring them to the names of intake v2 where they
// are fixed fields (id, trace_id, timestamp, ...); the rest is renamed or kept.

#include "json/json_value.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

struct ElasticLeaf {
    std::string_view path;
    ValueType type = ValueType::String;
    std::string_view text;
};

/// What OpenTelemetry calls a field of the metadata; empty when it is none of the resource's.
std::string_view elasticResourceName(std::string_view path);

class ElasticEvent {
public:
    std::vector<ElasticLeaf> leaves;
    TextPool pool;

    void clear();
    /// All leaves of `object`.
    void add(JsonObject object);
    /// Removes a leaf and gives its text; empty when there is none.
    std::string_view take(std::string_view path);
    bool has(std::string_view path) const;

    /// These use up the leaves and throw RecordError when an id is missing. `resource` takes what belongs there.
    void toSpan(bool transaction, Attributes& resource);
    void toLog(Attributes& resource);

    SpanRecord& span() { return m_span; }
    LogRecord& log() { return m_log; }
    std::string_view remark() const { return m_remark; }

private:
    std::optional<int64_t> micros();
    std::optional<int64_t> duration();
    void setKind(bool transaction);
    void setSystem();
    void readLinks(std::string_view text);
    void readLink(JsonObject object, LinkRecord& link);
    void addRest(Attributes& out, Attributes& resource);
    std::string_view nameOf(const ElasticLeaf& leaf);

    SpanRecord m_span;
    LogRecord m_log;
    JsonParser m_linkParser;
    std::string_view m_type, m_subtype, m_action, m_remark;
};

} // namespace aisle
