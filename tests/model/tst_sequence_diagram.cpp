// Sequence diagrams of hand-worked traces, and against a naive reference on random ones.

#include "graph_fixture.h"
#include "service_graph/sequence_diagram.h"

#include <QTest>

#include <map>
#include <random>
#include <set>

using namespace aisle;
using Message = SequenceDiagram::Message;
using Lines = std::vector<std::string>;

namespace {

constexpr Kind I = Kind::Internal, S = Kind::Server, C = Kind::Client, P = Kind::Producer, Q = Kind::Consumer;
constexpr int64_t kStart = 1'000'000;

struct Fixture : GraphFixture {
    Span& span(uint64_t id, uint64_t parent, const char* service, Kind kind, const char* name, int64_t from, int64_t to, uint64_t trace = 1) {
        Span& out = add(trace, id, parent, service, kind);
        out.name = name;
        out.start = kStart + from;
        out.duration = to - from;
        return out;
    }
    /// A CLIENT and its SERVER, `id` and `id` + 1.
    void call(uint64_t id, uint64_t parent, const char* from, const char* to, const char* name, int64_t start, int64_t end) {
        span(id, parent, from, C, name, start, end);
        span(id + 1, id, to, S, name, start + 1, end - 1);
    }
    void query(uint64_t id, uint64_t parent, const char* from, const char* name, int64_t start, int64_t end) {
        span(id, parent, from, C, name, start, end).attributes = {{"db.namespace", "orders"}};
    }
};

/// A fixture with everything that a diagram is made from.
struct Model {
    explicit Model(const Fixture& f, uint32_t groupFrom = 0)
        : table(f.table()), calls(std::make_unique<GraphCalls>(*table, f.peers(*table))) {
        std::vector<TraceIndex> traces;
        for (TraceIndex trace = 0; trace < table->traceSlots(); ++trace)
            traces.push_back(trace);
        show(traces, groupFrom);
    }
    void show(const std::vector<TraceIndex>& traces, uint32_t groupFrom = 0) { tree = waterfall(*table, traces, WaterfallOptions{groupFrom}); }
    SequenceDiagram diagram(const SequenceOptions& options = {}) const { return sequenceDiagram(*table, tree, *calls, options); }
    SequenceDiagram unfolded() const {
        SequenceOptions options;
        options.foldRepeats = false;
        options.most = 1'000'000;
        return diagram(options);
    }

