#include "show_orders.h"

#include "journey/funnel_breakdown.h"
#include "journey/funnel_table.h"
#include "journey/saved_journeys.h"
#include "orders/conformance.h"
#include "orders/fulfilment.h"
#include "orders/order_flow.h"
#include "orders/order_list.h"
#include "scope_result.h"
#include "text/duration_text.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>
#include <stdexcept>

namespace aisle {

namespace {

OrderFilter orderFilter(const std::string& outcome) {
    OrderFilter out;
    if (outcome == "done")
        out.state = OrderState::Done;
    else if (outcome == "under-way")
        out.state = OrderState::UnderWay;
    else if (outcome == "stuck")
        out.state = OrderState::Stuck;
    else if (outcome == "failed")
        out.state = OrderState::Failed;
    else
        out.late = outcome == "late";
    return out;
}

/// "Packed=4h", or of the whole "48h".
void setTarget(JourneyDefinition& flow, const std::string& text) {
    const size_t equals = text.rfind('='); // a stage may have one in its name
    const std::string stage = equals == std::string::npos ? std::string() : text.substr(0, equals);
    int64_t time = 0;
    if (!parseDurationText(equals == std::string::npos ? text : text.substr(equals + 1), time) || time <= 0)
        throw std::runtime_error("--target " + printable(text) + " has no time, such as 90s, 48h or \"1 h 30 min\".");
    if (equals == std::string::npos) {
        flow.target = time;
        return;
    }
    const auto of = std::find_if(flow.stages.begin(), flow.stages.end(), [&](const StageDefinition& one) { return one.name == stage; });
    if (of == flow.stages.end())
        throw std::runtime_error("--target is for a stage of " + printable(flow.name) + ", and there is none " + printable(stage) + ".");
    of->within = time;
}

Tabular besideBaseline(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope, const FulfilmentLog& log) {
    const JourneyState& state = *context.journey;
    const FunnelComparison of = compareFunnels(state, scope, o.baselineScope, context); // which orders are of which
    const FulfilmentFigures a = fulfilment(state, log, of.ofA), b = fulfilment(state, log, of.ofB);
    if (a.orders == 0 || b.orders == 0)
        throw std::runtime_error(b.orders == 0 ? "There is nothing to compare with." : scope.everything ? "Everything is the baseline; there is nothing to compare it with." : "Nothing is selected.");
    return tabulateBeside(a, b, state);
}

Tabular orderList(const ShowOptions& o, const JourneyState& state, const FulfilmentLog& log, const std::vector<bool>& only) {
    std::vector<CaseNumber> orders = listOrders(state, log, only, orderFilter(o.outcome));
    const size_t all = orders.size();
    if (const uint64_t limit = o.limit.value_or(0); limit > 0 && orders.size() > limit)
        orders.resize(limit);
    Tabular out = tabulateOrders(state, log, orders, o.utc);
    if (orders.size() < all)
        out.notes.push_back(formatCount(all - orders.size()) + " more " + (all - orders.size() == 1 ? state.cases().key().noun() : state.cases().key().plural) + " left out by --limit.");
    if (o.outcome == "late" && !hasTarget(log))
        out.notes.push_back("--target 48h says in which time an order should be done, --target STAGE=4h in which time it should come to a stage.");
    for (std::string& note : fulfilmentNotes(fulfilment(state, log, only), state, log))
        out.notes.push_back(std::move(note));
    return out;
}

} // namespace

JourneyDefinition orderFlow(const ShowOptions& o, const std::shared_ptr<Workspace>& workspace) {
    const traceql::Context context = contextOf(workspace, false);
    std::optional<JourneyDefinition> flow = o.journeyDefinition;
    if (flow && o.caseChoice) {
        flow->caseKey = o.caseChoice->id;
        flow->ownCase = o.caseChoice->own;
    }
    if (!flow && !o.caseChoice)
        flow = lastJourney(*workspace->connect(), kOrderFlow);
    const JourneyState state = o.caseChoice && !flow ? workOutFulfilmentBy(context, o.caseChoice->id, o.caseChoice->own) : workOutFulfilment(context, flow);
    if (!state.definition)
        throw std::runtime_error(state.problem + (context.table->isEmpty() ? "" : " --by-case says what an order is, --journey what its stages are; aisle show case-keys lists what this file has."));
    JourneyDefinition out = *state.definition;
    for (const std::string& target : o.targets)
        setTarget(out, target);
    if (const std::string problem = problemOf(out); !o.targets.empty() && !problem.empty())
        throw std::runtime_error("--target does not go with the order flow: " + problem + ".");
    return out;
}

std::optional<Tabular> ordersContent(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope) {
    if (!isOfOrders(o.view))
        return std::nullopt;
    const JourneyState& state = *context.journey;
    if (!state.orders)
        throw std::runtime_error(state.problem);
    const FulfilmentLog& log = *state.orders;
    if (o.view == kFulfilment && !o.baseline.empty())
        return besideBaseline(o, context, scope, log);
    const std::vector<bool> only = casesInScope(state, scope);
    if (o.view == kOrders)
        return orderList(o, state, log, only);
    Tabular out = o.by == kByConformance ? tabulate(conformance(state, log, only), state, log) : tabulate(fulfilment(state, log, only), state, log);
    if (std::string note = timeNote(scope.scope, state.cases().key()); !note.empty())
        out.notes.push_back(std::move(note));
    return out;
}

} // namespace aisle
