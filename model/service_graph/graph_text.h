#pragma once
// The service graph as text for other programs: drawings (DOT for Graphviz, Mermaid for Markdown pages) and data (GraphML for
// Gephi, yEd and NetworkX, JSON for scripts). Whatever services and peers are called, the text stays well-formed, and a
// name is never more than a name in it.
//
// Nodes are n0, n1, ... in the order of the graph: ids made of names would not survive redaction. Data holds what the tables
// (graph_tables.h) hold and is described in the manual page. Durations are ns in fields that end in _ns; null (JSON) or absent
// (GraphML) where there was nothing to measure, or nobody looked (no details). GraphML knows no lists: failures are one text there,
// and of instances there is how many and how unevenly. Drawings say what the view says, in its words; red is an error. Mermaid draws
// no more than 500 edges unless its page says otherwise (maxEdges).
// UTF-8, lines end in \n. Thread: any; pure functions, no errors.

#include "export/export.h"
#include "service_graph/graph_details.h"
#include "service_graph/graph_lens.h"

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

/// JSON and GraphML say what is in graphDetails(); drawings do not.
inline bool hasDetails(GraphFormat format) { return format == GraphFormat::GraphMl || format == GraphFormat::Json; }

/// Names of services pass the redactor as "service.name", of other nodes as "service.peer.name", of instances as "service.instance.id",
/// kinds of failures as "exception.type"; the user is nobody of the file. `details` null: not known. `hidden`: what a lens left out of
/// `graph`, which every format says: data in fields, drawings in a comment.
std::string graphText(const ServiceGraph& graph, const GraphDetails* details, GraphFormat format, const Redactor& redactor, const GraphHidden& hidden = {});

} // namespace aisle