    SpanTablePtr table;
    std::unique_ptr<GraphCalls> calls;
    Waterfall tree;
};

/// "front -> cart: GET 10+50 x3 !1" for a request (times from the start of the diagram, calls, failed ones), "~>" for one without an answer
/// to come, "front <- cart 60" for a return, "loop 3 {" and "}".
Lines text(const SequenceDiagram& d) {
    Lines lines;
    std::vector<uint32_t> ends;
    size_t loop = 0;
    for (uint32_t step = 0; step <= d.steps.size(); ++step) {
        for (; !ends.empty() && ends.back() == step; ends.pop_back())
            lines.emplace_back("}");
        for (; loop < d.loops.size() && d.loops[loop].firstStep == step; ++loop) {
            lines.push_back("loop " + std::to_string(d.loops[loop].iterations) + " {");
            ends.push_back(d.loops[loop].endStep);
        }
        if (step == d.steps.size())
            break;
        const Message& m = d.messages[d.steps[step].message];
        const SequenceDiagram::Call& first = d.calls[m.firstCall];
        const std::string from = d.participants[m.from].name, to = d.participants[m.to].name;
        if (d.steps[step].isReturn) {
            lines.push_back(from + " <- " + to + ' ' + std::to_string(first.end() - d.start));
            continue;
        }
        std::string line = from + (m.kind == ServiceGraph::EdgeKind::Messaging ? " ~> " : " -> ") + to + ": " + m.label + ' ' +
                           std::to_string(first.start - d.start) + '+' + std::to_string(first.duration);
        if (m.count() > 1)
            line += " x" + std::to_string(m.count());
        if (m.errors > 0)
            line += " !" + std::to_string(m.errors);
        lines.push_back(line);
    }
    return lines;
}

Lines bars(const SequenceDiagram& d) {
    Lines lines;
    for (const SequenceDiagram::Activation& bar : d.activations)
        lines.push_back(d.participants[bar.participant].name + ' ' + std::to_string(bar.from - d.start) + '-' + std::to_string(bar.to - d.start) +
                        " level " + std::to_string(bar.level));
    return lines;
}

Lines names(const SequenceDiagram& d) {
    Lines lines;
    for (const SequenceDiagram::Participant& p : d.participants)
        lines.push_back(std::string(nodeKindName(p.kind)) + ':' + p.name);
    return lines;
}

void compare(const Lines& lines, const Lines& expected) {
    const auto joined = [](const Lines& all) {
        QString out;
        for (const std::string& line : all)
            out += QString::fromStdString(line) + QLatin1Char('\n');
        return out;
    };
    QCOMPARE(joined(lines), joined(expected));
}

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

/// Every message is asked for once and answered once at most, after that; frames nest and are in order of time.
void verifySteps(const SequenceDiagram& d) {
    std::vector<int> requests(d.messages.size()), returns(d.messages.size());
    uint32_t next = 0;
    for (const SequenceDiagram::Step& step : d.steps) {
        if (!step.isReturn)
            QCOMPARE(step.message, next++);
        QVERIFY(!step.isReturn || requests[step.message] == 1);
        ++(step.isReturn ? returns : requests)[step.message];
    }
    for (size_t i = 0; i < d.messages.size(); ++i) {
        QCOMPARE(requests[i], 1);
        QCOMPARE(returns[i], d.messages[i].hasReturn ? 1 : 0);
    }
    struct Frame {
        uint32_t end;
        int64_t last;
    };
    constexpr int64_t kNever = std::numeric_limits<int64_t>::min();
    std::vector<Frame> frames{{static_cast<uint32_t>(d.steps.size()), kNever}};
    const auto moment = [&](int64_t time) {
        QVERIFY(time >= frames.back().last);
        frames.back().last = time;
    };
    size_t loop = 0;
    for (uint32_t i = 0; i < d.steps.size(); ++i) {
        while (frames.back().end == i)
            frames.pop_back();
        for (; loop < d.loops.size() && d.loops[loop].firstStep == i; ++loop) {
            const SequenceDiagram::Loop& l = d.loops[loop];
            QVERIFY(l.endStep > l.firstStep && l.endStep <= frames.back().end);
            QCOMPARE(l.depth, static_cast<uint32_t>(frames.size() - 1));
            moment(l.start);
            frames.push_back({l.endStep, kNever});
        }
        const SequenceDiagram::Call& first = d.calls[d.messages[d.steps[i].message].firstCall];
        moment(d.steps[i].isReturn ? first.end() : first.start);
    }
    QCOMPARE(loop, d.loops.size());
}

void verifyLoops(const SequenceDiagram& d) {
    for (const SequenceDiagram::Loop& l : d.loops) {
        QVERIFY(l.iterations > 1);
        uint64_t errors = 0;
        int64_t end = l.start;
        bool holdsKey = false;
        for (uint32_t i = l.firstStep; i < l.endStep; ++i) {
            if (d.steps[i].isReturn)
                continue;
            const Message& m = d.messages[d.steps[i].message];
            errors += m.errors;
            for (const SequenceDiagram::Call& call : d.callsOf(m)) {
                end = std::max(end, call.end());
                holdsKey = holdsKey || (call.server != kNoRow ? call.server : call.client) == l.key;
            }
        }
        QCOMPARE(l.errors, errors);
        QCOMPARE(l.end, end);
        QVERIFY(holdsKey);
    }
}

void verifyBars(const SequenceDiagram& d) {
    for (size_t i = 0; i < d.activations.size(); ++i) {
        const SequenceDiagram::Activation& bar = d.activations[i];
        QCOMPARE(bar.participant, d.messages[bar.message].to);
        bool standsOnOne = bar.level == 0;
        for (size_t k = 0; k < i; ++k) {
            const SequenceDiagram::Activation& other = d.activations[k];
            if (other.participant != bar.participant)
                continue;
            QVERIFY(other.from <= bar.from);
            const bool covers = other.to > bar.from;
            QVERIFY(!covers || other.level != bar.level);
            standsOnOne = standsOnOne || (covers && other.level + 1 == bar.level);
        }
        QVERIFY(standsOnOne);
    }
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

class TestSequenceDiagram : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothing() {
        const Model model{Fixture()};
        const SequenceDiagram d = model.diagram();
        QVERIFY(d.participants.empty() && d.messages.empty() && d.steps.empty());
        QVERIFY(tabulate(d).rows.empty());
        QCOMPARE(mermaidSequence(d, Redactor()), std::string("sequenceDiagram\n"));
    }

    void aServiceThatCallsNobody() {
        Fixture f;
        f.span(1, 0, "batch", I, "run", 0, 10);
        const SequenceDiagram d = Model(f).diagram();
        compare(names(d), {"service:batch"});
        QVERIFY(d.messages.empty());
    }

    void clientsAndServers() {
        Fixture f;
        f.span(1, 0, "front", S, "GET /", 0, 100);
        f.call(2, 1, "front", "cart", "GetCart", 10, 60);
        f.span(4, 1, "front", C, "caller's name", 70, 90);
        f.span(5, 4, "price", S, "callee's name", 75, 85).isError = true;
        const SequenceDiagram d = Model(f).diagram();
        compare(names(d), {"user:(user)", "service:front", "service:cart", "service:price"});
        compare(text(d), {"(user) -> front: GET / 0+100", "front -> cart: GetCart 10+50", "front <- cart 60",
                          "front -> price: callee's name 70+20 !1", "front <- price 90", "(user) <- front 100"});
        compare(bars(d), {"front 0-100 level 0", "cart 11-59 level 0", "price 75-85 level 0"});
        QCOMPARE(d.calls[0].client, kNoRow);
        QCOMPARE(d.calls[0].server, Row(0));
        QCOMPARE(d.calls[1].client, Row(1));
        QCOMPARE(d.calls[1].server, Row(2));
        QCOMPARE(d.messages[0].depth, 0U);
        QCOMPARE(d.messages[2].depth, 1U);
        QCOMPARE(d.maxDepth, 1U);
        QCOMPARE(d.start, kStart);
        QCOMPARE(d.end, kStart + 100);
    }

    void internalSpansBetween() {
        Fixture f;
        f.span(1, 0, "front", I, "job", 0, 100);
        f.span(2, 1, "front", C, "call", 10, 60);
        f.span(3, 2, "front", I, "socket", 11, 59);
        f.span(4, 3, "cart", S, "serve", 20, 50);
        f.span(5, 4, "cart", I, "work", 21, 49);
        f.query(6, 5, "cart", "SELECT", 25, 30);
        f.span(7, 1, "mail", I, "without a client", 70, 80);
        const SequenceDiagram d = Model(f).diagram();
        compare(text(d), {"front -> cart: serve 10+50", "cart -> orders: SELECT 25+5", "front <- cart 60",
                          "front -> mail: without a client 70+10", "front <- mail 80"});
        compare(names(d), {"service:front", "service:cart", "database:orders", "service:mail"});
        compare(bars(d), {"cart 20-50 level 0", "orders 25-30 level 0", "mail 70-80 level 0"});
        QCOMPARE(d.messages[1].kind, ServiceGraph::EdgeKind::Database);
        QVERIFY(!d.messages[1].hasReturn);
        QCOMPARE(d.messages[1].depth, 1U);
    }

    void messagesGoThroughTheQueue() {
        Fixture f;
        f.span(1, 0, "shop", I, "order", 0, 20);
        f.span(2, 1, "shop", P, "send", 5, 8).attributes = {{"messaging.destination.name", "orders"}};
        f.span(3, 2, "mail", Q, "process", 50, 90);
        f.query(4, 3, "mail", "SELECT", 60, 70);
        const SequenceDiagram d = Model(f).diagram();
        compare(text(d), {"shop ~> orders: send 5+3", "orders ~> mail: process 50+40", "mail -> orders: SELECT 60+10"});
        compare(names(d), {"service:shop", "queue:orders", "service:mail", "database:orders"});
        compare(bars(d), {"orders 5-8 level 0", "mail 50-90 level 0", "orders 60-70 level 0"});
        QCOMPARE(d.calls[1].client, Row(1));
        QCOMPARE(d.calls[1].server, Row(2));
        QCOMPARE(d.messages[1].depth, 0U);
        QCOMPARE(d.messages[2].depth, 1U);
    }

    void consumersOfOtherTraces() {
        Fixture f;
        f.span(1, 0, "shop", P, "send", 0, 3, 1).attributes = {{"messaging.destination.name", "orders"}};
        f.span(2, 0, "mail", Q, "process", 50, 90, 2).links = {{1, 1}};
        f.span(3, 0, "shop", P, "send directly", 100, 103, 3);
        f.span(4, 0, "bill", Q, "process", 150, 190, 4).links = {{3, 3}};
        Model model(f);
        compare(text(model.diagram()), {"shop ~> orders: send 0+3", "orders ~> mail: process 50+40", "shop ~> bill: process 100+3"});
        model.show({1, 3}); // the consumers' only: the diagram begins with them
        compare(text(model.diagram()), {"orders ~> mail: process 0+40", "shop ~> bill: process 100+40"});
        QCOMPARE(model.diagram().calls[0].client, Row(0));
    }

    void messagesWithoutAProducer() {
        Fixture f;
        f.span(1, 0, "shop", I, "order", 0, 20);
        f.span(2, 1, "mail", Q, "process", 50, 90).attributes = {{"messaging.destination.name", "orders"}};
        const SequenceDiagram d = Model(f).diagram();
        compare(text(d), {"shop ~> orders: process 50+40", "orders ~> mail: process 50+40"});
        compare(bars(d), {"mail 50-90 level 0"});
    }

    // All of them would be lines of their own: a consumer that takes a batch is the root of its trace as a rule.
    void batches() {
        Fixture f;
        for (uint64_t i = 1; i <= 5; ++i)
            f.span(i, 0, "shop", P, "send", static_cast<int64_t>(i), static_cast<int64_t>(i + 1), i).attributes = {{"messaging.destination.name",
            "orders"}};
        f.span(10, 0, "mail", Q, "process", 50, 90, 10).links = {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}};
        f.query(11, 10, "mail", "SELECT", 60, 70);
        f.spans.back().trace = 10;
        Model model(f);
        const auto trace = model.table->findTrace({0, 10});
        model.show({*trace});
        const SequenceDiagram d = model.diagram();
        compare(text(d), {"loop 5 {", "orders ~> mail: process 0+40 x5", "}", "mail -> orders: SELECT 10+10"});
        compare(bars(d), {"mail 0-40 level 0", "orders 10-20 level 0"});
        QCOMPARE(model.unfolded().messages.size(), size_t(6));
        compare(bars(model.unfolded()), bars(d)); // five messages lead to one span
    }

