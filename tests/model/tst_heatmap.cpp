// Heatmaps: each trace and span in one cell, and a box of cells is what a scope of its edges selects.

#include "analysis/heatmap.h"
#include "trace_fixture.h"

#include <QTest>

#include <random>

using namespace aisle;
using namespace aisle::test;

namespace {

SpanTablePtr randomShop(uint32_t seed, int64_t scale) {
    std::mt19937 random(seed);
    TraceFixture f;
    for (SpanId id = 1; id <= 400; ++id) {
        TraceFixture::Span s;
        s.id = id;
        s.trace = {0, random() % 90 + 1};
        s.parent = random() % 3 == 0 ? 0 : random() % 400 + 1;
        s.start = 1'700'000'000'000'000'000 + static_cast<int64_t>(random() % 1000) * scale;
        s.duration = random() % 7 == 0 ? 0 : static_cast<int64_t>(std::exp2(random() % 30));
        s.status = random() % 5 == 0 ? Status::Error : Status::Unset;
        f.add(s);
    }
    return f.table();
}

} // namespace

class TestHeatmap : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand() {
        TraceFixture f;
        f.add(1, 0, 0, 10);
        f.add({2, 0, "op", "shop", 99, 1000, Kind::Internal, Status::Error, 0, {0, 2}});
        f.add({3, 0, "op", "shop", 50, 0, Kind::Internal, Status::Unset, 0, {0, 3}});
        const SpanTablePtr table = f.table();
        const HeatmapAxes axes = heatmapAxes(*table, ItemsOf::Traces, 10, 8);
        QCOMPARE(axes.times.front(), 0);
        QCOMPARE(axes.times.back(), 100);
        QCOMPARE(axes.durations.front(), 0);
        QCOMPARE(axes.durations[1], 10); // the shortest that took something
        QVERIFY(axes.durations.back() > 1000);
        const Heatmap map = heatmap(*table, nullptr, ItemsOf::Traces, axes);
        QCOMPARE(map.counted, uint64_t(3));
        QCOMPARE(map.errors, uint64_t(1));
        QCOMPARE(map.at(0, 1).count, 1U);
        QCOMPARE(map.at(9, axes.rows() - 1).errors, 1U);
        QCOMPARE(map.at(5, 0).count, 1U);
    }

    void nothing() {
        const SpanTablePtr table = SpanTableBuilder().snapshot();
        const HeatmapAxes axes = heatmapAxes(*table, ItemsOf::Spans, 10, 8);
        QCOMPARE(axes.columns(), 0U);
        QCOMPARE(heatmap(*table, nullptr, ItemsOf::Spans, axes).counted, uint64_t(0));
    }

    void boxesAreScopes_data() {
        QTest::addColumn<bool>("ofTraces");
        QTest::addColumn<int>("scale");
        for (const bool ofTraces : {true, false})
            for (const int scale : {1, 7, 1'000'000'007})
                QTest::addRow("%s %d", ofTraces ? "traces" : "spans", scale) << ofTraces << scale;
    }
    void boxesAreScopes() {
        QFETCH(bool, ofTraces);
        QFETCH(int, scale);
        const ItemsOf of = ofTraces ? ItemsOf::Traces : ItemsOf::Spans;
        std::mt19937 random(static_cast<uint32_t>(scale) + ofTraces);
        for (int round = 0; round < 8; ++round) {
            const SpanTablePtr table = randomShop(static_cast<uint32_t>(random()), scale);
            const HeatmapAxes axes = heatmapAxes(*table, of, static_cast<uint32_t>(1 + random() % 40), static_cast<uint32_t>(2 + random() % 40));
            QVERIFY(std::adjacent_find(axes.times.begin(), axes.times.end(), std::greater_equal<>()) == axes.times.end());
            QVERIFY(std::adjacent_find(axes.durations.begin(), axes.durations.end(), std::greater_equal<>()) == axes.durations.end());
            const Heatmap map = heatmap(*table, nullptr, of, axes);
            QCOMPARE(map.counted, ofTraces ? uint64_t(table->traceCount()) : table->spanCount());
            for (int n = 0; n < 20; ++n) {
                uint32_t c1 = static_cast<uint32_t>(random()) % axes.columns(), c2 = static_cast<uint32_t>(random()) % axes.columns();
                uint32_t r1 = static_cast<uint32_t>(random()) % axes.rows(), r2 = static_cast<uint32_t>(random()) % axes.rows();
                if (c1 > c2)
                    std::swap(c1, c2);
                if (r1 > r2)
                    std::swap(r1, r2);
                uint64_t inside = 0;
                for (uint32_t c = c1; c <= c2; ++c)
                    for (uint32_t r = r1; r <= r2; ++r)
                        inside += map.at(c, r).count;
                Scope scope;
                for (const ScopeTerm& term : heatmapTerms(axes, of, c1, c2, r1, r2))
                    scope = scope.with(term);
                const ScopeResult result = evaluate(scope, {table});
                QVERIFY2((ofTraces ? result.traceCount : result.spanCount) == inside, scope.toText().c_str());
                QCOMPARE(heatmap(*table, &result, of, axes).counted, inside);
                traceql::ParseError error;
                QVERIFY(Scope::parse(scope.toText(), error) == scope);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestHeatmap)
#include "tst_heatmap.moc"
