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

using Paint = std::function<void(QPainter&)>;

Paint paintOf(const View& view, QSize size) {
    return [&view, size](QPainter& painter) { view.paintPicture(painter, size); };
}

QImage painted(QSize size, const Paint& paint) {
    if (size.isEmpty())
        return {};
    const qreal longest = static_cast<qreal>(kMostPixels) / std::max(size.width(), size.height());
    const qreal all = std::sqrt(kMostOfAll / (static_cast<qreal>(size.width()) * size.height()));
    const qreal room = std::clamp(std::min(longest, all), 1.0, 2.0);
    const qreal ratio = std::floor(room * 4) / 4; // lines stay where pixels are
    QImage image((QSizeF(size) * ratio).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(ratio);
    QPainter painter(&image);
    paint(painter);
    return image;
}

std::string svg(QSize size, const Paint& paint) {
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
    paint(painter);
    painter.end();
    // Two characters that Qt writes are none of XML, and whoever reads it stops there.
    bytes.replace("\xEF\xBF\xBE", "\xEF\xBF\xBD").replace("\xEF\xBF\xBF", "\xEF\xBF\xBD");
    return bytes.toStdString();
}

std::string pdf(QSize size, const Paint& paint) {
    constexpr double kPerInch = 96; // a logical pixel is one of CSS
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
    paint(painter);
    painter.end();
    return bytes.toStdString();
}

} // namespace

QImage paintedPicture(const View& view) {
    const QSize size = view.pictureSize(kMostPixels);
    return painted(size, paintOf(view, size));
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
    return svg(size, paintOf(view, size));
}

std::string pdfPicture(const View& view) {
    constexpr int kTallest = 19'000; // 198 inches: readers refuse pages of more than 200
    const QSize size = view.pictureSize(kTallest);
    return pdf(size, paintOf(view, size));
}

std::string pictureAs(const std::string& form, QSize size, const std::function<void(QPainter&)>& paint) {
    if (form == "svg")
        return svg(size, paint);
    if (form == "pdf")
        return pdf(size, paint);
    const QImage image = painted(size, paint);
    return image.isNull() ? std::string() : pngOf(image);
}

} // namespace aisle
