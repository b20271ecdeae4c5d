// The service graph as text for other programs: what it says, and that no name can say more than a name.

#include "service_graph/graph_text.h"
#include "text/utf8.h"

#include <QTest>
#include <QXmlStreamReader>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

using namespace aisle;
using Node = ServiceGraph::Node;
using Edge = ServiceGraph::Edge;
using NodeKind = ServiceGraph::NodeKind;
using EdgeKind = ServiceGraph::EdgeKind;
using Json = nlohmann::json;

namespace {

Node node(NodeKind kind, const std::string& name, uint64_t calls = 1, uint64_t errors = 0) {
    Node out;
    out.kind = kind;
    out.name = name;
    out.id = std::string(nodeKindName(kind)) + ':' + name;
    out.calls = calls;
    out.errors = errors;
    out.timed = calls;
    out.p50 = 1'000'000;
    out.p95 = 2'000'000;
    out.p99 = 3'000'000;
    return out;
}

Edge edge(uint32_t from, uint32_t to, EdgeKind kind, uint64_t calls = 1, uint64_t errors = 0) {
    Edge out;
    out.from = from;
    out.to = to;
    out.kind = kind;
    out.calls = calls;
    out.errors = errors;
    out.timed = calls;
    out.p50 = 4'000'000;
    out.p95 = 5'000'000;
    out.p99 = 6'000'000;
    return out;
}

/// A user, two services, and a queue between them.
ServiceGraph shop() {
    ServiceGraph graph;
    graph.nodes = {node(NodeKind::User, "(user)", 1500), node(NodeKind::Service, "billing", 30), node(NodeKind::Service, "front", 1500, 15),
                   node(NodeKind::Queue, "orders", 30)};
    graph.nodes[2].selfTime = 77;
    graph.nodes[2].spans = 9000;
    graph.edges = {edge(0, 2, EdgeKind::Sync, 1500, 15), edge(2, 3, EdgeKind::Messaging, 30), edge(3, 1, EdgeKind::Messaging, 30)};
    graph.edges[2].waits = 29;
    graph.edges[2].waitP50 = -7;
    graph.edges[2].waitP95 = 8;
    graph.spans = 9100;
    graph.traces = 1500;
    graph.unnamedCalls = 2;
    graph.orphans = 5;
    graph.incompleteTraces = 3;
    graph.from = 1'700'000'000'000'000'000;
    graph.to = graph.from + 10'000'000'000;
    return graph;
}

/// One node of each kind that a file can name, and edges of each kind between them.
ServiceGraph allNamed(const std::string& name) {
    ServiceGraph graph;
    for (const NodeKind kind : {NodeKind::Service, NodeKind::Queue, NodeKind::Cache, NodeKind::Database, NodeKind::External, NodeKind::Group})
        graph.nodes.push_back(node(kind, name, 3, 1));
    graph.edges = {edge(0, 0, EdgeKind::Sync, 3, 1), edge(0, 1, EdgeKind::Messaging), edge(0, 2, EdgeKind::Database),
                   edge(0, 3, EdgeKind::Database, 0), edge(0, 4, EdgeKind::External)};
    return graph;
}

/// Failures and instances of that name everywhere.
GraphDetails detailsNamed(const ServiceGraph& graph, const std::string& name) {
    GraphDetails details;
    details.nodes.resize(graph.nodes.size());
    details.edges.resize(graph.edges.size());
    for (GraphDetails::Node& each : details.nodes) {
        each.failures = {{name, 1}};
        each.instances = {{name, 1, 1, 1, 1}};
    }
    for (GraphDetails::Edge& each : details.edges)
        each.failures = {{name, 1}};
    return details;
}

/// What there is to know of shop().
GraphDetails shopDetails() {
    GraphDetails details;
    details.nodes.resize(4);
    details.edges.resize(3);
    details.criticalTime = 1000;
    details.sampledTraces = 300;
    details.estimatedTraces = 4500.5;
    GraphDetails::Node& front = details.nodes[2];
    front.criticalTime = 250;
    front.weight = 4501;
    front.failures = {{"503", 1200}, {"timeout", 3}};
    front.instances = {{"front-1", 1000, 10, 900, 2'500'000}, {"", 500, 5, 0, 0}};
    front.instanceCount = 2;
    front.imbalance = 1.25;
    GraphDetails::Edge& edge = details.edges[0];
    edge.criticalTime = 500;
    edge.weight = 4501;
    edge.gapP50 = 11;
    edge.gapP95 = 12;
    edge.gaps = 1490;
    edge.retries = 4;
    edge.requests = 1000;
    edge.requestCalls = 1500;
    edge.mostOfOne = 9;
    edge.failures = {{"503", 15}};
    return details;
}

std::string textOf(const ServiceGraph& graph, GraphFormat format, const GraphDetails* details = nullptr) { return graphText(graph, details, format, Redactor()); }

/// What stands between quotes, in order, and the rest with empty quotes; a backslash takes the next character along.
struct Quoted {
    std::string rest;
    std::vector<std::string> strings;
    bool isOpen = false;
    Quoted(const std::string& text, bool hasEscapes) {
        for (size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '"') {
                isOpen = !isOpen;
                if (isOpen)
                    strings.emplace_back();
                rest += '"';
            } else if (!isOpen) {
                rest += text[i];
            } else {
                strings.back() += text[i];
                if (hasEscapes && text[i] == '\\' && i + 1 < text.size())
                    strings.back() += text[++i];
            }
        }
    }
};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
    return text;
}

