#pragma once
// Cases and funnel of a workspace, worked out together because they share one pass over the attributes.

#include "cases/case_index.h"
#include "cases/journey.h"

namespace aisle {

struct ScopeResult;

struct JourneyState {
    std::optional<JourneyDefinition> definition; ///< nothing: no preset fits this file
    CaseIndex cases;
    std::vector<StageEvent> events;
    std::vector<bool> people; ///< by CaseNumber: false for bots and synthetic traffic, which no funnel counts
    FunnelResult everything;  ///< over all cases of people
    std::string problem;     ///< why there is no funnel, in words, and what to do
    SpanTablePtr table;      ///< what it was worked out from
};

/// With no definition: the preset of which most stages occur in the file.
JourneyState workOutJourney(Database& db, SpanTablePtr table, const std::optional<JourneyDefinition>& definition,
                            const StopToken& stop = {});

/// The funnel over the cases that hold a trace of the scope.
FunnelResult funnelInScope(const JourneyState& state, const ScopeResult& scope, const StopToken& stop = {});

} // namespace aisle
