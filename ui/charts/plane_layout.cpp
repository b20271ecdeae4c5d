#include "charts/plane_layout.h"

#include "charts/duration_ticks.h"

#include <algorithm>
#include <cmath>

namespace aisle {

PlaneLayout::PlaneLayout(const HeatmapAxes& axes, QSizeF size, double axisWidth, double axisHeight)
    : axes_(axes), plot_(axisWidth, 4, std::max(0.0, size.width() - axisWidth - 8), std::max(0.0, size.height() - axisHeight - 4)) {}

QRectF PlaneLayout::cell(uint32_t column, uint32_t row) const { return box({column, column, row, row}); }

/// Whole pixels, so that neighbours neither overlap nor leave a gap.
QRectF PlaneLayout::box(const PlaneCells& c) const {
    const auto x = [&](uint32_t column) { return std::round(plot_.left() + plot_.width() * column / std::max(1U, axes_.columns())); };
    const auto y = [&](uint32_t row) { return std::round(plot_.bottom() - plot_.height() * row / std::max(1U, axes_.rows())); };
    return {QPointF(x(c.firstColumn), y(c.lastRow + 1)), QPointF(x(c.lastColumn + 1), y(c.firstRow))};
}

uint32_t PlaneLayout::columnAt(double x) const {
    const double share = plot_.width() <= 0 ? 0 : (x - plot_.left()) / plot_.width();
    return static_cast<uint32_t>(std::clamp(std::floor(share * axes_.columns()), 0.0, static_cast<double>(axes_.columns()) - 1));
}

uint32_t PlaneLayout::rowAt(double y) const {
    const double share = plot_.height() <= 0 ? 0 : (plot_.bottom() - y) / plot_.height();
    return static_cast<uint32_t>(std::clamp(std::floor(share * axes_.rows()), 0.0, static_cast<double>(axes_.rows()) - 1));
}

std::optional<PlaneCells> PlaneLayout::cellAt(QPointF point) const {
    if (axes_.columns() == 0 || axes_.rows() == 0 || !plot_.contains(point))
        return std::nullopt;
    const uint32_t c = columnAt(point.x()), r = rowAt(point.y());
    return PlaneCells{c, c, r, r};
}

PlaneCells PlaneLayout::cellsBetween(QPointF a, QPointF b) const {
    const uint32_t c1 = columnAt(a.x()), c2 = columnAt(b.x()), r1 = rowAt(a.y()), r2 = rowAt(b.y());
    return {std::min(c1, c2), std::max(c1, c2), std::min(r1, r2), std::max(r1, r2)};
}

std::optional<PlaneCells> PlaneLayout::cellsOf(const HeatmapAxes& axes, ItemsOf of, const Scope& scope) {
    if (axes.columns() == 0 || axes.rows() == 0)
        return std::nullopt;
    const bool ofTraces = of == ItemsOf::Traces;
    PlaneCells out{0, axes.columns() - 1, 0, axes.rows() - 1};
    bool any = false;
    for (const ScopeTerm& term : scope.terms()) {
        if (term.kind == (ofTraces ? ScopeTerm::Kind::TraceTime : ScopeTerm::Kind::Time)) {
            if (term.to <= axes.times.front() || term.from >= axes.times.back())
                return std::nullopt;
            out.firstColumn = axes.columnOf(std::max(term.from, axes.times.front())).value_or(0);
            out.lastColumn = axes.columnOf(std::min(term.to, axes.times.back()) - 1).value_or(axes.columns() - 1);
            any = true;
        } else if (term.kind == (ofTraces ? ScopeTerm::Kind::TraceDuration : ScopeTerm::Kind::Duration)) {
            if (term.from >= axes.durations.back())
                return std::nullopt;
            out.firstRow = axes.rowOf(term.from).value_or(0);
            if (term.to > 0)
                out.lastRow = axes.rowOf(std::min(term.to, axes.durations.back() - 1)).value_or(axes.rows() - 1);
            any = true;
        }
    }
    return any ? std::optional(out) : std::nullopt;
}

double PlaneLayout::xOf(int64_t time) const {
    const double length = static_cast<double>(axes_.times.back() - axes_.times.front());
    return plot_.left() + plot_.width() * static_cast<double>(time - axes_.times.front()) / length;
}

double PlaneLayout::yOf(int64_t duration) const {
    const auto row = axes_.rowOf(duration);
    if (!row)
        return duration <= 0 ? plot_.bottom() : plot_.top();
    const double from = static_cast<double>(axes_.durations[*row]), to = static_cast<double>(axes_.durations[*row + 1]);
    const double within = *row == 0 ? 0 : std::log(std::max(1.0, static_cast<double>(duration)) / from) / std::log(to / from);
    return plot_.bottom() - plot_.height() * (*row + within) / axes_.rows();
}

std::vector<int64_t> PlaneLayout::durationTicks() const {
    std::vector<int64_t> out;
    if (axes_.rows() < 2)
        return out;
    constexpr double kLeast = 18; // px between two
    double last = plot_.bottom() + kLeast;
    for (const int64_t tick : aisle::durationTicks(axes_.durations.back()))
        if (tick >= axes_.durations[1] && last - yOf(tick) >= kLeast) {
            out.push_back(tick);
            last = yOf(tick);
        }
    return out;
}

} // namespace aisle
