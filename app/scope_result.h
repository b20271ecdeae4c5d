#pragma once
// What a scope or a query of the command line is asked of, with all that its terms need.

#include "selection/scope.h"

#include <optional>

namespace aisle {

struct EvaluatedScope {
    traceql::Context context; ///< the journey is worked out only when a term or `withJourney` asks for it
    ScopeResult result;
};
/// Problems of the scope go to stderr.
EvaluatedScope evaluateScope(const std::shared_ptr<Workspace>& workspace, const Scope& scope, bool withJourney = false, const std::optional<JourneyDefinition>& journey = std::nullopt, bool isOrderFlow = false);

/// `journey`: instead of the preset that fits best. `isOrderFlow`: its cases are orders (followOrders()).
traceql::Context contextOf(const std::shared_ptr<Workspace>& workspace, bool withJourney, const std::optional<JourneyDefinition>& journey = std::nullopt, bool isOrderFlow = false);
/// The scope that an option ("--select") says; of an empty text everything. Nothing when it says none: why is on stderr then.
std::optional<Scope> scopeOfOption(const char* option, const std::string& text);
/// Characters before a byte of a text, as people count them.
size_t charactersBefore(std::string_view text, size_t byte);
void sayProblems(const std::vector<std::string>& problems);

} // namespace aisle
