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

/// The range on show within its bounds, and the ranges before it, for stepping back.
class Zoom {
public:
    const TimeRange& range() const { return range_; }
    const TimeRange& bounds() const { return bounds_; }
    bool isWhole() const { return range_ == bounds_; }
    bool canStepBack() const { return !history_.empty() || !isWhole(); }

    void reset(const TimeRange& bounds); ///< all of it, without a history
    void to(const TimeRange& range);     ///< remembers the present one
    void stepBack();                     ///< to the range before; without one to the whole
    /// A turn of the wheel is many small zooms: one step back undoes a run of them.
    void at(double share, double factor);
    void move(double share);             ///< not remembered
    void put(const TimeRange& range);    ///< while dragging; not remembered
    void remember();                     ///< the present range, before something is dragged
    void forgetUnchanged();              ///< what remember() kept, when nothing has come of it

private:
    TimeRange range_, bounds_;
    std::vector<TimeRange> history_;
};

/// The smallest round step with which there are at most `most` ticks: 1, 2, 5 times a power of ten up to seconds, then parts of
/// a clock.
int64_t timeStep(const TimeRange& range, int most);
/// Moments at whole steps from `origin`, within the range.
std::vector<int64_t> timesAt(const TimeRange& range, int64_t origin, int64_t step);
/// "1.25 ms", with as many decimals as tell neighbours apart.
QString offsetLabel(int64_t offset, int64_t step);

} // namespace aisle
