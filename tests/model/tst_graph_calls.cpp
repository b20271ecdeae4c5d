// The graph of some traces is counted from all calls: against the pairs of the whole graph, and followed from one set of
// traces to the next.

#include "service_graph/graph_follower.h"
#include "analysis/log_histogram.h"
#include "analysis/quantile.h"
#include "random_graph.h"

#include <QTest>

#include <random>
#include <set>

using namespace aisle;

namespace {

/// The edges of some traces, from the pairs of all: what is counted, as plainly as it can be written.
QStringList countedPlainly(const SpanTable& table, const ServiceGraph& whole, const BitSet& traces) {
    using NodeKind = ServiceGraph::NodeKind;
    QStringList out;
    for (size_t e = 0; e < whole.edges.size(); ++e) {
        const auto& edge = whole.edges[e];
        std::set<std::pair<Row, TraceIndex>> clients;
        std::vector<int64_t> durations, waits;
        uint64_t calls = 0, errors = 0;
        for (const auto& pair : whole.pairsOf(e)) {
            const auto traceOf = [&](const ServiceGraph::SpanPair& of) { return table.trace(of.server != kNoRow ? of.server : of.client); };
            if (!traces[traceOf(pair)])
                continue;
            if (edge.kind == ServiceGraph::EdgeKind::Messaging && pair.client != kNoRow && pair.server != kNoRow && (table.flags(pair.client) & (kNoStart | kUnfinished | kNegative)) == 0 &&
                (table.flags(pair.server) & kNoStart) == 0)
                waits.push_back(table.start(pair.server) - table.start(pair.client) - table.duration(pair.client));
            if (edge.kind != ServiceGraph::EdgeKind::Messaging && pair.client != kNoRow && !clients.emplace(pair.client, traceOf(pair)).second)
                continue;
            ++calls;
            bool isError = false;
            for (const auto& other : whole.pairsOf(e))
                if (other == pair || (edge.kind != ServiceGraph::EdgeKind::Messaging && pair.client != kNoRow && other.client == pair.client && traceOf(other) == traceOf(pair)))
                    isError = isError || (other.client != kNoRow && table.isError(other.client)) || (other.server != kNoRow && table.isError(other.server));
            errors += isError;
            const Row timed = pair.client == kNoRow || (whole.nodes[edge.from].kind == NodeKind::Queue && pair.server != kNoRow) ? pair.server : pair.client;
            if ((table.flags(timed) & (kUnfinished | kNegative)) == 0)
                durations.push_back(table.duration(timed));
        }
        if (calls > 0)
            out << QString::fromStdString(whole.nodes[edge.from].id + " -> " + whole.nodes[edge.to].id + ": " + std::to_string(calls) + " " + std::to_string(errors) + " " + std::to_string(quantile(durations, 0.5)) + " " +
                                          std::to_string(quantile(durations, 0.95)) + " of " + std::to_string(durations.size()) + ", " + std::to_string(waits.size()) + " waits " + std::to_string(quantile(waits, 0.95)));
    }
    return out;
}

QStringList edgesOf(const ServiceGraph& graph) {
    QStringList out;
    for (const auto& edge : graph.edges)
        out << QString::fromStdString(graph.nodes[edge.from].id + " -> " + graph.nodes[edge.to].id + ": " + std::to_string(edge.calls) + " " + std::to_string(edge.errors) + " " + std::to_string(edge.p50) + " " +
                                      std::to_string(edge.p95) + " of " + std::to_string(edge.timed) + ", " + std::to_string(edge.waits) + " waits " + std::to_string(edge.waitP95));
    return out;
}

bool isNear(int64_t exact, int64_t found) { return std::abs(static_cast<double>(found - exact)) <= 0.008 * std::abs(static_cast<double>(exact)) + 0.5; }

BitSet randomTraces(std::mt19937& random, size_t slots, uint32_t oneIn) {
    BitSet out(slots);
    for (size_t t = 0; t < slots; ++t)
        if (random() % oneIn == 0)
            out.set(t);
    return out;
}

} // namespace

