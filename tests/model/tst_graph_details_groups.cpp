// Where the time and the failures of a service graph are, of groups: worked out by hand, and that nothing is lost on random traces.

#include "graph_details_fixture.h"

using namespace aisle;

class TestGraphDetailsGroups : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void groupsAreOneNode() {
        GraphFixture f = oneRequest();
        at(f.add(2, 11, 0, "batch", Kind::Server), 0, 80);
        at(f.add(2, 12, 11, "batch", Kind::Client), 10, 50);
        at(f.add(2, 13, 12, "cart", Kind::Server), 15, 40).isError = true;
        GraphGroups groups;
        groups.names = {"store"};
        groups.of = {{"service:cart", 0}, {"database:pg", 0}};
        const Found found(f, &groups);
        QCOMPARE(GraphFixture::text(found.graph), (std::vector<std::string>{"user:(user) -> batch: 1 sync", "user:(user) -> frontend: 1 sync", "batch -> group:store: 1 sync, 1 failed",
                                                                            "frontend -> group:store: 1 sync", "group:store -> group:store: 1 database"}));
        const ServiceGraph::Node& store = found.graph.nodes.back();
        QCOMPARE(store.kind, ServiceGraph::NodeKind::Group);
        QCOMPARE(store.members, 2U);
        QCOMPARE(store.calls, uint64_t(2)); // from outside
        QCOMPARE(store.errors, uint64_t(1));
        QCOMPARE(store.spans, uint64_t(3));
        QCOMPARE(store.p50, 50);
        QCOMPARE(found.graph.nodeOfService[*found.table->serviceByName("cart")], static_cast<uint32_t>(found.graph.nodes.size() - 1));
        QCOMPARE(found.graph.pairsOf(found.edge("store", "store")).size(), size_t(1));
        QCOMPARE(found.of("store").criticalTime, 40 + 40);
        for (size_t n = 0; n < found.graph.nodes.size(); ++n) // nothing was sampled
            QCOMPARE(found.details.nodes[n].weight, static_cast<double>(found.graph.nodes[n].calls));
        QCOMPARE(found.of("store").failures.at(0).count, uint64_t(1));
    }

    // One request made two calls to a group, and at most one of them; messages to one service were one call beside calls of another kind.
    void callsOfAGroupPerRequest() {
        GraphFixture f;
        at(f.add(1, 1, 0, "shop", Kind::Server), 0, 100);
        at(f.add(1, 2, 1, "shop", Kind::Client), 10, 0).isError = true; // one client, two members; it ends when it starts, and is no retry of itself
        at(f.add(1, 3, 2, "cart", Kind::Server), 15, 40);
        at(f.add(1, 4, 2, "stock", Kind::Server), 15, 40);
        auto& message = at(f.add(1, 5, 1, "shop", Kind::Producer), 60, 5);
        message.attributes = {{"messaging.destination.name", "orders"}};
        message.name = "orders send"; // the client failed, and one of its name would be a retry
        at(f.add(1, 6, 5, "mail", Kind::Consumer), 70, 5).attributes = {{"messaging.destination.name", "orders"}};
        at(f.add(1, 7, 5, "mail", Kind::Consumer), 80, 5).attributes = {{"messaging.destination.name", "orders"}};
        at(f.add(1, 8, 3, "mail", Kind::Server), 20, 5); // so that the edge is of both kinds
        GraphGroups groups;
        groups.names = {"store"};
        groups.of = {{"service:cart", 0}, {"service:stock", 0}, {"queue:orders", 0}};
        const Found found(f, &groups);
        const auto calls = [&](std::string_view from, std::string_view to) { return found.graph.edges[found.edge(from, to)].calls; };
        QCOMPARE(calls("shop", "store"), uint64_t(3));
        QCOMPARE(found.of("shop", "store").requests, uint64_t(1));
        QCOMPARE(found.of("shop", "store").mostOfOne, uint64_t(3));
        QCOMPARE(found.of("shop", "store").retries, uint64_t(0));
        QCOMPARE(calls("store", "mail"), uint64_t(3));
        QCOMPARE(found.of("store", "mail").weight, 3.0);
    }

    // One send, three consumers and a call within a group: five calls with the weight of three, and a gap of a message.
    void callsWithinAGroup() {
        GraphFixture f;
        const auto queued = [](GraphFixture::Span& span) { span.attributes = {{"messaging.destination.name", "orders"}}; };
        at(f.add(1, 1, 0, "checkout", Kind::Server), 0, 100);
        queued(at(f.add(1, 2, 1, "checkout", Kind::Producer), 10, 20));
        for (uint64_t id = 3; id < 6; ++id)
            queued(at(f.add(1, id, 2, "billing", Kind::Consumer), 40, 5));
        at(f.add(1, 6, 1, "checkout", Kind::Client), 60, 30);
        at(f.add(1, 7, 6, "payment", Kind::Server), 62, 26);
        GraphGroups groups;
        groups.names = {"all"};
        groups.of = {{"service:checkout", 0}, {"queue:orders", 0}, {"service:billing", 0}, {"service:payment", 0}};
        const Found found(f, &groups);
        QCOMPARE(found.graph.edges[found.edge("all", "all")].calls, uint64_t(5));
        const GraphDetails::Edge& edge = found.of("all", "all");
        QCOMPARE(edge.weight, 5.0);
        QCOMPARE(edge.gaps, uint64_t(1));
        QCOMPARE(edge.gapP95, 4);
        QCOMPARE(edge.perRequest(), 5.0);
        QCOMPARE(edge.mostOfOne, uint64_t(5));
    }

    /// Whatever is brought together, calls and spans are neither lost nor invented.
    void groupsKeepSums() {
        std::mt19937 random(7);
        for (int round = 0; round < 20; ++round) {
            const GraphFixture f = randomTraces(random, 12);
            const Found plain(f);
            GraphGroups groups;
            groups.names = {"a", "b"};
            for (const auto& node : plain.graph.nodes)
                if (random() % 3 != 0)
                    groups.of.emplace(node.id, random() % 2);
            const Found grouped(f, &groups);
            const auto sum = [](const auto& list, auto member) {
                uint64_t total = 0;
                for (const auto& item : list)
                    total += static_cast<uint64_t>(item.*member);
                return total;
            };
            using G = ServiceGraph;
            QCOMPARE(sum(grouped.graph.edges, &G::Edge::calls), sum(plain.graph.edges, &G::Edge::calls));
            QCOMPARE(sum(grouped.graph.edges, &G::Edge::errors), sum(plain.graph.edges, &G::Edge::errors));
            QCOMPARE(sum(grouped.graph.nodes, &G::Node::spans), sum(plain.graph.nodes, &G::Node::spans));
            QCOMPARE(sum(grouped.graph.nodes, &G::Node::members), sum(plain.graph.nodes, &G::Node::members));
            QCOMPARE(grouped.graph.pairs.size(), plain.graph.pairs.size());
            QCOMPARE(grouped.details.criticalTime, plain.details.criticalTime);
            QCOMPARE(sum(grouped.details.edges, &GraphDetails::Edge::gaps), sum(plain.details.edges, &GraphDetails::Edge::gaps));
            QCOMPARE(sum(grouped.details.edges, &GraphDetails::Edge::requestCalls), sum(plain.details.edges, &GraphDetails::Edge::requestCalls));
            for (size_t e = 0; e < grouped.graph.edges.size(); ++e) { // the same calls, one by one
                const GraphDetails::Edge& edge = grouped.details.edges[e];
                QCOMPARE(edge.weight, static_cast<double>(grouped.graph.edges[e].calls));
                QCOMPARE(sum(edge.failures, &GraphDetails::Failures::count), grouped.graph.edges[e].errors);
                QVERIFY(edge.perRequest() <= static_cast<double>(edge.mostOfOne));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestGraphDetailsGroups)
#include "tst_graph_details_groups.moc"
