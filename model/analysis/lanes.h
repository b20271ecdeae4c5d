#pragma once
// The spans of one trace packed by depth: each depth has as many lanes as spans of it ran at once, and the spans of a
// lane follow each other. Times are nanoseconds since the Unix epoch. O(n log n), iterative.

#include "analysis/waterfall.h"

#include <span>

namespace aisle {

struct Lanes {
    std::vector<NodeIndex> spans;     ///< lane by lane, within one by start; those without a start are left out
    std::vector<uint32_t> first;      ///< CSR: the spans of lane i are spans[first[i]] to spans[first[i + 1] - 1]
    std::vector<uint32_t> depth;      ///< of each lane, ascending
    std::vector<uint32_t> laneOf;     ///< by node; kNoLane: left out

    static constexpr uint32_t kNoLane = 0xffffffffU;
    uint32_t count() const { return static_cast<uint32_t>(depth.size()); }
    std::span<const NodeIndex> of(uint32_t lane) const { return {spans.data() + first[lane], spans.data() + first[lane + 1]}; }
};

/// A span goes into the first lane of its depth that is free when it starts. Throws Stopped.
Lanes lanes(const SpanTable& table, const Waterfall& tree, const StopToken& stop = {});

} // namespace aisle
