#include "orders/fulfilment.h"

#include "analysis/quantile.h"
#include "analysis/saturating.h"
#include "journey/funnel_table.h"
#include "journey/journey_proposal.h"
#include "orders/customer_steps.h"
#include "text/format.h"

#include <algorithm>
#include <optional>

namespace aisle {

namespace {

FulfilmentFigures::Times timesOf(std::vector<int64_t>& values) { return {values.size(), quantile(values, 0.5), quantile(values, 0.9), quantile(values, 0.95)}; }

/// Null: it never came there.
const FulfilmentLog::Visit* firstVisit(const FulfilmentLog& log, CaseNumber order, size_t stage, bool withSuccess = false) {
    for (uint32_t i = log.first[order]; i < log.first[order + 1]; ++i)
        if (log.visits[i].stage == stage && !(withSuccess && log.visits[i].failed))
            return &log.visits[i];
    return nullptr;
}

std::string failedWords(const FulfilmentFigures& figures) { return figures.failed == 0 ? std::string() : ", " + formatCount(figures.failed) + " failed"; }

/// "38 of those that are stuck wait for the customer, who did not go on: from Placed to Paid."; empty: none does.
std::string leftWords(const FulfilmentFigures& figures) {
    uint64_t left = 0;
    std::string where;
    for (size_t k = 0; k < figures.stages.size(); ++k) {
        if (figures.stages[k].leftByCustomer == 0)
            continue;
        left += figures.stages[k].leftByCustomer;
        const auto next = std::find_if(figures.stages.begin() + static_cast<std::ptrdiff_t>(k) + 1, figures.stages.end(), [](const FulfilmentFigures::Stage& stage) { return !stage.isOptional; });
        if (next != figures.stages.end())
            where += (where.empty() ? "from " : ", from ") + figures.stages[k].name + " to " + next->name;
    }
    return left == 0 ? std::string() : formatCount(left) + " of those that are stuck " + (left == 1 ? "waits" : "wait") + " for the customer, who did not go on: " + where + ".";
}

/// "longer under way than 2 h (269), or later at Packed than 5 min after the stage before (120)"; empty: there is no target.
std::string againstTargets(const FulfilmentFigures& figures, bool withFigures) {
    std::string out;
    const auto say = [&](const std::string& what, uint64_t late) { out += (out.empty() ? "" : ", or ") + what + (withFigures ? " (" + formatCount(late) + ")" : std::string()); };
    if (figures.target > 0)
        say("longer under way than " + formatDuration(figures.target), figures.lateAsAWhole);
    for (const FulfilmentFigures::Stage& stage : figures.stages)
        if (stage.within > 0)
            say("later at " + stage.name + " than " + formatDuration(stage.within) + " after the end of the stage before", stage.late);
    return out;
}

/// The figures of all orders together.
std::vector<std::string> figureNotes(const FulfilmentFigures& figures, const JourneyState& state) {
    const CaseKey& key = state.cases().key();
    const uint64_t without = figures.done - figures.lead.visits; // first stage
    std::vector<std::string> notes = {state.definition->name + ": " + counted(figures.orders, key.noun(), key.plural) + " by " + state.cases().attribute() + ", " + formatCount(figures.done) + " done, " + formatCount(figures.underWay) +
                                      " under way, " + formatCount(figures.stuck) + " stuck" + failedWords(figures) + "."};
    if (figures.lead.visits > 0)
        notes.push_back("Of those that are done half had a lead time of at most " + formatDuration(figures.lead.p50) + ", 90 % of at most " + formatDuration(figures.lead.p90) + ", 95 % of at most " + formatDuration(figures.lead.p95) +
                        (without > 0 ? " (" + formatCount(without) + " whose first stage is not in the file " + (without == 1 ? "is" : "are") + " left out)." : "."));
    if (figures.orders > 0)
        notes.push_back(formatPercent(figures.workingShare) + " of the lead time of all " + key.plural + " together something was done for them; the rest they waited" +
                        (figures.underWay + figures.stuck > 0 ? ", and what those that are under way or stuck wait now is in neither." : "."));
    if (const std::string against = againstTargets(figures, true); !against.empty())
        notes.push_back(counted(figures.late, key.noun(), key.plural) + (figures.late == 1 ? " is" : " are") + " late: " + against + "." + (figures.lateLeftByCustomer == 0 ? std::string() : " " + formatCount(figures.lateLeftByCustomer) + " of them " + (figures.lateLeftByCustomer == 1 ? "waits" : "wait") + " for the customer, who did not go on."));
    if (figures.orders > 0)
        notes.emplace_back("Waits and work are of every visit, repeats and failures included.");
    return notes;
}

/// What they do not say themselves.
std::vector<std::string> notesBesideFigures(const FulfilmentFigures& figures, const JourneyState& state) {
    const CaseKey& key = state.cases().key();
    std::vector<std::string> notes;
    if (figures.lead.visits > 0 && figures.lead.visits < figures.done)
        notes.push_back(counted(figures.done - figures.lead.visits, key.noun() + " is", key.plural + " are") + " left out of the lead time: the first stage is not in the file.");
    if (const std::string against = againstTargets(figures, false); !against.empty())
        notes.push_back("Late is what is " + against + ".");
    return notes;
}

/// What the visits of a stage took.
struct Taken {
    std::vector<int64_t> wait, queue, work;
    double waited = 0, worked = 0; ///< ns, shared out
};

} // namespace

bool hasTarget(const FulfilmentLog& log) {
    return log.target > 0 || std::any_of(log.within.begin(), log.within.end(), [](int64_t within) { return within > 0; });
}

std::optional<int64_t> timeToStage(const FulfilmentLog& log, CaseNumber order, size_t stage) {
    size_t before = stage;
    while (before-- > 0 && log.isOptional[before]) {
    }
    if (before >= stage)
        return std::nullopt;
    const FulfilmentLog::Visit* from = firstVisit(log, order, before, true);
    if (from == nullptr)
        from = firstVisit(log, order, before);
    if (from == nullptr)
        return std::nullopt;
    if (const FulfilmentLog::Visit* to = firstVisit(log, order, stage))
        return std::max<int64_t>(0, timeBetween(from->end, to->start));
    const bool waits = !isOver(log.state[order]) && log.cameTo[order] < stage;
    return waits ? std::optional(std::max<int64_t>(0, timeBetween(from->end, log.observedUntil))) : std::nullopt;
}

bool isLateAt(const FulfilmentLog& log, CaseNumber order, size_t stage) { return log.within[stage] > 0 && timeToStage(log, order, stage).value_or(0) > log.within[stage]; }

int64_t timeAsAWhole(const FulfilmentLog& log, CaseNumber order) { return isOver(log.state[order]) ? log.lead[order] : timeBetween(log.visits[log.first[order]].start, log.observedUntil); }

bool isBeginningSeen(const JourneyState& state, const FulfilmentLog& log, CaseNumber order) { return state.definition->order == StageOrder::Any || firstVisit(log, order, 0) != nullptr; }

bool isLate(const FulfilmentLog& log, CaseNumber order) {
    return log.target > 0 && log.hasVisits(order) && timeAsAWhole(log, order) > log.target;
}

bool isLateAnywhere(const FulfilmentLog& log, CaseNumber order) {
    bool out = isLate(log, order);
    for (size_t k = 0; k < log.stages.size() && !out; ++k)
        out = isLateAt(log, order, k);
    return out;
}

FulfilmentFigures fulfilment(const JourneyState& state, const FulfilmentLog& log, const std::vector<bool>& only, const StopToken& stop) {
    FulfilmentFigures out;
    out.target = log.target;
    out.stages.resize(log.stages.size());
    for (size_t k = 0; k < log.stages.size(); ++k) {
        out.stages[k].name = log.stages[k];
        out.stages[k].isOptional = log.isOptional[k];
        out.stages[k].within = log.within[k];
    }
    std::vector<Taken> taken(log.stages.size());
    std::vector<int64_t> leads;
    double whole = 0, working = 0;
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        if (!only[c] || !state.counted[c])
            continue;
        if (!log.hasVisits(c)) {
            ++out.without;
            continue;
        }
        ++out.orders;
        whole += static_cast<double>(log.lead[c]);
        working += static_cast<double>(log.working[c]);
        int64_t latest = log.visits[log.first[c]].start;
        uint32_t passed = 0; // bit k: stage k
        for (uint32_t i = log.first[c]; i < log.first[c + 1]; ++i) {
            const FulfilmentLog::Visit& visit = log.visits[i];
            FulfilmentFigures::Stage& stage = out.stages[visit.stage];
            Taken& sum = taken[visit.stage];
            ++stage.visits;
            stage.orders += visit.attempt == 1;
            stage.reworked += visit.attempt == state.definition->stages[visit.stage].times + 1;
            stage.failed += visit.failed;
            if (!visit.failed && (passed >> visit.stage & 1) == 0) {
                passed |= uint32_t(1) << visit.stage;
                ++stage.passed;
            }
            stage.unfinished += visit.isUnfinished;
            if (visit.wait >= 0) {
                sum.wait.push_back(visit.wait);
                sum.waited += static_cast<double>(visit.wait);
            }
            if (visit.queue >= 0)
                sum.queue.push_back(visit.queue);
            if (!visit.isUnfinished)
                sum.work.push_back(timeBetween(visit.start, visit.end));
            if (visit.end > latest)
                sum.worked += static_cast<double>(timeBetween(std::max(latest, visit.start), visit.end));
            latest = std::max(latest, visit.end);
        }
        for (size_t k = 0; k < log.stages.size(); ++k)
            out.stages[k].late += isLateAt(log, c, k);
        const bool isLateOrder = isLateAnywhere(log, c), isLeft = awaitedOfCustomer(log, c) != kNoStage;
        out.late += isLateOrder;
        out.lateLeftByCustomer += isLateOrder && isLeft;
        out.lateAsAWhole += isLate(log, c);
        FulfilmentFigures::Stage& there = out.stages[log.standsAt(c)];
        switch (log.state[c]) {
        case OrderState::Done:
            ++out.done;
            if (isBeginningSeen(state, log, c))
                leads.push_back(log.lead[c]);
            break;
        case OrderState::UnderWay:
            ++out.underWay;
            ++there.underWay;
            break;
        case OrderState::Stuck:
            ++out.stuck;
            ++there.stuck;
            there.leftByCustomer += isLeft;
            break;
        case OrderState::Failed:
            ++out.failed;
            ++there.failedOrders;
            break;
        }
    }
    for (size_t k = 0; k < taken.size(); ++k) {
        FulfilmentFigures::Stage& stage = out.stages[k];
        stage.wait = timesOf(taken[k].wait);
        stage.queue = timesOf(taken[k].queue);
        stage.work = timesOf(taken[k].work);
        stage.waitShare = whole > 0 ? taken[k].waited / whole : 0;
        stage.workShare = whole > 0 ? taken[k].worked / whole : 0;
    }
    out.lead = timesOf(leads);
    out.workingShare = whole > 0 ? working / whole : 0;
    return out;
}

