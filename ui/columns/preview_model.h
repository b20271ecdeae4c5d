#pragma once
// The first rows of a table as spans: a column for each role that the table has one for, a remark, and the columns of the
// table that have no role as they stand there.
// Thread: the UI thread.

#include "store/table_columns.h"

#include <QAbstractTableModel>

namespace aisle {

/// "Trace id", "Duration", ...: as labels and headings.
QString roleTitle(CsvRole role);

class PreviewModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role { IsUnreadRole = Qt::UserRole + 1, IsSkippedRole };
    static constexpr int kNumberColumn = 0; ///< the row's; roles follow, the remark, and the other columns

    using QAbstractTableModel::QAbstractTableModel;
    void setPreview(const std::vector<std::string>& header, const CsvMapping& mapping, TablePreview preview);
    const TablePreview& preview() const { return preview_; }
    const std::vector<CsvRole>& roles() const { return roles_; } ///< from column 1
    int remarkColumn() const { return static_cast<int>(roles_.size()) + 1; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    bool isNumber(int column) const;
    TablePreview preview_;
    std::vector<CsvRole> roles_;
    std::vector<std::pair<size_t, std::string>> others_; ///< number and name of the columns without a role
};

} // namespace aisle
