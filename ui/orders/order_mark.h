#pragma once
// The name of the order in focus, as charts of orders show it beside what they mark of it. Thread: the UI thread.

#include "theme/theme.h"

#include <QRectF>

class QPainter;

namespace aisle {

/// In a box of its own above what is marked, or below it where there is no room; within `room`, logical pixels. Plain text.
void paintOrderName(QPainter& painter, const QString& name, const QRectF& marked, const QRectF& room, const Theme& theme);

} // namespace aisle
