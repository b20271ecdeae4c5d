#include "analysis/clustered.h"

#include "analysis/proportions.h"
#include "analysis/quantile.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aisle {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Kullback and Leibler's, of a share observed from a share assumed.
double divergence(double observed, double assumed) {
    const auto part = [](double a, double p) { return a <= 0 ? 0 : a * std::log(a / p); };
    return part(observed, assumed) + part(1 - observed, 1 - assumed);
}

/// Between a value that is possible and one that may not be: the first that is not; `end` where all are possible.
template <typename F>
double border(double possible, double end, F&& isPossible) {
    if (isPossible(end))
        return end;
    for (int i = 0; i < 50; ++i) {
        const double middle = (possible + end) / 2;
        (isPossible(middle) ? possible : end) = middle;
    }
    return end;
}

/// A variance that was estimated from so many traces, as much larger as t is than z. What goes beyond independent calls is
/// enlarged; less than that it is never more than theirs for being enlarged.
double enlarged(double effect, uint64_t traces, const JointLevel& level) {
    const double freedom = static_cast<double>(std::max(traces, kLeastTraces) - 1), zz = level.z * level.z;
    const double tt = freedom * std::expm1(zz * (freedom - 1.5) / ((freedom - 1) * (freedom - 1)));
    return std::max(std::min(1.0, effect * tt / zz), 1 + (effect - 1) * tt / zz);
}

/// As many independent calls as those of `of` are worth. Without a difference both sides cluster alike, so that what one shows
/// goes for both: a side with few failed calls does not know it. The other's is never more than if all calls of a trace were alike.
double independentCalls(const Clusters& of, const Clusters& other, const JointLevel& level) {
    const auto own = shareEffect(of, level), others = shareEffect(other, level);
    const double largest = of.cc / static_cast<double>(of.calls);
    const double effect = own || others ? std::max(own.value_or(1), std::min(others.value_or(1), largest)) : largest;
    return static_cast<double>(of.calls) / effect;
}

Interval differenceOf(double before, const Interval& beforeIn, double after, const Interval& afterIn) {
    const double d = after - before;
    return {d - std::hypot(after - afterIn.low, beforeIn.high - before), d + std::hypot(afterIn.high - after, before - beforeIn.low)};
}

int64_t atRank(std::vector<int64_t>& values, double rank) { // the first is 1
    const auto at = values.begin() + (static_cast<std::ptrdiff_t>(rank) - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

Clusters countUpTo(int64_t bound, const ClusteredValues& of) {
    Clusters out;
    uint32_t from = 0;
    for (const uint32_t end : of.ends) {
        const auto first = of.values.begin() + from, last = of.values.begin() + end;
        out.add(end - from, static_cast<uint64_t>(std::count_if(first, last, [bound](int64_t value) { return value <= bound; })));
        from = end;
    }
    return out;
}

/// `n`: as many independent values as `values` are worth.
Interval quantileInterval(double q, std::vector<int64_t>& values, double n, const JointLevel& level) {
    const auto isPossible = [&](double share) { return n * divergence(share, q) <= level.limit; };
    const auto all = static_cast<double>(values.size());
    Interval out{0, kInfinity};
    if (!isPossible(0))
        out.low = static_cast<double>(atRank(values, std::floor(all * border(q, 0, isPossible)) + 1));
    if (!isPossible(1))
        out.high = static_cast<double>(atRank(values, std::ceil(all * border(q, 1, isPossible))));
    return out;
}

} // namespace

JointLevel JointLevel::of(double confidence, uint64_t intervals) {
    const double chance = (1 - confidence) / static_cast<double>(std::max<uint64_t>(1, intervals));
    return {std::log(2 / chance), normalQuantile(chance)};
}

double countEffect(const Clusters& of, std::optional<uint64_t> traces, const JointLevel& level) {
    if (of.calls == 0)
        return 1;
    const auto calls = static_cast<double>(of.calls);
    // Where all traces have as many calls, the next one may still have one more.
    const double variance = traces ? of.cc - calls * calls / static_cast<double>(*traces) + 1 : of.cc;
    return enlarged(variance / calls, of.traces, level);
}

std::optional<double> shareEffect(const Clusters& of, const JointLevel& level) {
    if (of.hits == 0 || of.hits == of.calls)
        return std::nullopt;
    const double p = of.share(), variance = of.hh - 2 * p * of.ch + p * p * of.cc;
    return std::max(1.0, enlarged(variance / (static_cast<double>(of.calls) * p * (1 - p)), of.traces, level));
}

Interval shareInterval(double share, double n, const JointLevel& level) {
    const auto isPossible = [&](double p) { return n * divergence(share, p) <= level.limit; };
    return {border(share, 0, isPossible), border(share, 1, isPossible)};
}

Interval shareDifference(const Clusters& before, const Clusters& after, const JointLevel& level) {
    return differenceOf(before.share(), shareInterval(before.share(), independentCalls(before, after, level), level), after.share(),
                        shareInterval(after.share(), independentCalls(after, before, level), level));
}

Interval rateRatio(const CountedRate& before, const CountedRate& after, const JointLevel& level) {
    // One effect for both, so that the share that stands for equal rates is that of the exposures; a side with next to no calls
    // does not know its own.
    double effect = 0;
    for (const CountedRate* rate : {&before, &after})
        if (rate->of.traces >= kLeastTraces)
            effect = std::max(effect, countEffect(rate->of, rate->traces, level));
    if (effect == 0)
        return {0, kInfinity};
    const auto calls = static_cast<double>(before.of.calls + after.of.calls);
    const Interval share = shareInterval(static_cast<double>(after.of.calls) / calls, calls / effect, level);
    const auto ratio = [&](double p) { return p >= 1 ? kInfinity : p / (1 - p) * before.exposure / after.exposure; };
    return {ratio(share.low), before.of.calls == 0 ? kInfinity : ratio(share.high)};
}

Interval quantileDifference(double q, const ClusteredValues& before, const ClusteredValues& after, const JointLevel& level) {
    std::vector<int64_t> earlier = before.values, later = after.values;
    const int64_t from = quantile(earlier, q), to = quantile(later, q);
    const Clusters below = countUpTo(from, before), belowAfter = countUpTo(to, after);
    return differenceOf(static_cast<double>(from), quantileInterval(q, earlier, independentCalls(below, belowAfter, level), level), static_cast<double>(to),
                        quantileInterval(q, later, independentCalls(belowAfter, below, level), level));
}

} // namespace aisle
