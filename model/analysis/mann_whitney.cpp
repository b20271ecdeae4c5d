#include "analysis/mann_whitney.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace aisle {

RankSum rankSum(std::span<const int64_t> a, std::span<const int64_t> b) {
    if (a.empty() || b.empty())
        return {};
    std::vector<std::pair<int64_t, bool>> values; // is it of a?
    values.reserve(a.size() + b.size());
    for (const int64_t value : a)
        values.emplace_back(value, true);
    for (const int64_t value : b)
        values.emplace_back(value, false);
    std::sort(values.begin(), values.end());
    double u = 0, ties = 0, smaller = 0; // smaller: values of b below
    for (size_t i = 0; i < values.size();) {
        size_t end = i;
        double ofA = 0;
        for (; end < values.size() && values[end].first == values[i].first; ++end)
            ofA += values[end].second ? 1 : 0;
        const double equal = static_cast<double>(end - i), ofB = equal - ofA;
        u += ofA * (smaller + ofB / 2);
        ties += equal * equal * equal - equal;
        smaller += ofB;
        i = end;
    }
    const double n = static_cast<double>(a.size()), m = static_cast<double>(b.size()), all = n + m;
    const double variance = n * m / 12 * (all + 1 - ties / (all * (all - 1)));
    RankSum out{u, 0, 1};
    if (variance <= 0)
        return out;
    const double away = u - n * m / 2, size = std::max(0.0, std::abs(away) - 0.5) / std::sqrt(variance);
    out.z = away < 0 ? -size : size;
    out.p = std::erfc(size / std::sqrt(2.0));
    return out;
}

} // namespace aisle
