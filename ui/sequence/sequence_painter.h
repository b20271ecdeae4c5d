#pragma once
// Paints a frame of a sequence diagram: in the window, and for pictures without one.
// Thread: any that may use fonts; reads nothing but its arguments.

#include "sequence/sequence_layout.h"

class QPainter;

namespace aisle {

void paintSequence(QPainter& painter, const SequenceFrame& frame, const Theme& theme);

} // namespace aisle
