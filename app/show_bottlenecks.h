#pragma once
// `aisle show bottlenecks`: where orders lose time.

#include "export/tabular.h"
#include "selection/scope.h"
#include "show_options.h"

namespace aisle {

/// Throws std::runtime_error with why there are no orders, and what to do. Scope and options are those of the command.
/// `forPeople`: without the columns that each sentence has in words.
Tabular bottlenecksTable(const traceql::Context& context, const ScopeResult& scope, bool forPeople);
/// As sentences: a paragraph for each, with an example.
std::string bottlenecksDocument(const traceql::Context& context, const ScopeResult& scope);

} // namespace aisle
