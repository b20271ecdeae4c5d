#pragma once
// A view that lists something of the trace on show: sorting, focus in both directions, menu, empty state. What is listed is
// said by who derives from it, who also sorts: on a worker, for a trace may have a million spans.

#include "trace/shown_trace.h"
#include "view.h"
#include "widgets/list_delegate.h"

#include <QAbstractTableModel>

class QTableView;
class QVBoxLayout;

namespace aisle {

class EmptyState;

class TraceTable : public View {
    Q_OBJECT
public:
    TraceTable(ViewContext& context, QWidget* parent);

    const TraceDataPtr& data() const { return data_; } ///< that the rows are of; null: none
    QTableView* list() const { return list_; }
    bool isBusy() const { return context().shownTrace().isBusy() || worker_.isBusy(); }
    void takeFocus() override;
    QSize sizeHint() const override { return {900, 480}; }
    QSize minimumSizeHint() const override { return {360, 120}; }
    QSize pictureSize(int tallest = kAnyHeight) const override;
    void paintPicture(QPainter& painter, QSize size) const override;

protected:
    /// The node that a row leads to: its span, or the longest of its spans.
    virtual NodeIndex nodeAt(int row) const = 0;
    virtual int rowOf(NodeIndex node) const = 0; ///< -1: none
    /// Starts the work whose result `show` is called with: another trace, or another order.
    virtual void refresh(const TraceDataPtr& data) = 0;
    virtual void clear() = 0; ///< of the model: there is no trace
    virtual QString emptyWords() const = 0;
    /// Of a cell that is drawn and not written.
    virtual void paintCell(QPainter&, const QRectF&, const QModelIndex&) const {}

    void showEvent(QShowEvent*) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void setModel(QAbstractTableModel* model, int stretched, std::initializer_list<int> digits);
    void start(); ///< to be called at the end of the constructor of the class that derives
    /// In `done` of the work: the model has the rows of that trace now.
    void adopted(TraceDataPtr data);
    void sortBy(int section);
    /// The order to begin with.
    void setSort(int section, bool descending);
    /// Asks refresh() for the trace that is to be shown, which may be another than that on show; when this can be seen.
    void catchUp();
    int sortColumn() const { return sort_; }
    bool isDescending() const { return descending_; }
    QVBoxLayout* box() const { return box_; }
    Worker worker_{this};

private:
    void follow();
    void applyFocus();
    void choose(int row);
    void filterTo(int row);
    void openMenu(const QPoint& at);
    void updateEmptyState();

    TraceDataPtr data_;
    int sort_ = 0;
    bool descending_ = false, following_ = false;
    QVBoxLayout* box_;
    QTableView* list_;
    EmptyState* empty_;
};

} // namespace aisle
