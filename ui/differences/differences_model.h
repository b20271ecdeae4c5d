#pragma once
// Rows of what is different about the selection.

#include "analysis/differences.h"

#include <QAbstractTableModel>

namespace aisle {

class DifferencesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum ColumnIndex { FieldColumn, ValueColumn, SelectedColumn, OthersColumn, DifferenceColumn, TimesColumn, TracesColumn, ColumnTotal };
    /// Of a DifferenceColumn: low, middle and high of the interval, -1 to 1.
    enum Role { IntervalRole = Qt::UserRole + 50 };

    using QAbstractTableModel::QAbstractTableModel;
    void setContent(Differences content);
    const Differences& content() const { return content_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Differences content_;
};

} // namespace aisle
