#pragma once
// What happened to the orders of the scope: where they lose time, the stages of their flow with waits and work, and what did not go as the
// flow says; above them the flow is chosen, for all views of orders. A click focuses the stage or an example, Enter and L list the orders, E shows an example, and the next one when pressed again.
// Bottlenecks beyond the first ones, and long waits that are none, are folded away below a row that a click, Enter and Space unfold.

#include "orders/fulfilment_model.h"
#include "orders/orders_page.h"

class QListView;
class QToolButton;

namespace aisle {

class BaselineBox;
class ElidedLabel;
class FulfilmentDelegate;
class JourneyBox;

class FulfilmentView : public OrdersPage {
    Q_OBJECT
public:
    explicit FulfilmentView(ViewContext& context, QWidget* parent = nullptr);

    const FulfilmentModel& model() const { return *model_; }
    QListView* list() const { return list_; }
    void compareWith(const Scope& baseline);

    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;
    void takeFocus() override;
    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void count() override;
    void clear() override;
    bool isEmpty() const override { return model_->content().figures.orders == 0; }
    void show(FulfilmentContent content);
    void lookForBottlenecks();
    void showBottlenecks(std::shared_ptr<const Bottlenecks> found, const QString& problem);
    void showWords();
    void followFocus();
    void focusOn(int row);
    void showExample(int row);
    void listOf(int row);
    void listWhere(const QString& what, std::function<bool(const FulfilmentLog&, CaseNumber)> isOne);
    void openMenu(QPoint at);
    std::vector<Row> examplesOf(int row) const;

    FulfilmentModel* model_;
    FulfilmentDelegate* delegate_;
    QListView* list_;
    JourneyBox* flows_;
    QToolButton* compares_;
    BaselineBox* baseline_;
    ElidedLabel *words_, *notes_;
    QString message_; ///< what failed, until the next choice
    std::pair<int, size_t> example_{-1, 0}; ///< row, and which of its examples is next
    Worker bottleneckWorker_{this, Worker::Work::Long};
};

} // namespace aisle
