#include "writer/span_tags.h"

#include "format/span_fields.h"

#include <algorithm>

namespace aisle {

std::string_view statusCodeTag(const SpanRecord& span) {
    switch (span.status) {
    case Status::Ok: return "OK";
    case Status::Error: return "ERROR";
    default: break;
    }
    const auto saysStatus = [](const Attribute& attribute) {
        return (attribute.key == "error" && saysError(attribute.value)) || attribute.key == "otel.status_code";
    };
    return std::any_of(span.attributes.begin(), span.attributes.end(), saysStatus) ? "UNSET" : "";
}

bool isOwnTag(const Attribute& attribute, bool kindIsTag) {
    if (attribute.key == "span.kind")
        return kindIsTag && kindFromText(attribute.value) != Kind::Unspecified;
    if (attribute.key == "otel.status_code")
        return attribute.value.size() > 1 && statusFromText(attribute.value).has_value();
    return attribute.key == "otel.status_description" || ScopeTags().take(attribute.key, attribute.value);
}

} // namespace aisle