Tabular tabulate(const FulfilmentFigures& figures, const JourneyState& state, const FulfilmentLog& log) {
    Tabular out;
    out.columns = {{"stage", "Stage"},
                   {"orders", "Orders", true, "Orders that were at the stage, whatever came of it"},
                   {"passed", "Passed", true, "Orders of which a visit did not fail. The funnel counts of these who passed the stages before as well, in their order"},
                   {"visits", "Visits", true, "Each time that an order was at the stage, repeats and failures included"},
                   {"reworked", "Reworked", true, "Orders that were there more than once"},
                   {"failed", "Failed", true, "Visits that failed"},
                   {"p50_wait_ns", "p50 wait", true, "From the end of all that was done for the order before to the start of the visit; of every visit, repeats and failures included"},
                   {"p90_wait_ns", "p90 wait", true},
                   {"p95_wait_ns", "p95 wait", true},
                   {"p50_queue_ns", "p50 in queue", true, "Of the wait, how long the message lay in the queue; not while an earlier visit of the order was still worked on, which is no wait"},
                   {"p90_queue_ns", "p90 in queue", true},
                   {"p95_queue_ns", "p95 in queue", true},
                   {"p50_work_ns", "p50 work", true, "From start to end of a visit; of every visit, repeats and failures included"},
                   {"p90_work_ns", "p90 work", true},
                   {"p95_work_ns", "p95 work", true},
                   {"wait_share", "Waiting", true, "Share of the time of all orders together that they waited for the stage"},
                   {"work_share", "Working", true, "Share of the time of all orders together that they were worked on in it"},
                   {"late", "Late", true, "Orders that came to it later than its target, or have not come to it in that time"},
                   {"under_way", "Under way", true, "Orders that came so far, and have been silent for no longer than others waited there"},
                   {"stuck", "Stuck", true, "Orders that came so far, and have been silent for longer than that"},
                   {"left_by_customer", "Left by customer", true, "Of those that are stuck, how many wait for the customer to go on"},
                   {"failed_orders", "Ended here", true, "Orders that ended here: it failed, and nothing was tried again"}};
    for (const FulfilmentFigures::Stage& s : figures.stages) {
        std::vector<Cell> row = {Cell(s.isOptional ? s.name + " (optional)" : s.name), Cell::count(s.orders), Cell::count(s.passed), Cell::count(s.visits), Cell::count(s.reworked), Cell::count(s.failed)};
        for (const FulfilmentFigures::Times* times : {&s.wait, &s.queue})
            for (const int64_t value : {times->p50, times->p90, times->p95})
                row.push_back(times->visits == 0 ? Cell() : Cell::wait(value));
        for (const int64_t value : {s.work.p50, s.work.p90, s.work.p95})
            row.push_back(s.work.visits == 0 ? Cell() : Cell::duration(value));
        row.push_back(Cell::percent(s.waitShare));
        row.push_back(Cell::percent(s.workShare));
        row.push_back(s.within == 0 ? Cell() : Cell::count(s.late));
        row.push_back(Cell::count(s.underWay));
        row.push_back(Cell::count(s.stuck));
        row.push_back(Cell::count(s.leftByCustomer));
        row.push_back(Cell::count(s.failedOrders));
        out.rows.push_back(std::move(row));
    }
    out.notes = fulfilmentNotes(figures, state, log);
    return out;
}

