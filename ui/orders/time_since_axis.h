#pragma once
// The axis of a time since something, from 0 on: round durations, evenly.

#include "theme/theme.h"

#include <QRectF>

class QPainter;

namespace aisle {

/// `length` ns are as wide as `rect`.
void paintTimeSinceAxis(QPainter& painter, const QRectF& rect, int64_t length, const Theme& theme);

} // namespace aisle
