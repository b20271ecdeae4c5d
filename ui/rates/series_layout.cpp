#include "rates/series_layout.h"

#include "charts/duration_ticks.h"

#include <algorithm>
#include <cmath>

namespace aisle {

SeriesLayout::SeriesLayout(const OverTime& series, bool isLogarithmic, QSizeF size, double axisWidth, double axisHeight)
    : series_(series), plot_(axisWidth, 8, std::max(0.0, size.width() - axisWidth - 12), std::max(0.0, size.height() - axisHeight - 8)), isLogarithmic_(isLogarithmic) {
    double most = 0, least = 0;
    for (const OverTime::Line& line : series.lines)
        for (const double value : line.values)
            if (!std::isnan(value))
{
                most = std::max(most, value);
                if (value > 0 && (least == 0 || value < least))
                    least = value;
            }
    if (series.asked.measure == Measure::ErrorShare)
        most = std::max(most, 0.01); // a chart without errors is empty, not full
    top_ = most > 0 ? most * 1.05 : 1;
    isLogarithmic_ = isLogarithmic_ && least > 0;
    if (isLogarithmic_)
        bottom_ = least / 1.2;
}

double SeriesLayout::xOf(int64_t time) const {
    const double length = static_cast<double>(std::max<int64_t>(1, series_.end() - series_.start));
    return plot_.left() + plot_.width() * static_cast<double>(time - series_.start) / length;
}

int64_t SeriesLayout::timeAt(double x) const {
    const double share = plot_.width() <= 0 ? 0 : std::clamp((x - plot_.left()) / plot_.width(), 0.0, 1.0);
    return series_.start + static_cast<int64_t>(share * static_cast<double>(series_.end() - series_.start));
}

double SeriesLayout::yOf(double value) const {
    const double share = isLogarithmic_ ? std::log(std::max(value, bottom_) / bottom_) / std::log(top_ / bottom_) : value / top_;
    return plot_.bottom() - plot_.height() * share;
}

QPointF SeriesLayout::pointOf(size_t line, size_t step) const {
    return {plot_.left() + plot_.width() * (static_cast<double>(step) + 0.5) / static_cast<double>(std::max<size_t>(1, series_.steps())), yOf(series_.lines[line].values[step])};
}

std::vector<double> SeriesLayout::ticks() const {
    constexpr double kRoom = 40; // px
    if (isLogarithmic_) {
        std::vector<double> out;
        double last = plot_.bottom() + kRoom;
        for (const int64_t tick : durationTicks(static_cast<int64_t>(top_) + 1))
            for (const double n : {1.0, 2.0, 5.0}) // between two that are far apart
                if (const double value = static_cast<double>(tick) * n; value >= bottom_ && value <= top_ && last - yOf(value) >= kRoom) {
                    out.push_back(value);
                    last = yOf(value);
                }
        return out;
    }
    const double least = top_ * kRoom / std::max(1.0, plot_.height());
    double step = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0, 10.0})
        if (step * factor >= least) {
            step *= factor;
            break;
        }
    std::vector<double> out;
    for (double tick = 0; tick <= top_ && out.size() < 50; tick += step)
        out.push_back(tick);
    return out;
}

std::optional<SeriesLayout::Hit> SeriesLayout::hit(QPointF at) const {
    if (!plot_.contains(at) || series_.steps() == 0)
        return std::nullopt;
    const auto step = std::min(series_.steps() - 1, static_cast<size_t>((at.x() - plot_.left()) / plot_.width() * static_cast<double>(series_.steps())));
    std::optional<Hit> best;
    double distance = 0;
    for (size_t line = 0; line < series_.lines.size(); ++line) {
        if (std::isnan(series_.lines[line].values[step]))
            continue;
        const double d = std::abs(yOf(series_.lines[line].values[step]) - at.y());
        if (!best || d < distance) {
            best = Hit{line, step};
            distance = d;
        }
    }
    return best;
}

} // namespace aisle
