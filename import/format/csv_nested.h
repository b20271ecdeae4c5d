#pragma once
// Columns of span tables that hold more than a value: attributes as JSON objects, events and links as lists of objects,
// and the texts that go with them. Found by their names, which are those of OpenTelemetry's table of traces for ClickHouse;
// `aisle export --format csv` writes them.

#include "format/json_attributes.h"

#include <array>
#include <optional>
#include <string_view>

namespace aisle {

enum class CsvNested : uint8_t {
    TraceState, ResourceAttributes, ResourceSchema, ScopeName, ScopeVersion, ScopeAttributes, SpanAttributes, Events, Links
};
inline constexpr size_t kCsvNested = 9;

/// The header of what Aisle writes, in the order of its columns. In such a table cells are taken as they are, but for
/// the guard against formulas (export/csv_text.h).
inline constexpr std::array<std::string_view, 19> kAisleCsvHeader = {
    "TraceId",         "SpanId",           "ParentSpanId",    "SpanName",      "SpanKind",       "ServiceName", "StartTimeUnixNano",
    "DurationNano",    "StatusCode",       "StatusMessage",   "TraceState",    "SpanAttributes", "Events",      "Links",
    "ResourceAttributes", "ResourceSchemaUrl", "ScopeName",   "ScopeVersion",  "ScopeAttributes"};

/// `plainName`: lower case, letters and digits only.
std::optional<CsvNested> csvNestedFrom(std::string_view plainName);

/// Both false, and nothing added, when the text is no such list. What an entry says beyond what is known becomes its
/// attributes. What is read is in the pool.
bool readCsvEvents(JsonParser& parser, std::string_view text, SpanRecord& span, TextPool& pool);
bool readCsvLinks(JsonParser& parser, std::string_view text, SpanRecord& span, TextPool& pool);

} // namespace aisle
