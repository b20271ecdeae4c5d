// What has to hold for every trace of every real file: the critical path partitions each root, self times add up, groups
// change nothing, the views of a trace hold the same spans.

#include "analysis/clock_skew.h"
#include "analysis/flame_graph.h"
#include "analysis/idle_gaps.h"
#include "analysis/lanes.h"
#include "analysis/saturating.h"
#include "analysis/span_connections.h"
#include "analysis/span_marks.h"
#include "analysis/trace_statistics.h"
#include "import_job_fixture.h"

#include <QTest>

using namespace aisle;
using namespace aisle::test;

namespace {

/// The sum of self times is the time in which something ran, where no two spans overlap but ancestor and descendant, and
/// every child lies inside its parent.
bool isNested(const SpanTable& table, const Waterfall& tree) {
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        const Row row = tree.nodes[i].row;
        if (row == kNoRow || (table.flags(row) & (kNoStart | kUnfinished | kNegative)) != 0)
            return false;
        int64_t reached = table.start(row);
        bool isInside = true;
        tree.forEachChild(i, [&](NodeIndex child) {
            const Row inner = tree.nodes[child].row;
            isInside = isInside && table.start(inner) >= reached && table.end(inner) <= table.end(row);
            reached = std::max(reached, table.end(inner));
        });
        if (!isInside)
            return false;
    }
    std::vector<std::pair<int64_t, int64_t>> roots;
    for (const NodeIndex node : tree.byRow)
        if (const NodeIndex parent = tree.parentOf(node); parent == kNoNode || tree.nodes[parent].row == kNoRow)
            roots.emplace_back(table.start(tree.nodes[node].row), table.end(tree.nodes[node].row));
    std::sort(roots.begin(), roots.end());
    for (size_t i = 1; i < roots.size(); ++i)
        if (roots[i].first < roots[i - 1].second)
            return false;
    return true;
}

int64_t busyTime(const SpanTable& table, const Waterfall& tree) {
    std::vector<std::pair<int64_t, int64_t>> spans;
    for (const NodeIndex node : tree.byRow)
        spans.emplace_back(table.start(tree.nodes[node].row), table.end(tree.nodes[node].row));
    std::sort(spans.begin(), spans.end());
    int64_t busy = 0, reached = spans.front().first;
    for (const auto& [from, to] : spans) {
        busy += std::max<int64_t>(0, to - std::max(from, reached));
        reached = std::max(reached, to);
    }
    return busy;
}

} // namespace

class TestTraceInvariants : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void realFiles_data() {
        addRealFiles();
    }

    void realFiles() {
        QFETCH(QString, path);
        WorkspaceFixture f;
        const auto workspace = f.open();
        import(workspace, {path.toStdString()});
        const SpanTablePtr table = workspace->table();
        for (TraceIndex t = 0; t < table->traceSlots(); ++t)
            if (table->summary(t).spans > 0)
                check(*table, t);
        checkTogether(*table);
        checkClocks(*table);
    }

