#pragma once
// The orders of a scope one by one: how far each came, for how long it has been silent there, what it took and where it was late.

#include "export/tabular.h"
#include "orders/fulfilment_log.h"

#include <optional>
#include <string_view>

namespace aisle {

/// For how long an order has been silent: "<1 s" of one that the file ends with, else as other durations.
std::string silentText(int64_t ns);
std::string_view orderStateName(OrderState state); ///< "done", "under way", "stuck", "failed"

struct OrderFilter {
    std::optional<OrderState> state; ///< nothing: all
    bool late = false;               ///< only those that are late against the whole target or that of a stage
};

/// O(visits of it)
bool passes(const FulfilmentLog& log, CaseNumber order, const OrderFilter& filter);
/// Those of `only` (see casesInScope()) with visits that pass, by start. O(orders * visits of one). Throws Stopped.
std::vector<CaseNumber> listOrders(const JourneyState& state, const FulfilmentLog& log, const std::vector<bool>& only, const OrderFilter& filter = {}, const StopToken& stop = {});
/// Also orders without visits, of which little is known. Throws Stopped.
Tabular tabulateOrders(const JourneyState& state, const FulfilmentLog& log, const std::vector<CaseNumber>& orders, bool utc, const StopToken& stop = {});

} // namespace aisle
