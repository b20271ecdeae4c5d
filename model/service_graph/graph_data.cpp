// The service graph as GraphML and as JSON: the same fields in both, but for lists.

#include "service_graph/graph_tables.h"
#include "service_graph/graph_text_parts.h"

#include <QXmlStreamWriter>

#include <nlohmann/json.hpp>

#include <map>

namespace aisle {

namespace {

using Json = nlohmann::ordered_json;

/// Null where there was nothing to measure: a zero would read as "fast".
Json measured(uint64_t times, int64_t ns) { return times == 0 ? Json() : Json(ns); }

Json listOf(const std::vector<GraphDetails::Failures>& failures) {
    Json out = Json::array();
    for (const auto& [kind, count] : failures)
        out.push_back({{"kind", kind}, {"count", count}});
    return out;
}

Json listOf(const std::vector<GraphDetails::Instance>& instances) {
    Json out = Json::array();
    for (const GraphDetails::Instance& each : instances)
        out.push_back({{"name", each.name}, {"calls", each.calls}, {"errors", each.errors}, {"p95_ns", measured(each.timed, each.p95)}});
    return out;
}

/// What nodes and edges have in common.
template <typename Called, typename More>
void addCalls(Json& fields, const ServiceGraph& graph, const Called& called, const More* more) {
    fields["calls"] = called.calls;
    const std::optional<double> perSecond = callsPerSecond(graph, called.calls, more != nullptr ? more->weight : 0);
    fields["calls_per_second"] = perSecond ? Json(*perSecond) : Json();
    fields["errors"] = called.errors;
    fields["error_share"] = called.errorShare();
    fields["timed"] = called.timed;
    fields["p50_ns"] = measured(called.timed, called.p50);
    fields["p95_ns"] = measured(called.timed, called.p95);
    fields["p99_ns"] = measured(called.timed, called.p99);
}
template <typename More>
void addDetails(Json& fields, const NamedGraph& named, const More* more) {
    fields["critical_path_ns"] = more != nullptr ? Json(more->criticalTime) : Json();
    fields["critical_share"] = more != nullptr ? Json(named.details->criticalShare(more->criticalTime)) : Json();
    fields["failures"] = more != nullptr ? listOf(more->failures) : Json();
}

const GraphDetails::Node* moreOfNode(const NamedGraph& named, size_t n) { return named.details ? &named.details->nodes[n] : nullptr; }
const GraphDetails::Edge* moreOfEdge(const NamedGraph& named, size_t e) { return named.details ? &named.details->edges[e] : nullptr; }

/// Without its id.
Json fieldsOfNode(const NamedGraph& named, size_t n) {
    const ServiceGraph::Node& node = named.graph.nodes[n];
    const GraphDetails::Node* more = moreOfNode(named, n);
    const bool isService = node.kind == ServiceGraph::NodeKind::Service, hasInstances = isService && more != nullptr;
    Json fields;
    fields["kind"] = nodeKindName(node.kind);
    fields["name"] = named.names[n];
    addCalls(fields, named.graph, node, more);
    fields["self_time_ns"] = isService ? Json(node.selfTime) : Json();
    fields["spans"] = isService ? Json(node.spans) : Json();
    fields["members"] = node.members;
    addDetails(fields, named, more);
    fields["instance_count"] = hasInstances ? Json(more->instanceCount) : Json();
    fields["imbalance"] = hasInstances && more->imbalance > 0 ? Json(more->imbalance) : Json();
    fields["instances"] = hasInstances ? listOf(more->instances) : Json();
    return fields;
}

/// Without its ends.
Json fieldsOfEdge(const NamedGraph& named, size_t e) {
    const ServiceGraph::Edge& edge = named.graph.edges[e];
    const GraphDetails::Edge* more = moreOfEdge(named, e);
    const bool hasRequests = more != nullptr && more->requests > 0;
    Json fields;
    fields["kind"] = edgeKindName(edge.kind);
    addCalls(fields, named.graph, edge, more);
    fields["wait_p50_ns"] = measured(edge.waits, edge.waitP50);
    fields["wait_p95_ns"] = measured(edge.waits, edge.waitP95);
    fields["waits"] = edge.waits;
    fields["gap_p50_ns"] = more != nullptr ? measured(more->gaps, more->gapP50) : Json();
    fields["gap_p95_ns"] = more != nullptr ? measured(more->gaps, more->gapP95) : Json();
    fields["gaps"] = more != nullptr ? Json(more->gaps) : Json();
    fields["requests"] = more != nullptr ? Json(more->requests) : Json();
    fields["per_request"] = hasRequests ? Json(more->perRequest()) : Json();
    fields["most_of_one"] = hasRequests ? Json(more->mostOfOne) : Json();
    fields["retries"] = more != nullptr ? Json(more->retries) : Json();
    addDetails(fields, named, more);
    return fields;
}

/// About all of it.
Json fieldsOfGraph(const NamedGraph& named) {
    const ServiceGraph& graph = named.graph;
    const bool hasTimes = graph.from != 0 || graph.to != 0;
    Json fields;
    fields["spans"] = graph.spans;
    fields["traces"] = graph.traces;
    fields["from_ns"] = hasTimes ? Json(graph.from) : Json();
    fields["to_ns"] = hasTimes ? Json(graph.to) : Json();
    fields["orphans"] = graph.orphans;
    fields["incomplete_traces"] = graph.incompleteTraces;
    fields["unnamed_calls"] = graph.unnamedCalls;
    fields["sampled_traces"] = named.details ? Json(named.details->sampledTraces) : Json();
    fields["estimated_traces"] = named.details ? Json(named.details->estimatedTraces) : Json();
    fields["critical_path_ns"] = named.details ? Json(named.details->criticalTime) : Json();
    fields["is_approximate"] = graph.isApproximate;
    fields["hidden_nodes"] = named.hidden.nodes;
    fields["hidden_edges"] = named.hidden.edges;
    fields["hidden_calls"] = named.hidden.calls;
    fields["hidden_errors"] = named.hidden.errors;
    return fields;
}

// --- GraphML

QString typeOf(const std::string& field) {
    static const std::map<std::string, QString, std::less<>> kOthers = {
        {"kind", QStringLiteral("string")},           {"name", QStringLiteral("string")},           {"label", QStringLiteral("string")},
        {"failures", QStringLiteral("string")},       {"is_approximate", QStringLiteral("boolean")}, {"error_share", QStringLiteral("double")},
        {"calls_per_second", QStringLiteral("double")}, {"critical_share", QStringLiteral("double")}, {"per_request", QStringLiteral("double")},
        {"imbalance", QStringLiteral("double")},      {"estimated_traces", QStringLiteral("double")}};
    const auto found = kOthers.find(field);
    return found != kOthers.end() ? found->second : QStringLiteral("long");
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

/// No lists: failures as one text. Gephi draws `label` and lays out by `weight`.
Json drawnNode(const NamedGraph& named, size_t n) {
    Json fields = fieldsOfNode(named, n);
    const GraphDetails::Node* more = moreOfNode(named, n);
    fields["failures"] = more != nullptr && !more->failures.empty() ? Json(failuresText(more->failures)) : Json();
    fields.erase("instances");
    fields["label"] = named.names[n];
    return fields;
}
Json drawnEdge(const NamedGraph& named, size_t e) {
    Json fields = fieldsOfEdge(named, e);
    const GraphDetails::Edge* more = moreOfEdge(named, e);
    fields["failures"] = more != nullptr && !more->failures.empty() ? Json(failuresText(more->failures)) : Json();
    fields["weight"] = named.graph.edges[e].calls;
    return fields;
}

void writeGraph(QXmlStreamWriter& xml, const NamedGraph& named) {
    const ServiceGraph& graph = named.graph;
    xml.writeStartElement(QStringLiteral("graph"));
    xml.writeAttribute(QStringLiteral("id"), QStringLiteral("services"));
    xml.writeAttribute(QStringLiteral("edgedefault"), QStringLiteral("directed"));
    writeData(xml, "graph", fieldsOfGraph(named));
    for (size_t n = 0; n < graph.nodes.size(); ++n) {
        xml.writeStartElement(QStringLiteral("node"));
        xml.writeAttribute(QStringLiteral("id"), QString::fromStdString(graphNodeId(n)));
        writeData(xml, "node", drawnNode(named, n));
        xml.writeEndElement();
    }
    for (size_t e = 0; e < graph.edges.size(); ++e) {
        xml.writeStartElement(QStringLiteral("edge"));
        xml.writeAttribute(QStringLiteral("id"), QStringLiteral("e%1").arg(e));
        xml.writeAttribute(QStringLiteral("source"), QString::fromStdString(graphNodeId(graph.edges[e].from)));
        xml.writeAttribute(QStringLiteral("target"), QString::fromStdString(graphNodeId(graph.edges[e].to)));
        writeData(xml, "edge", drawnEdge(named, e));
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
    ServiceGraph any; // every field, whatever is in this graph
    any.nodes.resize(1);
    any.edges.resize(1);
    const NamedGraph fields{any, {std::string()}, {}, {}};
    writeKeys(xml, "graph", fieldsOfGraph(fields));
    writeKeys(xml, "node", drawnNode(fields, 0));
    writeKeys(xml, "edge", drawnEdge(fields, 0));
    writeGraph(xml, named);
    xml.writeEndDocument();
    return out.toStdString();
}

std::string graphJsonText(const NamedGraph& named) {
    const ServiceGraph& graph = named.graph;
    Json out = fieldsOfGraph(named);
    out["nodes"] = Json::array();
    out["edges"] = Json::array();
    for (size_t n = 0; n < graph.nodes.size(); ++n) {
        Json node;
        node["id"] = graphNodeId(n);
        node.update(fieldsOfNode(named, n));
        out["nodes"].push_back(std::move(node));
    }
    for (size_t e = 0; e < graph.edges.size(); ++e) {
        Json edge;
        edge["from"] = graphNodeId(graph.edges[e].from);
        edge["to"] = graphNodeId(graph.edges[e].to);
        edge.update(fieldsOfEdge(named, e));
        out["edges"].push_back(std::move(edge));
    }
    return out.dump(2) + "\n";
}

} // namespace aisle
