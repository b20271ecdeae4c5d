#pragma once
// Which spans, traces, services and stages the focus is about: what other views highlight and scroll to.

#include "journey/journey_model.h"
#include "selection/selection_model.h"

namespace aisle {

struct FocusMatches {
    RowSet rows;   ///< spans of the focus: of the service, of the calls, the events of the stage (of those who stopped there alone, if it is about them), at both ends of the step, of the case
    BitSet traces; ///< that hold one of them
    uint64_t traceCount = 0;
    std::vector<bool> services; ///< by service index: occur in these traces (Trace, Stage, Case) or in these rows
    std::vector<std::pair<uint32_t, uint32_t>> operations; ///< the same by service index and name, sorted
    uint32_t stages = 0;        ///< bit k: one of these traces holds an event of stage k of the journey
    uint32_t otherStages = 0;   ///< the same of the other journey (Context::other)
};

/// Whether it is on what has rows in many traces, so that in one of them some are of it and others are not.
bool isOfManyTraces(const Focus& focus);

/// Of a focus on a service, an edge, a stage, a step or a case; of several traces the traces, services and operations; of a trace or span
/// only services and operations (the focus itself says the rest). A service that the table does not have is a node of the service graph without spans of its own (a
/// database, queue or the user), and its rows are the calls to and from it. The graph of the context
/// is worked out for that and for an edge. O(spans), of a step O(events, sorted); keep it off the UI thread.
FocusMatches matchFocus(const Focus& focus, const traceql::Context& context, const StopToken& stop = {});

} // namespace aisle
