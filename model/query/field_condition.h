#pragma once
// Conditions in TraceQL about a value that was found: to filter to it, or to leave it out.

#include "query/traceql.h"
#include "store/span_sink.h"

#include <string>
#include <string_view>

namespace aisle::traceql {

/// `span.http.route = "/cart"`, `span.retries = 3`; empty for arrays, maps and bytes, which no query can compare.
std::string conditionOf(const Field& field, ValueType type, std::string_view value);
/// What is left out may also have no value at all, so it is the condition that is negated.
std::string excluding(const std::string& condition);

} // namespace aisle::traceql
