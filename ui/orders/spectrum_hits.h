#pragma once
// Which segment of a performance spectrum is under a point, without a look at all of them.

#include "orders/performance_spectrum_painter.h"

#include <optional>
#include <vector>

namespace aisle {

/// Segments in groups that start and end close to each other: one comparison rules out a group that passes far from the point. Depends on
/// the segments only, so that it serves every size of the picture. Thread: any, one at a time.
class SpectrumHits {
public:
    SpectrumHits() = default;
    explicit SpectrumHits(const PerformanceSpectrum& spectrum); ///< O(segments)

    static constexpr double kReach = 5; ///< px
    /// Of the spectrum that it was made of: the segment whose line is nearest to the point, less than kReach px away (the distance to the line,
    /// not along the row: one that lies flat is as easily hit); the first of several; nothing beside the segments.
    std::optional<size_t> at(const PerformanceSpectrum& spectrum, const SpectrumLayout& layout, QPointF point) const;

private:
    struct Group {
        int64_t firstStart = 0, lastStart = 0, firstEnd = 0, lastEnd = 0; ///< of its segments
        size_t begin = 0, end = 0;                                       ///< of order_
    };
    std::vector<Group> groups_;
    std::vector<uint32_t> order_; ///< numbers of segments
};

} // namespace aisle
