#include "orders/order_flow.h"

#include "journey/journey_proposal.h"
#include "journey/unreached.h"
#include "orders/dead_letters.h"
#include "orders/fulfilment_log.h"
#include "paths/case_log.h"
#include "query/context.h"
#include "resource/resource.h"

#include <algorithm>
#include <utility>

namespace aisle {

namespace {

constexpr size_t kFits = 2;        ///< stages that orders reach
constexpr size_t kMostStages = 10; ///< of a proposal
constexpr uint64_t kHabit = 10;    ///< one order in so many has a stage of a proposal

std::pair<size_t, uint64_t> fit(const JourneyState& state) {
    std::pair<size_t, uint64_t> out{0, 0};
    for (const FunnelStage& stage : state.everything.stages) {
        out.first += stage.reached > 0;
        out.second += stage.reached;
    }
    return out;
}

JourneyState without(JourneyState state, std::string problem) {
    state.definition.reset();
    state.everything = {};
    state.events.clear();
    state.failed.clear();
    state.problems.clear();
    state.unreached.clear();
    state.problem = std::move(problem);
    return state;
}

/// No definition and no cases: those of another notion would be taken for orders.
JourneyState nothing(const traceql::Context& context, std::string problem) {
    JourneyState state;
    state.table = context.table;
    state.problem = std::move(problem);
    return state;
}

/// Where the file has no such cases, CaseSource gives others, which are no orders.
bool isBy(const JourneyState& state, const JourneyDefinition& flow) { return !state.cases().cases().empty() && (flow.ownCase || state.cases().key().id == flow.caseKey); }

std::string noCasesOf(const std::string& caseKey, const std::optional<CaseKey>& ownCase) {
    if (ownCase || caseKey != kOrderCase)
        return "No span of this file says which " + (ownCase ? ownCase->noun() : caseKey) + " it belongs to.";
    std::string keys;
    for (const CaseKey& key : caseKeys())
        if (key.id == kOrderCase)
            for (const std::string& attribute : key.keys)
                keys += (keys.empty() ? "" : ", ") + attribute;
    return "No span of this file says which order it belongs to (" + keys + " were looked for). Say which attribute is the number of an order.";
}

/// How many orders have an activity, and where among the steps of an order it comes first: 0 to 1, summed.
struct Steps {
    std::vector<uint64_t> orders;
    std::vector<double> place;
};

Steps stepsOf(const CaseLog& log, const std::vector<bool>& isStep, const StopToken& stop) {
    Steps out{std::vector<uint64_t>(log.activities.size(), 0), std::vector<double>(log.activities.size(), 0)};
    std::vector<CaseNumber> last(log.activities.size(), kNoCase);
    std::vector<uint32_t> steps;
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        log.eventsOf(c, &isStep, steps);
        for (size_t i = 0; i < steps.size(); ++i) {
            const uint32_t activity = log.activity[steps[i]];
            if (std::exchange(last[activity], c) == c)
                continue;
            ++out.orders[activity];
            out.place[activity] += static_cast<double>(i) / static_cast<double>(steps.size());
        }
    }
    return out;
}

/// What most orders begin with; of equals the first.
uint32_t firstOf(const CaseLog& log) {
    std::vector<uint64_t> begin(log.activities.size(), 0);
    for (CaseNumber c = 0; c < log.cases(); ++c)
        if (log.first[c] != log.first[c + 1])
            ++begin[log.activity[log.first[c]]];
    return static_cast<uint32_t>(std::max_element(begin.begin(), begin.end()) - begin.begin());
}

StageDefinition stageOf(const CaseLog& log, uint32_t activity, bool isOptional) {
    StageDefinition stage;
    stage.name = log.activities[activity];
    stage.where = log.conditions[activity];
    stage.isOptional = isOptional;
    return stage;
}

} // namespace

