#include "selection/focus_matches.h"

#include "paths/case_log.h"
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

std::optional<uint32_t> stageNumber(const JourneyState& journey, const std::string& name) {
    const auto& stages = journey.everything.stages;
    const auto found = std::find_if(stages.begin(), stages.end(), [&](const FunnelStage& stage) { return stage.name == name; });
    return found == stages.end() ? std::nullopt : std::optional(static_cast<uint32_t>(found - stages.begin()));
}

/// The events that filled a stage, of the best attempt of each case. False: there is no such stage.
bool addStageEvents(const JourneyState& journey, const Focus& focus, FocusMatches& out) {
    const auto stage = stageNumber(journey, focus.name);
    if (!stage)
        return false;
    const FunnelResult& all = journey.everything;
    for (CaseNumber c = 0; c < all.progress.size(); ++c)
        if (const Row row = all.rows[all.at(c, *stage)]; row != kNoRow && (!focus.isStopped || all.progress[c].stoppedAt(*stage)))
            out.rows.set(row);
    return true;
}

/// The events at both ends of a step wherever one follows the other directly, as the map of paths counts it. False: there is no such stage.
bool addStepEvents(const traceql::Context& context, const JourneyState& journey, const Focus& focus, FocusMatches& out, const StopToken& stop) {
    const auto from = stageNumber(journey, focus.name), to = stageNumber(journey, focus.other);
    if (!from || !to)
        return false;
    CaseLog log = caseLog(journey, activities(context, journey, {ActivityChoice::Of::Stages, {}, false}, stop), stop);
    leaveOut(log, focus.passing);
    for (size_t c = 0; c < log.cases(); ++c)
        for (uint32_t i = log.first[c] + 1; i < log.first[c + 1]; ++i)
            if (log.activity[i - 1] == *from && log.activity[i] == *to) {
                out.rows.set(log.row[i - 1]);
                out.rows.set(log.row[i]);
            }
    return true;
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

bool isOfManyTraces(const Focus& focus) {
    using enum Focus::Kind;
    return focus.kind == Service || focus.kind == Edge || focus.kind == Stage || focus.kind == Step || focus.kind == Case;
}

FocusMatches matchFocus(const Focus& focus, const traceql::Context& context, const StopToken& stop) {
    const SpanTable& table = *context.table;
    FocusMatches out;
    out.rows = RowSet(table);
    out.traces = BitSet(table.traceSlots());
    out.services.assign(table.services().size(), false);
    const bool isOfStages = focus.kind == Focus::Kind::Stage || focus.kind == Focus::Kind::Step;
    if (isOfStages) {
        for (const auto& flow : {context.journey, context.other})
            if (flow && flow->table.get() == &table && (focus.kind == Focus::Kind::Step ? addStepEvents(context, *flow, focus, out, stop) : addStageEvents(*flow, focus, out)))
                break;
    } else if (focus.kind == Focus::Kind::Service && !table.serviceByName(focus.name) && context.graph) {
        addCallsOfNode(*context.graph->whole(stop), focus.name, out);
    } else if (const auto term = termOf(focus)) {
        out.rows = evaluate(Scope().with(*term), context, stop).spans;
    }
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
    if (isOfStages || focus.kind == Focus::Kind::Case || focus.kind == Focus::Kind::Traces)
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
    const auto stagesOf = [&](const std::shared_ptr<const JourneyState>& flow) {
        uint32_t stages = 0;
        if (flow && flow->table.get() == &table)
            for (const StageEvent& event : flow->events)
                if (out.traces[table.trace(event.row)])
                    stages |= event.stages;
        return stages;
    };
    out.stages = stagesOf(context.journey);
    out.otherStages = stagesOf(context.other);
    return out;
}

} // namespace aisle
