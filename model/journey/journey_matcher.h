#pragma once
// How far a case came on a journey, from its events: the rule of all funnels.
//
// An attempt begins with the first stage (of an open journey with any) and fills stages by one event each; one event fills one stage.
// The best attempt of a case counts: the one that came furthest, of these the one that filled most stages, then the one that began
// last. Sequential attempts are found by dynamic programming: for each stage and number of stages filled the latest begin of an attempt
// that came there (the idea is that of ClickHouse's windowFunnel, which keeps one for each stage). Events at one moment, as far as the
// clock can tell, are taken in the order of the stages. Exclusions end attempts that stand at their stages, unless the attempt came there
// in that very moment.
// In any order: the window in which most stages can be filled, those that are not optional first; events and stages are paired by
// augmenting paths.
// Several values of an attribute that is held constant are tried one by one; stages that do not hold take part in each.
//
// Checked against all assignments of random events (tst_journey_matcher). Thread: one matcher per thread; no shared state.

#include "journey/stage_events.h"
#include "table/cancel.h"

#include <limits>
#include <span>
#include <vector>

namespace aisle {

/// A StageEvent with its time.
struct JourneyEvent {
    int64_t time = 0; ///< ns
    StageEvent is;
};

class JourneyMatcher {
public:
    /// `journey` is as journeyFromJson() lets it be. `fewLinks`: with fewer steps of attempts than that none is forgotten; for tests.
    explicit JourneyMatcher(const JourneyDefinition& journey, size_t fewLinks = 1 << 16);

    struct Match {
        uint32_t filled = 0; ///< bit k: stage k
        bool isConverted = false; ///< all stages that are not optional
        bool isCut = false; ///< there are more than kMostValues values to hold; the rest was not tried
        /// Of each stage, the event that filled it: of one that takes several the last.
        std::vector<Row> rows;
        std::vector<int64_t> times; ///< ns; only where `rows` has one
    };
    static constexpr size_t kMostValues = 1000;

    /// `events` by time; `resolution`: of the clock, ns, at least 1. The result is valid until the next call. Throws Stopped.
    /// O(events * stages^2); in any order and with a window O(events * stages^3).
    const Match& match(std::span<const JourneyEvent> events, int64_t resolution, const StopToken& stop = {});

private:
    static constexpr uint32_t kNoLink = 0xffffffffU;
    static constexpr int64_t kNever = std::numeric_limits<int64_t>::min();
    /// The latest begin of an attempt that came to a slot with so many stages filled.
    struct Attempt {
        int64_t start = kNever;
        uint32_t last = kNoLink; ///< in links_
    };
    struct Link {
        Row row;
        int64_t time;
        uint32_t stage;
        uint32_t previous;
    };
    /// One event that a stage needs.
    struct Slot {
        uint32_t stage;
        bool isFirst, isLast; ///< of its stage
    };
    struct Timed {
        int64_t tick;
        const JourneyEvent* event;
        uint32_t stages; ///< that it may fill with the value that is being tried
    };
    /// What is best so far: compared by how far, how many, how late.
    struct Best {
        uint32_t stage = 0, count = 0; ///< of the furthest; count 0: none
        Attempt attempt;
    };

    void sort(std::span<const JourneyEvent> events, int64_t resolution);
    void matchOrdered(const StopToken& stop);
    void fillSlot(size_t slot, const JourneyEvent& event, const std::vector<Attempt>& from);
    void offer(size_t slot, uint32_t count, int64_t start, uint32_t previous, const JourneyEvent& event);
    void exclude(uint8_t excluded);
    void settle();
    void forgetLinks();
    void matchAnyOrder(const StopToken& stop);
    size_t at(size_t slot, uint32_t count) const { return slot * (stageCount_ + 1) + count; }

    size_t stageCount_;
    StageOrder order_;
    bool isOpen_, holds_ = false;
    int64_t window_;
    uint32_t required_ = 0, holding_ = 0; ///< bits of stages
    std::vector<Slot> slots_;
    std::vector<std::vector<uint32_t>> before_; ///< by slot: those that an attempt may come from
    std::vector<std::pair<uint32_t, uint32_t>> exclusions_; ///< stages [first, second) at which attempts end
    std::vector<Timed> timed_, all_;
    std::vector<Attempt> settled_, fresh_; ///< by slot and count: until the last tick, and within this one
    std::vector<Link> links_; ///< of attempts that were overtaken, too, until there are mostLinks_
    size_t fewLinks_, mostLinks_;
    Best best_;
    Match match_;
};

} // namespace aisle
