#pragma once
// What `aisle show` says of the funnel: as a whole, by a field, beside another scope, over time.

#include "export/tabular.h"
#include "selection/scope.h"
#include "show_options.h"

namespace aisle {

struct NamedJourney {
    JourneyDefinition definition;
    bool isOrderFlow = false; ///< its cases are orders
};
/// What --journey says: a journey or an order flow that is kept in the workspace or a preset, by name or id, else "fulfilment", the order
/// flow of the file, else a file. `ofOrders`: of one name the flow goes before the journey, and a file is of a flow. Throws std::runtime_error.
NamedJourney journeyNamed(const std::shared_ptr<Workspace>& workspace, const std::string& text, bool ofOrders);
bool isOfJourney(std::string_view view); ///< of the cases of a journey
/// Nothing of another view. Throws std::runtime_error with why there is no funnel, StoreError.
std::optional<Tabular> funnelContent(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope);

} // namespace aisle
