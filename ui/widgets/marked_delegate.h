#pragma once
// Cells of lists with a mark at the left: what failed (red) or asks for attention (orange), beside what it is about. Colour
// is never the only sign: the words say it, too.

#include "theme/theme.h"
#include "widgets/cell_delegate.h"

#include <QApplication>
#include <QPainter>

namespace aisle {

class MarkedDelegate : public CellDelegate {
public:
    enum Mark { None, Warning, Failure };
    using CellDelegate::CellDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyleOptionViewItem item = option;
        item.state &= ~QStyle::State_HasFocus; // the whole row is what is focused
        if (hasRoom(index)) {
            const QStyle* style = option.widget != nullptr ? option.widget->style() : QApplication::style();
            style->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, option.widget); // selected, also where the room is
            item.rect.adjust(kRoom, 0, 0, 0);
        }
        QStyledItemDelegate::paint(painter, item, index);
        if (const Mark mark = markOf(index); mark != None)
            painter->fillRect(QRect(option.rect.left(), option.rect.top() + 3, 3, option.rect.height() - 6), mark == Failure ? theme().error : theme().warning);
    }

protected:
    virtual Mark markOf(const QModelIndex& index) const = 0;
    /// The text stands a bit to the right, so that a mark has room before it; for whole columns, so that texts are in line.
    virtual bool hasRoom(const QModelIndex& index) const { return markOf(index) != None; }

private:
    static constexpr int kRoom = 5;
};

} // namespace aisle
