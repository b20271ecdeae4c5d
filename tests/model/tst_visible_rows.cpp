// The rows of a trace that are not below collapsed ones: what is collapsed at first and by hand, revealed, restored.

#include "analysis/waterfall.h"
#include "analysis/waterfall_path.h"
#include "trace_fixture.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace aisle;
using aisle::test::randomTrace, aisle::test::TraceFixture;

namespace {

std::vector<NodeIndex> naiveVisible(const Waterfall& tree, const std::vector<bool>& collapsed) {
    std::vector<NodeIndex> out;
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        bool hidden = false;
        for (NodeIndex up = tree.nodes[i].parent; up != kNoNode; up = tree.nodes[up].parent)
            hidden = hidden || collapsed[up];
        if (!hidden)
            out.push_back(i);
    }
    return out;
}

} // namespace

class TestVisibleRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void firstLook();
    void rootsAndDepths();
    void visibleRowsAgreeWithNaive();
    void revealsAndKeepsCollapsedRows();
};

void TestVisibleRows::firstLook() {
    // Two branches of 300 below the root; one of them waits for a failing span deep down, the other only takes long.
    TraceFixture f;
    f.add(1, 0, 0, 100000, "web", "GET /");
    SpanId id = 2;
    for (int branch = 0; branch < 2; ++branch) {
        SpanId parent = 1;
        for (int depth = 0; depth < 300; ++depth, ++id) {
            TraceFixture::Span span{id, parent, "step " + std::to_string(id), "s", 10 + depth, 50000 - 2 * depth - branch * 1000, Kind::Internal,
                                    depth == 120 && branch == 1 ? Status::Error : Status::Unset, 0};
            f.add(span);
            parent = id;
        }
    }
    for (int i = 0; i < 5000; ++i, ++id)
        f.add(id, 1, i, i + 10, "db", "SELECT");
    const SpanTablePtr table = f.table();
    const Waterfall tree = waterfall(*table, 0, {5});
    const CriticalPath path = criticalPath(*table, tree);
    VisibleRows rows(tree);
    rows.showFirst(*table, path, 200);
    QVERIFY(rows.count() <= 200);
    QVERIFY(rows.count() > 150);
    const auto isVisible = [&](NodeIndex node) { return std::binary_search(rows.nodes().begin(), rows.nodes().end(), node); };
    QVERIFY(isVisible(0));
    QVERIFY(isVisible(tree.groups.at(0).node) && rows.isCollapsed(tree.groups.at(0).node));
    int expanded = 0;
    for (const NodeIndex node : rows.nodes())
        expanded += path.stretchOf(node) != nullptr;
    QVERIFY(expanded > 60);

    // A few spans: everything, but groups.
    const Waterfall small = waterfall(*table, 0, {5});
    VisibleRows all(small);
    all.showFirst(*table, path, 100000);
    QCOMPARE(all.count(), 602U);

    // What is above an error is expanded before what is only long.
    TraceFixture g;
    g.add(1, 0, 0, 1000, "web", "GET /");
    for (SpanId i = 2; i < 12; ++i)
        g.add(i, 1, 0, 900 - static_cast<int64_t>(i), "s", "branch " + std::to_string(i));
    for (SpanId i = 2; i < 12; ++i) {
        TraceFixture::Span span{i + 20, i, "leaf", "s", 1, 1, Kind::Internal, i == 9 ? Status::Error : Status::Unset, 0};
        g.add(span);
    }
    const SpanTablePtr second = g.table();
    const Waterfall branches = waterfall(*second, 0);
    VisibleRows few(branches);
    few.showFirst(*second, {}, 12);
    QCOMPARE(few.count(), 12U);
    QVERIFY(std::binary_search(few.nodes().begin(), few.nodes().end(), branches.errors.at(0)));
}

