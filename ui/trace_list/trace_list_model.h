#pragma once
// Rows of the trace list: an index list over the table; text is made when a row is shown.

#include "selection/focus_matches.h"
#include "table/span_table.h"
#include "text/format.h"

#include <QAbstractTableModel>

namespace aisle {

class TraceListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum ColumnIndex { StartColumn, ServiceColumn, OperationColumn, DurationColumn, SpansColumn, ServicesColumn, ErrorsColumn, ColumnTotal };

    explicit TraceListModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    /// Replaces everything.
    void setTraces(SpanTablePtr table, std::vector<TraceIndex> traces);
    void setTimeZone(TimeZone zone);
    /// Traces that the focus is about (MarkRole); null: none. Gives the first row of them, -1 when there is none.
    int setMatches(std::shared_ptr<const FocusMatches> matches);
    const SpanTablePtr& table() const { return table_; } ///< that the trace numbers belong to; may be null
    const std::vector<TraceIndex>& traces() const { return traces_; }
    TraceIndex traceAt(int row) const { return traces_[static_cast<size_t>(row)]; }
    int rowOf(TraceIndex trace) const; ///< -1 when it is not in the list

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    SpanTablePtr table_;
    std::vector<TraceIndex> traces_;
    TimeZone zone_;
    std::shared_ptr<const FocusMatches> matches_;
    int64_t longest_ = 1;
};

} // namespace aisle
