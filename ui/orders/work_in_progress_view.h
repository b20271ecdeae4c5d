#pragma once
// How many orders were in progress over time, at which stage, what came and what was done. A double click and Enter list the orders that
// were in progress in a step.

#include "orders/orders_page.h"
#include "orders/work_in_progress.h"

class QLabel;

namespace aisle {

class OrderCanvas;

class WorkInProgressView : public OrdersPage {
    Q_OBJECT
public:
    explicit WorkInProgressView(ViewContext& context, QWidget* parent = nullptr);

    const WorkInProgress& workInProgress() const { return found_; }
    OrderCanvas* canvas() const { return canvas_; }
    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    void takeFocus() override;

private:
    void count() override;
    void clear() override;
    bool isEmpty() const override { return found_.all.arrived == 0; }
    void show(WorkInProgress found);
    void showNotes();
    QString describe(QPointF at) const;
    void list(uint32_t bin);

    WorkInProgress found_;
    std::vector<bool> only_;
    QLabel* notes_;
    OrderCanvas* canvas_;
    std::optional<uint32_t> bin_; ///< of the keys
};

} // namespace aisle
