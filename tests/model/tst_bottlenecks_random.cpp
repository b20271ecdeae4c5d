// Instances against the others of their service, on random orders: beside the definition, with the times of each divided into its own and the
// others'.
#include "analysis/mann_whitney.h"
#include "analysis/odds_ratio.h"
#include "analysis/quantile.h"
#include "orders/bottlenecks.h"
#include "shop_fixture.h"

#include <QTest>

#include <cmath>
#include <map>
#include <random>

using namespace aisle;
using namespace aisle::test;

namespace {

using Lost = Bottleneck::Kind;
using Log = FulfilmentLog;

/// Orders with one visit each of the stage "B", at one of some instances, of which the first takes `factor` times as long as the others.
struct RandomOrders {
    RandomOrders(uint32_t seed, size_t instances, int64_t factor) {
        std::mt19937 random(seed);
        const auto below = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint64_t>(n)); };
        std::vector<Visit> spans;
        std::vector<Log::Visit> visits;
        for (size_t instance = 0; instance < instances; ++instance)
            for (int64_t n = 4 + below(30), i = 0; i < n; ++i) {
                const int64_t times = instance == 0 ? factor : 1;
                Log::Visit v;
                v.start = kBegin + below(3000) * kSecond;
                v.end = v.start + (1 + below(6)) * 100 * kMs * times; // few different ones: many ties
                v.wait = below(6) * 100 * kMs * times;
                v.queue = below(3) > 0 ? v.wait : -1;
                visits.push_back(v);
                Visit span{"o" + std::to_string(1000 + spans.size()), v.start - kBegin, "B"};
                span.duration = v.end - v.start;
                span.instance = "b-" + std::to_string(instance);
                span.trace = spans.size() + 1;
                span.kind = aisle::Kind::Consumer;
                spans.push_back(span);
            }
        shop = std::make_unique<Shop>(spans);
        state.table = shop->table;
        state.index = std::make_shared<const CaseIndex>(shop->cases());
        const size_t cases = state.cases().cases().size();
        state.counted.assign(cases, true);
        log.stages = {"Reserved"};
        log.isOptional = {false};
        log.within = {0};
        log.first = {0};
        std::vector<Log::Visit> byCase(cases);
        for (size_t i = 0; i < visits.size(); ++i) {
            const auto trace = state.table->findTrace({0, i + 1});
            visits[i].row = state.table->findSpan(*trace, i + 1);
            byCase[state.cases().find(spans[i].session)] = visits[i];
        }
        for (const Log::Visit& v : byCase) {
            log.visits.push_back(v);
            log.first.push_back(static_cast<uint32_t>(log.visits.size()));
            log.lead.push_back(v.wait + v.end - v.start);
        }
        only.resize(cases);
        for (size_t c = 0; c < cases; ++c)
            only[c] = below(10) > 0;
    }

    std::string instanceOf(size_t visit) const { return std::string(state.table->text(state.table->contextInfo(state.table->context(log.visits[visit].row)).instance)); }
    /// -1: none.
    static int64_t timeOf(const Log::Visit& v, Lost kind) {
        if (kind == Lost::Work)
            return v.end - v.start;
        if (kind == Lost::Queue)
            return v.queue;
        return v.queue < 0 ? v.wait : v.wait - v.queue;
    }

    std::unique_ptr<Shop> shop;
    JourneyState state;
    Log log;
    std::vector<bool> only;
};

/// An instance and what it lost, as `Bottleneck` calls them.
using Key = std::pair<std::string, Lost>;
struct Naive {
    std::vector<int64_t> own, others;
    double p = 1;
    bool isLonger() { return quantile(own, 0.5) > quantile(others, 0.5) && static_cast<double>(quantile(own, 0.5)) >= static_cast<double>(quantile(others, 0.5)) * Bottlenecks::kLeastFactor; }
};

} // namespace

class TestBottlenecksRandom : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void instancesAgainstTheOthers() {
        size_t longer = 0;
        for (uint32_t round = 0; round < 24; ++round) {
            const RandomOrders orders(round, 2 + round % 4, 1 + round % 4);
            const Bottlenecks all = bottlenecks(orders.state, orders.log, orders.only);
            std::map<Key, Naive> compared;
            std::map<std::string, bool> instances;
            for (size_t v = 0; v < orders.log.visits.size(); ++v)
                instances[orders.instanceOf(v)] = true;
            for (const auto& [instance, there] : instances)
                for (const Lost kind : {Lost::Queue, Lost::HandOver, Lost::Work}) {
                    Naive one;
                    for (size_t v = 0; v < orders.log.visits.size(); ++v) // one of each order
                        if (const int64_t time = RandomOrders::timeOf(orders.log.visits[v], kind); orders.only[v] && time >= 0)
                            (orders.instanceOf(v) == instance ? one.own : one.others).push_back(time);
                    if (one.own.size() < Bottlenecks::kLeastVisits || one.others.size() < Bottlenecks::kLeastVisits)
                        continue;
                    one.p = rankSum(one.own, one.others).p;
                    compared[{instance, kind}] = one;
                }
            std::vector<double> chances;
            for (const auto& [key, one] : compared)
                chances.push_back(one.p);
            const std::vector<double> rates = falseDiscoveryRates(chances);
            std::map<Key, double> expected; // its q
            size_t next = 0;
            for (auto& [key, one] : compared)
                if (const double q = rates[next++]; q <= Bottlenecks::kMostFalse && one.isLonger())
                    expected[key] = q;
            // Whether one of two instances fails more often is asked once of each with enough visits, although nothing failed.
            QVERIFY(all.compared >= compared.size() && all.compared <= compared.size() + instances.size());
            size_t found = 0;
            for (const Bottleneck& b : all.found) {
                if (!b.imbalance)
                    continue;
                ++found;
                const Key key{b.instance, b.kind};
                QVERIFY2(expected.contains(key), b.instance.c_str());
                Naive& one = compared[key];
                QCOMPARE(b.imbalance->others, uint64_t(one.others.size()));
                QVERIFY(b.imbalance->p == one.p); // exactly: it is the same sum of ranks
                QVERIFY(std::abs(b.imbalance->q - expected[key]) <= 1e-12);
                QCOMPARE(b.imbalance->othersP50, quantile(one.others, 0.5));
                QCOMPARE(b.p50, quantile(one.own, 0.5));
                const bool nobodyIsSaturated = std::none_of(all.found.begin(), all.found.end(), [&](const Bottleneck& other) { return other.saturation.has_value(); }) && all.small == 0;
                if (nobodyIsSaturated)
                    QCOMPARE(b.usual, b.imbalance->othersP50);
            }
            QVERIFY(found <= expected.size() && expected.size() - found <= all.small);
            longer += found;
        }
        QVERIFY2(longer >= 10, std::to_string(longer).c_str()); // else this test says nothing
    }
};

QTEST_GUILESS_MAIN(TestBottlenecksRandom)
#include "tst_bottlenecks_random.moc"
