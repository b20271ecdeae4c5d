// Where orders lose time, on logs that are worked out by hand.
#include "orders/bottlenecks.h"
#include "shop_fixture.h"

#include <QTest>

#include <array>
#include <map>

using namespace aisle;
using namespace aisle::test;

namespace {

using Lost = Bottleneck::Kind;

/// Visits of stages A and B, as a test says them.
class Orders {
public:
    struct At {
        int order;
        uint32_t stage;
        std::string instance;
        int64_t start, work; ///< ns
        int64_t wait = -1, queue = -1;
        bool failed = false;
    };
    /// The span's id.
    SpanId add(const At& at) {
        Visit v{"o" + std::to_string(1000 + at.order), at.start, at.stage == 0 ? "A" : "B"};
        v.duration = at.work;
        v.instance = at.instance;
        v.trace = spans_.size() + 1;
        v.kind = aisle::Kind::Consumer;
        spans_.push_back(v);
        visits_[spans_.size()] = at;
        return spans_.size();
    }
    /// A call below the visit, from its start on; it may be why the visit failed.
    void below(SpanId visit, const std::string& name, int64_t duration, bool failed = false) {
        Visit v = spans_[visit - 1];
        v.name = name;
        v.duration = duration;
        v.kind = aisle::Kind::Client;
        v.parent = visit;
        v.session.clear();
        if (failed)
            v.attributes = {{"error", "true"}};
        spans_.push_back(v);
    }