class TestGraphCalls : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void buckets() {
        std::mt19937_64 random(3);
        std::vector<int64_t> values{0, 1, 2, 127, 128, 129, 255, 256, std::numeric_limits<int64_t>::max()};
        for (int i = 0; i < 20'000; ++i)
            values.push_back(static_cast<int64_t>(random() >> (1 + random() % 63)));
        std::sort(values.begin(), values.end());
        uint16_t last = 0;
        for (const int64_t value : values) {
            const uint16_t bucket = bucketOf(value);
            QVERIFY2(bucket >= last && bucket < kBuckets, std::to_string(value).c_str()); // ordered as the values are
            last = bucket;
            QCOMPARE(bucketOf(bucketMiddle(bucket)), bucket);
            QVERIFY2(isNear(value, bucketMiddle(bucket)), std::to_string(value).c_str());
        }
    }

    void ofSomeTraces() {
        std::mt19937 random(5);
        for (int round = 0; round < 60; ++round) {
            const GraphFixture f = test::randomGraph(random, 12);
            const SpanTablePtr table = f.table();
            const GraphCalls calls(*table, f.peers(*table));
            const ServiceGraph whole = calls.count(nullptr);
            for (int subset = 0; subset < 8; ++subset) {
                const BitSet traces = randomTraces(random, table->traceSlots(), 1 + random() % 4);
                const ServiceGraph graph = calls.count(&traces);
                QCOMPARE(edgesOf(graph), countedPlainly(*table, whole, traces));
                uint64_t spans = 0;
                for (TraceIndex t = 0; t < table->traceSlots(); ++t)
                    spans += traces[t] ? table->summary(t).spans : 0;
                QCOMPARE(graph.spans, spans);
                QCOMPARE(graph.traces, uint64_t(traces.count()));
                for (size_t e = 0; e < graph.edges.size(); ++e)
                    for (const auto& pair : graph.pairsOf(e))
                        QVERIFY(traces[table->trace(pair.server != kNoRow ? pair.server : pair.client)]);
            }
        }
    }

    void follows() {
        std::mt19937 random(9);
        for (int round = 0; round < 30; ++round) {
            const GraphFixture f = test::randomGraph(random, 30);
            const SpanTablePtr table = f.table();
            const auto calls = std::make_shared<const GraphCalls>(*table, f.peers(*table));
            const auto made = GraphFollower::make(calls, table);
            QVERIFY(made != nullptr);
            GraphFollower& follower = *made;
            BitSet traces(table->traceSlots());
            for (int step = 0; step < 30; ++step) {
                if (step % 7 == 3) { // a jump
                    traces = randomTraces(random, table->traceSlots(), 2);
                } else { // a few enter and leave
                    for (int i = 0; i < 3; ++i) {
                        const size_t trace = random() % table->traceSlots();
                        if (traces[trace])
                            traces.reset(trace);
                        else
                            traces.set(trace);
                    }
                }
                if (step % 10 == 5) { // one that was stopped leaves nothing half counted behind
                    StopToken stop;
                    stop.stop();
                    BitSet other = randomTraces(random, table->traceSlots(), 2);
                    try {
                        follower.follow(other, stop);
                    } catch (const Stopped&) {
                    }
                }
                const ServiceGraph exact = calls->count(&traces), found = follower.follow(traces);
                QVERIFY(found.isApproximate && !exact.isApproximate);
                QCOMPARE(found.nodes.size(), exact.nodes.size());
                QCOMPARE(found.edges.size(), exact.edges.size());
                QCOMPARE(found.traces, exact.traces);
                QCOMPARE(found.spans, exact.spans);
                QCOMPARE(found.unnamedCalls, exact.unnamedCalls);
                for (size_t n = 0; n < exact.nodes.size(); ++n) {
                    const auto &a = exact.nodes[n], &b = found.nodes[n];
                    QCOMPARE(b.id, a.id);
                    QCOMPARE(std::tuple(b.calls, b.errors, b.timed, b.spans, b.selfTime), std::tuple(a.calls, a.errors, a.timed, a.spans, a.selfTime));
                    QVERIFY2(isNear(a.p50, b.p50) && isNear(a.p95, b.p95), a.id.c_str());
                }
                for (size_t e = 0; e < exact.edges.size(); ++e) {
                    const auto &a = exact.edges[e], &b = found.edges[e];
                    QCOMPARE(std::tuple(b.from, b.to, b.calls, b.errors, b.timed, b.waits), std::tuple(a.from, a.to, a.calls, a.errors, a.timed, a.waits));
                    QVERIFY(isNear(a.p50, b.p50) && isNear(a.p95, b.p95) && isNear(a.waitP50, b.waitP50) && isNear(a.waitP95, b.waitP95));
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestGraphCalls)
#include "tst_graph_calls.moc"
