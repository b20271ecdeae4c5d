#pragma once
// When nothing ran: the times between the first start and the last end that no span covers. Nanoseconds since the Unix epoch.

#include "analysis/waterfall.h"

namespace aisle {

struct IdleGap {
    int64_t from = 0, to = 0; ///< from < to
    int64_t length() const { return to - from; }
    bool operator==(const IdleGap&) const = default;
};

/// By time. Spans without a start are left out, one that has no end is a point. O(n), or O(n log n) when no span covers the whole.
/// Throws Stopped.
std::vector<IdleGap> idleGaps(const SpanTable& table, const Waterfall& tree, const StopToken& stop = {});

} // namespace aisle
