#pragma once
// The ticks and folds of an axis: where they are, what they say. Pure; views paint what is laid out here.

#include "text/format.h"
#include "theme/theme.h"
#include "trace/trace_axis.h"

#include <QRectF>

#include <optional>
#include <vector>

class QPainter;

namespace aisle {

struct AxisTick {
    double x;
    QRectF rect;   ///< of the label
    QString label; ///< empty: no room
};

struct AxisFold {
    QRectF rect;   ///< on the axis
    QString label; ///< how long nothing ran; empty: no room
    int64_t length = 0; ///< ns
};

struct AxisInput {
    const TraceAxis* axis = nullptr; ///< null: places are what ticks count
    TimeRange range;                 ///< places on show
    int64_t origin = 0;              ///< what ticks count from
    std::optional<TimeZone> clock;   ///< ticks say the time of day instead
    QRectF rect;                     ///< from range.from to range.to
    double right = 0;                ///< labels end before it
    double dpr = 1;
};

struct AxisFrame {
    std::vector<AxisTick> ticks;
    std::vector<AxisFold> folds;
    QString zone;   ///< of a clock; painted once, at the right
    QRectF zoneRect;
};

/// Labels do not touch each other, and none is cut: where there is no room the tick has none.
AxisFrame layoutAxis(const AxisInput& input, const QFont& font);
/// Labels, and ticks `tick` pixels high at the lower edge of `rect`.
void paintAxis(QPainter& painter, const AxisFrame& frame, const QRectF& rect, int tick, const Theme& theme);
/// Lines of the ticks, and folds as bands, over what is below the axis.
void paintAxisLines(QPainter& painter, const AxisFrame& frame, const QRectF& body, const Theme& theme);

} // namespace aisle
