#pragma once
// What Jaeger and Zipkin spans have in common: times in microseconds, status and kind in tags.

#include "store/span_sink.h"

#include <optional>
#include <string_view>

namespace aisle {

/// Nothing: not in the file. Unlike SpanRecord::setTimes a start of 0 and a duration of 0 are values (both
/// occur: CRISP's traces start at 0).
void setTimes(SpanRecord& span, std::optional<int64_t> startNanos, std::optional<int64_t> durationNanos);

/// "client", "SERVER", "SPAN_KIND_CONSUMER", ...; Unspecified for anything else.
Kind kindFromText(std::string_view text);

/// "Error", "STATUS_CODE_OK", ... or OpenTelemetry's numbers; nothing for anything else.
std::optional<Status> statusFromText(std::string_view text);

/// What OpenTelemetry's exporters write for a resource without a service.name.
inline constexpr std::string_view kNoServiceName = "OTLPResourceNoServiceName";

/// Collects the tags that say a span's status; apply() after the last one.
class StatusTags {
public:
    /// True when the tag is fully said by the status, so that it need not be an attribute as well.
    bool take(std::string_view key, std::string_view value);
    /// OpenTelemetry's exporters say an error twice, as otel.status_code and as error=true behind the attributes: then the
    /// last such attribute is dropped. A status code that is said, also UNSET, counts more than `error`.
    void apply(SpanRecord& span) const;

private:
    std::string_view m_error, m_description;
    std::optional<Status> m_code;
};

/// Collects the tags that say a span's scope and trace state, as OpenTelemetry's exporters write them to formats that have
/// no field for these; apply() after the last one.
class ScopeTags {
public:
    bool take(std::string_view key, std::string_view value);
    void apply(SpanRecord& span);
    std::string_view name() const { return m_name; }
    std::string_view version() const { return m_version; }

private:
    struct Old {
        std::string_view key, value; ///< under the name of the time before scopes
    };
    std::string_view m_name, m_version, m_traceState;
    Old m_oldName, m_oldVersion;
};

} // namespace aisle
