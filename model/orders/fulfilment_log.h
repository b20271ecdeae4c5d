#pragma once
// What happened to each order of an order flow ("fulfilment": a JourneyDefinition whose cases are orders): its visits of the stages, with
// how long each waited, lay in a queue and was worked on. All that is said about orders is worked out from this and the JourneyState.
//
// A visit is one event of a stage: each span that may fill it or that failed to (StageDefinition::failed), repeats and failures included, for every counted order, whether the order
// came there in the funnel's sense or not. Times are ns since the Unix epoch, durations ns; both as far as the clocks of the hosts agree.

#include "journey/journey_model.h"

#include <string_view>

namespace aisle {

/// Done: all stages that are not optional were passed: the last of these had a visit that did not fail, or a later one was visited. What was
/// skipped on the way is a deviation (orders/conformance.h) and nothing to wait for. With stages in any order: each had a visit that did not
/// fail. In a flow that is proposed, of which nobody says what needs what, no stage that is not optional may have failed for good besides.
/// UnderWay: it has been silent for no longer than others waited there. Failed: longer, no visit of the stage that it came to succeeded,
/// and one of these was its last: a card that was declined, and nothing was tried again; or, at once, that was set aside in a dead-letter queue
/// (orders/dead_letters.h), from which nothing goes on by itself. It ended there. Stuck: any other that has been silent for longer.
struct SetAside;

enum class OrderState : uint8_t { Done, UnderWay, Stuck, Failed };
/// Nothing more is expected of it.
inline bool isOver(OrderState state) { return state == OrderState::Done || state == OrderState::Failed; }

struct FulfilmentLog {
    /// Of case c the visits [first[c], first[c + 1]) by causal start (journey/causal_start.h), then row. None of cases that are not counted.
    std::vector<uint32_t> first;
    struct Visit {
        uint32_t stage = 0;
        Row row = kNoRow;            ///< span that filled the stage
        int64_t start = 0, end = 0;  ///< end >= start; a span that never ended: end == start
        int64_t wait = -1;           ///< from the latest end of the order's earlier visits to its start; 0: they overlap; -1: it is the first
        /// Of the wait, how long its message lay in the queue (queueWait() of analysis/span_marks.h); -1: no producer is known, or it is the
        /// first visit. No longer than the wait: a message that is read once more was not in the queue while the first attempt ran.
        int64_t queue = -1;
        uint32_t attempt = 1;        ///< so many-th visit of this stage by this order
        bool failed = false;         ///< the span has an error, or is of StageDefinition::failed, or it is set aside
        bool isSetAside = false;     ///< what it could not do went into a dead-letter queue
        bool isUnfinished = false;   ///< the span never ended
    };
    std::vector<Visit> visits;

    std::vector<std::string> stages; ///< as defined, and so are the next three
    std::vector<bool> isOptional;
    std::vector<int64_t> within; ///< see StageDefinition::within
    int64_t target = 0;          ///< see JourneyDefinition::target
    std::vector<bool> isOfCustomer; ///< by stage, see orders/customer_steps.h; empty with stages in any order, of which none is the next

    /// By case: union of the times in which a visit ran; from the first start to the last end. 0 without visits.
    std::vector<int64_t> working, lead; ///< lead: the lead time
    std::vector<uint32_t> cameTo;  ///< by case, the furthest stage that it visited, with stages in any order the newest; kNoStage: no visits
    std::vector<uint32_t> reached; ///< the same of visits that did not fail: the last stage that it came to with success; kNoStage: none
    std::vector<OrderState> state; ///< by case; of cases without visits Done
    /// By case, where no visit succeeded: of one that is Failed the stage where it ended, of one that is Done the first that is not optional and failed on the way; kNoStage: none.
    std::vector<uint32_t> failedAt;
    std::vector<int64_t> silent;   ///< by case, from its last end to observedUntil; of those that are over 0
    /// By stage, after how much silence an order that came there and no further is stuck: 10 times the p95 of the waits of those that went
    /// on from there (domain rules, end of a case; of each its longest one at that stage), at least 10 s; where fewer than 5 went on, the
    /// journey's idle limit, else that of the cases. Never less than `within` of the next stage that is not optional.
    std::vector<int64_t> patience;
    std::vector<bool> isPatienceAssumed; ///< by stage: fewer than 5 went on from there
    int64_t observedUntil = 0; ///< end of what the files saw
    uint64_t withoutStart = 0; ///< visits that are left out, because nobody knows when they were

    /// The stage at which it counts: where it ended, else the furthest that it came to. Of cases with visits.
    uint32_t standsAt(CaseNumber c) const { return state[c] == OrderState::Failed ? failedAt[c] : cameTo[c]; }
    bool hasVisits(CaseNumber c) const { return first[c] != first[c + 1]; }
    bool isDone(CaseNumber c) const { return hasVisits(c) && state[c] == OrderState::Done; }
    /// The name of `reached`; empty: it came to no stage with success. What is called "Came to" everywhere.
    std::string_view reachedName(CaseNumber c) const { return c >= reached.size() || reached[c] == kNoStage ? std::string_view() : std::string_view(stages[reached[c]]); }
    size_t cases() const { return first.empty() ? 0 : first.size() - 1; }
};

/// Without a definition an empty one. O(events, sorted). Throws Stopped. Keep it off the UI thread.
FulfilmentLog fulfilmentLog(const JourneyState& state, const StopToken& stop = {});
/// The same of a state with a definition, for who knows already what was set aside: setAside(state).
FulfilmentLog fulfilmentLog(const JourneyState& state, const SetAside& apart, const StopToken& stop = {});

} // namespace aisle
