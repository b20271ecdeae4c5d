// Several traces in one tree, idle time, links and messages between spans.

#include "analysis/idle_gaps.h"
#include "analysis/span_connections.h"
#include "analysis/waterfall_path.h"
#include "model/trace_fixture.h"
#include "model/workspace_fixture.h"

#include <QTest>

using namespace aisle;
using aisle::test::TraceFixture;

class TestSpanConnections : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Three traces whose rows are mixed: roots by start, one orphan each of the same missing parent's id, nothing grouped at the top.
    void severalTraces() {
        TraceFixture f;
        for (uint64_t t = 1; t <= 8; ++t) {
            f.add({.id = 1, .parent = 0, .name = "GET /", .service = "shop", .start = 1000 - int64_t(t) * 100, .duration = 50, .trace = {0, t}});
            f.add({.id = 2, .parent = 77, .name = "late", .service = "shop", .start = 2000 + int64_t(t), .duration = 5, .status = t == 3 ? Status::Error : Status::Unset, .trace = {0, t}});
        }
        for (uint64_t t = 1; t <= 8; ++t)
            f.add({.id = 3, .parent = 1, .name = "SELECT", .service = "db", .start = 1001 - int64_t(t) * 100, .duration = 10, .trace = {0, t}});
        const SpanTablePtr table = f.table();
        const std::vector<TraceIndex> traces{0, 2, 7, 2};
        const Waterfall tree = waterfall(*table, traces, {5});
        QCOMPARE(tree.traces, (std::vector<TraceIndex>{7, 2, 0})); // by start, each once
        QCOMPARE(tree.spanCount(), 9U);
        QVERIFY(tree.isOfSeveral() && tree.holds({0, 3}) && !tree.holds({0, 4}));
        QCOMPARE(tree.start, 200);
        QCOMPARE(tree.end, 2013);
        QCOMPARE(tree.services, 2U);
        QCOMPARE(tree.errors.size(), size_t(1));
        QCOMPARE(tree.missing.size(), size_t(3)); // one id, but of three traces
        std::vector<int64_t> roots;
        tree.forEachRoot([&](NodeIndex root) { roots.push_back(tree.startOf(*table, root)); });
        QCOMPARE(roots, (std::vector<int64_t>{200, 700, 900, 2001, 2003, 2008}));
        for (size_t i = 1; i < tree.byRow.size(); ++i)
            QVERIFY(tree.nodes[tree.byRow[i - 1]].row < tree.nodes[tree.byRow[i]].row);
        // The path partitions each root.
        int64_t sum = 0;
        for (const PathSection& section : criticalPath(*table, tree).sections)
            sum += section.to - section.from;
        QCOMPARE(sum, int64_t(3 * 50 + 3 * 5));
        std::vector<TraceIndex> all;
        for (TraceIndex t = 0; t < 8; ++t)
            all.push_back(t);
        QVERIFY(waterfall(*table, all, {5}).groups.empty());
        QVERIFY(waterfall(*table, std::vector<TraceIndex>{}, {}).isEmpty());
        QVERIFY(waterfall(*table, std::vector<TraceIndex>{99}, {}).isEmpty());
    }

    void idleTime() {
        TraceFixture f;
        f.add(1, 0, 100, 200);
        f.add(2, 1, 120, 150);
        f.add(3, 1, 190, 260); // outlives its parent
        f.add(4, 1, 400, 400); // a point
        f.add(5, 1, 500, 600);
        f.add({6, 1, "op", "shop", 0, 5, Kind::Internal, Status::Unset, kNoStart});
        const SpanTablePtr table = f.table();
        QCOMPARE(idleGaps(*table, waterfall(*table, 0)), (std::vector<IdleGap>{{260, 400}, {400, 500}}));
        TraceFixture g;
        g.add(1, 0, 100, 900);
        g.add(2, 1, 120, 150);
        const SpanTablePtr covered = g.table();
        QVERIFY(idleGaps(*covered, waterfall(*covered, 0)).empty());
    }

    // As a naive count of each moment does.
    void idleTimeOfRandomTraces() {
        for (uint32_t seed = 1; seed < 60; ++seed) {
            const SpanTablePtr table = test::randomTrace(seed, 40);
            const Waterfall tree = waterfall(*table, 0);
            std::vector<bool> busy(static_cast<size_t>(tree.end - tree.start), false);
            for (const NodeIndex node : tree.byRow)
                if (tree.hasStart(*table, node))
                    for (int64_t t = tree.startOf(*table, node); t < tree.endOf(*table, node); ++t)
                        busy[static_cast<size_t>(t - tree.start)] = true;
            int64_t idle = 0;
            for (const IdleGap& gap : idleGaps(*table, tree)) {
                QVERIFY(gap.from < gap.to);
                idle += gap.length();
                for (int64_t t = gap.from; t < gap.to; ++t)
                    QVERIFY(!busy[static_cast<size_t>(t - tree.start)]);
            }
            QCOMPARE(idle, static_cast<int64_t>(std::count(busy.begin(), busy.end(), false)));
        }
    }

    void links() {
        TraceFixture f;
        f.add(1, 0, 0, 100);
        f.add({.id = 2, .parent = 1, .name = "send", .start = 10, .duration = 5, .kind = Kind::Producer});
        f.add({.id = 3, .parent = 0, .name = "receive", .service = "mail", .start = 200, .duration = 5, .kind = Kind::Consumer, .trace = {0, 2}});
        f.link({0, 1}, 2);
        f.link({0, 1}, 2); // twice is once
        f.link({0, 9}, 9); // nowhere
        f.add({.id = 4, .parent = 1, .name = "child", .start = 20, .duration = 5});
        f.link({0, 1}, 1); // to its parent
        const SpanTablePtr table = f.table();
        const std::vector<TraceIndex> both{0, 1};
        const Waterfall tree = waterfall(*table, both);
        const Connections found = linkConnections(*table, tree, 10);
        QCOMPARE(found.all(), (std::vector<SpanConnection>{{tree.nodeOf(1), tree.nodeOf(2), SpanConnection::By::Link}}));
        QCOMPARE(found.into(tree.nodeOf(2)).size(), size_t(1));
        QCOMPARE(found.outOf(tree.nodeOf(1)).size(), size_t(1));
        QVERIFY(found.into(tree.nodeOf(1)).empty() && found.outOf(tree.nodeOf(2)).empty());
        QVERIFY(linkConnections(*table, waterfall(*table, 0), 10).isEmpty()); // the other end is not there
        QVERIFY(linkConnections(*table, tree, 0).isEmpty());
        QCOMPARE(linkTargets(*table, 2), (std::vector<Row>{1}));
        QVERIFY(linkTargets(*table, 0).empty());
    }

    // Links in both directions, however many steps away; others are not there.
    void tracesThatAreLinked() {
        TraceFixture f;
        for (uint64_t t = 1; t <= 6; ++t) {
            f.add({.id = 1, .parent = 0, .start = int64_t(t), .duration = 5, .trace = {0, t}});
            if (t == 2 || t == 3)
                f.link({0, t - 1}, 1); // 1 <- 2 <- 3
            if (t == 5)
                f.link({0, 6}, 1);
        }
        const SpanTablePtr table = f.table();
        const auto from = [&](TraceIndex t, size_t most = 100) { return linkedTraces(*table, std::span(&t, 1), most); };
        for (const TraceIndex t : {0U, 1U, 2U})
            QCOMPARE(from(t), (std::vector<TraceIndex>{0, 1, 2}));
        QCOMPARE(from(3), (std::vector<TraceIndex>{3}));
        QCOMPARE(from(5), (std::vector<TraceIndex>{4, 5}));
        QCOMPARE(from(0, 2).size(), size_t(2));
    }

    // The consumer of a message is known by its id where nobody linked; of two that sent it the last before it arrived.
    void messages() {
        test::WorkspaceFixture fixture;
        const auto workspace = fixture.open();
        struct Said {
            SpanId id;
            uint64_t trace;
            Kind kind;
            int64_t start;
            test::Pairs attributes;
        };
        const std::vector<Said> spans{{1, 1, Kind::Producer, 10, {{"messaging.message.id", "m1"}}},  {2, 1, Kind::Producer, 50, {{"messaging.message.id", "m1"}}},
                                      {3, 1, Kind::Producer, 900, {{"messaging.message.id", "m1"}}}, {4, 2, Kind::Consumer, 100, {{"messaging.message_id", "m1"}}},
                                      {5, 2, Kind::Consumer, 5, {{"messaging.message.id", "m1"}}},   {6, 2, Kind::Consumer, 100, {{"messaging.message.id", "other"}}},
                                      {7, 2, Kind::Server, 100, {{"messaging.message.id", "m1"}}},   {8, 2, Kind::Server, 100, {{"messaging.message.id", "m1"}, {"messaging.system", "kafka"}}}};
        test::WorkspaceFixture::add(*workspace, "a.json", [&](SpanSink& sink) {
            for (const Said& said : spans) {
                SpanRecord span;
                span.trace.id = TraceId{0, said.trace};
                span.span.id = said.id;
                span.name = "op";
                span.start = said.start;
                span.duration = 1;
                span.kind = said.kind;
                span.context = test::serviceContext(sink, "shop", "shop-1");
                span.attributes = test::attributes(said.attributes);
                sink.span(span);
            }
        });
        const SpanTablePtr table = workspace->table();
        const std::vector<TraceIndex> both{0, 1};
        const Waterfall tree = waterfall(*table, both);
        const auto db = workspace->connect();
        const TraceAttributes attributes = TraceAttributes::read(*db, *table, both, {});
        QCOMPARE(attributes.places(), spans.size());
        TraceAttributes::Reader reader(*db, attributes);
        const auto node = [&](SpanId id) { return tree.nodeOf(static_cast<Row>(id - 1)); };
        const Connections found = messageConnections(*table, tree, attributes, reader, 10);
        QCOMPARE(found.all().size(), size_t(2));
        for (const SpanId to : {4, 8}) {
            QCOMPARE(found.into(node(to)).size(), size_t(1));
            QCOMPARE(found.into(node(to))[0].from, node(2));
            QCOMPARE(found.into(node(to))[0].by, SpanConnection::By::Message);
        }
    }
};

QTEST_GUILESS_MAIN(TestSpanConnections)
#include "tst_span_connections.moc"
