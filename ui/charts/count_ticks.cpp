#include "charts/count_ticks.h"

#include <algorithm>

namespace aisle {

std::vector<uint64_t> countTicks(uint64_t most, double length, double room) {
    if (most == 0 || length <= 0)
        return {0};
    const double least = std::max(0.0, room) / length * static_cast<double>(most);
    uint64_t power = 1, step = 1;
    while (static_cast<double>(step) < least) {
        constexpr uint64_t kLargest = 1'000'000'000'000'000'000;
        if (step == power) {
            step = 2 * power;
        } else if (step == 2 * power) {
            step = 5 * power;
        } else if (power == kLargest) {
            break;
        } else {
            power *= 10;
            step = power;
        }
    }
    std::vector<uint64_t> out = {0};
    while (step <= most - out.back())
        out.push_back(out.back() + step);
    return out;
}

} // namespace aisle
