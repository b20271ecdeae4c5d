#pragma once
// What `aisle show` says of orders: what the stages of their flow took, how they differ from it, and the orders one by one.

#include "export/tabular.h"
#include "selection/scope.h"
#include "show_options.h"

namespace aisle {

/// The order flow of the options, where they say one, else the one that was chosen in the workspace last, else of the file. Throws std::runtime_error with why there is none, StoreError.
JourneyDefinition orderFlow(const ShowOptions& o, const std::shared_ptr<Workspace>& workspace);
/// Of the views fulfilment and orders; nothing of another. The journey of `context` is orderFlow(). Throws std::runtime_error when there is
/// nothing to compare, StoreError.
std::optional<Tabular> ordersContent(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope);

} // namespace aisle
