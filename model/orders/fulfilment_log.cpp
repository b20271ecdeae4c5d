#include "orders/fulfilment_log.h"

#include "analysis/quantile.h"
#include "analysis/saturating.h"
#include "analysis/span_marks.h"
#include "journey/journey_proposal.h"
#include "orders/customer_steps.h"
#include "orders/dead_letters.h"
#include "paths/case_log.h"
#include "query/context.h"

#include <algorithm>
#include <bit>

namespace aisle {

namespace {

constexpr int64_t kLeastPatience = 10'000'000'000;
constexpr size_t kFewest = 5; ///< that went on; the p95 of fewer says nothing

/// How far an order came, visit by visit.
struct Way {
    const std::vector<bool>& isOptional;
    bool isInAnyOrder = false, isProposed = false;
    uint32_t cameTo = kNoStage, reached = kNoStage; ///< reached: with success
    uint32_t seen = 0, succeeded = 0, apart = 0; ///< bit k: stage k; apart: set aside

    /// False: it came back to where it had been.
    bool goesOn(uint32_t stage) const { return cameTo == kNoStage || (isInAnyOrder ? (seen >> stage & 1) == 0 : stage > cameTo); }
    void take(const FulfilmentLog::Visit& visit) {
        if (goesOn(visit.stage))
            cameTo = visit.stage;
        seen |= uint32_t(1) << visit.stage;
        apart |= uint32_t(visit.isSetAside) << visit.stage;
        if (visit.failed)
            return;
        if (reached == kNoStage || (isInAnyOrder ? (succeeded >> visit.stage & 1) == 0 : visit.stage > reached))
            reached = visit.stage;
        succeeded |= uint32_t(1) << visit.stage;
    }
    bool hasFailedAt(uint32_t stage) const { return (seen >> stage & 1) != 0 && (succeeded >> stage & 1) == 0; }
    /// Of the stages that are not optional the first of `some` of which it had visits, and none succeeded.
    uint32_t firstFailed(uint32_t some = ~uint32_t(0)) const {
        for (uint32_t k = 0; k < isOptional.size(); ++k)
            if (!isOptional[k] && (some >> k & 1) != 0 && hasFailedAt(k))
                return k;
        return kNoStage;
    }
    bool cameToEnd() const {
        uint32_t needed = 0, last = 0;
        for (uint32_t k = 0; k < isOptional.size(); ++k)
            if (!isOptional[k]) {
                needed |= uint32_t(1) << k;
                last = k;
            }
        if (isInAnyOrder)
            return (succeeded & needed) == needed;
        return (succeeded >> last & 1) != 0 || seen >> last > 1;
    }
    bool isDone() const { return cameToEnd() && !(isProposed && firstFailed() != kNoStage); }
    /// Where it is set aside, and did not go on all the same; kNoStage: nowhere. What is optional ends nothing.
    uint32_t setAsideAt() const {
        const bool mayGoOn = reached != kNoStage && !isProposed && !isInAnyOrder;
        return firstFailed(mayGoOn ? apart & ~((uint32_t(2) << reached) - 1) : apart);
    }
    /// Where it ended, if nothing is tried again.
    uint32_t endedAt(const FulfilmentLog::Visit& last) const {
        if (last.failed && last.stage == cameTo && hasFailedAt(cameTo))
            return cameTo;
        return cameToEnd() ? firstFailed() : kNoStage;
    }
};

void readVisits(const JourneyState& state, FulfilmentLog& log, const StopToken& stop) {
    const SpanTable& table = *state.table;
    Activities all = activities(traceql::Context(), state, {ActivityChoice::Of::Stages, {}, false}, stop);
    for (const StageEvent& event : state.failed)
        all.events.push_back({event.row, static_cast<uint32_t>(std::countr_zero(event.stages))});
    CaseLog events = caseLog(state, all, stop);
    const auto isOfFailed = [&](Row row) {
        const auto at = std::lower_bound(state.failed.begin(), state.failed.end(), row, [](const StageEvent& event, Row of) { return event.row < of; });
        return at != state.failed.end() && at->row == row;
    };
    log.first = std::move(events.first);
    log.withoutStart = events.withoutStart;
    log.visits.resize(events.activity.size());
    std::vector<uint32_t> attempts(log.stages.size());
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        std::fill(attempts.begin(), attempts.end(), 0U);
        int64_t latest = 0;
        for (uint32_t i = log.first[c]; i < log.first[c + 1]; ++i) {
            FulfilmentLog::Visit& visit = log.visits[i];
            visit.stage = events.activity[i];
            visit.row = events.row[i];
            visit.start = events.start[i];
            visit.isUnfinished = events.end[i] == CaseLog::kNoEnd;
            visit.end = visit.isUnfinished ? visit.start : events.end[i];
            visit.attempt = ++attempts[visit.stage];
            visit.failed = table.isError(visit.row) || isOfFailed(visit.row);
            if (i > log.first[c]) {
                visit.wait = std::max<int64_t>(0, timeBetween(latest, visit.start));
                if (const auto queue = queueWait(table, visit.row))
                    visit.queue = std::min(visit.wait, timeBetween(queue->from, queue->to));
                latest = std::max(latest, visit.end);
            } else {
                latest = visit.end;
            }
        }
    }
}

std::vector<int64_t> patienceOf(FulfilmentLog& log, bool isInAnyOrder, int64_t idleLimit, const StopToken& stop) {
    std::vector<std::vector<int64_t>> waits(log.stages.size());
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        Way way{log.isOptional, isInAnyOrder};
        int64_t longest = 0;
        for (uint32_t i = log.first[c]; i < log.first[c + 1]; ++i) {
            const FulfilmentLog::Visit& visit = log.visits[i];
            longest = std::max(longest, visit.wait);
            if (way.goesOn(visit.stage)) {
                if (way.cameTo != kNoStage)
                    waits[way.cameTo].push_back(longest);
                longest = 0;
            }
            way.take(visit);
        }
    }
    std::vector<int64_t> out(log.stages.size(), idleLimit);
    log.isPatienceAssumed.assign(out.size(), true);
    for (size_t k = 0; k < out.size(); ++k) {
        if (waits[k].size() >= kFewest) {
            log.isPatienceAssumed[k] = false;
            out[k] = std::max(kLeastPatience, clamped(static_cast<__int128>(quantile(waits[k], 0.95)) * 10));
        }
        for (size_t next = k + 1; next < out.size(); ++next)
            if (!log.isOptional[next]) {
                out[k] = std::max(out[k], log.within[next]);
                break;
            }
    }
    return out;
}

} // namespace

