#pragma once
// Sequence diagrams for tests: traces by hand, with what a diagram is made of, and diagrams as lines of text.

#include "graph_fixture.h"
#include "service_graph/sequence_diagram.h"

#include <QTest>

#include <memory>
#include <string>
#include <vector>

namespace aisle::test {

using Lines = std::vector<std::string>;

inline constexpr Kind I = Kind::Internal, S = Kind::Server, C = Kind::Client, P = Kind::Producer, Q = Kind::Consumer;
inline constexpr int64_t kStart = 1'000'000;

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
inline Lines text(const SequenceDiagram& d) {
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
        const SequenceDiagram::Message& m = d.messages[d.steps[step].message];
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

inline Lines bars(const SequenceDiagram& d) {
    Lines lines;
    for (const SequenceDiagram::Activation& bar : d.activations)
        lines.push_back(d.participants[bar.participant].name + ' ' + std::to_string(bar.from - d.start) + '-' + std::to_string(bar.to - d.start) +
                        " level " + std::to_string(bar.level));
    return lines;
}

inline Lines names(const SequenceDiagram& d) {
    Lines lines;
    for (const SequenceDiagram::Participant& p : d.participants)
        lines.push_back(std::string(nodeKindName(p.kind)) + ':' + p.name);
    return lines;
}

inline void compare(const Lines& lines, const Lines& expected) {
    const auto joined = [](const Lines& all) {
        QString out;
        for (const std::string& line : all)
            out += QString::fromStdString(line) + QLatin1Char('\n');
        return out;
    };
    QCOMPARE(joined(lines), joined(expected));
}

/// Three orders with 1, 3 and 2 queries.
inline Fixture orders() {
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

} // namespace aisle::test
