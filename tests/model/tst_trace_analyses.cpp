// One trace by call path, by group and packed into lanes, beside naive references.

#include "analysis/flame_graph.h"
#include "analysis/idle_gaps.h"
#include "analysis/lanes.h"
#include "analysis/span_marks.h"
#include "analysis/trace_statistics.h"
#include "trace_fixture.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

using namespace aisle;
using aisle::test::randomTrace, aisle::test::TraceFixture;

namespace {

constexpr aisle::test::RandomSpans kOperations{.services = 3, .names = 3, .unfinished = 15};

/// "shop op / shop op" of a node.
std::string pathOf(const SpanTable& table, const Waterfall& tree, NodeIndex node) {
    std::string text;
    for (; node != kNoNode; node = tree.nodes[node].parent) {
        const Row row = tree.nodes[node].row;
        text = (row == kNoRow ? std::string("?") : std::string(table.serviceText(row)) + " " + std::string(table.nameText(row))) + " / " + text;
    }
    return text;
}

struct Expected {
    uint32_t spans = 0, errors = 0;
    int64_t total = 0, self = 0, weight = 0, path = 0;
    bool operator==(const Expected&) const = default;
};

std::map<std::string, Expected> naiveFlames(const SpanTable& table, const Waterfall& tree, const CriticalPath& path) {
    std::map<std::string, Expected> out;
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        Expected& e = out[pathOf(table, tree, i)];
        const Row row = tree.nodes[i].row;
        if (row == kNoRow)
            continue;
        ++e.spans;
        e.errors += table.isError(row);
        e.total += std::max<int64_t>(0, table.duration(row));
        e.self += table.selfTime(row);
        for (const PathSection& s : path.sections)
            e.path += s.node == i ? s.to - s.from : 0;
    }
    for (auto& [name, e] : out)
        for (const auto& [other, o] : out)
            e.weight += other.starts_with(name) ? o.self : 0;
    return out;
}

} // namespace

