#pragma once
// Why a funnel by one kind of case shows nothing of what spans of another kind did.

#include "journey/journey_model.h"

namespace aisle {

/// For each stage that no case reached although spans match it, a sentence that says why and what to choose instead: "15 spans match Place
/// order, but none of their traces has a session.id; they have app.user.id: choose users as cases." Reads what traces say in the keys of
/// the presets. Throws StoreError and Stopped. Keep it off the UI thread.
std::vector<std::string> unreachedNotes(const JourneyState& state, CaseSource& cases, const StopToken& stop = {});

} // namespace aisle
