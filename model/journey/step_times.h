#pragma once
// How long the steps of a journey took: from stage to stage for those who went on, and how long those who stopped stayed.

#include "export/tabular.h"
#include "journey/journey_model.h"

namespace aisle {

struct StepTimes {
    struct Times {
        uint64_t cases = 0;
        int64_t p50 = 0, p90 = 0, p95 = 0; ///< ns, nearest rank
        std::vector<uint64_t> bars;        ///< by edge
    };
    struct Stage {
        std::string name;
        Times fromPrevious; ///< from the event before that filled a stage, of cases that came that way; none of the first stage
        Times stayed;       ///< of cases that stopped here: from their event of the stage to the end of their last trace
    };
    std::vector<Stage> stages;
    Times whole; ///< from the first to the last stage of those who converted
    std::vector<int64_t> edges; ///< ns, ascending, one more than bars, the same for all; evenly apart by the logarithm
    size_t bars() const { return edges.empty() ? 0 : edges.size() - 1; }
};

/// Over the cases of `only` (see casesInScope()). O(cases * stages).
StepTimes stepTimes(const JourneyState& state, const std::vector<bool>& only, size_t bars = 40, const StopToken& stop = {});

Tabular tabulate(const StepTimes& times);

} // namespace aisle