std::optional<JourneyDefinition> proposeOrderFlow(const traceql::Context& context, const JourneyState& state, const StopToken& stop) {
    if (!state.definition)
        return std::nullopt;
    const SpanTable& table = *context.table;
    const CaseLog log = caseLog(state, activities(context, state, {ActivityChoice::Of::Requests, {}, true}, stop), stop);
    if (log.events() == 0)
        return std::nullopt;
    const RowSet doors = frontDoors(table, context.cases->facts(stop)->requests, stop);
    std::vector<bool> isConsumer(log.activities.size(), false), isBehind(log.activities.size(), false);
    for (size_t i = 0; i < log.events(); ++i) {
        const uint32_t activity = log.activity[i];
        if (log.conditions[activity].empty())
            continue;
        if (table.kind(log.row[i]) == Kind::Consumer)
            isConsumer[activity] = true;
        if (!doors[log.row[i]])
            isBehind[activity] = true;
    }
    const bool hasQueues = std::count(isConsumer.begin(), isConsumer.end(), true) >= 2;
    const Steps steps = stepsOf(log, hasQueues ? isConsumer : isBehind, stop);
    const uint64_t orders = static_cast<uint64_t>(std::count(state.counted.begin(), state.counted.end(), true));
    const uint32_t first = firstOf(log);
    std::vector<uint32_t> chosen;
    for (uint32_t a = 0; a < steps.orders.size(); ++a)
        if (steps.orders[a] > 0 && a != first && steps.orders[a] * kHabit >= orders)
            chosen.push_back(a);
    std::sort(chosen.begin(), chosen.end(), [&](uint32_t a, uint32_t b) { return std::pair(steps.orders[b], a) < std::pair(steps.orders[a], b); });
    chosen.resize(std::min(chosen.size(), kMostStages - 1));
    const auto placeOf = [&](uint32_t a) { return steps.place[a] / static_cast<double>(steps.orders[a]); };
    std::sort(chosen.begin(), chosen.end(), [&](uint32_t a, uint32_t b) { return std::pair(placeOf(a), a) < std::pair(placeOf(b), b); });

    JourneyDefinition out;
    nameAsProposal(out);
    out.caseKey = state.definition->caseKey;
    out.ownCase = state.definition->ownCase;
    if (!log.conditions[first].empty())
        out.stages.push_back(stageOf(log, first, false));
    for (const uint32_t a : chosen)
        out.stages.push_back(stageOf(log, a, !out.stages.empty() && steps.orders[a] * 2 < orders));
    if (out.stages.size() < kFits || !problemOf(out).empty())
        return std::nullopt;
    return out;
}

