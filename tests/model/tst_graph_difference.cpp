// What differs between the graphs of two sets of traces: releases worked out by hand, counting call by call, and what chance does.

#include "service_graph/graph_difference.h"
#include "analysis/quantile.h"
#include "graph_fixture.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <set>

using namespace aisle;
using Presence = GraphChange::Presence;
using NodeKind = ServiceGraph::NodeKind;

namespace {

constexpr int64_t kMs = 1'000'000;

/// Traces of a shop: the user calls web, and web calls others.
class Shop {
public:
    /// A trace that takes a second; web's own call does not fail.
    uint64_t trace() {
        root_ = ++id_;
        GraphFixture::Span& span = fixture_.add(++trace_, root_, 0, "web", Kind::Server);
        span.duration = 1000 * kMs;
        return trace_ - 1;
    }
    void call(const std::string& service, int64_t duration, bool fails = false) {
        const uint64_t client = ++id_, server = ++id_;
        fixture_.add(trace_, client, root_, "web", Kind::Client).duration = duration;
        GraphFixture::Span& span = fixture_.add(trace_, server, client, service, Kind::Server);
        span.duration = duration;
        span.isError = fails;
    }
    void query(const std::string& database, int64_t duration) {
        GraphFixture::Span& span = fixture_.add(trace_, ++id_, root_, "web", Kind::Client);
        span.duration = duration;
        span.attributes = {{"db.system", database}};
        hasPeers_ = true;
    }
    void made() {
        table = fixture_.table();
        if (hasPeers_)
            peers_ = fixture_.peers(*table);
        calls = std::make_unique<const GraphCalls>(*table, peers_);
    }
    /// Traces from..to-1, in order of trace().
    BitSet some(uint64_t from, uint64_t to) const {
        BitSet out(table->traceSlots());
        for (; from < to; ++from)
            out.set(from);
        return out;
    }
    GraphDifference compare(const BitSet& before, const BitSet& after, RatePer per = RatePer::Trace, int64_t length = 0, int64_t lengthAfter = 0) const {
        return graphDifference(*calls, {before, length}, {after, lengthAfter}, per);
    }

    SpanTablePtr table;
    std::unique_ptr<const GraphCalls> calls;

private:
    GraphFixture fixture_;
    PeerColumns peers_;
    bool hasPeers_ = false;
    uint64_t trace_ = 0, id_ = 0, root_ = 0;
};

const GraphChange& edge(const GraphDifference& d, const std::string& from, const std::string& to) {
    for (size_t e = 0; e < d.edges.size(); ++e)
        if (d.graph.nodes[d.graph.edges[e].from].name == from && d.graph.nodes[d.graph.edges[e].to].name == to)
            return d.edges[e];
    qFatal("no edge %s -> %s", from.c_str(), to.c_str());
}
const GraphChange& node(const GraphDifference& d, const std::string& id) {
    const auto number = d.graph.nodeById(id);
    if (!number)
        qFatal("no node %s", id.c_str());
    return d.nodes[*number];
}
bool isAnyClear(const GraphDifference& d) {
    return std::any_of(d.nodes.begin(), d.nodes.end(), [](const GraphChange& c) { return c.isClear(); }) || std::any_of(d.edges.begin(), d.edges.end(), [](const GraphChange& c) { return c.isClear(); });
}
bool isNear(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(b)); }

/// A hundred traces before a release and a hundred after it.
/// pay: one call of 100..199 ms, then two of 400..499 ms each, of which every fifth trace fails both;
/// stock: one of 50 ms, as before; old is gone, and new is there; the database has half as many queries.
Shop release() {
    Shop shop;
    for (int i = 0; i < 200; ++i) {
        const bool isAfter = i >= 100;
        shop.trace();
        for (int n = 0; n < (isAfter ? 2 : 1); ++n)
            shop.call("pay", ((isAfter ? 400 : 100) + i % 100) * kMs, isAfter && i % 5 == 0);
        shop.call("stock", 50 * kMs);
        shop.call(isAfter ? "new" : "old", 10 * kMs);
        for (int n = 0; n < (isAfter ? 1 : 2); ++n)
            shop.query("mysql", 5 * kMs);
        if (i == 150)
            shop.call("rare", 3 * kMs);
    }
    shop.made();
    return shop;
}

} // namespace

