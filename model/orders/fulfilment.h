#pragma once
// How orders went through the stages of their flow: how many came to each and were there again, how long they waited before it, lay in its
// queue and were worked on in it, which wait or are stuck there now or failed for good, and which are late against the targets of the flow.
//
// The time from the first start of an order to its last end is shared out over its visits: to each belongs what passed since the latest end
// before it, waiting until it starts and working from then on. What overlaps is counted once, so that all shares of an order are its whole
// time. Quantiles are nearest rank.

#include "export/tabular.h"
#include "orders/fulfilment_log.h"

namespace aisle {

struct FulfilmentFigures {
    struct Times {
        uint64_t visits = 0; ///< that have such a time
        int64_t p50 = 0, p90 = 0, p95 = 0; ///< ns
    };
    struct Stage {
        std::string name;
        bool isOptional = false;
        uint64_t orders = 0;     ///< that visited it, whatever came of it
        uint64_t passed = 0;     ///< of which a visit did not fail; a funnel counts of these who passed the stages before as well
        uint64_t visits = 0, failed = 0, unfinished = 0;
        uint64_t reworked = 0;   ///< orders that visited it more often than StageDefinition::times
        Times wait;              ///< before it, of visits that are not their order's first
        Times queue;             ///< the part of it in a queue, where a producer is known
        Times work;              ///< from start to end, of visits that ended
        double waitShare = 0, workShare = 0; ///< of the time of all orders together
        int64_t within = 0;      ///< target, ns; 0: none
        uint64_t late = 0;       ///< orders: see isLateAt()
        uint64_t underWay = 0, stuck = 0; ///< orders that came to it and no further
        uint64_t leftByCustomer = 0;      ///< of `stuck`: what comes next is an act of the customer (orders/customer_steps.h)
        uint64_t failedOrders = 0;        ///< orders that ended there, because it failed: OrderState::Failed
    };
    std::vector<Stage> stages;
    uint64_t orders = 0;  ///< with visits
    uint64_t without = 0; ///< counted orders without visits
    uint64_t done = 0, underWay = 0, stuck = 0, failed = 0; ///< together `orders`
    int64_t target = 0; ///< ns; 0: none
    uint64_t late = 0;  ///< orders: see isLateAnywhere()
    uint64_t lateLeftByCustomer = 0; ///< of these that wait for the customer to go on
    uint64_t lateAsAWhole = 0; ///< of these against `target`: see isLate()
    /// The lead time: from first start to last end, of done orders whose first stage was seen: what began before the file took longer than it shows.
    Times lead;
    double workingShare = 0; ///< of the lead time of all orders together; waits that still go on are no part of it
};

/// Of the whole, or of a stage: else nothing can be late.
bool hasTarget(const FulfilmentLog& log);
/// How long it took to a stage: from the end of its first visit of the stage before (that is not optional) that did not fail, else of its first one, to
/// the start of its first visit; of one that waits, until the end of what was observed. 0 where the stage began before that. Nothing: the stage before was
/// not seen, or it will not come there.
std::optional<int64_t> timeToStage(const FulfilmentLog& log, CaseNumber order, size_t stage);
/// That is longer than `within`. False without a target.
bool isLateAt(const FulfilmentLog& log, CaseNumber order, size_t stage);
/// It took longer than the target; of one that is not over, from its first start to the end of what was observed.
bool isLate(const FulfilmentLog& log, CaseNumber order);
int64_t timeAsAWhole(const FulfilmentLog& log, CaseNumber order); ///< ns, that which is compared; of an order with visits
/// Its first stage was seen: what began before the file took longer than it shows. True with stages in any order, of which none is the first.
bool isBeginningSeen(const JourneyState& state, const FulfilmentLog& log, CaseNumber order);
/// As a whole, or at a stage: what is called late without another word.
bool isLateAnywhere(const FulfilmentLog& log, CaseNumber order);

/// `only`: by CaseNumber, the orders that count (see casesInScope()). O(visits). Throws Stopped.
FulfilmentFigures fulfilment(const JourneyState& state, const FulfilmentLog& log, const std::vector<bool>& only, const StopToken& stop = {});
Tabular tabulate(const FulfilmentFigures& figures, const JourneyState& state, const FulfilmentLog& log);
/// Two groups of orders beside each other.
Tabular tabulateBeside(const FulfilmentFigures& figures, const FulfilmentFigures& baseline, const JourneyState& state);

/// What the figures are of, in sentences. `withFigures` false: beside the figures themselves, of which they then repeat none.
std::vector<std::string> fulfilmentNotes(const FulfilmentFigures& figures, const JourneyState& state, const FulfilmentLog& log, bool withFigures = true);

} // namespace aisle
