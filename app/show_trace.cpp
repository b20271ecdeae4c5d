#include "show_trace.h"

#include "analysis/clock_skew.h"
#include "analysis/flame_graph.h"
#include "analysis/trace_compare.h"
#include "analysis/trace_statistics.h"
#include "analysis/waterfall.h"
#include "export/export.h"
#include "selection/scope.h"
#include "service_graph/sequence_diagram.h"
#include "text/format.h"
#include "trace/shown_trace.h"

#include <memory>
#include <span>
#include <stdexcept>

namespace aisle {

namespace {

Tabular comparison(const ShowOptions& o, const SpanTable& table, const ScopeResult& scope) {
    const TraceIndex trace = chooseTrace(o, table, scope);
    const TraceIndex with = o.with.empty() ? usualTrace(table, &scope.traces, trace).trace : traceNamed(table, o.with);
    if (with == kNoTrace)
        throw std::runtime_error("No other trace of this scope begins with the same operation; name one by --with.");
    const Waterfall before = waterfall(table, with), after = waterfall(table, trace);
    return tabulate(table, before, after, compareTraces(table, before, after));
}

/// Groups of the spans of a trace, by what --by says.
Grouping grouping(const ShowOptions& o, const Workspace& workspace, const Waterfall& tree) {
    const SpanTable& table = *workspace.table();
    if (o.by == "service")
        return groupByService(table, tree);
    if (o.by.empty() || o.by == "operation")
        return groupByOperation(table, tree);
    const auto db = workspace.connect();
    const TraceAttributes attributes = TraceAttributes::read(*db, table, tree.traces, {});
    TraceAttributes::Reader others(*db, attributes);
    return groupByAttribute(tree, attributes, &others, o.by);
}

/// The table with the clocks that are asked for, and what there is to say about them.
struct Clocks {
    SpanTablePtr table;
    std::string note;
};
Clocks clocksOf(const ShowOptions& o, const SpanTablePtr& table, std::span<const TraceIndex> traces) {
    const ClockSkew skew = ClockSkew::measure(*table);
    const auto shifts = std::make_shared<const std::vector<int64_t>>(skew.shifts(0.5));
    const ClockFindings found = clockFindings(*table, skew, traces, *shifts);
    if (found.differing.empty() && found.drifting.empty())
        return {table, {}};
    const std::string pairs = counted(found.differing.size() + found.drifting.size(), "pair of hosts differ", "pairs of hosts differ");
    if (o.adjustClocks)
        return {table->withClocks(shifts, traces), "The clocks of " + pairs + ": times of " + counted(found.spans, "span is", "spans are") + " shifted, so that calls lie within their callers."};
    return {table, "The clocks of " + pairs + ": " + counted(found.calls, "call lies", "calls lie") + " outside callers. --adjust-clocks shows them within, as far as one shift a host does."};
}

Tabular tableOfTrace(const ShowOptions& o, const Workspace& workspace, GraphSource& graph, const SpanTable& table, std::span<const TraceIndex> traces) {
    const Waterfall tree = waterfall(table, traces);
    if (o.view == "sequence")
        return tabulate(sequenceDiagram(table, tree, *graph.calls({})));
    if (o.view == "waterfall" || o.view == "lanes" || o.view == "spans")
        return tabulate(table, tree);
    const CriticalPath path = criticalPath(table, tree);
    if (o.view == kCriticalPath)
        return tabulate(table, tree, path);
    if (o.view == "flame")
        return tabulate(table, flameGraph(table, tree, path));
    const Grouping groups = grouping(o, workspace, tree);
    const auto statistics = traceStatistics(table, tree, path, groups);
    if (statistics.empty())
        throw std::runtime_error("No span of this trace has the attribute " + o.by + ".");
    return tabulate(table, tree, path, groups, statistics);
}

} // namespace

TraceIndex traceNamed(const SpanTable& table, const std::string& wanted) {
    const auto found = table.findTrace(traceIdFromHex(wanted).value_or(traceIdFromText(wanted)));
    if (!found || table.summary(*found).spans == 0) // of a file that was removed
        throw std::runtime_error("No trace has the id " + wanted + ".");
    return *found;
}

TraceIndex chooseTrace(const ShowOptions& o, const SpanTable& table, const ScopeResult& scope) {
    if (!o.trace.empty()) {
        const TraceIndex trace = traceNamed(table, o.trace);
        if (o.view != kCompare && !scope.traces[trace]) // there the scope is of what is usual, and may well leave out what is not
            throw std::runtime_error("The trace " + o.trace + " is not in the scope of --select.");
        return trace;
    }
    TraceIndex slowest = kNoTrace;
    scope.traces.forEach([&](size_t i) {
        const auto t = static_cast<TraceIndex>(i);
        if (slowest == kNoTrace || table.summary(t).duration > table.summary(slowest).duration)
            slowest = t;
    });
    if (slowest == kNoTrace)
        throw std::runtime_error("No trace is in this scope.");
    return slowest;
}

std::vector<TraceIndex> chooseTraces(const ShowOptions& o, const SpanTable& table, const ScopeResult& scope) {
    if (!o.all)
        return {chooseTrace(o, table, scope)};
    std::vector<TraceIndex> traces;
    scope.traces.forEach([&](size_t i) { traces.push_back(static_cast<TraceIndex>(i)); });
    if (traces.size() > ShownTrace::kMostTraces)
        throw std::runtime_error("The scope holds " + formatCount(traces.size()) + " traces; at most " + formatCount(ShownTrace::kMostTraces) +
                                 " are shown on one timeline. Narrow it by --select.");
    if (traces.empty())
        throw std::runtime_error("No trace is in this scope.");
    return traces;
}

std::optional<Tabular> contentOfTrace(const ShowOptions& o, const Workspace& workspace, GraphSource& graph, const ScopeResult& scope) {
    if (!isOfOneTrace(o.view))
        return std::nullopt;
    if (o.view == kCompare)
        return comparison(o, *workspace.table(), scope);
    const std::vector<TraceIndex> traces = chooseTraces(o, *workspace.table(), scope);
    const auto clocks = clocksOf(o, workspace.table(), traces);
    Tabular out = tableOfTrace(o, workspace, graph, *clocks.table, traces);
    if (!clocks.note.empty())
        out.notes.push_back(clocks.note);
    return out;
}

std::string sequenceDocument(const ShowOptions& o, const Workspace& workspace, GraphSource& graph, const ScopeResult& scope) {
    const Export exporter(o.redactor);
    const std::vector<TraceIndex> traces = chooseTraces(o, *workspace.table(), scope);
    const auto clocks = clocksOf(o, workspace.table(), traces);
    const SequenceDiagram diagram = sequenceDiagram(*clocks.table, waterfall(*clocks.table, traces), *graph.calls({}));
    return mermaidSequence(diagram, exporter.redactor()) + (clocks.note.empty() ? "" : "    %% " + clocks.note + "\n");
}

} // namespace aisle