private:
    /// The first traces on one timeline: the same spans, path and self times as one after the other.
    static void checkTogether(const SpanTable& table) {
        std::vector<TraceIndex> traces;
        for (TraceIndex t = 0; t < table.traceSlots() && traces.size() < 20; ++t)
            if (table.summary(t).spans > 0)
                traces.push_back(t);
        const Waterfall together = waterfall(table, traces, {5});
        uint64_t spans = 0, errors = 0, sections = 0, missing = 0;
        for (const TraceIndex t : traces) {
            const Waterfall tree = waterfall(table, t);
            spans += tree.spanCount();
            errors += tree.errors.size();
            missing += tree.missing.size();
            sections += criticalPath(table, tree).sections.size();
            if (table.summary(t).hasStart)
                QVERIFY(tree.start >= together.start && tree.end <= together.end);
        }
        QCOMPARE(uint64_t(together.spanCount()), spans);
        QCOMPARE(together.errors.size(), size_t(errors));
        QCOMPARE(together.missing.size(), size_t(missing));
        QCOMPARE(criticalPath(table, together).sections.size(), size_t(sections));
        int64_t reached = together.start;
        for (const IdleGap& gap : idleGaps(table, together)) {
            QVERIFY(gap.from >= reached && gap.to > gap.from && gap.to <= together.end);
            reached = gap.to;
        }
        const Connections links = linkConnections(table, together, 1000);
        for (const SpanConnection& c : links.all())
            QVERIFY(c.from < together.nodes.size() && c.to < together.nodes.size() && c.from != c.to);
    }

    /// Other clocks move spans and change nothing else: what is shifted by nothing is the same, and back again as before.
    static void checkClocks(const SpanTable& table) {
        const ClockSkew skew = ClockSkew::measure(table);
        const auto shifts = std::make_shared<const std::vector<int64_t>>(skew.shifts(0.5));
        if (!skew.isAny())
            for (const int64_t shift : *shifts)
                QCOMPARE(shift, 0);
        for (TraceIndex t = 0, looked = 0; t < table.traceSlots() && looked < 200; ++t) {
            if (table.summary(t).spans == 0)
                continue;
            ++looked;
            const SpanTablePtr other = table.withClocks(shifts, std::span(&t, 1));
            for (const Row row : table.rowsOf(t)) {
                QCOMPARE(other->start(row), table.start(row) + (*shifts)[table.context(row)]);
                QCOMPARE(other->parent(row), table.parent(row));
                QVERIFY(other->selfTime(row) >= 0 && other->selfTime(row) <= std::max<int64_t>(0, table.duration(row)));
            }
            if (!skew.isAny())
                for (const Row row : table.rowsOf(t))
                    QCOMPARE(other->selfTime(row), table.selfTime(row));
            else
                check(*other, t);
        }
    }

    static void check(const SpanTable& table, TraceIndex trace) {
        const Waterfall tree = waterfall(table, trace, {5}), plain = waterfall(table, trace);
        const CriticalPath path = criticalPath(table, tree);
        // Each root is partitioned; sections lie in the span that they are of.
        size_t at = 0;
        const auto checkRoot = [&](NodeIndex root) {
            const Row row = tree.nodes[root].row;
            if ((table.flags(row) & kNoStart) != 0)
                return; // it has no place in time
            int64_t reached = table.start(row);
            for (; at < path.sections.size() && path.sections[at].node >= root && path.sections[at].node < tree.nodes[root].end; ++at) {
                const PathSection& s = path.sections[at];
                const Row own = tree.nodes[s.node].row;
                QCOMPARE(s.from, reached);
                QVERIFY(s.to > s.from && s.from >= table.start(own) && s.to <= table.end(own));
                reached = s.to;
            }
            QCOMPARE(reached, table.end(row));
        };
        tree.forEachRoot([&](NodeIndex root) {
            if (tree.nodes[root].row != kNoRow)
                checkRoot(root);
            else
                tree.forEachChild(root, checkRoot);
        });
        QCOMPARE(at, path.sections.size());

        // Every span is in every view, and what they add up to is the same.
        QCOMPARE(tree.spanCount(), table.summary(trace).spans);
        QCOMPARE(tree.nodes.size(), plain.nodes.size() + tree.groups.size());
        const FlameGraph flames = flameGraph(table, tree, path);
        const auto byService = traceStatistics(table, tree, path, groupByService(table, tree));
        uint64_t inFlames = 0, inServices = 0;
        int64_t self = 0, flameSelf = 0, serviceSelf = 0, onPath = 0, flamePath = 0, servicePath = 0;
        for (const NodeIndex node : tree.byRow)
            addSaturated(self, table.selfTime(tree.nodes[node].row));
        for (const Flame& flame : flames.flames) {
            inFlames += flame.spans;
            addSaturated(flameSelf, flame.self);
            addSaturated(flamePath, flame.path);
        }
        for (const GroupStatistics& g : byService) {
            inServices += g.spans;
            addSaturated(serviceSelf, g.self);
            addSaturated(servicePath, g.path);
        }
        for (const PathSection& s : path.sections)
            addSaturated(onPath, s.to - s.from);
        QCOMPARE(inFlames, uint64_t(tree.spanCount()));
        QCOMPARE(inServices, uint64_t(tree.spanCount()));
        QCOMPARE(flameSelf, self);
        QCOMPARE(serviceSelf, self);
        QCOMPARE(flames.weight, self);
        QCOMPARE(flamePath, onPath);
        QCOMPARE(servicePath, onPath);
        if (isNested(table, plain))
            QCOMPARE(self, busyTime(table, plain));

        const Lanes packed = lanes(table, tree);
        size_t timed = 0;
        for (NodeIndex i = 0; i < tree.nodes.size(); ++i)
            timed += !tree.isGroup(i) && tree.hasStart(table, i);
        QCOMPARE(packed.spans.size(), timed);

        // No red one is lost in what is collapsed.
        uint32_t errors = 0;
        for (const NodeIndex node : tree.byRow)
            errors += table.isError(tree.nodes[node].row);
        QCOMPARE(tree.errors.size(), size_t(errors));
        uint32_t atTop = 0;
        for (NodeIndex i = 0; i < tree.nodes.size(); i = tree.nodes[i].end)
            atTop += tree.nodes[i].errors;
        QCOMPARE(atTop, errors);
        for (const NodeIndex node : tree.errors)
            QVERIFY(table.isError(tree.nodes[errorOrigin(table, tree, node)].row));
        for (const NodeIndex node : tree.byRow) {
            if (const auto legs = callLegs(table, tree, node))
                QVERIFY(legs->request >= 0 && legs->response >= 0);
            if (const auto wait = queueWait(table, tree.nodes[node].row))
                QVERIFY(wait->to > wait->from);
        }
        QCOMPARE(retries(table, tree).size(), retries(table, plain).size());
    }
};

QTEST_GUILESS_MAIN(TestTraceInvariants)
#include "tst_trace_invariants.moc"
