#pragma once
// Counts of ranks that come one by one; how many are below or above a given one (a Fenwick tree: Fenwick 1994). O(log n) each.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace aisle {

class RankCounts {
public:
    explicit RankCounts(size_t size) : sums_(size + 1, 0) {}
    void add(size_t rank) {
        ++total_;
        for (size_t i = rank + 1; i < sums_.size(); i += i & (~i + 1))
            ++sums_[i];
    }
    uint64_t below(size_t rank) const {
        uint64_t sum = 0;
        for (size_t i = rank; i > 0; i -= i & (~i + 1))
            sum += sums_[i];
        return sum;
    }
    uint64_t above(size_t rank) const { return total_ - below(rank + 1); }

private:
    std::vector<uint64_t> sums_;
    uint64_t total_ = 0;
};

} // namespace aisle
