#pragma once
// Two groups of values that need not be normal: are those of one larger than those of the other?

#include <cstdint>
#include <span>

namespace aisle {

/// The rank-sum test (Mann and Whitney 1947, "On a test of whether one of two random variables is stochastically larger than the other"),
/// two-sided, by the normal approximation with corrections for ties and for continuity (Siegel and Castellan 1988, "Nonparametric statistics
/// for the behavioral sciences", 6.4): good from about ten values on each side on.
struct RankSum {
    double u = 0; ///< of all pairs those in which the value of `a` is the larger; equal ones count half
    double z = 0; ///< above 0: those of `a` are larger
    double p = 1; ///< 1 where one side is empty, or all values are equal
};
/// O(n log n)
RankSum rankSum(std::span<const int64_t> a, std::span<const int64_t> b);

} // namespace aisle
