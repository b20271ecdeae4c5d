#pragma once
// What `aisle show` says of the funnel: as a whole, by a field, beside another scope, over time.

#include "export/tabular.h"
#include "selection/scope.h"
#include "show_options.h"

namespace aisle {

/// What --journey says: a file, else a journey that is kept in the workspace, by name, or a preset, by name or id. Throws std::runtime_error.
JourneyDefinition journeyNamed(Database& db, const std::string& text);
bool isOfJourney(std::string_view view); ///< of the cases of a journey
/// Nothing of another view. Throws std::runtime_error with why there is no funnel, StoreError.
std::optional<Tabular> funnelContent(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope);

} // namespace aisle
