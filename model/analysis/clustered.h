#pragma once
// Intervals for what is counted and measured of calls, when calls come in traces. The traces are the independent units: calls
// of one trace fail together and are slow together, so that a thousand calls of ten traces say little more than ten calls.
//
// One way for counts, shares and quantiles: divide by the design effect, how much larger the variance over traces is than that
// of as many independent calls; what is left is treated as independent (Rao & Scott 1992, "A simple method for the analysis of
// clustered binary data", Biometrics 48; 1999, the same of "overdispersion in clustered Poisson data", Statistics in Medicine 18).
// - Variances are those of ratios of sums over traces, linearised (Cochran 1977, "Sampling Techniques", 6.4). Of few traces they
//   are no better known than a variance of few values: they are enlarged by the square of Student's t over z (Gaver & Kafadar
//   1984, "A retrievable recipe for inverse t").
// - Bounds are Chernoff's (Hoeffding 1963, "Probability inequalities for sums of bounded random variables", theorem 1): a share
//   is contradicted when n times the divergence exceeds log(2 / chance). Unlike Wilson's interval, which analysis/differences.h
//   has, they hold far out in the tails, where many intervals together take place: one failed call of five, none of a
//   thousand before, would be beyond any doubt there.
// - Of a difference: square and add, as Newcombe does (Zou & Donner 2008, "Construction of confidence limits about effect
//   measures: a general approach", Statistics in Medicine 27).
//
// Thread: any; pure functions, O(1) but for quantiles, which are O(n).

#include "analysis/proportions.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace aisle {

/// Sums over traces of c, the calls of a trace, and of h, those among them that something is true of: all that the variance of
/// a count or a share needs.
struct Clusters {
    uint64_t traces = 0, calls = 0, hits = 0; ///< traces: with a call
    double cc = 0, ch = 0, hh = 0;            ///< sums of c * c, c * h, h * h

    void add(uint64_t c, uint64_t h) {
        const auto x = static_cast<double>(c), y = static_cast<double>(h);
        traces += c > 0;
        calls += c;
        hits += h;
        cc += x * x;
        ch += x * y;
        hh += y * y;
    }
    double share() const { return calls == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(calls); }
};

/// How sure an interval is.
struct JointLevel {
    double limit = 0; ///< log(2 / chance)
    double z = 0;     ///< of the normal distribution, both sides
    /// Each of so many intervals, for all to hold together with that confidence (Bonferroni).
    static JointLevel of(double confidence, uint64_t intervals);
};

/// Fewer traces say nothing of how traces differ.
inline constexpr uint64_t kLeastTraces = 5;

/// Of a count, over Poisson's: among that many traces; null: the number of traces is a matter of chance, too.
double countEffect(const Clusters& of, std::optional<uint64_t> traces, const JointLevel& level);
/// Of hits / calls, over the binomial; at least 1. Null where all calls or none are hits: that shows nothing of how they cluster.
std::optional<double> shareEffect(const Clusters& of, const JointLevel& level);

/// The shares that a share of n independent calls does not contradict. n need not be whole.
Interval shareInterval(double share, double n, const JointLevel& level);
/// after.share() - before.share().
Interval shareDifference(const Clusters& before, const Clusters& after, const JointLevel& level);

/// Calls over an exposure: seconds, or a number of traces.
struct CountedRate {
    const Clusters& of;
    double exposure;
    std::optional<uint64_t> traces; ///< as for countEffect()
};
/// Of after's rate to before's, which may be 0 on one side (not on both): then the ratio is 0 or has no upper bound (infinity).
/// Given the sum of two counts, one of them is a share of it (Przyborowski & Wilenski 1940).
Interval rateRatio(const CountedRate& before, const CountedRate& after, const JointLevel& level);

/// Values >= 0, trace by trace.
struct ClusteredValues {
    std::vector<int64_t> values;
    std::vector<uint32_t> ends; ///< of each trace with a value, in `values`
};
/// Of after's quantile (nearest rank) - before's; infinite where there are too few values for a bound. Without a distribution:
/// what share of the values may lie below a quantile tells the ranks between which it lies (Woodruff 1952, "Confidence
/// intervals for medians and other position measures", Journal of the American Statistical Association 47). Not of no values.
Interval quantileDifference(double q, const ClusteredValues& before, const ClusteredValues& after, const JointLevel& level);

} // namespace aisle
