#pragma once
// Ranges of time and the ticks on them; pure.

#include <QString>

#include <cstdint>
#include <vector>

namespace aisle {

/// [from, to) in ns since the Unix epoch, from < to.
struct TimeRange {
    int64_t from = 0, to = 1;
    bool operator==(const TimeRange&) const = default;
    int64_t length() const { return to - from; }
    /// Within `bounds`, at least kShortest long.
    TimeRange within(const TimeRange& bounds) const;
    /// `factor` below 1 zooms in; the moment at `share` (0..1) of the range keeps its place.
    TimeRange zoomed(double share, double factor, const TimeRange& bounds) const;
    TimeRange moved(double share, const TimeRange& bounds) const;
    static constexpr int64_t kShortest = 20;
};

struct TimeTick {
    int64_t time;
    QString label; ///< since the origin: "1.25 ms"
};

/// At round offsets from `origin`, at most `most` of them.
std::vector<TimeTick> timeTicks(const TimeRange& range, int64_t origin, int most);

} // namespace aisle
