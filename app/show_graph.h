#pragma once
// What `aisle show service-graph` prints.

#include "export/tabular.h"
#include "query/context.h"
#include "service_graph/graph_difference.h"
#include "service_graph/graph_text.h"
#include "show_options.h"

#include <string>

namespace aisle {

struct ScopeResult;

/// A table or a picture of what differs from nothing would say that everything is new. Throws std::runtime_error where a side is empty.
void requireSides(const GraphDifference& found);
Tabular graphTable(const ShowOptions& options, const traceql::Context& context, const ScopeResult& scope);
/// The graph for other programs.
std::string graphDocument(const ShowOptions& options, const traceql::Context& context, const ScopeResult& scope, GraphFormat format);

} // namespace aisle
