#pragma once
// Folds calls that repeat each other into loops. Used by sequenceDiagram() only.

#include "service_graph/sequence_calls.h"

#include <vector>

namespace aisle {

/// Siblings one after the other: one of them, or a loop.
struct SequenceUnit {
    std::vector<uint32_t> calls; ///< of the first iteration; each stands for those of the others, too
    uint32_t iterations = 1;
    bool isLoop = false; ///< not only repeated with what it lies in
};

struct FoldedCalls {
    std::vector<SequenceUnit> units;
    std::vector<uint32_t> top;               ///< units that no listed call led to
    std::vector<std::vector<uint32_t>> body; ///< by call that stands for others or for itself: units below it
    std::vector<uint32_t> next;              ///< by call: of the next iteration; SequenceCall::kNone: the last one
    std::vector<Row> expandedLoop;           ///< by call; kNoRow: of none
};

/// Calls below `options.maxDepth` are passed over. Throws Stopped. O(n log n)
FoldedCalls foldCalls(const std::vector<SequenceCall>& calls, const SequenceOptions& options, const StopToken& stop);

} // namespace aisle
