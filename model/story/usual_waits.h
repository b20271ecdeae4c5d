#pragma once
// How long other orders waited for a stage.

#include "analysis/quantile.h"
#include "orders/fulfilment_log.h"

#include <optional>

namespace aisle {

class UsualWaits {
public:
    static constexpr size_t kFewest = 5; ///< of fewer nothing is said

    /// Of all orders but this one, the waits for their first visit of each stage. O(visits).
    UsualWaits(const FulfilmentLog& log, CaseNumber but, const StopToken& stop) : waits_(log.stages.size()) {
        for (CaseNumber c = 0; c < log.cases(); ++c) {
            if ((c & 0xfff) == 0)
                stop.check();
            if (c == but)
                continue;
            for (uint32_t i = log.first[c]; i < log.first[c + 1]; ++i)
                if (const FulfilmentLog::Visit& visit = log.visits[i]; visit.attempt == 1 && visit.wait >= 0)
                    waits_[visit.stage].push_back(visit.wait);
        }
    }

    /// ns in which 9 of 10 had come there (p90, nearest rank); nothing: too few waited.
    std::optional<int64_t> of(uint32_t stage) {
        return waits_[stage].size() < kFewest ? std::nullopt : std::optional(quantile(waits_[stage], 0.9));
    }

private:
    std::vector<std::vector<int64_t>> waits_; ///< by stage
};

} // namespace aisle
