#pragma once
// `aisle show drop-off`: why customers stopped at a stage.

#include "journey/drop_off.h"
#include "selection/scope.h"

namespace aisle {

/// The number of the stage of that name, or that is written so but for the case of letters. Throws std::runtime_error with those there are.
size_t stageNamed(const std::string& name, const FunnelResult& funnel);

/// At the stage of that name; of an empty one, where most stopped. Throws std::runtime_error with what is wrong.
DropOff dropOffOf(const std::string& stage, const traceql::Context& context, const ScopeResult& scope);

/// The same for people: a paragraph for each cause, and for the first few of what may be chance; its values are redacted.
std::string dropOffDocument(const std::string& stage, const traceql::Context& context, const ScopeResult& scope, const Redactor& redactor);

} // namespace aisle
