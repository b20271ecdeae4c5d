#pragma once
// A view's content as a file. Painting belongs to the UI thread; what is painted becomes a file on any thread.

#include <QImage>

#include <functional>
#include <string>

class QPainter;

namespace aisle {

class View;

/// At twice the logical size, less when that is more than 16,000 pixels a side. Null when the view has nothing to draw.
QImage paintedPicture(const View& view);
std::string pngOf(const QImage& image);
/// Empty when the view has nothing to draw.
std::string svgPicture(const View& view);
/// One page as large as the picture. Empty when the view has nothing to draw.
std::string pdfPicture(const View& view);

/// What `paint` paints in that size, as "png", "svg" or "pdf". Empty for an empty size.
std::string pictureAs(const std::string& form, QSize size, const std::function<void(QPainter&)>& paint);

} // namespace aisle
