#pragma once
// Every attribute of the selected spans with its values, counted in the selection and in the rest.

#include "attributes/attributes_model.h"
#include "view.h"

class QLineEdit;
class QTreeView;

namespace aisle {

class ElidedLabel;
class EmptyState;

class AttributesView : public View {
    Q_OBJECT
public:
    explicit AttributesView(ViewContext& context, QWidget* parent = nullptr);
    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    void takeFocus() override;
    const AttributesModel& model() const { return *model_; }

private:
    void refresh();
    void count();
    void read(const QModelIndex& key);
    void readNext();
    void filter();
    void filterTo(const QModelIndex& index, bool excludes);
    void openMenu(const QPoint& at);
    void showWords();
    bool eventFilter(QObject* watched, QEvent* event) override;

    AttributesModel* model_;
    QTreeView* tree_;
    QLineEdit* filter_;
    ElidedLabel* words_;
    EmptyState* empty_;
    std::vector<traceql::Field> open_;  ///< attributes that are open, also after the next count
    std::vector<traceql::Field> toRead_;
    traceql::Context counted_; ///< what the keys on show are of, and their values are read from
    Worker keyWorker_{this, Worker::Work::Long}, valueWorker_{this, Worker::Work::Long};
};

} // namespace aisle