Tabular tabulateBeside(const FulfilmentFigures& figures, const FulfilmentFigures& baseline, const JourneyState& state) {
    Tabular out;
    out.columns = {{"stage", "Stage"},
                   {"orders", "Orders", true},
                   {"orders_baseline", "Baseline", true},
                   {"reworked", "Reworked", true},
                   {"reworked_baseline", "Baseline", true},
                   {"failed", "Failed", true},
                   {"failed_baseline", "Baseline", true},
                   {"p50_wait_ns", "p50 wait", true},
                   {"p50_wait_baseline_ns", "Baseline", true},
                   {"p95_wait_ns", "p95 wait", true},
                   {"p95_wait_baseline_ns", "Baseline", true},
                   {"p50_work_ns", "p50 work", true},
                   {"p50_work_baseline_ns", "Baseline", true},
                   {"p95_work_ns", "p95 work", true},
                   {"p95_work_baseline_ns", "Baseline", true},
                   {"stuck", "Stuck", true},
                   {"stuck_baseline", "Baseline", true},
                   {"failed_orders", "Ended here", true},
                   {"failed_orders_baseline", "Baseline", true}};
    for (size_t k = 0; k < figures.stages.size() && k < baseline.stages.size(); ++k) {
        const FulfilmentFigures::Stage &a = figures.stages[k], &b = baseline.stages[k];
        std::vector<Cell> row = {Cell(a.isOptional ? a.name + " (optional)" : a.name)};
        for (const auto member : {&FulfilmentFigures::Stage::orders, &FulfilmentFigures::Stage::reworked, &FulfilmentFigures::Stage::failed})
            for (const FulfilmentFigures::Stage* s : {&a, &b})
                row.push_back(Cell::count(s->*member));
        for (const auto of : {&FulfilmentFigures::Stage::wait, &FulfilmentFigures::Stage::work})
            for (const auto at : {&FulfilmentFigures::Times::p50, &FulfilmentFigures::Times::p95})
                for (const FulfilmentFigures::Stage* s : {&a, &b}) {
                    const FulfilmentFigures::Times& times = s->*of;
                    row.push_back(times.visits == 0 ? Cell() : of == &FulfilmentFigures::Stage::wait ? Cell::wait(times.*at) : Cell::duration(times.*at));
                }
        row.push_back(Cell::count(a.stuck));
        row.push_back(Cell::count(b.stuck));
        row.push_back(Cell::count(a.failedOrders));
        row.push_back(Cell::count(b.failedOrders));
        out.rows.push_back(std::move(row));
    }
    const CaseKey& key = state.cases().key();
    for (const auto& [title, of] : {std::pair("Selected: ", &figures), std::pair("Baseline: ", &baseline)})
        out.notes.push_back(title + counted(of->orders, key.noun(), key.plural) + ", " + formatCount(of->done) + " done, " + formatCount(of->underWay) + " under way, " + formatCount(of->stuck) + " stuck" + failedWords(*of) +
                            (of->lead.visits == 0 ? std::string() : "; of those that are done half had a lead time of at most " + formatDuration(of->lead.p50) + ", 95 % of at most " + formatDuration(of->lead.p95)) + ".");
    return out;
}

