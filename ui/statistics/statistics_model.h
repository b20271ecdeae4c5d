#pragma once
// Rows of the statistics of a trace by a grouping.

#include "analysis/trace_statistics.h"
#include "trace/trace_data.h"

#include <QAbstractTableModel>

namespace aisle {

class StatisticsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum ColumnIndex { NameColumn, ServiceColumn, SpansColumn, ErrorsColumn, PathColumn, SelfColumn, TotalColumn, P50Column, P95Column, MaxColumn, ColumnTotal };

    struct Content {
        TraceDataPtr data;
        std::string by; ///< "operation", "service" or an attribute key, as it was asked for
        Grouping grouping;
        std::vector<GroupStatistics> groups; ///< in the order on show
        std::vector<int> rowOf;              ///< by group number; -1: not on show
        int64_t path = 0;                    ///< of all groups
        /// Brings the groups into an order. Ties stay as they are.
        void sort(ColumnIndex by, bool descending, const SpanTable& table);
    };

    using QAbstractTableModel::QAbstractTableModel;
    void setContent(Content content);
    const Content& content() const { return content_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Content content_;
};

} // namespace aisle