    // An edge is synchronous as soon as one of its calls is.
    void messagesBesideCalls() {
        Fixture f;
        f.span(1, 0, "shop", I, "order", 0, 100);
        f.call(2, 1, "shop", "mail", "Render", 10, 20);
        f.span(4, 1, "shop", P, "send", 30, 35);
        f.span(5, 4, "mail", Q, "process", 50, 90);
        compare(text(Model(f).diagram()), {"shop -> mail: Render 10+10", "shop <- mail 20", "shop ~> mail: process 30+5"});
    }

    void selfCalls() {
        Fixture f;
        f.span(1, 0, "jobs", I, "run", 0, 100);
        f.span(2, 1, "jobs", P, "later", 10, 12);
        f.span(3, 2, "jobs", Q, "now", 50, 60);
        f.span(4, 1, "jobs", C, "call", 70, 90).attributes = {{"peer.service", "jobs"}};
        const SequenceDiagram d = Model(f).diagram();
        compare(names(d), {"service:jobs"});
        // As the edge has calls, it is synchronous; the message is none.
        compare(text(d), {"jobs ~> jobs: now 10+2", "jobs -> jobs: call 70+20", "jobs <- jobs 90"});
        compare(bars(d), {"jobs 50-60 level 0", "jobs 70-90 level 0"}); // without a span of the callee the caller's
    }

    void redirects() {
        Fixture f;
        f.span(1, 0, "front", S, "GET", 0, 100);
        f.span(2, 1, "front", C, "call", 10, 60);
        f.span(3, 2, "cart", S, "moved", 15, 20);
        f.span(4, 2, "cart", S, "here", 40, 55);
        f.span(5, 2, "price", S, "too", 56, 58);
        compare(text(Model(f).diagram()), {"(user) -> front: GET 0+100", "front -> cart: moved 15+5", "front <- cart 20",
                                           "front -> cart: here 40+15", "front <- cart 55",
                                           "front -> price: too 56+2", "front <- price 58", "(user) <- front 100"});
    }

