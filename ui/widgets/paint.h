#pragma once
// Small things that several views paint alike. Whole device pixels: to be painted without antialiasing.

#include "theme/theme.h"

#include <QRectF>

class QPainter;

namespace aisle {

/// `a` over `b`, as strong as `shareOfA` (0..1) says.
QColor mixed(const QColor& a, const QColor& b, double shareOfA);
/// One pixel wide, inside the rectangle.
void frameRect(QPainter& painter, const QRectF& rect, const QColor& colour);
/// A turned down corner at the top right: there is a note.
void paintNoteCorner(QPainter& painter, const QRectF& rect, const Theme& theme);
/// The second mark of an error beside red, for small places: 9 px wide and 8 high.
void paintErrorTriangle(QPainter& painter, const QPointF& bottomLeft, const QColor& colour);
/// A range of time that is being dragged, with its length in words at `top`; within a view `width` wide.
void paintBrush(QPainter& painter, const QRectF& brush, const QString& words, double top, double width, const Theme& theme);

} // namespace aisle
