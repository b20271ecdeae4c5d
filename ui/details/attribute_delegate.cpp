#include "details/attribute_delegate.h"

#include "details/attribute_model.h"
#include "theme/theme.h"

#include <QApplication>
#include <QPainter>

namespace aisle {

void AttributeDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    CellDelegate::initStyleOption(option, index);
    if (index.column() == 0 && !index.data(AttributeModel::IsGroupRole).toBool())
        option->textElideMode = Qt::ElideMiddle;
}

void AttributeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const QString errors = index.data(AttributeModel::ErrorPartRole).toString();
    if (errors.isEmpty()) {
        CellDelegate::paint(painter, option, index);
        return;
    }
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QString words = item.text;
    item.text.clear();
    const QStyle* style = item.widget != nullptr ? item.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
    const int inset = style->pixelMetric(QStyle::PM_FocusFrameHMargin, &item, item.widget) + 1;
    const QRect rect = item.rect.adjusted(inset, 0, -inset, 0);
    const QString fitting = item.fontMetrics.elidedText(words, Qt::ElideRight, rect.width());
    const auto plain = std::min(fitting.size(), words.size() - errors.size());
    painter->save();
    painter->setFont(item.font);
    painter->setPen(theme().text);
    painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, fitting.left(plain));
    painter->setPen(theme().error);
    painter->drawText(rect.adjusted(item.fontMetrics.horizontalAdvance(fitting.left(plain)), 0, 0, 0),
                      Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, fitting.mid(plain));
    painter->restore();
}

} // namespace aisle