    void atOneTime() {
        Fixture f;
        f.span(1, 0, "a", S, "one", 0, 50);
        f.span(2, 1, "b", S, "two", 0, 20);
        f.span(3, 2, "c", S, "three", 0, 20);
        f.span(4, 1, "b", S, "four", 20, 20);
        f.span(5, 4, "c", S, "five", 20, 20);
        f.span(6, 1, "b", S, "six", 20, 50);
        compare(text(Model(f).diagram()), {"(user) -> a: one 0+50", "a -> b: two 0+20", "b -> c: three 0+20", "b <- c 20", "a <- b 20",
                                           "a -> b: six 20+30", "a -> b: four 20+0", "b -> c: five 20+0",
                                           "b <- c 20", "a <- b 20", "a <- b 50", "(user) <- a 50"});
    }

    // What leads to the queue comes first, even where the consumer's trace does; then what the consumer calls.
    void atOneTimeThroughAQueue() {
        Fixture f;
        f.span(1, 0, "shop", P, "send", 50, 60, 5).attributes = {{"messaging.destination.name", "orders"}};
        f.span(2, 0, "mail", Q, "process", 50, 90, 2).links = {{5, 1}};
        f.query(3, 2, "mail", "SELECT", 50, 51);
        f.spans.back().trace = 2;
        compare(text(Model(f).diagram()), {"shop ~> orders: send 0+10", "orders ~> mail: process 0+40", "mail -> orders: SELECT 0+1"});
    }

    void timesThatAreNotKnown() {
        Fixture f;
        f.span(1, 0, "a", I, "root", 0, 50);
        auto& unfinished = f.span(2, 1, "b", S, "no end", 10, 10);
        unfinished.flags = kUnfinished;
        auto& negative = f.span(3, 1, "c", S, "ends before", 20, 15);
        negative.flags = kNegative;
        auto& timeless = f.span(4, 1, "d", S, "no start", 30, 35);
        timeless.start = 0;
        timeless.flags = kNoStart;
        const SequenceDiagram d = Model(f).diagram();
        compare(text(d), {"a -> d: no start 0+5", "a -> b: no end 10+0", "a -> c: ends before 20+0"});
        compare(bars(d), {"b 10-10 level 0", "c 20-20 level 0"});
        const Tabular table = tabulate(d);
        QVERIFY(std::holds_alternative<std::monostate>(table.rows[0][0].value)); // no offset
        QCOMPARE(std::get<int64_t>(table.rows[1][0].value), 10);
        QVERIFY(std::holds_alternative<std::monostate>(table.rows[1][5].value)); // no duration
    }

    void barsOfOneParticipantOverlap() {
        Fixture f;
        f.span(1, 0, "a", I, "root", 0, 100);
        f.span(2, 1, "b", S, "one", 0, 40);
        f.span(3, 1, "b", S, "two", 10, 60);
        f.span(4, 3, "b", I, "within", 11, 59);
        f.span(5, 1, "b", S, "three", 20, 30);
        f.span(6, 1, "b", S, "four", 40, 50);
        f.span(7, 1, "b", S, "five", 45, 50);
        compare(bars(Model(f).diagram()), {"b 0-40 level 0", "b 10-60 level 1", "b 20-30 level 2", "b 40-50 level 0", "b 45-50 level 2"});
    }

    void otherClocks() {
        Fixture f;
        f.span(1, 0, "front", I, "run", 0, 100);
        f.span(2, 1, "cart", S, "first", 10, 20);
        f.span(3, 1, "price", S, "second", 30, 40);
        const Model model(f);
        auto shifts = std::make_shared<std::vector<int64_t>>(model.table->contextCount(), 0);
        (*shifts)[model.table->context(1)] = 50;
        const std::vector<TraceIndex> traces{0};
        const SpanTablePtr table = model.table->withClocks(shifts, traces);
        compare(text(sequenceDiagram(*table, waterfall(*table, traces), *model.calls)),
                {"front -> price: second 30+10", "front <- price 40", "front -> cart: first 60+10", "front <- cart 70"});
    }

