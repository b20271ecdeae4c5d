#include "writer/span_tags.h"

#include "format/span_fields.h"

#include <algorithm>
#include <array>

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
    constexpr std::array<std::string_view, 6> always = {"otel.status_description", "otel.scope.name",      "otel.scope.version",
                                                        "otel.library.name",       "otel.library.version", "w3c.tracestate"};
    return std::find(always.begin(), always.end(), attribute.key) != always.end();
}

} // namespace aisle
