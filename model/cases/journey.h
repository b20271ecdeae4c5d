#pragma once
// A customer journey: named stages that a case goes through, and the funnel of all cases.

#include "cases/case_index.h"
#include "table/cancel.h"

#include <optional>
#include <string>
#include <vector>

namespace aisle {

/// What an event must look like to fill a stage: every given part must match. Patterns are ECMAScript regular
/// expressions over the whole text, matched once per distinct value.
struct StageCondition {
    std::string method;    ///< http.request.method, exact
    std::string route;     ///< path of http.route, else url.path, http.target, url.full and their older names
    std::string operation; ///< span name
    std::string service;   ///< service name
};

struct StageDefinition {
    std::string name;
    std::vector<StageCondition> any; ///< one of these
    /// Not only entry spans whose parent is in another service. A nested SERVER span of the same service is the same
    /// request, and one request must not fill two stages.
    bool anySpan = false;
};

struct JourneyDefinition {
    std::string id, name;
    std::string caseKey = "session"; ///< CaseKey::id
    std::vector<StageDefinition> stages;
    int64_t window = 0; ///< ns from the first stage; 0: the whole case
};

/// Presets in resources/presets/journeys, in the order in which ties are broken.
std::vector<JourneyDefinition> journeyPresets();
/// Throws std::runtime_error with what is wrong and where.
JourneyDefinition journeyFromJson(std::string_view json);

/// Columns a journey reads: method, route.
std::vector<ColumnSpec> journeyColumns();

/// A visible span that may fill stages: bit k of `stages` is stage k (at most 32).
struct StageEvent {
    Row row;
    uint32_t stages;
};
/// In row order. `method` and `route` are the columns of journeyColumns().
std::vector<StageEvent> stageEvents(const SpanTable& table, const JourneyDefinition& journey,
                                    const AttributeColumn& method, const AttributeColumn& route,
                                    const StopToken& stop = {});

/// One stage of the funnel.
struct FunnelStage {
    std::string name;
    uint64_t reached = 0;  ///< cases that came this far
    uint64_t dropped = 0;  ///< cases that are over and came no further
    uint64_t open = 0;     ///< cases that came no further, and may still go on
    int64_t medianFromPrevious = 0; ///< ns between the stage before and this one, p50 of those who did both
    int64_t p90FromPrevious = 0;
};

/// How far one case came.
struct CaseProgress {
    uint32_t stagesReached = 0;   ///< 0: not even the first
    bool isOpen = false;          ///< may still go on (domain rules: end of a case)
    std::vector<Row> events;      ///< the event of each reached stage, of the best attempt
};

struct FunnelResult {
    std::vector<FunnelStage> stages;
    std::vector<CaseProgress> progress; ///< by CaseNumber; empty in a funnelOf() others
    std::vector<int64_t> fromPrevious;  ///< ns from the stage before, of case c to stage k: [c * stages + k]; empty as progress is
    uint64_t cases = 0;     ///< looked at
    uint64_t notEntered = 0; ///< never reached the first stage
    uint64_t openCases = 0;
    uint64_t botCases = 0;  ///< left out: synthetic traffic
    int64_t idleLimit = 0;
};

/// Sequential funnel (other events allowed between), one event fills one stage, the best attempt counts: for each
/// stage the latest start of an attempt that reached it is kept (ClickHouse windowFunnel's idea; domain.md 5).
/// `only`: the cases to count; null: all.
FunnelResult funnel(const SpanTable& table, const CaseIndex& cases, const JourneyDefinition& journey,
                    const std::vector<StageEvent>& events, const std::vector<bool>* only = nullptr,
                    const StopToken& stop = {});

/// The funnel of some of the cases of another one, whose progress it is counted from: 3 ms for 100,000 cases.
FunnelResult funnelOf(const FunnelResult& whole, const std::vector<bool>& only);

} // namespace aisle
