#pragma once
// Every visit of a stage by every order as a dot: orders from top to bottom, time from left to right. A click focuses the order, a double
// click opens the trace; the order in focus is marked above the others.

#include "orders/dotted_chart.h"
#include "orders/orders_page.h"

class QComboBox;

namespace aisle {

class ElidedLabel;
class OrderCanvas;

class DottedChartView : public OrdersPage {
    Q_OBJECT
public:
    explicit DottedChartView(ViewContext& context, QWidget* parent = nullptr);

    const DottedChart& chart() const { return chart_; }
    OrderCanvas* canvas() const { return canvas_; }
    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    void takeFocus() override;
    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;

private:
    void count() override;
    void clear() override;
    bool isEmpty() const override { return chart_.visits == 0; }
    std::optional<std::pair<uint32_t, uint32_t>> cellAt(QPointF at) const;
    QString describe(QPointF at) const;
    void focusOn(uint32_t row);
    void followFocus();
    void openMenu(QPointF at, QPoint global);
    void walk(int columns, int rows);
    void list(uint32_t row);

    DottedChart chart_;
    QComboBox *time_, *sort_;
    ElidedLabel* words_;
    OrderCanvas* canvas_;
    std::optional<uint32_t> row_; ///< of the keys
    CaseNumber marked_ = kNoCase; ///< in focus, however that came about
};

} // namespace aisle
