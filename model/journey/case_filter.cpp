#include "journey/case_filter.h"

#include "text/format.h"
#include "text/utf8.h"

#include <array>

namespace aisle {

namespace {

constexpr std::array<std::string_view, 4> kOutcomes = {"never began", "open", "stopped", "converted"};

/// Of a time of the stage.
bool isWithin(const JourneyState& state, CaseNumber number, const CaseFilter& filter) {
    if (number >= state.everything.progress.size())
        return false;
    const auto time = stepTimeOf(state, number, filter.time, filter.stage);
    return time && *time >= filter.from && (*time < filter.to || filter.to == CaseFilter::kForever);
}

/// "Product → Cart"; "to Cart" where they need not come from the stage before.
std::string stepWords(const JourneyState& state, size_t stage) {
    const FunnelStage& to = state.everything.stages[stage];
    const bool isFromBefore = stage > 0 && to.before == stage - 1 && state.definition && !state.definition->isOpen;
    return (isFromBefore ? state.everything.stages[stage - 1].name + " \u2192 " : "to ") + to.name;
}

std::string rangeWords(int64_t from, int64_t to) {
    if (to == CaseFilter::kForever)
        return from == 0 ? "" : formatDuration(from) + " or longer";
    return from == 0 ? "under " + formatDuration(to) : formatDuration(from) + " to " + formatDuration(to);
}

} // namespace

std::string_view outcomeName(CaseOutcome outcome) { return kOutcomes[static_cast<size_t>(outcome)]; }

CaseOutcome outcomeOf(const CaseProgress& progress) {
    if (progress.isConverted)
        return CaseOutcome::Converted;
    if (progress.last == 0)
        return CaseOutcome::NotEntered;
    return progress.isOpen ? CaseOutcome::Open : CaseOutcome::Stopped;
}

const CaseProgress& progressOf(const JourneyState& state, CaseNumber number) {
    static const CaseProgress none;
    return number < state.everything.progress.size() ? state.everything.progress[number] : none;
}

bool passes(const JourneyState& state, CaseNumber number, const CaseFilter& filter) {
    const CaseProgress& progress = progressOf(state, number);
    const auto isCounted = [&] {
        switch (filter.which) {
        case CaseFilter::Which::All: return true;
        case CaseFilter::Which::Reached: return progress.reached(filter.stage);
        case CaseFilter::Which::StoppedAt: return progress.stoppedAt(filter.stage);
        case CaseFilter::Which::Outcome: return outcomeOf(progress) == filter.outcome;
        case CaseFilter::Which::OpenAt: return progress.last == filter.stage + 1 && !progress.isConverted && progress.isOpen;
        case CaseFilter::Which::Entered: return progress.last > 0;
        case CaseFilter::Which::FromBefore: {
            const size_t before = filter.stage < state.everything.stages.size() ? state.everything.stages[filter.stage].before : FunnelStage::kNone;
            return progress.reached(filter.stage) && (before == FunnelStage::kNone || progress.reached(before));
        }
        case CaseFilter::Which::Time: return isWithin(state, number, filter);
        }
        return false;
    };
    return isCounted() && containsFolded(state.cases().cases()[number].value, filter.text);
}

std::vector<CaseNumber> casesThat(const JourneyState& state, const std::vector<bool>& only, const CaseFilter& filter, const StopToken& stop) {
    std::vector<CaseNumber> out;
    for (CaseNumber c = 0; c < only.size(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        if (only[c] && passes(state, c, filter))
            out.push_back(c);
    }
    return out;
}

std::string toWords(const JourneyState& state, const CaseFilter& filter) {
    const auto name = [&]() -> const std::string& { return state.everything.stages[filter.stage].name; };
    switch (filter.which) {
    case CaseFilter::Which::All: return "all";
    case CaseFilter::Which::Reached: return "reached " + name();
    case CaseFilter::Which::StoppedAt: return "stopped at " + name();
    case CaseFilter::Which::Outcome: return filter.outcome == CaseOutcome::Open ? "still open" : std::string(outcomeName(filter.outcome));
    case CaseFilter::Which::OpenAt: return "still open at " + name();
    case CaseFilter::Which::Entered: return "entered";
    case CaseFilter::Which::FromBefore: {
        const size_t before = state.everything.stages[filter.stage].before;
        return before == FunnelStage::kNone ? "reached " + name() : "reached " + state.everything.stages[before].name + " and " + name();
    }
    case CaseFilter::Which::Time: break;
    }
    const std::string range = rangeWords(filter.from, filter.to), of = range.empty() ? "" : ", " + range;
    switch (filter.time) {
    case StepTime::FromPrevious: return stepWords(state, filter.stage) + of;
    case StepTime::Stayed: return "stopped at " + name() + (range.empty() ? "" : ", had stayed " + range);
    case StepTime::Whole: break;
    }
    return range.empty() ? "converted" : "whole journey" + of;
}

} // namespace aisle