    void loops() {
        Fixture f;
        f.span(1, 0, "cart", S, "GET", 0, 100);
        f.query(2, 1, "cart", "BEGIN", 1, 2);
        f.span(3, 1, "cart", I, "each", 5, 90); // every other query lies in a span of its own
        for (uint64_t i = 0; i < 6; ++i) {
            f.span(100 + i, 3, "cart", I, "item", static_cast<int64_t>(10 * i + 10), static_cast<int64_t>(10 * i + 19));
            f.query(10 + i, i % 2 == 0 ? 3 : 100 + i, "cart", "SELECT", static_cast<int64_t>(10 * i + 11), static_cast<int64_t>(10 * i + 14));
        }
        for (GraphFixture::Span& span : f.spans)
            span.isError = span.id == 12 || span.id == 15;
        f.query(30, 1, "cart", "COMMIT", 92, 93);
        const Model model(f);
        const SequenceDiagram d = model.diagram();
        compare(text(d), {"(user) -> cart: GET 0+100", "cart -> orders: BEGIN 1+1", "loop 6 {", "cart -> orders: SELECT 11+3 x6 !2", "}",
                          "cart -> orders: COMMIT 92+1", "(user) <- cart 100"});
        QCOMPARE(d.messages[2].total, 18);
        QCOMPARE(d.callsOf(d.messages[2]).back().start, kStart + 61);
        QCOMPARE(d.loops[0].start, kStart + 11);
        QCOMPARE(d.loops[0].end, kStart + 64);
        QCOMPARE(d.loops[0].period, 1U);
        QCOMPARE(d.loops[0].errors, uint64_t(2));
        QCOMPARE(model.table->id(d.loops[0].key), SpanId(10));
        const Tabular table = tabulate(d);
        QCOMPARE(table.rows.size(), size_t(4));
        QCOMPARE(std::get<int64_t>(table.rows[2][0].value), 11);
        QCOMPARE(std::get<std::string>(table.rows[2][1].value), std::string("cart"));
        QCOMPARE(std::get<std::string>(table.rows[2][2].value), std::string("orders"));
        QCOMPARE(std::get<std::string>(table.rows[2][3].value), std::string("SELECT"));
        QCOMPARE(table.rows[2][3].shown, std::string("  SELECT"));
        QCOMPARE(std::get<std::string>(table.rows[2][4].value), std::string("database"));
        QCOMPARE(std::get<int64_t>(table.rows[2][5].value), 18);
        QCOMPARE(std::get<int64_t>(table.rows[2][6].value), 6);
        QCOMPARE(std::get<int64_t>(table.rows[2][7].value), 2);
        QCOMPARE(std::get<int64_t>(table.rows[2][8].value), 1);
        QCOMPARE(table.columns.size(), table.rows[2].size());
        QVERIFY(table.notes.empty());

        SequenceOptions options;
        options.foldRepeats = false;
        options.expanded = {d.loops[0].key}; // there is nothing to expand
        const SequenceDiagram all = model.diagram(options);
        QCOMPARE(all.messages.size(), size_t(9));
        QVERIFY(all.loops.empty());
        for (const Message& m : all.messages)
            QCOMPARE(m.expandedLoop, kNoRow);
    }

    void loopsWithAPeriod_data() {
        QTest::addColumn<QString>("calls");
        QTest::addColumn<QString>("expected");
        QTest::newRow("two") << "ABABAB" << "3(AB)";
        QTest::newRow("the rest") << "XABABABAY" << "X3(AB)AY";
        QTest::newRow("four") << "ABCDABCD" << "2(ABCD)";
        QTest::newRow("five is too long") << "ABCDEABCDE" << "ABCDEABCDE";
        QTest::newRow("the smallest period") << "AAAA" << "4(A)";
        QTest::newRow("the longest run") << "AABAABAAB" << "3(AAB)";
        QTest::newRow("one after the other") << "AAABBCACA" << "3(A)2(B)2(CA)";
        QTest::newRow("nothing repeats") << "ABC" << "ABC";
    }
    void loopsWithAPeriod() {
        QFETCH(QString, calls);
        QFETCH(QString, expected);
        Fixture f;
        f.span(1, 0, "cart", I, "run", 0, 1000);
        for (qsizetype i = 0; i < calls.size(); ++i)
            f.query(10 + static_cast<uint64_t>(i), 1, "cart", calls.mid(i, 1).toLatin1().constData(), 10 * i, 10 * i + 1);
        const SequenceDiagram d = Model(f).diagram();
        QString found;
        size_t loop = 0;
        for (uint32_t step = 0; step < d.steps.size(); ++step) {
            if (loop < d.loops.size() && d.loops[loop].firstStep == step)
                found += QString::number(d.loops[loop].iterations) + QLatin1Char('(');
            found += QString::fromStdString(d.messages[step].label);
            if (loop < d.loops.size() && d.loops[loop].endStep == step + 1) {
                QCOMPARE(d.loops[loop].period, d.loops[loop].endStep - d.loops[loop].firstStep);
                found += QLatin1Char(')');
                ++loop;
            }
        }
        QCOMPARE(found, expected);
    }

    // Three orders with 1, 3 and 2 queries.
    static Fixture orders() {
        Fixture f;
        f.span(1, 0, "batch", I, "run", 0, 1000);
        uint64_t id = 100;
        for (int64_t i = 0; i < 3; ++i) {
            f.call(id, 1, "batch", "shop", "Order", 100 * i + 10, 100 * i + 90);
            for (int64_t k = 0; k < (i == 0 ? 1 : 4 - i); ++k)
                f.query(id + 10 + static_cast<uint64_t>(k), id + 1, "shop", "SELECT", 100 * i + 20 + 10 * k, 100 * i + 25 + 10 * k);
            id += 100;
        }
        return f;
    }

    void loopsInLoops() {
        Fixture f = orders();
        f.spans.back().isError = true;
        const Model model(f);
        const SequenceDiagram d = model.diagram();
        compare(text(d), {"loop 3 {", "batch -> shop: Order 10+80 x3", "loop 6 {", "shop -> orders: SELECT 20+5 x6 !1", "}",
                          "batch <- shop 90", "}"});
        QCOMPARE(d.loops[1].depth, 1U);
        QCOMPARE(d.loops[0].errors, uint64_t(1));
        QCOMPARE(d.loops[0].end, kStart + 290);
        verifySteps(d);
        verifyLoops(d);
    }

    void whatIsBelowMustBeAlike() {
        Fixture f = orders();
        f.query(900, 201, "shop", "INSERT", 185, 188);
        compare(text(Model(f).diagram()), {"batch -> shop: Order 10+80", "shop -> orders: SELECT 20+5", "batch <- shop 90",
                                           "batch -> shop: Order 110+80", "loop 3 {", "shop -> orders: SELECT 120+5 x3", "}",
                                           "shop -> orders: INSERT 185+3", "batch <- shop 190", "batch -> shop: Order 210+80",
                                           "loop 2 {", "shop -> orders: SELECT 220+5 x2", "}", "batch <- shop 290"});
        SequenceOptions options;
        options.maxDepth = 0; // nothing is below
        const SequenceDiagram d = Model(f).diagram(options);
        compare(text(d), {"loop 3 {", "batch -> shop: Order 10+80 x3", "batch <- shop 90", "}"});
        QCOMPARE(d.deeper, uint64_t(7));
        QCOMPARE(d.deeperErrors, uint64_t(0));
        QCOMPARE(d.maxDepth, 1U);
        compare(names(d), {"service:batch", "service:shop"});
        compare(notesOf(d), {"7 calls below those on show are not listed."});
    }

