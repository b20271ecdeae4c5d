// Sequence diagrams of random traces against a naive reference.

#include "sequence_fixture.h"
#include "sequence_invariants.h"

#include <QTest>

#include <map>
#include <random>
#include <set>

using namespace aisle;
using namespace aisle::test;
using Message = SequenceDiagram::Message;

namespace {

using CallKey = std::tuple<std::string, std::string, Row, Row>; ///< from, to, client, server

CallKey keyOf(const SequenceDiagram& d, const Message& m, const SequenceDiagram::Call& call) {
    const auto name = [&](uint32_t number) { return std::string(nodeKindName(d.participants[number].kind)) + d.participants[number].name; };
    return {name(m.from), name(m.to), call.client, call.server};
}

std::vector<CallKey> callsOf(const SequenceDiagram& d) {
    std::vector<CallKey> out;
    for (const Message& m : d.messages)
        for (const SequenceDiagram::Call& call : d.callsOf(m))
            out.push_back(keyOf(d, m, call));
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<CallKey> callsOf(const ServiceGraph& graph) {
    std::vector<CallKey> out;
    const auto name = [&](uint32_t node) { return std::string(nodeKindName(graph.nodes[node].kind)) + graph.nodes[node].name; };
    for (size_t e = 0; e < graph.edges.size(); ++e)
        for (const auto& [client, server] : graph.pairsOf(e))
            out.emplace_back(name(graph.edges[e].from), name(graph.edges[e].to), client, server);
    std::sort(out.begin(), out.end());
    return out;
}

/// What is below a span once more, some time later.
void repeatBelow(Fixture& f, uint64_t id, int64_t later) {
    std::map<uint64_t, uint64_t> copyOf{{id, id}};
    const size_t n = f.spans.size();
    for (size_t i = 0; i < n; ++i) { // parents come first
        const auto parent = copyOf.find(f.spans[i].parent);
        if (parent == copyOf.end() || f.spans[i].parent == 0)
            continue;
        GraphFixture::Span copy = f.spans[i];
        copy.id = f.spans.size() + 1;
        copy.parent = parent->second;
        copy.start += later;
        copyOf[f.spans[i].id] = copy.id;
        f.spans.push_back(copy);
    }
}

/// Random traces in which much repeats. Ids are rows + 1.
Fixture randomFixture(std::mt19937& random) {
    const auto below = [&](size_t n) { return static_cast<uint32_t>(random() % n); };
    static constexpr Kind kinds[] = {S, C, C, C, I, P, Q};
    Fixture f;
    for (uint64_t trace = 1 + below(3); trace > 0; --trace) {
        const uint64_t first = f.spans.size() + 1;
        for (uint32_t n = 1 + below(12); n > 0; --n) {
            const uint64_t id = f.spans.size() + 1, parent = id == first ? 0 : first + below(id - first);
            auto& span = f.add(trace, id, parent, std::string(1, static_cast<char>('a' + below(3))), kinds[below(std::size(kinds))]);
            span.name = below(4) == 0 ? "other" : "op";
            span.start = kStart + below(1000);
            span.duration = below(3) == 0 ? 0 : below(200);
            span.isError = below(6) == 0;
            span.flags = static_cast<uint8_t>(below(20) == 0 ? kUnfinished : 0);
            if (below(6) == 0)
                span.attributes.emplace_back("messaging.destination.name", "q");
            if (below(2) == 0)
                span.attributes.emplace_back("db.system", "mysql");
            if (below(8) == 0)
                span.attributes.emplace_back("peer.service", "a");
            if (below(6) == 0 && id > 1) {
                const uint64_t to = 1 + below(id - 1);
                span.links = {{f.spans[to - 1].trace, to}};
            }
        }
        for (uint32_t n = 2 + below(8); n > 0 && f.spans.size() < 150; --n)
            repeatBelow(f, first + below(f.spans.size() + 1 - first), below(1500));
    }
    return f;
}

/// Folding once more, recursively and with texts in place of numbers. Rows of the fixture are numbers of its spans; what is below what is
/// sought anew for every call.
class Reference {
public:
    /// `all`: unfolded, by time.
    Reference(const Fixture& f, const SequenceDiagram& all) : f_(f), all_(all) {
        for (Row row = 0; row < f.spans.size(); ++row)
            rows_[f.spans[row].id] = row;
        for (const SequenceDiagram::Call& call : all.calls)
            if (call.server != kNoRow)
                entries_.insert(call.server);
        std::map<Place, std::vector<size_t>> siblings;
        for (size_t i = 0; i < all.messages.size(); ++i)
            siblings[placeOf(call(i))].push_back(i);
        for (const auto& [place, calls] : siblings) {
            if (!hasOneCallInto(place))
                collect(fold(calls, siblings));
        }
    }

    uint32_t depthOf(size_t i) const {
        uint32_t depth = 0;
        for (Row row = call(i).server != kNoRow ? parent(call(i).server) : call(i).client; row != kNoRow; row = parent(row))
            depth += entries_.contains(row) ? 1 : 0;
        return depth;
    }
    std::multiset<std::multiset<CallKey>> messages;
    std::multiset<std::tuple<uint32_t, uint32_t, Row>> loops; ///< period, iterations, key

private:
    using Place = std::pair<Row, bool>; ///< the caller's row; or that of the callee, where that is a root
    struct Node;
    struct Unit {
        std::vector<Node> nodes;
        uint32_t iterations = 1;
        bool isLoop = false;
    };
    struct Node {
        std::vector<size_t> calls;
        std::vector<Unit> body;
        std::string shape;
    };

    const SequenceDiagram::Call& call(size_t i) const { return all_.calls[all_.messages[i].firstCall]; }
    Row parent(Row row) const { return f_.spans[row].parent == 0 ? kNoRow : rows_.at(f_.spans[row].parent); }
    Place placeOf(const SequenceDiagram::Call& c) const {
        Row row = c.server != kNoRow ? parent(c.server) : c.client;
        if (row == kNoRow)
            return {c.server, true};
        while (!entries_.contains(row) && parent(row) != kNoRow)
            row = parent(row);
        return {row, false};
    }
    std::vector<size_t> callsInto(Row row) const {
        std::vector<size_t> out;
        for (size_t i = 0; i < all_.messages.size(); ++i)
            if (call(i).server == row && all_.participants[all_.messages[i].to].kind == ServiceGraph::NodeKind::Service)
                out.push_back(i);
        return out;
    }
    bool hasOneCallInto(const Place& place) const { return !place.second && callsInto(place.first).size() == 1; }

    std::vector<Unit> fold(const std::vector<size_t>& calls, const std::map<Place, std::vector<size_t>>& siblings) const {
        std::vector<Node> nodes;
        for (const size_t i : calls) {
            Node node;
            node.calls = {i};
            const Row server = call(i).server;
            if (server != kNoRow && callsInto(server) == std::vector<size_t>{i})
                if (const auto below = siblings.find({server, false}); below != siblings.end())
                    node.body = fold(below->second, siblings);
            const Message& m = all_.messages[i];
            node.shape = std::to_string(m.from) + '>' + std::to_string(m.to) + ' ' + m.label + std::string(edgeKindName(m.kind)) + '(';
            for (const Unit& unit : node.body) {
                node.shape += '[';
                for (const Node& inner : unit.nodes)
                    node.shape += inner.shape;
                node.shape += ']';
            }
            node.shape += ')';
            nodes.push_back(node);
        }
        std::vector<Unit> out;
        for (size_t at = 0; at < nodes.size();) {
            size_t best = 1, times = 1;
            for (size_t period = 1; period <= 4; ++period) {
                size_t n = 1;
                while (repeats(nodes, at, period, n))
                    ++n;
                if (n > 1 && n * period > best * times) {
                    best = period;
                    times = n;
                }
            }
            const auto iteration = [&](size_t n) {
                const auto from = nodes.begin() + static_cast<long>(at + n * best);
                return Unit{{from, from + static_cast<long>(best)}, 1, times > 1};
            };
            Unit unit = iteration(0);
            for (size_t n = 1; n < times; ++n)
                merge(unit, iteration(n));
            out.push_back(unit);
            at += best * times;
        }
        return out;
    }
    static bool repeats(const std::vector<Node>& nodes, size_t at, size_t period, size_t n) {
        if (at + (n + 1) * period > nodes.size())
            return false;
        for (size_t k = 0; k < period; ++k)
            if (nodes[at + k].shape != nodes[at + n * period + k].shape)
                return false;
        return true;
    }
    static void merge(Unit& into, const Unit& other) {
        into.iterations += other.iterations;
        into.isLoop = into.isLoop || other.isLoop;
        for (size_t k = 0; k < into.nodes.size(); ++k) {
            Node& node = into.nodes[k];
            node.calls.insert(node.calls.end(), other.nodes[k].calls.begin(), other.nodes[k].calls.end());
            for (size_t b = 0; b < node.body.size(); ++b)
                merge(node.body[b], other.nodes[k].body[b]);
        }
    }
    void collect(const std::vector<Unit>& units) {
        for (const Unit& unit : units) {
            const SequenceDiagram::Call& first = call(unit.nodes[0].calls[0]);
            if (unit.isLoop)
                loops.emplace(static_cast<uint32_t>(unit.nodes.size()), unit.iterations, first.server != kNoRow ? first.server : first.client);
            for (const Node& node : unit.nodes) {
                std::multiset<CallKey> calls;
                for (const size_t i : node.calls)
                    calls.insert(keyOf(all_, all_.messages[i], call(i)));
                messages.insert(calls);
                collect(node.body);
            }
        }
    }

    const Fixture& f_;
    const SequenceDiagram& all_;
    std::map<uint64_t, Row> rows_;
    std::set<Row> entries_;
};

} // namespace

class TestSequenceRandom : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void randomTracesAgainstReference() {
        std::mt19937 random(11);
        size_t loops = 0, inner = 0, longer = 0;
        for (int round = 0; round < 80; ++round) {
            const Fixture f = randomFixture(random);
            const Model model(f, round % 3 == 0 ? 2 : 0);
            const SequenceDiagram all = model.unfolded();
            const ServiceGraph graph = model.calls->count(nullptr);
            QVERIFY(callsOf(all) == callsOf(graph)); // each pair once
            QCOMPARE(all.messages.size(), graph.pairs.size());
            const Reference reference(f, all);
            for (size_t i = 0; i < all.messages.size(); ++i) {
                QCOMPARE(all.messages[i].depth, reference.depthOf(i));
                QVERIFY(i == 0 || all.calls[all.messages[i - 1].firstCall].start <= all.calls[all.messages[i].firstCall].start);
            }
            verifySteps(all);
            verifyBars(all);

            const SequenceDiagram d = model.diagram();
            std::multiset<std::multiset<CallKey>> messages;
            for (const Message& m : d.messages) {
                std::multiset<CallKey> calls;
                uint32_t errors = 0;
                for (const SequenceDiagram::Call& call : d.callsOf(m)) {
                    calls.insert(keyOf(d, m, call));
                    errors += call.isError ? 1 : 0;
                }
                QCOMPARE(m.errors, errors);
                messages.insert(calls);
            }
            QVERIFY(messages == reference.messages);
            std::multiset<std::tuple<uint32_t, uint32_t, Row>> found;
            for (const SequenceDiagram::Loop& loop : d.loops) {
                found.emplace(loop.period, loop.iterations, loop.key);
                inner += loop.depth > 0 ? 1 : 0;
                longer += loop.period > 1 ? 1 : 0;
            }
            QVERIFY(found == reference.loops);
            loops += found.size();
            verifySteps(d);
            verifyLoops(d);
            verifyBars(d);

            // Loop by loop everything can be seen.
            SequenceOptions options;
            SequenceDiagram expanded = d;
            while (!expanded.loops.empty()) {
                QVERIFY(options.expanded.insert(expanded.loops[random() % expanded.loops.size()].key).second);
                expanded = model.diagram(options);
                QVERIFY(callsOf(expanded) == callsOf(graph));
                verifySteps(expanded);
            }
            compare(text(expanded), text(all));

            // A part of it holds all failures that it has room for.
            options = {};
            options.most = 1 + static_cast<uint32_t>(random() % 10);
            options.maxDepth = static_cast<uint32_t>(random() % 4);
            const SequenceDiagram part = model.diagram(options);
            verifySteps(part);
            verifyBars(part);
            QVERIFY(part.messages.size() <= options.most);
            QCOMPARE(part.calls.size() + part.leftOut + part.deeper, all.calls.size());
            bool keepsOthers = false;
            uint64_t errors = part.leftOutErrors + part.deeperErrors, allErrors = 0;
            for (const Message& m : part.messages) {
                keepsOthers = keepsOthers || m.errors == 0;
                errors += m.errors;
            }
            for (const Message& m : all.messages)
                allErrors += m.errors;
            QCOMPARE(errors, allErrors);
            QVERIFY(!keepsOthers || part.leftOutErrors == 0);
            if (QTest::currentTestFailed()) {
                qWarning("round %d", round);
                return;
            }
        }
        qInfo("%zu loops, %zu in others, %zu with a longer period", loops, inner, longer);
        QVERIFY(loops > 200 && inner > 30 && longer > 30); // or it would have shown little
    }
};

QTEST_GUILESS_MAIN(TestSequenceRandom)
#include "tst_sequence_random.moc"
