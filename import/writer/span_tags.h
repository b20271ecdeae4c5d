#pragma once
// Tags that OpenTelemetry's exporters write to Jaeger and Zipkin for what these have no field for. Their importers take
// them out again (format/span_fields.h).

#include "store/span_sink.h"

#include <string_view>

namespace aisle {

/// The value of otel.status_code: OK or ERROR; UNSET only where `error` or another tag would be read as a status; else
/// empty.
std::string_view statusCodeTag(const SpanRecord& span);

/// Whether the importer would take the attribute for one of these tags. `kindIsTag`: the span's kind is said by a tag.
bool isOwnTag(const Attribute& attribute, bool kindIsTag);

} // namespace aisle
