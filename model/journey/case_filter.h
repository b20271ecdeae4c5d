#pragma once
// Which cases a number of the journey counts: the counts of the funnel, its steps and its times, each as a condition on one case.

#include "journey/step_times.h"

#include <limits>

namespace aisle {

enum class CaseOutcome : uint8_t { NotEntered, Open, Stopped, Converted };
std::string_view outcomeName(CaseOutcome outcome); ///< "stopped"
CaseOutcome outcomeOf(const CaseProgress& progress);
/// How far it came; where there is no journey nowhere.
const CaseProgress& progressOf(const JourneyState& state, CaseNumber number);

struct CaseFilter {
    enum class Which : uint8_t {
        All,
        Reached,
        StoppedAt,
        Outcome,
        OpenAt,     ///< came no further than the stage and may go on
        Entered,    ///< came to any stage
        FromBefore, ///< came to the stage and to FunnelStage::before; where there is none to the stage
        Time,       ///< has that time of the stage, in [from, to)
    };
    static constexpr int64_t kForever = std::numeric_limits<int64_t>::max();
    Which which = Which::All;
    size_t stage = 0;                             ///< of all but All, Outcome, Entered and the time of the whole journey
    CaseOutcome outcome = CaseOutcome::Converted; ///< of Outcome
    std::string text = {};                        ///< in the value, without regard to the case of ASCII letters
    StepTime time = StepTime::FromPrevious;       ///< of Time
    int64_t from = 0, to = kForever;              ///< ns, of Time
    bool operator==(const CaseFilter&) const = default;
};

bool passes(const JourneyState& state, CaseNumber number, const CaseFilter& filter);
/// Those of `only` (see casesInScope()) that pass, ascending. O(cases).
std::vector<CaseNumber> casesThat(const JourneyState& state, const std::vector<bool>& only, const CaseFilter& filter, const StopToken& stop = {});

/// Without the text: "reached Cart", "Product → Cart, 2.00 s to 5.00 s", "stopped at Cart, had stayed 1 min or longer".
std::string toWords(const JourneyState& state, const CaseFilter& filter);

} // namespace aisle
