#pragma once
// The path that a request asked for, aisle:path in queries: "/api/products/{id}", "/cart". A span may say it under several names, as a
// route, a path, a target or a URL; it is the path of the first one in the order of kRequestPathKeys that the span has. Of a fragment
// the row that it is part of has it. Pure functions, any thread.
//
// Names: OpenTelemetry's semantic conventions of HTTP and URL, present and former ones; http.path is OpenTracing's and Zipkin's.

#include "query/traceql.h"
#include "store/span_sink.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace aisle::traceql {

/// Attributes of spans, not of resources; what counts first stands first.
inline constexpr std::array<std::string_view, 6> kRequestPathKeys = {"http.route", "url.path", "http.target", "http.path", "url.full", "http.url"};

/// aisle:path.
inline bool isRequestPath(const Field& field) { return field.scope == Scope::Intrinsic && field.name == "aisle:path"; }

/// The path of a route, a target or a full URL: of a URL what follows the host, "/" when nothing does; without query and fragment. A part
/// of `url`, or a constant.
std::string_view pathOf(std::string_view url);

/// Of a value as it was recorded: one path, of an array one for each element. Never empty.
std::vector<std::string> pathsOf(ValueType type, std::string_view value);

} // namespace aisle::traceql
