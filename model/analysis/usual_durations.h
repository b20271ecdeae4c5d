#pragma once
// How long traces that begin with the same operation usually take, and where one of them stands among them.

#include "table/cancel.h"
#include "table/span_table.h"

#include <array>
#include <span>
#include <vector>

namespace aisle {

class UsualDurations {
public:
    static constexpr size_t kBars = 20;
    /// 470,000 traces take some 60 ms. Throws Stopped.
    explicit UsualDurations(const SpanTable& table, const StopToken& stop = {});

    struct Kind {
        std::array<uint32_t, kBars> bars{}; ///< traces by duration, from the shortest to the longest, by the logarithm
        uint64_t traces = 0;
        int64_t shortest = 0, longest = 0, median = 0; ///< ns
        size_t barOf(int64_t duration) const;
    };
    /// Null: the trace has no root, or is the only one of its kind.
    const Kind* kindOf(TraceIndex trace) const;
    /// Which share of the traces of its kind took less time; 0 without a kind.
    double shareBelow(TraceIndex trace) const { return static_cast<double>(below_[trace]) / 1e6; }
    /// To sort by: in millionths, by trace; -1 without a kind.
    const std::vector<int64_t>& order() const { return below_; }

private:
    std::vector<Kind> kinds_;
    std::vector<uint32_t> kindOfTrace_;
    std::vector<int64_t> below_;
};

} // namespace aisle
