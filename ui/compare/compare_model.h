#pragma once
// Rows of the comparison: pairs of spans of two traces in an order; texts are made when a row is shown.

#include "analysis/trace_compare.h"
#include "trace/trace_data.h"

#include <QAbstractTableModel>

namespace aisle {

class CompareModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum ColumnIndex { OperationColumn, ServiceColumn, WhatColumn, ChangeColumn, SelfBeforeColumn, SelfAfterColumn, DurationBeforeColumn, DurationAfterColumn, TimesColumn, ColumnTotal };

    struct Content {
        SpanTablePtr table; ///< with the times as recorded
        Waterfall before, after; ///< without groups
        TraceComparison comparison;
        std::vector<const SpanPair*> lines; ///< of spans, in the order on show
        std::vector<uint32_t> lineOf;       ///< by node of `after`; UINT_MAX: none
        int64_t largest = 1;  ///< change of self time
        int64_t longest = 1;  ///< of the two traces
        bool asCalled = false; ///< in the order of the calls, indented
        size_t alike = 0;     ///< of so many traces `before` is the usual one; 0: it was chosen

        Row rowBefore(const SpanPair& pair) const { return pair.before == kNoNode ? kNoRow : before.nodes[pair.before].row; }
        Row rowAfter(const SpanPair& pair) const { return pair.after == kNoNode ? kNoRow : after.nodes[pair.after].row; }
        int64_t change(const SpanPair& pair) const { return selfChange(*table, before, after, pair); }
        void sort(ColumnIndex by, bool descending);
    };

    using QAbstractTableModel::QAbstractTableModel;
    void setContent(std::shared_ptr<const Content> content);
    const std::shared_ptr<const Content>& content() const { return content_; } ///< null: none

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::shared_ptr<const Content> content_;
};

} // namespace aisle
