#pragma once
// Two groups, and how often something happened in each: is the difference more than chance?

#include "analysis/proportions.h"

#include <cstdint>
#include <span>
#include <vector>

namespace aisle {

/// With and without a factor, each with and without the outcome.
struct TwoByTwo {
    uint64_t with = 0, withOther = 0;       ///< with the factor: with the outcome, without it
    uint64_t without = 0, withoutOther = 0; ///< without the factor
    uint64_t allWith() const { return with + withOther; }
    uint64_t allWithout() const { return without + withoutOther; }
    uint64_t outcomes() const { return with + without; }
    uint64_t all() const { return allWith() + allWithout(); }
    double shareWith() const { return allWith() == 0 ? 0 : static_cast<double>(with) / static_cast<double>(allWith()); }
    double shareWithout() const { return allWithout() == 0 ? 0 : static_cast<double>(without) / static_cast<double>(allWithout()); }
    /// Outcomes that would not have been, had those with the factor fared like those without.
    double excess() const { return static_cast<double>(with) - static_cast<double>(allWith()) * shareWithout(); }
    bool operator==(const TwoByTwo&) const = default;
};

/// The odds ratio, where a cell is 0 with 0.5 added to all four (Haldane 1956, "The estimation and significance of the logarithm of a
/// ratio of frequencies"; Anscombe 1956, "On estimating binomial response relations"), and its interval by the logarithm (Woolf 1955,
/// "On estimating the relation between blood group and disease").
struct OddsRatio {
    double value = 1, low = 0, high = 0;
};
OddsRatio oddsRatio(const TwoByTwo& table, double z = kZ95);

/// Pearson's, without a correction; 0 where a margin is empty.
double chiSquared(const TwoByTwo& table);
/// The chance of a value this large or larger, with one degree of freedom.
double chiSquaredChance(double value);
/// Fisher's exact test, two-sided: the chance of all tables of these margins that are no more likely than this one.
double fisherChance(const TwoByTwo& table);
/// Fisher's where a cell is expected to be below 5 (Cochran 1954, "Some methods for strengthening the common chi-squared tests"), else chi squared.
double associationChance(const TwoByTwo& table);

/// For each chance the share of false ones among all that are no larger, as it is expected (Benjamini and Hochberg 1995, "Controlling the false
/// discovery rate"): what is at most q may be believed together. `all`: so many were tested; those that are not among `chances` are
/// taken to say nothing.
std::vector<double> falseDiscoveryRates(std::span<const double> chances, size_t all = 0);

} // namespace aisle
