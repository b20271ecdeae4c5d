#pragma once
// What a scope or a query of the command line is asked of, with all that its terms need.

#include "selection/scope.h"

namespace aisle {

struct EvaluatedScope {
    traceql::Context context; ///< the journey is worked out only when a term or `withJourney` asks for it
    ScopeResult result;
};
/// Problems of the scope go to stderr.
EvaluatedScope evaluateScope(const std::shared_ptr<Workspace>& workspace, const Scope& scope, bool withJourney = false);

traceql::Context contextOf(const std::shared_ptr<Workspace>& workspace, bool withJourney);
void sayProblems(const std::vector<std::string>& problems);

} // namespace aisle