namespace {

/// The best of the presets by that notion of an order, and of what can be proposed. Without a table: there are no such cases.
JourneyState bestBy(const traceql::Context& context, const std::string& caseKey, const std::optional<CaseKey>& ownCase, const StopToken& stop) {
    JourneyState best;
    for (JourneyDefinition preset : fulfilmentPresets()) {
        preset.caseKey = caseKey;
        preset.ownCase = ownCase;
        JourneyState state = workOutJourney(context, preset, stop);
        if (!state.definition || !isBy(state, preset))
            return {};
        if (!best.table || fit(state) > fit(best))
            best = std::move(state);
    }
    return best;
}

JourneyState withProposal(const traceql::Context& context, JourneyState best, const StopToken& stop) {
    if (fit(best).first >= kFits)
        return best;
    if (const auto proposed = proposeOrderFlow(context, best, stop))
        if (JourneyState state = workOutJourney(context, *proposed, stop); fit(state).first > fit(best).first)
            best = std::move(state);
    if (fit(best).first == 0) {
        const std::string noun = best.cases().key().noun();
        return without(std::move(best), "None of the known order flows fits this file: none of their stages occurs in " + withArticle(noun) + ". Say what the stages are.");
    }
    return best;
}

JourneyState flowBy(const traceql::Context& context, const std::string& caseKey, const std::optional<CaseKey>& ownCase, const StopToken& stop) {
    if (context.table->isEmpty())
        return nothing(context, "Nothing is open.");
    JourneyState best = bestBy(context, caseKey, ownCase, stop);
    if (best.table)
        return withProposal(context, std::move(best), stop);
    return nothing(context, noCasesOf(caseKey, ownCase));
}

JourneyState flowOf(const traceql::Context& context, const std::optional<JourneyDefinition>& definition, const StopToken& stop) {
    if (context.table->isEmpty())
        return nothing(context, "Nothing is open.");
    if (definition) {
        JourneyState state = workOutJourney(context, definition, stop);
        if (state.definition && isBy(state, *definition))
            return state;
        return nothing(context, noCasesOf(definition->caseKey, definition->ownCase));
    }
    if (JourneyState best = bestBy(context, std::string(kOrderCase), {}, stop); best.table)
        return withProposal(context, std::move(best), stop);
    // In OpenTelemetry's demo of before 2024 only who placed an order is known, and not which one it is.
    JourneyState best;
    for (const CaseKey& key : context.cases->keys()) {
        JourneyState state = key.id == kOrderCase ? JourneyState() : bestBy(context, key.id, {}, stop);
        if (state.table && (!best.table || fit(state) > fit(best)))
            best = std::move(state);
    }
    if (!best.table || fit(best).first == 0)
        return nothing(context, noCasesOf(std::string(kOrderCase), {}));
    return best;
}

JourneyState followed(JourneyState state, const traceql::Context& context, const StopToken& stop) {
    followOrders(state, context, stop);
    return state;
}

/// Events with an error, or set aside in a dead-letter queue, become JourneyState::failed, and nobody has come to their stages by them.
void setFailedApart(JourneyState& state, const traceql::Context& context, const RowSet& apart, const StopToken& stop) {
    const std::vector<uint32_t> stages = stageOfEvents(state, stop);
    std::vector<StageEvent> came;
    const size_t before = state.failed.size();
    for (size_t i = 0; i < stages.size(); ++i) {
        const StageEvent& event = state.events[i];
        if (stages[i] == kNoStage || (!state.table->isError(event.row) && !apart[event.row])) {
            came.push_back(event);
            continue;
        }
        state.failed.push_back({event.row, uint32_t(1) << stages[i], event.held, 0});
        if (event.exclusions != 0)
            came.push_back({event.row, 0, event.held, event.exclusions});
    }
    if (state.failed.size() == before)
        return;
    state.events = std::move(came);
    std::inplace_merge(state.failed.begin(), state.failed.begin() + static_cast<std::ptrdiff_t>(before), state.failed.end(), [](const StageEvent& a, const StageEvent& b) { return a.row < b.row; });
    state.everything = funnel(*state.table, state.cases(), *state.definition, state.events, context.cases->facts(stop)->resolutions, &state.counted, stop);
    state.unreached = unreachedNotes(state, *context.cases, stop);
}

} // namespace

std::vector<JourneyDefinition> fulfilmentPresets() {
    std::vector<JourneyDefinition> out;
    for (const std::string& path : listResources(":/presets/fulfilment"))
        out.push_back(journeyFromJson(readResource(path.c_str())));
    return out;
}

JourneyState workOutFulfilmentBy(const traceql::Context& context, const std::string& caseKey, const std::optional<CaseKey>& ownCase, const StopToken& stop) { return followed(flowBy(context, caseKey, ownCase, stop), context, stop); }

JourneyState workOutFulfilment(const traceql::Context& context, const std::optional<JourneyDefinition>& definition, const StopToken& stop) { return followed(flowOf(context, definition, stop), context, stop); }

void followOrders(JourneyState& state, const traceql::Context& context, const StopToken& stop) {
    if (!state.definition)
        return;
    const SetAside apart = setAside(state, stop);
    setFailedApart(state, context, apart.visits, stop); // the others are of visits that failed, if of any
    auto log = std::make_shared<const FulfilmentLog>(fulfilmentLog(state, apart, stop));
    FunnelResult& all = state.everything;
    for (CaseNumber c = 0; c < log->cases(); ++c) {
        if (!log->hasVisits(c))
            continue;
        CaseProgress& progress = all.progress[c];
        progress.isConverted = log->state[c] == OrderState::Done && (progress.isConverted || progress.last > 0);
        progress.isOpen = log->state[c] == OrderState::UnderWay;
    }
    FunnelResult again = funnelOf(all, state.counted);
    all.stages = std::move(again.stages);
    all.converted = again.converted;
    all.openCases = again.openCases;
    state.orders = std::move(log);
}

} // namespace aisle
