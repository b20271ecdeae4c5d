#pragma once
// What a scope of the command line selects in a workspace, with all that its terms need.

#include "analysis/graph_source.h"
#include "cases/journey_model.h"
#include "selection/scope.h"
#include "store/workspace.h"

namespace aisle {

struct EvaluatedScope {
    ScopeResult result;
    JourneyState journey; ///< worked out only when a term or `withJourney` asks for it
};
/// Problems of the scope go to stderr.
EvaluatedScope evaluateScope(Workspace& workspace, const Scope& scope, GraphSource& graph, bool withJourney = false);

} // namespace aisle
