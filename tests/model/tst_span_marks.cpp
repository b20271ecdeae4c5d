// Legs of calls, waits in queues, where errors began, retries: hand-worked.

#include "analysis/span_marks.h"
#include "trace_fixture.h"

#include <QTest>

using namespace aisle;
using aisle::test::TraceFixture;

namespace {

TraceFixture::Span span(SpanId id, SpanId parent, const char* service, const char* name, int64_t from, int64_t to, Kind kind = Kind::Internal, Status status = Status::Unset,
                        uint64_t trace = 1) {
    return {id, parent, name, service, from, to - from, kind, status, 0, {0, trace}};
}

NodeIndex nodeOf(const SpanTable& table, const Waterfall& tree, SpanId id) {
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i)
        if (tree.nodes[i].row != kNoRow && table.id(tree.nodes[i].row) == id)
            return i;
    return kNoNode;
}

} // namespace

class TestSpanMarks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // gRPC leaves the status of a server unset when the caller is to blame: the error was said to begin at the first client.
    void errorsBeginBehindServersWithoutStatus() {
        TraceFixture f;
        f.add({1, 0, "PlaceOrder", "frontend", 0, 100, Kind::Client, Status::Error});
        f.add({2, 1, "PlaceOrder", "checkout", 5, 90, Kind::Server, Status::Unset});
        f.add({3, 2, "Charge", "checkout", 10, 50, Kind::Client, Status::Error});
        f.add({4, 3, "Charge", "payment", 15, 40, Kind::Server, Status::Error});
        f.add({5, 0, "Get", "frontend", 200, 100, Kind::Client, Status::Error}); // its server says that it did well
        f.add({6, 5, "Get", "cart", 205, 90, Kind::Server, Status::Ok});
        f.add({7, 6, "GET", "cart", 210, 20, Kind::Client, Status::Error});
        const SpanTablePtr table = f.table();
        const Waterfall tree = waterfall(*table, 0);
        QCOMPARE(tree.nodes[errorOrigin(*table, tree, tree.nodeOf(0))].row, Row(3));
        QCOMPARE(tree.nodes[errorOrigin(*table, tree, tree.nodeOf(4))].row, Row(4));
    }

    void legs() {
        TraceFixture f;
        f.add(span(1, 0, "web", "call", 100, 200, Kind::Client));
        f.add(span(2, 1, "cart", "serve", 130, 190, Kind::Server));
        f.add(span(3, 2, "cart", "call db", 140, 150, Kind::Client));
        f.add(span(4, 3, "db", "starts too early", 139, 150, Kind::Server)); // the clocks do not agree
        f.add(span(5, 2, "cart", "call itself", 160, 170, Kind::Client));
        f.add(span(6, 5, "cart", "same service", 162, 168, Kind::Server));
        const SpanTablePtr table = f.table();
        const Waterfall tree = waterfall(*table, 0);
        const auto legs = callLegs(*table, tree, nodeOf(*table, tree, 1));
        QVERIFY(legs);
        QCOMPARE(legs->request, int64_t(30));
        QCOMPARE(legs->response, int64_t(10));
        QCOMPARE(legs->server, nodeOf(*table, tree, 2));
        for (const SpanId id : {2, 3, 4, 5, 6})
            QVERIFY(!callLegs(*table, tree, nodeOf(*table, tree, id)));
    }

    void waits() {
        TraceFixture f;
        f.add(span(1, 0, "shop", "send", 100, 110, Kind::Producer));                          // row 0
        f.add(span(2, 1, "mail", "process", 500, 600, Kind::Consumer));                       // by parent
        f.add(span(3, 1, "mail", "overlaps", 105, 120, Kind::Consumer));                      // did not wait
        f.add(span(4, 0, "pack", "process", 900, 950, Kind::Consumer, Status::Unset, 2));     // by links, in another trace
        f.link({0, 1}, 1);
        f.link({0, 3}, 7);
        f.add(span(7, 0, "shop", "send", 300, 310, Kind::Producer, Status::Unset, 3));
        f.add(span(8, 0, "pack", "no links", 900, 950, Kind::Consumer, Status::Unset, 4));
        const SpanTablePtr table = f.table();
        const auto wait = queueWait(*table, 1);
        QVERIFY(wait);
        QCOMPARE(wait->producer, Row(0));
        QCOMPARE(wait->from, int64_t(110));
        QCOMPARE(wait->to, int64_t(500));
        QVERIFY(!queueWait(*table, 2));
        const auto linked = queueWait(*table, 3);
        QVERIFY(linked);
        QCOMPARE(linked->producer, Row(4)); // the one that ended last
        QCOMPARE(linked->from, int64_t(310));
        QVERIFY(!queueWait(*table, 0));
        QVERIFY(!queueWait(*table, 5));
    }

    void origins() {
        TraceFixture f;
        f.add(span(1, 0, "web", "GET", 0, 100, Kind::Server, Status::Error));
        f.add(span(2, 1, "cart", "a", 10, 30, Kind::Server, Status::Error));
        f.add(span(3, 1, "cart", "b", 40, 90, Kind::Server, Status::Error)); // ended last
        f.add(span(4, 3, "db", "q", 50, 60, Kind::Client, Status::Error));
        f.add(span(5, 3, "db", "r", 50, 80));
        f.add(span(6, 5, "db", "below a span that did not fail", 51, 70, Kind::Client, Status::Error));
        const SpanTablePtr table = f.table();
        const Waterfall tree = waterfall(*table, 0);
        const auto origin = [&](SpanId id) { return table->id(tree.nodes[errorOrigin(*table, tree, nodeOf(*table, tree, id))].row); };
        QCOMPARE(origin(1), SpanId(4));
        QCOMPARE(origin(2), SpanId(2));
        QCOMPARE(origin(4), SpanId(4));
        QCOMPARE(origin(6), SpanId(6));
    }

    void attempts() {
        for (const uint32_t groupFrom : {0U, 2U}) { // the same with and without groups
            TraceFixture f;
            f.add(span(1, 0, "web", "GET", 0, 1000));
            f.add(span(2, 1, "pay", "charge", 10, 20, Kind::Client, Status::Error));
            f.add(span(3, 1, "mail", "other", 15, 25));
            f.add(span(4, 1, "pay", "charge", 30, 40, Kind::Client, Status::Error));
            f.add(span(5, 1, "pay", "charge", 50, 60, Kind::Client));
            f.add(span(6, 1, "pay", "charge", 70, 80, Kind::Client, Status::Error)); // the one before succeeded
            f.add(span(7, 1, "pay", "charge", 75, 90, Kind::Client));               // began before the other had failed
            const SpanTablePtr table = f.table();
            const Waterfall tree = waterfall(*table, 0, {groupFrom});
            QStringList out;
            for (const Retry& retry : retries(*table, tree))
                out << QStringLiteral("%1:%2").arg(table->id(tree.nodes[retry.node].row)).arg(retry.attempt);
            QCOMPARE(out.join(QLatin1Char(' ')), QStringLiteral("4:2 5:3"));
            for (NodeIndex node = 0; node < tree.nodes.size(); ++node) { // the same one by one
                const auto all = retries(*table, tree);
                const auto known = std::find_if(all.begin(), all.end(), [&](const Retry& retry) { return retry.node == node; });
                QCOMPARE(attemptOf(*table, tree, node), known == all.end() ? 1U : known->attempt);
            }
        }
    }

    // A call beside a failed one that never ended counted as its repetition; so did independent roots.
    void whatIsNoAttempt() {
        TraceFixture f;
        f.add(span(1, 0, "web", "GET", 0, 1000));
        auto open = span(2, 1, "pay", "charge", 10, 10, Kind::Client, Status::Error);
        open.flags = kUnfinished;
        f.add(open);
        f.add(span(3, 1, "pay", "charge", 30, 40, Kind::Client));
        f.add(span(4, 0, "job", "run", 0, 10, Kind::Internal, Status::Error));
        f.add(span(5, 0, "job", "run", 20, 30));
        const SpanTablePtr table = f.table();
        QCOMPARE(retries(*table, waterfall(*table, 0)).size(), size_t(0));
    }

    // The map of operations was cleared for each parent at the cost of its largest size: a minute for this one.
    void manyOperationsAndManyParents() {
        TraceFixture f;
        constexpr uint32_t kNames = 100'000, kParents = 50'000;
        f.add(span(1, 0, "web", "GET", 0, 1'000'000));
        SpanId id = 2;
        for (uint32_t i = 0; i < kNames; ++i)
            f.add(span(id++, 1, "web", ("GET /" + std::to_string(i)).c_str(), i, i + 1));
        for (uint32_t i = 0; i < kParents; ++i) {
            f.add(span(id, 2 + i, "db", "q", 10, 20, Kind::Client, Status::Error));
            f.add(span(id + 1, 2 + i, "db", "q", 30, 40, Kind::Client));
            id += 2;
        }
        const SpanTablePtr table = f.table();
        QCOMPARE(retries(*table, waterfall(*table, 0)).size(), size_t(kParents));
    }
};

QTEST_GUILESS_MAIN(TestSpanMarks)
#include "tst_span_marks.moc"
