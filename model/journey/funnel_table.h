#pragma once
// The funnel as a table, for the command line and for copying.

#include "journey/journey_model.h"
#include "export/tabular.h"

namespace aisle {

Tabular tabulateFunnel(const JourneyState& state, const FunnelResult& funnel);

/// What a case is, when it is over, and which are left out, in sentences.
std::vector<std::string> caseNotes(const JourneyState& state);
/// What was counted, in sentences: the key, the idle limit, what was left out.
std::vector<std::string> funnelNotes(const JourneyState& state, const FunnelResult& funnel);

} // namespace aisle
