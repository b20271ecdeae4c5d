// The service graph as DOT and as Mermaid.

#include "service_graph/graph_text_parts.h"
#include "text/format.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace aisle {

namespace {

constexpr const char* kRed = "#c0392b"; ///< dark enough on white, light enough on black
constexpr double kThin = 1, kThick = 6; ///< points; the busiest edge is drawn thick

/// One kind of node looks alike in both languages.
struct Shape {
    const char* dot;
    const char *open, *close; ///< Mermaid
};
Shape shapeOf(ServiceGraph::NodeKind kind) {
    static constexpr Shape kShapes[] = {
        {"ellipse", "([", "])"},        // user
        {"box", "[", "]"},              // service
        {"hexagon", "{{", "}}"},        // queue
        {"trapezium", "[/", "\\]"},     // cache
        {"cylinder", "[(", ")]"},       // database
        {"parallelogram", "[/", "/]"},  // external
        {"folder", "[[", "]]"},         // group
    };
    return kShapes[static_cast<size_t>(kind)];
}

/// "1,236 calls · p95 696 µs · 12.3 % failed"
template <typename Called>
std::string numbersOf(const Called& called, bool isApproximate, bool saysErrors) {
    std::string text = counted(called.calls, "call", "calls");
    if (called.timed > 0)
        text += std::string(" · p95 ") + (isApproximate ? "~" : "") + formatDuration(called.p95);
    if (saysErrors && called.errors > 0)
        text += " · " + formatPercent(called.errorShare()) + " failed";
    return text;
}

/// A point, whatever the user's language writes.
std::string dotNumber(double number) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, number, std::chars_format::fixed, 2).ptr};
}

bool isLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// --- DOT

std::string dotNode(const NamedGraph& named, size_t n) {
    const ServiceGraph::Node& node = named.graph.nodes[n];
    std::string line = "  " + graphNodeId(n) + " [shape=" + shapeOf(node.kind).dot + ", label=\"" + dotEscaped(named.names[n]) + "\\n" +
                       dotEscaped(numbersOf(node, named.graph.isApproximate, true)) + '"';
    if (node.errors > 0)
        line += std::string(", color=\"") + kRed + '"';
    return line + "];\n";
}

std::string dotEdge(const ServiceGraph& graph, const ServiceGraph::Edge& edge, uint64_t most) {
    std::string line = "  " + graphNodeId(edge.from) + " -> " + graphNodeId(edge.to) + " [label=\"" +
                       dotEscaped(numbersOf(edge, graph.isApproximate, false)) + "\", penwidth=" + dotPenWidth(edge.calls, most);
    if (edge.kind == ServiceGraph::EdgeKind::Messaging)
        line += ", style=dashed";
    if (edge.errors > 0)
        line += std::string(", color=\"") + kRed + '"';
    return line + "];\n";
}

// --- Mermaid

std::string mermaidNode(const NamedGraph& named, size_t n) {
    const ServiceGraph::Node& node = named.graph.nodes[n];
    const Shape shape = shapeOf(node.kind);
    return "  " + graphNodeId(n) + shape.open + '"' + mermaidEscaped(named.names[n]) + "<br/>" +
           mermaidEscaped(numbersOf(node, named.graph.isApproximate, true)) + '"' + shape.close + '\n';
}

std::string mermaidEdge(const ServiceGraph& graph, const ServiceGraph::Edge& edge) {
    const char* const arrow = edge.kind == ServiceGraph::EdgeKind::Messaging ? " -.->" : " -->";
    return "  " + graphNodeId(edge.from) + arrow + "|\"" + mermaidEscaped(numbersOf(edge, graph.isApproximate, false)) + "\"| " +
           graphNodeId(edge.to) + '\n';
}

} // namespace

std::string dotEscaped(std::string_view text) {
    std::string out;
    for (const char c : drawnText(text)) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
        if (c == '&')
            out += "amp;";
    }
    return out;
}

std::string dotPenWidth(uint64_t count, uint64_t most) {
    return dotNumber(kThin + (kThick - kThin) * std::log1p(static_cast<double>(count)) / std::log1p(static_cast<double>(std::max<uint64_t>(most, 1))));
}

std::string mermaidEscaped(std::string_view text) {
    const std::string line = drawnText(text);
    std::string out;
    for (size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool isJoint = std::string_view("-_./").find(c) != std::string_view::npos && i > 0 && i + 1 < line.size() &&
                             isLetterOrDigit(line[i - 1]) && isLetterOrDigit(line[i + 1]);
        const bool isPlain = isLetterOrDigit(c) || c == ' ' || c == ',' || isJoint || static_cast<unsigned char>(c) >= 0x80;
        out += isPlain ? std::string(1, c) : "#" + std::to_string(static_cast<int>(c)) + ";";
    }
    return out;
}

std::string dotText(const NamedGraph& named) {
    const ServiceGraph& graph = named.graph;
    uint64_t most = 0;
    for (const ServiceGraph::Edge& edge : graph.edges)
        most = std::max(most, edge.calls);
    const std::string hidden = named.hidden.sentence();
    std::string out = (hidden.empty() ? "" : "// " + hidden + "\n") +
                      "digraph services {\n"
                      "  graph [rankdir=LR, charset=\"UTF-8\"];\n"
                      "  node [fontname=\"sans-serif\", fontsize=11];\n"
                      "  edge [fontname=\"sans-serif\", fontsize=9];\n";
    for (size_t n = 0; n < graph.nodes.size(); ++n)
        out += dotNode(named, n);
    for (const ServiceGraph::Edge& edge : graph.edges)
        out += dotEdge(graph, edge, most);
    return out + "}\n";
}

std::string mermaidText(const NamedGraph& named) {
    const ServiceGraph& graph = named.graph;
    const std::string hidden = named.hidden.sentence();
    std::string out = "flowchart LR\n" + (hidden.empty() ? "" : "  %% " + hidden + "\n");
    constexpr size_t kMostEdges = 500; // Mermaid's own default (maxEdges); it draws nothing of more
    if (graph.edges.size() > kMostEdges)
        out += "  %% " + std::to_string(graph.edges.size()) + " edges: Mermaid draws at most " + std::to_string(kMostEdges) + " and 50,000 characters unless its maxEdges and maxTextSize say more.\n";
    for (size_t n = 0; n < graph.nodes.size(); ++n)
        out += mermaidNode(named, n);
    for (const ServiceGraph::Edge& edge : graph.edges)
        out += mermaidEdge(graph, edge);
    for (size_t n = 0; n < graph.nodes.size(); ++n)
        if (graph.nodes[n].errors > 0)
            out += "  style " + graphNodeId(n) + " stroke:" + kRed + '\n';
    for (size_t e = 0; e < graph.edges.size(); ++e)
        if (graph.edges[e].errors > 0)
            out += "  linkStyle " + std::to_string(e) + " stroke:" + kRed + '\n';
    return out;
}

} // namespace aisle