    void callsOfDifferentCallersAreNoLoop() {
        Fixture f;
        f.span(1, 0, "a", I, "one", 0, 50);
        f.query(2, 1, "a", "SELECT", 10, 15);
        f.span(3, 0, "a", I, "other root", 60, 90);
        f.query(4, 3, "a", "SELECT", 70, 75);
        for (uint64_t i = 0; i < 3; ++i) // users
            f.span(10 + i, 0, "front", S, "GET", static_cast<int64_t>(100 + 10 * i), static_cast<int64_t>(105 + 10 * i), 2 + i);
        for (const uint32_t groupFrom : {0U, 2U}) { // of the waterfall, which groups roots
            const SequenceDiagram d = Model(f, groupFrom).diagram();
            QVERIFY(d.loops.empty());
            QCOMPARE(d.messages.size(), size_t(5));
        }
        Fixture orphans; // their caller is the same, though it is missing
        orphans.query(2, 77, "a", "SELECT", 10, 15);
        orphans.query(4, 77, "a", "SELECT", 70, 75);
        compare(text(Model(orphans).diagram()), {"loop 2 {", "a -> orders: SELECT 0+5 x2", "}"});
    }

    void groupsOfTheWaterfallDoNotMatter() {
        Fixture f;
        for (uint64_t i = 1; i <= 3; ++i)
            f.query(i, 0, "a", "SELECT", static_cast<int64_t>(10 * i), static_cast<int64_t>(10 * i + 5)); // roots
        compare(text(Model(f, 2).diagram()), {"a -> orders: SELECT 0+5", "a -> orders: SELECT 10+5", "a -> orders: SELECT 20+5"});
        compare(text(Model(orders(), 2).diagram()), text(Model(orders()).diagram()));
        Fixture users;
        for (uint64_t i = 1; i <= 3; ++i)
            users.span(i, 0, "front", S, "GET", static_cast<int64_t>(10 * i), static_cast<int64_t>(10 * i + 5));
        QVERIFY(Model(users, 2).diagram().loops.empty());
    }

    void expanding() {
        const Model model(orders());
        const SequenceDiagram folded = model.diagram();
        SequenceOptions options;
        options.expanded = {folded.loops[0].key};
        const SequenceDiagram d = model.diagram(options);
        compare(text(d), {"batch -> shop: Order 10+80", "shop -> orders: SELECT 20+5", "batch <- shop 90", "batch -> shop: Order 110+80",
                          "loop 3 {", "shop -> orders: SELECT 120+5 x3", "}", "batch <- shop 190",
                          "batch -> shop: Order 210+80", "loop 2 {", "shop -> orders: SELECT 220+5 x2", "}", "batch <- shop 290"});
        QCOMPARE(d.messages[0].expandedLoop, folded.loops[0].key);
        QCOMPARE(d.messages[1].expandedLoop, kNoRow);
        QCOMPARE(d.messages[2].expandedLoop, folded.loops[0].key);
        // The inner one while the outer one is folded: the first order has one query only, and no loop of its own.
        options.expanded = {folded.loops[1].key};
        compare(text(model.diagram(options)), {"batch -> shop: Order 10+80", "shop -> orders: SELECT 20+5", "batch <- shop 90",
                                               "loop 2 {", "batch -> shop: Order 110+80 x2", "loop 5 {",
                                               "shop -> orders: SELECT 120+5 x5", "}",
                                               "batch <- shop 190", "}"});
        options.expanded.insert(d.loops[0].key);
        compare(text(model.diagram(options)), {"batch -> shop: Order 10+80", "shop -> orders: SELECT 20+5", "batch <- shop 90",
                                               "batch -> shop: Order 110+80", "shop -> orders: SELECT 120+5",
                                               "shop -> orders: SELECT 130+5", "shop -> orders: SELECT 140+5", "batch <- shop 190",
                                               "batch -> shop: Order 210+80", "loop 2 {", "shop -> orders: SELECT 220+5 x2", "}",
                                               "batch <- shop 290"});
    }

    // Another call while a loop runs is not in its frame.
    void whatHappensMeanwhile() {
        Fixture f;
        f.span(1, 0, "a", I, "run", 0, 100);
        f.query(2, 1, "a", "ONE", 10, 12);
        f.query(3, 1, "a", "TWO", 20, 22);
        f.query(4, 1, "a", "ONE", 30, 32);
        f.query(5, 1, "a", "TWO", 40, 42);
        f.span(6, 0, "b", I, "other", 15, 100);
        f.call(7, 6, "b", "c", "GET", 15, 35);
        compare(text(Model(f).diagram()), {"loop 2 {", "a -> orders: ONE 10+2 x2", "a -> orders: TWO 20+2 x2", "}", "b -> c: GET 15+20",
                                           "b <- c 35"});
    }

