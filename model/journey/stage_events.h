#pragma once
// Which spans may fill the stages of a journey, or end an attempt.

#include "journey/journey.h"
#include "table/cancel.h"
#include "table/row_set.h"

#include <string>
#include <vector>

namespace aisle {

namespace traceql {
struct Context;
}

inline constexpr uint32_t kNoStage = 0xffffffffU; ///< in the place of the number of a stage

/// A visible span that may fill stages, or end an attempt.
struct StageEvent {
    Row row = kNoRow;
    uint32_t stages = 0;      ///< bit k: stage k
    uint32_t held = kNothing; ///< number of the values that are held constant
    uint8_t exclusions = 0;   ///< bit x: exclusion x
    static constexpr uint32_t kNothing = 0xffffffffU;
};

/// The events of customers: entry spans that begin their service's part of a request. Where a framework and a proxy inside one service
/// both make SERVER spans (frontend of the OpenTelemetry demo does), the request is still one event. 30 ms for 5 M spans.
RowSet requests(const SpanTable& table, const StopToken& stop = {});

/// In row order. `requests` are those of the table of `context`. What nothing in the workspace can match is said in `problems`. Asks in two
/// threads: five conditions about paths of 5 M spans take 50 ms. Throws StoreError and Stopped. Keep it off the UI thread.
std::vector<StageEvent> stageEvents(const JourneyDefinition& journey, const traceql::Context& context, const RowSet& requests,
                                    std::vector<std::string>& problems, const StopToken& stop = {});

/// What failed to come to a stage (StageDefinition::failed), in row order; a span that may fill a stage is none. That nothing can match such a
/// condition is no problem. `events` are those of the journey. Throws as above.
std::vector<StageEvent> failedEvents(const JourneyDefinition& journey, const std::vector<StageEvent>& events, const traceql::Context& context, const RowSet& requests,
                                     const StopToken& stop = {});

/// How many of them may fill each stage. O(events). Throws Stopped.
std::vector<uint64_t> eventsByStage(const std::vector<StageEvent>& events, size_t stages, const StopToken& stop = {});

} // namespace aisle
