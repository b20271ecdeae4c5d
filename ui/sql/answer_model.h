#pragma once
// The rows that a query gave. Thread: the UI thread.

#include "privacy/personal_cells.h"
#include "widgets/tabular_model.h"

#include <QAbstractTableModel>

namespace aisle {

class AnswerModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setTable(Tabular table); ///< of which nothing is personal until setPersonal() says so
    void setPersonal(PersonalCells cells) { personal_ = std::move(cells); }
    const PersonalCells& personal() const { return personal_; }
    const Tabular& table() const { return table_; }
    void sortBy(int column, bool descending);
    /// By which a cell is redacted: its column's name; of a value beside the key of an attribute that key, of one that is known of an
    /// attribute that is masked that one; while nobody knows one whose values are masked whatever they are.
    std::string keyOf(size_t row, size_t column) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Tabular table_;
    PersonalCells personal_;
};

} // namespace aisle