FulfilmentLog fulfilmentLog(const JourneyState& state, const StopToken& stop) {
    return state.definition ? fulfilmentLog(state, setAside(state, stop), stop) : FulfilmentLog();
}

FulfilmentLog fulfilmentLog(const JourneyState& state, const SetAside& apart, const StopToken& stop) {
    FulfilmentLog log;
    const JourneyDefinition& flow = *state.definition;
    for (const StageDefinition& stage : flow.stages) {
        log.stages.push_back(stage.name);
        log.isOptional.push_back(stage.isOptional);
        log.within.push_back(stage.within);
    }
    log.target = flow.target;
    log.observedUntil = state.table->endTime();
    readVisits(state, log, stop);
    for (FulfilmentLog::Visit& visit : log.visits)
        if (apart.visits[visit.row])
            visit.isSetAside = visit.failed = true;
    for (const Row row : apart.others) // of the order's last visit before that, if it failed
        if (const CaseNumber c = state.cases().caseOf(state.table->trace(row)); c != kNoCase && c < log.cases()) {
            const auto begin = log.visits.begin() + log.first[c], end = log.visits.begin() + log.first[c + 1];
            const auto after = std::upper_bound(begin, end, state.table->start(row), [](int64_t time, const FulfilmentLog::Visit& visit) { return time < visit.start; });
            if (after != begin && std::prev(after)->failed)
                std::prev(after)->isSetAside = true;
        }

    const bool isInAnyOrder = flow.order == StageOrder::Any;
    if (!isInAnyOrder)
        log.isOfCustomer = stagesOfCustomer(*state.table, log, stop);
    log.patience = patienceOf(log, isInAnyOrder, flow.idleLimit > 0 ? flow.idleLimit : state.cases().idleLimit(), stop);
    const bool isProposed = isProposal(flow);
    const size_t cases = log.cases();
    log.working.assign(cases, 0);
    log.lead.assign(cases, 0);
    log.silent.assign(cases, 0);
    log.cameTo.assign(cases, kNoStage);
    log.reached.assign(cases, kNoStage);
    log.state.assign(cases, OrderState::Done);
    log.failedAt.assign(cases, kNoStage);
    for (CaseNumber c = 0; c < cases; ++c) {
        if (c % 4096 == 0)
            stop.check();
        if (!log.hasVisits(c))
            continue;
        Way way{log.isOptional, isInAnyOrder, isProposed};
        const int64_t begin = log.visits[log.first[c]].start;
        int64_t latest = begin;
        for (uint32_t i = log.first[c]; i < log.first[c + 1]; ++i) {
            const FulfilmentLog::Visit& visit = log.visits[i];
            way.take(visit);
            if (visit.end > latest)
                addSaturated(log.working[c], timeBetween(std::max(latest, visit.start), visit.end));
            latest = std::max(latest, visit.end);
        }
        log.lead[c] = timeBetween(begin, latest);
        log.cameTo[c] = way.cameTo;
        log.reached[c] = way.reached;
        if (way.isDone()) {
            log.failedAt[c] = way.firstFailed();
            continue;
        }
        const int64_t silent = std::max<int64_t>(0, timeBetween(latest, log.observedUntil));
        const bool isSilent = silent > log.patience[way.cameTo];
        uint32_t endedAt = way.setAsideAt();
        if (endedAt == kNoStage && isSilent)
            endedAt = way.endedAt(log.visits[log.first[c + 1] - 1]);
        if (endedAt != kNoStage) {
            log.state[c] = OrderState::Failed;
            log.failedAt[c] = endedAt;
        } else {
            log.state[c] = isSilent ? OrderState::Stuck : OrderState::UnderWay;
            log.silent[c] = silent;
        }
    }
    return log;
}

} // namespace aisle