class TestGraphDifference : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand() {
        const Shop shop = release();
        const GraphDifference d = shop.compare(shop.some(0, 100), shop.some(100, 200));
        QCOMPARE(std::tuple(d.tracesBefore, d.tracesAfter, d.graph.traces), std::tuple(uint64_t(100), uint64_t(100), uint64_t(200)));
        QCOMPARE(d.failure, 1000 * kMs);
        QCOMPARE(std::pair(d.nodes.size(), d.edges.size()), std::pair(d.graph.nodes.size(), d.graph.edges.size()));

        const GraphChange& pay = edge(d, "web", "pay");
        QCOMPARE(pay.presence, Presence::Both);
        QCOMPARE(std::tuple(pay.callsBefore, pay.callsAfter, pay.errorsBefore, pay.errorsAfter), std::tuple(uint64_t(100), uint64_t(200), uint64_t(0), uint64_t(40)));
        QCOMPARE(std::pair(pay.rate.before, pay.rate.after), std::pair(1.0, 2.0));
        QVERIFY(pay.rate.isClear() && pay.rate.low > 1 && pay.rate.low < 2 && pay.rate.high > 2);
        QCOMPARE(std::pair(pay.errorShare.before, pay.errorShare.after), std::pair(0.0, 0.2));
        QVERIFY(pay.errorShare.isClear() && pay.errorShare.low > 0 && pay.errorShare.low < 0.2 && pay.errorShare.high > 0.2);
        QCOMPARE(std::pair(pay.p50.before, pay.p50.after), std::pair(149.0 * kMs, 449.0 * kMs));
        QVERIFY(pay.p50.isClear() && pay.p50.low < 300 * kMs && pay.p50.high > 300 * kMs);
        QCOMPARE(std::pair(pay.p95.before, pay.p95.after), std::pair(194.0 * kMs, 494.0 * kMs));
        QVERIFY(!pay.p95.isClear() && std::isinf(pay.p95.high)); // of a hundred the 95th may be the last
        QVERIFY(isNear(pay.timeChange, (2 * 449.5 - 149.5) * kMs));
        QVERIFY(isNear(pay.errorChange, 400));
        QVERIFY(isNear(pay.impact, (749.5 + 0.4 * 1000) * kMs));

        const GraphChange& stock = edge(d, "web", "stock");
        QVERIFY(!stock.isClear() && stock.isTested() && stock.rate.isTested && !stock.errorShare.isTested && stock.p50.isTested);
        QCOMPARE(stock.sentence, std::string("No clear change."));
        QCOMPARE(stock.impact, 0.0);

        const GraphChange &added = edge(d, "web", "new"), &removed = edge(d, "web", "old");
        QCOMPARE(std::pair(added.presence, removed.presence), std::pair(Presence::Added, Presence::Removed));
        QVERIFY(added.isClear() && added.rate.low > 1 && std::isinf(added.rate.high));
        QVERIFY(removed.isClear() && removed.rate.low == 0 && removed.rate.high < 1);
        QVERIFY(!added.p50.isTested && !added.errorShare.isTested);
        QCOMPARE(added.sentence, std::string("New: 100 calls, 1 per trace."));
        QCOMPARE(removed.sentence, std::string("Gone: 100 calls, 1 per trace."));
        const GraphChange& rare = edge(d, "web", "rare");
        QCOMPARE(rare.presence, Presence::Added);
        QVERIFY(!rare.isClear() && !rare.isTested());
        QCOMPARE(rare.sentence, std::string("New: 1 call, too few to tell."));

