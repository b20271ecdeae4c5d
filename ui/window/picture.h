#pragma once
// A view's content as a file.

#include <string>

namespace aisle {

class View;

/// PNG at twice the logical size, or SVG. Empty when the view has nothing to draw.
std::string picture(const View& view, bool svg);

} // namespace aisle
