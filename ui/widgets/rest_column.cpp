#include "widgets/rest_column.h"

#include <QHeaderView>
#include <QResizeEvent>
#include <QTableView>

#include <algorithm>

namespace aisle {

RestColumn::RestColumn(QTableView& view, int column, int most) : QObject(&view), view_(view), column_(column), most_(most) {
    view.horizontalHeader()->setResizeContentsPrecision(0); // of the rows in sight
    view.viewport()->installEventFilter(this);
}

void RestColumn::fit() { fit(view_.viewport()->width()); }

void RestColumn::fit(int width) {
    QHeaderView* header = view_.horizontalHeader();
    if (column_ >= header->count())
        return;
    const int most = view_.fontMetrics().averageCharWidth() * most_;
    const int least = std::max(header->sectionSizeHint(column_), std::min(most, static_cast<QAbstractItemView&>(view_).sizeHintForColumn(column_)));
    header->resizeSection(column_, std::max(least, width - (header->length() - header->sectionSize(column_))));
}

bool RestColumn::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize)
        fit(static_cast<QResizeEvent*>(event)->size().width());
    return QObject::eventFilter(watched, event);
}

} // namespace aisle
