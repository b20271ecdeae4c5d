#pragma once
// The funnel as a table, for the command line and for copying.

#include "journey/never_began.h"
#include "export/tabular.h"
#include "selection/scope.h"

namespace aisle {

/// `never`: of the same cases, what those did that never began; null: that is not known yet.
Tabular tabulateFunnel(const JourneyState& state, const FunnelResult& funnel, const NeverBegan* never = nullptr);

/// What a case is, when it is over, and which are left out, in sentences.
std::vector<std::string> caseNotes(const JourneyState& state);
/// What was counted, in sentences: the key, the idle limit, what was left out.
std::vector<std::string> funnelNotes(const JourneyState& state, const FunnelResult& funnel, const NeverBegan* never = nullptr);
/// What a range of time does to the cases of a scope, in a sentence; empty: it has none.
std::string timeNote(const Scope& scope, const CaseKey& key);

} // namespace aisle
