// Which nodes belong together, and what the resources of services say: hand-worked, and against a plain reference.

#include "service_graph/graph_groups.h"
#include "store/context_attributes.h"
#include "store/workspace.h"
#include "workspace_fixture.h"

#include <QTest>

#include <map>
#include <random>
#include <set>

using namespace aisle;
using namespace aisle::test;
using NodeKind = ServiceGraph::NodeKind;

namespace {

ServiceGraph make(const std::vector<std::pair<NodeKind, std::string>>& nodes, const std::vector<std::pair<uint32_t, uint32_t>>& edges) {
    ServiceGraph graph;
    uint32_t services = 0;
    for (const auto& [kind, name] : nodes) {
        auto& node = graph.nodes.emplace_back();
        node.kind = kind;
        node.name = name;
        node.id = std::string(nodeKindName(kind)) + ":" + name;
        if (kind == NodeKind::Service)
            node.service = services++;
    }
    for (const auto& [from, to] : edges) {
        auto& edge = graph.edges.emplace_back();
        edge.from = from;
        edge.to = to;
    }
    return graph;
}

/// "cart=shop db=shop", in the order of the nodes.
QString text(const ServiceGraph& graph, const GraphGroups& groups) {
    QStringList out;
    for (const auto& node : graph.nodes)
        if (const auto found = groups.of.find(node.id); found != groups.of.end())
            out << QString::fromStdString(node.name + "=" + groups.names.at(found->second));
    return out.join(QLatin1Char(' '));
}

QString joined(const std::vector<std::string>& all) {
    QStringList out;
    for (const std::string& one : all)
        out << QString::fromStdString(one);
    return out.join(QLatin1Char(','));
}

/// So many spans of a service whose resource says this.
void addSpans(SpanSink& sink, uint64_t trace, const std::string& service, const Pairs& says, int count) {
    ContextRecord record;
    record.resource = attributes(says);
    record.resource.push_back({"service.name", ValueType::String, service});
    const ContextHandle context = sink.context(record);
    SpanRecord s;
    for (int i = 0; i < count; ++i) {
        s.clear();
        s.trace.id = {0, trace};
        s.span.id = static_cast<SpanId>(i + 1);
        s.context = context;
        s.name = "op";
        s.setTimes(1'000'000 + i, 1'000'010 + i);
        sink.span(s);
    }
}

QString valuesOf(Workspace& workspace, const std::vector<std::string_view>& keys) {
    const auto db = workspace.connect();
    const SpanTablePtr table = workspace.table();
    const std::vector<std::string> values = mostCommonValues(*db, *table, keys);
    std::map<std::string, std::string> byName;
    for (size_t s = 0; s < values.size(); ++s)
        if (table->services()[s] != kUnknownService || !values[s].empty()) // a service of every table
            byName[table->services()[s]] = values[s];
    QStringList out;
    for (const auto& [name, value] : byName)
        out << QString::fromStdString(name + "=" + value);
    return out.join(QLatin1Char(' '));
}

} // namespace

