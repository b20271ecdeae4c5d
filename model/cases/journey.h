#pragma once
// A customer journey: named stages that a case goes through, and the funnel of all cases.

#include "cases/case_index.h"
#include "table/cancel.h"

#include <optional>
#include <span>
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
    bool isOptional = false; ///< later stages can be reached without it; never the first
    uint32_t times = 1;      ///< so many events fill it
    bool holds = true;       ///< its events have to have the value that is held constant
};

/// An event between two stages that ends an attempt: what it reached stays counted, and another attempt may follow.
struct ExclusionDefinition {
    std::string name;
    std::vector<StageCondition> any; ///< one of these
    uint32_t after = 0, before = 0;  ///< numbers of stages, after < before; strictly between the events that filled them
};

/// Sequential: other events may come in between. Strict: none that may fill a stage. Any: in whatever order.
enum class StageOrder : uint8_t { Sequential, Strict, Any };

struct JourneyDefinition {
    std::string id, name;
    std::string caseKey = "session"; ///< CaseKey::id
    std::vector<StageDefinition> stages;
    int64_t window = 0; ///< ns from the event that filled the first stage; 0: the whole case
    StageOrder order = StageOrder::Sequential;
    bool isOpen = false; ///< an attempt may begin at any stage
    std::vector<ExclusionDefinition> exclusions;
    /// Attributes of which all stages of an attempt have the same value: "product.id". That of an event is its span's own, else that
    /// of the earliest span of its trace that has one.
    std::vector<std::string> hold;
    static constexpr size_t kMostStages = 24, kMostExclusions = 8, kMostHeld = 3, kMostTimes = 20;
};

/// Presets in resources/presets/journeys, in the order in which ties are broken.
std::vector<JourneyDefinition> journeyPresets();
/// Throws std::runtime_error with what is wrong and where.
JourneyDefinition journeyFromJson(std::string_view json);

/// Columns that every journey reads: method, route.
std::vector<ColumnSpec> journeyColumns();
/// Columns of what it holds constant.
std::vector<ColumnSpec> holdColumns(const JourneyDefinition& journey);

/// A visible span that may fill stages, or end an attempt.
struct StageEvent {
    Row row = kNoRow;
    uint32_t stages = 0;    ///< bit k: stage k
    uint8_t exclusions = 0; ///< bit x: exclusion x
    uint32_t held = kNothing; ///< number of the values that are held constant
    static constexpr uint32_t kNothing = 0xffffffffU;
};
/// In row order. `method` and `route` are the columns of journeyColumns(), `held` those of holdColumns().
std::vector<StageEvent> stageEvents(const SpanTable& table, const JourneyDefinition& journey,
                                    const AttributeColumn& method, const AttributeColumn& route,
                                    std::span<const AttributeColumn> held = {}, const StopToken& stop = {});

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
    uint32_t filled = 0; ///< bit k: stage k, of the best attempt
    uint32_t last = 0;   ///< 1 + the stage that it came to last; 0: not even the first
    bool isConverted = false; ///< all stages that are not optional
    bool isOpen = false;      ///< may still go on (domain rules: end of a case)
    std::vector<Row> events;  ///< by stage, kNoRow where it is not filled; empty: nothing is

    bool reached(size_t stage) const { return (filled >> stage & 1) != 0; }
    bool stoppedAt(size_t stage) const { return last == stage + 1 && !isConverted && !isOpen; }
};

struct FunnelResult {
    std::vector<FunnelStage> stages;
    std::vector<CaseProgress> progress; ///< by CaseNumber; empty in a funnelOf() others
    /// ns from the event before it that filled a stage, of case c to stage k: [c * stages + k]; -1: there is none. Empty as progress is.
    std::vector<int64_t> fromPrevious;
    uint64_t cases = 0;     ///< looked at
    uint64_t notEntered = 0; ///< never reached the first stage, of an open journey any
    uint64_t converted = 0;
    uint64_t cutCases = 0; ///< with more values to hold constant than are tried
    uint64_t openCases = 0;
    uint64_t botCases = 0;  ///< left out: synthetic traffic
    int64_t idleLimit = 0;
};

/// How far each case came (see JourneyMatcher), and how many came how far. `only`: the cases to count; null: all.
FunnelResult funnel(const SpanTable& table, const CaseIndex& cases, const JourneyDefinition& journey,
                    const std::vector<StageEvent>& events, const std::vector<bool>* only = nullptr,
                    const StopToken& stop = {});

/// The funnel of some of the cases of another one, whose progress it is counted from: 3 ms for 100,000 cases.
FunnelResult funnelOf(const FunnelResult& whole, const std::vector<bool>& only);

} // namespace aisle
