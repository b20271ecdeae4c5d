#pragma once
// Logs of order flows made by hand or at random, without files.

#include "orders/fulfilment_log.h"

#include <algorithm>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace aisle::test {

struct Order {
    std::string visits; ///< "A0-1 B3-4": a visit of A from 0 to 1, of B from 3 to 4, by start; "C5-": one that never ended
    OrderState state = OrderState::Done;
};

inline FulfilmentLog emptyOrderLog(size_t stages) {
    FulfilmentLog log;
    for (size_t k = 0; k < stages; ++k)
        log.stages.emplace_back(1, static_cast<char>('A' + k));
    log.isOptional.assign(stages, false);
    log.within.assign(stages, 0);
    log.patience.assign(stages, 10);
    log.isPatienceAssumed.assign(stages, false);
    log.first.push_back(0);
    return log;
}

/// By start; ties keep their order.
inline void addOrder(FulfilmentLog& log, std::vector<FulfilmentLog::Visit> visits, OrderState state) {
    std::stable_sort(visits.begin(), visits.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
    int64_t latest = 0, working = 0;
    uint32_t cameTo = kNoStage;
    for (size_t i = 0; i < visits.size(); ++i) {
        FulfilmentLog::Visit& v = visits[i];
        v.row = static_cast<Row>(log.visits.size());
        if (i > 0)
            v.wait = std::max<int64_t>(0, v.start - latest);
        working += std::max<int64_t>(0, v.end - (i == 0 ? v.start : std::max(v.start, latest)));
        latest = i == 0 ? v.end : std::max(latest, v.end);
        cameTo = i == 0 ? v.stage : std::max(cameTo, v.stage);
        log.visits.push_back(v);
    }
    log.first.push_back(static_cast<uint32_t>(log.visits.size()));
    log.working.push_back(working);
    log.lead.push_back(visits.empty() ? 0 : latest - visits.front().start);
    log.state.push_back(visits.empty() ? OrderState::Done : state);
    log.silent.push_back(0);
    log.cameTo.push_back(cameTo);
    log.failedAt.push_back(log.state.back() == OrderState::Failed ? cameTo : kNoStage);
    log.observedUntil = visits.empty() ? log.observedUntil : std::max(log.observedUntil, latest);
}

/// `unit` ns are 1 in the visits; what the files saw ends with `until`, at least with the last visit.
inline FulfilmentLog orderLog(const std::vector<Order>& orders, int64_t until, size_t stages = 4, int64_t unit = 1) {
    FulfilmentLog log = emptyOrderLog(stages);
    log.patience.assign(stages, 10 * unit);
    log.observedUntil = until * unit;
    for (const Order& order : orders) {
        std::vector<FulfilmentLog::Visit> visits;
        std::istringstream words(order.visits);
        for (std::string word; words >> word;) {
            const size_t dash = word.find('-', 2); // a start may be negative
            FulfilmentLog::Visit& v = visits.emplace_back();
            v.stage = static_cast<uint32_t>(word[0] - 'A');
            v.start = std::stoll(word.substr(1, dash - 1)) * unit;
            v.isUnfinished = dash + 1 == word.size();
            v.end = v.isUnfinished ? v.start : std::stoll(word.substr(dash + 1)) * unit;
        }
        addOrder(log, visits, order.state);
    }
    return log;
}

/// Times from `from` to from + range, with many that are equal where the range is short; visits overlap, repeat and come in any order.
inline FulfilmentLog randomOrderLog(std::mt19937& random, size_t orders, size_t stages, int64_t from, int64_t range, bool isClosed) {
    const auto below = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint64_t>(n)); };
    FulfilmentLog log = emptyOrderLog(stages);
    log.observedUntil = from + 2 * range;
    for (size_t i = 0; i < orders; ++i) {
        std::vector<FulfilmentLog::Visit> visits(static_cast<size_t>(below(6)));
        for (FulfilmentLog::Visit& v : visits) {
            v.stage = static_cast<uint32_t>(below(static_cast<int64_t>(stages)));
            v.start = from + below(range);
            v.end = v.start + below(range / 2 + 1);
            v.failed = below(5) == 0;
        }
        addOrder(log, visits, isClosed ? OrderState::Done : static_cast<OrderState>(below(4)));
    }
    return log;
}

inline std::vector<bool> allOrders(const FulfilmentLog& log) { return std::vector<bool>(log.cases(), true); }

/// Each with a chance of a half.
inline std::vector<bool> someOrders(std::mt19937& random, const FulfilmentLog& log) {
    std::vector<bool> only(log.cases());
    for (size_t c = 0; c < only.size(); ++c)
        only[c] = random() % 2 == 0;
    return only;
}

} // namespace aisle::test
