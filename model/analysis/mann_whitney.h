#pragma once
// Two groups of values that need not be normal: are those of one larger than those of the other?

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

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

struct GroupedValue {
    int64_t value = 0;
    uint32_t group = 0;
};
/// Of each group what rankSum() says of its values and those of all other groups together. `sorted` by value. O(values + groups).
std::vector<RankSum> rankSums(std::span<const GroupedValue> sorted, size_t groups);

} // namespace aisle
