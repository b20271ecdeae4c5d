#pragma once
// Cases as a scope, and a scope in words where it names cases.

#include "export/export.h"
#include "journey/case_filter.h"
#include "query/context.h"
#include "selection/scope.h"

#include <span>
#include <string>
#include <vector>

namespace aisle {

inline constexpr size_t kMostCasesNamed = 100; ///< in a query, one by one

/// Names the cases one by one.
Scope scopeNaming(const JourneyState& state, std::span<const CaseNumber> cases);

/// What may select the cases of `base` that pass the filter; empty: nothing that is known.
std::vector<Scope> scopesFor(const JourneyState& state, const Scope& base, const CaseFilter& filter);

/// A scope whose cases (casesInScope()) are exactly these: the first of `candidates` of which that is true, else, of at most
/// kMostCasesNamed, one that names them. Nothing: no query says which they are. Throws StoreError and Stopped.
std::optional<Scope> scopeOfCases(const traceql::Context& context, const JourneyState& state, std::span<const CaseNumber> cases, std::span<const Scope> candidates, const StopToken& stop = {});

/// A scope as people read it: each term in its words, but what names several cases as how many they are and what they have in common,
/// "12 sessions that stopped at Checkout".
struct ScopePart {
    std::string words;
    std::string query;         ///< TraceQL of several cases; empty: the words are those of one term
    std::vector<size_t> terms; ///< of the scope
};
/// Up to so many cases that are terms of their own are parts of their own.
inline constexpr size_t kMostCasesShown = 3;
std::vector<ScopePart> scopeParts(const Scope& scope, const JourneyState& state, TimeZone zone = {});
/// All parts; "everything" without any.
std::string toWords(const Scope& scope, const JourneyState& state, TimeZone zone = {});

/// TraceQL, or a part of it, as it may leave: a value that aisle:case is compared with is one of the attribute that cases are by, which the
/// query does not say; everything else the redactor finds. Linear.
std::string redactedQuery(std::string_view query, const JourneyState& state, const Redactor& redactor);
/// The bytes [begin, end) of it as they may leave: what a literal is compared with may not be among them, so that of one which is masked the whole
/// stands for any part; where more than literals is masked, the whole query does. Linear.
std::string redactedPart(std::string_view query, size_t begin, size_t end, const JourneyState& state, const Redactor& redactor);

} // namespace aisle
