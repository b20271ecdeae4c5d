#pragma once
// What `aisle show` says of cases: all of a scope, one event by event, and what a case could be.

#include "export/tabular.h"
#include "selection/scope.h"
#include "show_options.h"

namespace aisle {

/// The journey with cases by that notion or attribute; without one the journey that would be chosen. Throws std::runtime_error when the
/// file has none of it, StoreError.
JourneyDefinition journeyByCase(const std::shared_ptr<Workspace>& workspace, const std::optional<JourneyDefinition>& journey, const std::string& key);
/// Of the views cases, case and case-keys; nothing of another. The journey of `context` is worked out, but for case-keys. Throws
/// std::runtime_error when there is no such case, StoreError.
std::optional<Tabular> casesContent(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope);

} // namespace aisle
