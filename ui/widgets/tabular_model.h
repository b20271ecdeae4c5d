#pragma once
// A table of results in the words for people, which can be sorted by any column. Thread: the UI thread.

#include "export/tabular.h"

#include <QAbstractTableModel>

namespace aisle {

class TabularModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setTable(Tabular table);
    const Tabular& table() const { return table_; }
    void sort(int column, Qt::SortOrder order) override; ///< column -1: as given
    size_t given(int row) const { return order_[static_cast<size_t>(row)]; } ///< row of the table that was set
    int rowOf(size_t given) const; ///< -1: none

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Tabular table_;
    std::vector<size_t> order_;
};

/// As SQLite orders: nothing, numbers, texts.
bool cellLess(const Cell& a, const Cell& b);
/// As text: numbers plainly, as they would be written in a query; empty for nothing.
std::string cellText(const Cell& cell);

} // namespace aisle
