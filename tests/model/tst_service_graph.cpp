// The pairing rules of the service graph on hand-worked traces, and against a naive reference on random ones.

#include "service_graph/graph_tables.h"
#include "graph_fixture.h"
#include "graph_reference.h"

#include <QTest>

#include <random>

using namespace aisle;
using Lines = std::vector<std::string>;

namespace {

constexpr Kind I = Kind::Internal, S = Kind::Server, C = Kind::Client, P = Kind::Producer, Q = Kind::Consumer;

void compare(const ServiceGraph& graph, const Lines& expected) {
    const auto joined = [](const Lines& lines) {
        QString all;
        for (const std::string& line : lines)
            all += QString::fromStdString(line) + QLatin1Char('\n');
        return all;
    };
    QCOMPARE(joined(GraphFixture::text(graph)), joined(expected));
}

const ServiceGraph::Node& node(const ServiceGraph& graph, std::string_view id) {
    const auto found = graph.nodeById(id);
    if (!found)
        qFatal("no node %s", std::string(id).c_str());
    return graph.nodes[*found];
}

} // namespace

class TestServiceGraph : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void empty() {
        GraphFixture f;
        const ServiceGraph graph = f.graph();
        QVERIFY(graph.nodes.empty());
        QVERIFY(graph.edges.empty());
        QCOMPARE(graph.firstPair.size(), size_t(1));
        QVERIFY(!edgeRows(graph, "a", "b"));
    }

    void clientAndServer() {
        GraphFixture f;
        f.add(1, 1, 0, "front", S).duration = 100;
        f.add(1, 2, 1, "front", C).duration = 50;
        f.add(1, 3, 2, "cart", S).duration = 30;
        const ServiceGraph graph = f.graph();
        compare(graph, {"user:(user) -> front: 1 sync", "front -> cart: 1 sync"});
        QCOMPARE(graph.edges[1].p50, 50); // the client's duration
        QCOMPARE(graph.edges[0].p50, 100);
        QCOMPARE(graph.pairsOf(1)[0].client, Row(1));
        QCOMPARE(graph.pairsOf(1)[0].server, Row(2));
        QVERIFY(*edgeRows(graph, "front", "cart") == std::vector<Row>{2});
        QCOMPARE(node(graph, "service:cart").calls, uint64_t(1));
        QCOMPARE(node(graph, "service:front").selfTime, 50 + 20);
        QCOMPARE(node(graph, "service:front").spans, uint64_t(2));
    }

    void throughInternalSpans() {
        GraphFixture f;
        f.add(1, 1, 0, "front", S);
        f.add(1, 2, 1, "front", C);
        f.add(1, 3, 2, "front", I);
        f.add(1, 4, 3, "front", I);
        f.add(1, 5, 4, "cart", S);
        const ServiceGraph graph = f.graph();
        compare(graph, {"user:(user) -> front: 1 sync", "front -> cart: 1 sync"});
        QCOMPARE(graph.pairsOf(1)[0].client, Row(1));
    }

    void crossingOfAnyKindAndWithoutClient() {
        GraphFixture f;
        f.add(1, 1, 0, "front", S);
        f.add(1, 2, 1, "cart", I).duration = 7; // no CLIENT: the SERVER of the caller stops the search
        f.add(2, 11, 0, "batch", Kind::Unspecified);
        f.add(2, 12, 11, "cart", Kind::Unspecified);
        const ServiceGraph graph = f.graph();
        compare(graph, {"user:(user) -> front: 1 sync", "batch -> cart: 1 sync", "front -> cart: 1 sync"});
        QCOMPARE(graph.pairsOf(2)[0].client, kNoRow);
        QCOMPARE(graph.edges[2].p95, 7); // the callee's where there is no client
    }

    void doubleInstrumentationIsOneCall() {
        GraphFixture f;
        f.add(1, 1, 0, "front", S);
        f.add(1, 2, 1, "front", C);
        f.add(1, 3, 2, "cart", S);
        f.add(1, 4, 2, "cart", S).isError = true; // a redirect
        f.add(1, 5, 2, "price", S);
        const ServiceGraph graph = f.graph();
        compare(graph, {"user:(user) -> front: 1 sync", "front -> cart: 1 sync, 1 failed", "front -> price: 1 sync"});
        QCOMPARE(graph.pairsOf(1).size(), size_t(2));
        QVERIFY(*edgeRows(graph, "front", "cart") == (std::vector<Row>{2, 3}));
    }

    void eitherSideFails() {
        GraphFixture f;
        f.add(1, 1, 0, "front", S);
        f.add(1, 2, 1, "front", C).isError = true;
        f.add(1, 3, 2, "cart", S);
        f.add(1, 4, 1, "front", C);
        f.add(1, 5, 4, "cart", S).isError = true;
        f.add(1, 6, 1, "front", C);
        f.add(1, 7, 6, "cart", S);
        compare(f.graph(), {"user:(user) -> front: 1 sync", "front -> cart: 3 sync, 2 failed"});
    }

    void wrappersAreNoCalls() {
        GraphFixture f;
        const std::vector<std::pair<std::string, std::string>> peer = {{"server.address", "elsewhere"}};
        f.add(1, 1, 0, "front", S);
        f.add(1, 2, 1, "front", C).attributes = peer; // above another CLIENT
        f.add(1, 3, 2, "front", I);
        f.add(1, 4, 3, "front", C).attributes = peer;
        f.add(1, 5, 4, "cart", S);
        f.add(1, 6, 1, "front", C).attributes = peer; // above an own SERVER
        f.add(1, 7, 6, "front", S);
        f.add(1, 8, 1, "front", C).attributes = peer; // a call
        compare(f.graph(), {"user:(user) -> front: 1 sync", "front -> cart: 1 sync", "front -> external:elsewhere: 1 external"});
    }

    // A call whose connection began with a name lookup was lost: to an address that has no spans, or, when the lookup
    // succeeded, to the IP address that it found.
    void nameLookupsAreStepsOfTheCall() {
        GraphFixture f;
        f.add(1, 1, 0, "front", S);
        f.add(1, 2, 1, "front", C).attributes = {{"net.peer.name", "pay.example"}};
        f.add(1, 3, 2, "front", C).name = "dns.lookup"; // fails, and names nobody
        f.add(1, 4, 1, "front", C).attributes = {{"net.peer.name", "pay.example"}};
        f.add(1, 5, 4, "front", I);
        auto& found = f.add(1, 6, 5, "front", C);
        found.name = "dns.lookup";
        found.attributes = {{"peer.ipv4", "10.0.0.9"}};
        f.add(1, 7, 1, "front", C); // to a service that is there
        f.add(1, 8, 7, "front", C).name = "dns.lookup";
        f.add(1, 9, 7, "cart", S);
        f.add(2, 10, 0, "front", C).name = "dns.lookup"; // of nobody's call
        const ServiceGraph graph = f.graph();
        compare(graph, {"user:(user) -> front: 1 sync", "front -> cart: 1 sync", "front -> external:pay.example: 2 external"});
        QCOMPARE(graph.unnamedCalls, uint64_t(0));
    }

    // A service that calls itself over the network had no edge: its CLIENT was taken for double instrumentation of its SERVER.
    void callsToItself() {
        for (const bool isOther : {true, false}) {
            GraphFixture f;
            f.add(1, 1, 0, "a", Kind::Server).instance = "one";
            f.add(1, 2, 1, "a", Kind::Client).instance = "one";
            f.add(1, 3, 2, "a", Kind::Server).instance = isOther ? "two" : "one";
            Lines expected{"user:(user) -> a: 1 sync"};
            if (isOther)
                expected.push_back("a -> a: 1 sync");
            compare(f.graph(), expected);
        }
    }

    void sharedSpanId() {
        GraphFixture f;
        f.add(1, 1, 0, "front", C);
        f.add(1, 1, 0, "cart", S).flags = kSharedId;
        compare(f.graph(), {"front -> cart: 1 sync"});
    }

    void peers_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QStringList>("attributes");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* attributes, const char* expected, Kind kind = C) {
            QTest::newRow(name) << static_cast<int>(kind)
                                << QString::fromLatin1(attributes).split(QLatin1Char(' '), Qt::SkipEmptyParts)
                                << QString::fromLatin1(expected);
        };
        row("new names of a database", "db.system.name=postgresql server.address=pg", "database:pg: 1 database");
        row("old names of a database", "db.system=mysql net.peer.name=db1", "database:db1: 1 database");
        row("namespace without an address", "db.namespace=orders db.system.name=postgresql", "database:orders: 1 database");
        row("only a system", "db.system=mongodb", "database:mongodb: 1 database");
        row("peer.service first", "db.system=mysql peer.service=ledger server.address=x", "database:ledger: 1 database");
        row("new name of peer.service wins", "peer.service=old service.peer.name=new", "external:new: 1 external");
        row("redis is a cache", "db.system=redis server.address=r1", "cache:r1: 1 database");
        row("valkey is a cache", "db.system.name=Valkey", "cache:Valkey: 1 database");
        row("memcached is a cache", "db.system=memcached", "cache:memcached: 1 database");
        row("host of a URL", "url.full=https://me@api.pay.example:8443/v1?x=a@b", "external:api.pay.example: 1 external");
        row("old URL", "http.url=http://[::1]:80/", "external:::1: 1 external");
        row("address before URL", "server.address=pay http.url=http://other/", "external:pay: 1 external");
        row("envoy", "upstream_cluster=outbound|80||pay.svc server.address=10.0.0.1", "external:pay.svc: 1 external");
        row("network peer last", "network.peer.address=10.0.0.9", "external:10.0.0.9: 1 external");
        row("known service", "peer.service=cart", "cart: 1 sync");
        row("known service by address of a database", "db.system=x server.address=cart", "cart: 1 sync");
        row("producer", "messaging.destination.name=orders messaging.system=kafka server.address=k1",
            "queue:orders: 1 messaging", P);
        row("old name of a destination", "messaging.destination=orders", "queue:orders: 1 messaging", P);
        row("sending client", "messaging.destination.name=cart messaging.operation.type=send", "queue:cart: 1 messaging");
        row("broker without a destination", "messaging.system=kafka server.address=k1", "queue:k1: 1 messaging", P);
        row("system alone", "messaging.system=kafka", "queue:kafka: 1 messaging", P);
        row("nothing known", "", "");
        row("settling is no call", "messaging.destination.name=q messaging.operation.type=settle", "");
    }
    void peers() {
        QFETCH(int, kind);
        QFETCH(QStringList, attributes);
        QFETCH(QString, expected);
        GraphFixture f;
        f.add(1, 1, 0, "front", I);
        auto& span = f.add(1, 2, 1, "front", static_cast<Kind>(kind));
        for (const QString& attribute : attributes) {
            const auto at = attribute.indexOf(QLatin1Char('='));
            span.attributes.emplace_back(attribute.left(at).toStdString(), attribute.mid(at + 1).toStdString());
        }
        f.add(2, 9, 0, "cart", I);
        const ServiceGraph graph = f.graph();
        compare(graph, expected.isEmpty() ? Lines{} : Lines{"front -> " + expected.toStdString()});
        QCOMPARE(graph.unnamedCalls, uint64_t(attributes.isEmpty()));
    }

    void resourceAttributesNameNoPeer() {
        for (const ColumnSpec& spec : peerColumnSpecs())
            QVERIFY(!spec.withResource);
    }

    void messageByParent() {
        GraphFixture f;
        f.add(1, 1, 0, "checkout", I);
        auto& send = f.add(1, 2, 1, "checkout", P);
        send.attributes = {{"messaging.destination.name", "orders"}};
        send.start = 1'000'100;
        send.duration = 10;
        auto& process = f.add(1, 3, 2, "billing", Q);
        process.start = 1'000'500;
        process.duration = 70;
        const ServiceGraph graph = f.graph();
        compare(graph, {"checkout -> queue:orders: 1 messaging", "queue:orders -> billing: 1 messaging"});
        QCOMPARE(graph.edges[0].p50, 10); // the producer's
        QCOMPARE(graph.edges[1].p50, 70); // the consumer's
        QCOMPARE(graph.edges[1].waitP50, 390);
        QCOMPARE(graph.edges[1].waits, uint64_t(1));
        QVERIFY(*edgeRows(graph, "checkout", "orders") == std::vector<Row>{1});
        QVERIFY(*edgeRows(graph, "orders", "billing") == std::vector<Row>{2});
    }

    void messageByLinkAndBoth() {
        GraphFixture f;
        f.add(1, 1, 0, "checkout", I);
        f.add(1, 2, 1, "checkout", P).attributes = {{"messaging.destination.name", "orders"}};
        f.add(2, 11, 0, "billing", Q).links = {{1, 2}};
        f.add(1, 12, 2, "mail", Q).links = {{1, 2}}; // parent and link: one call
        compare(f.graph(), {"checkout -> queue:orders: 1 messaging", "queue:orders -> billing: 1 messaging",
                            "queue:orders -> mail: 1 messaging"});
        // In the traces of the consumers alone, the producer's call is elsewhere.
        const SpanTablePtr table = f.table();
        BitSet traces(table->traceSlots());
        traces.set(1);
        compare(f.graph(&traces), {"queue:orders -> billing: 1 messaging"});
    }

    void batchOfMessages() {
        GraphFixture f;
        for (uint64_t i = 1; i <= 3; ++i)
            f.add(i, i, 0, "checkout", P).attributes = {{"messaging.destination", "orders"}};
        f.add(9, 90, 0, "billing", Q).links = {{1, 1}, {2, 2}, {3, 3}, {3, 3}, {8, 8}};
        compare(f.graph(), {"checkout -> queue:orders: 3 messaging", "queue:orders -> billing: 3 messaging"});
    }

    // A click on the failed messages to the queue "orders" showed the calls to the service of that name, and both were filtered to.
    void queueWithTheNameOfAService() {
        GraphFixture f;
        f.add(1, 1, 0, "checkout", Kind::Server);
        f.add(1, 2, 1, "checkout", Kind::Client);
        f.add(1, 3, 2, "orders", Kind::Server);
        f.add(1, 4, 1, "checkout", Kind::Producer).attributes = {{"messaging.destination.name", "orders"}, {"messaging.system", "kafka"}};
        f.add(1, 5, 1, "checkout", Kind::Client).attributes = {{"db.namespace", "orders"}, {"db.system.name", "mysql"}};
        const ServiceGraph graph = f.graph();
        std::vector<std::string> names;
        for (const auto& node : graph.nodes)
            names.push_back(node.name);
        std::sort(names.begin(), names.end());
        QCOMPARE(names, (std::vector<std::string>{"(user)", "checkout", "orders", "orders (database)", "orders (queue)"}));
        QVERIFY(graph.nodeById("queue:orders").has_value()); // an id stays what it is
        QCOMPARE(edgeRows(graph, "checkout", "orders (queue)")->size(), size_t(1));
        QCOMPARE(edgeRows(graph, "checkout", "orders")->size(), size_t(1));
    }

    void queueNamedByTheConsumer() {
        GraphFixture f;
        f.add(1, 1, 0, "checkout", P);
        f.add(1, 2, 1, "billing", Q).attributes = {{"messaging.destination.name", "orders"}};
        compare(f.graph(), {"checkout -> queue:orders: 1 messaging", "queue:orders -> billing: 1 messaging"});
    }

    void queueThatNobodyNames() {
        GraphFixture f;
        f.add(1, 1, 0, "checkout", P);
        f.add(1, 2, 1, "billing", Q);
        compare(f.graph(), {"checkout -> billing: 1 messaging"});
    }

    void queueWithinOneService() {
        GraphFixture f;
        f.add(1, 1, 0, "jobs", P).attributes = {{"messaging.destination.name", "later"}};
        f.add(1, 2, 1, "jobs", Q);
        compare(f.graph(), {"jobs -> queue:later: 1 messaging", "queue:later -> jobs: 1 messaging"});
    }

    void untiedConsumers() {
        GraphFixture f;
        f.add(1, 1, 0, "billing", Q).attributes = {{"messaging.destination.name", "orders"}}; // receive, a wrapper
        f.add(1, 2, 1, "billing", Q).attributes = {{"messaging.destination.name", "orders"}};
        f.add(1, 3, 1, "billing", Q).attributes = {{"messaging.destination.name", "orders"}};
        auto& pull = f.add(2, 4, 0, "mail", C);
        pull.attributes = {{"messaging.destination.name", "orders"}, {"messaging.operation", "receive"}};
        compare(f.graph(), {"queue:orders -> billing: 2 messaging", "queue:orders -> mail: 1 messaging"});
    }

    void createAndSend() {
        GraphFixture f;
        const std::vector<std::pair<std::string, std::string>> orders = {{"messaging.destination.name", "orders"}};
        f.add(1, 1, 0, "checkout", P).attributes = orders; // create
        f.add(1, 2, 1, "checkout", C).attributes = orders; // send
        f.add(2, 3, 0, "billing", Q).links = {{1, 1}};
        compare(f.graph(), {"checkout -> queue:orders: 1 messaging", "queue:orders -> billing: 1 messaging"});
    }

    void otherLinksTieNothing() {
        GraphFixture f;
        f.add(1, 1, 0, "front", I);
        f.add(2, 2, 0, "cart", I).links = {{1, 1}};
        QVERIFY(f.graph().edges.empty());
    }

    void usersAndMissingParents() {
        GraphFixture f;
        f.add(1, 1, 0, "front", S).isError = true;
        f.add(2, 2, 77, "front", S); // its caller is missing: not a user
        f.add(3, 3, 0, "front", Kind::Internal);
        const ServiceGraph graph = f.graph();
        compare(graph, {"user:(user) -> front: 1 sync, 1 failed"});
        QCOMPARE(node(graph, "user:(user)").calls, uint64_t(1));
        QCOMPARE(node(graph, "service:front").calls, uint64_t(3));
        QCOMPARE(node(graph, "service:front").errors, uint64_t(1));
    }

    void quantilesAreNearestRank() {
        GraphFixture f;
        for (uint64_t i = 1; i <= 20; ++i)
            f.add(i, i, 0, "front", S).duration = static_cast<int64_t>(i * 100);
        auto& open = f.add(21, 21, 0, "front", S);
        open.flags = kUnfinished;
        const ServiceGraph graph = f.graph();
        const auto& front = node(graph, "service:front");
        QCOMPARE(front.calls, uint64_t(21)); // the unfinished one is a call without a duration
        QCOMPARE(front.p50, 1000);
        QCOMPARE(front.p95, 1900);
    }

    void hiddenRowsAreSkipped() {
        GraphFixture f;
        for (int copy = 0; copy < 2; ++copy) {
            f.add(1, 1, 0, "front", S);
            f.add(1, 2, 1, "front", C);
            f.add(1, 3, 2, "cart", S);
        }
        compare(f.graph(), {"user:(user) -> front: 1 sync", "front -> cart: 1 sync"});
    }

    void someTraces() {
        GraphFixture f;
        f.add(1, 1, 0, "front", S);
        f.add(2, 2, 0, "front", C);
        f.add(2, 3, 2, "cart", S);
        BitSet traces(2);
        traces.set(0);
        compare(f.graph(&traces), {"user:(user) -> front: 1 sync"});
        QCOMPARE(f.graph(&traces).traces, uint64_t(1));
    }

    void deepChainsAndWideFans() {
        GraphFixture f; // both would take minutes if an ancestor were sought anew for every span
        f.add(1, 1, 0, "a", C);
        const uint64_t n = 60'000;
        for (uint64_t i = 2; i <= n; ++i)
            f.add(1, i, i - 1, "a", I);
        for (uint64_t i = 1; i <= n; ++i)
            f.add(1, n + i, n, "b", I);
        const SpanTablePtr table = f.table();
        const ServiceGraph graph = serviceGraph(*table, nullptr, {});
        compare(graph, {"a -> b: 1 sync"});
        QCOMPARE(graph.pairs.size(), size_t(n));
    }

    void stops() {
        GraphFixture f;
        f.add(1, 1, 0, "a", S);
        const SpanTablePtr table = f.table();
        StopToken stop;
        stop.stop();
        bool stopped = false;
        try {
            serviceGraph(*table, nullptr, {}, stop);
        } catch (const Stopped&) {
            stopped = true;
        }
        QVERIFY(stopped);
    }

    void randomTracesAgainstReference() {
        std::mt19937 random(7);
        const auto below = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
        for (int round = 0; round < 150; ++round) {
            GraphFixture f;
            uint64_t id = 0;
            const uint32_t traces = 1 + below(4);
            for (uint64_t trace = 1; trace <= traces; ++trace) {
                const uint64_t first = id + 1;
                for (uint32_t n = 1 + below(25); n > 0; --n) {
                    ++id;
                    const uint64_t parent = id == first ? 0 : first + below(static_cast<uint32_t>(id - first));
                    auto& span = f.add(trace, id, parent, std::string(1, static_cast<char>('a' + below(4))),
                                       static_cast<Kind>(below(6)));
                    span.start = static_cast<int64_t>(1'000'000 + below(1000));
                    span.duration = below(500);
                    span.isError = below(6) == 0;
                    if (below(4) == 0)
                        span.attributes.emplace_back("messaging.destination.name", below(2) == 0 ? "q1" : "q2");
                    if (below(4) == 0)
                        span.attributes.emplace_back("peer.service", below(2) == 0 ? "a" : "outside");
                    if (below(5) == 0)
                        span.attributes.emplace_back("db.system", below(2) == 0 ? "redis" : "mysql");
                    if (below(4) == 0 && id > 1) {
                        const uint64_t to = 1 + below(static_cast<uint32_t>(id - 1));
                        span.links = {{f.spans[to - 1].trace, to}};
                    }
                }
            }
            std::shuffle(f.spans.begin(), f.spans.end(), random);
            const ServiceGraph graph = f.graph();
            compare(graph, referenceEdges(f));
            if (QTest::currentTestFailed()) {
                qWarning("round %d", round);
                return;
            }
        }
    }

    // Five spans of 73 years each overflowed the sum of their service's self times.
    void sumsDoNotOverflow() {
        GraphFixture f;
        for (uint64_t trace = 1; trace <= 9; ++trace)
            f.add(trace, 1, 0, "front", S).duration = kMaxDuration;
        const ServiceGraph graph = f.graph();
        for (const ServiceGraph::Node& node : graph.nodes)
            QVERIFY(node.selfTime >= 0);
    }

    void tables() {
        GraphFixture f;
        f.add(1, 1, 0, "front", S);
        f.add(1, 2, 1, "front", C);
        const ServiceGraph graph = f.graph();
        const Tabular edges = tabulateEdges(graph);
        QCOMPARE(edges.rows.size(), graph.edges.size());
        for (const auto& row : edges.rows)
            QCOMPARE(row.size(), edges.columns.size());
        QCOMPARE(edges.notes.size(), size_t(1)); // the CLIENT that names nobody
    }

    // Calls to a service and to a database of one name were two lines that looked alike.
    void endsOfOneNameHaveTheirKind() {
        GraphFixture f;
        f.add(1, 1, 0, "front", S);
        f.add(1, 2, 1, "front", C);
        f.add(1, 3, 2, "orders", S);
        f.add(1, 4, 1, "front", C).attributes = {{"db.namespace", "orders"}};
        const Tabular edges = tabulateEdges(f.graph());
        Lines lines;
        for (const auto& row : edges.rows) {
            std::string line;
            for (size_t c = 0; c < edges.columns.size(); ++c)
                for (const char* key : {"from", "from_kind", "to", "to_kind"})
                    if (edges.columns[c].key == key)
                        line += (line.empty() ? "" : " ") + std::get<std::string>(row[c].value);
            lines.push_back(line);
        }
        QVERIFY((lines == Lines{"(user) user front service", "front service orders service", "front service orders (database) database"}));
    }
};

QTEST_GUILESS_MAIN(TestServiceGraph)
#include "tst_service_graph.moc"
