// What of a graph is on show: hand-worked graphs, and against ways that are walked one by one on random ones.

#include "service_graph/graph_lens.h"
#include "service_graph/graph_paths.h"

#include <QTest>

#include <functional>
#include <map>
#include <random>
#include <set>

using namespace aisle;
using Direction = GraphLens::Direction;
using Lines = std::vector<std::string>;

namespace {

struct Call {
    std::string from, to;
    uint64_t calls = 1, errors = 0;
    int64_t p50 = 10;
};

/// Services by name, "db" a database; each edge has as many pairs as its number says, with rows that tell of it.
ServiceGraph make(const std::vector<std::string>& nodes, const std::vector<Call>& calls, bool hasPairs = true) {
    ServiceGraph graph;
    graph.traces = 3;
    graph.isApproximate = !hasPairs;
    std::map<std::string, uint32_t> number;
    for (const std::string& name : nodes) {
        number[name] = static_cast<uint32_t>(graph.nodes.size());
        auto& node = graph.nodes.emplace_back();
        node.kind = name == "db" ? ServiceGraph::NodeKind::Database : ServiceGraph::NodeKind::Service;
        node.name = name;
        node.id = std::string(nodeKindName(node.kind)) + ":" + name;
    }
    for (const Call& call : calls) {
        auto& edge = graph.edges.emplace_back();
        edge.from = number.at(call.from);
        edge.to = number.at(call.to);
        edge.calls = call.calls;
        edge.errors = call.errors;
        edge.p50 = call.p50;
    }
    std::sort(graph.edges.begin(), graph.edges.end(), [](const auto& a, const auto& b) { return std::pair(a.from, a.to) < std::pair(b.from, b.to); });
    for (uint32_t e = 0; hasPairs && e <= graph.edges.size(); ++e) {
        graph.firstPair.push_back(static_cast<uint32_t>(graph.pairs.size()));
        for (uint32_t i = 0; e < graph.edges.size() && i < e % 3; ++i)
            graph.pairs.push_back({e, i});
    }
    return graph;
}

Lines edgesOf(const ServiceGraph& graph) {
    Lines out;
    for (const auto& edge : graph.edges)
        out.push_back(graph.nodes[edge.from].name + ">" + graph.nodes[edge.to].name);
    return out;
}

Lines nodesOf(const ServiceGraph& graph) {
    Lines out;
    for (const auto& node : graph.nodes)
        out.push_back(node.name);
    return out;
}

GraphLens around(const std::string& name, uint32_t hops = 0, Direction direction = Direction::Both) {
    GraphLens lens;
    lens.around = "service:" + name;
    lens.hops = hops;
    lens.direction = direction;
    return lens;
}

GraphLens between(const std::string& from, const std::string& to, uint32_t hops = 0) {
    GraphLens lens = around(from, hops);
    lens.pathTo = "service:" + to;
    return lens;
}

GraphLens most(uint32_t edges) {
    GraphLens lens;
    lens.mostEdges = edges;
    return lens;
}

QString text(const std::string& s) { return QString::fromStdString(s); }

/// What has to hold of any lens and graph.
void checkParts(const ServiceGraph& full, const LensedGraph& found) {
    const ServiceGraph& graph = found.graph;
    QCOMPARE(found.nodeNumbers.size(), graph.nodes.size());
    QCOMPARE(found.edgeNumbers.size(), graph.edges.size());
    QVERIFY(std::is_sorted(found.nodeNumbers.begin(), found.nodeNumbers.end()));
    QVERIFY(std::is_sorted(found.edgeNumbers.begin(), found.edgeNumbers.end()));
    for (size_t n = 0; n < graph.nodes.size(); ++n)
        QCOMPARE(graph.nodes[n].id, full.nodes[found.nodeNumbers[n]].id);
    std::set<uint32_t> shown(found.edgeNumbers.begin(), found.edgeNumbers.end());
    uint64_t calls = 0, errors = 0;
    for (uint32_t e = 0; e < full.edges.size(); ++e) {
        calls += shown.contains(e) ? 0 : full.edges[e].calls;
        errors += shown.contains(e) ? 0 : full.edges[e].errors;
    }
    QCOMPARE(std::pair(found.hidden.calls, found.hidden.errors), std::pair(calls, errors));
    QCOMPARE(found.hidden.edges, full.edges.size() - graph.edges.size());
    QCOMPARE(found.hidden.nodes, full.nodes.size() - graph.nodes.size());
    QCOMPARE(graph.isApproximate, full.isApproximate);
    QCOMPARE(graph.traces, full.traces);
    QCOMPARE(graph.firstPair.size(), full.isApproximate ? 0 : graph.edges.size() + 1);
    for (size_t e = 0; e < graph.edges.size(); ++e) {
        const auto &a = graph.edges[e], &b = full.edges[found.edgeNumbers[e]];
        QCOMPARE(found.nodeNumbers[a.from], b.from);
        QCOMPARE(found.nodeNumbers[a.to], b.to);
        QCOMPARE(std::tuple(a.calls, a.errors, a.p50), std::tuple(b.calls, b.errors, b.p50));
        if (!full.isApproximate)
            QVERIFY(std::ranges::equal(graph.pairsOf(e), full.pairsOf(found.edgeNumbers[e])));
    }
}

ServiceGraph randomGraph(std::mt19937& random, uint32_t nodes, uint32_t mostOut) {
    Lines names;
    for (uint32_t n = 0; n < nodes; ++n)
        names.emplace_back(1, static_cast<char>('a' + n));
    std::vector<Call> calls;
    for (const std::string& from : names) {
        std::set<uint32_t> to;
        for (uint32_t n = static_cast<uint32_t>(random() % (mostOut + 1)); n > 0; --n)
            to.insert(static_cast<uint32_t>(random() % nodes));
        for (const uint32_t t : to)
            calls.push_back({from, names[t], random() % 4, random() % 3 == 0 ? random() % 3 : 0, static_cast<int64_t>(random() % 3)});
    }
    return make(names, calls, random() % 4 != 0);
}

/// Every way of at most so many edges from a node; f(way) says whether to go on.
void walkAll(const ServiceGraph& graph, uint32_t node, size_t most, std::vector<uint32_t>& way, const std::function<bool(const std::vector<uint32_t>&)>& f) {
    for (uint32_t e = 0; e < graph.edges.size() && way.size() < most; ++e) {
        if (graph.edges[e].from != node)
            continue;
        way.push_back(e);
        if (f(way))
            walkAll(graph, graph.edges[e].to, most, way, f);
        way.pop_back();
    }
}

ServiceGraph reversed(ServiceGraph graph) {
    for (auto& edge : graph.edges)
        std::swap(edge.from, edge.to);
    return graph;
}

} // namespace

