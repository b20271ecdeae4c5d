#include "story/story_head.h"

#include "journey/case_money.h"
#include "journey/journey_proposal.h"
#include "orders/customer_steps.h"
#include "orders/fulfilment.h"
#include "story/story_attributes.h"
#include "story/story_values.h"
#include "text/format.h"

#include <algorithm>
#include <span>
#include <tuple>

namespace aisle {

StoryHead storyHead(const JourneyState& state, const FulfilmentLog& log, CaseNumber number, const StoryTemplates& words,
                    const std::function<std::string(uint32_t stage)>& nounOf) {
    StoryHead out;
    const auto headlineOf = [&](const std::string& pattern, std::vector<StoryValue> values) {
        out.headline.pattern = pattern;
        out.headline.values = std::move(values);
    };
    const auto headline = [&](const char* key, std::vector<StoryValue> values) { headlineOf(words.text(key), std::move(values)); };
    if (number >= log.cases() || !log.hasVisits(number)) {
        headline("headline.nothing", {});
        return out;
    }
    const std::span<const FulfilmentLog::Visit> visits = std::span(log.visits).subspan(log.first[number], log.first[number + 1] - log.first[number]);
    out.state = log.state[number];
    const bool isBegun = isBeginningSeen(state, log, number);
    if (!isBegun) {
        StorySentence& unseen = out.beginning.emplace();
        unseen.kind = StoryKind::More;
        unseen.pattern = words.text("begins.unseen");
        unseen.values = {ofStage("stage", nounOf(0))};
        unseen.rows = {visits.front().row};
    }
    for (uint32_t k = 0; k < log.stages.size(); ++k)
        if (isLateAt(log, number, k)) {
            const auto at = std::find_if(visits.begin(), visits.end(), [k](const FulfilmentLog::Visit& visit) { return visit.stage == k; });
            StorySentence& late = out.late.emplace_back();
            late.kind = StoryKind::Waited;
            late.pattern = words.text(at != visits.end() ? "late.stage" : "late.open");
            late.values = {ofStage("stage", nounOf(k)), own("time", formatDuration(*timeToStage(log, number, k))), own("target", formatDuration(log.within[k]))};
            if (at != visits.end()) {
                late.time = at->start;
                late.rows = {at->row};
            }
        }
    if (*out.state == OrderState::Done) {
        const uint32_t failedAt = log.failedAt[number];
        if (!isBegun)
            headline(failedAt == kNoStage ? "headline.doneUnseen" : "headline.doneFailedUnseen", failedAt == kNoStage ? std::vector<StoryValue>() : std::vector<StoryValue>{ofStage("stage", nounOf(failedAt))});
        else if (failedAt == kNoStage)
            headline("headline.done", {own("time", formatDuration(log.lead[number]))});
        else
            headline("headline.doneFailed", {own("time", formatDuration(log.lead[number])), ofStage("stage", nounOf(failedAt))});
        return out;
    }
    if (*out.state == OrderState::Failed) { // it waits for nothing
        const uint32_t stage = log.failedAt[number];
        const bool isSetAside = std::any_of(visits.begin(), visits.end(), [stage](const FulfilmentLog::Visit& visit) { return visit.stage == stage && visit.isSetAside; });
        headline(isSetAside ? "headline.setAside" : "headline.failed", {ofStage("stage", nounOf(stage))});
        return out;
    }
    const bool isStuck = *out.state == OrderState::Stuck;
    const auto last =
        std::max_element(visits.begin(), visits.end(), [](const auto& a, const auto& b) { return std::tie(a.end, a.start) < std::tie(b.end, b.start); });
    constexpr int64_t kSecond = 1'000'000'000;
    const std::string silent = log.silent[number] < kSecond ? words.text("silent.short") : formatDuration(log.silent[number]); // it may have been the last that was seen at all
    std::vector<StoryValue> values = {ofStage("stage", nounOf(last->stage)), own("silent", silent)};
    const uint32_t awaited = awaitedOfCustomer(log, number);
    if (awaited == kNoStage) {
        headline(last->failed ? isStuck ? "headline.stuckFailed" : "headline.underWayFailed" : isStuck ? "headline.stuck" : "headline.underWay",
                 std::move(values));
    } else {
        values.push_back(ofStage("next", nounOf(awaited)));
        const StoryTemplates::Step* step = words.stageStep(log.stages[awaited], {});
        headlineOf(!isStuck ? words.text("headline.awaited") : step != nullptr && !step->left.empty() ? step->left : words.text("headline.left"),
                   std::move(values));
    }
    std::vector<bool> isPassed(log.stages.size());
    for (const FulfilmentLog::Visit& visit : visits)
        if (!visit.failed)
            isPassed[visit.stage] = true;
    // What was skipped on the way is nothing to wait for.
    const uint32_t cameTo = log.cameTo[number];
    uint32_t from = state.definition->order == StageOrder::Any ? 0 : cameTo;
    if (isProposal(*state.definition)) // what failed is to come all the same, for nobody says that it was skipped
        for (const FulfilmentLog::Visit& visit : visits)
            from = isPassed[visit.stage] ? from : std::min(from, visit.stage);
    std::string next;
    for (uint32_t stage = from; stage < log.stages.size(); ++stage)
        if (!log.isOptional[stage] && !isPassed[stage])
            next += (next.empty() ? "" : ", ") + nounOf(stage);
    StorySentence& open = out.open.emplace();
    open.kind = StoryKind::Open;
    open.pattern = words.text(awaited != kNoStage ? "open.left" : log.isPatienceAssumed[cameTo] ? "open.assumed" : isStuck ? "open.stuck" : "open.underWay");
    open.values = {ofStage("next", next), own("silent", silent), own("limit", formatDuration(log.patience[cameTo]))};
    open.rows = {last->row};
    return out;
}

std::vector<OrderStory::Figure> storyFigures(std::optional<OrderState> state, const JourneyState& journey, const FulfilmentLog& log, CaseNumber number, const FigureFacts& facts,
                                             const StoryTemplates& words) {
    std::vector<OrderStory::Figure> out;
    const auto figure = [&](const char* label, StoryValue value) { out.push_back({label, std::move(value)}); };
    const auto wordOf = [](OrderState of) {
        return of == OrderState::Done ? "state.done" : of == OrderState::UnderWay ? "state.underWay" : of == OrderState::Stuck ? "state.stuck" : "state.failed";
    };
    figure("page.state", own({}, words.text(state ? wordOf(*state) : "state.nothing")));
    if (facts.email != nullptr)
        figure("page.customer", valueOf({}, facts.email->key, facts.email->value));
    if (state) {
        if (isBeginningSeen(journey, log, number))
            figure("page.lead", own({}, formatDuration(log.lead[number])));
        if (isLate(log, number))
            figure("page.late", own({}, filledIn(words.text("late.whole"), {{"time", formatDuration(timeAsAWhole(log, number) - log.target)}, {"target", formatDuration(log.target)}})));
        figure("page.working", own({}, formatDuration(log.working[number])));
    }
    for (const auto& [label, amounts] : {std::pair("page.charged", &facts.charged), std::pair("page.paidBack", &facts.paidBack)}) {
        std::string sums;
        for (const auto& [currency, sum] : *amounts)
            sums += (sums.empty() ? "" : ", ") + exactMoney(sum, currency);
        if (!sums.empty())
            figure(label, valueOf({}, StoryAttributes::preset().charge.front(), sums));
    }
    if (facts.tracking != nullptr)
        figure("page.tracking", valueOf({}, facts.tracking->key, facts.tracking->value));
    return out;
}

} // namespace aisle
