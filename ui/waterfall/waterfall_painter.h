#pragma once
// Paints a frame: in the window, and for pictures without one.

#include "waterfall/waterfall_layout.h"

class QPainter;

namespace aisle {

void paintWaterfall(QPainter& painter, const WaterfallFrame& frame, const Theme& theme);

/// A circle with an exclamation mark: the second mark of an error beside red. `filled` false: errors inside.
void paintErrorMark(QPainter& painter, const QRectF& rect, const Theme& theme, bool filled);

/// The whole waterfall as a picture, everything expanded; for export and `aisle show waterfall --as png|svg`.
/// At most kPictureRows lines, and no more than have room in `tallest` pixels; what is left out is said in the picture.
inline constexpr uint32_t kPictureRows = 2000;
QSize waterfallPictureSize(const TraceData& data, const VisibleRows& rows, int tallest);
/// `size` is one that waterfallPictureSize() gave; `events` and `redactor` may be null.
void paintWaterfallPicture(QPainter& painter, QSize size, const TraceData& data, const VisibleRows& rows,
                           const std::vector<EventTime>* events, const Redactor* redactor, ColourBy colourBy,
                           const Theme& theme);

} // namespace aisle
