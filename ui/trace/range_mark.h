#pragma once
// A range on an axis that is marked by dragging, to measure it, to zoom to it or to filter by it; its edges can be moved.
// Places are those of the axis. Pure.

#include "trace/time_range.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace aisle {

class RangeMark {
public:
    static constexpr double kReach = 5; ///< pixels from which an edge is taken hold of, and edges of spans attract

    const std::optional<TimeRange>& range() const { return range_; } ///< nothing is marked
    bool isDragging() const { return isDragging_; }

    void begin(int64_t place) { anchor_ = place, isDragging_ = true; } ///< a new one, which replaces the old one when it is dragged to
    /// Takes hold of the edge, the other one stays.
    void beginAtEdge(bool isRight) {
        anchor_ = isRight ? range_->from : range_->to;
        isDragging_ = true;
    }
    void dragTo(int64_t place) { range_ = TimeRange{std::min(anchor_, place), std::max(std::max(anchor_, place), std::min(anchor_, place) + 1)}; }
    void end() { isDragging_ = false; }
    void clear() {
        range_.reset();
        isDragging_ = false;
    }
    /// -1, 1: an edge at these pixels is within reach; 0: none.
    static int edgeAt(double x, double left, double right) {
        const double toLeft = std::abs(x - left), toRight = std::abs(x - right);
        if (std::min(toLeft, toRight) > kReach)
            return 0;
        return toLeft < toRight ? -1 : 1;
    }

private:
    std::optional<TimeRange> range_;
    int64_t anchor_ = 0;
    bool isDragging_ = false;
};

/// The edge that is nearest to `x`, if one is within reach. Edges are pixels and places.
class EdgeSnap {
public:
    explicit EdgeSnap(double x) : x_(x) {}
    void consider(double x, int64_t place) {
        if (const double away = std::abs(x - x_); away < nearest_) {
            nearest_ = away;
            place_ = place;
            isNear_ = true;
        }
    }
    int64_t placeOr(int64_t otherwise) const { return isNear_ ? place_ : otherwise; }

private:
    double x_, nearest_ = RangeMark::kReach + 1;
    int64_t place_ = 0;
    bool isNear_ = false;
};

} // namespace aisle
