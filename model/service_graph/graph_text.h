#pragma once
// The service graph as text for other programs: drawings (DOT for Graphviz, Mermaid for Markdown pages) and data (GraphML for
// Gephi, yEd and NetworkX, JSON for scripts). Whatever services and peers are called, the text stays well-formed, and a
// name is never more than a name in it.
//
// Nodes are n0, n1, ... in the order of the graph: ids made of names would not survive redaction. Durations in data are ns in
// fields that end in _ns; null (JSON) or absent (GraphML) where there was nothing to measure. Drawings say what the view
// says, in its words; red is an error. Mermaid draws no more than 500 edges unless its page says otherwise (maxEdges).
// UTF-8, lines end in \n. Thread: any; pure functions, no errors.

#include "export/export.h"
#include "service_graph/service_graph.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace aisle {

enum class GraphFormat : uint8_t { Dot, Mermaid, GraphMl, Json };
inline constexpr std::array kGraphFormats = {GraphFormat::Dot, GraphFormat::Mermaid, GraphFormat::GraphMl, GraphFormat::Json};

/// "dot", "mermaid", "graphml", "json".
std::string_view graphFormatName(GraphFormat format);
/// ".dot", ".mmd", ".graphml", ".json".
std::string_view graphFormatSuffix(GraphFormat format);
std::optional<GraphFormat> graphFormatOf(std::string_view name);

/// Names of services pass the redactor as "service.name", of other nodes as "service.peer.name"; the user is nobody of the file.
std::string graphText(const ServiceGraph& graph, GraphFormat format, const Redactor& redactor);

} // namespace aisle