    struct Looked {
        std::unique_ptr<Shop> shop;
        JourneyState state;
        FulfilmentLog log;
        Bottlenecks found;
        std::string words() const {
            std::string out;
            for (const Bottleneck& one : found.found)
                out += sentenceOf(one) + " " + figuresOf(one) + "\n";
            return out;
        }
    };
    Looked look(const std::vector<int>& without = {}) const {
        Looked out;
        out.shop = std::make_unique<Shop>(spans_);
        out.state.table = out.shop->table;
        out.state.index = std::make_shared<const CaseIndex>(out.shop->cases());
        const size_t cases = out.state.cases().cases().size();
        out.state.counted.assign(cases, true);
        std::vector<std::vector<FulfilmentLog::Visit>> byCase(cases);
        for (const auto& [id, at] : visits_) {
            FulfilmentLog::Visit v;
            v.stage = at.stage;
            const auto trace = out.state.table->findTrace({0, id}); // a trace of its own, with the number of its span
            v.row = out.state.table->findSpan(*trace, id);
            v.start = kBegin + at.start;
            v.end = v.start + at.work;
            v.wait = at.wait;
            v.queue = at.queue;
            v.failed = at.failed;
            byCase[out.state.cases().find("o" + std::to_string(1000 + at.order))].push_back(v);
        }
        out.log.stages = {"Accepted", "Reserved"};
        out.log.isOptional = {false, false};
        out.log.within = {0, 0};
        out.log.first = {0};
        for (auto& visits : byCase) {
            std::stable_sort(visits.begin(), visits.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
            std::array<uint32_t, 2> attempts{};
            int64_t last = visits.empty() ? 0 : visits.front().start;
            for (FulfilmentLog::Visit& v : visits) {
                v.attempt = ++attempts[v.stage];
                last = std::max(last, v.end);
                out.log.visits.push_back(v);
            }
            out.log.first.push_back(static_cast<uint32_t>(out.log.visits.size()));
            out.log.lead.push_back(visits.empty() ? 0 : last - visits.front().start);
        }
        std::vector<bool> only(cases, true);
        for (const int order : without)
            only[out.state.cases().find("o" + std::to_string(1000 + order))] = false;
        out.found = bottlenecks(out.state, out.log, only);
        return out;
    }

private:
    std::vector<Visit> spans_;
    std::map<SpanId, At> visits_;
};

/// One visit of A that ends at 0, and one of B that has waited since.
void waits(Orders& orders, int order, const std::string& instance, int64_t start, int64_t wait, int64_t work = kSecond, bool isQueue = true) {
    orders.add({order, 0, "a-1", start - wait - kMs, kMs});
    orders.add({order, 1, instance, start, work, wait, isQueue ? wait : -1});
}

/// Twenty that are sent at once to b-1, which takes 10 s for each, and twenty that b-2 takes up at once, one every 20 s.
Orders slowQueue(bool isQueue = true) {
    Orders orders;
    for (int i = 0; i < 20; ++i) {
        const int64_t start = i * 10'002 * kMs;
        orders.add({i, 0, "a-1", -500 * kMs, 500 * kMs});
        const SpanId visit = orders.add({i, 1, "b-1", start, 10 * kSecond, start, isQueue ? start : -1});
        orders.below(visit, "UPDATE stock", 8 * kSecond);
        waits(orders, 100 + i, "b-2", i * 20 * kSecond, 10 * kMs, 10 * kSecond, isQueue);
    }
    return orders;
}

} // namespace

class TestBottlenecks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aSaturatedInstance() {
        const Orders::Looked looked = slowQueue().look();
        const Bottlenecks& all = looked.found;
        QVERIFY2(all.found.size() == 1, looked.words().c_str()); // the work is alike
        const Bottleneck& b = all.found[0];
        QVERIFY(b.kind == Lost::Queue && b.stage == 1 && b.stageName == "Reserved" && b.service == "shop" && b.instance == "b-1");
        QVERIFY(b.saturation && b.saturation->backToBack == 19 && b.saturation->waited == 19 && b.imbalance && b.imbalance->others == 20 && b.imbalance->q < 0.001);
        QCOMPARE(b.usual, 10 * kMs);
        // The i-th waits 10.002 s times i: 190 times that, without 10 ms for each but the first, which waits for nothing.
        QCOMPARE(b.excess, 1'900'380 * kMs - 19 * 10 * kMs);
        QCOMPARE(b.orders.size(), size_t(19));
        QCOMPARE(b.p50, 90'018 * kMs); // the 10th
        QCOMPARE(b.p90, 170'034 * kMs); // the 18th
        QCOMPARE(b.excessP50, 100'020 * kMs - 10 * kMs); // of 19 the 10th
        QCOMPARE(all.orders, uint64_t(40));
        const int64_t lead = 1'900'380 * kMs + 20 * 10'500 * kMs + 20 * 10'011 * kMs;
        QCOMPARE(all.lead, lead);
        QCOMPARE(b.share, static_cast<double>(b.excess) / static_cast<double>(lead));
        QVERIFY(b.operation == "UPDATE stock" && b.operationService == "shop" && std::abs(b.operationShare - 0.8) < 1e-9);
        QCOMPARE(b.examples.size(), Bottlenecks::kMostExamples);
        QCOMPARE(looked.state.cases().cases()[b.examples[0].number].value, std::string("o1019")); // it waited longest
        QCOMPARE(looked.state.table->start(b.examples[0].row), kBegin + 19 * 10'002 * kMs);
        QCOMPARE(sentenceOf(b), std::string("Orders wait 1 min 30 s (p50) in the queue for Reserved at b-1 of shop, against 10.0 ms at the others; it works without a pause: 100 % of those that waited began right after the one before; UPDATE stock takes 80.0 % of its time."));
        QVERIFY(all.longest.empty());
    }

    void withoutAQueue() {
        const Orders::Looked looked = slowQueue(false).look();
        QVERIFY2(looked.found.found.size() == 1 && looked.found.found[0].kind == Lost::HandOver && looked.found.found[0].saturation, looked.words().c_str());
        QVERIFY(sentenceOf(looked.found.found[0]).starts_with("Orders wait 1 min 30 s (p50) for Reserved at b-1 of shop"));
    }

    void theOnlyInstance() {
        // Nothing to compare with, and nothing that did not wait: all of the wait counts.
        Orders orders;
        for (int i = 0; i < 20; ++i) {
            const int64_t start = i * 10'002 * kMs;
            orders.add({i, 0, "a-1", -500 * kMs, 500 * kMs});
            orders.add({i, 1, "b-1", start, 10 * kSecond, start, start});
        }
        const Orders::Looked looked = orders.look();
        QVERIFY2(looked.found.found.size() == 1, looked.words().c_str());
        QCOMPARE(looked.found.found[0].usual, int64_t(0));
        QCOMPARE(looked.found.found[0].excess, 1'900'380 * kMs);
        QVERIFY(!looked.found.found[0].imbalance);
    }

    void whatTheOthersTake() {
        // Both instances are saturated, and neither was ever without a queue: nothing says what is usual, but the others take what they take.
        Orders orders;
        for (int i = 0; i < 20; ++i) {
            orders.add({i, 0, "a-1", -500 * kMs, 500 * kMs});
            orders.add({i, 1, "b-1", i * 10'002 * kMs, 10 * kSecond, i * 10'002 * kMs, i * 10'002 * kMs});
            orders.add({100 + i, 0, "a-1", -500 * kMs, 500 * kMs});
            orders.add({100 + i, 1, "b-2", i * 2'002 * kMs, 2 * kSecond, i * 2'002 * kMs, i * 2'002 * kMs});
        }
        const Orders::Looked looked = orders.look();
        const auto& found = looked.found.found;
        const auto b = std::find_if(found.begin(), found.end(), [](const Bottleneck& one) { return one.kind == Lost::Queue && one.instance == "b-1"; });
        QVERIFY2(b != found.end() && b->imbalance && b->saturation, looked.words().c_str());
        QCOMPARE(b->usual, int64_t(0));
        QCOMPARE(b->imbalance->othersP50, 18'018 * kMs); // of 20 the 10th
        QVERIFY2(sentenceOf(*b).find("at b-1 of shop, against 18.0 s at the others;") != std::string::npos, sentenceOf(*b).c_str());
    }

    void onlySomeOrders() {
        // The others still keep the instance busy, but cost nothing here.
        std::vector<int> without;
        for (int i = 0; i < 20; i += 2)
            without.push_back(i);
        const Orders::Looked looked = slowQueue().look(without);
        QVERIFY2(looked.found.found.size() == 1 && looked.found.found[0].saturation, looked.words().c_str());
        QCOMPARE(looked.found.orders, uint64_t(30));
        QCOMPARE(looked.found.found[0].excess, (1 + 3 + 5 + 7 + 9 + 11 + 13 + 15 + 17 + 19) * 10'002 * kMs - 10 * 10 * kMs);
    }

    void longForAll() {
        Orders orders;
        for (int i = 0; i < 30; ++i)
            waits(orders, i, i % 2 == 0 ? "b-1" : "b-2", i * 15 * kSecond, (3600 + i % 7) * kSecond, 10 * kMs, false);
        const Orders::Looked looked = orders.look();
        QVERIFY2(looked.found.found.empty() && looked.found.small == 0, looked.words().c_str());
        QCOMPARE(looked.found.longest.size(), size_t(1));
        const LongWait& wait = looked.found.longest[0];
        QVERIFY(wait.stage == 1 && wait.instances == 2 && wait.isCompared && wait.visits == 30 && wait.busy < 0.01);
        QCOMPARE(wait.p50, 3603 * kSecond); // five of 0 and of 1, four of each other: the 15th is a 3
        QCOMPARE(sentenceOf(wait), std::string("Orders wait 1 h 00 min (p50) for Reserved, 1 h 00 min (p90); it is alike for all and no bottleneck."));
        const Tabular table = tabulateBottlenecks(looked.found, looked.state);
        QVERIFY(table.rows.size() == 1 && table.rows[0].size() == table.columns.size());
        QVERIFY(table.notes[0].starts_with("No bottleneck was found. "));
    }

    void slowerWork_data() {
        QTest::addColumn<int>("visits");
        QTest::addColumn<int>("factor"); // percent
        QTest::addColumn<bool>("isFound");
        QTest::addRow("three times") << 12 << 300 << true;
        QTest::addRow("just enough") << 10 << 150 << true;
        QTest::addRow("too little") << 12 << 149 << false;
        QTest::addRow("too few") << 9 << 300 << false;
    }
    void slowerWork() {
        QFETCH(int, visits);
        QFETCH(int, factor);
        QFETCH(bool, isFound);
        Orders orders;
        for (int i = 0; i < visits; ++i) {
            waits(orders, i, "b-1", i * 10 * kSecond, 0, factor * 10 * kMs);
            waits(orders, 100 + i, "b-2", i * 10 * kSecond, 0, kSecond);
        }
        const Orders::Looked looked = orders.look();
        QCOMPARE(!looked.found.found.empty(), isFound);
        if (!isFound)
            return;
        const Bottleneck& b = looked.found.found[0];
        QVERIFY2(looked.found.found.size() == 1 && b.kind == Lost::Work && b.instance == "b-1" && !b.saturation, looked.words().c_str());
        QCOMPARE(b.usual, kSecond);
        QCOMPARE(b.excess, visits * (factor - 100) * 10 * kMs);
        QCOMPARE(b.operation, std::string("B")); // nothing is below it
    }

    void triedAgain() {
        // Three of twenty fail, and end their second attempt 70 s later.
        Orders orders;
        for (int i = 0; i < 20; ++i) {
            const int64_t start = i * 100 * kSecond;
            orders.add({i, 0, "a-1", start - 2 * kSecond, kSecond});
            const bool failed = i < 3;
            const SpanId visit = orders.add({i, 1, "b-1", start, kSecond, kSecond, kSecond, failed});
            if (!failed)
                continue;
            orders.below(visit, "POST /labels", 500 * kMs, true);
            orders.add({i, 1, "b-2", start + 70 * kSecond, kSecond, 69 * kSecond, 69 * kSecond});
        }
        const Orders::Looked looked = orders.look();
        QVERIFY2(looked.found.found.size() == 1, looked.words().c_str());
        const Bottleneck& b = looked.found.found[0];
        QVERIFY(b.kind == Lost::Repeats && b.stage == 1 && b.visits == 3 && b.orders.size() == 3 && b.instance.empty());
        QCOMPARE(b.excess, 3 * 70 * kSecond);
        QCOMPARE(b.excessP50, 70 * kSecond);
        // The waits of the second attempts are in no figure of waits.
        QVERIFY(looked.found.longest.size() == 1 && looked.found.longest[0].visits == 20 && looked.found.longest[0].p90 == kSecond);
        QCOMPARE(sentenceOf(b).substr(0, 109), std::string("Reserved failed at shop and was tried again for 3 orders, which took 1 min 10 s (p50) until the end of the ne"));
    }

    void failsAtOneInstance() {
        // Twelve of twenty at b-1, none of twenty at b-2.
        Orders orders;
        for (int i = 0; i < 40; ++i) {
            const int64_t start = i * 100 * kSecond;
            const bool failed = i < 12;
            orders.add({i, 0, "a-1", start - 2 * kSecond, kSecond});
            orders.add({i, 1, i < 20 ? "b-1" : "b-2", start, kSecond, kSecond, kSecond, failed});
            if (failed)
                orders.add({i, 1, "b-3", start + 10 * kSecond, kSecond, 9 * kSecond, 9 * kSecond});
        }
        const Orders::Looked looked = orders.look();
        QVERIFY2(looked.found.found.size() == 1, looked.words().c_str());
        const Bottleneck& b = looked.found.found[0];
        QVERIFY2(b.kind == Lost::Repeats && b.instance == "b-1" && b.imbalance && b.imbalance->q < 0.001, looked.words().c_str());
    }

    void aFailureThatNobodyRepeats() {
        Orders orders;
        for (int i = 0; i < 20; ++i) {
            orders.add({i, 0, "a-1", i * 10 * kSecond, kSecond});
            orders.add({i, 1, "b-1", i * 10 * kSecond + kSecond, kSecond, 0, 0, true});
        }
        QVERIFY(orders.look().found.found.empty());
    }

    void whatCostsLittle() {
        // b-1 takes three times 1 ms, of orders of an hour.
        Orders orders;
        for (int i = 0; i < 12; ++i) {
            waits(orders, i, "b-1", i * 15 * kSecond, 3600 * kSecond, 3 * kMs, false);
            waits(orders, 100 + i, "b-2", i * 15 * kSecond, 3600 * kSecond, kMs, false);
        }
        const Orders::Looked looked = orders.look();
        QVERIFY(looked.found.found.empty());
        QCOMPARE(looked.found.small, uint64_t(1));
        QVERIFY(looked.found.longest.size() == 1);
    }

    void whatAMessageSetsOffIsOfAnother() {
        // In one trace: the visit sends a message, and what takes it works for longer than the visit.
        Orders orders;
        for (int i = 0; i < 12; ++i) {
            waits(orders, 100 + i, "b-2", i * 100 * kSecond, 0, kSecond);
            orders.add({i, 0, "a-1", i * 100 * kSecond - kMs, kMs});
            const SpanId visit = orders.add({i, 1, "b-1", i * 100 * kSecond, 3 * kSecond, 0, 0});
            orders.below(visit, "UPDATE stock", 2 * kSecond);
        }
        QCOMPARE(orders.look().found.found[0].operation, std::string("UPDATE stock"));
    }

    void nothingToLookAt() {
        Orders orders;
        orders.add({1, 0, "a-1", 0, kSecond});
        const Bottlenecks none = orders.look({1}).found;
        QVERIFY(none.found.empty() && none.longest.empty() && !none.problem.empty());
        QCOMPARE(bottleneckNotes(none), std::vector<std::string>{none.problem});
        JourneyState state;
        state.problem = "There are no orders in this file.";
        QCOMPARE(bottlenecks(state, {}, {}).problem, state.problem);
    }

    void theTableSaysTheSame() {
        const Orders::Looked looked = slowQueue().look();
        const Tabular table = tabulateBottlenecks(looked.found, looked.state);
        QCOMPARE(table.rows.size(), size_t(1));
        QCOMPARE(table.rows[0].size(), table.columns.size());
        std::map<std::string, Cell> row;
        for (size_t i = 0; i < table.columns.size(); ++i)
            row[table.columns[i].key] = table.rows[0][i];
        QCOMPARE(std::get<std::string>(row["sentence"].value), sentenceOf(looked.found.found[0]));
        QCOMPARE(std::get<int64_t>(row["excess_ns"].value), looked.found.found[0].excess);
        QCOMPARE(std::get<std::string>(row["instance"].value), std::string("b-1"));
        QCOMPARE(std::get<std::string>(row["operation"].value), std::string("UPDATE stock"));
        QCOMPARE(std::get<std::string>(row["example_order"].value), std::string("o1019"));
    }

    void stops() {
        const Orders::Looked looked = slowQueue().look();
        StopToken stop;
        stop.stop();
        QVERIFY_THROWS_EXCEPTION(Stopped, bottlenecks(looked.state, looked.log, looked.state.counted, stop));
    }
};

QTEST_GUILESS_MAIN(TestBottlenecks)
#include "tst_bottlenecks.moc"
