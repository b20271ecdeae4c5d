#include "service_graph/graph_tables.h"

#include "text/format.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace aisle {

namespace {

/// Nothing where there was nothing to measure: a zero would read as "fast".
Cell durationOf(uint64_t measured, int64_t ns) { return measured == 0 ? Cell() : Cell::duration(ns); }

Cell decimal(double number, int digits) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", digits, number);
    return Cell::real(number, text.data());
}

Cell rate(const ServiceGraph& graph, uint64_t calls, double weight) {
    const std::optional<double> perSecond = callsPerSecond(graph, calls, weight);
    return perSecond ? Cell::real(*perSecond, formatRate(*perSecond)) : Cell();
}

} // namespace

std::optional<double> callsPerSecond(const ServiceGraph& graph, uint64_t calls, double weight) {
    return graph.hasRate() ? std::optional(graph.perSecond(weight > 0 ? weight : static_cast<double>(calls))) : std::nullopt;
}

std::string failuresText(const std::vector<GraphDetails::Failures>& failures) {
    std::string text;
    for (const auto& [kind, count] : failures)
        text += (text.empty() ? "" : ", ") + kind + " " + formatCount(count);
    return text;
}

std::vector<std::string> graphNotes(const ServiceGraph& graph, const GraphDetails* details) {
    std::vector<std::string> notes;
    if (graph.unnamedCalls > 0)
        notes.push_back(counted(graph.unnamedCalls, "client or producer span has", "client and producer spans have") +
                        " no callee in the file and name none; they are in no call.");
    if (graph.orphans > 0)
        notes.push_back(counted(graph.incompleteTraces, "trace is", "traces are") + " incomplete: " + counted(graph.orphans, "span names", "spans name") +
                        " a parent that is in no file. Who called them is in no edge.");
    if (details != nullptr && details->orphanTime > 0)
        notes.push_back("Critical paths leave out " + formatDuration(details->orphanTime) + " of spans whose parent is in no file, beside others of their trace.");
    if (details != nullptr && details->sampledTraces > 0)
        notes.push_back(counted(details->sampledTraces, "trace is a sample", "traces are samples") + ": " + counted(graph.traces, "trace stands", "traces stand") + " for about " +
                        formatCount(static_cast<uint64_t>(std::llround(details->estimatedTraces))) + ". Rates are estimated for all; every other number is of what was recorded.");
    return notes;
}

Tabular tabulateEdges(const ServiceGraph& graph, const GraphDetails* details) {
    Tabular table;
    table.columns = {{"from", "From", false}, {"from_kind", "From kind", false}, {"to", "To", false}, {"to_kind", "To kind", false}, {"kind", "Kind", false}, {"calls", "Calls", true}, {"calls_per_second", "Rate", true},
                     {"errors", "Errors", true}, {"error_share", "Error share", true}, {"p50_ns", "p50", true}, {"p95_ns", "p95", true}, {"p99_ns", "p99", true},
                     {"wait_p50_ns", "Wait p50", true}, {"wait_p95_ns", "Wait p95", true}};
    if (details != nullptr)
        for (const Column& column : {Column{"gap_p50_ns", "Network p50", true}, Column{"gap_p95_ns", "Network p95", true}, Column{"gap_calls", "Calls with it", true}, Column{"critical_share", "Critical path", true},
                                     Column{"per_request", "Per request", true}, Column{"most_of_one", "At most", true}, Column{"retries", "Retries", true}, Column{"failures", "Failures", false}})
            table.columns.push_back(column);
    for (size_t e = 0; e < graph.edges.size(); ++e) {
        const ServiceGraph::Edge& edge = graph.edges[e];
        const GraphDetails::Edge* more = details != nullptr ? &details->edges[e] : nullptr;
        auto& row = table.rows.emplace_back();
        const ServiceGraph::Node &from = graph.nodes[edge.from], &to = graph.nodes[edge.to];
        row = {Cell(from.name), Cell(std::string(nodeKindName(from.kind))), Cell(to.name), Cell(std::string(nodeKindName(to.kind))), Cell(std::string(edgeKindName(edge.kind))), Cell::count(edge.calls),
               rate(graph, edge.calls, more != nullptr ? more->weight : 0), Cell::count(edge.errors), Cell::percent(edge.errorShare()),
               durationOf(edge.timed, edge.p50), durationOf(edge.timed, edge.p95), durationOf(edge.timed, edge.p99),
               durationOf(edge.waits, edge.waitP50), durationOf(edge.waits, edge.waitP95)};
        if (more == nullptr)
            continue;
        for (const Cell& cell : {durationOf(more->gaps, more->gapP50), durationOf(more->gaps, more->gapP95), Cell::count(more->gaps), Cell::percent(details->criticalShare(more->criticalTime)),
                                 more->requests > 0 ? decimal(more->perRequest(), 2) : Cell(), more->requests > 0 ? Cell::count(more->mostOfOne) : Cell(),
                                 Cell::count(more->retries), Cell(failuresText(more->failures))})
            row.push_back(cell);
    }
    table.notes = graphNotes(graph, details);
    return table;
}

Tabular tabulateNodes(const ServiceGraph& graph, const GraphDetails* details) {
    Tabular table;
    table.columns = {{"name", "Name", false}, {"kind", "Kind", false}, {"calls", "Calls", true}, {"calls_per_second", "Rate", true}, {"errors", "Errors", true},
                     {"error_share", "Error share", true}, {"p50_ns", "p50", true}, {"p95_ns", "p95", true}, {"p99_ns", "p99", true}, {"spans", "Spans", true}, {"self_time_ns", "Self time", true}};
    if (details != nullptr)
        for (const Column& column : {Column{"critical_share", "Critical path", true}, Column{"instances", "Instances", true}, Column{"imbalance", "Imbalance", true}, Column{"failures", "Failures", false}})
            table.columns.push_back(column);
    for (size_t n = 0; n < graph.nodes.size(); ++n) {
        const ServiceGraph::Node& node = graph.nodes[n];
        const GraphDetails::Node* more = details != nullptr ? &details->nodes[n] : nullptr;
        auto& row = table.rows.emplace_back();
        row = {Cell(node.name), Cell(std::string(nodeKindName(node.kind))), Cell::count(node.calls), rate(graph, node.calls, more != nullptr ? more->weight : 0), Cell::count(node.errors),
               Cell::percent(node.errorShare()), durationOf(node.timed, node.p50), durationOf(node.timed, node.p95), durationOf(node.timed, node.p99),
               node.spans > 0 ? Cell::count(node.spans) : Cell(), durationOf(node.spans, node.selfTime)};
        if (more == nullptr)
            continue;
        for (const Cell& cell : {Cell::percent(details->criticalShare(more->criticalTime)), more->instanceCount > 0 ? Cell::count(more->instanceCount) : Cell(),
                                 more->imbalance > 0 ? decimal(more->imbalance, 2) : Cell(), Cell(failuresText(more->failures))})
            row.push_back(cell);
    }
    table.notes = graphNotes(graph, details);
    return table;
}

} // namespace aisle
