#pragma once
// A service graph as tables.

#include "export/tabular.h"
#include "service_graph/graph_details.h"

namespace aisle {

/// One line per edge. `details` null: without their columns.
Tabular tabulateEdges(const ServiceGraph& graph, const GraphDetails* details = nullptr);
/// One line per node.
Tabular tabulateNodes(const ServiceGraph& graph, const GraphDetails* details = nullptr);
/// What the graph does not tell, in sentences: calls without a callee, incomplete traces, sampling.
std::vector<std::string> graphNotes(const ServiceGraph& graph, const GraphDetails* details = nullptr);

} // namespace aisle
