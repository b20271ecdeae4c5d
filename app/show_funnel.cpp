#include "show_funnel.h"

#include "journey/funnel_breakdown.h"
#include "journey/funnel_table.h"
#include "journey/saved_journeys.h"
#include "journey/step_times.h"
#include "orders/order_flow.h"
#include "show_cases.h"
#include "show_drop_off.h"
#include "show_orders.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>

namespace aisle {

namespace {
constexpr std::array<std::string_view, 7> kViews = {"funnel", "cases", kCase, "step-times", "breakdown", "conversion", "drop-off"};
}

JourneyDefinition journeyNamed(const std::shared_ptr<Workspace>& workspace, const std::string& text, bool ofOrders) {
    std::vector<JourneyDefinition> known;
    for (const std::string_view kind : {ofOrders ? kOrderFlow : kJourney, ofOrders ? kJourney : kOrderFlow})
        for (JourneyDefinition& kept : journeysOf(userItems(*workspace->connect(), kind, kMostJourneys)))
            known.push_back(std::move(kept));
    for (auto presets : {journeyPresets(), fulfilmentPresets()})
        for (JourneyDefinition& preset : presets)
            known.push_back(std::move(preset));
    std::string names;
    for (const JourneyDefinition& journey : known) {
        if (journey.name == text || journey.id == text)
            return journey;
        names += (names.empty() ? "\"" : ", \"") + journey.name + '"';
    }
    if (text == kFulfilment)
        return orderFlow(ShowOptions(), workspace);
    if (std::error_code ignored; std::filesystem::exists(text, ignored))
        return journeyOfFile(text);
    throw std::runtime_error("There is neither a file nor a journey " + text + ". Journeys are " + names + " and fulfilment, the order flow of the file.");
}

bool isOfJourney(std::string_view view) { return std::find(kViews.begin(), kViews.end(), view) != kViews.end(); }

std::optional<Tabular> funnelContent(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope) {
    if (auto cases = casesContent(o, context, scope))
        return cases;
    if (!isOfJourney(o.view))
        return std::nullopt;
    const JourneyState& journey = *context.journey;
    if (!journey.problem.empty())
        throwProblem(context);
    if (o.view == "drop-off")
        return tabulate(redacted(dropOffOf(o.stage, context, scope), *o.redactor), journey);
    const auto withNotes = [&](Tabular table) { // which cases these are
        for (std::string& note : caseNotes(journey))
            table.notes.push_back(std::move(note));
        return table;
    };
    if (o.view == "step-times")
        return withNotes(tabulate(stepTimes(journey, casesInScope(journey, scope))));
    if (o.view == "breakdown")
        return withNotes(tabulate(funnelBreakdown(context, journey, casesInScope(journey, scope), o.by)));
    if (o.view == "conversion")
        return withNotes(tabulate(funnelTrend(journey, casesInScope(journey, scope)), o.utc));
    if (!o.baseline.empty()) {
        const FunnelComparison found = compareFunnels(journey, scope, o.baselineScope, context);
        if (found.a.cases == 0 || found.b.cases == 0)
            throw std::runtime_error(found.b.cases == 0 ? "There is nothing to compare with." : scope.everything ? "Everything is the baseline; there is nothing to compare with it." : "Nothing is selected.");
        return tabulate(found);
    }
    const NeverBegan never = neverBegan(context, journey, casesInScope(journey, scope));
    return tabulateFunnel(journey, funnelInScope(journey, scope), &never, scope.scope);
}

} // namespace aisle