        // Peers and services are counted as in the graph; a service's time is what it takes itself.
        const GraphChange &mysql = node(d, "database:mysql"), &query = edge(d, "web", "mysql");
        QCOMPARE(std::pair(mysql.callsBefore, mysql.callsAfter), std::pair(uint64_t(200), uint64_t(100)));
        QVERIFY(mysql.rate.isClear() && mysql.rate.high < 1);
        QVERIFY(isNear(mysql.timeChange, -5.0 * kMs) && isNear(query.timeChange, -5.0 * kMs));
        QVERIFY(isNear(mysql.impact, 5.0 * kMs));
        const GraphChange& web = node(d, "service:web");
        QCOMPARE(std::pair(web.callsBefore, web.callsAfter), std::pair(uint64_t(100), uint64_t(100)));
        QVERIFY(!web.isClear());
        QCOMPARE(node(d, "user:(user)").callsAfter, uint64_t(100));
        QVERIFY(isNear(node(d, "service:pay").timeChange, (2 * 449.5 - 149.5) * kMs));
    }

    void sentences() {
        const Shop shop = release();
        const GraphDifference d = shop.compare(shop.some(0, 100), shop.some(100, 200));
        const QString pay = QString::fromStdString(edge(d, "web", "pay").sentence);
        const QRegularExpression expected(QStringLiteral("^2 times as many calls \\(95 %: 1\\.\\d+ to 2\\.\\d+\\): 2 per trace, before 1 per trace; 20\\.0 % failed, before 0 % \\(95 %: \\+\\d+\\.\\d to \\+\\d+\\.\\d points\\); "
                                                         "p50 rose from 149 ms to 449 ms \\(95 %: \\+2\\d\\d ms to \\+3\\d\\d ms\\)\\.$"));
        QVERIFY2(expected.match(pay).hasMatch(), qPrintable(pay));
        GraphChange c;
        c.callsBefore = c.callsAfter = 9;
        c.p95 = {480.0 * kMs, 120.0 * kMs, -std::numeric_limits<double>::infinity(), -300.0 * kMs, 0, true};
        QCOMPARE(sentenceOf(c, RatePer::Second), std::string("p95 fell from 480 ms to 120 ms (95 %: \xe2\x88\x92""300 ms or less)."));
        c.p95.isTested = false;
        QCOMPARE(sentenceOf(c, RatePer::Second), std::string("Too few to tell."));
        c.rate = {1, 2.5, 2, 3, 1, true};
        QCOMPARE(sentenceOf(c, RatePer::Second), std::string("2.5 times as many calls (95 %: 2 to 3): 2.50 /s, before 1.00 /s."));
    }

    /// The graph can be drawn: what is in both as it is after, what is gone as it was.
    void graphOfBoth() {
        const Shop shop = release();
        const BitSet before = shop.some(0, 100), after = shop.some(100, 200), both = shop.some(0, 200);
        const GraphDifference d = shop.compare(before, after);
        const ServiceGraph whole = shop.calls->count(&both), earlier = shop.calls->count(&before), later = shop.calls->count(&after);
        QCOMPARE(d.graph.nodes.size(), whole.nodes.size());
        QCOMPARE(d.graph.pairs, whole.pairs);
        QCOMPARE(d.graph.firstPair, whole.firstPair);
        QCOMPARE(d.graph.spans, whole.spans);
        for (size_t n = 0; n < whole.nodes.size(); ++n) {
            const ServiceGraph::Node& found = d.graph.nodes[n];
            QCOMPARE(found.id, whole.nodes[n].id);
            const auto place = later.nodeById(found.id);
            QCOMPARE(place.has_value(), d.nodes[n].presence != Presence::Removed);
            const ServiceGraph::Node& own = place ? later.nodes[*place] : earlier.nodes[*earlier.nodeById(found.id)];
            QCOMPARE(std::tuple(found.calls, found.errors, found.p50, found.p99, found.selfTime, found.spans), std::tuple(own.calls, own.errors, own.p50, own.p99, own.selfTime, own.spans));
        }
        for (size_t e = 0; e < whole.edges.size(); ++e) {
            const auto &found = d.graph.edges[e], &united = whole.edges[e];
            QCOMPARE(std::pair(found.from, found.to), std::pair(united.from, united.to));
            QCOMPARE(found.calls, d.edges[e].presence == Presence::Removed ? d.edges[e].callsBefore : d.edges[e].callsAfter);
        }
    }

    void equalSidesDoNotDiffer() {
        const Shop shop = release();
        const BitSet all = shop.some(0, 200);
        const GraphDifference d = shop.compare(all, all);
        QVERIFY(d.tested > 0 && !isAnyClear(d));
        for (const GraphChange& c : d.edges) {
            QCOMPARE(c.presence, Presence::Both);
            QCOMPARE(std::tuple(c.callsBefore, c.errorsBefore, c.p50.before, c.p95.before), std::tuple(c.callsAfter, c.errorsAfter, c.p50.after, c.p95.after));
            QCOMPARE(c.impact, 0.0);
            QVERIFY(!c.rate.isTested || (c.rate.low <= 1 && 1 <= c.rate.high));
        }
    }

    // Calls that all are unfinished on one side had quantiles of 0 there, as if they had become the fastest.
    void unfinishedCallsHaveNoQuantiles() {
        GraphFixture f;
        for (uint64_t trace = 1; trace <= 2; ++trace) {
            f.add(trace, trace * 10, 0, "web", Kind::Server);
            f.add(trace, trace * 10 + 1, trace * 10, "web", Kind::Client).flags = trace == 2 ? kUnfinished : 0;
            f.add(trace, trace * 10 + 2, trace * 10 + 1, "pay", Kind::Server);
        }
        const SpanTablePtr table = f.table();
        const GraphCalls calls(*table, {});
        BitSet before(table->traceSlots()), after(table->traceSlots());
        before.set(0);
        after.set(1);
        const GraphDifference d = graphDifference(calls, {before}, {after}, RatePer::Trace);
        QCOMPARE(std::pair(edge(d, "web", "pay").timedBefore, edge(d, "web", "pay").timedAfter), std::pair(uint64_t(1), uint64_t(0)));
        const Tabular rows = tabulate(d);
        const auto column = [&](std::string_view key) { return static_cast<size_t>(std::find_if(rows.columns.begin(), rows.columns.end(), [&](const Column& one) { return one.key == key; }) - rows.columns.begin()); };
        const auto row = std::find_if(rows.rows.begin(), rows.rows.end(), [&](const auto& one) { return one[column("from")].value == Cell("web").value; });
        QVERIFY(row != rows.rows.end());
        for (const char* key : {"p50_after_ns", "p95_after_ns"})
            QVERIFY2(std::holds_alternative<std::monostate>((*row)[column(key)].value), key);
        QVERIFY(std::holds_alternative<int64_t>((*row)[column("p95_before_ns")].value));
    }

    void emptySides() {
        const Shop shop = release();
        const BitSet none = shop.some(0, 0), some = shop.some(0, 100), few = shop.some(100, 104);
        const GraphDifference added = shop.compare(none, some), removed = shop.compare(some, none), nothing = shop.compare(none, none), tooFew = shop.compare(some, few);
        for (const GraphDifference* d : {&added, &removed, &nothing, &tooFew}) {
            QVERIFY(!isAnyClear(*d));
            QCOMPARE(d->ranked.size(), d->nodes.size() + d->edges.size());
        }
        QVERIFY(nothing.nodes.empty() && nothing.edges.empty());
        QVERIFY(std::all_of(added.edges.begin(), added.edges.end(), [](const GraphChange& c) { return c.presence == Presence::Added && c.callsBefore == 0 && c.callsAfter > 0; }));
        QVERIFY(std::all_of(removed.nodes.begin(), removed.nodes.end(), [](const GraphChange& c) { return c.presence == Presence::Removed; }));
        QCOMPARE(removed.graph.edges.size(), added.graph.edges.size());
        QCOMPARE(std::pair(tooFew.tested, edge(tooFew, "web", "pay").sentence), std::pair(uint64_t(0), std::string("Too few to tell.")));
        QCOMPARE(shop.compare(some, shop.some(100, 105)).tested > 0, true);
        // As a rate, what was looked at for no time has none.
        QCOMPARE(edge(shop.compare(some, some, RatePer::Second, 0, 0), "web", "pay").rate.isTested, false);
    }

    /// A hundred traces in an hour are as many per second as fifty in half of one, and a tenth of them in six minutes.
    void perSecond() {
        const Shop shop = release();
        constexpr int64_t kHour = 3600 * 1000 * kMs;
        const GraphChange same = edge(shop.compare(shop.some(0, 100), shop.some(0, 50), RatePer::Second, kHour, kHour / 2), "web", "pay");
        QVERIFY(isNear(same.rate.before, 100.0 / 3600) && isNear(same.rate.after, 100.0 / 3600));
        QVERIFY(same.rate.isTested && !same.rate.isClear());
        const GraphChange more = edge(shop.compare(shop.some(0, 100), shop.some(0, 100), RatePer::Second, kHour, kHour / 10), "web", "pay");
        QVERIFY(isNear(more.rate.after, 1000.0 / 3600) && more.rate.isClear() && more.rate.low < 10 && more.rate.high > 10);
        // Per trace nothing has changed.
        QVERIFY(!edge(shop.compare(shop.some(0, 100), shop.some(0, 50)), "web", "pay").rate.isClear());
        // Half as many traces are clearly fewer only when their number counts.
        QVERIFY(edge(shop.compare(shop.some(0, 100), shop.some(0, 30), RatePer::Second, kHour, kHour), "web", "pay").rate.isClear());
    }

    void ranking() {
        const Shop shop = release();
        const GraphDifference d = shop.compare(shop.some(0, 100), shop.some(100, 200));
        std::set<std::pair<bool, uint32_t>> places;
        for (size_t i = 0; i < d.ranked.size(); ++i) {
            places.emplace(d.ranked[i].isNode, d.ranked[i].number);
            const GraphChange &c = d.at(d.ranked[i]), &last = d.at(d.ranked[i == 0 ? 0 : i - 1]);
            QVERIFY(last.isClear() || !c.isClear());
            QVERIFY(last.isClear() != c.isClear() || last.impact >= c.impact);
        }
        QCOMPARE(places.size(), d.nodes.size() + d.edges.size());
        QCOMPARE(d.at(d.ranked[0]).callsAfter, uint64_t(200)); // pay, or the calls to it
        QVERIFY(d.at(d.ranked[0]).isClear() && !d.at(d.ranked.back()).isClear());
    }

    /// What fails fast is no gain: time saved and failures do not cancel out.
    void failingFast() {
        Shop shop;
        for (int i = 0; i < 200; ++i) {
            shop.trace();
            shop.call("pay", i < 100 ? 1000 * kMs : kMs, i >= 100);
        }
        shop.made();
        const GraphChange pay = edge(shop.compare(shop.some(0, 100), shop.some(100, 200)), "web", "pay");
        QVERIFY(isNear(pay.timeChange, -999.0 * kMs) && isNear(pay.errorChange, 1000));
        QVERIFY(pay.errorShare.isClear() && pay.p50.isClear() && isNear(pay.impact, 1999.0 * kMs));
    }

    /// Beside the graphs of both sides, and what is summed beside adding up pair by pair.
    void asPlainlyAsCanBe() {
        std::mt19937 random(21);
        const auto below = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
        for (int round = 0; round < 20; ++round) {
            GraphFixture f;
            uint64_t id = 0;
            for (uint64_t trace = 1; trace <= 60; ++trace) {
                const uint64_t first = id + 1;
                for (uint32_t n = 1 + below(12); n > 0; --n) {
                    ++id;
                    auto& span = f.add(trace, id, id == first ? 0 : first + below(static_cast<uint32_t>(id - first)), std::string(1, static_cast<char>('a' + below(4))), static_cast<Kind>(below(6)));
                    span.duration = static_cast<int64_t>(below(1'000'000));
                    span.isError = below(6) == 0;
                    span.flags = below(15) == 0 ? kUnfinished : 0;
                    if (below(4) == 0)
                        span.attributes.emplace_back(below(2) == 0 ? "messaging.destination.name" : "db.system", below(2) == 0 ? "redis" : "mysql");
                }
            }
            const SpanTablePtr table = f.table();
            const GraphCalls calls(*table, f.peers(*table));
            std::array<BitSet, 2> sets{BitSet(table->traceSlots()), BitSet(table->traceSlots())};
            for (BitSet& set : sets)
                for (size_t t = 0; t < set.size(); ++t)
                    if (below(3) == 0)
                        set.set(t);
            const GraphDifference d = graphDifference(calls, {sets[0]}, {sets[1]}, RatePer::Trace);
            for (const size_t side : {0, 1}) {
                const ServiceGraph graph = calls.count(&sets[side]);
                const auto traces = static_cast<double>(graph.traces);
                QCOMPARE(side == 0 ? d.tracesBefore : d.tracesAfter, graph.traces);
                const auto check = [&](const auto& own, const GraphChange& c) {
                    QCOMPARE(side == 0 ? c.callsBefore : c.callsAfter, own.calls);
                    QCOMPARE(side == 0 ? c.errorsBefore : c.errorsAfter, own.errors);
                    QCOMPARE(static_cast<int64_t>(side == 0 ? c.p50.before : c.p50.after), own.p50);
                    QCOMPARE(static_cast<int64_t>(side == 0 ? c.p95.before : c.p95.after), own.p95);
                    QVERIFY(isNear(side == 0 ? c.rate.before : c.rate.after, static_cast<double>(own.calls) / traces));
                };
                size_t found = 0;
                for (size_t n = 0; n < d.nodes.size(); ++n) {
                    const auto place = graph.nodeById(d.graph.nodes[n].id);
                    QCOMPARE(place.has_value(), d.nodes[n].presence == Presence::Both || d.nodes[n].presence == (side == 0 ? Presence::Removed : Presence::Added));
                    check(place ? graph.nodes[*place] : ServiceGraph::Node(), d.nodes[n]);
                    found += place.has_value();
                }
                QCOMPARE(found, graph.nodes.size());
                for (const ServiceGraph::Edge& own : graph.edges)
                    for (size_t e = 0; e < d.edges.size(); ++e)
                        if (d.graph.nodes[d.graph.edges[e].from].id == graph.nodes[own.from].id && d.graph.nodes[d.graph.edges[e].to].id == graph.nodes[own.to].id)
                            check(own, d.edges[e]);
            }
            for (size_t e = 0; e < d.edges.size(); ++e) {
                double change = 0;
                for (const size_t side : {0, 1})
                    change += (side == 0 ? -1 : 1) * timeOf(*table, d.graph, e, sets[side]) / static_cast<double>(side == 0 ? d.tracesBefore : d.tracesAfter);
                QVERIFY2(isNear(d.edges[e].timeChange, change), qPrintable(QStringLiteral("%1 %2").arg(d.edges[e].timeChange).arg(change)));
            }
            for (size_t n = 0; n < d.nodes.size(); ++n)
                if (const uint32_t service = d.graph.nodes[n].service; d.graph.nodes[n].kind == NodeKind::Service) {
                    double change = 0;
                    table->forEachRow([&](Row row) {
                        if (table->service(row) == service && !table->isHidden(row))
                            change += static_cast<double>(table->selfTime(row)) * ((sets[1][table->trace(row)] ? 1 / static_cast<double>(d.tracesAfter) : 0) - (sets[0][table->trace(row)] ? 1 / static_cast<double>(d.tracesBefore) : 0));
                    });
                    QVERIFY(std::abs(d.nodes[n].timeChange - change) < 1e-3);
                }
        }
    }

    /// Two halves of the same traffic, whose traces differ in size, in failures and in speed, again and again: at most one of twenty
    /// comparisons may find anything at all. Twice the calls, or twice the time, are found.
    void chanceIsNoFinding() {
        std::mt19937 random(31);
        std::uniform_real_distribution<double> uniform(0, 1);
        std::lognormal_distribution<double> speeds(0, 0.7), each(0, 0.4);
        int wrong = 0, more = 0, slower = 0;
        constexpr int kRounds = 40;
        for (int round = 0; round < kRounds; ++round) {
            Shop shop;
            for (int i = 0; i < 600; ++i) {
                const int group = i / 150; // two alike, one with more calls of pay, one with slower calls of stock
                const double speed = speeds(random), failing = uniform(random) < 0.1 ? 0.8 : 0.01;
                shop.trace();
                for (const char* service : {"pay", "stock", "ship", "mail"}) {
                    const bool isMore = group == 2 && service == std::string_view("pay"), isSlower = group == 3 && service == std::string_view("stock");
                    for (int n = std::geometric_distribution<int>(isMore ? 0.15 : 0.3)(random); n >= 0; --n)
                        shop.call(service, static_cast<int64_t>(1e6 * speed * each(random) * (isSlower ? 2 : 1)), uniform(random) < failing);
                }
            }
            shop.made();
            const BitSet before = shop.some(0, 150);
            wrong += isAnyClear(shop.compare(before, shop.some(150, 300)));
            const GraphChange pay = edge(shop.compare(before, shop.some(300, 450)), "web", "pay");
            more += pay.rate.isClear() && pay.rate.low > 1;
            const GraphChange stock = edge(shop.compare(before, shop.some(450, 600)), "web", "stock");
            slower += stock.p50.isClear() && stock.p50.low > 0;
        }
        qInfo("wrong %d, more %d, slower %d of %d", wrong, more, slower, kRounds);
        QVERIFY2(wrong <= kRounds / 20, qPrintable(QString::number(wrong)));
        QVERIFY2(more >= kRounds * 9 / 10 && slower >= kRounds * 9 / 10, qPrintable(QStringLiteral("%1 %2").arg(more).arg(slower)));
    }

    void stops() {
        const Shop shop = release();
        const BitSet before = shop.some(0, 100), after = shop.some(100, 200);
        StopToken stop;
        stop.stop();
        QVERIFY_EXCEPTION_THROWN(graphDifference(*shop.calls, {before}, {after}, RatePer::Trace, stop), Stopped);
    }

    void table() {
        const Shop shop = release();
        const GraphDifference d = shop.compare(shop.some(0, 100), shop.some(100, 200));
        const Tabular table = tabulate(d);
        QCOMPARE(table.rows.size(), d.nodes.size() + d.edges.size());
        const auto column = [&](const char* key) {
            const auto at = std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& c) { return c.key == key; });
            return static_cast<size_t>(at - table.columns.begin());
        };
        for (const auto& row : table.rows)
            QCOMPARE(row.size(), table.columns.size());
        const auto find = [&](const std::string& what) -> const std::vector<Cell>& {
            for (const auto& row : table.rows)
                if (std::get<std::string>(row[0].value) == what)
                    return row;
            qFatal("no row %s", what.c_str());
        };
        const auto& pay = find("web \xe2\x86\x92 pay");
        const auto text = [&](const std::vector<Cell>& row, const char* key) { return std::get<std::string>(row[column(key)].value); };
        QCOMPARE(text(pay, "from") + text(pay, "to") + text(pay, "kind") + text(pay, "presence"), std::string("webpaysyncboth"));
        QCOMPARE(text(pay, "from_kind") + ' ' + text(pay, "to_kind"), std::string("service service"));
        QCOMPARE(pay[column("clear")].shown, std::string("yes"));
        QCOMPARE(pay[column("calls_after")].shown, std::string("200"));
        QCOMPARE(pay[column("rate_after")].shown, std::string("2 per trace"));
        QCOMPARE(pay[column("error_share_after")].shown, std::string("20.0 %"));
        QCOMPARE(pay[column("errors_after")].shown, std::string("40"));
        QCOMPARE(pay[column("p95_after_ns")].shown, std::string("494 ms"));
        QCOMPARE(pay[column("error_change")].shown, std::string("+400"));
        QCOMPARE(text(pay, "sentence"), edge(d, "web", "pay").sentence);
        QVERIFY(std::holds_alternative<std::monostate>(pay[column("p95_change_high_ns")].value)); // no bound
        QCOMPARE(text(find("mysql"), "kind"), std::string("database"));
        QVERIFY(std::holds_alternative<std::monostate>(find("mysql")[column("from")].value));
        const auto& added = find("web \xe2\x86\x92 new");
        QCOMPARE(text(added, "presence"), std::string("added"));
        QVERIFY(std::holds_alternative<std::monostate>(added[column("p50_before_ns")].value) && std::holds_alternative<std::monostate>(added[column("rate_ratio")].value));
        QCOMPARE(text(table.rows[0], "sentence"), d.at(d.ranked[0]).sentence);
        QCOMPARE(table.notes.size(), size_t(2));
    }

private:
    /// ns of the calls of an edge: one for each client and trace, or for each message.
    static double timeOf(const SpanTable& table, const ServiceGraph& graph, size_t number, const BitSet& traces) {
        const ServiceGraph::Edge& edge = graph.edges[number];
        std::set<std::pair<Row, TraceIndex>> clients;
        double sum = 0;
        for (const auto& pair : graph.pairsOf(number)) {
            const TraceIndex trace = table.trace(pair.server != kNoRow ? pair.server : pair.client);
            if (!traces[trace] || (edge.kind != ServiceGraph::EdgeKind::Messaging && pair.client != kNoRow && !clients.emplace(pair.client, trace).second))
                continue;
            const Row timed = pair.client == kNoRow || (graph.nodes[edge.from].kind == NodeKind::Queue && pair.server != kNoRow) ? pair.server : pair.client;
            if ((table.flags(timed) & (kUnfinished | kNegative)) == 0)
                sum += static_cast<double>(table.duration(timed));
        }
        return sum;
    }
};

QTEST_GUILESS_MAIN(TestGraphDifference)
#include "tst_graph_difference.moc"