    void tooManyMessages() {
        Fixture f;
        f.span(1, 0, "a", S, "run", 0, 1000);
        for (uint64_t i = 0; i < 10; ++i)
            f.query(10 + i, 1, "a", ("q" + std::to_string(i)).c_str(), static_cast<int64_t>(10 * i + 10), static_cast<int64_t>(11 * i + 11));
        f.spans[3].isError = true;   // q2
        f.call(50, 1, "a", "b", "GET", 200, 208);
        f.query(60, 51, "b", "deep and long", 201, 300);
        f.query(61, 51, "b", "deep and failed", 206, 207);
        f.spans.back().isError = true;
        for (uint64_t i = 0; i < 3; ++i)
            f.query(70 + i, 51, "b", "short", 208, 209);
        const Model model(f);
        SequenceOptions options;
        options.most = 5;
        const SequenceDiagram d = model.diagram(options);
        compare(text(d), {"(user) -> a: run 0+1000", "a -> orders: q2 30+3 !1", "a -> orders: q8 90+9", "a -> orders: q9 100+10",
                          "b -> orders: deep and failed 206+1 !1", "(user) <- a 1000"});
        QCOMPARE(d.leftOut, uint64_t(7 + 1 + 1 + 3)); // a call for each that a message stands for
        QCOMPARE(d.leftOutErrors, uint64_t(0));
        QVERIFY(d.loops.empty());
        QCOMPARE(d.calls.size(), size_t(5));
        options.most = 1;
        const SequenceDiagram one = model.diagram(options);
        compare(text(one), {"a -> orders: q2 30+3 !1"});
        compare(names(one), {"service:a", "database:orders"});
        QCOMPARE(one.leftOutErrors, uint64_t(1));
        compare(notesOf(one), {"16 more calls are left out, 1 of them failed: failed ones come first, then the less nested, then the longest."});
        compare(tabulate(one).notes, notesOf(one));
        options.maxDepth = 1;
        QCOMPARE(model.diagram(options).deeper, uint64_t(5));
        QCOMPARE(model.diagram(options).deeperErrors, uint64_t(1));
        QCOMPARE(model.diagram(options).leftOut, uint64_t(11));
    }

    void unnamedCallsAreSaid() {
        Fixture f;
        f.span(1, 0, "a", S, "run", 0, 1000);
        f.span(2, 1, "a", C, "call", 10, 20);
        compare(notesOf(Model(f).diagram()), {"1 client or producer span has no callee in the file and no name of one."});
    }

    void mermaid() {
        Fixture f = orders();
        f.spans[1].isError = f.spans.back().isError = true;
        f.span(1000, 0, "front", S, "GET", 300, 400);
        f.span(1001, 1000, "front", P, "send", 310, 320).attributes = {{"messaging.destination.name", "jobs"}};
        f.span(1002, 1000, "front", C, "nowhere", 330, 340);
        const std::string out = mermaidSequence(Model(f).diagram(), Redactor());
        QCOMPARE(out, std::string("sequenceDiagram\n"
                                  "    participant P0 as batch\n"
                                  "    participant P1 as shop\n"
                                  "    participant P2 as orders\n"
                                  "    actor P3 as (user)\n"
                                  "    participant P4 as front\n"
                                  "    participant P5 as jobs\n"
                                  "    loop 3 times\n"
                                  "        P0->>+P1: Order (3 calls, 1 failed)\n"
                                  "        loop 6 times in all\n"
                                  "            P1->>P2: SELECT (6 calls, 1 failed, 30 ns in all)\n"
                                  "        end\n"
                                  "        P1-->>-P0: 240 ns in all\n"
                                  "    end\n"
                                  "    P3->>+P4: GET\n"
                                  "    P4-)P5: send (10 ns)\n"
                                  "    P4-->>-P3: 100 ns\n"
                                  "    Note over P0,P5: 1 client or producer span has no callee in the file and no name of one.\n"));
    }

    void hostileNames() {
        Fixture f;
        f.span(1, 0, "a;b#c\nP9->>P0: x", S, "<script>alert(1)</script>", 0, 100);
        f.span(2, 1, "a;b#c\nP9->>P0: x", C, "", 1, 2).attributes = {{"db.namespace", "%%{init: {\"theme\": \"dark\"}}%%"}};
        const char* odd = "end\r\xe2\x80\xa8loop \xef\xac\x82\xc2\xb0\xc2\xb0""60\xc2\xb6\xc3\x9f $$x$$ \xff \xe2\x80\xaeö";
        f.span(3, 1, "a;b#c\nP9->>P0: x", C, odd, 3, 4).attributes = {{"peer.service", "  "}};
        const std::string out = mermaidSequence(Model(f).diagram(), Redactor());
        QCOMPARE(out, std::string("sequenceDiagram\n"
                                  "    actor P0 as (user)\n"
                                  "    participant P1 as a#59;b#35;c P9-#62;#62;P0#58; x\n"
                                  "    participant P2 as #37;#37;#123;init#58; #123;#34;theme#34;#58; #34;dark#34;#125;#125;#37;#37;\n"
                                  "    participant P3 as (no name)\n"
                                  "    P0->>+P1: #60;script#62;alert(1)#60;/script#62;\n"
                                  "    P1->>P2: (no name) (1 ns)\n"
                                  "    P1->>P3: end  loop \xef\xac\x82#176;#176;60\xc2\xb6\xc3\x9f #36;#36;x#36;#36; \xef\xbf\xbd  ö (1 ns)\n"
                                  "    P1-->>-P0: 100 ns\n"));
    }

