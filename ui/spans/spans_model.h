#pragma once
// Rows of the table of spans: an order of the nodes of a trace; texts are made when a row is shown.

#include "trace/trace_data.h"

#include <QAbstractTableModel>

namespace aisle {

class SpansModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum ColumnIndex { StartColumn, ServiceColumn, OperationColumn, KindColumn, DurationColumn, SelfColumn, PathColumn, StatusColumn, ColumnTotal };

    /// What is shown: the spans of a trace in an order, and what each has on the critical path.
    struct Content {
        TraceDataPtr data;
        std::vector<NodeIndex> nodes;
        std::vector<uint32_t> rowOf; ///< by node
        std::vector<int64_t> path;   ///< by node, ns
        int64_t longest = 1;
        static constexpr uint32_t kNoRowOf = 0xffffffffU;
    };
    /// Ties: the order of the waterfall. Throws Stopped.
    static Content sorted(TraceDataPtr data, ColumnIndex by, bool descending, const StopToken& stop);

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
