// The map of paths as DOT and as Mermaid.

#include "paths/paths_table.h"
#include "service_graph/graph_text_parts.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>

namespace aisle {

namespace {

std::string nodeId(uint32_t node) {
    if (node == DirectlyFollows::kStart)
        return "start";
    if (node == DirectlyFollows::kEnd)
        return "over"; // `end` closes a block in Mermaid
    return node == DirectlyFollows::kOpen ? "open" : graphNodeId(node);
}

/// "1,236 cases · p50 2.10 s"
std::string numbersOf(const DirectlyFollows::Edge& edge) {
    return counted(edge.cases, "case", "cases") + (edge.timed == 0 ? "" : (edge.p50 == 0 ? " · " : " · p50 ") + formatWait(edge.p50));
}

std::string numbersOf(const DirectlyFollows::Node& node) { return counted(node.cases, "case", "cases") + (node.events > node.cases ? " · " + counted(node.events, "time", "times") : ""); }

bool has(const DirectlyFollows& graph, uint32_t to) {
    return std::any_of(graph.edges.begin(), graph.edges.end(), [&](const DirectlyFollows::Edge& edge) { return edge.to == to; });
}

std::string dotOf(const std::vector<std::string>& names, const DirectlyFollows& graph) {
    uint64_t most = 0;
    for (const DirectlyFollows::Edge& edge : graph.edges)
        most = std::max(most, edge.cases);
    const std::string hidden = leftOutSentence(graph);
    std::string out = (hidden.empty() ? "" : "// " + hidden + "\n") +
                      "digraph paths {\n"
                      "  graph [rankdir=LR, charset=\"UTF-8\"];\n"
                      "  node [shape=box, fontname=\"sans-serif\", fontsize=11];\n"
                      "  edge [fontname=\"sans-serif\", fontsize=9];\n";
    if (!graph.nodes.empty())
        out += "  start [shape=circle, label=\"start\"];\n";
    if (has(graph, DirectlyFollows::kEnd))
        out += "  over [shape=doublecircle, label=\"end\"];\n";
    if (has(graph, DirectlyFollows::kOpen))
        out += "  open [shape=circle, style=dashed, label=\"still open\"];\n";
    for (size_t n = 0; n < names.size(); ++n)
        out += "  " + graphNodeId(n) + " [label=\"" + dotEscaped(names[n]) + "\\n" + dotEscaped(numbersOf(graph.nodes[n])) + "\"];\n";
    for (const DirectlyFollows::Edge& edge : graph.edges)
        out += "  " + nodeId(edge.from) + " -> " + nodeId(edge.to) + " [label=\"" + dotEscaped(numbersOf(edge)) + "\", penwidth=" + dotPenWidth(edge.cases, most) + "];\n";
    return out + "}\n";
}

std::string mermaidOf(const std::vector<std::string>& names, const DirectlyFollows& graph) {
    const std::string hidden = leftOutSentence(graph);
    std::string out = "flowchart LR\n" + (hidden.empty() ? "" : "  %% " + hidden + "\n");
    if (!graph.nodes.empty())
        out += "  start((\"start\"))\n";
    if (has(graph, DirectlyFollows::kEnd))
        out += "  over(((\"end\")))\n";
    if (has(graph, DirectlyFollows::kOpen))
        out += "  open((\"still open\"))\n";
    for (size_t n = 0; n < names.size(); ++n)
        out += "  " + graphNodeId(n) + "[\"" + mermaidEscaped(names[n]) + "<br/>" + mermaidEscaped(numbersOf(graph.nodes[n])) + "\"]\n";
    for (const DirectlyFollows::Edge& edge : graph.edges)
        out += "  " + nodeId(edge.from) + (edge.to == DirectlyFollows::kOpen ? " -.->" : " -->") + "|\"" + mermaidEscaped(numbersOf(edge)) + "\"| " + nodeId(edge.to) + '\n';
    return out;
}

} // namespace

std::string followText(const CaseLog& log, const DirectlyFollows& graph, FollowFormat format, const Redactor& redactor) {
    std::vector<std::string> names;
    for (const DirectlyFollows::Node& node : graph.nodes)
        names.push_back(toUtf8(log.nameOf(node.activity, redactor)));
    return format == FollowFormat::Dot ? dotOf(names, graph) : mermaidOf(names, graph);
}

} // namespace aisle