/// A DOT label as Graphviz reads it: lines and entities.
std::string shownByDot(const std::string& label) {
    std::string out;
    for (size_t i = 0; i < label.size(); ++i)
        out += label[i] != '\\' ? label[i] : label[++i] == 'n' ? '\n' : label[i];
    return replaced(out, "&amp;", "&");
}

/// A Mermaid label as a page shows it; empty when it holds more than entities, line breaks and plain characters.
std::string shownByMermaid(const std::string& label) {
    std::string out;
    const std::string text = replaced(label, "<br/>", "\n");
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '#') {
            const size_t end = text.find(';', i);
            if (end == std::string::npos)
                return {};
            out += static_cast<char>(std::stoi(text.substr(i + 1, end - i - 1)));
            i = end;
        } else if (std::string_view("<>&\"'`\\|[]{}()@$%*=;:~").find(text[i]) != std::string_view::npos) {
            return {};
        } else {
            out += text[i];
        }
    }
    return out;
}

/// Data of one node, edge or graph: field to text, by the names that the keys give.
using Data = std::map<std::string, std::string>;
struct GraphMl {
    std::vector<Data> graphs, nodes, edges;
    std::map<std::string, std::string> types; ///< "node.calls": "long"
    std::set<std::string> ids; ///< of keys
    QString error;
    explicit GraphMl(const std::string& text) {
        QXmlStreamReader xml(QByteArray::fromStdString(text));
        std::map<std::string, std::string> names;
        std::vector<Data>* open = nullptr;
        while (!xml.atEnd()) {
            if (xml.readNext() != QXmlStreamReader::StartElement)
                continue;
            const auto attribute = [&](const char* name) { return xml.attributes().value(QLatin1String(name)).toString().toStdString(); };
            if (xml.name() == QLatin1String("key")) {
                names[attribute("id")] = attribute("attr.name");
                ids.insert(attribute("id"));
                types[attribute("for") + '.' + attribute("attr.name")] = attribute("attr.type");
            } else if (xml.name() == QLatin1String("data")) {
                const std::string field = names[attribute("key")];
                open->back()[field] = xml.readElementText().toStdString();
            } else if (xml.name() != QLatin1String("graphml")) {
                open = xml.name() == QLatin1String("graph") ? &graphs : xml.name() == QLatin1String("node") ? &nodes : &edges;
                open->emplace_back();
                for (const char* name : {"id", "source", "target"})
                    if (xml.attributes().hasAttribute(QLatin1String(name)))
                        open->back()[name] = attribute(name);
            }
        }
        error = xml.errorString();
    }
};

/// As GraphML writes a field.
std::string plain(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

class Marker : public Redactor {
public:
    std::string redact(std::string_view key, std::string_view value) const override {
        return "<" + std::string(key) + " of " + std::to_string(value.size()) + ">";
    }
};

} // namespace

