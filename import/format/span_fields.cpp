#include "format/span_fields.h"

namespace aisle {

namespace {

bool sameText(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size())
        return false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
        if (c != lower[i])
            return false;
    }
    return true;
}

} // namespace

void setTimes(SpanRecord& span, std::optional<int64_t> startNanos, std::optional<int64_t> durationNanos) {
    span.start = startNanos.value_or(0);
    span.duration = durationNanos.value_or(0);
    if (!startNanos)
        span.flags |= kNoStart;
    if (!durationNanos)
        span.flags |= kUnfinished;
    if (span.duration < 0)
        span.flags |= kNegative;
}

Kind kindFromText(std::string_view text) {
    constexpr std::string_view prefix = "SPAN_KIND_";
    if (text.starts_with(prefix))
        text.remove_prefix(prefix.size());
    for (const Kind kind : {Kind::Internal, Kind::Server, Kind::Client, Kind::Producer, Kind::Consumer})
        if (sameText(text, kindName(kind)))
            return kind;
    return Kind::Unspecified;
}

std::optional<Status> statusFromText(std::string_view text) {
    constexpr std::string_view prefix = "STATUS_CODE_";
    if (text.starts_with(prefix))
        text.remove_prefix(prefix.size());
    for (const Status status : {Status::Unset, Status::Ok, Status::Error})
        if (sameText(text, statusName(status)) || (text.size() == 1 && text[0] == '0' + static_cast<int>(status)))
            return status;
    return std::nullopt;
}

bool StatusTags::take(std::string_view key, std::string_view value) {
    if (key == "error") {
        m_error = value;
        return false;
    }
    if (key == "otel.status_code") {
        const auto code = statusFromText(value);
        if (code && value != "0") // which was OK before it was Unset
            m_code = code;
        return code && value.size() > 1; // numbers stay to be seen
    }
    if (key == "otel.status_description") {
        m_description = value;
        return true;
    }
    return false;
}

void StatusTags::apply(SpanRecord& span) const {
    span.statusMessage = m_description;
    if (!m_code) {
        if (!saysError(m_error))
            return;
        span.status = Status::Error;
        if (m_description.empty() && !sameText(m_error, "true") && m_error != "1")
            span.statusMessage = m_error;
        return;
    }
    span.status = *m_code;
    if (span.status != Status::Error)
        return;
    for (size_t i = span.attributes.size(); i-- > 0;)
        if (span.attributes[i].key == "error" && span.attributes[i].value == "true") {
            span.attributes.erase(span.attributes.begin() + static_cast<std::ptrdiff_t>(i));
            return;
        }
}

bool ScopeTags::take(std::string_view key, std::string_view value) {
    constexpr std::string_view prefix = "otel.";
    if (key == "w3c.tracestate") {
        m_traceState = value;
        return true;
    }
    if (!key.starts_with(prefix))
        return false;
    const std::string_view rest = key.substr(prefix.size());
    if (rest == "scope.name")
        m_name = value;
    else if (rest == "scope.version")
        m_version = value;
    else if (rest == "library.name")
        m_oldName = {key, value};
    else if (rest == "library.version")
        m_oldVersion = {key, value};
    else
        return false;
    return true;
}

/// Under the old names they say the same, or are all there is; what is said otherwise stays to be seen.
void ScopeTags::apply(SpanRecord& span) {
    const auto settle = [&](std::string_view& value, const Old& old) {
        if (value.empty())
            value = old.value;
        else if (!old.value.empty() && old.value != value)
            span.attributes.push_back({old.key, ValueType::String, old.value});
    };
    settle(m_name, m_oldName);
    settle(m_version, m_oldVersion);
    if (!m_traceState.empty())
        span.traceState = m_traceState;
}

} // namespace aisle
