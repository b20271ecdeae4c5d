#pragma once
// Finds the cell of a value between edges that are nearly even, or whose logarithms are.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

namespace aisle {

/// The cell that a guess says or one near it: edges that are rounded are nearly even, but for the first ones of a few ns.
class CellFinder {
public:
    CellFinder(const std::vector<int64_t>& edges, bool isLogarithmic) : edges_(edges), isLogarithmic_(isLogarithmic) {
        if (edges.size() < 2)
            return;
        low_ = place(edges[isLogarithmic ? 1 : 0]);
        const double high = place(edges.back());
        perUnit_ = high > low_ ? static_cast<double>(edges.size() - (isLogarithmic ? 2 : 1)) / (high - low_) : 0;
    }
    std::optional<uint32_t> operator()(int64_t value) const {
        if (edges_.size() < 2 || value < edges_.front() || value >= edges_.back())
            return std::nullopt;
        const auto last = static_cast<double>(edges_.size() - 2);
        auto at = static_cast<size_t>(std::clamp((place(value) - low_) * perUnit_ + (isLogarithmic_ ? 1 : 0), 0.0, last));
        while (value < edges_[at])
            --at;
        while (value >= edges_[at + 1])
            ++at;
        return static_cast<uint32_t>(at);
    }

private:
    double place(int64_t value) const { return isLogarithmic_ ? std::log2(static_cast<double>(std::max<int64_t>(1, value))) : static_cast<double>(value - edges_.front()); }
    const std::vector<int64_t>& edges_;
    const bool isLogarithmic_;
    double low_ = 0, perUnit_ = 0;
};

} // namespace aisle