class TestGraphLens : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everything() {
        const ServiceGraph graph = make({"a", "b", "c"}, {{"a", "b"}});
        const LensedGraph found = applyLens(graph, {});
        QVERIFY(GraphLens().isEverything());
        checkParts(graph, found);
        QCOMPARE(nodesOf(found.graph), (Lines{"a", "b", "c"}));
        QCOMPARE(text(found.sentence), QString());
        const ServiceGraph none = make({}, {});
        checkParts(none, applyLens(none, {}));
        checkParts(none, applyLens(none, most(3)));
        checkParts(none, applyLens(none, around("a")));
    }

    void surroundings() {
        //  w > x > a > b > c > d,  y > b,  a > a,  c > a
        const ServiceGraph graph =
            make({"a", "b", "c", "d", "w", "x", "y"}, {{"w", "x"}, {"x", "a"}, {"a", "b"}, {"b", "c"}, {"c", "d"}, {"y", "b"}, {"a", "a"}, {"c", "a"}});
        const auto edges = [&](const GraphLens& lens) {
            const LensedGraph found = applyLens(graph, lens);
            checkParts(graph, found);
            return edgesOf(found.graph);
        };
        QCOMPARE(edges(around("a", 1)), (Lines{"a>a", "a>b", "c>a", "x>a"}));
        QCOMPARE(edges(around("a", 1, Direction::Downstream)), (Lines{"a>a", "a>b"}));
        QCOMPARE(edges(around("a", 1, Direction::Upstream)), (Lines{"a>a", "c>a", "x>a"}));
        QCOMPARE(edges(around("a", 2, Direction::Downstream)), (Lines{"a>a", "a>b", "b>c"}));
        QCOMPARE(edges(around("a", 0, Direction::Downstream)), (Lines{"a>a", "a>b", "b>c", "c>a", "c>d"}));
        QCOMPARE(edges(around("b", 2)), (Lines{"a>a", "a>b", "b>c", "c>a", "c>d", "x>a", "y>b"}));
        // No zigzag: y calls a callee of x, and is no caller of it.
        QCOMPARE(edges(around("x")), (Lines{"a>a", "a>b", "b>c", "c>a", "c>d", "w>x", "x>a"}));
        QCOMPARE(nodesOf(applyLens(graph, around("x", 1)).graph), (Lines{"a", "w", "x"}));
    }

    void aloneInTheMiddle() {
        const ServiceGraph graph = make({"a", "b", "c"}, {{"b", "c", 7, 2}});
        const LensedGraph found = applyLens(graph, around("a"));
        checkParts(graph, found);
        QCOMPARE(nodesOf(found.graph), Lines{"a"});
        QCOMPARE(text(found.sentence), QStringLiteral("The only edge is not shown; it holds all calls and all 2 failures. 2 of 3 nodes are not shown."));
        QCOMPARE(text(applyLens(graph, around("b")).sentence), QStringLiteral("2 of 3 nodes are shown; no call leads to or from the other one."));
    }

    void ways() {
        // From a to d over b and over c; b and c call each other; d calls on, also back; e is beside the way.
        const ServiceGraph graph = make({"a", "b", "c", "d", "e", "f"}, {{"a", "b"}, {"b", "d"}, {"a", "c", 5}, {"c", "d", 5}, {"b", "c"}, {"c", "b"}, {"d", "f"}, {"f", "a"}, {"f", "b"}, {"b", "e"}, {"d", "d"}, {"c", "c"}});
        const LensedGraph found = applyLens(graph, between("a", "d"));
        checkParts(graph, found);
        QCOMPARE(edgesOf(found.graph), (Lines{"a>b", "a>c", "b>c", "b>d", "c>b", "c>c", "c>d"}));
        QCOMPARE(found.shortestPath, (std::vector<uint32_t>{1, 6})); // over c, which is called more
        QCOMPARE(edgesOf(applyLens(graph, between("a", "d", 2)).graph), (Lines{"a>b", "a>c", "b>d", "c>d"}));
        // From a node to itself: all that lies on a cycle through it.
        QCOMPARE(edgesOf(applyLens(graph, between("d", "d")).graph), (Lines{"a>b", "a>c", "b>c", "b>d", "c>b", "c>c", "c>d", "d>d", "d>f", "f>a", "f>b"}));
        QCOMPARE(applyLens(graph, between("d", "d")).shortestPath, std::vector<uint32_t>{7});
    }

    void noWay() {
        const ServiceGraph graph = make({"a", "b", "c", "db"}, {{"a", "b"}, {"b", "c", 2}, {"b", "db", 3, 1}});
        const auto sentence = [&](const GraphLens& lens) {
            const LensedGraph found = applyLens(graph, lens);
            checkParts(graph, found);
            return found.graph.nodes.empty() ? text(found.sentence) : QStringLiteral("(shown)");
        };
        QCOMPARE(sentence(between("c", "a")), QStringLiteral("No call leads from “c” to “a”, not through others either; but calls lead from “a” to “c”."));
        QCOMPARE(sentence(between("a", "c")), QStringLiteral("(shown)"));
        QCOMPARE(sentence(between("a", "c", 1)), QStringLiteral("No way of at most 1 call leads from “a” to “c”; the shortest has 2."));
        QCOMPARE(sentence(between("a", "a")), QStringLiteral("No call of “a” leads back to it, not through others either."));
        GraphLens lens = between("c", "a");
        lens.pathTo = "database:db";
        QCOMPARE(sentence(lens), QStringLiteral("No call leads from “c” to the database “db”, not through others either."));
    }

    void unknownIds() {
        const ServiceGraph graph = make({"a", "b", "c"}, {{"a", "b", 2}, {"b", "c"}});
        const LensedGraph found = applyLens(graph, around("gone\n"));
        checkParts(graph, found);
        QCOMPARE(edgesOf(found.graph).size(), size_t(2));
        QCOMPARE(text(found.sentence), QStringLiteral("There is no node “service:gone ” in this graph. Everything is shown."));
        QCOMPARE(text(applyLens(graph, between("a", "gone")).sentence), QStringLiteral("There is no node “service:gone” in this graph. Everything is shown."));
        GraphLens lens = around("gone");
        lens.mostEdges = 1;
        QCOMPARE(text(applyLens(graph, lens).sentence),
                 QStringLiteral("There is no node “service:gone” in this graph. 1 of 2 edges is shown; the other one holds 33.3 % of the calls and no failure. 1 of 3 nodes is not shown."));
    }

    void mostImportantEdges() {
        const ServiceGraph graph = make({"a", "b", "c", "d", "e", "f", "lonely"}, {{"a", "b", 900'000, 0, 1}, {"a", "c", 40'000, 10, 1}, {"a", "d", 1, 0, 9'000'000}, {"a", "e", 50'000, 0, 1}, {"e", "f", 9'999, 1, 1}});
        const auto found = [&](uint32_t edges) {
            const LensedGraph lensed = applyLens(graph, most(edges));
            checkParts(graph, lensed);
            return lensed;
        };
        QCOMPARE(edgesOf(found(1).graph), Lines{"a>c"}); // 10 of 11 failures, 91 %; a>b 90.0 % of the calls, a>d 90 % of the time
        QCOMPARE(nodesOf(found(1).graph), (Lines{"a", "c", "lonely"}));
        QCOMPARE(edgesOf(found(3).graph), (Lines{"a>b", "a>c", "a>d"}));
        QCOMPARE(text(found(3).sentence), QStringLiteral("3 of 5 edges are shown; the other 2 hold 6.0 % of the calls and 1 of 11 failures. 2 of 7 nodes are not shown."));
        QCOMPARE(text(found(4).sentence), QStringLiteral("4 of 5 edges are shown; the other one holds 5.0 % of the calls and no failure."));
        QCOMPARE(text(found(5).sentence), QString());
        QCOMPARE(text(found(99).sentence), QString());
    }

    void roundedWordsStayTrue() {
        const auto sentence = [](uint64_t hidden, uint64_t shown) { return text(applyLens(make({"a", "b", "c"}, {{"a", "b", hidden, 0, 0}, {"a", "c", shown, 5, 0}}), most(1)).sentence); };
        QCOMPARE(sentence(999'999, 1), QStringLiteral("1 of 2 edges is shown; the other one holds more than 99.9 % of the calls and no failure. 1 of 3 nodes is not shown."));
        QCOMPARE(sentence(1, 999'999), QStringLiteral("1 of 2 edges is shown; the other one holds <0.1 % of the calls and no failure. 1 of 3 nodes is not shown."));
        QCOMPARE(sentence(0, 3), QStringLiteral("1 of 2 edges is shown; the other one holds no call and no failure. 1 of 3 nodes is not shown."));
    }

    void tiesAreDeterministic() {
        const ServiceGraph graph = make({"a", "b", "c", "d"}, {{"a", "b"}, {"a", "c"}, {"a", "d"}, {"b", "c"}});
        QCOMPARE(edgesOf(applyLens(graph, most(2)).graph), (Lines{"a>b", "a>c"}));
    }

    void theWayStaysWhole() {
        const ServiceGraph graph = make({"a", "b", "c", "d"}, {{"a", "b", 1}, {"b", "c", 1}, {"a", "d", 500, 5}, {"d", "b", 500, 5}});
        GraphLens lens = between("a", "c");
        lens.mostEdges = 1;
        const LensedGraph found = applyLens(graph, lens);
        checkParts(graph, found);
        QCOMPARE(edgesOf(found.graph), (Lines{"a>b", "b>c"}));
        QCOMPARE(found.shortestPath, (std::vector<uint32_t>{0, 1}));
        lens.pathTo.clear(); // the node itself stays, even when its edges do not
        lens.around = "service:c";
        QCOMPARE(nodesOf(applyLens(graph, lens).graph), (Lines{"a", "c", "d"}));
    }

    void longChainsAndBigCycles() {
        ServiceGraph graph;
        const uint32_t n = 100'000;
        graph.nodes.resize(n);
        graph.edges.resize(n);
        for (uint32_t i = 0; i < n; ++i) {
            graph.nodes[i].id = std::to_string(i);
            graph.edges[i].from = i;
            graph.edges[i].to = (i + 1) % n;
        }
        GraphLens lens;
        lens.around = "5";
        lens.pathTo = "4";
        QCOMPARE(applyLens(graph, lens).shortestPath.size(), size_t(n - 1));
        lens.pathTo.clear();
        QCOMPARE(applyLens(graph, lens).graph.edges.size(), size_t(n));
        lens.hops = 10;
        QCOMPARE(applyLens(graph, lens).graph.edges.size(), size_t(20));
    }

    void randomSurroundings() {
        std::mt19937 random(11);
        for (int round = 0; round < 300; ++round) {
            const uint32_t n = 5;
            const ServiceGraph graph = randomGraph(random, n, 3);
            const auto start = static_cast<uint32_t>(random() % n), hops = static_cast<uint32_t>(random() % 4);
            const auto direction = static_cast<Direction>(random() % 3);
            std::set<uint32_t> expected;
            std::vector<uint32_t> way;
            const auto add = [&](const std::vector<uint32_t>& w) { return expected.insert(w.begin(), w.end()), true; };
            if (direction != Direction::Upstream)
                walkAll(graph, start, hops == 0 ? n : hops, way, add); // of n nodes every edge is on a way of n
            if (direction != Direction::Downstream)
                walkAll(reversed(graph), start, hops == 0 ? n : hops, way, add);
            const LensedGraph found = applyLens(graph, around(graph.nodes[start].name, hops, direction));
            checkParts(graph, found);
            QVERIFY(std::ranges::equal(found.edgeNumbers, expected));
            std::set<uint32_t> nodes{start};
            for (const uint32_t e : expected)
                nodes.insert({graph.edges[e].from, graph.edges[e].to});
            QVERIFY(std::ranges::equal(found.nodeNumbers, nodes));
        }
    }

    void randomWays() {
        std::mt19937 random(12);
        int shown = 0;
        for (int round = 0; round < 300; ++round) {
            const uint32_t n = 5;
            const ServiceGraph graph = randomGraph(random, n, 2);
            const auto from = static_cast<uint32_t>(random() % n), to = static_cast<uint32_t>(random() % n), hops = static_cast<uint32_t>(random() % 5);
            std::set<uint32_t> expected;
            std::vector<uint32_t> way;
            std::pair<size_t, uint64_t> best{99, 0}; // fewest edges, then most calls of the least called
            walkAll(graph, from, hops == 0 ? 2 * n : hops, way, [&](const std::vector<uint32_t>& w) {
                const uint32_t at = graph.edges[w.back()].to;
                if (at == to) {
                    expected.insert(w.begin(), w.end());
                    uint64_t least = ~uint64_t(0);
                    for (const uint32_t e : w)
                        least = std::min(least, graph.edges[e].calls);
                    best = std::min(best, std::pair(w.size(), ~least));
                }
                return at != to && at != from;
            });
            const LensedGraph found = applyLens(graph, between(graph.nodes[from].name, graph.nodes[to].name, hops));
            checkParts(graph, found);
            QVERIFY(std::ranges::equal(found.edgeNumbers, expected));
            QCOMPARE(found.sentence.starts_with("No "), expected.empty());
            shown += !expected.empty();
            if (expected.empty())
                continue;
            uint32_t at = from;
            uint64_t least = ~uint64_t(0);
            for (const uint32_t e : found.shortestPath) {
                QCOMPARE(found.nodeNumbers[found.graph.edges[e].from], at);
                at = found.nodeNumbers[found.graph.edges[e].to];
                least = std::min(least, found.graph.edges[e].calls);
            }
            QCOMPARE(at, to);
            QCOMPARE(std::pair(found.shortestPath.size(), ~least), best);
        }
        QVERIFY(shown > 50 && shown < 290);
    }

    void randomLimits() {
        std::mt19937 random(13);
        for (int round = 0; round < 300; ++round) {
            const ServiceGraph graph = randomGraph(random, 8, 3);
            double calls = 0, errors = 0, time = 0;
            for (const auto& edge : graph.edges) {
                calls += static_cast<double>(edge.calls);
                errors += static_cast<double>(edge.errors);
                time += static_cast<double>(edge.calls) * static_cast<double>(edge.p50);
            }
            std::vector<std::pair<double, uint32_t>> ranked;
            for (uint32_t e = 0; e < graph.edges.size(); ++e) {
                const auto& edge = graph.edges[e];
                const auto part = [](double of, double all) { return all > 0 ? of / all : 0; };
                ranked.emplace_back(-std::max({part(static_cast<double>(edge.calls), calls), part(static_cast<double>(edge.errors), errors), part(static_cast<double>(edge.calls) * static_cast<double>(edge.p50), time)}), e);
            }
            std::sort(ranked.begin(), ranked.end());
            const auto n = static_cast<uint32_t>(1 + random() % 10);
            std::set<uint32_t> expected, had, has;
            for (size_t i = 0; i < ranked.size(); ++i) {
                const auto& edge = graph.edges[ranked[i].second];
                had.insert({edge.from, edge.to});
                if (i >= n)
                    continue;
                expected.insert(ranked[i].second);
                has.insert({edge.from, edge.to});
            }
            const LensedGraph found = applyLens(graph, most(n));
            checkParts(graph, found);
            QVERIFY(std::ranges::equal(found.edgeNumbers, expected));
            for (uint32_t node = 0; node < graph.nodes.size(); ++node)
                QCOMPARE(std::ranges::binary_search(found.nodeNumbers, node), has.contains(node) || !had.contains(node));
        }
    }
};

QTEST_GUILESS_MAIN(TestGraphLens)
#include "tst_graph_lens.moc"
