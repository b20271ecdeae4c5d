#pragma once
// How long the steps of a journey took: from stage to stage for those who went on, and how long those who stopped stayed.

#include "export/tabular.h"
#include "journey/journey_model.h"

#include <optional>

namespace aisle {

enum class StepTime : uint8_t {
    FromPrevious, ///< from the event before that filled a stage to the event of this one
    Stayed,       ///< of a case that stopped here: from its event of the stage to the end of its last trace
    Whole,        ///< from the first to the last stage of one that converted
};
/// ns; nothing: the case has no such time. `stage`: not of Whole.
std::optional<int64_t> stepTimeOf(const JourneyState& state, CaseNumber number, StepTime what, size_t stage);

/// Over the cases that have such a time.
struct StepTimes {
    struct Times {
        uint64_t cases = 0;
        int64_t p50 = 0, p90 = 0, p95 = 0; ///< ns, nearest rank
        std::vector<uint64_t> bars;        ///< by edge
    };
    struct Stage {
        std::string name;
        Times fromPrevious; ///< none of the first stage
        Times stayed;
    };
    std::vector<Stage> stages;
    Times whole;
    std::vector<int64_t> edges; ///< ns, ascending, one more than bars, the same for all; evenly apart by the logarithm
    size_t bars() const { return edges.empty() ? 0 : edges.size() - 1; }
};

/// Over the cases of `only` (see casesInScope()). O(cases * stages).
StepTimes stepTimes(const JourneyState& state, const std::vector<bool>& only, size_t bars = 40, const StopToken& stop = {});

Tabular tabulate(const StepTimes& times);

} // namespace aisle
