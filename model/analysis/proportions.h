#pragma once
// Shares, and how sure they are.

#include <cstdint>

namespace aisle {

struct Interval {
    double low = 0, high = 0;
};

/// The z beyond which a standard normal value is with that chance on either side together.
double normalQuantile(double chance);
inline constexpr double kZ95 = 1.959963984540054; ///< normalQuantile(0.05)

/// The shares that x of n do not contradict (Wilson 1927, "Probable inference, the law of succession, and statistical inference");
/// of none 0 to 1.
Interval shareInterval(uint64_t x, uint64_t n, double z = kZ95);
/// The interval of p1 - p2, for x1 of n1 and x2 of n2 (Newcombe 1998, "Interval estimation for the difference between independent
/// proportions", method 10).
Interval differenceInterval(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, double z = kZ95);

} // namespace aisle
