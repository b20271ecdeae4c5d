#pragma once
// Cases as a scope.

#include "journey/case_filter.h"
#include "query/context.h"
#include "selection/scope.h"

#include <span>

namespace aisle {

inline constexpr size_t kMostCasesNamed = 100; ///< in a query, one by one

/// Names the cases one by one.
Scope scopeNaming(const JourneyState& state, std::span<const CaseNumber> cases);

/// What may select the cases of `base` that pass the filter; empty: nothing that is known.
std::vector<Scope> scopesFor(const JourneyState& state, const Scope& base, const CaseFilter& filter);

/// A scope whose cases (casesInScope()) are exactly these: the first of `candidates` of which that is true, else, of at most
/// kMostCasesNamed, one that names them. Nothing: no query says which they are. Throws StoreError and Stopped.
std::optional<Scope> scopeOfCases(const traceql::Context& context, const JourneyState& state, std::span<const CaseNumber> cases, std::span<const Scope> candidates, const StopToken& stop = {});

} // namespace aisle