    // Whatever bytes names are made of, the lines are those that the diagram has.
    void namesNeverMakeLines() {
        std::mt19937 random(5);
        const auto name = [&] {
            std::string out;
            for (size_t n = random() % 300; n > 0; --n)
                out += static_cast<char>(random() % 256);
            return out;
        };
        for (int round = 0; round < 30; ++round) {
            Fixture f;
            f.span(1, 0, "a", I, "run", 0, 100);
            f.spans.back().service = name();
            f.add(1, 2, 1, name(), S).name = name();
            const std::string out = mermaidSequence(Model(f).diagram(), Redactor());
            QCOMPARE(std::count(out.begin(), out.end(), '\n'), 5L);
            for (size_t at = 0; at < out.size(); ++at) {
                const char c = out[at];
                QVERIFY(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
                if (c != '#')
                    continue;
                const size_t end = out.find(';', at);
                QVERIFY(end != std::string::npos && end > at + 1 && out.find_first_not_of("0123456789", at + 1) == end);
            }
            QCOMPARE(std::count(out.begin(), out.end(), ';'), std::count(out.begin(), out.end(), '#'));
            for (const char c : std::string_view("<%{}$\"'`\\&@"))
                QVERIFY(out.find(c) == std::string::npos);
        }
    }

    void namesAreRedacted() {
        class Masking : public Redactor {
            std::string redact(std::string_view key, std::string_view) const override { return '[' + std::string(key) + ']'; }
        };
        Fixture f;
        f.span(1, 0, "secret", S, "secret", 0, 100);
        f.query(2, 1, "secret", "secret", 1, 2);
        const std::string out = mermaidSequence(Model(f).diagram(), Masking());
        QVERIFY(out.find("secret") == std::string::npos);
        QVERIFY(out.find("participant P1 as #91;service.name#93;\n") != std::string::npos);
        QVERIFY(out.find("participant P2 as #91;service.peer.name#93;\n") != std::string::npos);
        QVERIFY(out.find("P1->>P2: #91;name#93; (1 ns)\n") != std::string::npos);
        QVERIFY(out.find("actor P0 as (user)\n") != std::string::npos);
    }

    void deepChains() {
        constexpr uint32_t kDepth = 100'000;
        GraphFixture f;
        for (uint64_t id = 1; id <= kDepth; ++id) {
            auto& span = f.add(1, id, id - 1, id % 2 == 0 ? "a" : "b", S);
            span.start = kStart + static_cast<int64_t>(id);
            span.duration = 2 * (kDepth - static_cast<int64_t>(id)) + 1;
        }
        f.spans.back().isError = true;
        const SpanTablePtr table = f.table();
        const GraphCalls calls(*table, {});
        const Waterfall tree = waterfall(*table, 0);
        SequenceOptions options;
        options.most = kDepth;
        const SequenceDiagram all = sequenceDiagram(*table, tree, calls, options);
        QCOMPARE(all.messages.size(), size_t(kDepth));
        QCOMPARE(all.messages.back().depth, kDepth - 1);
        QCOMPARE(all.steps.size(), size_t(2 * kDepth));
        QCOMPARE(all.steps.back().message, 0U);
        const SequenceDiagram d = sequenceDiagram(*table, tree, calls);
        QCOMPARE(d.messages.size(), size_t(2000));
        QCOMPARE(d.messages[1998].depth, 1998U);
        QCOMPARE(d.messages[1999].depth, kDepth - 1); // failed
        QCOMPARE(d.leftOut, uint64_t(kDepth - 2000));
    }

    // Two chains that are alike are folded, as deep as they are.
    void deepLoops() {
        constexpr uint64_t kDepth = 50'000;
        GraphFixture f;
        f.add(1, 1, 0, "root", I);
        for (uint64_t chain = 0; chain < 2; ++chain)
            for (uint64_t i = 0; i < kDepth; ++i)
                f.add(1, 2 + chain * kDepth + i, i == 0 ? 1 : 1 + chain * kDepth + i, i % 2 == 0 ? "a" : "b", S);
        const SpanTablePtr table = f.table();
        const GraphCalls calls(*table, {});
        SequenceOptions options;
        options.most = kDepth;
        const SequenceDiagram d = sequenceDiagram(*table, waterfall(*table, 0), calls, options);
        QCOMPARE(d.messages.size(), size_t(kDepth));
        QCOMPARE(d.calls.size(), size_t(2 * kDepth));
        QCOMPARE(d.loops.size(), size_t(1));
    }

    void wideFans() {
        constexpr uint64_t kCalls = 200'000;
        GraphFixture f;
        f.add(1, 1, 0, "a", I);
        for (uint64_t i = 0; i < kCalls; ++i) {
            f.add(1, 2 + i, 1, "b", S).name = i % 4 == 3 && i < kCalls / 2 ? "other" : "op";
            f.spans.back().isError = i % 1000 == 0;
        }
        const SpanTablePtr table = f.table();
        const GraphCalls calls(*table, {});
        const SequenceDiagram d = sequenceDiagram(*table, waterfall(*table, 0), calls);
        QCOMPARE(d.loops.size(), size_t(2));
        QCOMPARE(d.loops[0].period, 4U);
        QCOMPARE(d.loops[1].period, 1U);
        QCOMPARE(d.loops[0].errors + d.loops[1].errors, uint64_t(200));
    }

    void stops() {
        const Model model(orders());
        StopToken stop;
        stop.stop();
        bool stopped = false;
        try {
            sequenceDiagram(*model.table, model.tree, *model.calls, {}, stop);
        } catch (const Stopped&) {
            stopped = true;
        }
        QVERIFY(stopped);
    }

    void sumsDoNotOverflow() {
        Fixture f;
        f.span(1, 0, "a", I, "run", 0, 10);
        for (uint64_t i = 0; i < 9; ++i)
            f.query(2 + i, 1, "a", "SELECT", static_cast<int64_t>(i), static_cast<int64_t>(i) + kMaxDuration);
        QCOMPARE(Model(f).diagram().messages[0].total, std::numeric_limits<int64_t>::max());
    }

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

QTEST_GUILESS_MAIN(TestSequenceDiagram)
#include "tst_sequence_diagram.moc"