class TestGraphGroups : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byKind() {
        const ServiceGraph graph = make({{NodeKind::User, "u"}, {NodeKind::Service, "a"}, {NodeKind::Service, "b"}, {NodeKind::Queue, "q"}, {NodeKind::Database, "d"}, {NodeKind::External, "x"}, {NodeKind::Group, "g"}}, {{0, 1}});
        const GraphGroups groups = groupByKind(graph);
        QCOMPARE(text(graph, groups), QStringLiteral("a=Services b=Services q=Queues d=Databases x=External systems"));
        QCOMPARE(joined(groups.names), QStringLiteral("Services,Queues,Databases,External systems"));
        QVERIFY(groupByKind({}) == GraphGroups());
    }

    void byValue() {
        //  u > web > cart > pay,  queue between cart and pay, own of cart, shared by web and cart and pay
        const ServiceGraph graph = make({{NodeKind::User, "u"},
                                         {NodeKind::Service, "web"},
                                         {NodeKind::Service, "cart"},
                                         {NodeKind::Service, "pay"},
                                         {NodeKind::Service, "other"},
                                         {NodeKind::Queue, "orders"},
                                         {NodeKind::Queue, "carts"},
                                         {NodeKind::Cache, "shared"},
                                         {NodeKind::Database, "own"},
                                         {NodeKind::External, "half"},
                                         {NodeKind::External, "alone"}},
                                        {{0, 1}, {1, 2}, {2, 3}, {2, 5}, {5, 3}, {1, 6}, {6, 2}, {1, 7}, {3, 7}, {2, 7}, {2, 8}, {1, 8}, {2, 9}, {4, 9}});
        const std::vector<std::string> values{"shop", "shop", "money"}; // nothing is known of `other`
        const GraphGroups groups = groupByValue(graph, values);
        QCOMPARE(text(graph, groups), QStringLiteral("web=shop cart=shop pay=money carts=shop own=shop"));
        QCOMPARE(joined(groups.names), QStringLiteral("money,shop"));
        QVERIFY(groupByValue(graph, {}) == GraphGroups());
        const std::vector<std::string> empty(4);
        QVERIFY(groupByValue(graph, empty) == GraphGroups());
        const std::vector<std::string> absent{"", "", "", "last", "of no node"};
        QCOMPARE(joined(groupByValue(graph, absent).names), QStringLiteral("last"));
    }

    void randomGraphsAgainstReference() {
        std::mt19937 random(31);
        int peersInGroups = 0;
        for (int round = 0; round < 300; ++round) {
            std::vector<std::pair<NodeKind, std::string>> nodes;
            std::vector<std::string> values;
            for (int n = 0; n < 10; ++n) {
                const auto kind = static_cast<NodeKind>(random() % 6);
                nodes.emplace_back(kind, std::to_string(n));
                if (kind == NodeKind::Service)
                    values.push_back(random() % 5 == 0 ? "" : random() % 3 == 0 ? "y" : "x");
            }
            std::vector<std::pair<uint32_t, uint32_t>> edges;
            for (auto n = random() % 15; n > 0; --n)
                edges.emplace_back(random() % 10, random() % 10);
            std::erase_if(edges, [&](const auto& edge) { return (nodes[edge.first].first == NodeKind::Service) == (nodes[edge.second].first == NodeKind::Service) && nodes[edge.first].first != NodeKind::Service; });
            std::erase_if(edges, [&](const auto& edge) { return nodes[edge.first].first == NodeKind::User || nodes[edge.second].first == NodeKind::User; });
            const ServiceGraph graph = make(nodes, edges);
            QStringList expected;
            for (uint32_t n = 0; n < nodes.size(); ++n) {
                std::set<std::string> around;
                for (const auto& [from, to] : edges)
                    for (const uint32_t other : {from, to})
                        if ((from == n || to == n) && graph.nodes[other].kind == NodeKind::Service)
                            around.insert(values[graph.nodes[other].service]);
                const auto kind = graph.nodes[n].kind;
                const std::string value = kind == NodeKind::Service ? values[graph.nodes[n].service] : kind != NodeKind::User && around.size() == 1 ? *around.begin() : "";
                if (!value.empty())
                    expected << QString::fromStdString(graph.nodes[n].name + "=" + value);
                peersInGroups += !value.empty() && kind != NodeKind::Service;
            }
            QCOMPARE(text(graph, groupByValue(graph, values)), expected.join(QLatin1Char(' ')));
        }
        QVERIFY(peersInGroups > 100);
    }

    void valuesOfServices() {
        WorkspaceFixture fixture;
        const auto workspace = fixture.open();
        WorkspaceFixture::add(*workspace, "one", [](SpanSink& sink) {
            addSpans(sink, 1, "cart", {{"service.namespace", "old"}, {"host.name", "h1"}}, 3);
            addSpans(sink, 2, "cart", {{"service.namespace", "shop"}, {"host.name", "h2"}, {"telemetry.sdk.language", "java"}}, 2);
            addSpans(sink, 3, "cart", {{"k8s.namespace.name", "shop"}, {"service.namespace", ""}}, 2);
            addSpans(sink, 4, "tied", {{"team", "zebra"}}, 2);
            addSpans(sink, 5, "tied", {{"team", "apes"}, {"owner", "later"}}, 2);
            addSpans(sink, 6, "silent", {}, 1);
            addSpans(sink, 7, "pay", {{"k8s.namespace.name", "money"}}, 1);
        });
        QCOMPARE(valuesOf(*workspace, {std::begin(kNamespaceKeys), std::end(kNamespaceKeys)}), QStringLiteral("cart=shop pay=money silent= tied="));
        QCOMPARE(valuesOf(*workspace, {std::begin(kTeamKeys), std::end(kTeamKeys)}), QStringLiteral("cart= pay= silent= tied=apes"));
        QCOMPARE(valuesOf(*workspace, {"owner", "team"}), QStringLiteral("cart= pay= silent= tied=later")); // of as many spans what sorts first
        QCOMPARE(valuesOf(*workspace, {"host.name"}), QStringLiteral("cart=h1 pay= silent= tied="));
        QCOMPARE(valuesOf(*workspace, {}), QStringLiteral("cart= pay= silent= tied="));
        QCOMPARE(valuesOf(*workspace, {"no such key"}), QStringLiteral("cart= pay= silent= tied="));

        // The same spans again, from a file that says otherwise: they are hidden, and what it says does not count.
        WorkspaceFixture::add(*workspace, "two", [](SpanSink& sink) { addSpans(sink, 7, "pay", {{"k8s.namespace.name", "copied"}, {"only.in.copies", "x"}}, 1); });
        WorkspaceFixture::add(*workspace, "three", [](SpanSink& sink) { addSpans(sink, 8, "pay", {{"k8s.namespace.name", "more"}}, 2); });
        QCOMPARE(valuesOf(*workspace, {"k8s.namespace.name"}), QStringLiteral("cart=shop pay=more silent= tied="));
        // Files come and go, and the numbers of their contexts with them.
        workspace->removeFiles({workspace->table()->files().back().id});
        QCOMPARE(valuesOf(*workspace, {"k8s.namespace.name"}), QStringLiteral("cart=shop pay=money silent= tied="));

        const auto db = workspace->connect();
        QStringList keys;
        for (const GroupKey& key : groupKeys(*db, *workspace->table()))
            keys << QString::fromStdString(key.key + " " + std::to_string(key.services));
        QCOMPARE(keys.join(QStringLiteral(", ")), QStringLiteral("service.name 4, k8s.namespace.name 2, host.name 1, owner 1, service.namespace 1, team 1, telemetry.sdk.language 1"));
    }

    void inlineAndDamagedResources() {
        WorkspaceFixture fixture;
        const auto workspace = fixture.open();
        WorkspaceFixture::add(*workspace, "one", [](SpanSink& sink) {
            addSpans(sink, 1, "a", {{"team", "one"}}, 1);
            addSpans(sink, 2, "b", {{"team", "two"}}, 1);
            addSpans(sink, 3, "c", {{"team", "three"}}, 1);
        });
        const auto db = workspace->connect();
        const int64_t key = db->integer("SELECT id FROM string WHERE text = 'team'");
        const auto say = [&](const std::string& service, const std::string& resource) {
            Statement s = db->prepare("UPDATE context SET resource = ?1 WHERE service = (SELECT id FROM string WHERE text = ?2)");
            s.bind(1, std::string_view(resource)).bind(2, std::string_view(service)).run();
        };
        say("a", "[[" + std::to_string(key) + ",0,\"in \\\"line\\\"\"],99999]"); // and a pair that is not there
        say("b", "[[4000000000,0,\"of no key\"],[" + std::to_string(key) + ",0,\"kept\"],");
        say("c", "nonsense");
        QCOMPARE(valuesOf(*workspace, {"team"}), QStringLiteral("a=in \"line\" b=kept c="));
        db->exec("UPDATE attribute SET key = -7");
        QCOMPARE(groupKeys(*db, *workspace->table()), (std::vector<GroupKey>{{"team", 2}}));
        db->exec("INSERT INTO context SELECT 1000000, file, service, resource, NULL, NULL, NULL, '[]' FROM context LIMIT 1"); // that no span has
        QCOMPARE(groupKeys(*db, *workspace->table()).size(), size_t(1));
    }

    void resourcesInOrder() {
        WorkspaceFixture fixture;
        const auto workspace = fixture.open();
        WorkspaceFixture::add(*workspace, "one", [](SpanSink& sink) {
            addSpans(sink, 1, "a", {{"k", "1"}, {"k", "2"}}, 1);
            addSpans(sink, 2, "b", {{"k", "1"}}, 1);
        });
        const auto db = workspace->connect();
        QStringList lines;
        forEachResource(*db, *workspace->table(), [&](uint32_t context, ResourceAttributes resource) {
            QString line = QString::number(context);
            for (const auto& [key, value] : resource)
                line += QLatin1Char(' ') + QString::fromStdString(std::string(key) + "=" + std::string(value));
            lines << line;
        });
        QCOMPARE(lines.join(QStringLiteral(" | ")), QStringLiteral("0 k=1 k=2 service.name=a | 1 k=1 service.name=b"));
        QCOMPARE(valuesOf(*workspace, {"k"}), QStringLiteral("a=1 b=1")); // the first one
    }

    void stops() {
        WorkspaceFixture fixture;
        const auto workspace = fixture.open();
        WorkspaceFixture::add(*workspace, "one", [](SpanSink& sink) { addSpans(sink, 1, "a", {}, 1); });
        const auto db = workspace->connect();
        StopToken stop;
        stop.stop();
        int stopped = 0;
        try {
            (void)mostCommonValues(*db, *workspace->table(), kTeamKeys, stop);
        } catch (const Stopped&) {
            ++stopped;
        }
        try {
            (void)groupKeys(*db, *workspace->table(), stop);
        } catch (const Stopped&) {
            ++stopped;
        }
        QCOMPARE(stopped, 2);
    }
};

QTEST_GUILESS_MAIN(TestGraphGroups)
#include "tst_graph_groups.moc"
