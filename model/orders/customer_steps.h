#pragma once
// Which stages of an order flow are acts of the customer, and which orders wait for one: a checkout whose customer never paid waits for nobody
// in the shop.
//
// The front door are the services where requests come in (SERVER, or without a kind) in whose traces the first stage was visited. A visit is an
// act of the customer if it is part of such a request, not of a message, and is its order's first in that trace: what the shop charges on the way
// is not. A stage is one if most of its visits are, of which those in one trace count once: what it is called does not matter. A carrier that calls the shop comes in by another service.
//
// Of a gateway in front of everything the service behind it counts as well: a door is the outermost service with the first other one below it
// down to the visit. What the outermost service visits itself has none, and then whatever is behind it will do. Limit: where the first stage is
// seen behind a gateway or front end, as a request that another service serves, what these have served by a third one counts as no act: what a
// carrier calls comes that way, too, and nothing tells them apart.

#include "orders/fulfilment_log.h"

#include <vector>

namespace aisle {

/// By stage; of stages without visits false. O(visits). Throws Stopped.
std::vector<bool> stagesOfCustomer(const SpanTable& table, const FulfilmentLog& log, const StopToken& stop = {});

/// The stage that an order, under way or stuck, waits for the customer to go on to: the next one that is not optional, after a visit that did
/// not fail. kNoStage: it waits for something else.
uint32_t awaitedOfCustomer(const FulfilmentLog& log, CaseNumber order);

} // namespace aisle
