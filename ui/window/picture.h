#pragma once
// A view's content as a file. Painting belongs to the UI thread; what is painted becomes a file on any thread.

#include <QImage>

#include <string>

namespace aisle {

class View;

/// At twice the logical size, less when that is more than 16,000 pixels a side. Null when the view has nothing to draw.
QImage paintedPicture(const View& view);
std::string pngOf(const QImage& image);
/// Empty when the view has nothing to draw.
std::string svgPicture(const View& view);
/// One page as large as the picture. Empty when the view has nothing to draw.
std::string pdfPicture(const View& view);

} // namespace aisle
