#pragma once
// The order flow of a file: a JourneyDefinition whose cases are orders, and what the file says about it.

#include "journey/journey_model.h"

namespace aisle {

/// resources/presets/fulfilment/*.json, in the order in which ties are broken.
std::vector<JourneyDefinition> fulfilmentPresets();

/// The flow of orders with that definition. Without one the preset whose stages most orders reach; else one proposed from the file: the
/// consumer spans and entry requests of the traces of orders behind the front door, in the order of the file. `problem` says in words why
/// there is none and what to do. Of `context` the same is used as by workOutJourney(). Throws StoreError and Stopped. Keep it off the UI
/// thread.
JourneyState workOutFulfilment(const traceql::Context& context, const std::optional<JourneyDefinition>& definition, const StopToken& stop = {});

} // namespace aisle
