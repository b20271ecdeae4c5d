#pragma once
// What the events of cases are called: the stages of the journey, or the requests of customers by a field. The activities of process mining.
//
// Of stages an event is what may fill one. What failed to (StageDefinition::failed) is none, and is counted (Activities::failed). Of visits it is one as
// well: "Paid (failed)", and so is what filled a stage with an error; this is what FulfilmentLog calls a visit that failed.
//
// Requests are the entry spans that begin their service's part (requests()); without `everyRequest` only those that come from outside: no
// entry span of another service is above them, and they are no messages, which services send each other. What happens behind the front
// door is no act of the customer, and neither are requests that pages and machines make by themselves (background_requests.h).
//
// By default a request is called "GET /api/products/{id}": its method and http.route as it is; without a route the path that it asked for
// (aisle:path) with ids folded to {} (path_folding.h); without a path the name of its span.

#include "journey/journey_model.h"
#include "query/context.h"

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

struct ActivityChoice {
    enum class Of : uint8_t { Stages, Visits, Requests, Field }; ///< Visits: stages, with visits that failed under a name of their own
    Of of = Of::Requests;
    std::string field;         ///< with Of::Field, as TraceQL names it: span:name, .http.route
    bool everyRequest = false; ///< also those behind other services, and background requests; not of stages and visits
    bool operator==(const ActivityChoice&) const = default;
};
/// Of a word: "stages", "visits", "requests", or a field. Throws std::runtime_error when it is none.
ActivityChoice activityChoice(const std::string& of, bool everyRequest = false);

struct Activities {
    struct Event {
        Row row = kNoRow;
        uint32_t activity = 0;
    };
    std::vector<std::string> names;      ///< each once, as the file has them: plain text of strangers
    std::vector<std::string> conditions; ///< TraceQL of the spans of each; empty: none is known
    std::vector<Event> events;           ///< in row order
    std::string valuesOf;                ///< the field whose values the names are, for a redactor; empty: they are called otherwise
    struct LeftOut {
        std::string what; ///< of many: "static assets"
        uint64_t requests = 0;
    };
    std::vector<LeftOut> background;     ///< requests from outside that are no acts of customers, and no events
    uint64_t without = 0;                ///< requests that have no value of the field, and are no events
    uint64_t failed = 0;                 ///< of stages: what tried in vain to come to one (JourneyState::failed), of counted cases, and is no event
    uint64_t rest = 0;                   ///< values beyond kMost, which are together one activity, the last
    static constexpr size_t kMost = 1000;
};

/// Requests are those of the counted cases. An event that may fill several stages is the one that it filled in
/// the funnel, else the last of them that its
/// case came to, since a first stage is often any page at all. Throws std::runtime_error when there is no journey or the field is none, StoreError and Stopped. Keep it off the UI thread.
Activities activities(const traceql::Context& context, const JourneyState& state, const ActivityChoice& choice, const StopToken& stop = {});

/// By event of JourneyState::events the stage that it is of, chosen as above; kNoStage: it only ends attempts. Throws Stopped.
std::vector<uint32_t> stageOfEvents(const JourneyState& state, const StopToken& stop = {});

/// Those of `requests` that come from outside. O(spans), whatever the depth of traces.
RowSet frontDoors(const SpanTable& table, const RowSet& requests, const StopToken& stop = {});

} // namespace aisle
