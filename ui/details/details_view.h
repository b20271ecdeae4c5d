#pragma once
// Details of the focus: span, trace, service, call, stage or case. What needs the store is read off the UI
// thread; the old details stay until the new are ready.

#include "details/details_content.h"
#include "view.h"

#include <QHash>

class QLineEdit;
class QPlainTextEdit;
class QSortFilterProxyModel;
class QStackedWidget;
class QLabel;
class QTreeView;

namespace aisle {

class DetailsHeader;

class DetailsView : public View {
    Q_OBJECT
public:
    explicit DetailsView(ViewContext& context, QWidget* parent = nullptr);
    ~DetailsView() override;

    QString statusText() const override { return {}; }
    std::unique_ptr<Tabular> tabular() const override;
    QSize sizeHint() const override { return {360, 480}; }

    const DetailsContent& content() const { return content_; }
    bool isBusy() const { return worker_.isBusy() || thoroughWorker_.isBusy(); }
    QTreeView* tree() const { return tree_; }
    AttributeModel* model() const { return model_; }

    void copyValue(const QModelIndex& index);
    void copyJson(const QModelIndex& index);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void refresh();
    void refreshIfStatistics();
    void showContent(DetailsContent content);
    void showMore(DetailsContent content);
    void showWords(const QString& words);
    void expandGroups();
    void resizeKeys();
    void filter(const QString& text);
    void activate(const QModelIndex& index);
    void showValue(const QModelIndex& index);
    void narrow(const std::string& condition);
    void menu(const QPoint& at, bool onTree);
    QModelIndex source(const QModelIndex& proxy) const;

    DetailsContent content_;
    AttributeModel* model_;
    QSortFilterProxyModel* proxy_;
    QStackedWidget* stack_;
    QLabel* words_;
    DetailsHeader* header_;
    QLineEdit* filter_;
    QTreeView* tree_;
    QPlainTextEdit* value_;
    QHash<QString, bool> isOpen_; ///< groups that the user opened or closed
    bool isExpanding_ = false;
    Worker worker_{this};
    Worker thoroughWorker_{this, Worker::Work::Long}; ///< of services and calls: what takes longer
};

} // namespace aisle
