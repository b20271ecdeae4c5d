#pragma once
// Draws a funnel frame: in the window, in pictures, in the overview.

#include "funnel/funnel_layout.h"
#include "theme/theme.h"

#include <optional>

class QPainter;

namespace aisle {

struct FunnelHighlight {
    std::optional<size_t> focused, hovered; ///< stages
    bool isStopped = false;                 ///< in focus are those who stopped at that stage: the part of the column behind it
    uint32_t related = 0;                   ///< bit k: stage k holds what is in focus
};

void paintFunnel(QPainter& painter, const FunnelFrame& frame, const FunnelResult& funnel, const FunnelHighlight& highlight,
                 const Theme& theme);

} // namespace aisle
