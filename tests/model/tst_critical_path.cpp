// The critical path of a trace: hand-worked, and that it covers every root of random traces without gaps.

#include "analysis/waterfall.h"
#include "analysis/waterfall_path.h"
#include "trace_fixture.h"

#include <QTest>

#include <array>
#include <vector>

using namespace aisle;
using aisle::test::pathText, aisle::test::randomTrace, aisle::test::TraceFixture;

namespace {

using SpanRows = std::vector<std::array<int64_t, 4>>;

QString pathOf(TraceFixture& fixture) {
    const SpanTablePtr table = fixture.table();
    return pathText(*table, waterfall(*table, 0));
}

} // namespace

class TestCriticalPath : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void path_data();
    void path();
    void pathLeavesOutQueues();
    void pathLeavesOutFollowers();
    void pathPartitionsEveryRoot();
};

void TestCriticalPath::path_data() {
    QTest::addColumn<SpanRows>("spans"); // id, parent, start, end
    QTest::addColumn<QString>("expected");
    using Spans = SpanRows;
    QTest::newRow("one") << Spans{{1, 0, 0, 10}} << "1:0-10";
    QTest::newRow("one child") << Spans{{1, 0, 0, 10}, {2, 1, 3, 7}} << "1:0-3 2:3-7 1:7-10";
    QTest::newRow("one after the other")
        << Spans{{1, 0, 0, 100}, {2, 1, 10, 40}, {3, 1, 50, 90}} << "1:0-10 2:10-40 1:40-50 3:50-90 1:90-100";
    // jaeger#9148: the one that ends exactly where the next starts was left out.
    QTest::newRow("back to back") << Spans{{1, 0, 0, 100}, {2, 1, 10, 50}, {3, 1, 50, 90}}
                                  << "1:0-10 2:10-50 3:50-90 1:90-100";
    QTest::newRow("parallel: the later end")
        << Spans{{1, 0, 0, 100}, {2, 1, 10, 60}, {3, 1, 20, 80}} << "1:0-20 3:20-80 1:80-100";
    QTest::newRow("starts at time zero")
        << Spans{{1, 0, 0, 10}, {2, 1, 0, 5}, {3, 1, 5, 10}} << "2:0-5 3:5-10";
    QTest::newRow("grandchild") << Spans{{1, 0, 0, 100}, {2, 1, 10, 90}, {3, 2, 20, 80}}
                                << "1:0-10 2:10-20 3:20-80 2:80-90 1:90-100";
    QTest::newRow("outlives the parent: clipped")
        << Spans{{1, 0, 0, 100}, {2, 1, 50, 150}, {3, 2, 60, 140}} << "1:0-50 2:50-60 3:60-100";
    QTest::newRow("starts before the parent: clipped")
        << Spans{{1, 0, 10, 100}, {2, 1, 0, 50}} << "2:10-50 1:50-100";
    QTest::newRow("starts when the parent has ended") << Spans{{1, 0, 0, 100}, {2, 1, 100, 200}} << "1:0-100";
    // jaeger#8463: the grandchild must be clipped to what is left of its parent after that was clipped.
    QTest::newRow("clipped from the top")
        << Spans{{1, 0, 0, 100}, {2, 1, 50, 200}, {3, 2, 150, 190}} << "1:0-50 2:50-100";
    QTest::newRow("zero length is no section") << Spans{{1, 0, 0, 100}, {2, 1, 50, 50}} << "1:0-100";
    QTest::newRow("tie: the later start")
        << Spans{{1, 0, 0, 100}, {2, 1, 10, 80}, {3, 1, 30, 80}} << "1:0-30 3:30-80 1:80-100";
    QTest::newRow("tie: the smaller id")
        << Spans{{1, 0, 0, 100}, {5, 1, 10, 80}, {3, 1, 10, 80}} << "1:0-10 3:10-80 1:80-100";
    QTest::newRow("two roots, one after the other") << Spans{{1, 0, 0, 10}, {2, 0, 5, 20}} << "1:0-10 2:5-20";
    QTest::newRow("orphans are roots")
        << Spans{{1, 0, 0, 10}, {2, 9, 20, 30}, {3, 9, 22, 25}} << "1:0-10 2:20-30 3:22-25";
    QTest::newRow("a root without a length") << Spans{{1, 0, 5, 5}, {2, 1, 5, 9}} << "";
}

void TestCriticalPath::path() {
    QFETCH(SpanRows, spans);
    QFETCH(QString, expected);
    TraceFixture f;
    for (const auto& s : spans)
        f.add(static_cast<SpanId>(s[0]), static_cast<SpanId>(s[1]), s[2], s[3]);
    QCOMPARE(pathOf(f), expected);
}

void TestCriticalPath::pathLeavesOutQueues() {
    TraceFixture f;
    f.add(1, 0, 0, 100);
    f.add({.id = 2, .parent = 1, .start = 10, .duration = 80, .kind = Kind::Producer});
    f.add({.id = 3, .parent = 2, .start = 20, .duration = 30, .kind = Kind::Consumer});
    f.add({.id = 4, .parent = 2, .start = 60, .duration = 10, .kind = Kind::Client});
    QCOMPARE(pathOf(f), QStringLiteral("1:0-10 2:10-60 4:60-70 2:70-90 1:90-100"));
}

// A span that OpenTracing says only follows another one was taken for what that one waited for.
void TestCriticalPath::pathLeavesOutFollowers() {
    TraceFixture f;
    f.add(1, 0, 0, 100);
    f.add({2, 1, "op", "shop", 10, 80, Kind::Internal, Status::Unset, kFollowsFrom});
    f.add(3, 1, 20, 50);
    QCOMPARE(pathOf(f), QStringLiteral("1:0-20 3:20-50 1:50-100"));
}

void TestCriticalPath::pathPartitionsEveryRoot() {
    for (uint32_t seed = 200; seed < 300; ++seed) {
        const SpanTablePtr table = randomTrace(seed, 1 + seed % 90);
        const Waterfall tree = waterfall(*table, 0);
        const CriticalPath path = criticalPath(*table, tree);
        size_t at = 0;
        const auto checkRoot = [&](NodeIndex root) {
            const Row row = tree.nodes[root].row;
            int64_t reached = table->start(row);
            for (; at < path.sections.size() && path.sections[at].node >= root &&
                   path.sections[at].node < tree.nodes[root].end && reached < table->end(row);
                 ++at) {
                const PathSection& s = path.sections[at];
                QCOMPARE(s.from, reached);
                QVERIFY(s.to > s.from);
                const Row own = tree.nodes[s.node].row;
                QVERIFY(s.from >= table->start(own) && s.to <= table->end(own));
                const PathSection* stretch = path.stretchOf(s.node);
                QVERIFY(stretch != nullptr && stretch->from <= s.from && stretch->to >= s.to);
                reached = s.to;
            }
            QCOMPARE(reached, table->end(row));
        };
        for (NodeIndex i = 0; i < tree.nodes.size(); i = tree.nodes[i].end) {
            if (tree.nodes[i].row != kNoRow)
                checkRoot(i);
            else
                tree.forEachChild(i, checkRoot);
        }
        QCOMPARE(at, path.sections.size());
    }
}

QTEST_GUILESS_MAIN(TestCriticalPath)
#include "tst_critical_path.moc"
