#include "widgets/sort_header.h"

#include "theme/theme.h"

#include <QPainter>

namespace aisle {

namespace {
constexpr int kInset = 3, kArrow = 7, kSpace = 4; ///< inset: as in the style sheet and in cells
}

QRect SortHeader::arrowRect(const QRect& section, int logicalIndex) const {
    const auto alignment = model()->headerData(logicalIndex, Qt::Horizontal, Qt::TextAlignmentRole).value<Qt::Alignment>();
    const int words = kInset + fontMetrics().horizontalAdvance(model()->headerData(logicalIndex, Qt::Horizontal).toString()) + kSpace;
    const int x = (alignment & Qt::AlignRight) != 0 ? section.right() + 1 - words - kArrow : section.left() + words;
    return {x, section.center().y() - 2, kArrow, 4};
}

void SortHeader::paintSection(QPainter* painter, const QRect& rect, int logicalIndex) const {
    painter->save(); // the style leaves an empty clip behind
    QHeaderView::paintSection(painter, rect, logicalIndex);
    painter->restore();
    if (logicalIndex != sortIndicatorSection())
        return;
    const QRectF arrow = arrowRect(rect, logicalIndex);
    const bool isDown = sortIndicatorOrder() == Qt::DescendingOrder;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme().mutedText);
    const double flat = isDown ? arrow.top() : arrow.bottom(), tip = isDown ? arrow.bottom() : arrow.top();
    painter->drawPolygon(QPolygonF{QPointF(arrow.left(), flat), QPointF(arrow.right(), flat), QPointF(arrow.center().x(), tip)});
    painter->restore();
}

} // namespace aisle
