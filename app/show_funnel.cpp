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

NamedJourney journeyNamed(const std::shared_ptr<Workspace>& workspace, const std::string& text, bool ofOrders) {
    std::vector<NamedJourney> known;
    const auto add = [&](std::vector<JourneyDefinition> journeys, bool isOrderFlow) {
        for (JourneyDefinition& journey : journeys)
            known.push_back({std::move(journey), isOrderFlow});
    };
    for (const bool isOrderFlow : {ofOrders, !ofOrders})
        add(journeysOf(userItems(*workspace->connect(), isOrderFlow ? kOrderFlow : kJourney, kMostJourneys)), isOrderFlow);
    add(journeyPresets(), false);
    add(fulfilmentPresets(), true);
    std::string names;
    for (NamedJourney& one : known) {
        if (one.definition.name == text || one.definition.id == text)
            return std::move(one);
        names += (names.empty() ? "\"" : ", \"") + one.definition.name + '"';
    }
    if (text == kFulfilment)
        return {orderFlow(ShowOptions(), workspace), true};
    if (std::error_code ignored; std::filesystem::exists(text, ignored))
        return {journeyOfFile(text), ofOrders};
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
        return withNotes(tabulate(funnelBreakdown(context, journey, casesInScope(journey, scope), o.by), journey.orders != nullptr));
    if (o.view == "conversion")
        return withNotes(tabulate(funnelTrend(journey, casesInScope(journey, scope)), o.utc, journey.orders != nullptr));
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
