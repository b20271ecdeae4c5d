#include "window/picture.h"

#include "view.h"

#include <QBuffer>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

namespace aisle {

std::string picture(const View& view, bool svg) {
    const QSize size = view.pictureSize();
    if (size.isEmpty())
        return {};
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (svg) {
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(), size));
        generator.setTitle(QStringLiteral("Aisle"));
        QPainter painter(&generator);
        view.paintPicture(painter);
    } else {
        // A picture of more than 16,000 px a side is refused by many programs.
        const qreal ratio = std::min(2.0, 16000.0 / std::max(size.width(), size.height()));
        QImage image((QSizeF(size) * ratio).toSize(), QImage::Format_RGB32);
        image.setDevicePixelRatio(ratio);
        QPainter painter(&image);
        view.paintPicture(painter);
        painter.end();
        image.save(&buffer, "PNG");
    }
    return bytes.toStdString();
}

} // namespace aisle
