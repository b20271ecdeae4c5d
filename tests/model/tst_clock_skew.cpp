// Clocks of hosts: what calls say about them, and a table with other clocks.

#include "analysis/clock_skew.h"
#include "analysis/waterfall_path.h"
#include "model/trace_fixture.h"

#include <QTest>

#include <random>

using namespace aisle;
using aisle::test::TraceFixture;

namespace {

/// A call: the client's span, and within it as the caller's clock sees it the server's, which the callee's clock wrote down.
void call(TraceFixture& f, SpanId id, SpanId parent, const std::string& from, const std::string& to, int64_t start, int64_t request, int64_t work, int64_t response,
          int64_t ahead, Status status = Status::Unset) {
    f.add({id, parent, "call", from, start, request + work + response, Kind::Client, status, 0, {0, 1}});
    f.add({id + 1, id, "serve", to, start + request + ahead, work, Kind::Server, Status::Unset, 0, {0, 1}});
}

std::vector<TraceIndex> all(const SpanTable& table) {
    std::vector<TraceIndex> out;
    for (TraceIndex t = 0; t < table.traceSlots(); ++t)
        out.push_back(t);
    return out;
}

} // namespace

class TestClockSkew : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // b is 100 ahead. One call of 5 + 10 + 5 bounds its shift to [-105, -95], another with 1 + 10 + 3 to [-101, -97].
    void intersectsTheBoundsOfAllCalls() {
        TraceFixture f;
        f.add(1, 0, 0, 1000, "a");
        call(f, 10, 1, "a", "b", 100, 5, 10, 5, 100);
        call(f, 20, 1, "a", "b", 300, 1, 10, 3, 100);
        const SpanTablePtr table = f.table();
        const ClockSkew skew = ClockSkew::measure(*table);
        QCOMPARE(skew.pairs().size(), size_t(1));
        const HostPair& pair = skew.pairs()[0];
        QCOMPARE(skew.hostName(*table, pair.caller), std::string("a"));
        QCOMPARE(skew.hostName(*table, pair.callee), std::string("b"));
        QCOMPARE(pair.low, -101);
        QCOMPARE(pair.high, -97);
        QCOMPARE(pair.calls, uint64_t(2));
        QCOMPARE(pair.outside, uint64_t(2));
        QVERIFY(pair.differs() && !pair.drifts());
        const Row served = 2; // the first call's server
        for (const auto& [share, shift] : {std::pair(0.0, -101), std::pair(0.5, -99), std::pair(1.0, -97), std::pair(7.0, -97)}) {
            const auto shifts = skew.shifts(share);
            QCOMPARE(shifts[table->context(served)], shift);
            QCOMPARE(shifts[table->context(0)], 0); // where the trace begins is right
        }
        const ClockFindings found = clockFindings(*table, skew, all(*table), skew.shifts(0.5));
        QCOMPARE(found.spans, uint64_t(2));
        QCOMPARE(found.calls, uint64_t(2));
        QCOMPARE(found.differing.size(), size_t(1));
        QVERIFY(found.drifting.empty());
    }

    void saysNothingWhereCallsFit() {
        TraceFixture f;
        f.add(1, 0, 0, 1000, "a");
        call(f, 10, 1, "a", "b", 100, 5, 10, 5, 4); // 4 ahead, and still within its caller
        const SpanTablePtr table = f.table();
        const ClockSkew skew = ClockSkew::measure(*table);
        QVERIFY(!skew.isAny());
        for (const int64_t shift : skew.shifts(0.5))
            QCOMPARE(shift, 0);
    }

    // A client that gave up, a server that took longer than its client, a message: no evidence.
    void leavesOutWhatSaysNothing() {
        TraceFixture f;
        f.add(1, 0, 0, 1000, "a");
        call(f, 10, 1, "a", "b", 100, 5, 10, 5, 100, Status::Error);
        call(f, 20, 1, "a", "c", 200, 0, 10, -3, 50);
        f.add({30, 1, "send", "a", 300, 10, Kind::Producer, Status::Unset, 0, {0, 1}});
        f.add({31, 30, "receive", "d", 500, 10, Kind::Consumer, Status::Unset, 0, {0, 1}});
        f.add({40, 1, "call", "a", 300, 10, Kind::Client, Status::Unset, kUnfinished, {0, 1}});
        f.add({41, 40, "serve", "e", 900, 5, Kind::Server, Status::Unset, 0, {0, 1}});
        QVERIFY(ClockSkew::measure(*f.table()).pairs().empty());
    }

    void saysThatClocksWentApart() {
        TraceFixture f;
        f.add(1, 0, 0, 1000, "a");
        call(f, 10, 1, "a", "b", 100, 5, 10, 5, 100);
        call(f, 20, 1, "a", "b", 300, 5, 10, 5, 200);
        const SpanTablePtr table = f.table();
        const ClockSkew skew = ClockSkew::measure(*table);
        QVERIFY(skew.pairs()[0].drifts() && !skew.pairs()[0].differs() && skew.isAny());
        for (const int64_t shift : skew.shifts(0.5))
            QCOMPARE(shift, 0);
        const ClockFindings found = clockFindings(*table, skew, all(*table), skew.shifts(0.5));
        QCOMPARE(found.drifting.size(), size_t(1));
        QCOMPARE(found.calls, uint64_t(2));
    }

    // a -> b (100 ahead of a) -> c (30 ahead of b): c is 130 ahead of a.
    void shiftsAddUpAlongCalls() {
        TraceFixture f;
        f.add(1, 0, 0, 1000, "a");
        call(f, 10, 1, "a", "b", 100, 5, 40, 5, 100);
        call(f, 20, 11, "b", "c", 100 + 5 + 100 + 5, 2, 10, 2, 30);
        const SpanTablePtr table = f.table();
        const auto shifts = ClockSkew::measure(*table).shifts(0.5);
        QCOMPARE(shifts[table->context(2)], -100);
        QCOMPARE(shifts[table->context(4)], -130);
    }

    // The only call of a trace had failed, and nothing was said of a clock that other traces show to be 100 ahead.
    void saysItOfFailedCallsToo() {
        TraceFixture f;
        f.add(1, 0, 0, 1000, "a");
        call(f, 10, 1, "a", "b", 100, 5, 10, 5, 100);
        f.add({1, 0, "op", "a", 5000, 100, Kind::Internal, Status::Unset, 0, {0, 2}});
        f.add({2, 1, "call", "a", 5010, 20, Kind::Client, Status::Error, 0, {0, 2}});
        f.add({3, 2, "serve", "b", 5115, 10, Kind::Server, Status::Unset, 0, {0, 2}});
        const SpanTablePtr table = f.table();
        const ClockSkew skew = ClockSkew::measure(*table);
        QCOMPARE(skew.pairs()[0].calls, uint64_t(1));
        const std::vector<TraceIndex> second{1};
        const ClockFindings found = clockFindings(*table, skew, second, skew.shifts(0.5));
        QCOMPARE(found.differing.size(), size_t(1));
        QCOMPARE(found.calls, uint64_t(1));
    }

    // What was recorded stays; self times are those of the times shown.
    void aTableWithOtherClocks() {
        TraceFixture f;
        f.add(1, 0, 0, 1000, "a");
        call(f, 10, 1, "a", "b", 100, 5, 10, 5, 100);
        const SpanTablePtr table = f.table();
        QCOMPARE(table->selfTime(1), 20); // the server ran after its client, it seems
        const auto shifts = std::make_shared<const std::vector<int64_t>>(ClockSkew::measure(*table).shifts(0.5));
        const SpanTablePtr other = table->withClocks(shifts, all(*table));
        QCOMPARE(other->start(2), 105);
        QCOMPARE(other->start(1), 100);
        QCOMPARE(other->selfTime(1), 10);
        QCOMPARE(other->selfTime(0), 980);
        QCOMPARE(other->shiftOf(2), -100);
        QCOMPARE(other->parent(2), Row(1));
        QCOMPARE(table->start(2), 205);
        QCOMPARE(table->selfTime(1), 20);
        QCOMPARE(table->shiftOf(2), 0);
        const Waterfall tree = waterfall(*other, 0);
        QCOMPARE(tree.end, 1000);
        const CriticalPath path = criticalPath(*other, tree);
        QVERIFY(path.stretchOf(tree.nodeOf(2)) != nullptr);
    }

    // A copy that is hidden had the last context, for which there was no shift: it was read from behind the last one.
    void hiddenRowsHaveClocksToo() {
        TraceFixture f;
        f.add(1, 0, 0, 1000, "a");
        call(f, 10, 1, "a", "b", 100, 5, 10, 5, 100);
        f.add({1, 0, "op", "a", 0, 900, Kind::Internal, Status::Unset, 0, {0, 1}}); // a copy of the first, shorter
        f.add({50, 0, "x", "last", 5, 1, Kind::Internal, Status::Unset, 0, {0, 2}});
        f.add({50, 0, "x", "last", 5, 0, Kind::Internal, Status::Unset, 0, {0, 2}});
        const SpanTablePtr table = f.table();
        QVERIFY(table->isHidden(3) || table->isHidden(0));
        const auto shifts = std::make_shared<const std::vector<int64_t>>(ClockSkew::measure(*table).shifts(0.5));
        QCOMPARE(shifts->size(), size_t(table->contextCount()));
        const SpanTablePtr other = table->withClocks(shifts, all(*table));
        for (Row row = 0; row < 6; ++row)
            QCOMPARE(other->start(row), table->start(row) + (*shifts)[table->context(row)]);
    }

    void nothingOverflows() {
        constexpr int64_t kLast = std::numeric_limits<int64_t>::max();
        TraceFixture f;
        f.add({1, 0, "op", "a", kLast - 5, 5, Kind::Client, Status::Unset, 0, {0, 1}});
        f.add({2, 1, "op", "b", 1, 1, Kind::Server, Status::Unset, 0, {0, 1}});
        f.add({3, 1, "op", "c", 0, 1, Kind::Server, Status::Unset, 0, {0, 1}});
        const SpanTablePtr table = f.table();
        QVERIFY(ClockSkew::measure(*table).pairs().empty());
        const auto shifts = std::make_shared<const std::vector<int64_t>>(std::vector<int64_t>(8, 100));
        const SpanTablePtr later = table->withClocks(shifts, all(*table));
        QCOMPARE(later->start(0), kLast - 5); // it ends at the last
        QCOMPARE(later->start(2), 100);
    }

    // Hosts with clocks of their own, each called by one other, calls at random: bounds are what a naive loop finds, and shifting
    // puts every call within its caller, wherever in what is possible.
    void randomHosts() {
        std::mt19937 random(7);
        const auto below = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint32_t>(n)); };
        for (int round = 0; round < 30; ++round) {
            TraceFixture f;
            std::vector<int64_t> ahead{0};
            for (int i = 1; i < 6; ++i)
                ahead.push_back(below(4000) - 2000);
            f.add(1, 0, 0, 1'000'000, "h0");
            struct Server {
                SpanId id;
                size_t host;
                int64_t start, length;
            };
            std::vector<Server> servers{{1, 0, 0, 1'000'000}};
            for (SpanId id = 10; id < 200; id += 2) {
                const Server by = servers[static_cast<size_t>(below(static_cast<int64_t>(servers.size())))];
                const auto to = 2 * by.host + 1 + static_cast<size_t>(below(2));
                const int64_t length = by.length / 3, start = by.start + below(by.length / 3 + 1), legs = below(length / 4 + 1);
                if (length < 8 || to >= ahead.size())
                    continue;
                const int64_t request = below(legs + 1);
                call(f, id, by.id, "h" + std::to_string(by.host), "h" + std::to_string(to), start, request, length - legs, legs - request, ahead[to] - ahead[by.host]);
                servers.push_back({id + 1, to, start + request + ahead[to] - ahead[by.host], length - legs});
            }
            const SpanTablePtr table = f.table();
            const ClockSkew skew = ClockSkew::measure(*table);
            for (const HostPair& pair : skew.pairs()) {
                QVERIFY(!pair.drifts());
                int64_t low = std::numeric_limits<int64_t>::min(), high = std::numeric_limits<int64_t>::max();
                uint64_t calls = 0;
                table->forEachRow([&](Row row) {
                    const Row client = table->parent(row);
                    if (table->kind(row) != Kind::Server || skew.hostOf(table->context(row)) != pair.callee || skew.hostOf(table->context(client)) != pair.caller)
                        return;
                    ++calls;
                    low = std::max(low, table->start(client) - table->start(row));
                    high = std::min(high, table->end(client) - table->end(row));
                });
                QCOMPARE(pair.low, low);
                QCOMPARE(pair.high, high);
                QCOMPARE(pair.calls, calls);
            }
            for (const double share : {0.0, 0.3, 1.0}) {
                const auto shifts = std::make_shared<const std::vector<int64_t>>(skew.shifts(share));
                QCOMPARE((*shifts)[table->context(0)], 0);
                const SpanTablePtr other = table->withClocks(shifts, all(*table));
                other->forEachRow([&](Row row) {
                    const Row client = other->parent(row);
                    if (other->kind(row) == Kind::Server && client != kNoRow)
                        QVERIFY(other->start(row) >= other->start(client) && other->end(row) <= other->end(client));
                });
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestClockSkew)
#include "tst_clock_skew.moc"
