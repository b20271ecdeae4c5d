// Two traces side by side: hand-worked, a trace with itself and with parts of itself, order of arrival.

#include "analysis/trace_compare.h"
#include "trace_fixture.h"

#include <QTest>

#include <random>

using namespace aisle;
using aisle::test::TraceFixture;

namespace {

void add(TraceFixture& f, uint64_t trace, SpanId id, SpanId parent, const char* service, const char* name, int64_t from, int64_t to, Status status = Status::Unset) {
    f.add({id, parent, name, service, from, to - from, Kind::Internal, status, 0, {0, trace}});
}

QString text(const SpanTable& table, const Waterfall& before, const Waterfall& after, const TraceComparison& comparison) {
    QStringList out;
    for (const SpanPair& pair : comparison.pairs) {
        const auto id = [&](const Waterfall& tree, NodeIndex node) {
            return node == kNoNode ? QStringLiteral("-") : tree.nodes[node].row == kNoRow ? QStringLiteral("?") : QString::number(table.id(tree.nodes[node].row));
        };
        out << id(before, pair.before) + QLatin1Char(':') + id(after, pair.after);
    }
    return out.join(QLatin1Char(' '));
}

} // namespace

class TestTraceCompare : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void byHand() {
        TraceFixture f;
        add(f, 1, 1, 0, "web", "GET /", 0, 100);
        add(f, 1, 2, 1, "db", "SELECT", 10, 20);
        add(f, 1, 3, 1, "db", "SELECT", 30, 40);
        add(f, 1, 4, 1, "cache", "get", 50, 60); // goes, with what is below
        add(f, 1, 5, 4, "cache", "inner", 51, 55);
        add(f, 2, 11, 0, "web", "GET /", 1000, 1300);
        add(f, 2, 12, 1, "db", "of another trace", 0, 1);
        add(f, 2, 13, 11, "db", "SELECT", 1010, 1210, Status::Error); // slower, and fails
        add(f, 2, 14, 11, "mail", "send", 1220, 1230);                // comes
        add(f, 2, 15, 11, "db", "SELECT", 1240, 1250);
        add(f, 2, 16, 11, "db", "SELECT", 1260, 1270); // a third one
        const SpanTablePtr table = f.table();
        const Waterfall before = waterfall(*table, 0), after = waterfall(*table, 1);
        const TraceComparison c = compareTraces(*table, before, after);
        QCOMPARE(text(*table, before, after, c), QStringLiteral("-:? -:12 1:11 2:13 -:14 3:15 -:16 4:- 5:-"));
        QCOMPARE(c.matched, 3U);
        QCOMPARE(c.added, 3U);
        QCOMPARE(c.removed, 2U);
        const Tabular shown = tabulate(*table, before, after, c);
        QCOMPARE(shown.rows.size(), size_t(8));
        QCOMPARE(std::get<int64_t>(shown.rows[0][3].value), int64_t(190)); // the slow query, not the root that waited for it
        QCOMPARE(shown.rows[0][3].shown, std::string("+190 ns"));
        QCOMPARE(std::get<std::string>(shown.rows[0][2].value), std::string("fails now"));
        QCOMPARE(std::get<std::string>(shown.rows[0][8].value), toHex(SpanId(2)));
        QVERIFY(shown.notes.at(0).find("3 spans are in both, 3 added, 2 removed") != std::string::npos);
        // The other way round everything is the reverse.
        const TraceComparison back = compareTraces(*table, after, before);
        QCOMPARE(back.matched, c.matched);
        QCOMPARE(back.added, c.removed);
        QCOMPARE(back.removed, c.added);
    }

    void withItselfAndWithParts() {
        std::mt19937 random(1);
        for (int round = 0; round < 100; ++round) {
            TraceFixture f;
            const SpanId spans = 2 + random() % 60;
            std::vector<bool> isLeft(spans + 1, true);
            std::vector<SpanId> parents(spans + 1, 0);
            for (SpanId id = 2; id <= spans; ++id)
                parents[id] = 1 + random() % (id - 1);
            for (uint64_t trace = 1; trace <= 2; ++trace)
                for (SpanId id = 1; id <= spans; ++id) {
                    // Of the second trace some are left out, with what is below; names are their own, so there is one answer.
                    if (trace == 2 && id > 1)
                        isLeft[id] = isLeft[parents[id]] && random() % 4 != 0;
                    if (trace == 1 || isLeft[id])
                        add(f, trace, id, parents[id], "s", ("op " + std::to_string(id)).c_str(), static_cast<int64_t>(random() % 100), static_cast<int64_t>(100 + random() % 100));
                }
            const SpanTablePtr table = f.table();
            const Waterfall whole = waterfall(*table, 0), part = waterfall(*table, 1);
            const TraceComparison same = compareTraces(*table, whole, whole);
            QCOMPARE(same.matched, uint32_t(spans));
            QVERIFY(same.added == 0 && same.removed == 0);
            for (const SpanPair& pair : same.pairs)
                QVERIFY(pair.before == pair.after && selfChange(*table, whole, whole, pair) == 0);
            const TraceComparison c = compareTraces(*table, whole, part);
            QCOMPARE(c.matched, part.spanCount());
            QCOMPARE(c.removed, whole.spanCount() - part.spanCount());
            QCOMPARE(c.added, 0U);
            std::vector<bool> seenBefore(whole.nodes.size(), false), seenAfter(part.nodes.size(), false);
            for (const SpanPair& pair : c.pairs) {
                if (pair.isMatched())
                    QCOMPARE(table->id(whole.nodes[pair.before].row), table->id(part.nodes[pair.after].row));
                if (pair.before != kNoNode) {
                    QVERIFY(!seenBefore[pair.before]);
                    seenBefore[pair.before] = true;
                }
                if (pair.after != kNoNode) {
                    QVERIFY(!seenAfter[pair.after]);
                    seenAfter[pair.after] = true;
                }
            }
            QVERIFY(std::all_of(seenBefore.begin(), seenBefore.end(), [](bool seen) { return seen; }));
            QVERIFY(std::all_of(seenAfter.begin(), seenAfter.end(), [](bool seen) { return seen; }));
        }
    }

    void deepAndWide() {
        TraceFixture f;
        for (uint64_t trace = 1; trace <= 2; ++trace) {
            for (SpanId id = 1; id <= 50'000; ++id)
                add(f, trace, id, id - 1, "s", "step", static_cast<int64_t>(id), 200'000 - static_cast<int64_t>(id));
            for (SpanId id = 100'001; id <= 150'000; ++id)
                add(f, trace, id, 1, "s", "leaf", static_cast<int64_t>(id), static_cast<int64_t>(id) + 1);
        }
        const SpanTablePtr table = f.table();
        QCOMPARE(compareTraces(*table, waterfall(*table, 0), waterfall(*table, 1)).matched, 100'000U);
    }

    void stops() {
        TraceFixture f;
        for (SpanId id = 1; id <= 10'000; ++id)
            add(f, 1, id, id == 1 ? 0 : 1, "s", "op", static_cast<int64_t>(id), static_cast<int64_t>(id) + 1);
        const SpanTablePtr table = f.table();
        const Waterfall tree = waterfall(*table, 0);
        StopToken stop;
        stop.stop();
        QVERIFY_THROWS_EXCEPTION(Stopped, compareTraces(*table, tree, tree, stop));
    }
};

QTEST_GUILESS_MAIN(TestTraceCompare)
#include "tst_trace_compare.moc"
