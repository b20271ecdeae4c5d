#pragma once
// A row of the page of an order: the time at the left, the sentence, and what failed or is still open marked by colour and form; technical
// detail muted and further in.

#include "widgets/cell_delegate.h"

#include <QFont>
#include <QRect>

class QFontMetrics;

namespace aisle {

class OrderModel;

struct OrderRow {
    QRect clock, mark, sentence;
    int height = 0;
};
/// `clock`: width of the column of times.
OrderRow layOutOrder(const QString& sentence, bool isDetail, int clock, QPoint topLeft, int width, const QFontMetrics& metrics);

/// A detail in a room that is too narrow for it: the ids at its end are cut in their middle, to no less than tell them apart, before anything else is.
QString shownDetail(const QString& text, const QString& id, int width, const QFontMetrics& metrics);

/// "2026-03-14 09:00:51" in a room that is too narrow for it: without its year, else without its day.
QString shownClock(const QString& clock, int width, const QFontMetrics& metrics);

class OrderDelegate : public CellDelegate {
public:
    explicit OrderDelegate(const OrderModel& model, QObject* parent);
    int clockWidth() const; ///< of the widest time of the page, px; 0: it has none
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int columnWidth(int width) const;
    OrderRow rowOf(const QModelIndex& index, const QWidget* view, QPoint topLeft, int width) const;
    const OrderModel& model_;
    mutable int clockWidth_ = -1; ///< in that font; -1: not measured, as each row asks for it
    mutable QFont clockFont_;
};

} // namespace aisle
