#pragma once
// Cases and funnel of a workspace with a journey.

#include "cases/case_source.h"
#include "journey/funnel.h"

#include <memory>
#include <optional>

namespace aisle {

namespace traceql {
struct Context;
}
struct ScopeResult;
struct FulfilmentLog;

struct JourneyState {
    std::optional<JourneyDefinition> definition; ///< nothing: no preset fits this file
    std::shared_ptr<const CaseIndex> index = std::make_shared<CaseIndex>(); ///< never null
    std::vector<StageEvent> events; ///< in row order
    std::vector<StageEvent> failed; ///< what tried to come to a stage in vain (failedEvents()), in row order; of no funnel
    std::vector<bool> counted;  ///< by CaseNumber: false for bots and synthetic traffic, unless the journey wants them
    FunnelResult everything;    ///< over all counted cases
    std::vector<std::string> problems; ///< conditions that nothing in the file can match, in words
    std::vector<std::string> unreached; ///< what is odd about who came to the stages, in words (journey/unreached.h)
    std::string problem;        ///< why there is no funnel, in words, and what to do
    SpanTablePtr table;         ///< what it was worked out from
    std::shared_ptr<const FulfilmentLog> orders; ///< where the cases are orders and the journey is their flow, what happened to each (followOrders()); null: they are cases

    const CaseIndex& cases() const { return *index; }
};

/// With no definition the journey that fits best: the preset of which cases reach most stages. Where they reach but one: a preset without the
/// stages that none of these cases has, what proposeJourney() finds, or proposeOrderJourney(), whichever they come furthest on. Of `context`
/// table, attributes, cases and the cache are used. With the cases known, 100,000 of them in 5 M spans take some 50 ms. Throws StoreError and
/// Stopped. Keep it off the UI thread.
JourneyState workOutJourney(const traceql::Context& context, const std::optional<JourneyDefinition>& definition, const StopToken& stop = {});

/// The journey by another notion of a case (its id, or the name of an attribute, or a notion that nobody has kept). `present` with such cases;
/// but where nobody made these stages (a preset, a proposal) and such cases reach fewer than two of them, the one that fits them best, if
/// one does. Of `context` the same is used. Throws as above.
JourneyDefinition journeyByCases(const traceql::Context& context, const std::optional<JourneyDefinition>& present, const std::string& caseKey, const std::optional<CaseKey>& ownCase,
                                 const StopToken& stop = {});

/// Cases of bots and synthetic traffic, counted or not.
uint64_t syntheticCases(const JourneyState& state);
/// By CaseNumber: the counted cases that hold a trace of the scope.
std::vector<bool> casesInScope(const JourneyState& state, const ScopeResult& scope);
/// The funnel over casesInScope().
FunnelResult funnelInScope(const JourneyState& state, const ScopeResult& scope, const StopToken& stop = {});

} // namespace aisle
