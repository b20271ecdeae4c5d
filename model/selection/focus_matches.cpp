#include "selection/focus_matches.h"

#include <algorithm>

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
    for (const CaseProgress& progress : journey.everything.progress)
        if (k < progress.events.size())
            out.rows.set(progress.events[k]);
}

} // namespace

FocusMatches matchFocus(const SpanTable& table, const Focus& focus, const JourneyState& journey,
                        const ScopeContext& context, const StopToken& stop) {
    FocusMatches out;
    out.rows = RowSet(table);
    out.traces = BitSet(table.traceSlots());
    out.services.assign(table.services().size(), false);
    const bool sameTable = journey.table.get() == &table;
    if (focus.kind == Focus::Kind::Stage && sameTable)
        addStageEvents(journey, focus.name, out);
    else if (const auto term = termOf(focus))
        out.rows = evaluate(table, Scope().with(*term), context, stop).spans;
    out.rows.forEach([&](Row row) { out.traces.set(table.trace(row)); });
    out.traceCount = out.traces.count();

    const bool wholeTraces = focus.kind == Focus::Kind::Stage || focus.kind == Focus::Kind::Case;
    if (wholeTraces) {
        out.traces.forEach([&](size_t trace) {
            for (const Row row : table.rowsOf(static_cast<TraceIndex>(trace)))
                if (!table.isHidden(row))
                    out.services[table.service(row)] = true;
        });
    } else {
        out.rows.forEach([&](Row row) { out.services[table.service(row)] = true; });
    }
    if (sameTable)
        for (const StageEvent& event : journey.events)
            if (out.traces[table.trace(event.row)])
                out.stages |= event.stages;
    return out;
}

} // namespace aisle
