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

/// A text between quotes as a label of DOT: there a backslash begins an escape and & an HTML entity.
std::string dotEscaped(std::string_view text);
/// How thick the edge of `count` is drawn, of which the busiest has `most`.
std::string dotPenWidth(uint64_t count, uint64_t most);
/// A label of Mermaid. Labels are HTML, and older versions read them as Markdown: every other ASCII character becomes an entity, except
/// what names are commonly joined with, within a word.
std::string mermaidEscaped(std::string_view text);

inline std::string graphNodeId(size_t node) { return "n" + std::to_string(node); }

} // namespace aisle
