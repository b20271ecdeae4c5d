// Where the time and the failures of a service graph are, worked out by hand, and again from the definitions on random traces.

#include "analysis/quantile.h"
#include "analysis/waterfall_path.h"
#include "graph_details_fixture.h"
#include "service_graph/graph_facts.h"
#include "service_graph/graph_tables.h"

#include <QTest>

#include <set>

using namespace aisle;

class TestGraphDetails : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void empty() {
        const Found found{GraphFixture()};
        QVERIFY(found.details.nodes.empty() && found.details.edges.empty());
        QCOMPARE(found.details.criticalTime, 0);
    }

    void criticalTimeIsOfWhoIsWaitedFor() {
        const Found found(oneRequest());
        QCOMPARE(found.details.criticalTime, 100);
        QCOMPARE(found.of("frontend").criticalTime, 60); // 0..10, 60..100 of its own, and 10..15, 55..60 of its CLIENT
        QCOMPARE(found.of("cart").criticalTime, 10);     // 15..20, 50..55
        QCOMPARE(found.of("pg").criticalTime, 30);       // the query has no span but the caller's
        QCOMPARE(found.of("frontend", "cart").criticalTime, 40);
        QCOMPARE(found.of("cart", "pg").criticalTime, 30);
        QCOMPARE(found.of("(user)", "frontend").criticalTime, 100);
    }

    // A calls B calls A calls B: the inner call's time was added to that of the outer one, and an edge took 298 % of the path.
    void timeOfCallsWithinCallsOfTheirEdgeCountsOnce() {
        GraphFixture f;
        at(f.add(1, 1, 0, "a", Kind::Server), 0, 100);
        at(f.add(1, 2, 1, "b", Kind::Server), 10, 80);
        at(f.add(1, 3, 2, "a", Kind::Server), 20, 60);
        at(f.add(1, 4, 3, "b", Kind::Server), 30, 40);
        at(f.add(1, 5, 1, "b", Kind::Server), 92, 5); // another one, beside
        const Found found(f);
        QCOMPARE(found.of("a", "b").criticalTime, 80 + 5);
        QCOMPARE(found.of("b", "a").criticalTime, 60);
        QCOMPARE(found.details.criticalTime, 100);
    }

    // Ten steps of a lost request, side by side: their service had 91 % of the time of a request that took 100 ns.
    void partsOfALostRequestAreTotalledApart() {
        GraphFixture f;
        at(f.add(1, 1, 0, "a", Kind::Server), 0, 100);
        for (uint64_t id = 2; id < 12; ++id)
            at(f.add(1, id, 99, "b", Kind::Internal), 0, 100);
        at(f.add(1, 20, 11, "c", Kind::Server), 10, 30); // below one of them
        at(f.add(2, 30, 98, "b", Kind::Server), 0, 40);  // a trace of which nothing else is there
        at(f.add(2, 31, 97, "b", Kind::Server), 5, 40);
        const Found found(f);
        QCOMPARE(found.details.criticalTime, 140);
        QCOMPARE(found.details.orphanTime, 1040);
        QCOMPARE(found.of("a").criticalTime, 100);
        QCOMPARE(found.of("b").criticalTime, 40);
        QCOMPARE(found.of("c").criticalTime, 0);
        QCOMPARE(found.of("b", "c").criticalTime, 0);
    }

    void gapIsTheClientsTimeWithoutTheServers() {
        GraphFixture f = oneRequest();
        at(f.add(2, 11, 0, "frontend", Kind::Server), 0, 100);
        at(f.add(2, 12, 11, "frontend", Kind::Client), 10, 30);
        at(f.add(2, 13, 12, "cart", Kind::Server), 500, 27); // another clock: only durations count
        at(f.add(2, 14, 11, "frontend", Kind::Client), 50, 5);
        at(f.add(2, 15, 14, "cart", Kind::Server), 50, 9); // the client gave up
        const Found found(f);
        QCOMPARE(found.of("frontend", "cart").gaps, uint64_t(2)); // 10 and 3
        QCOMPARE(found.of("frontend", "cart").gapP50, 3);
        QCOMPARE(found.of("frontend", "cart").gapP95, 10);
        QCOMPARE(found.of("cart", "pg").gaps, uint64_t(0));
    }

    void callsPerRequest() {
        GraphFixture f;
        for (uint64_t request = 1; request <= 3; ++request) { // 1, 2 and 3 calls, through an INTERNAL span; a fourth makes none
            const uint64_t id = request * 100;
            f.add(request, id, 0, "shop", Kind::Server);
            f.add(request, id + 1, id, "shop", Kind::Internal);
            for (uint64_t call = 0; call < request; ++call) {
                f.add(request, id + 10 + call, id + 1, "shop", Kind::Client);
                f.add(request, id + 20 + call, id + 10 + call, "stock", Kind::Server);
            }
        }
        f.add(9, 900, 0, "shop", Kind::Server);
        const Found found(f);
        const GraphDetails::Edge& edge = found.of("shop", "stock");
        QCOMPARE(edge.requests, uint64_t(3));
        QCOMPARE(edge.mostOfOne, uint64_t(3));
        QCOMPARE(edge.perRequest(), 2.0);
        QCOMPARE(found.of("(user)", "shop").requests, uint64_t(0));
    }

    // One send to three consumers: 3.0 calls per request, and at most 1 of one. Calls that nobody knows a request of were in the average.
    void messagesPerRequest() {
        GraphFixture f;
        const auto queued = [](GraphFixture::Span& span) { span.attributes = {{"messaging.destination.name", "orders"}}; };
        f.add(1, 1, 0, "shop", Kind::Server);
        queued(f.add(1, 2, 1, "shop", Kind::Producer));
        for (uint64_t id = 3; id < 6; ++id)
            queued(f.add(1, id, 2, "billing", Kind::Consumer));
        queued(f.add(2, 10, 0, "billing", Kind::Consumer)); // sent by somebody who is in no file
        const Found found(f);
        QCOMPARE(found.graph.edges[found.edge("orders", "billing")].calls, uint64_t(4));
        const GraphDetails::Edge& edge = found.of("orders", "billing");
        QCOMPARE(edge.requests, uint64_t(1));
        QCOMPARE(edge.mostOfOne, uint64_t(3));
        QCOMPARE(edge.perRequest(), 3.0);
    }

    // A message to two traces, beside a call between the same services: two calls of three in all, and its weight was that of one.
    void callsOfOneClientInSeveralTraces() {
        GraphFixture f;
        f.add(1, 1, 0, "shop", Kind::Server);
        f.add(1, 2, 1, "shop", Kind::Producer);
        f.add(1, 3, 2, "billing", Kind::Consumer);
        f.add(1, 4, 1, "shop", Kind::Client);
        f.add(1, 5, 4, "billing", Kind::Server);
        auto& late = f.add(2, 6, 0, "billing", Kind::Consumer);
        late.links = {{1, 2}};
        late.isError = true;
        f.spans[2].isError = true;
        const Found found(f);
        QCOMPARE(GraphFixture::text(found.graph).at(1), std::string("shop -> billing: 3 sync, 2 failed"));
        const GraphDetails::Edge& edge = found.of("shop", "billing");
        QCOMPARE(edge.weight, 3.0);
        QCOMPARE(edge.failures.at(0).count, uint64_t(2));
        QCOMPARE(edge.mostOfOne, uint64_t(3));
        QCOMPARE(edge.perRequest(), 3.0);
    }

    // What a producer took longer than its consumer was a network gap, where calls between the two made messages calls.
    void messagesHaveNoGap() {
        GraphFixture f;
        at(f.add(1, 1, 0, "shop", Kind::Server), 0, 100);
        at(f.add(1, 2, 1, "shop", Kind::Producer), 10, 40);
        at(f.add(1, 3, 2, "billing", Kind::Consumer), 60, 5);
        at(f.add(1, 4, 1, "shop", Kind::Client), 70, 20);
        at(f.add(1, 5, 4, "billing", Kind::Server), 72, 17);
        const Found found(f);
        QCOMPARE(found.of("shop", "billing").gaps, uint64_t(1));
        QCOMPARE(found.of("shop", "billing").gapP95, 3);
    }

    // Calls that all are unfinished had quantiles of 0, as if they were the fastest of all.
    void unfinishedCallsHaveNoQuantiles() {
        GraphFixture f = oneRequest();
        for (size_t i = 1; i < f.spans.size(); ++i)
            f.spans[i].flags = kUnfinished;
        const Found found(f);
        const auto edge = static_cast<uint32_t>(found.edge("frontend", "cart"));
        QCOMPARE(found.graph.edges[edge].calls, uint64_t(1));
        QCOMPARE(found.graph.edges[edge].timed, uint64_t(0));
        const Tabular edges = tabulateEdges(found.graph, &found.details), nodes = tabulateNodes(found.graph, &found.details);
        const auto cell = [](const Tabular& table, size_t row, std::string_view key) {
            const auto column = std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& one) { return one.key == key; });
            return table.rows[row][static_cast<size_t>(column - table.columns.begin())];
        };
        const auto isEmpty = [](const Cell& of) { return std::holds_alternative<std::monostate>(of.value); };
        for (const char* key : {"p50_ns", "p95_ns", "p99_ns"}) {
            QVERIFY2(isEmpty(cell(edges, edge, key)), key);
            for (size_t n = 0; n < found.graph.nodes.size(); ++n) // of the user and the frontend there is a duration
                QCOMPARE(isEmpty(cell(nodes, n, key)), found.graph.nodes[n].name == "cart" || found.graph.nodes[n].name == "pg");
        }
        QCOMPARE(found.of("cart").instances.at(0).timed, uint64_t(0));
        const auto saysDuration = [](const std::vector<GraphFact>& facts) { return std::any_of(facts.begin(), facts.end(), [](const GraphFact& fact) { return fact.name == "Duration"; }); };
        QVERIFY(!saysDuration(edgeFacts(found.graph, edge, nullptr)));
        QVERIFY(saysDuration(edgeFacts(found.graph, static_cast<uint32_t>(found.edge("(user)", "frontend")), nullptr)));
    }

    // A send without an end, consumed five seconds after its start: a queue wait of five seconds.
    void waitsNeedAnEndOfTheSend() {
        GraphFixture f;
        at(f.add(1, 1, 0, "shop", Kind::Producer), 0, 0).attributes = {{"messaging.destination.name", "orders"}};
        at(f.add(1, 2, 1, "billing", Kind::Consumer), 5'000'000'000, 10).attributes = {{"messaging.destination.name", "orders"}};
        at(f.add(2, 3, 0, "shop", Kind::Producer), 0, 100).attributes = {{"messaging.destination.name", "orders"}};
        at(f.add(2, 4, 3, "billing", Kind::Consumer), 107, 10).attributes = {{"messaging.destination.name", "orders"}};
        f.spans[0].flags = kUnfinished;
        const Found found(f);
        const ServiceGraph::Edge& edge = found.graph.edges[found.edge("orders", "billing")];
        QCOMPARE(edge.calls, uint64_t(2));
        QCOMPARE(edge.waits, uint64_t(1));
        QCOMPARE(edge.waitP95, 7);
    }

    void retries() {
        GraphFixture f;
        at(f.add(1, 1, 0, "shop", Kind::Server), 0, 1000);
        const auto call = [&](uint64_t id, int64_t start, int64_t duration, bool failed, std::string name = "GET /stock") {
            auto& client = at(f.add(1, id, 1, "shop", Kind::Client), start, duration);
            client.isError = failed;
            client.name = std::move(name);
            at(f.add(1, id + 1, id, "stock", Kind::Server), start, duration);
        };
        call(10, 0, 10, true);
        call(20, 20, 10, true); // again
        call(30, 40, 10, false); // and again
        call(40, 60, 10, false); // after one that did not fail
        call(50, 80, 30, true, "GET /other");
        call(60, 90, 10, false, "GET /other"); // before that has failed
        QCOMPARE(Found(f).of("shop", "stock").retries, uint64_t(2));
    }

    // A message that was delivered three times, because twice it could not be worked on, was retried 0 times.
    void deliveredAgain() {
        for (const bool byLink : {false, true}) {
            GraphFixture f;
            at(f.add(1, 1, 0, "shop", Kind::Server), 0, 10);
            at(f.add(1, 2, 1, "shop", Kind::Producer), 2, 2).attributes = {{"messaging.destination.name", "orders"}};
            for (uint64_t n = 0; n < 4; ++n) {
                auto& span = at(f.add(byLink ? 10 + n : 1, 10 + n, byLink ? 0 : 2, "billing", Kind::Consumer), 20 + 20 * static_cast<int64_t>(n), 10);
                span.attributes = {{"messaging.destination.name", "orders"}};
                span.isError = n < 2;
                span.name = n < 3 ? "bill" : "archive"; // another one who takes it
                if (byLink)
                    span.links = {{1, 2}};
            }
            const Found found(f);
            QCOMPARE(found.of("orders", "billing").retries, uint64_t(2));
            QCOMPARE(found.of("shop", "orders").retries, uint64_t(0));
        }
    }

    void failuresByKindAndSide() {
        GraphFixture f = oneRequest();
        f.spans[2].isError = true;
        f.spans[3].isError = true;
        const Found found(f);
        QCOMPARE(found.of("frontend", "cart").failures.size(), size_t(1));
        QCOMPARE(found.of("frontend", "cart").failures[0].kind, std::string("failed"));
        QCOMPARE(found.of("frontend", "cart").failures[0].count, uint64_t(1));
        QCOMPARE(found.of("cart").failures[0].count, uint64_t(1));
        QCOMPARE(found.of("pg").failures[0].count, uint64_t(1));
        QVERIFY(found.of("frontend").failures.empty());
    }

    void incompleteTracesAreSaid() {
        GraphFixture f = oneRequest();
        f.add(2, 20, 19, "cart", Kind::Server); // 19 is in no file
        f.add(2, 21, 18, "cart", Kind::Server);
        const Found found(f);
        QCOMPARE(found.graph.orphans, uint64_t(2));
        QCOMPARE(found.graph.incompleteTraces, uint64_t(1));
        const auto notes = graphNotes(found.graph, &found.details);
        QVERIFY(std::any_of(notes.begin(), notes.end(), [](const std::string& note) { return note.starts_with("1 trace is incomplete: 2 spans name"); }));
        BitSet first(found.table->traceSlots());
        first.set(0);
        QCOMPARE(Found(f, nullptr, &first).graph.orphans, uint64_t(0));
    }

    void timesOfWhatIsSelected() {
        GraphFixture f = oneRequest();
        at(f.add(2, 20, 0, "cart", Kind::Server), 5000, 100);
        const Found all(f);
        QCOMPARE(all.graph.from, 0);
        QCOMPARE(all.graph.to, 5100);
        QVERIFY(!all.graph.hasRate()); // of 5 µs
        f.spans.back().start = 2'000'000'000;
        QVERIFY(std::abs(Found(f).graph.perSecond(51) - 51e9 / 2'000'000'100) < 1e-9 && Found(f).graph.hasRate());
        f.spans.back().start = 5000;
        BitSet second(all.table->traceSlots());
        second.set(1);
        const Found some(f, nullptr, &second);
        QCOMPARE(some.graph.from, 5000);
        QCOMPARE(some.details.criticalTime, 100);
    }

    void randomAgainstReference() {
        std::mt19937 random(3);
        for (int round = 0; round < 25; ++round) {
            const GraphFixture f = randomTraces(random, 10);
            const Found found(f);
            int64_t whole = 0, nodes = 0;
            for (TraceIndex trace = 0; trace < found.table->traceSlots(); ++trace)
                whole += criticalPath(*found.table, waterfall(*found.table, trace)).length();
            for (const auto& node : found.details.nodes)
                nodes += node.criticalTime;
            QCOMPARE(found.details.criticalTime, whole);
            QCOMPARE(nodes, whole); // every moment is somebody's
            for (uint32_t e = 0; e < found.graph.edges.size(); ++e)
                compareEdge(found, e);
        }
    }

    void stops() {
        const GraphFixture f = oneRequest();
        const Found found(f);
        StopToken stop;
        stop.stop();
        QVERIFY_THROWS_EXCEPTION(Stopped, graphDetails(*found.table, found.graph, nullptr, {}, {}, stop));
    }

    void deepChains() {
        GraphFixture f;
        f.add(1, 1, 0, "deep", Kind::Server);
        constexpr uint64_t kDeep = 100'000;
        for (uint64_t i = 2; i < kDeep; ++i)
            f.add(1, i, i - 1, "deep", Kind::Internal);
        f.add(1, kDeep, kDeep - 1, "deep", Kind::Client);
        f.add(1, kDeep + 1, kDeep, "other", Kind::Server);
        QCOMPARE(Found(f).of("deep", "other").requests, uint64_t(1));
    }

    void tables() {
        const Found found(oneRequest());
        const Tabular edges = tabulateEdges(found.graph, &found.details), nodes = tabulateNodes(found.graph, &found.details);
        QCOMPARE(edges.rows.size(), found.graph.edges.size());
        QCOMPARE(nodes.rows.size(), found.graph.nodes.size());
        for (const Tabular* table : {&edges, &nodes})
            for (const auto& row : table->rows)
                QCOMPARE(row.size(), table->columns.size());
        QCOMPARE(tabulateNodes(found.graph).columns.size() + 4, nodes.columns.size());
    }

private:
    /// Plainly: every call against every other.
    static void compareEdge(const Found& found, uint32_t e) {
        const SpanTable& t = *found.table;
        using Pair = ServiceGraph::SpanPair;
        const bool isMessaging = found.graph.edges[e].kind == ServiceGraph::EdgeKind::Messaging;
        const auto kindOf = [&](Row row) { return row != kNoRow ? t.kind(row) : Kind::Unspecified; };
        std::map<std::tuple<Row, TraceIndex, Row>, std::vector<Pair>> calls; // of one client those in one trace, of messages each one
        std::map<Row, std::vector<Pair>> ofClient;
        for (const auto& pair : found.graph.pairsOf(e)) {
            const bool isAlone = isMessaging || pair.client == kNoRow;
            calls[{pair.client, t.trace(pair.server != kNoRow ? pair.server : pair.client), isAlone ? pair.server : kNoRow}].push_back(pair);
            ofClient[pair.client].push_back(pair);
        }
        std::vector<int64_t> gaps;
        for (const auto& [client, pairs] : ofClient) {
            const Row server = pairs[0].server;
            if (client != kNoRow && pairs.size() == 1 && server != kNoRow && kindOf(client) != Kind::Producer && kindOf(server) != Kind::Consumer && t.duration(client) >= t.duration(server))
                gaps.push_back(t.duration(client) - t.duration(server));
        }
        std::map<Row, uint64_t> requests;
        uint64_t failed = 0, known = 0;
        std::set<std::pair<Row, Row>> attempts; // below what, or of which message; and the span
        for (const auto& [call, pairs] : calls) {
            const auto [client, server] = pairs[0];
            failed += std::any_of(pairs.begin(), pairs.end(), [&](const Pair& pair) { return (pair.client != kNoRow && t.isError(pair.client)) || (pair.server != kNoRow && t.isError(pair.server)); });
            Row caller = client != kNoRow ? client : t.parent(server);
            if (caller != kNoRow && (client != kNoRow || t.service(caller) != t.service(server))) {
                while (!t.isEntry(caller) && t.parent(caller) != kNoRow && t.service(t.parent(caller)) == t.service(caller))
                    caller = t.parent(caller);
                ++requests[caller];
                ++known;
            }
            const bool isMessage = isMessaging && server != kNoRow;
            const Row row = isMessage || client == kNoRow ? server : client;
            attempts.insert({isMessage && client != kNoRow ? client : t.parent(row), row});
        }
        uint64_t retries = 0;
        for (const auto& [under, now] : attempts) {
            // The one before it, of the same name below the same parent.
            Row before = kNoRow;
            for (const auto& [otherUnder, other] : attempts)
                if (other != now && otherUnder == under && under != kNoRow && t.name(other) == t.name(now) && std::pair(t.start(other), other) < std::pair(t.start(now), now) &&
                    (before == kNoRow || std::pair(t.start(before), before) < std::pair(t.start(other), other)))
                    before = other;
            retries += before != kNoRow && t.isError(before) && t.end(before) <= t.start(now);
        }
        const GraphDetails::Edge& edge = found.details.edges[e];
        QCOMPARE(edge.gaps, gaps.size());
        QCOMPARE(edge.gapP50, quantile(gaps, 0.5));
        QCOMPARE(edge.gapP95, quantile(gaps, 0.95));
        QCOMPARE(edge.requests, requests.size());
        QCOMPARE(edge.requestCalls, known);
        QCOMPARE(edge.weight, static_cast<double>(calls.size()));
        uint64_t most = 0, said = 0;
        for (const auto& [request, count] : requests)
            most = std::max(most, count);
        for (const auto& failures : edge.failures)
            said += failures.count;
        QCOMPARE(edge.mostOfOne, most);
        QCOMPARE(said, failed);
        QCOMPARE(failed, found.graph.edges[e].errors);
        QCOMPARE(edge.retries, retries);
    }
};

QTEST_APPLESS_MAIN(TestGraphDetails)
#include "tst_graph_details.moc"
