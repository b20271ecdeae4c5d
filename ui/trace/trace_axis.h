#pragma once
// The axis of time of the trace views. Places on it are nanoseconds, too: without folds the place of a moment is the moment.
// With folds, each long time in which nothing ran takes a little place only, so that traces that last days can be read.
// Immutable, cheap to copy for its few folds; at() and timeAt() are O(log folds) and never decreasing.

#include "analysis/idle_gaps.h"
#include "trace/time_range.h"

#include <vector>

namespace aisle {

class TraceAxis {
public:
    struct Fold {
        int64_t from = 0, to = 0; ///< the moments between which nothing ran
        int64_t at = 0;           ///< place of `from`
        int64_t place = 0;        ///< how much of the axis it takes
    };
    /// A fold is worth its mark when it is longer than this part of the time in which something ran.
    static constexpr int64_t kLeastPart = 10;
    static constexpr size_t kMostFolds = 100'000;

    /// Without folds.
    explicit TraceAxis(TimeRange bounds = {}) : bounds_(bounds), places_(bounds) {}
    /// The longest of `gaps`, which are within `bounds` and ascend, are folded; together they take no more than a quarter of
    /// the place that is left.
    TraceAxis(TimeRange bounds, const std::vector<IdleGap>& gaps);

    bool hasFolds() const { return !folds_.empty(); }
    const std::vector<Fold>& folds() const { return folds_; }
    const TimeRange& bounds() const { return bounds_; } ///< moments
    const TimeRange& places() const { return places_; } ///< places of the same

    int64_t at(int64_t time) const { return folds_.empty() ? time : placeOf(time); }
    int64_t timeAt(int64_t place) const { return folds_.empty() ? place : momentAt(place); }

private:
    int64_t placeOf(int64_t time) const;
    int64_t momentAt(int64_t place) const;
    TimeRange bounds_, places_;
    std::vector<Fold> folds_;
};

} // namespace aisle
