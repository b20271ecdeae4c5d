#include "orders/row_anchor.h"

#include <QCursor>
#include <QListView>
#include <QScrollBar>

#include <algorithm>

namespace aisle {

RowAnchor::RowAnchor(QListView& list) : list_(list) {
    if (!list.isVisible())
        return;
    const QRect sight = list.viewport()->rect();
    const QPoint mouse = list.viewport()->mapFromGlobal(QCursor::pos());
    QModelIndex row = list.viewport()->underMouse() && sight.contains(mouse) ? list.indexAt(mouse) : QModelIndex();
    if (!row.isValid() && list.currentIndex().isValid() && list.visualRect(list.currentIndex()).intersects(sight))
        row = list.currentIndex();
    if (!row.isValid() && list.verticalScrollBar()->value() > 0)
        row = list.indexAt(sight.topLeft());
    row_ = row;
    top_ = list.visualRect(row).top();
}

int RowAnchor::restore() {
    if (!holds())
        return 0;
    list_.doItemsLayout();
    QScrollBar* bar = list_.verticalScrollBar();
    bar->setValue(bar->value() + list_.visualRect(row_).top() - top_);
    return std::max(0, top_ - list_.visualRect(row_).top());
}

} // namespace aisle
