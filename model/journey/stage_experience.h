#pragma once
// What cases met with at a stage of a journey, between coming to it and going on or stopping: the ground of their comparison.
//
// Population: the cases that came to the stage, and went on (a later event filled another stage) or stopped there. Those that are still
// open there are left out, as those for which it is the end of the journey.
// Traces: from the first event of the stage that comes after the event of the stage before (an attempt that failed and was repeated
// belongs to it) to the first event of the next stage; of those who stopped to the end of the case. So a request in between, or a failed
// attempt at the next stage that its condition does not count, belongs to the stage before, and the attempt that went well is what it
// is compared with. The trace of the stage's own event always belongs to it.
// Operations are told apart by the request that they are part of: the query of one page is another one's, too, and which pages somebody
// saw says nothing about how they went.
// Of each operation and each service the first of these traces that holds it counts, and no later one: who stays longer meets with more,
// and what comes after a failure is its consequence.

#include "journey/journey_model.h"
#include "table/row_set.h"

#include <vector>

namespace aisle {

class StageExperience {
public:
    /// O(events + spans of the cases). Throws Stopped.
    StageExperience(const JourneyState& state, const std::vector<bool>& only, size_t stage, const StopToken& stop);

    struct Operation {
        static constexpr uint32_t kNone = 0xffffffffU;
        uint32_t service = 0, name = 0;
        Kind kind = Kind::Unspecified;
        uint32_t request = kNone; ///< operation of the root of its traces; kNone: it is the root
        double depth = 0; ///< of its spans, mean
    };
    enum Flag : uint8_t {
        kOfOperation = 1, ///< it is in the first trace with its operation
        kOfService = 2,   ///< it is in the first trace with its service
        kOrigin = 4,      ///< it failed, and nothing below it did
        kRootFailed = 8,  ///< the root of its trace, which failed because of something below it
        kRepeated = 16    ///< a call that was made again after one that failed
    };
    struct Seen {
        Row row = kNoRow;
        uint32_t number = 0; ///< of the case, in `cases`
        uint32_t operation = 0;
        uint8_t flags = 0;
        bool is(Flag flag) const { return (flags & flag) != 0; }
    };

    std::vector<CaseNumber> cases;
    BitSet stopped; ///< by number
    uint64_t stoppedCount = 0, open = 0; ///< open: left out
    std::vector<Operation> operations;
    std::vector<Seen> seen; ///< by case, then time of the trace; spans that are of no first trace are left out
    RowSet rows;            ///< of `seen`
    const SpanTable& table() const { return *table_; }

private:
    struct Window {
        TraceIndex own = kNoTrace, begin = kNoTrace, end = kNoTrace; ///< traces of the stage's event, of the first attempt, of the next stage
    };
    std::vector<Window> windows(const JourneyState& state, const std::vector<bool>& only, size_t stage, const StopToken& stop);
    void see(uint32_t number, TraceIndex trace);
    void markFailures(size_t from, TraceIndex trace);
    void markRepeated(size_t from);
    uint32_t operationOf(Row row, uint32_t request);

    SpanTablePtr table_;
    struct Key {
        uint32_t service, name, request;
        Kind kind;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        size_t operator()(const Key& key) const { return (size_t(key.request) << 44 ^ size_t(key.service) << 28 ^ size_t(key.name) << 4 ^ static_cast<size_t>(key.kind)) * 0x9e3779b97f4a7c15ULL; }
    };
    std::unordered_map<Key, uint32_t, KeyHash> numbers_;
    struct First {
        uint32_t number = 0xffffffffU; ///< of the case
        TraceIndex trace = kNoTrace;
    };
    std::vector<First> firstOfOperation_, firstOfService_;
    std::vector<uint64_t> depths_, counts_; ///< by operation
    RowSet above_; ///< spans with a failed one below
};

} // namespace aisle
