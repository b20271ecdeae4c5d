#pragma once
// Lines of a waterfall, one by one: the cell in the tree, the bar on the lanes and the marks on it. Which lines are on show, and where, is
// waterfall_layout's. Thread: any that may use fonts; pure functions.

#include "waterfall/waterfall_layout.h"

#include <span>
#include <vector>

namespace aisle {

struct WaterfallIndent {
    uint32_t from = 0; ///< depth at which it starts
    double step = 12;  ///< of a level
};

struct WaterfallLine {
    NodeIndex node = kNoNode;
    double y = 0; ///< top
};

/// Of `frame` the areas, the range and the axis are there already.
std::vector<WaterfallRow> layoutRows(const WaterfallInput& input, const WaterfallFrame& frame, const WaterfallIndent& indent, std::span<const WaterfallLine> lines, const Theme& theme);

} // namespace aisle
