#include "analysis/proportions.h"

#include <algorithm>
#include <cmath>

namespace aisle {

double normalQuantile(double chance) {
    double low = 0, high = 40;
    for (int i = 0; i < 200; ++i) {
        const double middle = (low + high) / 2;
        (std::erfc(middle / std::sqrt(2.0)) > chance ? low : high) = middle;
    }
    return high;
}

Interval shareInterval(uint64_t x, uint64_t n, double z) {
    if (n == 0)
        return {0, 1};
    const double count = static_cast<double>(n), p = static_cast<double>(x) / count, zz = z * z;
    const double middle = (p + zz / (2 * count)) / (1 + zz / count);
    const double half = z * std::sqrt(p * (1 - p) / count + zz / (4 * count * count)) / (1 + zz / count);
    return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

Interval differenceInterval(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, double z) {
    if (n1 == 0 || n2 == 0)
        return {-1, 1};
    const double p1 = static_cast<double>(x1) / static_cast<double>(n1), p2 = static_cast<double>(x2) / static_cast<double>(n2), d = p1 - p2;
    const Interval a = shareInterval(x1, n1, z), b = shareInterval(x2, n2, z);
    return {d - std::hypot(p1 - a.low, b.high - p2), d + std::hypot(a.high - p1, p2 - b.low)};
}

} // namespace aisle
