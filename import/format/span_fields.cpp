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
        m_code = value;
        return sameText(value, "ok") || sameText(value, "error") || sameText(value, "unset");
    }
    if (key == "otel.status_description") {
        m_description = value;
        return true;
    }
    return false;
}

void StatusTags::apply(SpanRecord& span) const {
    if (sameText(m_code, "ok") || m_code == "1")
        span.status = Status::Ok;
    else if (sameText(m_code, "error") || m_code == "2" || saysError(m_error))
        span.status = Status::Error;
    span.statusMessage = m_description;
    if (m_description.empty() && span.status == Status::Error && saysError(m_error) && !sameText(m_error, "true") &&
        m_error != "1")
        span.statusMessage = m_error;
}

} // namespace aisle
