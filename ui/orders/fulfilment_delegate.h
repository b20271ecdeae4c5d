#pragma once
// One row of what happened to orders. A stage: its name, a bar of its share of the time of all orders (waiting, then working), its times,
// and what of it is stuck or late. A sentence: itself, and its figures below.

#include "widgets/cell_delegate.h"

#include <QRect>

class QFontMetrics;

namespace aisle {

class FulfilmentModel;

/// Where the parts of a stage are; for painting, heights and tests.
struct StageRow {
    QRect name, detail, bar, share, times, alarm, baseline; ///< `baseline` is empty where nothing is compared
    int height = 0;
};
StageRow layOutStage(bool hasBaseline, QPoint topLeft, int width, const QFontMetrics& metrics);

class FulfilmentDelegate : public CellDelegate {
public:
    explicit FulfilmentDelegate(const FulfilmentModel& model, QObject* parent) : CellDelegate(parent), model_(model) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    int heightOf(int row, int width) const;

private:
    void paintStage(QPainter& painter, const QRect& rect, int row) const;
    const FulfilmentModel& model_;
};

} // namespace aisle
