// Layouts: nothing overlaps, lines end at cards, calls lead to the right, the same input gives the same picture, and nodes stay
// near where they were.

#include "model/shop_graph.h"
#include "service_graph/graph_layout_layers.h"
#include "service_graph/graph_layout_part.h"

#include <QLineF>
#include <QTest>

#include <map>
#include <thread>

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

bool isOnBorder(const QRectF& card, QPointF p) {
    const QMarginsF touch(0.01, 0.01, 0.01, 0.01);
    return card.marginsAdded(touch).contains(p) && !card.marginsRemoved(touch).contains(p);
}

void verifyCards(const GraphLayoutInput& input, const GraphLayout& layout) {
    QCOMPARE(layout.nodes.size(), input.nodes.size());
    const QRectF all = QRectF(QPointF(0, 0), layout.size).adjusted(-0.01, -0.01, 0.01, 0.01);
    for (size_t i = 0; i < layout.nodes.size(); ++i) {
        QVERIFY(qFuzzyCompare(layout.nodes[i].width(), input.nodes[i].width()));
        QVERIFY(qFuzzyCompare(layout.nodes[i].height(), input.nodes[i].height()));
        QVERIFY(all.contains(layout.nodes[i]));
        const QRectF around = layout.nodes[i].adjusted(-8, -8, 8, 8);
        for (size_t k = 0; k < i; ++k)
            if (around.intersects(layout.nodes[k]))
                QFAIL("nodes too near");
    }
}

/// Where an edge passes a column it meets none of its nodes.
void verifyPassing(const GraphLayout& layout, const std::vector<QPointF>& points) {
    const bool isDown = layout.isDownward;
    for (size_t i = 1; i + 1 < points.size(); i += 2) {
        QCOMPARE(isDown ? points[i].x() : points[i].y(), isDown ? points[i + 1].x() : points[i + 1].y());
        for (const QRectF& node : layout.nodes)
            QVERIFY(!QRectF(points[i], points[i + 1]).normalized().adjusted(-1, -1, 1, 1).intersects(node));
    }
}

void verifyPicture(const GraphLayoutInput& input, const GraphLayout& layout) {
    verifyCards(input, layout);
    QCOMPARE(layout.edges.size(), input.edges.size());
    for (size_t e = 0; e < layout.edges.size(); ++e) {
        const auto& edge = layout.edges[e];
        QCOMPARE(edge.isLoop, input.edges[e].from == input.edges[e].to);
        QCOMPARE(edge.isStraight, !edge.isLoop && input.kind != GraphLayoutKind::Layered);
        QVERIFY(edge.points.size() >= 2 && edge.points.size() % 2 == 0);
        QVERIFY(!edge.isStraight || edge.points.size() == 2);
        QVERIFY(isOnBorder(layout.nodes[input.edges[e].from], edge.points.front()));
        QVERIFY(isOnBorder(layout.nodes[input.edges[e].to], edge.points.back()));
        verifyPassing(layout, edge.points);
    }
}

bool isStopped(const GraphLayoutInput& input, const StopToken& stop) {
    try {
        layoutGraph(input, stop);
    } catch (const Stopped&) {
        return true;
    }
    return false;
}

/// Lines that cross between columns, pair by pair.
int crossingsIn(const GraphLayout& layout) {
    struct Piece {
        QPointF from, to;
    };
    std::vector<Piece> pieces;
    for (const auto& edge : layout.edges) {
        for (size_t i = 0; i + 1 < edge.points.size(); i += 2) {
            const QPointF a = edge.points[i], b = edge.points[i + 1];
            pieces.push_back(a.x() < b.x() ? Piece{a, b} : Piece{b, a});
        }
    }
    int n = 0;
    for (size_t i = 0; i < pieces.size(); ++i)
        for (size_t k = 0; k < i; ++k)
            n += pieces[i].from.x() < pieces[k].to.x() && pieces[k].from.x() < pieces[i].to.x() &&
                 (pieces[i].from.y() - pieces[k].from.y()) * (pieces[i].to.y() - pieces[k].to.y()) < 0;
    return n;
}

