#pragma once
// The list of traces of the scope, with a filter bar of its own.

#include "analysis/trace_list.h"
#include "trace_list/trace_list_model.h"
#include "view.h"

#include <QAbstractItemView>

class QComboBox;
class QLabel;
class QLineEdit;
class QMenu;
class QStyledItemDelegate;
class QTableView;
class QToolButton;

namespace aisle {

class EmptyState;

/// Also draws what UsualRole is about.
QStyledItemDelegate* traceDelegate(std::function<const ServiceColours&()> colours, QObject* parent);

class TraceListView : public View {
    Q_OBJECT
public:
    explicit TraceListView(ViewContext& context, QWidget* parent = nullptr);

    QJsonObject settings() const override;
    void applySettings(const QJsonObject& settings) override;
    QString statusText() const override;
    std::unique_ptr<Tabular> tabular() const override;
    void takeFocus() override;

private:
    static TraceColumn columnOf(int section);
    void buildFilterBar();
    // trace_list_columns.cpp
    static QStringList columnsLastTime();
    void setColumns(const QStringList& fields);
    void toggleColumn(const std::string& field, bool isOn);
    void readColumns();
    void readTexts();
    void fillColumns(QMenu* menu);
    void refresh();
    void follow();
    void showServices();
    void followFocus();
    void followMatches();
    void scrollTo(int row, QAbstractItemView::ScrollHint hint);
    void chooseRow(int row);
    void chooseSelected();
    void openMenu(const QPoint& at);
    void addTraceActions(QMenu& menu, TraceIndex trace);
    void sortBy(int section);
    void updateEmptyState();
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showEvent(QShowEvent* event) override;

    TraceListModel* model_;
    QTableView* list_;
    QLineEdit* text_;
    QComboBox* service_;
    QLineEdit* duration_;
    QToolButton* errors_;
    QLabel* durationProblem_;
    EmptyState* empty_;
    TraceFilter filter_;
    /// Every trace that passes the filter, in the order on show; made when one of its parts changes.
    struct Order {
        SpanTablePtr table;
        TraceFilter filter;
        TraceColumn sort;
        bool descending;
        std::shared_ptr<const std::vector<int64_t>> keys; ///< of TraceColumn::Other
        std::vector<TraceIndex> traces;
    };
    std::shared_ptr<const Order> order_;
    TraceColumn sort_ = TraceColumn::Start;
    bool descending_ = false;
    std::string sortField_; ///< of TraceColumn::Other
    bool following_ = false, tooMany_ = false;
    bool scrollDue_ = false; ///< to what is in focus, when it is shown
    QToolButton* columns_;
    SpanTablePtr columnsOf_; ///< that the values of columns are of
    Worker worker_{this}, columnWorker_{this, Worker::Work::Long}, textWorker_{this}, keyWorker_{this, Worker::Work::Long};
};

} // namespace aisle
