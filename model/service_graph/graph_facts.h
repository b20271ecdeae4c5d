#pragma once
// What there is to say of one node or edge of a service graph, one name and one value a line: for tool tips and the details panel.
// Thread: any; pure functions. Text is UTF-8, from files taken as it is.

#include "service_graph/graph_details.h"

namespace aisle {

struct GraphFact {
    std::string name, value;
};

/// Calls, failures and latencies.
std::vector<GraphFact> callFacts(const ServiceGraph::Node& node);
/// The rest; `details` null: without what they say.
std::vector<GraphFact> otherFacts(const ServiceGraph& graph, uint32_t node, const GraphDetails* details);
std::vector<GraphFact> edgeFacts(const ServiceGraph& graph, uint32_t edge, const GraphDetails* details);

} // namespace aisle