std::vector<std::string> fulfilmentNotes(const FulfilmentFigures& figures, const JourneyState& state, const FulfilmentLog& log, bool withFigures) {
    if (!state.definition)
        return {state.problem};
    std::vector<std::string> notes = withFigures ? figureNotes(figures, state) : notesBesideFigures(figures, state);
    const CaseKey& key = state.cases().key();
    if (key.id == "user" || key.id == "session")
        notes.push_back("Each " + key.noun() + " stands for one order.");
    if (!hasTarget(log))
        notes.push_back("No " + key.noun() + " is late: the order flow has no target.");
    std::string patience;
    for (size_t k = 0; k < log.stages.size(); ++k)
        if (figures.stages[k].underWay + figures.stages[k].stuck > 0)
            patience += (patience.empty() ? "" : ", ") + log.stages[k] + " " + formatDuration(log.patience[k]) + (log.isPatienceAssumed[k] ? " (assumed: too few went on from there)" : "");
    if (figures.underWay + figures.stuck > 0)
        notes.push_back("Stuck is what has been silent for longer than ten times what nearly all others waited at that stage, or its target: " + patience + ".");
    if (std::string left = leftWords(figures); !left.empty())
        notes.push_back(std::move(left));
    if (figures.failed > 0)
        notes.push_back("Failed is what ended at a stage that failed and was not tried again, as a card that is declined or an order that was set aside: it waits for nothing.");
    if (figures.without > 0)
        notes.push_back(counted(figures.without, key.noun() + " came", key.plural + " came") + " to no stage.");
    if (log.withoutStart > 0)
        notes.push_back(counted(log.withoutStart, "visit of a stage has", "visits of stages have") + " no time and " + (log.withoutStart == 1 ? "is" : "are") + " left out.");
    std::vector<std::string> cases = caseNotes(state);
    if (!cases.empty())
        cases.erase(cases.begin()); // when a case is over: of orders each stage says so
    notes.insert(notes.end(), cases.begin(), cases.end());
    notes.insert(notes.end(), state.unreached.begin(), state.unreached.end());
    if (isProposal(*state.definition))
        notes.push_back("The stages are proposed from what was done for these " + key.plural + ": none of the known order flows fits.");
    return notes;
}

} // namespace aisle
