#pragma once
// A service graph as tables.

#include "export/tabular.h"
#include "service_graph/graph_details.h"

#include <optional>

namespace aisle {

/// One line per edge, with the names and kinds of its ends: a group may have the name of a node. `details` null: without their columns.
Tabular tabulateEdges(const ServiceGraph& graph, const GraphDetails* details = nullptr);
/// One line per node.
Tabular tabulateNodes(const ServiceGraph& graph, const GraphDetails* details = nullptr);
/// What the graph does not tell, in sentences: calls without a callee, incomplete traces, sampling.
std::vector<std::string> graphNotes(const ServiceGraph& graph, const GraphDetails* details = nullptr);
/// As many as there were of what was sampled; nothing where the graph has no rate. `weight`: as of GraphDetails; 0: not known.
std::optional<double> callsPerSecond(const ServiceGraph& graph, uint64_t calls, double weight);
/// "503 12, timeout 3"
std::string failuresText(const std::vector<GraphDetails::Failures>& failures);

} // namespace aisle
