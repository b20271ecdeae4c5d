#include "charts/duration_ticks.h"

namespace aisle {

std::vector<int64_t> durationTicks(int64_t end) {
    constexpr int64_t kSecond = 1'000'000'000, kDay = 86400 * kSecond;
    std::vector<int64_t> out;
    for (int64_t tick = 1; tick <= 10 * kSecond && tick < end; tick *= 10)
        out.push_back(tick);
    for (const int64_t tick : {60 * kSecond, 600 * kSecond, 3600 * kSecond, 36000 * kSecond})
        if (tick < end)
            out.push_back(tick);
    for (int64_t days = 4; days < end / kDay; days *= 10) // up to 292 years
        out.push_back(days * kDay);
    return out;
}

} // namespace aisle
