#include "service_graph/graph_text.h"

#include "service_graph/graph_text_parts.h"
#include "text/utf8.h"

namespace aisle {

std::string_view graphFormatName(GraphFormat format) {
    static constexpr std::string_view kNames[] = {"dot", "mermaid", "graphml", "json"};
    return kNames[static_cast<size_t>(format)];
}

std::string_view graphFormatSuffix(GraphFormat format) {
    static constexpr std::string_view kSuffixes[] = {".dot", ".mmd", ".graphml", ".json"};
    return kSuffixes[static_cast<size_t>(format)];
}

std::optional<GraphFormat> graphFormatOf(std::string_view name) {
    for (const GraphFormat format : kGraphFormats)
        if (graphFormatName(format) == name)
            return format;
    return std::nullopt;
}

std::string drawnText(std::string_view text) {
    std::string out = printable(text);
    for (size_t at = 0; (at = out.find("\xef\xbf", at)) != std::string::npos; at += 3)
        if (out[at + 2] == '\xbe' || out[at + 2] == '\xbf') // U+FFFE and U+FFFF
            out[at + 2] = '\xbd';
    return out;
}

namespace {

GraphDetails redacted(GraphDetails details, const Redactor& redactor) {
    const auto pass = [&](auto& part) {
        for (GraphDetails::Failures& each : part.failures)
            each.kind = toUtf8(redactor.redact("exception.type", each.kind));
    };
    for (GraphDetails::Node& node : details.nodes) {
        pass(node);
        for (GraphDetails::Instance& each : node.instances)
            each.name = toUtf8(redactor.redact("service.instance.id", each.name));
    }
    for (GraphDetails::Edge& edge : details.edges)
        pass(edge);
    return details;
}

} // namespace

std::string graphText(const ServiceGraph& graph, const GraphDetails* details, GraphFormat format, const Redactor& redactor, const GraphHidden& hidden) {
    using NodeKind = ServiceGraph::NodeKind;
    NamedGraph named{graph, {}, {}, hidden};
    if (details != nullptr && hasDetails(format))
        named.details = redacted(*details, redactor);
    for (const ServiceGraph::Node& node : graph.nodes) {
        const std::string_view key = node.kind == NodeKind::Service ? "service.name" : "service.peer.name";
        named.names.push_back(toUtf8(node.kind == NodeKind::User ? node.name : redactor.redact(key, node.name)));
    }
    switch (format) {
    case GraphFormat::Dot: return dotText(named);
    case GraphFormat::Mermaid: return mermaidText(named);
    case GraphFormat::GraphMl: return graphMlText(named);
    case GraphFormat::Json: break;
    }
    return graphJsonText(named);
}

} // namespace aisle