void TestVisibleRows::rootsAndDepths() {
    TraceFixture f;
    f.add(1, 0, 0, 100);
    f.add(2, 1, 0, 90);
    f.add(3, 2, 0, 80);
    f.add(4, 3, 0, 70);
    f.add(5, 1, 95, 99);
    for (SpanId id = 6; id < 9; ++id)
        f.add(id, 2, 85, 86, "db", "SELECT");
    const SpanTablePtr table = f.table();
    const Waterfall tree = waterfall(*table, 0, {3}); // 1(2(3(4) x3(6 7 8)) 5)
    VisibleRows rows(tree);
    rows.collapseTo(1);
    QCOMPARE(rows.nodes(), (std::vector<NodeIndex>{0, 1, 8}));
    rows.collapseTo(0);
    QCOMPARE(rows.nodes(), (std::vector<NodeIndex>{0}));
    rows.collapseTo(2);
    QCOMPARE(rows.nodes(), (std::vector<NodeIndex>{0, 1, 2, 4, 8}));
    rows.setRoot(1);
    QCOMPARE(rows.nodes(), (std::vector<NodeIndex>{1, 2, 4}));
    rows.collapseTo(2);
    QCOMPARE(rows.nodes(), (std::vector<NodeIndex>{1, 2, 3, 4, 5, 6, 7}));
    rows.setCollapsed(2, true);
    VisibleRows again(tree);
    again.restore(rows.state());
    QCOMPARE(again.nodes(), rows.nodes());
    QCOMPARE(again.root(), NodeIndex(1));
    rows.setCollapsed(4, true);
    again.restore(rows.state());
    QCOMPARE(again.nodes(), (std::vector<NodeIndex>{1, 2, 4}));
    // What has no row: a collapsed missing parent, a root that is a group.
    TraceFixture g;
    g.add(1, 0, 0, 100);
    g.add(2, 77, 10, 20);
    g.add(3, 77, 30, 40);
    for (SpanId id = 4; id < 8; ++id)
        g.add(id, 1, 50, 60, "db", "SELECT");
    const SpanTablePtr second = g.table();
    const Waterfall other = waterfall(*second, 0, {3});
    VisibleRows kept(other), restored(other);
    kept.setCollapsed(other.missing.at(0).node, true);
    restored.restore(kept.state());
    QVERIFY(restored.isCollapsed(other.missing.at(0).node));
    kept.setRoot(other.groups.at(0).node);
    restored.restore(kept.state());
    QCOMPARE(restored.root(), other.groups.at(0).node);
    QCOMPARE(restored.nodes(), kept.nodes());

    rows.reveal(8); // outside
    QCOMPARE(rows.root(), kNoNode);
    QVERIFY(std::binary_search(rows.nodes().begin(), rows.nodes().end(), NodeIndex(8)));
    rows.setRoot(kNoNode);
    rows.expandAll();
    QCOMPARE(size_t(rows.count()), tree.nodes.size());
}

void TestVisibleRows::visibleRowsAgreeWithNaive() {
    std::mt19937 random(3);
    for (uint32_t seed = 100; seed < 120; ++seed) {
        const SpanTablePtr table = randomTrace(seed, 80);
        const Waterfall tree = waterfall(*table, 0);
        VisibleRows rows(tree);
        std::vector<bool> collapsed(tree.nodes.size(), false);
        for (int step = 0; step < 40; ++step) {
            const auto node = static_cast<NodeIndex>(random() % tree.nodes.size());
            collapsed[node] = !collapsed[node];
            rows.setCollapsed(node, collapsed[node]);
            QCOMPARE(rows.nodes(), naiveVisible(tree, collapsed));
            const auto any = static_cast<NodeIndex>(random() % tree.nodes.size());
            NodeIndex up = any;
            while (!std::binary_search(rows.nodes().begin(), rows.nodes().end(), up))
                up = tree.nodes[up].parent;
            QCOMPARE(rows[rows.lineOf(any)], up);
        }
        rows.collapseAll();
        QCOMPARE(rows.nodes(), naiveVisible(tree, std::vector<bool>(tree.nodes.size(), true)));
        rows.expandAll();
        QCOMPARE(size_t(rows.count()), tree.nodes.size());
    }
}

void TestVisibleRows::revealsAndKeepsCollapsedRows() {
    TraceFixture f;
    f.add(1, 0, 0, 100);
    f.add(2, 1, 0, 90);
    f.add(3, 2, 0, 80);
    f.add(4, 1, 95, 99);
    const SpanTablePtr table = f.table();
    const Waterfall tree = waterfall(*table, 0);
    VisibleRows rows(tree);
    rows.setCollapsed(1, true);
    QCOMPARE(rows.nodes(), (std::vector<NodeIndex>{0, 1, 3}));
    VisibleRows again(tree);
    again.restore(rows.state());
    QCOMPARE(again.nodes(), rows.nodes());
    rows.reveal(2);
    QCOMPARE(rows.count(), 4U);
}

QTEST_GUILESS_MAIN(TestVisibleRows)
#include "tst_visible_rows.moc"
