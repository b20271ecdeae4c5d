// A graph moment by moment: hand-worked, and against calls that are looked up one by one on random traces.

#include "service_graph/graph_timeline.h"
#include "analysis/quantile.h"
#include "random_graph.h"
#include "service_graph/graph_calls.h"

#include <QTest>

#include <random>
#include <set>

using namespace aisle;
using EdgeKind = ServiceGraph::EdgeKind;
using NodeKind = ServiceGraph::NodeKind;

namespace {

constexpr Kind S = Kind::Server, C = Kind::Client;

struct Happened {
    int64_t time; ///< -1: nobody knows
    int64_t duration; ///< -1: none
    bool isError;
};

/// The calls of each edge, then the entry spans of each service, as plainly as they can be written.
std::vector<std::vector<Happened>> plainly(const SpanTable& table, const ServiceGraph& graph, const BitSet* traces) {
    std::vector<std::vector<Happened>> out(graph.edges.size() + graph.nodes.size());
    const auto timeOf = [&](Row row) { return row == kNoRow || (table.flags(row) & kNoStart) != 0 ? -1 : table.start(row); };
    const auto durationOf = [&](Row row) { return row == kNoRow || (table.flags(row) & (kUnfinished | kNegative)) != 0 ? -1 : table.duration(row); };
    for (size_t e = 0; e < graph.edges.size(); ++e) {
        const bool areMessages = graph.edges[e].kind == EdgeKind::Messaging;
        const auto pairs = graph.pairsOf(e);
        const auto traceOf = [&](const ServiceGraph::SpanPair& pair) { return table.trace(pair.server != kNoRow ? pair.server : pair.client); };
        std::set<std::pair<Row, TraceIndex>> seen;
        for (const auto& pair : pairs) {
            if (!areMessages && pair.client != kNoRow && !seen.emplace(pair.client, traceOf(pair)).second)
                continue;
            Row server = pair.server; // of one client: its first, whichever trace that is in
            bool isError = false;
            for (const auto& other : pairs) {
                const bool isSame = other == pair || (!areMessages && pair.client != kNoRow && other.client == pair.client);
                if (isSame && other.server < server)
                    server = other.server;
                if (isSame && traceOf(other) == traceOf(pair))
                    isError = isError || (other.client != kNoRow && table.isError(other.client)) || (other.server != kNoRow && table.isError(other.server));
            }
            const bool ofServer = pair.client == kNoRow || (graph.nodes[graph.edges[e].from].kind == NodeKind::Queue && pair.server != kNoRow);
            out[e].push_back({timeOf(pair.client) >= 0 ? timeOf(pair.client) : timeOf(server), durationOf(ofServer ? server : pair.client), isError});
        }
    }
    for (size_t n = 0; n < graph.nodes.size(); ++n)
        table.forEachRow([&](Row row) {
            if (graph.nodes[n].kind == NodeKind::Service && table.serviceText(row) == graph.nodes[n].name && table.isEntry(row) && (traces == nullptr || (*traces)[table.trace(row)]))
                out[graph.edges.size() + n].push_back({timeOf(row), durationOf(row), table.isError(row)});
        });
    return out;
}

using Numbers = std::tuple<uint64_t, uint64_t, int64_t, int64_t, int64_t>;

Numbers numbersOf(const std::vector<Happened>& all, int64_t from, int64_t to) {
    uint64_t calls = 0, errors = 0;
    std::vector<int64_t> durations;
    for (const Happened& one : all) {
        if (one.time < from || one.time >= to)
            continue;
        ++calls;
        errors += one.isError;
        if (one.duration >= 0)
            durations.push_back(one.duration);
    }
    const int64_t p50 = quantile(durations, 0.5), p95 = quantile(durations, 0.95), p99 = quantile(durations, 0.99);
    return {calls, errors, p50, p95, p99};
}

Numbers numbersOf(const auto& part) { return {part.calls, part.errors, part.p50, part.p95, part.p99}; }

} // namespace

