#pragma once
// The order flow of a file ("fulfilment"): a JourneyDefinition whose cases are orders, and what the file says about it. Presets are in
// resources/presets/fulfilment, of the same form as journeys; a shop's own are files, or kept in the workspace like other journeys.

#include "journey/journey_model.h"

namespace aisle {

inline constexpr std::string_view kOrderCase = "order"; ///< CaseKey::id of an order

/// In the order in which ties are broken.
std::vector<JourneyDefinition> fulfilmentPresets();

/// The flow of orders with that definition. Without one the preset whose stages most orders reach; where they reach fewer than two, one that
/// is proposed from the file: what orders begin with, then the consumer spans of their traces (where there are fewer than two, the requests
/// behind the front door), in the order of the file. Where nothing says an order, the user or session that comes furthest in a preset stands
/// for it, and fulfilmentNotes() says so. `problem` says in words why there is none and what to do; where the file has no such cases there are
/// none in the state either: the sessions that a CaseSource gives in their place are no orders. Of `context` the same is used as by
/// workOutJourney(). followOrders() is done. Throws StoreError and Stopped. Keep it off the UI thread.
JourneyState workOutFulfilment(const traceql::Context& context, const std::optional<JourneyDefinition>& definition, const StopToken& stop = {});

/// The same without a definition, where an order is that notion of a case: its id, or the name of an attribute, or one that nobody has kept.
JourneyState workOutFulfilmentBy(const traceql::Context& context, const std::string& caseKey, const std::optional<CaseKey>& ownCase, const StopToken& stop = {});

/// What happened to the orders of a state (JourneyState::orders), and which of them are open. Of sessions that is a matter of one silence for all
/// (mayGoOn() of journey/causal_start.h); orders wait half an hour for a card and a day for a carrier, and by one silence those that are under
/// way would count as stopped. So an order is open while it is OrderState::UnderWay; one that is stuck or failed has stopped, so that what it met
/// with counts. It is said in the funnel's own CaseProgress and counts, which everything that is
/// worked out from a journey reads (funnels, breakdowns, maps, variants, scopes, details): there is no other word for open to keep in step. A
/// visit with an error, or set aside in a dead-letter queue, has failed, as in the FulfilmentLog, whatever the condition of its stage says: by it no order has come there. An
/// order without visits is at no stage, and stays as it was. One that is done and skipped a stage still is, in the funnel, where it came to in order.
/// Without a definition nothing. Of `context` the cases are used. O(events, sorted). Throws Stopped. Keep it off the UI thread.
void followOrders(JourneyState& state, const traceql::Context& context, const StopToken& stop = {});

/// A flow that is proposed from the file as above, for the orders of `state`: its definition says what they are, and `counted` which of them
/// count. Nothing: it has no definition, or there are no two steps that they share. Throws as above.
std::optional<JourneyDefinition> proposeOrderFlow(const traceql::Context& context, const JourneyState& state, const StopToken& stop = {});

} // namespace aisle
