#pragma once
// The funnel as a table, for the command line and for copying.

#include "journey/never_began.h"
#include "export/tabular.h"
#include "selection/scope.h"

namespace aisle {

/// With funnelNotes().
Tabular tabulateFunnel(const JourneyState& state, const FunnelResult& funnel, const NeverBegan* never = nullptr, const Scope& scope = {});

/// What a case is, when it is over, and which are left out, in sentences.
std::vector<std::string> caseNotes(const JourneyState& state);
/// What a range of time does to the cases of a scope, in a sentence; empty: it has none. funnelNotes() say it, too.
std::string timeNote(const Scope& scope, const CaseKey& key);
/// What was counted, in sentences: the key, what a range of time in the scope does to the cases of it, the idle limit, what was left out.
/// `never`: of the same cases, what those did that never began; null: that is not known yet. `scope`: that the cases of `funnel` are of.
std::vector<std::string> funnelNotes(const JourneyState& state, const FunnelResult& funnel, const NeverBegan* never = nullptr, const Scope& scope = {});

} // namespace aisle
