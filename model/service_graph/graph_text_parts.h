#pragma once
// The four texts that graphText() chooses from.

#include "service_graph/graph_details.h"
#include "service_graph/graph_lens.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

/// A graph and what its nodes may be called outside: redacted, UTF-8, otherwise as the file has it. So are kinds of failures and
/// names of instances in `details`; nothing where these are not known.
struct NamedGraph {
    const ServiceGraph& graph;
    std::vector<std::string> names;
    std::optional<GraphDetails> details;
    GraphHidden hidden;
};

std::string dotText(const NamedGraph& named);
std::string mermaidText(const NamedGraph& named);
std::string graphMlText(const NamedGraph& named);
std::string graphJsonText(const NamedGraph& named);

/// A text as it may stand in a picture: on one line, and without the two characters that are text but not XML, which SVG
/// and GraphML are.
std::string drawnText(std::string_view text);

inline std::string graphNodeId(size_t node) { return "n" + std::to_string(node); }

} // namespace aisle
