#include "analysis/odds_ratio.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace aisle {

OddsRatio oddsRatio(const TwoByTwo& table, double z) {
    std::array<double, 4> cells = {static_cast<double>(table.with), static_cast<double>(table.withOther), static_cast<double>(table.without), static_cast<double>(table.withoutOther)};
    if (std::find(cells.begin(), cells.end(), 0.0) != cells.end())
        for (double& cell : cells)
            cell += 0.5;
    const double log = std::log(cells[0]) + std::log(cells[3]) - std::log(cells[1]) - std::log(cells[2]);
    const double error = std::sqrt(1 / cells[0] + 1 / cells[1] + 1 / cells[2] + 1 / cells[3]);
    return {std::exp(log), std::exp(log - z * error), std::exp(log + z * error)};
}

double chiSquared(const TwoByTwo& table) {
    const double a = static_cast<double>(table.with), b = static_cast<double>(table.withOther), c = static_cast<double>(table.without), d = static_cast<double>(table.withoutOther);
    const double margins = (a + b) * (c + d) * (a + c) * (b + d);
    return margins == 0 ? 0 : (a + b + c + d) * (a * d - b * c) * (a * d - b * c) / margins;
}

double chiSquaredChance(double value) { return std::erfc(std::sqrt(std::max(0.0, value) / 2)); }

double fisherChance(const TwoByTwo& table) {
    const uint64_t row = table.allWith(), column = table.outcomes(), all = table.all();
    const uint64_t least = row + column > all ? row + column - all : 0, most = std::min(row, column);
    // Weights by their ratio to the next table, from the likeliest one on: no factorials, no overflow.
    const auto ratio = [&](uint64_t x) { // of the weight of x + 1 to that of x
        return static_cast<double>(row - x) * static_cast<double>(column - x) / (static_cast<double>(x + 1) * static_cast<double>(all - row - column + x + 1));
    };
    const auto mode = static_cast<uint64_t>(static_cast<double>(row + 1) * static_cast<double>(column + 1) / static_cast<double>(all + 2));
    const uint64_t middle = std::clamp(mode, least, most);
    std::vector<double> weights(most - least + 1, 0);
    weights[middle - least] = 1;
    for (uint64_t x = middle; x < most && weights[x - least] > 0; ++x)
        weights[x + 1 - least] = weights[x - least] * ratio(x);
    for (uint64_t x = middle; x > least && weights[x - least] > 0; --x)
        weights[x - 1 - least] = weights[x - least] / ratio(x - 1);
    const double here = weights[table.with - least] * (1 + 1e-7); // equal ones may differ by rounding
    double sum = 0, whole = 0;
    for (const double weight : weights) {
        whole += weight;
        sum += weight <= here ? weight : 0;
    }
    return std::min(1.0, sum / whole);
}

double associationChance(const TwoByTwo& table) {
    const uint64_t all = table.all();
    if (all == 0)
        return 1;
    const uint64_t row = std::min(table.allWith(), table.allWithout()), column = std::min(table.outcomes(), all - table.outcomes());
    return static_cast<double>(row) * static_cast<double>(column) / static_cast<double>(all) < 5 ? fisherChance(table) : chiSquaredChance(chiSquared(table));
}

std::vector<double> falseDiscoveryRates(std::span<const double> chances, size_t all) {
    const auto tested = static_cast<double>(std::max(all, chances.size()));
    std::vector<size_t> order(chances.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return chances[a] < chances[b]; });
    std::vector<double> out(chances.size());
    double least = 1;
    for (size_t i = order.size(); i-- > 0;) {
        least = std::min(least, chances[order[i]] * tested / static_cast<double>(i + 1));
        out[order[i]] = least;
    }
    return out;
}

} // namespace aisle