class TestGraphText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void formats() {
        const std::map<std::string, std::string> suffixes = {{"dot", ".dot"}, {"mermaid", ".mmd"}, {"graphml", ".graphml"}, {"json", ".json"}};
        QCOMPARE(suffixes.size(), kGraphFormats.size());
        for (const GraphFormat format : kGraphFormats) {
            const std::string name(graphFormatName(format));
            QCOMPARE(std::string(graphFormatSuffix(format)), suffixes.at(name));
            QVERIFY(graphFormatOf(name) == format);
        }
        QVERIFY(!graphFormatOf("svg"));
        QVERIFY(!graphFormatOf(""));
    }

    void dot() {
        QCOMPARE(textOf(shop(), GraphFormat::Dot),
                 std::string("digraph services {\n"
                             "  graph [rankdir=LR, charset=\"UTF-8\"];\n"
                             "  node [fontname=\"sans-serif\", fontsize=11];\n"
                             "  edge [fontname=\"sans-serif\", fontsize=9];\n"
                             "  n0 [shape=ellipse, label=\"(user)\\n1,500 calls · p95 2.00 ms\"];\n"
                             "  n1 [shape=box, label=\"billing\\n30 calls · p95 2.00 ms\"];\n"
                             "  n2 [shape=box, label=\"front\\n1,500 calls · p95 2.00 ms · 1.0 % failed\", color=\"#c0392b\"];\n"
                             "  n3 [shape=hexagon, label=\"orders\\n30 calls · p95 2.00 ms\"];\n"
                             "  n0 -> n2 [label=\"1,500 calls · p95 5.00 ms\", penwidth=6.00, color=\"#c0392b\"];\n"
                             "  n2 -> n3 [label=\"30 calls · p95 5.00 ms\", penwidth=3.35, style=dashed];\n"
                             "  n3 -> n1 [label=\"30 calls · p95 5.00 ms\", penwidth=3.35, style=dashed];\n"
                             "}\n"));
    }

    void mermaid() {
        QCOMPARE(textOf(shop(), GraphFormat::Mermaid),
                 std::string("flowchart LR\n"
                             "  n0([\"#40;user#41;<br/>1,500 calls · p95 2.00 ms\"])\n"
                             "  n1[\"billing<br/>30 calls · p95 2.00 ms\"]\n"
                             "  n2[\"front<br/>1,500 calls · p95 2.00 ms · 1.0 #37; failed\"]\n"
                             "  n3{{\"orders<br/>30 calls · p95 2.00 ms\"}}\n"
                             "  n0 -->|\"1,500 calls · p95 5.00 ms\"| n2\n"
                             "  n2 -.->|\"30 calls · p95 5.00 ms\"| n3\n"
                             "  n3 -.->|\"30 calls · p95 5.00 ms\"| n1\n"
                             "  style n2 stroke:#c0392b\n"
                             "  linkStyle 0 stroke:#c0392b\n"));
    }

    void everyKindHasItsShape() {
        const ServiceGraph graph = allNamed("x");
        const std::string dot = textOf(graph, GraphFormat::Dot), mermaid = textOf(graph, GraphFormat::Mermaid);
        for (const char* shape : {"n0 [shape=box,", "n1 [shape=hexagon,", "n2 [shape=trapezium,", "n3 [shape=cylinder,",
                                  "n4 [shape=parallelogram,", "n5 [shape=folder,"})
            QVERIFY2(dot.find(shape) != std::string::npos, shape);
        for (const char* shape : {"n0[\"x", "n1{{\"x", "n2[/\"x", "n3[(\"x", "n4[/\"x", "n5[[\"x", "\"\\]\n", "\"/]\n", "\")]\n", "\"]]\n"})
            QVERIFY2(mermaid.find(shape) != std::string::npos, shape);
    }

    void json() {
        const GraphDetails details = shopDetails();
        const Json out = Json::parse(textOf(shop(), GraphFormat::Json, &details));
        Json about = out;
        about.erase("nodes");
        about.erase("edges");
        QCOMPARE(about.dump(), std::string("{\"critical_path_ns\":1000,\"estimated_traces\":4500.5,\"from_ns\":1700000000000000000,\"hidden_calls\":0,\"hidden_edges\":0,\"hidden_errors\":0,\"hidden_nodes\":0,\"incomplete_traces\":3,\"is_approximate\":false,"
                                           "\"orphans\":5,\"sampled_traces\":300,\"spans\":9100,\"to_ns\":1700000010000000000,\"traces\":1500,\"unnamed_calls\":2}"));
        QCOMPARE(out["nodes"].size(), size_t(4));
        QCOMPARE(out["edges"].size(), size_t(3));
        QCOMPARE(out["nodes"][2].dump(), std::string("{\"calls\":1500,\"calls_per_second\":450.1,\"critical_path_ns\":250,\"critical_share\":0.25,"
                                                     "\"error_share\":0.01,\"errors\":15,\"failures\":[{\"count\":1200,\"kind\":\"503\"},{\"count\":3,\"kind\":\"timeout\"}],"
                                                     "\"id\":\"n2\",\"imbalance\":1.25,\"instance_count\":2,\"instances\":[{\"calls\":1000,\"errors\":10,\"name\":\"front-1\",\"p95_ns\":2500000},"
                                                     "{\"calls\":500,\"errors\":5,\"name\":\"\",\"p95_ns\":null}],\"kind\":\"service\","
                                                     "\"members\":1,\"name\":\"front\",\"p50_ns\":1000000,\"p95_ns\":2000000,"
                                                     "\"p99_ns\":3000000,\"self_time_ns\":77,\"spans\":9000,\"timed\":1500}"));
        QVERIFY(out["nodes"][3]["instances"].is_null() && out["nodes"][3]["instance_count"].is_null()); // a queue has none
        QCOMPARE(out["nodes"][3]["failures"].dump(), std::string("[]"));
        QVERIFY(out["nodes"][3]["self_time_ns"].is_null()); // a queue has no spans of its own
        QVERIFY(out["nodes"][3]["spans"].is_null());
        QCOMPARE(out["edges"][0].dump(), std::string("{\"calls\":1500,\"calls_per_second\":450.1,\"critical_path_ns\":500,\"critical_share\":0.5,\"error_share\":0.01,\"errors\":15,"
                                                     "\"failures\":[{\"count\":15,\"kind\":\"503\"}],\"from\":\"n0\",\"gap_p50_ns\":11,\"gap_p95_ns\":12,\"gaps\":1490,\"kind\":\"sync\","
                                                     "\"most_of_one\":9,\"p50_ns\":4000000,\"p95_ns\":5000000,\"p99_ns\":6000000,\"per_request\":1.5,\"requests\":1000,\"retries\":4,\"timed\":1500,\"to\":\"n2\","
                                                     "\"wait_p50_ns\":null,\"wait_p95_ns\":null,\"waits\":0}")); // no waits: nothing was measured
        QCOMPARE(out["edges"][2].dump(), std::string("{\"calls\":30,\"calls_per_second\":3.0,\"critical_path_ns\":0,\"critical_share\":0.0,\"error_share\":0.0,\"errors\":0,"
                                                     "\"failures\":[],\"from\":\"n3\",\"gap_p50_ns\":null,\"gap_p95_ns\":null,\"gaps\":0,\"kind\":\"messaging\","
                                                     "\"most_of_one\":null,\"p50_ns\":4000000,\"p95_ns\":5000000,\"p99_ns\":6000000,\"per_request\":null,\"requests\":0,\"retries\":0,\"timed\":30,\"to\":\"n1\","
                                                     "\"wait_p50_ns\":-7,\"wait_p95_ns\":8,\"waits\":29}"));
    }

    // What nobody looked for is null, not zero; and a rate of less than a second would say nothing.
    void withoutDetails() {
        ServiceGraph graph = shop();
        graph.to = graph.from + 999'999'999;
        const Json out = Json::parse(textOf(graph, GraphFormat::Json));
        const auto areNull = [](const Json& fields, std::initializer_list<const char*> names) {
            return std::all_of(names.begin(), names.end(), [&](const char* name) { return fields.at(name).is_null(); });
        };
        QVERIFY(areNull(out, {"sampled_traces", "estimated_traces", "critical_path_ns"}));
        QVERIFY(areNull(out["nodes"][2], {"calls_per_second", "critical_path_ns", "critical_share", "failures", "instances", "instance_count", "imbalance"}));
        QVERIFY(areNull(out["edges"][0], {"calls_per_second", "critical_path_ns", "critical_share", "failures", "gap_p50_ns", "gap_p95_ns", "gaps", "requests", "per_request", "most_of_one", "retries"}));
        QVERIFY(!out["from_ns"].is_null());
        graph.from = graph.to = 0;
        QVERIFY(areNull(Json::parse(textOf(graph, GraphFormat::Json)), {"from_ns", "to_ns"}));
    }

    // Every field of the JSON, the ends of edges and lists aside, is in the GraphML with the same value; null is absent there.
    void graphMlSaysWhatJsonSays() {
        ServiceGraph graph = shop();
        graph.edges.push_back(edge(2, 1, EdgeKind::Sync, 0));
        GraphDetails details = shopDetails();
        details.edges.emplace_back();
        const Json json = Json::parse(textOf(graph, GraphFormat::Json, &details));
        const GraphMl xml(textOf(graph, GraphFormat::GraphMl, &details));
        QVERIFY2(xml.error.isEmpty(), qPrintable(xml.error));
        QCOMPARE(xml.ids.size(), xml.types.size()); // unique
        const auto compare = [](const Json& fields, Data data) {
            for (const auto& [field, value] : fields.items()) {
                if (value.is_array())
                    continue;
                QCOMPARE(data.contains(field), !value.is_null());
                if (!value.is_null())
                    QCOMPARE(data[field], plain(value));
            }
        };
        QCOMPARE(xml.graphs.size(), size_t(1));
        QCOMPARE(xml.nodes.size(), json["nodes"].size());
        QCOMPARE(xml.edges.size(), json["edges"].size());
        for (size_t n = 0; n < xml.nodes.size(); ++n) {
            compare(json["nodes"][n], xml.nodes[n]);
            QCOMPARE(xml.nodes[n].at("label"), xml.nodes[n].at("name"));
        }
        for (size_t e = 0; e < xml.edges.size(); ++e) {
            Json fields = json["edges"][e];
            QCOMPARE(xml.edges[e].at("source"), fields["from"].get<std::string>());
            QCOMPARE(xml.edges[e].at("target"), fields["to"].get<std::string>());
            QCOMPARE(xml.edges[e].at("weight"), fields["calls"].dump());
            fields.erase("from");
            fields.erase("to");
            compare(fields, xml.edges[e]);
        }
        Json about = json;
        about.erase("nodes");
        about.erase("edges");
        compare(about, xml.graphs[0]);
        QCOMPARE(xml.nodes[2].at("failures"), std::string("503 1,200, timeout 3"));
        QCOMPARE(xml.edges[0].at("failures"), std::string("503 15"));
        QVERIFY(!xml.nodes[0].contains("failures") && !xml.types.contains("node.instances"));
        QCOMPARE(xml.types.at("node.failures"), std::string("string"));
        for (const char* real : {"node.calls_per_second", "node.critical_share", "node.imbalance", "edge.calls_per_second", "edge.per_request", "graph.estimated_traces"})
            QCOMPARE(xml.types.at(real), std::string("double"));
        for (const char* whole : {"node.critical_path_ns", "node.instance_count", "edge.gaps", "edge.gap_p50_ns", "edge.retries", "edge.requests", "edge.most_of_one", "graph.from_ns", "graph.orphans"})
            QCOMPARE(xml.types.at(whole), std::string("long"));
        QCOMPARE(xml.types.at("node.name"), std::string("string"));
        QCOMPARE(xml.types.at("node.error_share"), std::string("double"));
        QCOMPARE(xml.types.at("edge.waits"), std::string("long"));
        QCOMPARE(xml.types.at("graph.is_approximate"), std::string("boolean"));
    }

    void approximate() {
        ServiceGraph graph = shop();
        graph.isApproximate = true;
        QVERIFY(textOf(graph, GraphFormat::Dot).find("p95 ~2.00 ms") != std::string::npos);
        QVERIFY(textOf(graph, GraphFormat::Mermaid).find("p95 #126;5.00 ms") != std::string::npos);
        QVERIFY(Json::parse(textOf(graph, GraphFormat::Json))["is_approximate"].get<bool>());
    }

    void nothingWasCalled() {
        ServiceGraph graph;
        graph.nodes = {node(NodeKind::Service, "idle", 0)};
        graph.nodes[0].p50 = graph.nodes[0].p95 = graph.nodes[0].p99 = 0;
        graph.nodes[0].timed = 0;
        QVERIFY(textOf(graph, GraphFormat::Dot).find("label=\"idle\\n0 calls\"]") != std::string::npos);
        const Json out = Json::parse(textOf(graph, GraphFormat::Json));
        QVERIFY(out["nodes"][0]["p95_ns"].is_null());
        QCOMPARE(out["nodes"][0]["error_share"].get<double>(), 0.0);
    }

    // What was never timed was exported as 0 ns, and calls of 0 ns were shown as never timed.
    void onlyWhatWasTimedHasQuantiles() {
        ServiceGraph graph = shop();
        graph.edges[0].timed = 0;
        graph.edges[1].p95 = 0;
        graph.nodes[1].timed = 0;
        const Json out = Json::parse(textOf(graph, GraphFormat::Json));
        for (const char* field : {"p50_ns", "p95_ns", "p99_ns"})
            QVERIFY2(out["edges"][0][field].is_null() && out["nodes"][1][field].is_null(), field);
        QCOMPARE(out["edges"][1]["p95_ns"].get<int64_t>(), 0);
        const std::string dot = textOf(graph, GraphFormat::Dot);
        QVERIFY(dot.find("n0 -> n2 [label=\"1,500 calls\"") != std::string::npos);
        QVERIFY(dot.find("n2 -> n3 [label=\"30 calls · p95 0 ns\"") != std::string::npos);
    }

    // What a lens left out was said by none of the formats: a part of the graph looked like all of it.
    void whatIsHiddenIsSaid() {
        const GraphHidden hidden{460, 70, 1200, 3};
        const auto text = [&](GraphFormat format, const GraphHidden& left) { return graphText(shop(), nullptr, format, Redactor(), left); };
        const std::string sentence = "460 nodes and 70 edges are not shown: 1,200 calls, 3 failed.\n";
        QVERIFY(text(GraphFormat::Dot, hidden).starts_with("// " + sentence + "digraph services {"));
        QVERIFY(text(GraphFormat::Mermaid, hidden).starts_with("flowchart LR\n  %% " + sentence + "  n0("));
        const Json json = Json::parse(text(GraphFormat::Json, hidden));
        const GraphMl xml(text(GraphFormat::GraphMl, hidden));
        for (const auto& [field, value] : {std::pair("hidden_nodes", 460), {"hidden_edges", 70}, {"hidden_calls", 1200}, {"hidden_errors", 3}}) {
            QCOMPARE(json[field].get<int>(), value);
            QCOMPARE(xml.graphs[0].at(field), std::to_string(value));
        }
        for (const GraphFormat format : kGraphFormats)
            QCOMPARE(text(format, {}), textOf(shop(), format)); // no comment about nothing
        QCOMPARE(GraphHidden({1, 0, 0, 0}).sentence(), std::string("1 node is not shown."));
        QCOMPARE(GraphHidden({0, 1, 1, 1}).sentence(), std::string("1 edge is not shown: 1 call, 1 failed."));
    }

    void emptyGraph() {
        const ServiceGraph graph;
        QCOMPARE(textOf(graph, GraphFormat::Mermaid), std::string("flowchart LR\n"));
        QVERIFY(textOf(graph, GraphFormat::Dot).ends_with("fontsize=9];\n}\n"));
        const Json out = Json::parse(textOf(graph, GraphFormat::Json));
        QVERIFY(out["nodes"].is_array() && out["edges"].is_array());
        const GraphMl xml(textOf(graph, GraphFormat::GraphMl));
        QVERIFY2(xml.error.isEmpty(), qPrintable(xml.error));
        QVERIFY(xml.graphs.size() == 1 && xml.nodes.empty());
    }

    void namesPassTheRedactor() {
        ServiceGraph graph = allNamed("secret");
        graph.nodes.push_back(node(NodeKind::Service, std::string(kUserNode))); // a service that calls itself so
        graph.nodes.push_back(node(NodeKind::User, std::string(kUserNode)));
        const GraphDetails details = detailsNamed(graph, "secret");
        for (const GraphFormat format : kGraphFormats)
            QVERIFY(graphText(graph, &details, format, Marker()).find("secret") == std::string::npos);
        const Json out = Json::parse(graphText(graph, &details, GraphFormat::Json, Marker()));
        QCOMPARE(out["nodes"][0]["failures"][0]["kind"].get<std::string>(), std::string("<exception.type of 6>"));
        QCOMPARE(out["nodes"][0]["instances"][0]["name"].get<std::string>(), std::string("<service.instance.id of 6>"));
        QCOMPARE(out["edges"][0]["failures"][0]["kind"].get<std::string>(), std::string("<exception.type of 6>"));
        QCOMPARE(out["nodes"][0]["name"].get<std::string>(), std::string("<service.name of 6>"));
        for (size_t n = 1; n < 6; ++n)
            QCOMPARE(out["nodes"][n]["name"].get<std::string>(), std::string("<service.peer.name of 6>"));
        QCOMPARE(out["nodes"][6]["name"].get<std::string>(), std::string("<service.name of 6>"));
        QCOMPARE(out["nodes"][7]["name"].get<std::string>(), std::string(kUserNode));
    }

    void hostileNames_data() {
        QTest::addColumn<QByteArray>("bytes");
        int number = 0;
        for (const std::string& name : std::vector<std::string>{
                 "", "\"", "\\", "\\\"", "a\\", "a\"]; n0 -> n9 [label=\"", "\\n\\N\\G", "two\nlines", "\r\n\t", "<script>alert(1)</script>",
                 "</data></node>", "]]>", "<![CDATA[", "<!--", "--", "-->", "&", "&amp;", "&#34;", "&lt;b&gt;", "#34;", "#quot;", ";", "#", "|",
                 "a|b", "\"| n1\n  n9[\"", "\"]\n  click n0 href \"javascript:alert(1)\"", "%%{init: {\"theme\": \"dark\"}}%%", "%% comment",
                 "---\ntitle: x\n---", "end", "style x:y#1;", "`**bold**`", "1. list", "- list", "[(x)]", "{{x}}", "$$x$$", "fa:fa-car",
                 "http://shop.example/?a=b&c=d", "checkout-service_v2.example/1", "K\xc3\xa4ufer \xf0\x9f\x9b\x92", "a\xe2\x80\xae" "b", "a\xe2\x80\xa8" "b",
                 std::string("a\0b", 3), "\x01\x02\x1b[31m\x7f", "\xc2\x85", "\xef\xbf\xbe\xef\xbf\xbf", "\xff\xfe bad \xc3", "\xed\xa0\x80", "'", "<0.1 %"})
            QTest::addRow("%d", number++) << QByteArray::fromStdString(name);
    }

    void hostileNames() {
        QFETCH(QByteArray, bytes);
        const std::string name = bytes.toStdString(), utf8 = toUtf8(name);
        const std::string shown = replaced(replaced(printable(utf8), "\xef\xbf\xbe", "\xef\xbf\xbd"), "\xef\xbf\xbf", "\xef\xbf\xbd");
        const ServiceGraph graph = allNamed(name), harmless = allNamed("x");

        const Quoted dot(textOf(graph, GraphFormat::Dot), true), harmlessDot(textOf(harmless, GraphFormat::Dot), true);
        QVERIFY(!dot.isOpen);
        QCOMPARE(dot.rest, harmlessDot.rest);
        QCOMPARE(shownByDot(dot.strings[3]), shown + "\n3 calls · p95 2.00 ms · 33.3 % failed");

        const Quoted mermaid(textOf(graph, GraphFormat::Mermaid), false), harmlessMermaid(textOf(harmless, GraphFormat::Mermaid), false);
        QVERIFY(!mermaid.isOpen);
        QCOMPARE(mermaid.rest, harmlessMermaid.rest);
        QCOMPARE(shownByMermaid(mermaid.strings[0]), shown + "\n3 calls · p95 2.00 ms · 33.3 % failed");

        const GraphDetails details = detailsNamed(graph, name);
        const GraphMl xml(textOf(graph, GraphFormat::GraphMl, &details));
        QVERIFY2(xml.error.isEmpty(), qPrintable(xml.error));
        QCOMPARE(xml.nodes.size(), graph.nodes.size());
        QCOMPARE(xml.edges.size(), graph.edges.size());
        for (const Data& data : xml.nodes) {
            QCOMPARE(data.at("name"), shown);
            QCOMPARE(data.at("failures"), shown + " 1");
        }

        const Json json = Json::parse(textOf(graph, GraphFormat::Json, &details));
        QCOMPARE(json["nodes"].size(), graph.nodes.size());
        QCOMPARE(json["nodes"][0]["instances"][0]["name"].get<std::string>(), utf8);
        QCOMPARE(json["nodes"][0]["failures"][0]["kind"].get<std::string>(), utf8);
        for (const Json& each : json["nodes"])
            QCOMPARE(each["name"].get<std::string>(), utf8);
    }
};

QTEST_GUILESS_MAIN(TestGraphText)
#include "tst_graph_text.moc"
