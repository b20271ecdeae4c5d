#include "selection/focus_matches.h"

#include "service_graph/service_graph.h"

#include <algorithm>
#include <unordered_set>

namespace aisle {

namespace {

/// The same rows as a scope of that one term selects.
std::optional<ScopeTerm> termOf(const Focus& focus) {
    ScopeTerm term;
    term.text = focus.name;
    term.other = focus.other;
    switch (focus.kind) {
    case Focus::Kind::Service: term.kind = ScopeTerm::Kind::Service; return term;
    case Focus::Kind::Edge: term.kind = ScopeTerm::Kind::Edge; return term;
    case Focus::Kind::Case: term.kind = ScopeTerm::Kind::Case; return term;
    default: return std::nullopt;
    }
}

/// The events that filled a stage, of the best attempt of each case.
void addStageEvents(const JourneyState& journey, const std::string& stage, FocusMatches& out) {
    const auto& stages = journey.everything.stages;
    const auto found = std::find_if(stages.begin(), stages.end(), [&](const FunnelStage& s) { return s.name == stage; });
    const auto k = static_cast<size_t>(found - stages.begin());
    const FunnelResult& all = journey.everything;
    for (CaseNumber c = 0; c < all.progress.size() && k < stages.size(); ++c)
        if (const Row row = all.rows[all.at(c, k)]; row != kNoRow)
            out.rows.set(row);
}

void addCallsOfNode(const ServiceGraph& graph, const std::string& name, FocusMatches& out) {
    for (size_t e = 0; e < graph.edges.size(); ++e) {
        if (graph.nodes[graph.edges[e].from].name != name && graph.nodes[graph.edges[e].to].name != name)
            continue;
        for (const auto& pair : graph.pairsOf(e))
            out.rows.set(pair.server != kNoRow ? pair.server : pair.client);
    }
}

} // namespace

FocusMatches matchFocus(const Focus& focus, const traceql::Context& context, const StopToken& stop) {
    const SpanTable& table = *context.table;
    static const JourneyState none;
    const JourneyState& journey = context.journey ? *context.journey : none;
    FocusMatches out;
    out.rows = RowSet(table);
    out.traces = BitSet(table.traceSlots());
    out.services.assign(table.services().size(), false);
    const bool sameTable = journey.table.get() == &table;
    if (focus.kind == Focus::Kind::Stage && sameTable)
        addStageEvents(journey, focus.name, out);
    else if (focus.kind == Focus::Kind::Service && !table.serviceByName(focus.name) && context.graph)
        addCallsOfNode(*context.graph->whole(stop), focus.name, out);
    else if (const auto term = termOf(focus))
        out.rows = evaluate(Scope().with(*term), context, stop).spans;
    if (focus.kind == Focus::Kind::Traces)
        for (const TraceId id : focus.traces)
            if (const auto trace = table.findTrace(id))
                out.traces.set(*trace);
    out.rows.forEach([&](Row row) { out.traces.set(table.trace(row)); });
    out.traceCount = out.traces.count();

    std::unordered_set<uint64_t> operations;
    const auto add = [&](Row row) {
        out.services[table.service(row)] = true;
        operations.insert(uint64_t(table.service(row)) << 32 | table.name(row));
    };
    const auto addTrace = [&](TraceIndex trace) {
        for (const Row row : table.rowsOf(trace))
            if (!table.isHidden(row))
                add(row);
    };
    if (focus.kind == Focus::Kind::Stage || focus.kind == Focus::Kind::Case || focus.kind == Focus::Kind::Traces)
        out.traces.forEach([&](size_t trace) { addTrace(static_cast<TraceIndex>(trace)); });
    else
        out.rows.forEach(add);
    if (focus.kind == Focus::Kind::Trace) {
        if (const auto trace = focus.traceIn(table))
            addTrace(*trace);
    } else if (const Row row = focus.rowIn(table); row != kNoRow) {
        add(row);
    }
    for (const uint64_t operation : operations)
        out.operations.emplace_back(static_cast<uint32_t>(operation >> 32), static_cast<uint32_t>(operation));
    std::sort(out.operations.begin(), out.operations.end());
    if (sameTable)
        for (const StageEvent& event : journey.events)
            if (out.traces[table.trace(event.row)])
                out.stages |= event.stages;
    return out;
}

} // namespace aisle
