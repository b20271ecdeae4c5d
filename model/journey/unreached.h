#pragma once
// What is odd about who came to the stages: why nobody did, a typing error or another kind of case; or that nothing succeeded there.

#include "journey/journey_model.h"

namespace aisle {

/// For each stage that no case reached, a sentence: all attempts at it failed (JourneyState::failed), no span matches it (then also what nothing here can match, JourneyState::problems); or why
/// spans that match it are of no use, and what to choose instead: "15 spans match Place order, but none of their traces has a session.id; they
/// have app.user.id: choose users as cases." Then how many came to the last one by failures alone, which count as converted like any other. Reads what traces say in the keys of the presets. Throws StoreError and Stopped. Keep it off
/// the UI thread.
std::vector<std::string> unreachedNotes(const JourneyState& state, CaseSource& cases, const StopToken& stop = {});

} // namespace aisle
