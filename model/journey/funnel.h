#pragma once
// How far the cases of a file came on a journey. The rule for one case is JourneyMatcher's.

#include "cases/case_index.h"
#include "journey/stage_events.h"

#include <optional>

namespace aisle {

/// One stage of the funnel.
struct FunnelStage {
    std::string name;
    uint64_t reached = 0;  ///< cases that came to it; of a stage that is optional it may be fewer than came to a later one
    uint64_t dropped = 0;  ///< cases that are over and came no further
    uint64_t open = 0;     ///< cases that came no further, and may still go on
    bool isOptional = false;
    static constexpr size_t kNone = ~size_t(0);
    size_t before = kNone; ///< the stage that its share is of: the nearest one before that is not optional; none of the first, nor in any order
    uint64_t fromBefore = 0; ///< cases that came to `before` and to this one; of an open journey not all that came to this one
    uint64_t timed = 0; ///< cases that came to it from another stage
    /// ns from the event before it that filled a stage, quantiles (nearest rank) over `timed`; of none 0.
    int64_t p50FromPrevious = 0, p90FromPrevious = 0, p95FromPrevious = 0;
};

/// How far one case came.
struct CaseProgress {
    uint32_t filled = 0; ///< bit k: stage k, of the best attempt
    uint32_t last = 0;   ///< 1 + the stage that it came to last; 0: not even the first
    bool isConverted = false; ///< all stages that are not optional
    bool isOpen = false;      ///< may still go on (domain rules: end of a case); of orders: is under way (followOrders() of orders/order_flow.h)
    bool isCut = false;       ///< has more values to hold constant than are tried

    bool reached(size_t stage) const { return (filled >> stage & 1) != 0; }
    bool stoppedAt(size_t stage) const { return last == stage + 1 && !isConverted && !isOpen; }
};

struct FunnelResult {
    std::vector<FunnelStage> stages;
    uint64_t cases = 0;      ///< looked at
    uint64_t notEntered = 0; ///< never reached the first stage, of an open journey any
    uint64_t converted = 0;
    uint64_t cutCases = 0;   ///< with more values to hold constant than are tried
    uint64_t openCases = 0;
    int64_t idleLimit = 0;

    // By case; empty in a funnelOf() others.
    std::vector<CaseProgress> progress;
    std::vector<Row> rows;              ///< of case c and stage k at [c * stages + k]: the event that filled it, of several the last; kNoRow: none
    std::vector<int64_t> times;         ///< when, ns; of a span that claims to begin before its caller the caller's. Only where `rows` has one
    std::vector<int64_t> fromPrevious;  ///< ns from the event before it that filled a stage; -1: there is none
    size_t at(CaseNumber c, size_t stage) const { return c * stages.size() + stage; }
};

/// Shares of a stage: of the cases that entered, and of those that came to FunnelStage::before; nothing where there is none.
uint64_t entered(const FunnelResult& funnel);
std::optional<double> shareOfEntered(const FunnelResult& funnel, size_t stage);
std::optional<double> shareOfBefore(const FunnelResult& funnel, size_t stage);

/// Clocks of services: what lies within the coarsest clock of a case is a tie.
std::vector<int64_t> clockResolutions(const SpanTable& table); ///< by service, ns: 1 ms where every start is a whole millisecond, else 1

/// `events` in row order. `resolutions`: clockResolutions(). `only`: the cases to count; null: all. Many cases are
/// worked out by two threads. Throws Stopped.
FunnelResult funnel(const SpanTable& table, const CaseIndex& cases, const JourneyDefinition& journey, const std::vector<StageEvent>& events,
                    const std::vector<int64_t>& resolutions, const std::vector<bool>* only = nullptr, const StopToken& stop = {});

/// The funnel of some of the cases of another one, whose progress it is counted from: 3 ms for 100,000 cases.
FunnelResult funnelOf(const FunnelResult& whole, const std::vector<bool>& only);

} // namespace aisle
