#include "show_graph.h"

#include "export/export.h"
#include "selection/scope.h"
#include "service_graph/graph_details.h"
#include "service_graph/graph_tables.h"
#include "show_trace.h"

#include <optional>
#include <stdexcept>

namespace aisle {

namespace {

/// The traces whose calls are shown; nothing: all.
std::optional<BitSet> tracesOfGraph(const ShowOptions& o, const SpanTable& table, const ScopeResult& scope) {
    if (o.trace.empty())
        return scope.everything ? std::nullopt : std::optional(scope.traces);
    BitSet one(table.traceSlots());
    one.set(chooseTrace(o, table, scope));
    return one;
}

} // namespace

void requireSides(const GraphDifference& found) {
    if (found.tracesAfter == 0 || found.tracesBefore == 0)
        throw std::runtime_error(found.tracesAfter == 0 ? "Nothing is selected." : "There is nothing to compare with.");
}

Tabular graphTable(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope) {
    if (!o.baseline.empty()) {
        const GraphDifference found = graphDifference(context, scope, o.baselineScope);
        requireSides(found);
        return tabulate(found);
    }
    const std::optional<BitSet> traces = tracesOfGraph(o, *context.table, scope);
    const BitSet* only = traces ? &*traces : nullptr;
    const ServiceGraphPtr graph = context.graph->ofTraces(only, {});
    const auto details = graphDetails(context, graph, only);
    Tabular out = o.by == "node" ? tabulateNodes(*graph, details.get()) : tabulateEdges(*graph, details.get());
    if (graph->traces == 0)
        out.notes.emplace_back("Nothing is selected.");
    return out;
}

std::string graphDocument(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope, GraphFormat format) {
    const Export exporter(o.redactor);
    const std::optional<BitSet> traces = tracesOfGraph(o, *context.table, scope);
    const BitSet* only = traces ? &*traces : nullptr;
    const ServiceGraphPtr graph = context.graph->ofTraces(only, {});
    std::shared_ptr<const GraphDetails> details;
    if (hasDetails(format))
        details = graphDetails(context, graph, only);
    return graphText(*graph, details.get(), format, exporter.redactor());
}

} // namespace aisle
