#pragma once
// Ticks of a wall-clock axis: steps that people count in (1, 2, 5, 10, 15, 30 of seconds, minutes, hours, days).

#include "text/format.h"
#include "theme/theme.h"

#include <QRectF>

class QPainter;

namespace aisle {

/// The smallest step that leaves `room` px per label, ns.
int64_t clockStep(int64_t length, double width, double room);
void paintTimeAxis(QPainter& painter, const QRectF& rect, int64_t from, int64_t to, TimeZone zone, const Theme& theme);

} // namespace aisle
