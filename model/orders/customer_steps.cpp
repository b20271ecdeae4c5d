#include "orders/customer_steps.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <unordered_set>

namespace aisle {

namespace {

/// The outermost request that a span is part of; kNoRow: none, or it lies behind a message.
Row requestAround(const SpanTable& table, Row row) {
    Row out = kNoRow;
    int steps = 1000;
    for (Row up = row; up != kNoRow && steps-- > 0; up = table.parent(up)) {
        const Kind kind = table.kind(up);
        if (kind == Kind::Consumer)
            return kNoRow;
        if ((kind == Kind::Server || kind == Kind::Unspecified) && table.isEntry(up))
            out = up;
    }
    return out;
}

std::span<const FulfilmentLog::Visit> visitsOf(const FulfilmentLog& log, CaseNumber order) { return std::span(log.visits).subspan(log.first[order], log.first[order + 1] - log.first[order]); }

} // namespace

std::vector<bool> stagesOfCustomer(const SpanTable& table, const FulfilmentLog& log, const StopToken& stop) {
    std::vector<bool> isDoor(table.services().size());
    size_t seen = 0;
    const auto check = [&] {
        if (++seen % 4096 == 0)
            stop.check();
    };
    for (const FulfilmentLog::Visit& visit : log.visits) {
        check();
        if (visit.stage != 0)
            continue;
        if (const Row request = requestAround(table, visit.row); request != kNoRow)
            isDoor[table.service(request)] = true;
    }
    std::vector<uint64_t> visits(log.stages.size()), acts(log.stages.size());
    std::unordered_set<TraceIndex> traces;
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        check();
        traces.clear();
        for (const FulfilmentLog::Visit& visit : visitsOf(log, c)) {
            ++visits[visit.stage];
            if (!traces.insert(table.trace(visit.row)).second)
                continue;
            const Row request = requestAround(table, visit.row);
            acts[visit.stage] += request != kNoRow && isDoor[table.service(request)];
        }
    }
    std::vector<bool> out(log.stages.size());
    for (size_t k = 0; k < out.size(); ++k)
        out[k] = acts[k] * 2 > visits[k];
    return out;
}

uint32_t awaitedOfCustomer(const FulfilmentLog& log, CaseNumber order) {
    if (log.isOfCustomer.empty() || !log.hasVisits(order) || isOver(log.state[order]))
        return FulfilmentLog::kNoStage;
    const auto visits = visitsOf(log, order);
    const auto last = std::max_element(visits.begin(), visits.end(), [](const auto& a, const auto& b) { return std::tie(a.end, a.start) < std::tie(b.end, b.start); });
    const uint32_t cameTo = log.cameTo[order];
    const bool isPassed = std::any_of(visits.begin(), visits.end(), [&](const auto& visit) { return visit.stage == cameTo && !visit.failed; });
    if (!isPassed || last->failed || last->isUnfinished)
        return FulfilmentLog::kNoStage;
    for (uint32_t stage = cameTo + 1; stage < log.stages.size(); ++stage)
        if (!log.isOptional[stage])
            return log.isOfCustomer[stage] ? stage : FulfilmentLog::kNoStage;
    return FulfilmentLog::kNoStage;
}

} // namespace aisle
