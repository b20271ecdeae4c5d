#include "window/picture.h"

#include "view.h"

#include <QBuffer>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <cmath>

namespace aisle {

namespace {
/// A picture of more pixels a side is refused by many programs. Views leave out what goes beyond it; below one pixel of
/// the picture per pixel of the window text could not be read.
constexpr int kMostPixels = 16'000;
/// In all: 136 million took 20 s and 770 MB.
constexpr qreal kMostOfAll = 50e6;
} // namespace

QImage paintedPicture(const View& view) {
    const QSize size = view.pictureSize(kMostPixels);
    if (size.isEmpty())
        return {};
    const qreal longest = static_cast<qreal>(kMostPixels) / std::max(size.width(), size.height());
    const qreal all = std::sqrt(kMostOfAll / (static_cast<qreal>(size.width()) * size.height()));
    const qreal room = std::clamp(std::min(longest, all), 1.0, 2.0);
    const qreal ratio = std::floor(room * 4) / 4; // lines stay where pixels are
    QImage image((QSizeF(size) * ratio).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(ratio);
    QPainter painter(&image);
    view.paintPicture(painter, size);
    return image;
}

std::string pngOf(const QImage& image) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes.toStdString();
}

std::string svgPicture(const View& view) {
    const QSize size = view.pictureSize();
    if (size.isEmpty())
        return {};
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    generator.setTitle(QStringLiteral("Aisle"));
    QPainter painter(&generator);
    view.paintPicture(painter, size);
    painter.end();
    // Two characters that Qt writes are none of XML, and whoever reads it stops there.
    bytes.replace("\xEF\xBF\xBE", "\xEF\xBF\xBD").replace("\xEF\xBF\xBF", "\xEF\xBF\xBD");
    return bytes.toStdString();
}

std::string pdfPicture(const View& view) {
    constexpr double kPerInch = 96; // a logical pixel is one of CSS
    constexpr int kTallest = 19'000; // 198 inches: readers refuse pages of more than 200
    const QSize size = view.pictureSize(kTallest);
    if (size.isEmpty())
        return {};
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setCreator(QStringLiteral("Aisle"));
    writer.setPageSize(QPageSize(QSizeF(size) / kPerInch, QPageSize::Inch, {}, QPageSize::ExactMatch));
    writer.setPageMargins({});
    writer.setResolution(static_cast<int>(kPerInch));
    QPainter painter(&writer);
    view.paintPicture(painter, size);
    painter.end();
    return bytes.toStdString();
}

} // namespace aisle
