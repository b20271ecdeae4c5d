#pragma once
// A customer journey as somebody defines it: named stages that a case goes through, each a TraceQL condition. Kept as JSON: presets in
// resources/presets/journeys, files of users, and what a workspace remembers.

#include "cases/case_key.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

struct StageDefinition {
    std::string name;
    std::string where; ///< TraceQL: `{ aisle:path = "/api/cart" && .http.request.method = "POST" }`; which spans fill it
    /// Not only requests (see requests()): a nested SERVER span of the same service is the same request, and one request must not
    /// fill two stages.
    bool anySpan = false;
    bool isOptional = false; ///< later stages can be reached without it; never the first
    int64_t within = 0;      ///< ns in which a case should come to it from the stage before it that is not optional; 0: no target
    uint32_t times = 1;      ///< so many events fill it
    bool holds = true;       ///< its events have to have the value that is held constant
    /// TraceQL of what tried to come to it and failed, where that says no error by itself: a payment that is answered 402. It never fills the
    /// stage; of orders it is a visit that failed. Empty: only what `where` selects and has an error fails.
    std::string failed = {};
    bool operator==(const StageDefinition&) const = default;
};

/// A span between two stages that ends an attempt: what it reached stays counted, and another attempt may follow. Any span may do so.
struct ExclusionDefinition {
    std::string name;
    std::string where;              ///< TraceQL
    uint32_t after = 0, before = 0; ///< numbers of stages, after < before; strictly between the events that filled them
    bool operator==(const ExclusionDefinition&) const = default;
};

/// Sequential: other events may come in between. Strict: none that may fill a stage. Any: in whatever order.
enum class StageOrder : uint8_t { Sequential, Strict, Any };
std::string_view orderName(StageOrder order); ///< "sequential"

struct JourneyDefinition {
    std::string id, name;
    std::string caseKey = "session"; ///< CaseKey::id, or the name of an attribute
    std::optional<CaseKey> ownCase;  ///< a notion of a case that the journey brings along, with caseKey as its id; nothing: one that is known by its id
    bool withBots = false;           ///< counts the cases of bots and synthetic traffic, too
    std::vector<StageDefinition> stages;
    int64_t window = 0; ///< ns from the event that filled the first stage; 0: the whole case
    StageOrder order = StageOrder::Sequential;
    bool isOpen = false; ///< an attempt may begin at any stage
    std::vector<ExclusionDefinition> exclusions;
    /// Attributes of which all stages of an attempt have the same value: "product.id". That of an event is its span's own, else that
    /// of the earliest span of its trace that has one.
    std::vector<std::string> hold;
    /// ns of silence after which a case is over; 0: as CaseIndex::idleLimit() says.
    int64_t idleLimit = 0;
    int64_t target = 0; ///< ns from the first stage to the last in which it should be done; 0: none
    bool operator==(const JourneyDefinition&) const = default;

    static constexpr size_t kMostStages = 24, kMostExclusions = 8, kMostHeld = 3, kMostTimes = 20;
};

/// Presets, in the order in which ties are broken.
std::vector<JourneyDefinition> journeyPresets();
/// Throws std::runtime_error with what is wrong and where.
JourneyDefinition journeyFromJson(std::string_view json);
JourneyDefinition journeyOfFile(const std::string& path); ///< the same of a file, at most 1 MB
std::string toJson(const JourneyDefinition& journey); ///< pretty, with the keys that are not as by default; reads back the same

/// What is wrong with it, in one sentence; empty: nothing.
std::string problemOf(const JourneyDefinition& journey);
/// The same of a condition by which cases or stages are made: it is TraceQL, selects spans, and asks for no case or stage, which would go
/// round in a circle.
std::string problemOfCondition(std::string_view where);

} // namespace aisle
