#include "orders/customer_steps.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace aisle {

namespace {

constexpr uint32_t kNoService = 0xffffffffU;

struct Door {
    uint32_t outer = kNoService;  ///< service of the outermost request that a span is part of
    uint32_t behind = kNoService; ///< of the first request below that one of another service; kNoService: none
};

/// Nothing: it is part of no request, or it lies behind a message.
std::optional<Door> doorOf(const SpanTable& table, Row row) {
    Door out;
    int steps = 1000;
    for (Row up = row; up != kNoRow && steps-- > 0; up = table.parent(up)) {
        const Kind kind = table.kind(up);
        if (kind == Kind::Consumer)
            return std::nullopt;
        if ((kind != Kind::Server && kind != Kind::Unspecified) || !table.isEntry(up))
            continue;
        if (const uint32_t service = table.service(up); service != out.outer)
            out = {service, out.outer};
    }
    return out.outer == kNoService ? std::nullopt : std::optional(out);
}

/// Visits of one stage by one order in one trace.
struct Request {
    uint32_t stage = 0;
    bool isFirst = false; ///< nothing in that trace was before it
    std::optional<Door> door;
};

std::span<const FulfilmentLog::Visit> visitsOf(const FulfilmentLog& log, CaseNumber order) { return std::span(log.visits).subspan(log.first[order], log.first[order + 1] - log.first[order]); }

} // namespace

std::vector<bool> stagesOfCustomer(const SpanTable& table, const FulfilmentLog& log, const StopToken& stop) {
    std::vector<Request> requests;
    std::unordered_set<TraceIndex> traces;
    std::unordered_map<uint64_t, size_t> known; // request by trace and stage
    size_t seen = 0;
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        traces.clear();
        known.clear();
        for (const FulfilmentLog::Visit& visit : visitsOf(log, c)) {
            if (++seen % 4096 == 0)
                stop.check();
            const TraceIndex trace = table.trace(visit.row);
            const auto [at, isNew] = known.try_emplace(uint64_t(trace) << 32 | visit.stage, requests.size());
            const std::optional<Door> door = doorOf(table, visit.row);
            if (isNew)
                requests.push_back({visit.stage, traces.insert(trace).second, door});
            else if (Request& request = requests[at->second]; request.door && request.door->behind == kNoService && door && door->outer == request.door->outer)
                request.door = door; // of a gateway and of what it passes the request on to, which both fill the stage
        }
    }
    std::set<std::pair<uint32_t, uint32_t>> doors;
    for (const Request& request : requests)
        if (request.stage == 0 && request.door)
            doors.emplace(request.door->outer, request.door->behind);
    const auto isDoor = [&](const Door& door) {
        const auto any = doors.lower_bound({door.outer, 0});
        const bool isAny = any != doors.end() && any->first == door.outer;
        return isAny && (door.behind == kNoService || doors.contains({door.outer, door.behind}) || doors.contains({door.outer, kNoService}));
    };
    std::vector<uint64_t> all(log.stages.size()), acts(log.stages.size());
    for (const Request& request : requests) {
        ++all[request.stage];
        acts[request.stage] += request.isFirst && request.door && isDoor(*request.door);
    }
    std::vector<bool> out(log.stages.size());
    for (size_t k = 0; k < out.size(); ++k)
        out[k] = acts[k] * 2 > all[k];
    return out;
}

uint32_t awaitedOfCustomer(const FulfilmentLog& log, CaseNumber order) {
    if (log.isOfCustomer.empty() || !log.hasVisits(order) || isOver(log.state[order]))
        return kNoStage;
    const auto visits = visitsOf(log, order);
    const auto last = std::max_element(visits.begin(), visits.end(), [](const auto& a, const auto& b) { return std::tie(a.end, a.start) < std::tie(b.end, b.start); });
    const uint32_t cameTo = log.cameTo[order];
    const bool isPassed = std::any_of(visits.begin(), visits.end(), [&](const auto& visit) { return visit.stage == cameTo && !visit.failed; });
    if (!isPassed || last->failed || last->isUnfinished)
        return kNoStage;
    for (uint32_t stage = cameTo + 1; stage < log.stages.size(); ++stage)
        if (!log.isOptional[stage])
            return log.isOfCustomer[stage] ? stage : kNoStage;
    return kNoStage;
}

} // namespace aisle
