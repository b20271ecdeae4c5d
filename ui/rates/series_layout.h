#pragma once
// Where the lines of a chart over time are. Pure: painting, the mouse and tests use the same struct.

#include "analysis/over_time.h"

#include <QPointF>
#include <QRectF>

#include <optional>

namespace aisle {

class SeriesLayout {
public:
    /// `axisWidth`: for the values on the left. `isLogarithmic`: from the smallest value that is not 0.
    SeriesLayout(const OverTime& series, bool isLogarithmic, QSizeF size, double axisWidth, double axisHeight);

    const QRectF& plot() const { return plot_; }
    double xOf(int64_t time) const;
    int64_t timeAt(double x) const;   ///< clamped to the plot
    double yOf(double value) const;
    QPointF pointOf(size_t line, size_t step) const; ///< in the middle of the step
    /// Values to write at the left, round ones.
    std::vector<double> ticks() const;
    struct Hit {
        size_t line, step;
    };
    /// The nearest point of the step under the mouse; nothing outside of the plot or where no line has a value.
    std::optional<Hit> hit(QPointF at) const;

private:
    const OverTime& series_;
    QRectF plot_;
    bool isLogarithmic_;
    double top_ = 1, bottom_ = 0; ///< values at the edges of the plot
};

} // namespace aisle
