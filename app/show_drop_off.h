#pragma once
// `aisle show drop-off`: why customers stopped at a stage.

#include "journey/drop_off.h"
#include "selection/scope.h"

namespace aisle {

/// At the stage of that name; of an empty one, where most stopped. Throws std::runtime_error with what is wrong.
DropOff dropOffOf(const std::string& stage, const traceql::Context& context, const ScopeResult& scope);

/// The same for people: a paragraph for each cause, and for the first few of what may be chance.
std::string dropOffDocument(const std::string& stage, const traceql::Context& context, const ScopeResult& scope);

} // namespace aisle
