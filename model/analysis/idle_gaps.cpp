#include "analysis/idle_gaps.h"

#include <algorithm>

namespace aisle {

std::vector<IdleGap> idleGaps(const SpanTable& table, const Waterfall& tree, const StopToken& stop) {
    std::vector<std::pair<int64_t, int64_t>> spans;
    for (const NodeIndex node : tree.byRow) {
        if (!tree.hasStart(table, node))
            continue;
        const int64_t start = tree.startOf(table, node), end = std::max(start, tree.endOf(table, node));
        if (start <= tree.start && end >= tree.end)
            return {};
        if (spans.empty() || start < spans.back().first || end > spans.back().second) // not within the one before: mostly its parent
            spans.emplace_back(start, end);
    }
    stop.check();
    if (!std::is_sorted(spans.begin(), spans.end()))
        std::sort(spans.begin(), spans.end());
    stop.check();
    std::vector<IdleGap> gaps;
    int64_t reached = spans.empty() ? 0 : spans.front().first;
    for (const auto& [start, end] : spans) {
        if (start > reached)
            gaps.push_back({reached, start});
        reached = std::max(reached, end);
    }
    return gaps;
}

} // namespace aisle
