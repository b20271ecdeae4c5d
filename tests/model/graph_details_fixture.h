#pragma once
// A graph with what takes longer to find out about it, and traces to find it out of.

#include "graph_fixture.h"
#include "service_graph/graph_calls.h"
#include "service_graph/graph_details.h"

#include <QTest>

#include <random>

namespace aisle {

struct Found {
    SpanTablePtr table;
    ServiceGraph graph;
    GraphDetails details;

    explicit Found(const GraphFixture& fixture, const GraphGroups* groups = nullptr, const BitSet* traces = nullptr) : table(fixture.table()) {
        graph = GraphCalls(*table, fixture.peers(*table)).count(traces, {}, groups);
        details = graphDetails(*table, graph, traces, {}, {});
    }
    size_t edge(std::string_view from, std::string_view to) const {
        for (size_t e = 0; e < graph.edges.size(); ++e)
            if (graph.nodes[graph.edges[e].from].name == from && graph.nodes[graph.edges[e].to].name == to)
                return e;
        qFatal("no such edge");
    }
    const GraphDetails::Edge& of(std::string_view from, std::string_view to) const { return details.edges[edge(from, to)]; }
    const GraphDetails::Node& of(std::string_view name) const {
        for (size_t n = 0; n < graph.nodes.size(); ++n)
            if (graph.nodes[n].name == name)
                return details.nodes[n];
        qFatal("no such node");
    }
};

inline GraphFixture::Span& at(GraphFixture::Span& span, int64_t start, int64_t duration) {
    span.start = start;
    span.duration = duration;
    return span;
}

/// frontend 0..100 calls cart 10..60 (server 15..55), which asks its database 20..50.
inline GraphFixture oneRequest() {
    GraphFixture f;
    at(f.add(1, 1, 0, "frontend", Kind::Server), 0, 100);
    at(f.add(1, 2, 1, "frontend", Kind::Client), 10, 50);
    at(f.add(1, 3, 2, "cart", Kind::Server), 15, 40);
    auto& query = at(f.add(1, 4, 3, "cart", Kind::Client), 20, 30);
    query.attributes = {{"db.system.name", "postgresql"}, {"server.address", "pg"}};
    return f;
}

/// Services, databases and queues that call each other at random, also over the ends of traces.
inline GraphFixture randomTraces(std::mt19937& random, uint64_t traces) {
    GraphFixture f;
    const std::vector<std::string> services{"a", "b", "c", "d"};
    const auto pick = [&](size_t n) { return static_cast<size_t>(random() % n); };
    uint64_t id = 1;
    for (uint64_t trace = 1; trace <= traces; ++trace) {
        std::vector<size_t> own;
        const size_t spans = 1 + pick(25);
        for (size_t i = 0; i < spans; ++i) {
            static constexpr Kind kKinds[] = {Kind::Server, Kind::Client, Kind::Internal, Kind::Client, Kind::Server, Kind::Producer, Kind::Consumer};
            const size_t parent = own.empty() ? 0 : own[pick(own.size())];
            const bool isRoot = own.empty();
            auto& span = f.add(trace, id++, isRoot ? 0 : f.spans[parent].id, isRoot || pick(3) != 0 ? services[pick(4)] : f.spans[parent].service, kKinds[pick(std::size(kKinds))]);
            at(span, static_cast<int64_t>(pick(50)) + (isRoot ? 0 : f.spans[parent].start), static_cast<int64_t>(pick(100)));
            span.isError = pick(5) == 0;
            span.name = pick(2) == 0 ? "x" : "y";
            if (span.kind == Kind::Client && pick(3) == 0)
                span.attributes = {{"db.system.name", "redis"}, {"server.address", pick(2) == 0 ? "one" : "two"}};
            if ((span.kind == Kind::Producer || span.kind == Kind::Consumer) && pick(2) == 0)
                span.attributes = {{"messaging.destination.name", pick(2) == 0 ? "q1" : "q2"}};
            if (span.kind == Kind::Consumer && pick(2) == 0 && f.spans.size() > 1) { // also into other traces
                const GraphFixture::Span& to = f.spans[pick(f.spans.size() - 1)];
                span.links = {{to.trace, to.id}};
            }
            own.push_back(f.spans.size() - 1);
        }
    }
    return f;
}

} // namespace aisle
