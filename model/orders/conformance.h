#pragma once
// How orders differ from the flow that is expected of them: each deviation counted, with its orders.
//
// Rules, for the stages of an order flow:
//   skipped      a stage that is not optional was never visited, and a later one was
//   repeated     a stage was visited more often than StageDefinition::times
//   out of order of the first visits of stages that are not optional, by start, one comes directly before that of an earlier stage. What lies
//                within the coarser clock of the two services (clockResolutions()) is a tie, and ties are in order
//   unfinished   the order is stuck: it came to the stage and no further
//   failed       no visit of the stage succeeded: the order ended there (OrderState::Failed), or is done all the same (FulfilmentLog::failedAt)
// With stages in any order nothing is skipped or out of order. An order that is under way and has no deviation is not judged yet.

#include "export/tabular.h"
#include "orders/fulfilment_log.h"

namespace aisle {

struct Deviation {
    enum class Kind : uint8_t { Skipped, Repeated, OutOfOrder, Unfinished, Failed };
    Kind kind = Kind::Skipped;
    uint32_t stage = 0;
    uint32_t before = 0;           ///< out of order: `stage` came before this one, which is an earlier stage of the flow; else as `stage`
    std::vector<CaseNumber> orders; ///< ascending
    uint64_t times = 0;            ///< repeated: visits beyond what is expected; else one for each order
};

struct Conformance {
    std::vector<Deviation> deviations; ///< by orders, then kind and stages
    uint64_t orders = 0;               ///< with visits
    uint64_t conforming = 0;           ///< done without a deviation
    uint64_t notJudged = 0;            ///< under way without a deviation
    uint64_t withoutBeginning = 0;     ///< with visits, and none of the first stage: they may have begun before the file
    /// Of those that are judged; 0 where none is.
    double share() const { return orders == notJudged ? 0 : static_cast<double>(conforming) / static_cast<double>(orders - notJudged); }
};

/// `only`: by CaseNumber, the orders that count (see casesInScope()). O(visits + spans). Throws Stopped.
Conformance conformance(const JourneyState& state, const FulfilmentLog& log, const std::vector<bool>& only, const StopToken& stop = {});
/// By CaseNumber: the orders of a deviation, for a scope.
std::vector<bool> casesOf(const Deviation& deviation, size_t cases);
/// "skipped Packed", "Packed again", "Shipped before Packed", "stuck after Shipped", "failed at Paid".
std::string wordsOf(const Deviation& deviation, const FulfilmentLog& log);
Tabular tabulate(const Conformance& conformance, const JourneyState& state, const FulfilmentLog& log);

} // namespace aisle