constexpr std::pair<GraphLayoutKind, const char*> kKinds[] = {
    {GraphLayoutKind::Layered, "layered"}, {GraphLayoutKind::Force, "force"}, {GraphLayoutKind::Radial, "radial"}};

bool isSame(const GraphLayout& a, const GraphLayout& b) {
    return a.nodes == b.nodes && std::equal(a.edges.begin(), a.edges.end(), b.edges.begin(), b.edges.end(),
                                            [](const auto& x, const auto& y) { return x.points == y.points; });
}

} // namespace

Q_DECLARE_METATYPE(GraphLayoutInput)
Q_DECLARE_METATYPE(GraphLayoutKind)

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

    void mainEdgesAreInOneLine() { // with exits from the middle, a way around, and one back
        auto input = graphOf(6, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {0, 4}, {1, 4}, {0, 5}, {5, 2}, {3, 1}});
        const auto isStraight = [](const GraphLayout& layout) {
            for (int e = 0; e < 4; ++e)
                for (const QPointF& point : layout.edges[e].points)
                    if (std::abs(point.y() - layout.nodes[0].center().y()) > 0.1)
                        return false;
            return true;
        };
        QVERIFY(!isStraight(layoutGraph(input)));
        for (size_t e = 0; e < 4; ++e)
            input.edges[e].isMain = true;
        const GraphLayout layout = layoutGraph(input);
        verifyPicture(input, layout);
        QVERIFY(isStraight(layout));
        for (int i = 0; i < 5; ++i)
            QVERIFY(std::abs(layout.nodes[i].center().y() - layout.nodes[0].center().y()) < 0.1);
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
        QTest::addColumn<GraphLayoutKind>("kind");
        QTest::addColumn<uint>("nodes");
        QTest::addColumn<uint>("edges");
        for (const auto& [kind, name] : kKinds)
            for (const auto& [nodes, edges] : {std::pair(5U, 6U), {12U, 20U}, {30U, 45U}, {60U, 120U}, {60U, 20U}, {200U, 500U}})
                QTest::addRow("%s, %u nodes, %u edges", name, nodes, edges) << kind << nodes << edges;
    }
    void random() {
        QFETCH(GraphLayoutKind, kind);
        QFETCH(uint, nodes);
        QFETCH(uint, edges);
        for (uint32_t seed = 1; seed <= (nodes > 100 ? 1U : 6U); ++seed) {
            GraphLayoutInput input = randomGraph(seed, nodes, edges);
            input.kind = kind;
            input.isDownward = seed % 3 == 0;
            input.centre = nodes / 2;
            input.mostPerLayer = seed % 2 * 4;
            for (size_t e = 0; seed % 2 == 0 && e < input.edges.size(); e += 3) // also some that cannot be in one line
                input.edges[e].isMain = true;
            const GraphLayout layout = layoutGraph(input);
            verifyPicture(input, layout);
            if (QTest::currentTestFailed())
                return;
            QVERIFY(isSame(layout, layoutGraph(input)));
            // And near places of another graph, some unknown.
            input.before = centresOf(layoutGraph(randomGraph(seed + 100, nodes, edges)));
            for (uint32_t i = 0; i < nodes; i += 3)
                input.before[i].reset();
            const GraphLayout near = layoutGraph(input);
            verifyPicture(input, near);
            if (QTest::currentTestFailed())
                return;
            QVERIFY(isSame(near, layoutGraph(input)));
        }
    }

    void hostile_data() {
        QTest::addColumn<GraphLayoutInput>("input");
        GraphLayoutInput loops = graphOf(9, {}), complete = graphOf(60, {}), onePoint = shopGraph(1, 60, 120), path = graphOf(1500, {});
        for (uint32_t i = 0; i < 9; ++i)
            loops.edges.push_back({i, i});
        for (uint32_t i = 0; i < 60; ++i)
            for (uint32_t k = 0; k < 60; ++k)
                complete.edges.push_back({i, k});
        onePoint.before.assign(60, QPointF(100, 100));
        for (uint32_t i = 0; i + 1 < 1500; ++i)
            path.edges.push_back({i, i + 1});
        for (const auto& [kind, name] : kKinds) {
            const auto add = [&](const char* what, GraphLayoutInput input) {
                input.kind = kind;
                QTest::addRow("%s, %s", name, what) << input;
            };
            add("nothing", {});
            add("one node", graphOf(1, {}));
            add("one node that calls itself", graphOf(1, {{0, 0}}));
            add("loops", loops);
            add("2,000 nodes alone", graphOf(2000, {}));
            add("2,000 nodes", shopGraph(1, 2000, 6000));
            add("complete", complete);
            add("before: all at one point", onePoint);
            add("path", path);
            GraphLayoutInput centre = shopGraph(1, 20, 32);
            centre.centre = 99;
            add("centre that is none", centre);
        }
    }
    void hostile() {
        QFETCH(GraphLayoutInput, input);
        verifyPicture(input, layoutGraph(input));
    }

    void stops_data() {
        QTest::addColumn<GraphLayoutKind>("kind");
        for (const auto& [kind, name] : kKinds)
            QTest::addRow("%s", name) << kind;
    }
    void stops() {
        QFETCH(GraphLayoutKind, kind);
        GraphLayoutInput input = graphOf(2, {{0, 1}});
        input.kind = kind;
        QVERIFY(!isStopped(input, {}));
        StopToken stop;
        stop.stop();
        QVERIFY(isStopped(input, stop));
    }
    void stopsInTheMiddle() { // of igraph: springs of 2,000 nodes take seconds
        GraphLayoutInput input = shopGraph(1, 2000, 6000);
        input.kind = GraphLayoutKind::Force;
        const StopToken stop;
        std::thread other([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            stop.stop();
        });
        const bool wasStopped = isStopped(input, stop);
        other.join();
        QVERIFY(wasStopped);
        input = shopGraph(1, 20, 32); // igraph is as before
        input.kind = GraphLayoutKind::Force;
        verifyPicture(input, layoutGraph(input));
    }

    // Order and layers.

    void crossingsAreCounted() {
        for (uint32_t seed = 1; seed <= 20; ++seed) {
            std::mt19937 random(seed);
            const uint32_t nodes = 12;
            std::vector<uint32_t> layerOf;
            for (uint32_t i = 0; i < nodes; ++i)
                layerOf.push_back(i / 4);
            std::vector<LayerEdge> edges;
            for (uint32_t i = 0; i < 8; ++i)
                for (uint32_t k = 4; k < nodes; ++k)
                    if (layerOf[i] < layerOf[k] && random() % 3 == 0)
                        edges.emplace_back(i, k);
            const LayeredPart part = makeItems(std::vector<double>(nodes, 50), layerOf, edges);
            std::vector<size_t> rank(part.items.size());
            for (const auto& layer : part.layers)
                for (size_t i = 0; i < layer.size(); ++i)
                    rank[layer[i]] = i;
            uint64_t naive = 0;
            for (const auto& layer : part.layers)
                for (const uint32_t a : layer)
                    for (const uint32_t b : layer)
                        for (const uint32_t x : part.items[a].after)
                            for (const uint32_t y : part.items[b].after)
                                naive += rank[a] < rank[b] && rank[x] > rank[y];
            QVERIFY(naive > 0);
            QCOMPARE(countCrossings(part), naive);
        }
    }

    void fewCrossingsInShops() { // igraph's order with the same exchanges: 16, 35 and 22
        int n = 0;
        for (uint32_t seed = 1; seed <= 3; ++seed)
            n += crossingsIn(layoutGraph(shopGraph(seed, 20, 32)));
        QVERIFY2(n <= 45, qPrintable(QString::number(n)));
    }

    void layersAreLimited() {
        GraphLayoutInput input = shopGraph(1, 60, 120);
        const auto fullest = [&] {
            std::map<double, int> count;
            int most = 0;
            for (const QRectF& node : layoutGraph(input).nodes)
                most = std::max(most, ++count[node.left()]);
            return most;
        };
        QVERIFY(fullest() > 6);
        input.mostPerLayer = 6;
        QCOMPARE(fullest(), 6);
    }

    void windowIsFilled() {
        for (const QSizeF window : {QSizeF(1280, 800), QSizeF(900, 900)}) {
            const GraphLayoutInput input = shopGraph(1, 20, 32);
            const GraphLayout layout = layoutGraphFor(window, input, input);
            GraphLayoutInput shown = input;
            shown.isDownward = layout.isDownward;
            verifyPicture(shown, layout);
            if (QTest::currentTestFailed())
                return;
            const double zoom = std::min(window.width() / layout.size.width(), window.height() / layout.size.height());
            QVERIFY(layout.size.width() * zoom > window.width() * 0.85);
            QVERIFY(layout.size.height() * zoom > window.height() * 0.85);
            QVERIFY(zoom > 0.6);
        }
    }

    // Lines.

    void thereAndBackLieSideBySide() {
        for (const GraphLayoutKind kind : {GraphLayoutKind::Force, GraphLayoutKind::Radial}) {
            GraphLayoutInput input = graphOf(3, {{0, 1}, {1, 0}, {1, 2}});
            input.kind = kind;
            const GraphLayout layout = layoutGraph(input);
            verifyPicture(input, layout);
            const QLineF there(layout.edges[0].points[0], layout.edges[0].points[1]);
            const QPointF back = layout.edges[1].points[0] - there.p1();
            const double apart = std::abs(back.x() * there.dy() - back.y() * there.dx()) / there.length();
            QVERIFY2(apart > 5 && apart < 9, qPrintable(QString::number(apart)));
            // One way: from middle to middle.
            const QLineF alone(layout.edges[2].points[0], layout.edges[2].points[1]);
            const QPointF middle = layout.nodes[1].center() - alone.p1();
            QVERIFY(std::abs(middle.x() * alone.dy() - middle.y() * alone.dx()) / alone.length() < 0.01);
        }
    }

    // Radial.

    void ringsAreByDistance() { // two steps are further away than one, on an ellipse as wide as these cards ask for
        GraphLayoutInput input = graphOf(13, {});
        for (uint32_t i = 1; i <= 4; ++i)
            for (uint32_t k = 0; k < 3; ++k) {
                if (k == 0)
                    input.edges.push_back({0, i});
                else
                    input.edges.push_back({i, 4 + (i - 1) * 2 + k});
            }
        input.kind = GraphLayoutKind::Radial;
        const GraphLayout layout = layoutGraph(input);
        verifyPicture(input, layout);
        const auto distance = [&](uint32_t node) {
            const QPointF way = layout.nodes[node].center() - layout.nodes[0].center();
            return std::hypot(way.x() / (160 + 1.25 * 24), way.y() / (48 + 2.5 * 24));
        };
        for (uint32_t node = 1; node <= 4; ++node)
            QVERIFY(std::abs(distance(node) - 1.25) < 0.1);
        for (uint32_t node = 5; node < 13; ++node)
            QVERIFY(std::abs(distance(node) - 2.5) < 0.2);
        QCOMPARE(crossingsIn(layout), 0);
    }

    void othersComeBelowTheRings() {
        GraphLayoutInput input = graphOf(9, {{0, 1}, {0, 2}, {3, 4}, {4, 5}, {5, 6}});
        input.kind = GraphLayoutKind::Radial;
        input.centre = 0; // in a smaller part than the other one
        const GraphLayout layout = layoutGraph(input);
        verifyPicture(input, layout);
        const double rings = std::max({layout.nodes[0].bottom(), layout.nodes[1].bottom(), layout.nodes[2].bottom()});
        for (uint32_t node = 3; node < 9; ++node)
            QVERIFY(layout.nodes[node].top() > rings);
    }

    void crowdsArePushedApart() {
        std::vector<QRectF> cards(700, QRectF(0, 0, 160, 48));
        pushApart(cards, 24, {});
        for (size_t i = 0; i < cards.size(); ++i)
            for (size_t k = 0; k < i; ++k)
                if (cards[i].adjusted(-23, -23, 23, 23).intersects(cards[k]))
                    QFAIL("cards overlap");
    }

    // Near the layout on show.

    void staysWhereItIs_data() { stops_data(); }
    void staysWhereItIs() {
        QFETCH(GraphLayoutKind, kind);
        GraphLayoutInput input = shopGraph(1, 60, 120);
        input.kind = kind;
        const GraphLayout layout = layoutGraph(input);
        input.before = centresOf(layout);
        const double shift = meanShift(layout, layoutGraph(input), UINT32_MAX);
        QVERIFY2(shift < 0.5, qPrintable(QString::number(shift)));
    }

    void staysWithoutAService_data() {
        QTest::addColumn<GraphLayoutKind>("kind");
        QTest::addColumn<uint>("nodes");
        QTest::addColumn<uint>("edges");
        QTest::addColumn<double>("most");
        QTest::newRow("layered, 20") << GraphLayoutKind::Layered << 20U << 32U << 1.0;
        QTest::newRow("layered, 60") << GraphLayoutKind::Layered << 60U << 120U << 1.6;
        QTest::newRow("force, 20") << GraphLayoutKind::Force << 20U << 32U << 0.6;
        QTest::newRow("force, 60") << GraphLayoutKind::Force << 60U << 120U << 0.3;
        QTest::newRow("radial, 20") << GraphLayoutKind::Radial << 20U << 32U << 2.0;
        QTest::newRow("radial, 60") << GraphLayoutKind::Radial << 60U << 120U << 2.5;
    }
    void staysWithoutAService() {
        QFETCH(GraphLayoutKind, kind);
        QFETCH(uint, nodes);
        QFETCH(uint, edges);
        QFETCH(double, most);
        GraphLayoutInput input = shopGraph(1, nodes, edges);
        input.kind = kind;
        for (const bool isDownward : {false, true}) {
            input.isDownward = isDownward;
            const Shift shift = shiftWithoutOne(input, nodes > 20 ? 4 : 1);
            const double allowed = isDownward && kind == GraphLayoutKind::Layered ? most * 2.5 : most; // cards are wider than high
            QVERIFY2(shift.seeded < allowed, qPrintable(QString::number(shift.seeded)));
            QVERIFY2(shift.seeded < shift.unseeded * 0.8, qPrintable(QString::number(shift.unseeded)));
        }
    }

    void windowStaysWithoutAService() { // its limit of nodes per layer and its spread gaps, too
        for (const auto& [kind, name] : kKinds) {
            GraphLayoutInput right = shopGraph(1, 20, 32);
            right.kind = kind;
            GraphLayoutInput down = right;
            down.layerGap = 42;
            const GraphLayout whole = layoutGraphFor({1280, 800}, right, down);
            (whole.isDownward ? down : right).before = centresOf(whole);
            double sum = 0;
            for (uint32_t node = 1; node < 20; ++node) {
                const GraphLayout layout = layoutGraphFor({1280, 800}, without(right, node), without(down, node));
                QCOMPARE(layout.isDownward, whole.isDownward);
                sum += meanShift(whole, layout, node) / 19;
            }
            QVERIFY2(sum < (kind == GraphLayoutKind::Radial ? 3.5 : 1), qPrintable(QString::number(sum)));
        }
    }

    void windowKeepsItsDirection() {
        const GraphLayoutInput input = shopGraph(1, 20, 32);
        for (const bool isDownward : {false, true}) {
            GraphLayoutInput right = input, down = input;
            down.isDownward = true;
            (isDownward ? down : right).before = centresOf(layoutGraph(isDownward ? down : right));
            QCOMPARE(layoutGraphFor({1100, 1000}, right, down).isDownward, isDownward);
        }
    }

    void edgesStillLeadOnwards() { // from a layout that is the wrong way around
        GraphLayoutInput input = shopGraph(1, 60, 120);
        std::erase_if(input.edges, [](const auto& edge) { return edge.from > edge.to; });
        for (auto& edge : input.edges)
            edge.isWeak = false;
        input.before = centresOf(layoutGraph(input));
        for (auto& place : input.before)
            place->rx() = -place->x();
        const GraphLayout layout = layoutGraph(input);
        for (const auto& edge : input.edges)
            QVERIFY(layout.nodes[edge.from].right() < layout.nodes[edge.to].left());
    }

    void edgeMoreMovesItsCallee() { // and what that calls, but nothing else
        GraphLayoutInput input = graphOf(5, {{0, 1}, {0, 2}, {0, 3}, {2, 4}});
        const GraphLayout before = layoutGraph(input);
        input.before = centresOf(before);
        input.edges.push_back({1, 2});
        const GraphLayout layout = layoutGraph(input);
        verifyPicture(input, layout);
        for (const auto& edge : input.edges)
            QVERIFY(layout.nodes[edge.from].right() < layout.nodes[edge.to].left());
        for (const size_t node : {0, 1, 3})
            QCOMPARE(layout.nodes[node].left(), before.nodes[node].left());
    }

    void newNodesComeNearTheirNeighbours() {
        for (const auto& [kind, name] : kKinds) {
            GraphLayoutInput input = shopGraph(1, 60, 120);
            input.kind = kind;
            const uint32_t added = 59;
            const GraphLayout before = layoutGraph(without(input, added));
            input.before = centresOf(before);
            input.before.emplace_back();
            const GraphLayout layout = layoutGraph(input);
            verifyPicture(input, layout);
            GraphLayout rest = layout;
            rest.nodes.pop_back();
            QVERIFY2(meanShift(before, rest, UINT32_MAX) < 3, name);
            double sum = 0, count = 0;
            for (const auto& edge : input.edges) {
                if (edge.from == added || edge.to == added) {
                    const QPointF way = layout.nodes[edge.from].center() - layout.nodes[edge.to].center();
                    sum += std::abs(kind == GraphLayoutKind::Layered ? way.y() : std::hypot(way.x(), way.y()));
                    ++count;
                }
            }
            QVERIFY(count > 0);
            QVERIFY2(sum / count < layout.size.height() / 2, name);
        }
    }

    void badOrderIsGivenUp() {
        GraphLayoutInput input = shopGraph(1, 60, 120);
        const GraphLayout fresh = layoutGraph(input);
        input.before = centresOf(fresh);
        std::mt19937 random(1);
        for (auto& place : input.before)
            place->ry() = static_cast<double>(random() % 1000);
        QVERIFY(crossingsIn(layoutGraph(input)) <= crossingsIn(fresh) * 1.4 + 10);
    }

    // Springs of 20,000 nodes asked for 10 GB: one matrix after the other of all pairs.
    void tooManyNodesForSprings() {
        const auto star = [](uint32_t nodes) {
            std::vector<GraphLayoutInput::Edge> edges;
            for (uint32_t i = 1; i < nodes; ++i)
                edges.push_back({0, i});
            GraphLayoutInput input = graphOf(nodes, edges);
            input.kind = GraphLayoutKind::Force;
            return input;
        };
        constexpr auto kMost = static_cast<uint32_t>(kMostSprings);
        QCOMPARE(madeKind(star(kMost)), GraphLayoutKind::Force);
        const GraphLayoutInput input = star(kMost + 1);
        QCOMPARE(madeKind(input), GraphLayoutKind::Layered);
        const GraphLayout layout = layoutGraph(input);
        QVERIFY(std::all_of(layout.nodes.begin() + 1, layout.nodes.end(), [&](const QRectF& card) { return card.left() == layout.nodes[1].left(); })); // one layer
        GraphLayoutInput apart = star(kMost); // springs are of what hangs together
        apart.nodes.emplace_back(160, 48);
        QCOMPARE(madeKind(apart), GraphLayoutKind::Force);
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
};

QTEST_GUILESS_MAIN(TestGraphLayout)
#include "tst_graph_layout.moc"
