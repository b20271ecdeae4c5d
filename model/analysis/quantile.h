#pragma once
// Exact quantiles by nearest rank: sorted[ceil(q*n)-1] (domain rules). Works in place.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace aisle {

/// Its number among `size` sorted values, which are not none.
inline size_t nearestRank(size_t size, double q) {
    const auto n = static_cast<double>(size);
    // 0.07 * 100 is 7.000000000000001 in binary, and its rank is the 7th.
    return static_cast<size_t>(std::clamp(std::ceil(q * n - 1e-6), 1.0, n)) - 1;
}

/// 0 when there are no values; `values` is reordered.
template <typename T>
T quantile(std::vector<T>& values, double q) {
    if (values.empty())
        return 0;
    const size_t rank = nearestRank(values.size(), q);
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank), values.end());
    return values[rank];
}

} // namespace aisle