class TestTraceAnalyses : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void flamesByHand() {
        TraceFixture f;
        f.add(1, 0, 0, 100, "web", "GET /");
        f.add(2, 1, 10, 30, "db", "SELECT");
        f.add(3, 1, 20, 60, "db", "SELECT"); // overlaps the other one
        f.add(4, 1, 70, 90, "web", "render");
        f.add(5, 3, 30, 40, "db", "SELECT"); // the same operation below itself is another path
        const SpanTablePtr table = f.table();
        const Waterfall tree = waterfall(*table, 0);
        const FlameGraph graph = flameGraph(*table, tree, criticalPath(*table, tree));
        QCOMPARE(graph.flames.size(), size_t(4));
        const Flame &root = graph.flames[0], &select = graph.flames[1], &inner = graph.flames[2], &render = graph.flames[3];
        QCOMPARE(root.self, int64_t(30)); // 0-10, 60-70, 90-100
        QCOMPARE(root.weight, int64_t(30 + 50 + 10 + 20));
        QCOMPARE(graph.weight, root.weight);
        QCOMPARE(root.end, FlameIndex(4));
        QCOMPARE(select.spans, 2U);
        QCOMPARE(select.total, int64_t(60));
        QCOMPARE(select.self, int64_t(20 + 30));
        QCOMPARE(select.weight, int64_t(60));
        QCOMPARE(table->id(tree.nodes[select.longest].row), SpanId(3));
        QCOMPARE(inner.parent, FlameIndex(1));
        QCOMPARE(inner.depth, 2U);
        QCOMPARE(select.path, int64_t(20 + 10)); // 40-60 and 20-30 of the other: the first ended too late
        QCOMPARE(table->text(render.name), std::string_view("render"));
    }

    void flamesAgreeWithNaive() {
        for (uint32_t seed = 1; seed <= 200; ++seed) {
            const SpanTablePtr table = randomTrace(seed, 3 + seed % 60, kOperations);
            const Waterfall tree = waterfall(*table, 0);
            const CriticalPath path = criticalPath(*table, tree);
            const FlameGraph graph = flameGraph(*table, tree, path);
            const auto expected = naiveFlames(*table, tree, path);
            QCOMPARE(graph.flames.size(), expected.size());
            std::vector<std::string> names(graph.flames.size());
            for (NodeIndex i = 0; i < tree.nodes.size(); ++i)
                names[graph.ofNode[i]] = pathOf(*table, tree, i);
            for (FlameIndex i = 0; i < graph.flames.size(); ++i) {
                const Flame& flame = graph.flames[i];
                QVERIFY(expected.contains(names[i]));
                QVERIFY2((Expected{flame.spans, flame.errors, flame.total, flame.self, flame.weight, flame.path}) == expected.at(names[i]), names[i].c_str());
                // Flames fit into the one they stand on, and stand in pre-order, the heaviest first.
                int64_t inside = 0, before = std::numeric_limits<int64_t>::max();
                for (FlameIndex child = i + 1; child < flame.end; child = graph.flames[child].end) {
                    QCOMPARE(graph.flames[child].parent, i);
                    QVERIFY(graph.flames[child].weight <= before);
                    before = graph.flames[child].weight;
                    inside += before;
                }
                QCOMPARE(inside + flame.self, flame.weight);
            }
        }
    }

    void statisticsByHand() {
        TraceFixture f;
        f.add(1, 0, 0, 100, "web", "GET /");
        f.add(2, 1, 10, 30, "db", "SELECT");
        f.add(3, 1, 30, 90, "db", "SELECT");
        TraceFixture::Span open;
        open.id = 4;
        open.parent = 1;
        open.service = "db";
        open.name = "SELECT";
        open.start = 95;
        open.flags = kUnfinished;
        open.status = Status::Error;
        f.add(open);
        const SpanTablePtr table = f.table();
        const Waterfall tree = waterfall(*table, 0);
        const Grouping by = groupByOperation(*table, tree);
        const auto groups = traceStatistics(*table, tree, criticalPath(*table, tree), by);
        QCOMPARE(groups.size(), size_t(2));
        QCOMPARE(by.names[groups[0].group], std::string("SELECT"));
        QCOMPARE(groups[0].spans, 3U);
        QCOMPARE(groups[0].errors, 1U);
        QCOMPARE(groups[0].untimed, 1U);
        QCOMPARE(groups[0].total, int64_t(80));
        QCOMPARE(groups[0].path, int64_t(80));
        QCOMPARE(groups[0].p50, int64_t(20));
        QCOMPARE(groups[0].p95, int64_t(60));
        QCOMPARE(groups[0].max, int64_t(60));
        QCOMPARE(table->id(tree.nodes[groups[0].longest].row), SpanId(3));
        QCOMPARE(groups[1].path, int64_t(20));
        const CriticalPath path = criticalPath(*table, tree);
        const Tabular shown = tabulate(*table, tree, path, by, groups);
        QCOMPARE(shown.rows.size(), size_t(2));
        QCOMPARE(std::get<double>(shown.rows[0][5].value), 0.8);
        QCOMPARE(shown.notes.size(), size_t(1));
        // Shares were those of what is in a group: a few spans with an attribute seemed to be all of the path.
        Grouping some = by;
        for (uint32_t& group : some.of)
            if (group != Grouping::kNone && by.names[group] == "SELECT")
                group = Grouping::kNone;
        const Tabular part = tabulate(*table, tree, path, some, traceStatistics(*table, tree, path, some));
        QCOMPARE(part.rows.size(), size_t(1));
        QCOMPARE(std::get<double>(part.rows[0][5].value), 0.2);
        QVERIFY(part.notes[0].find("3 spans are without operation") != std::string::npos);
    }

    void statisticsAgreeWithNaive() {
        for (uint32_t seed = 1; seed <= 100; ++seed) {
            const SpanTablePtr table = randomTrace(seed, 3 + seed % 80, kOperations);
            const Waterfall tree = waterfall(*table, 0);
            const CriticalPath path = criticalPath(*table, tree);
            const Grouping by = groupByService(*table, tree);
            const auto groups = traceStatistics(*table, tree, path, by);
            int64_t onPath = 0, partition = 0;
            uint32_t spans = 0;
            for (const GroupStatistics& g : groups) {
                std::vector<int64_t> durations;
                int64_t self = 0;
                for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
                    const Row row = tree.nodes[i].row;
                    if (row == kNoRow || table->serviceText(row) != by.names[g.group])
                        continue;
                    self += table->selfTime(row);
                    if ((table->flags(row) & (kUnfinished | kNegative)) == 0)
                        durations.push_back(table->duration(row));
                }
                std::sort(durations.begin(), durations.end());
                const auto rank = [&](double q) { return durations.empty() ? 0 : durations[static_cast<size_t>(std::ceil(q * static_cast<double>(durations.size()) - 1e-6)) - 1]; };
                QCOMPARE(g.self, self);
                QCOMPARE(g.total, std::accumulate(durations.begin(), durations.end(), int64_t(0)));
                QCOMPARE(g.spans, static_cast<uint32_t>(durations.size()) + g.untimed);
                QCOMPARE(g.p50, rank(0.5));
                QCOMPARE(g.p95, rank(0.95));
                QCOMPARE(g.max, durations.empty() ? 0 : durations.back());
                onPath += g.path;
                spans += g.spans;
            }
            for (const PathSection& s : path.sections)
                partition += s.to - s.from;
            QCOMPARE(onPath, partition);
            QCOMPARE(spans, tree.spanCount());
        }
    }

    void lanesOverlapNowhere() {
        for (uint32_t seed = 1; seed <= 200; ++seed) {
            const SpanTablePtr table = randomTrace(seed, 3 + seed % 90, kOperations);
            const Waterfall tree = waterfall(*table, 0);
            const Lanes packed = lanes(*table, tree);
            size_t timed = 0;
            std::map<uint32_t, uint32_t> lanesOfDepth;
            for (uint32_t lane = 0; lane < packed.count(); ++lane) {
                ++lanesOfDepth[packed.depth[lane]];
                QVERIFY(lane == 0 || packed.depth[lane] >= packed.depth[lane - 1]);
                QVERIFY(!packed.of(lane).empty());
                int64_t end = std::numeric_limits<int64_t>::min();
                for (const NodeIndex node : packed.of(lane)) {
                    QCOMPARE(packed.laneOf[node], lane);
                    QCOMPARE(tree.nodes[node].depth, packed.depth[lane]);
                    QVERIFY(tree.startOf(*table, node) >= end);
                    end = std::max(tree.endOf(*table, node), tree.startOf(*table, node) + 1);
                    ++timed;
                }
            }
            QCOMPARE(timed, packed.spans.size());
            // No more lanes than ran at once.
            for (const auto& [depth, count] : lanesOfDepth) {
                uint32_t most = 0;
                for (const NodeIndex a : packed.spans) {
                    uint32_t now = 0;
                    for (const NodeIndex b : packed.spans)
                        now += tree.nodes[a].depth == depth && tree.nodes[b].depth == depth && tree.startOf(*table, b) <= tree.startOf(*table, a) &&
                               std::max(tree.endOf(*table, b), tree.startOf(*table, b) + 1) > tree.startOf(*table, a);
                    most = std::max(most, now);
                }
                QCOMPARE(count, most);
            }
        }
    }

    // Whatever order spans arrive in: the same tree, path, flames, lanes, statistics, marks, idle time.
    void theOrderOfArrivalDoesNotMatter() {
        const auto said = [](const SpanTable& table) {
            const Waterfall tree = waterfall(table, 0, {4});
            const CriticalPath path = criticalPath(table, tree);
            std::string out = aisle::test::pathText(table, tree).toStdString() + "\n";
            const auto name = [&](NodeIndex node) {
                const Row row = tree.nodes[node].row;
                return row != kNoRow ? std::to_string(table.id(row)) : tree.isGroup(node) ? "group" : "missing " + std::to_string(tree.missingAt(node)->id);
            };
            for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
                out += std::string(tree.nodes[i].depth, ' ') + name(i) + " " + std::to_string(tree.nodes[i].errors);
                if (tree.nodes[i].row != kNoRow && table.isError(tree.nodes[i].row))
                    out += " from " + name(errorOrigin(table, tree, i));
                out += "\n";
            }
            const FlameGraph flames = flameGraph(table, tree, path);
            for (const Flame& flame : flames.flames)
                out += std::to_string(flame.spans) + "," + std::to_string(flame.total) + "," + std::to_string(flame.self) + "," + std::to_string(flame.path) + "\n";
            const Lanes packed = lanes(table, tree);
            for (uint32_t lane = 0; lane < packed.count(); ++lane) {
                for (const NodeIndex node : packed.of(lane))
                    out += name(node) + " ";
                out += "\n";
            }
            const Grouping byOperation = groupByOperation(table, tree);
            for (const GroupStatistics& g : traceStatistics(table, tree, path, byOperation))
                out += byOperation.names[g.group] + "," + std::to_string(g.spans) + "," + std::to_string(g.self) + "," + std::to_string(g.path) + "," + std::to_string(g.p95) + "\n";
            for (const Retry& retry : retries(table, tree))
                out += name(retry.node) + " attempt " + std::to_string(retry.attempt) + "\n";
            for (const IdleGap& gap : idleGaps(table, tree))
                out += std::to_string(gap.from) + "-" + std::to_string(gap.to) + "\n";
            return out;
        };
        std::mt19937 random(5);
        for (uint32_t seed = 1; seed <= 60; ++seed) {
            auto spans = aisle::test::randomSpans(seed, 60, {.services = 3, .names = 3, .unfinished = 15});
            const std::string first = said(*aisle::test::tableOf(spans));
            for (int again = 0; again < 4; ++again) {
                std::shuffle(spans.begin(), spans.end(), random);
                QCOMPARE(said(*aisle::test::tableOf(spans)), first);
            }
        }
    }

    void stops() {
        const SpanTablePtr table = randomTrace(1, 50, kOperations);
        const Waterfall tree = waterfall(*table, 0);
        const CriticalPath path = criticalPath(*table, tree);
        StopToken stop;
        stop.stop();
        QVERIFY_EXCEPTION_THROWN(flameGraph(*table, tree, path, stop), Stopped);
        QVERIFY_EXCEPTION_THROWN(lanes(*table, tree, stop), Stopped);
        QVERIFY_EXCEPTION_THROWN(traceStatistics(*table, tree, path, groupByService(*table, tree), stop), Stopped);
    }
};

QTEST_GUILESS_MAIN(TestTraceAnalyses)
#include "tst_trace_analyses.moc"
