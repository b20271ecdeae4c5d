#include "analysis/mann_whitney.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace aisle {

namespace {

/// Of n values with that u beside m others. `ties`: the sum of t^3 - t over all runs of t equal values.
RankSum judged(double u, double n, double m, double ties) {
    if (n == 0 || m == 0)
        return {};
    const double all = n + m, variance = n * m / 12 * (all + 1 - ties / (all * (all - 1)));
    RankSum out{u, 0, 1};
    if (variance <= 0)
        return out;
    const double away = u - n * m / 2, size = std::max(0.0, std::abs(away) - 0.5) / std::sqrt(variance);
    out.z = away < 0 ? -size : size;
    out.p = std::erfc(size / std::sqrt(2.0));
    return out;
}

} // namespace

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
    return judged(u, static_cast<double>(a.size()), static_cast<double>(b.size()), ties);
}

std::vector<RankSum> rankSums(std::span<const GroupedValue> sorted, size_t groups) {
    std::vector<double> u(groups), smaller(groups), equal(groups); // smaller, equal: of its own values, than those of the run and with them
    std::vector<uint32_t> there;                                   // groups with values of the run
    double ties = 0;
    for (size_t i = 0; i < sorted.size();) {
        size_t end = i;
        there.clear();
        for (; end < sorted.size() && sorted[end].value == sorted[i].value; ++end)
            if (++equal[sorted[end].group] == 1)
                there.push_back(sorted[end].group);
        const double run = static_cast<double>(end - i);
        for (const uint32_t group : there) {
            const double own = std::exchange(equal[group], 0.0);
            u[group] += own * (static_cast<double>(i) - smaller[group] + (run - own) / 2);
            smaller[group] += own;
        }
        ties += run * run * run - run;
        i = end;
    }
    std::vector<RankSum> out;
    for (size_t group = 0; group < groups; ++group)
        out.push_back(judged(u[group], smaller[group], static_cast<double>(sorted.size()) - smaller[group], ties));
    return out;
}

} // namespace aisle