class TestGraphTimeline : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void calls() {
        GraphFixture f;
        const auto at = [&](uint64_t trace, uint64_t id, uint64_t parent, const char* service, Kind kind, int64_t start, int64_t duration) -> GraphFixture::Span& {
            auto& span = f.add(trace, id, parent, service, kind);
            span.start = start;
            span.duration = duration;
            return span;
        };
        at(1, 1, 0, "front", S, 100, 30);
        at(1, 2, 1, "front", C, 109, 20);              // in the first moment, its server in the second: one call of the first
        at(1, 3, 2, "cart", S, 112, 10).isError = true;
        at(1, 4, 2, "cart", S, 115, 10);               // a redirect: the same call, and another entry
        at(2, 5, 0, "front", S, 125, 7).isError = true;
        at(2, 6, 5, "front", C, 126, 3).attributes = {{"db.system", "redis"}};
        const SpanTablePtr table = f.table();
        const ServiceGraph graph = f.graph();
        const GraphTimeline timeline(graph, table, nullptr, {100, 130, 3});
        QCOMPARE(timeline.buckets(), 3U);
        QCOMPARE(timeline.width(), 10);
        QCOMPARE(timeline.start(2), 120);
        const auto lines = [&](uint32_t bucket, uint32_t width = 1) {
            QStringList out;
            for (const auto& edge : timeline.at(bucket, width).edges)
                out << QStringLiteral("%1>%2 %3 %4 %5").arg(QString::fromStdString(graph.nodes[edge.from].name), QString::fromStdString(graph.nodes[edge.to].name)).arg(edge.calls).arg(edge.errors).arg(edge.p50);
            return out.join(QStringLiteral(", "));
        };
        QCOMPARE(lines(0), QStringLiteral("(user)>front 1 0 30, front>cart 1 1 20, front>redis 0 0 0"));
        QCOMPARE(lines(1), QStringLiteral("(user)>front 0 0 0, front>cart 0 0 0, front>redis 0 0 0"));
        QCOMPARE(lines(2), QStringLiteral("(user)>front 1 1 7, front>cart 0 0 0, front>redis 1 0 3"));
        QCOMPARE(lines(1, 2), lines(2));
        QCOMPARE(lines(0, 2), lines(0));
        QCOMPARE(lines(0, 99), QStringLiteral("(user)>front 2 1 7, front>cart 1 1 20, front>redis 1 0 3"));
        QCOMPARE(lines(7), lines(1)); // there is no such moment
        const auto node = [&](uint32_t bucket, const char* id) { return numbersOf(timeline.at(bucket).nodes[*graph.nodeById(id)]); };
        QCOMPARE(node(1, "service:cart"), Numbers(2, 1, 10, 10, 10));
        QCOMPARE(node(2, "cache:redis"), Numbers(1, 0, 3, 3, 3));
        QCOMPARE(node(0, "user:(user)"), Numbers(1, 0, 30, 30, 30));
        QCOMPARE(timeline.total(0).calls, uint64_t(1));
        QCOMPARE(timeline.total(1).calls, uint64_t(2));
        QCOMPARE(timeline.total(1).errors, uint64_t(1));
        QCOMPARE(timeline.total(2).errors, uint64_t(1));
        QCOMPARE(timeline.note(), std::string());
        for (size_t e = 0; e < graph.edges.size(); ++e)
            QVERIFY(timeline.at(0).pairsOf(e).empty());
    }

    void borders() {
        GraphFixture f;
        for (uint64_t i = 0; i < 10; ++i)
            f.add(i + 1, i + 1, 0, "a", S).start = static_cast<int64_t>(100 + i);
        const SpanTablePtr table = f.table();
        const ServiceGraph graph = f.graph();
        const auto totals = [&](int64_t from, int64_t to, uint32_t buckets) {
            const GraphTimeline timeline(graph, table, nullptr, {from, to, buckets});
            QStringList out;
            for (uint32_t b = 0; b < timeline.buckets(); ++b)
                out << QString::number(timeline.total(b).calls);
            return QStringLiteral("%1 | %2 %3").arg(out.join(QLatin1Char(' '))).arg(timeline.outside().entries).arg(timeline.outside().calls);
        };
        QCOMPARE(totals(100, 110, 5), QStringLiteral("2 2 2 2 2 | 0 0"));
        QCOMPARE(totals(100, 110, 3), QStringLiteral("4 4 2 | 0 0"));
        QCOMPARE(totals(101, 109, 2), QStringLiteral("4 4 | 2 2"));
        QCOMPARE(totals(101, 106, 3), QStringLiteral("2 2 1 | 5 5"));   // the last bucket is wider than what is left
        QCOMPARE(totals(100, 102, 4), QStringLiteral("1 1 0 0 | 8 8"));
        QCOMPARE(totals(105, 105, 2), QStringLiteral("0 0 | 10 10"));
        QCOMPARE(totals(105, 5, 0), QStringLiteral("0 | 10 10"));
        QCOMPARE(totals(kMinTime, kMaxTime, 1), QStringLiteral("10 | 0 0"));
    }

    void withoutStart() {
        GraphFixture f;
        f.add(1, 1, 0, "a", S).start = 100;
        f.add(1, 2, 1, "a", C).flags = kNoStart; // its server says when
        f.add(1, 3, 2, "b", S).start = 105;
        f.add(1, 4, 1, "a", C).flags = kNoStart;
        f.add(1, 5, 4, "b", S).flags = kNoStart;
        const SpanTablePtr table = f.table();
        const ServiceGraph graph = f.graph();
        const GraphTimeline timeline(graph, table, nullptr, {100, 110, 2});
        QCOMPARE(timeline.at(1).edges[1].calls, uint64_t(1));
        QCOMPARE(timeline.at(0, 2).edges[1].calls, uint64_t(1));
        QCOMPARE(timeline.withoutStart().calls, uint64_t(1));
        QCOMPARE(timeline.withoutStart().entries, uint64_t(1));
        QCOMPARE(timeline.note(), std::string("1 call and 1 entry span have no start, and are at no moment of this time."));
    }

    // A span of 1970 or of 2200 stretched the time so that everything else was one moment, and nobody was told.
    void fewThatAreFarAway() {
        constexpr int64_t kSecond = 1'000'000'000, kNow = 1'700'000'000 * kSecond, kYear = 365 * 86'400 * kSecond;
        const auto timelineOf = [](const std::vector<int64_t>& starts, int64_t lastDuration = 10) {
            GraphFixture f;
            for (uint64_t i = 0; i < starts.size(); ++i)
                f.add(i + 1, i + 1, 0, "a", S).start = starts[i];
            f.spans.back().duration = lastDuration;
            return GraphTimeline::ofAll(f.graph(), f.table(), nullptr, 240);
        };
        const auto callsOf = [](const GraphTimeline& timeline) { return timeline.at(0, 240).edges[0].calls; };
        std::vector<int64_t> starts;
        for (int i = 0; i < 300; ++i)
            starts.push_back(kNow + i * kSecond);
        const GraphTimeline near = timelineOf(starts);
        QCOMPARE(std::pair(near.start(0), near.end()), std::pair(kNow, kNow + 299 * kSecond + 11));
        QCOMPARE(near.note(), std::string());
        for (const int64_t far : {int64_t(0), kNow + 50 * kYear}) {
            std::vector<int64_t> with = starts;
            with.push_back(far);
            const GraphTimeline timeline = timelineOf(with);
            QCOMPARE(std::pair(timeline.start(0), timeline.end()), std::pair(kNow, kNow + 299 * kSecond + 1));
            QCOMPARE(timeline.note(), std::string("1 call and 1 entry span are far away in time from all others and not played."));
            QCOMPARE(callsOf(timeline), uint64_t(300));
        }
        // Only the end of one is far away: nothing is left out.
        const GraphTimeline longOne = timelineOf(starts, kYear);
        QCOMPARE(longOne.end(), kNow + 299 * kSecond + 1);
        QCOMPARE(longOne.note(), std::string());
        QCOMPARE(callsOf(longOne), uint64_t(300));
        // More than a few are no mistake: all are kept, and that they are crowded is said.
        std::vector<int64_t> twoDays = starts;
        for (int i = 0; i < 20; ++i)
            twoDays.push_back(kNow + kYear + i * kSecond);
        const GraphTimeline crowded = timelineOf(twoDays);
        QCOMPARE(callsOf(crowded), uint64_t(320));
        QCOMPARE(crowded.note(), std::string("Nearly all of it is at one moment: select a shorter time range to see more."));
        // Even over the day: none of them is set apart.
        std::vector<int64_t> even;
        for (int i = 0; i < 12; ++i)
            even.push_back(kNow + i * 7200 * kSecond);
        QCOMPARE(callsOf(timelineOf(even)), uint64_t(12));
        QCOMPARE(timelineOf(even).note(), std::string());
        // All at one moment: there is nothing to be spread.
        QCOMPARE(callsOf(timelineOf(std::vector<int64_t>(20, kNow))), uint64_t(20));
    }

    void outsideIsSaid() {
        GraphFixture f;
        for (uint64_t i = 0; i < 10; ++i)
            f.add(i + 1, i + 1, 0, "a", S).start = static_cast<int64_t>(100 + i);
        const SpanTablePtr table = f.table();
        const GraphTimeline timeline(f.graph(), table, nullptr, {101, 111, 4});
        QCOMPARE(timeline.note(), std::string("1 call and 1 entry span lie outside of this time range."));
        QCOMPARE(timeline.start(3), int64_t(110)); // buckets are 3 wide
        QCOMPARE(timeline.start(4), int64_t(111));
        QCOMPARE(timeline.end(), int64_t(111));
    }

    void withoutPairs() {
        GraphFixture f;
        f.add(1, 1, 0, "a", S).start = 100;
        const SpanTablePtr table = f.table();
        ServiceGraph graph = f.graph();
        graph.isApproximate = true;
        graph.firstPair.clear();
        graph.pairs.clear();
        const ServiceGraph found = GraphTimeline(graph, table, nullptr, {100, 110, 2}).at(0);
        QCOMPARE(found.edges[0].calls, uint64_t(0));
        QCOMPARE(found.nodes[1].calls, uint64_t(1));
    }

    // A group stands for nodes of which the graph knows nothing: what calls it from outside counts.
    void groups() {
        GraphFixture f;
        f.add(1, 1, 0, "a", S).start = 100;
        f.add(1, 2, 1, "a", C).start = 101;
        f.add(1, 3, 2, "b", S).start = 102;
        const SpanTablePtr table = f.table();
        ServiceGraph graph = f.graph();
        ServiceGraph::Node& b = graph.nodes[*graph.nodeById("service:b")];
        b.kind = NodeKind::Group;
        b.service = ServiceGraph::kNoService;
        ServiceGraph::Edge inside = graph.edges[1]; // the same call once more, as one within the group
        inside.from = inside.to;
        graph.edges.push_back(inside);
        graph.pairs.push_back(graph.pairs.back());
        graph.firstPair.push_back(static_cast<uint32_t>(graph.pairs.size()));
        const ServiceGraph found = GraphTimeline(graph, table, nullptr, {100, 110, 1}).at(0);
        QCOMPARE(found.edges[2].calls, uint64_t(1));
        QCOMPARE(found.nodes[graph.edges[1].to].calls, uint64_t(1));
    }

    // Calls to several members of a group were one call of the replay and several of the graph, and so were messages that were
    // brought together with other calls.
    void callsOfAGroupCountAsInTheGraph() {
        GraphFixture f;
        f.add(1, 1, 0, "a", S).start = 100;
        f.add(1, 2, 1, "a", C).start = 101; // one client, two members
        f.add(1, 3, 2, "b", S).start = 102;
        f.add(1, 4, 2, "c", S).start = 103;
        const SpanTablePtr table = f.table();
        GraphGroups groups;
        groups.names = {"g"};
        groups.of = {{"service:b", 0}, {"service:c", 0}};
        const ServiceGraph graph = GraphCalls(*table, f.peers(*table)).count(nullptr, {}, &groups);
        const ServiceGraph found = GraphTimeline(graph, table, nullptr, {100, 110, 1}).at(0);
        const uint32_t group = *graph.nodeById("group:g");
        QCOMPARE(graph.nodes[group].calls, uint64_t(2));
        QCOMPARE(found.nodes[group].calls, uint64_t(2));
    }

    /// All moments at once are the graph itself, whatever is brought together and whatever a lens leaves of it; and the graph's edges are the
    /// sums of what `plainly()` finds between members.
    void wholeTimeIsTheGraphOfGroups() {
        std::mt19937 random(23);
        uint64_t mixedEdges = 0, hidden = 0;
        for (int round = 0; round < 60; ++round) {
            GraphFixture f = test::randomGraph(random, 10);
            for (auto& span : f.spans) {
                span.flags &= static_cast<uint8_t>(~kNoStart);
                span.start = std::max<int64_t>(span.start, 1'000'000'000);
            }
            const SpanTablePtr table = f.table();
            BitSet some(table->traceSlots());
            some.setWhere([&](size_t) { return random() % 3 != 0; });
            const BitSet* traces = round % 2 == 0 ? nullptr : &some;
            const GraphCalls calls(*table, f.peers(*table));
            const ServiceGraph members = calls.count(traces);
            GraphGroups groups;
            groups.names = {"one", "two"};
            for (const auto& node : members.nodes)
                if (random() % 3 != 0)
                    groups.of.emplace(node.id, random() % 2);
            const ServiceGraph graph = calls.count(traces, {}, &groups);
            const auto expected = plainly(*table, members, traces);
            const auto idOf = [&](uint32_t member) {
                const auto group = groups.of.find(members.nodes[member].id);
                return group == groups.of.end() ? members.nodes[member].id : "group:" + groups.names[group->second];
            };
            GraphLens lens;
            lens.mostEdges = static_cast<uint32_t>(1 + random() % 6);
            const LensedGraph shown = applyLens(graph, lens);
            const GraphTimeline::Range range{table->startTime(), table->endTime() + 1, 7};
            const ServiceGraph whole = GraphTimeline(graph, table, traces, range).at(0, 7), part = GraphTimeline(graph, table, traces, range, {}, &shown).at(0, 7);
            for (size_t e = 0; e < graph.edges.size(); ++e) {
                std::vector<Happened> all;
                std::set<EdgeKind> kinds;
                for (size_t m = 0; m < members.edges.size(); ++m)
                    if (idOf(members.edges[m].from) == graph.nodes[graph.edges[e].from].id && idOf(members.edges[m].to) == graph.nodes[graph.edges[e].to].id) {
                        all.insert(all.end(), expected[m].begin(), expected[m].end());
                        kinds.insert(members.edges[m].kind);
                    }
                mixedEdges += kinds.size() > 1;
                QCOMPARE(numbersOf(graph.edges[e]), numbersOf(all, range.from, range.to));
                QCOMPARE(numbersOf(whole.edges[e]), numbersOf(graph.edges[e]));
                QCOMPARE(whole.edges[e].timed, graph.edges[e].timed);
            }
            for (size_t n = 0; n < graph.nodes.size(); ++n) {
                QCOMPARE(numbersOf(whole.nodes[n]), numbersOf(graph.nodes[n]));
                QCOMPARE(whole.nodes[n].timed, graph.nodes[n].timed);
            }
            QCOMPARE(part.edges.size(), shown.graph.edges.size());
            for (size_t e = 0; e < part.edges.size(); ++e)
                QCOMPARE(numbersOf(part.edges[e]), numbersOf(shown.graph.edges[e]));
            QCOMPARE(part.nodes.size(), shown.graph.nodes.size());
            for (size_t n = 0; n < part.nodes.size(); ++n)
                QCOMPARE(numbersOf(part.nodes[n]), numbersOf(shown.graph.nodes[n]));
            hidden += shown.hidden.edges;
        }
        QVERIFY(mixedEdges > 50 && hidden > 50);
    }

    void stops() {
        GraphFixture f;
        for (uint64_t i = 1; i <= 70'000; ++i)
            f.add(i, i, 0, "a", S);
        const SpanTablePtr table = f.table();
        const ServiceGraph graph = serviceGraph(*table, nullptr, {});
        StopToken stop;
        const GraphTimeline whole(graph, table, nullptr, {table->startTime(), table->endTime() + 1, 10});
        stop.stop();
        int stopped = 0;
        try {
            GraphTimeline(graph, table, nullptr, {0, 10, 10}, stop);
        } catch (const Stopped&) {
            ++stopped;
        }
        try {
            (void)whole.at(0, 10, stop);
        } catch (const Stopped&) {
            ++stopped;
        }
        QCOMPARE(stopped, 2);
    }

    void randomTracesAgainstReference() {
        std::mt19937 random(21);
        uint64_t timeless = 0, messages = 0;
        for (int round = 0; round < 40; ++round) {
            const GraphFixture f = test::randomGraph(random, 12);
            const SpanTablePtr table = f.table();
            BitSet some(table->traceSlots());
            some.setWhere([&](size_t) { return random() % 2 == 0; });
            const BitSet* traces = round % 2 == 0 ? nullptr : &some;
            const ServiceGraph graph = GraphCalls(*table, f.peers(*table)).count(traces);
            const auto expected = plainly(*table, graph, traces);
            const int64_t from = 1'000'000'000 + (round % 3 == 0 ? 100 : 0), to = 1'000'001'000;
            const auto buckets = static_cast<uint32_t>(1 + random() % 60);
            const GraphTimeline timeline(graph, table, traces, {from, to, buckets});

            GraphTimeline::Left without, outside;
            for (size_t c = 0; c < expected.size(); ++c)
                for (const Happened& one : expected[c]) {
                    GraphTimeline::Left& left = one.time < 0 ? without : outside;
                    if (one.time < from || one.time >= to)
                        ++(c < graph.edges.size() ? left.calls : left.entries);
                }
            QCOMPARE(std::pair(timeline.withoutStart().calls, timeline.withoutStart().entries), std::pair(without.calls, without.entries));
            QCOMPARE(std::pair(timeline.outside().calls, timeline.outside().entries), std::pair(outside.calls, outside.entries));
            timeless += without.calls + without.entries;

            uint64_t calls = 0, entries = 0;
            for (uint32_t b = 0; b < buckets; ++b) {
                const auto width = static_cast<uint32_t>(b % 3 == 0 ? 1 + random() % 5 : 1);
                const ServiceGraph moment = timeline.at(b, width), alone = timeline.at(b);
                const int64_t start = timeline.start(b), end = std::min(to, start + timeline.width() * width);
                QCOMPARE(moment.edges.size(), graph.edges.size());
                QCOMPARE(moment.nodes.size(), graph.nodes.size());
                GraphTimeline::Count total;
                for (size_t e = 0; e < graph.edges.size(); ++e) {
                    QCOMPARE(numbersOf(moment.edges[e]), numbersOf(expected[e], start, end));
                    QCOMPARE(std::pair(moment.edges[e].from, moment.edges[e].to), std::pair(graph.edges[e].from, graph.edges[e].to));
                    QCOMPARE(moment.edges[e].kind, graph.edges[e].kind);
                    calls += alone.edges[e].calls;
                    messages += moment.edges[e].kind == EdgeKind::Messaging;
                }
                for (size_t n = 0; n < graph.nodes.size(); ++n) {
                    QCOMPARE(moment.nodes[n].id, graph.nodes[n].id);
                    QCOMPARE(moment.nodes[n].service, graph.nodes[n].service);
                    std::vector<Happened> all = expected[graph.edges.size() + n];
                    for (size_t e = 0; e < graph.edges.size(); ++e)
                        if (graph.nodes[n].kind != NodeKind::Service && (graph.nodes[n].kind == NodeKind::User ? graph.edges[e].from : graph.edges[e].to) == n)
                            all.insert(all.end(), expected[e].begin(), expected[e].end());
                    QCOMPARE(numbersOf(moment.nodes[n]), numbersOf(all, start, end));
                    if (graph.nodes[n].kind == NodeKind::Service) {
                        const auto [nodeCalls, nodeErrors, p50, p95, p99] = numbersOf(all, start, std::min(to, start + timeline.width()));
                        total.calls += nodeCalls;
                        total.errors += nodeErrors;
                    }
                }
                QCOMPARE(std::pair(timeline.total(b).calls, timeline.total(b).errors), std::pair(total.calls, total.errors));
                entries += total.calls;
            }
            // Nothing is lost: all moments, and what is at none, are the graph.
            uint64_t allCalls = 0, allEntries = 0;
            for (const auto& edge : graph.edges)
                allCalls += edge.calls;
            for (const auto& node : graph.nodes)
                allEntries += node.kind == NodeKind::Service ? node.calls : 0;
            QCOMPARE(calls + without.calls + outside.calls, allCalls);
            QCOMPARE(entries + without.entries + outside.entries, allEntries);
        }
        QVERIFY(timeless > 100 && messages > 500);
    }

    /// All moments at once are the graph itself, quantiles included.
    void wholeTimeIsTheGraph() {
        std::mt19937 random(22);
        for (int round = 0; round < 40; ++round) {
            GraphFixture f = test::randomGraph(random, 10);
            for (auto& span : f.spans) {
                span.flags &= static_cast<uint8_t>(~kNoStart);
                span.start = std::max<int64_t>(span.start, 1'000'000'000);
            }
            const SpanTablePtr table = f.table();
            const ServiceGraph graph = f.graph();
            const ServiceGraph whole = GraphTimeline(graph, table, nullptr, {table->startTime(), table->endTime() + 1, 7}).at(0, 7);
            for (size_t e = 0; e < graph.edges.size(); ++e)
                QCOMPARE(numbersOf(whole.edges[e]), numbersOf(graph.edges[e]));
            for (size_t n = 0; n < graph.nodes.size(); ++n)
                QCOMPARE(numbersOf(whole.nodes[n]), numbersOf(graph.nodes[n]));
        }
    }
};

QTEST_GUILESS_MAIN(TestGraphTimeline)
#include "tst_graph_timeline.moc"
