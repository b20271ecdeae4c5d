#pragma once
// A call of the service graph as a text, "caller -> callee": aisle:edge in queries and scopes.

#include <string>
#include <string_view>

namespace aisle::traceql {

/// An arrow in a name is kept apart from the edge's by a backslash.
std::string edgeText(std::string_view from, std::string_view to);
/// The reverse; false when there is no arrow.
bool parseEdge(std::string_view text, std::string& from, std::string& to);

} // namespace aisle::traceql
