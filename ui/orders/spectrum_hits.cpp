#include "orders/spectrum_hits.h"

#include <algorithm>
#include <cmath>

namespace aisle {

namespace {
constexpr uint32_t kColumns = 64; // of a screen some 20 px each, and at most 4096 groups
}

SpectrumHits::SpectrumHits(const PerformanceSpectrum& spectrum) {
    const auto& segments = spectrum.segments;
    const auto columnOf = [&](int64_t time) { return spectrum.bins.count == 0 ? 0 : spectrum.bins.at(time) * kColumns / spectrum.bins.count; };
    const auto groupOf = [&](const PerformanceSpectrum::Segment& one) { return columnOf(one.start) * kColumns + columnOf(one.end); };
    std::vector<uint32_t> first(kColumns * kColumns + 1, 0);
    for (const auto& one : segments)
        ++first[groupOf(one) + 1];
    for (size_t g = 1; g < first.size(); ++g)
        first[g] += first[g - 1];
    order_.resize(segments.size());
    std::vector<uint32_t> next = first;
    for (size_t i = 0; i < segments.size(); ++i)
        order_[next[groupOf(segments[i])]++] = static_cast<uint32_t>(i);
    for (size_t g = 0; g + 1 < first.size(); ++g) {
        if (first[g] == first[g + 1])
            continue;
        const auto& any = segments[order_[first[g]]];
        Group group{any.start, any.start, any.end, any.end, first[g], first[g + 1]};
        for (size_t i = group.begin; i < group.end; ++i) {
            const auto& one = segments[order_[i]];
            group.firstStart = std::min(group.firstStart, one.start);
            group.lastStart = std::max(group.lastStart, one.start);
            group.firstEnd = std::min(group.firstEnd, one.end);
            group.lastEnd = std::max(group.lastEnd, one.end);
        }
        groups_.push_back(group);
    }
}

std::optional<size_t> SpectrumHits::at(const PerformanceSpectrum& spectrum, const SpectrumLayout& layout, QPointF point) const {
    if (!layout.segments.contains(point))
        return std::nullopt;
    const double high = layout.segments.height(), share = (point.y() - layout.segments.top()) / high;
    std::optional<size_t> best;
    double nearest = kReach;
    for (const Group& group : groups_) {
        const double start0 = layout.xOf(group.firstStart), start1 = layout.xOf(group.lastStart), end0 = layout.xOf(group.firstEnd), end1 = layout.xOf(group.lastEnd);
        // On this row its lines are between these, and none leans more than the widest.
        const double left = start0 + (end0 - start0) * share, right = start1 + (end1 - start1) * share;
        const double beside = std::max({0.0, left - point.x(), point.x() - right}), widest = std::max(std::abs(end1 - start0), std::abs(end0 - start1));
        constexpr double kRounding = 1e-6;
        if (beside * high / std::hypot(widest, high) > nearest + kRounding)
            continue;
        for (size_t i = group.begin; i < group.end; ++i) {
            const auto& one = spectrum.segments[order_[i]];
            const double x0 = layout.xOf(one.start), x1 = layout.xOf(one.end);
            const double away = std::abs(x0 + (x1 - x0) * share - point.x()) * high / std::hypot(x1 - x0, high);
            if (away < nearest || (best && away == nearest && order_[i] < *best)) {
                nearest = away;
                best = order_[i];
            }
        }
    }
    return best;
}

} // namespace aisle
