#pragma once
// One cause in a list: its sentence, below it muted the odds ratio as a bar about 1 and the figures, and what goes with it.

#include "widgets/cell_delegate.h"

#include <QRect>

class QFontMetrics;

namespace aisle {

class DropOffModel;

/// Where the parts are; for painting, heights and tests.
struct DropOffRow {
    QRect sentence, bar, detail, also; ///< `also` is empty where there is nothing
    int height = 0;
    int at(double odds, double most) const; ///< x in the bar, of a logarithmic axis from 1/2 to `most`
};
DropOffRow layOutDropOff(const QString& sentence, bool hasAlso, QPoint topLeft, int width, const QFontMetrics& metrics);

class DropOffDelegate : public CellDelegate {
public:
    explicit DropOffDelegate(const DropOffModel& model, QObject* parent) : CellDelegate(parent), model_(model) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    int heightOf(const QModelIndex& index, int width) const;

private:
    void paintBar(QPainter& painter, const DropOffRow& row, const QModelIndex& index) const;
    const DropOffModel& model_;
};

} // namespace aisle
