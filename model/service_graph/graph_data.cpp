// The service graph as GraphML and as JSON: the same fields in both.

#include "service_graph/graph_text_parts.h"

#include <QXmlStreamWriter>

#include <nlohmann/json.hpp>

namespace aisle {

namespace {

using Json = nlohmann::ordered_json;

/// Null where there was nothing to measure: a zero would read as "fast".
Json measured(uint64_t times, int64_t ns) { return times == 0 ? Json() : Json(ns); }

/// What nodes and edges have in common.
template <typename Called>
void addCalls(Json& fields, const Called& called) {
    fields["calls"] = called.calls;
    fields["errors"] = called.errors;
    fields["error_share"] = called.errorShare();
    fields["p50_ns"] = measured(called.calls, called.p50);
    fields["p95_ns"] = measured(called.calls, called.p95);
    fields["p99_ns"] = measured(called.calls, called.p99);
}

/// Without its id.
Json fieldsOf(const ServiceGraph::Node& node, const std::string& name) {
    const bool isService = node.kind == ServiceGraph::NodeKind::Service;
    Json fields;
    fields["kind"] = nodeKindName(node.kind);
    fields["name"] = name;
    addCalls(fields, node);
    fields["self_time_ns"] = isService ? Json(node.selfTime) : Json();
    fields["spans"] = isService ? Json(node.spans) : Json();
    fields["members"] = node.members;
    return fields;
}

/// Without its ends.
Json fieldsOf(const ServiceGraph::Edge& edge) {
    Json fields;
    fields["kind"] = edgeKindName(edge.kind);
    addCalls(fields, edge);
    fields["wait_p50_ns"] = measured(edge.waits, edge.waitP50);
    fields["wait_p95_ns"] = measured(edge.waits, edge.waitP95);
    fields["waits"] = edge.waits;
    return fields;
}

/// About all of it.
Json fieldsOf(const ServiceGraph& graph) {
    return {{"spans", graph.spans}, {"traces", graph.traces}, {"unnamed_calls", graph.unnamedCalls}, {"is_approximate", graph.isApproximate}};
}

// --- GraphML

QString typeOf(const std::string& field) {
    if (field == "kind" || field == "name" || field == "label")
        return QStringLiteral("string");
    if (field == "is_approximate")
        return QStringLiteral("boolean");
    return field == "error_share" ? QStringLiteral("double") : QStringLiteral("long");
}

/// Keys are unique in a file: "calls" of nodes and of edges are two.
QString keyOf(const char* of, const std::string& field) { return QLatin1String(of) + QLatin1Char('.') + QString::fromStdString(field); }

void writeKeys(QXmlStreamWriter& xml, const char* of, const Json& fields) {
    for (const auto& [field, value] : fields.items()) {
        xml.writeEmptyElement(QStringLiteral("key"));
        xml.writeAttribute(QStringLiteral("id"), keyOf(of, field));
        xml.writeAttribute(QStringLiteral("for"), QLatin1String(of));
        xml.writeAttribute(QStringLiteral("attr.name"), QString::fromStdString(field));
        xml.writeAttribute(QStringLiteral("attr.type"), typeOf(field));
    }
}

void writeData(QXmlStreamWriter& xml, const char* of, const Json& fields) {
    for (const auto& [field, value] : fields.items()) {
        if (value.is_null())
            continue;
        xml.writeStartElement(QStringLiteral("data"));
        xml.writeAttribute(QStringLiteral("key"), keyOf(of, field));
        xml.writeCharacters(QString::fromStdString(value.is_string() ? drawnText(value.get<std::string>()) : value.dump()));
        xml.writeEndElement();
    }
}

/// Gephi draws `label` and lays out by `weight`.
Json drawn(const ServiceGraph::Node& node, const std::string& name) {
    Json fields = fieldsOf(node, name);
    fields["label"] = name;
    return fields;
}
Json drawn(const ServiceGraph::Edge& edge) {
    Json fields = fieldsOf(edge);
    fields["weight"] = edge.calls;
    return fields;
}

void writeGraph(QXmlStreamWriter& xml, const NamedGraph& named) {
    const ServiceGraph& graph = named.graph;
    xml.writeStartElement(QStringLiteral("graph"));
    xml.writeAttribute(QStringLiteral("id"), QStringLiteral("services"));
    xml.writeAttribute(QStringLiteral("edgedefault"), QStringLiteral("directed"));
    writeData(xml, "graph", fieldsOf(graph));
    for (size_t n = 0; n < graph.nodes.size(); ++n) {
        xml.writeStartElement(QStringLiteral("node"));
        xml.writeAttribute(QStringLiteral("id"), QString::fromStdString(graphNodeId(n)));
        writeData(xml, "node", drawn(graph.nodes[n], named.names[n]));
        xml.writeEndElement();
    }
    for (size_t e = 0; e < graph.edges.size(); ++e) {
        xml.writeStartElement(QStringLiteral("edge"));
        xml.writeAttribute(QStringLiteral("id"), QStringLiteral("e%1").arg(e));
        xml.writeAttribute(QStringLiteral("source"), QString::fromStdString(graphNodeId(graph.edges[e].from)));
        xml.writeAttribute(QStringLiteral("target"), QString::fromStdString(graphNodeId(graph.edges[e].to)));
        writeData(xml, "edge", drawn(graph.edges[e]));
        xml.writeEndElement();
    }
    xml.writeEndElement();
}

} // namespace

std::string graphMlText(const NamedGraph& named) {
    QByteArray out;
    QXmlStreamWriter xml(&out);
    xml.setAutoFormatting(true);
    xml.setAutoFormattingIndent(1);
    xml.writeStartDocument();
    xml.writeStartElement(QStringLiteral("graphml"));
    xml.writeDefaultNamespace(QStringLiteral("http://graphml.graphdrawing.org/xmlns"));
    writeKeys(xml, "graph", fieldsOf(ServiceGraph()));
    writeKeys(xml, "node", drawn(ServiceGraph::Node(), {}));
    writeKeys(xml, "edge", drawn(ServiceGraph::Edge()));
    writeGraph(xml, named);
    xml.writeEndDocument();
    return out.toStdString();
}

std::string graphJsonText(const NamedGraph& named) {
    const ServiceGraph& graph = named.graph;
    Json out = fieldsOf(graph);
    out["nodes"] = out["edges"] = Json::array();
    for (size_t n = 0; n < graph.nodes.size(); ++n) {
        Json node;
        node["id"] = graphNodeId(n);
        node.update(fieldsOf(graph.nodes[n], named.names[n]));
        out["nodes"].push_back(std::move(node));
    }
    for (const ServiceGraph::Edge& each : graph.edges) {
        Json edge;
        edge["from"] = graphNodeId(each.from);
        edge["to"] = graphNodeId(each.to);
        edge.update(fieldsOf(each));
        out["edges"].push_back(std::move(edge));
    }
    return out.dump(2) + "\n";
}

} // namespace aisle
