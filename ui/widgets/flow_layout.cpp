#include "widgets/flow_layout.h"

#include <QWidget>

#include <algorithm>
#include <utility>
#include <vector>

namespace aisle {

FlowLayout::FlowLayout(QWidget* owner, int gap) : QLayout(owner), gap_(gap) {}

FlowLayout::~FlowLayout() { qDeleteAll(items_); }

QSize FlowLayout::minimumSize() const {
    const QMargins margins = contentsMargins();
    QSize size;
    for (const QLayoutItem* item : items_)
        if (!item->isEmpty())
            size = size.expandedTo(item->minimumSize());
    return size.grownBy(margins);
}

QSize FlowLayout::sizeHint() const {
    int width = 0, height = 0;
    for (const QLayoutItem* item : items_) {
        if (item->isEmpty()) // hidden
            continue;
        width += (width > 0 ? gap_ : 0) + item->sizeHint().width();
        height = std::max(height, item->sizeHint().height());
    }
    return QSize(width, height).grownBy(contentsMargins());
}

void FlowLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    place(rect, true);
}

int FlowLayout::place(const QRect& rect, bool isReal) const {
    const QMargins margins = contentsMargins();
    const QRect inside = rect.marginsRemoved(margins);
    const bool isMirrored = parentWidget() != nullptr && parentWidget()->layoutDirection() == Qt::RightToLeft;
    std::vector<std::pair<QLayoutItem*, QRect>> row;
    int x = inside.left(), y = inside.top(), rowHeight = 0;
    const auto expands = [](const QLayoutItem* item) { return (item->expandingDirections() & Qt::Horizontal) != 0; };
    const auto endRow = [&] {
        int rest = inside.left() + inside.width() - (x - gap_), shift = 0;
        for (auto& [item, place] : row) {
            place.moveLeft(place.left() + shift);
            if (rest > 0 && expands(item)) {
                const int more = std::min(rest, item->maximumSize().width() - place.width());
                place.setWidth(place.width() + more);
                shift += more;
                rest -= more;
            }
            place.moveTop(y + (rowHeight - place.height()) / 2);
            if (isMirrored)
                place.moveLeft(inside.left() + inside.right() - place.right());
            if (isReal)
                item->setGeometry(place);
        }
        row.clear();
    };
    for (QLayoutItem* item : items_) {
        if (item->isEmpty())
            continue;
        const QSize size(expands(item) ? item->minimumSize().width() : std::min(item->sizeHint().width(), std::max(inside.width(), item->minimumSize().width())), item->sizeHint().height());
        if (!row.empty() && x + size.width() > inside.left() + inside.width()) {
            endRow();
            x = inside.left();
            y += rowHeight + gap_ / 2;
            rowHeight = 0;
        }
        row.emplace_back(item, QRect(QPoint(x, y), size));
        x += size.width() + gap_;
        rowHeight = std::max(rowHeight, size.height());
    }
    endRow();
    return y + rowHeight + margins.bottom() - rect.top();
}

} // namespace aisle
