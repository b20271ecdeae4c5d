// Layered layout: nothing overlaps, calls lead to the right, the same input gives the same picture.

#include "service_graph/graph_layout.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace aisle;

namespace {

GraphLayoutInput graphOf(uint32_t nodes, std::vector<GraphLayoutInput::Edge> edges) {
    GraphLayoutInput input;
    input.nodes.assign(nodes, QSizeF(160, 48));
    input.edges = std::move(edges);
    return input;
}

GraphLayoutInput randomGraph(uint32_t seed, uint32_t nodes, uint32_t edges) {
    std::mt19937 random(seed);
    GraphLayoutInput input;
    for (uint32_t i = 0; i < nodes; ++i)
        input.nodes.emplace_back(120 + static_cast<int>(random() % 100), 40 + static_cast<int>(random() % 20));
    for (uint32_t i = 0; i < edges; ++i)
        input.edges.push_back({static_cast<uint32_t>(random() % nodes), static_cast<uint32_t>(random() % nodes)});
    return input;
}

void verifyPicture(const GraphLayoutInput& input, const GraphLayout& layout) {
    QCOMPARE(layout.nodes.size(), input.nodes.size());
    QCOMPARE(layout.edges.size(), input.edges.size());
    const QRectF all = QRectF(QPointF(0, 0), layout.size).adjusted(-0.01, -0.01, 0.01, 0.01);
    for (size_t i = 0; i < layout.nodes.size(); ++i) {
        QCOMPARE(layout.nodes[i].size(), input.nodes[i]);
        QVERIFY(all.contains(layout.nodes[i]));
        for (size_t k = 0; k < i; ++k)
            QVERIFY2(!layout.nodes[i].adjusted(-8, -8, 8, 8).intersects(layout.nodes[k]), "nodes too near");
    }
    for (size_t e = 0; e < layout.edges.size(); ++e) {
        const auto& points = layout.edges[e].points;
        const QRectF from = layout.nodes[input.edges[e].from], to = layout.nodes[input.edges[e].to];
        QVERIFY(points.size() >= 2 && points.size() % 2 == 0);
        const QMarginsF touch(0.5, 0.5, 0.5, 0.5);
        QVERIFY(from.marginsAdded(touch).contains(points.front()));
        QVERIFY(to.marginsAdded(touch).contains(points.back()));
        // Where an edge passes a column it meets none of its nodes.
        for (size_t i = 1; i + 1 < points.size(); i += 2) {
            QCOMPARE(points[i].y(), points[i + 1].y());
            for (const QRectF& node : layout.nodes)
                QVERIFY(node.left() > std::max(points[i].x(), points[i + 1].x()) ||
                        node.right() < std::min(points[i].x(), points[i + 1].x()) || node.top() > points[i].y() ||
                        node.bottom() < points[i].y());
        }
    }
}

bool isSame(const GraphLayout& a, const GraphLayout& b) {
    return a.nodes == b.nodes && std::equal(a.edges.begin(), a.edges.end(), b.edges.begin(), b.edges.end(),
                                            [](const auto& x, const auto& y) { return x.points == y.points; });
}

} // namespace

class TestGraphLayout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void empty() {
        const GraphLayout layout = layoutGraph({});
        QVERIFY(layout.nodes.empty());
        QCOMPARE(layout.size, QSizeF(0, 0));
    }

    void chainIsStraight() {
        const auto input = graphOf(4, {{0, 1}, {1, 2}, {2, 3}});
        const GraphLayout layout = layoutGraph(input);
        verifyPicture(input, layout);
        for (int i = 0; i < 3; ++i) {
            QVERIFY(layout.nodes[i].right() < layout.nodes[i + 1].left());
            QCOMPARE(layout.edges[i].points.front().y(), layout.edges[i].points.back().y());
        }
        QCOMPARE(layout.size.height(), 48.0);
    }

    void treeIsSymmetric() {
        const auto input = graphOf(3, {{0, 1}, {0, 2}});
        const GraphLayout layout = layoutGraph(input);
        verifyPicture(input, layout);
        QVERIFY(std::abs(layout.nodes[0].center().y() - layout.size.height() / 2) < 0.01);
    }

    void fewCrossings() { // two callers with two callees each, given crosswise
        const auto input = graphOf(7, {{6, 0}, {6, 1}, {0, 3}, {0, 5}, {1, 2}, {1, 4}});
        const GraphLayout layout = layoutGraph(input);
        verifyPicture(input, layout);
        const auto y = [&](size_t i) { return layout.nodes[i].center().y(); };
        QCOMPARE(y(0) < y(1), std::max(y(3), y(5)) < std::min(y(2), y(4)));
    }

    void cyclesAndLoops() {
        const auto input = graphOf(3, {{0, 1}, {1, 2}, {2, 0}, {1, 1}, {1, 0}, {0, 1}});
        const GraphLayout layout = layoutGraph(input);
        verifyPicture(input, layout);
        QVERIFY(layout.edges[3].isLoop);
        QVERIFY(layout.edges[0].points == layout.edges[5].points);
        QVERIFY(layout.edges[0].points != layout.edges[4].points); // there and back are two lines
    }

    void partsLieBelowEachOther() {
        const auto input = graphOf(7, {{0, 1}, {2, 3}, {3, 4}});
        const GraphLayout layout = layoutGraph(input);
        verifyPicture(input, layout);
        QVERIFY(layout.nodes[2].bottom() < layout.nodes[0].top()); // the larger part first
        QVERIFY(layout.nodes[0].bottom() < layout.nodes[5].top()); // what stands alone last
        QCOMPARE(layout.nodes[5].top(), layout.nodes[6].top());
    }

    void random_data() {
        QTest::addColumn<uint>("nodes");
        QTest::addColumn<uint>("edges");
        for (const auto& [nodes, edges] : {std::pair(5U, 6U), {12U, 20U}, {30U, 45U}, {60U, 120U}, {60U, 20U}, {200U, 500U}})
            QTest::addRow("%u nodes, %u edges", nodes, edges) << nodes << edges;
    }
    void random() {
        QFETCH(uint, nodes);
        QFETCH(uint, edges);
        for (uint32_t seed = 1; seed <= (nodes > 100 ? 2U : 10U); ++seed) {
            const auto input = randomGraph(seed, nodes, edges);
            const GraphLayout layout = layoutGraph(input);
            verifyPicture(input, layout);
            if (QTest::currentTestFailed())
                return;
            QVERIFY(isSame(layout, layoutGraph(input)));
        }
    }

    void hugeGraphsEnd() { // more passing points than are worth ordering
        std::vector<GraphLayoutInput::Edge> edges;
        for (uint32_t i = 0; i + 1 < 500; ++i) {
            edges.push_back({i, i + 1});
            edges.push_back({0, i + 1});
            edges.push_back({i, 499});
        }
        const auto input = graphOf(500, edges);
        QCOMPARE(layoutGraph(input).nodes.size(), size_t(500));
    }

    void stops() {
        StopToken stop;
        stop.stop();
        bool stopped = false;
        try {
            layoutGraph(graphOf(2, {{0, 1}}), stop);
        } catch (const Stopped&) {
            stopped = true;
        }
        QVERIFY(stopped);
    }
};

QTEST_GUILESS_MAIN(TestGraphLayout)
#include "tst_graph_layout.moc"
