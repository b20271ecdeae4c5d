#include "service_graph/service_graph.h"

#include "text/format.h"

namespace aisle {

namespace {

double share(uint64_t part, uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Nothing where there was nothing to measure: a zero would read as "fast".
Cell durationOf(uint64_t measured, int64_t ns) { return measured == 0 ? Cell() : Cell::duration(ns); }

void addNote(const ServiceGraph& graph, Tabular& table) {
    if (graph.unnamedCalls > 0)
        table.notes.push_back(formatCount(graph.unnamedCalls) +
                              " client and producer spans have no callee in the file and do not name one; they are "
                              "in no call.");
}

} // namespace

Tabular tabulateEdges(const ServiceGraph& graph) {
    Tabular table;
    table.columns = {{"from", "From", false},         {"to", "To", false},
                     {"kind", "Kind", false},         {"calls", "Calls", true},
                     {"errors", "Errors", true},      {"error_share", "Error share", true},
                     {"p50_ns", "p50", true},         {"p95_ns", "p95", true},
                     {"p99_ns", "p99", true},
                     {"wait_p50_ns", "Wait p50", true}, {"wait_p95_ns", "Wait p95", true}};
    for (const ServiceGraph::Edge& edge : graph.edges)
        table.rows.push_back({Cell(graph.nodes[edge.from].name), Cell(graph.nodes[edge.to].name),
                              Cell(std::string(edgeKindName(edge.kind))), Cell::count(edge.calls),
                              Cell::count(edge.errors), Cell::percent(share(edge.errors, edge.calls)),
                              durationOf(edge.calls, edge.p50), durationOf(edge.calls, edge.p95), durationOf(edge.calls, edge.p99),
                              durationOf(edge.waits, edge.waitP50), durationOf(edge.waits, edge.waitP95)});
    addNote(graph, table);
    return table;
}

} // namespace aisle
