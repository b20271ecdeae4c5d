#pragma once
// Steps of time of equal, round lengths, for what is counted over time.

#include "analysis/saturating.h"
#include "query/metrics.h"

#include <algorithm>
#include <cstdint>

namespace aisle {

struct TimeBins {
    int64_t start = 0, step = 1; ///< ns; `start` is a multiple of `step`, but for clocks at the end of what a number holds
    uint32_t count = 0;

    /// From the first to the last moment, both within. Some `most` of them, at most three more than twice as many.
    static TimeBins over(int64_t first, int64_t last, uint32_t most) {
        TimeBins out;
        out.step = traceql::chosenStep(timeBetween(first, last), std::max<uint32_t>(1, most));
        const int64_t over = first % out.step;
        out.start = clamped(static_cast<__int128>(first) - over - (over < 0 ? out.step : 0));
        out.count = static_cast<uint32_t>((static_cast<__int128>(last) - out.start) / out.step) + 1;
        return out;
    }
    /// The one that holds a moment; of those outside the first or the last one.
    uint32_t at(int64_t time) const {
        const __int128 bin = time < start ? 0 : (static_cast<__int128>(time) - start) / step;
        return static_cast<uint32_t>(std::min<__int128>(bin, count == 0 ? 0 : count - 1));
    }
    int64_t startOf(uint32_t bin) const { return clamped(static_cast<__int128>(step) * bin + start); }
    int64_t end() const { return startOf(count); }
};

} // namespace aisle
