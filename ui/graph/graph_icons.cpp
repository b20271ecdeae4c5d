#include "graph/graph_painter.h"

namespace aisle {

QPainterPath nodeIcon(ServiceGraph::NodeKind kind) {
    QPainterPath path;
    switch (kind) {
    case ServiceGraph::NodeKind::User:
        path.addEllipse(QPointF(8, 5), 3, 3);
        path.moveTo(2.5, 14.5);
        path.cubicTo(2.5, 8.5, 13.5, 8.5, 13.5, 14.5);
        path.closeSubpath();
        break;
    case ServiceGraph::NodeKind::Service:
        path.addRoundedRect(QRectF(2, 3, 12, 4), 1, 1);
        path.addRoundedRect(QRectF(2, 9, 12, 4), 1, 1);
        path.addEllipse(QPointF(4.5, 5), 0.5, 0.5);
        path.addEllipse(QPointF(4.5, 11), 0.5, 0.5);
        break;
    case ServiceGraph::NodeKind::Queue:
        path.addRect(QRectF(1.5, 4, 3, 8));
        path.addRect(QRectF(6.5, 4, 3, 8));
        path.moveTo(11.5, 8);
        path.lineTo(15, 8);
        path.moveTo(13, 6);
        path.lineTo(15, 8);
        path.lineTo(13, 10);
        break;
    case ServiceGraph::NodeKind::Cache:
        path.moveTo(9, 1.5);
        path.lineTo(3.5, 9);
        path.lineTo(7.5, 9);
        path.lineTo(6.5, 14.5);
        path.lineTo(12.5, 6.5);
        path.lineTo(8.5, 6.5);
        path.closeSubpath();
        break;
    case ServiceGraph::NodeKind::Database:
        path.addEllipse(QRectF(2.5, 1.5, 11, 4));
        path.moveTo(2.5, 3.5);
        path.lineTo(2.5, 12.5);
        path.cubicTo(2.5, 15.2, 13.5, 15.2, 13.5, 12.5);
        path.lineTo(13.5, 3.5);
        path.moveTo(2.5, 8);
        path.cubicTo(2.5, 10.7, 13.5, 10.7, 13.5, 8);
        break;
    case ServiceGraph::NodeKind::Group:
        path.addRoundedRect(QRectF(2, 2, 5, 5), 1, 1);
        path.addRoundedRect(QRectF(9, 2, 5, 5), 1, 1);
        path.addRoundedRect(QRectF(2, 9, 5, 5), 1, 1);
        path.addRoundedRect(QRectF(9, 9, 5, 5), 1, 1);
        break;
    case ServiceGraph::NodeKind::External:
        path.moveTo(4.5, 12.5);
        path.cubicTo(0.5, 12.5, 0.5, 7.5, 4, 7.5);
        path.cubicTo(4, 3, 10, 2.5, 11, 6.5);
        path.cubicTo(15.5, 6, 16, 12.5, 12, 12.5);
        path.closeSubpath();
        break;
    }
    return path;
}

} // namespace aisle
