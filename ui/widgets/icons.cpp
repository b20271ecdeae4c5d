#include "widgets/icons.h"

#include "theme/theme.h"

#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>

namespace aisle {

namespace {

/// On a 20 x 20 grid, strokes of 1.5.
QPainterPath outline(Icon icon) {
    QPainterPath p;
    switch (icon) {
    case Icon::Overview:
        p.addRoundedRect(3, 3, 6, 8, 1, 1);
        p.addRoundedRect(11.5, 3, 5.5, 5, 1, 1);
        p.addRoundedRect(3, 13.5, 6, 3.5, 1, 1);
        p.addRoundedRect(11.5, 10.5, 5.5, 6.5, 1, 1);
        break;
    case Icon::Traces:
        for (const auto& [x, y, w] : {std::tuple(3.0, 5.0, 11.0), std::tuple(5.5, 10.0, 8.0), std::tuple(9.0, 15.0, 8.0)}) {
            p.moveTo(x, y);
            p.lineTo(x + w, y);
        }
        break;
    case Icon::Journey:
        p.moveTo(3, 4);
        p.lineTo(17, 4);
        p.lineTo(12, 10.5);
        p.lineTo(12, 16.5);
        p.lineTo(8, 14.5);
        p.lineTo(8, 10.5);
        p.closeSubpath();
        break;
    case Icon::Graph:
        p.addEllipse(QPointF(4.5, 10), 2, 2);
        p.addEllipse(QPointF(15, 4.5), 2, 2);
        p.addEllipse(QPointF(15, 15.5), 2, 2);
        p.moveTo(6.3, 9);
        p.lineTo(13.2, 5.5);
        p.moveTo(6.3, 11);
        p.lineTo(13.2, 14.5);
        break;
    case Icon::Explore: // dots over time
        p.moveTo(3.5, 3);
        p.lineTo(3.5, 16.5);
        p.lineTo(17, 16.5);
        for (const auto& [x, y] : {std::pair(7.0, 12.5), std::pair(10.0, 9.5), std::pair(13.0, 11.5), std::pair(15.5, 5.5)})
            p.addEllipse(QPointF(x, y), 0.9, 0.9);
        break;
    case Icon::Orders: // a parcel
        p.addRoundedRect(3.5, 6.5, 13, 10, 1, 1);
        p.moveTo(3.5, 6.5);
        p.lineTo(6, 3.5);
        p.lineTo(14, 3.5);
        p.lineTo(16.5, 6.5);
        p.moveTo(10, 3.5);
        p.lineTo(10, 10.5);
        break;
    case Icon::Back:
        p.moveTo(12, 4.5);
        p.lineTo(6.5, 10);
        p.lineTo(12, 15.5);
        break;
    case Icon::Forward:
        p.moveTo(8, 4.5);
        p.lineTo(13.5, 10);
        p.lineTo(8, 15.5);
        break;
    case Icon::Bookmark:
        p.moveTo(5.5, 3.5);
        p.lineTo(14.5, 3.5);
        p.lineTo(14.5, 16.5);
        p.lineTo(10, 12.8);
        p.lineTo(5.5, 16.5);
        p.closeSubpath();
        break;
    case Icon::Close:
        p.moveTo(6, 6);
        p.lineTo(14, 14);
        p.moveTo(14, 6);
        p.lineTo(6, 14);
        break;
    }
    return p;
}

class PathIconEngine : public QIconEngine {
public:
    explicit PathIconEngine(Icon icon) : icon_(icon) {}
    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->translate(rect.topLeft());
        painter->scale(rect.width() / 20.0, rect.height() / 20.0);
        QColor colour = state == QIcon::On ? theme().accent : theme().mutedText;
        if (mode == QIcon::Active && state == QIcon::Off)
            colour = theme().text;
        if (mode == QIcon::Disabled)
            colour = theme().line;
        painter->setPen(QPen(colour, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->drawPath(outline(icon_));
        painter->restore();
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap out(size);
        out.fill(Qt::transparent);
        QPainter painter(&out);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return out;
    }
    QIconEngine* clone() const override { return new PathIconEngine(icon_); }

private:
    Icon icon_;
};

} // namespace

QIcon themedIcon(Icon icon) { return QIcon(new PathIconEngine(icon)); }

} // namespace aisle
