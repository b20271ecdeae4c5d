#pragma once
// Which spans may fill the stages of a journey, or end an attempt.

#include "journey/journey.h"
#include "query/source.h"
#include "table/cancel.h"

#include <string>
#include <vector>

namespace aisle {

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

/// In row order. `source` has what the conditions need (traceql::needsOf()); `requests` are those of its table. What nothing in the
/// workspace can match is said in `problems`. Throws StoreError and Stopped. Keep it off the UI thread.
std::vector<StageEvent> stageEvents(const JourneyDefinition& journey, const traceql::Source& source, const RowSet& requests,
                                    std::vector<std::string>& problems, const StopToken& stop = {});

} // namespace aisle
