#pragma once
// A journey proposed from what customers of a file asked for, where none of the presets fits: the requests at the front door, by words that
// shops use for their stages (resources/presets/stage_words.json); without two of these the most frequent requests, in the order in which
// cases came to them.

#include "journey/journey_model.h"

namespace aisle {

/// Of `state` cases and which of them are counted are used. Nothing: the file has no two requests that cases share. Throws StoreError and
/// Stopped. Keep it off the UI thread.
std::optional<JourneyDefinition> proposeJourney(const traceql::Context& context, const JourneyState& state, const StopToken& stop = {});
/// The same of what services asked each other for an order (resources/presets/order_words.json), in the order in which cases came to it: of
/// cases that are known by their orders alone. Nothing: there are no two such stages.
std::optional<JourneyDefinition> proposeOrderJourney(const traceql::Context& context, const JourneyState& state, const StopToken& stop = {});

/// As it was proposed, with whatever cases: nobody has given it a name.
bool isProposal(const JourneyDefinition& journey);
void nameAsProposal(JourneyDefinition& journey);

/// The stage that a request is of, by the last word in its name that is one of theirs: "GET /cart/checkout" is Checkout. Empty: none.
std::string stageByWords(std::string_view request);
/// The same of a request for an order, by the word whose stage is the last: "ShippingService/ShipOrder" is Shipping.
std::string orderStageByWords(std::string_view request);

} // namespace aisle
