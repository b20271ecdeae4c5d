#pragma once
// Attributes and, below each, its values, with how many selected and other spans have them. Values are read when an attribute
// is opened.
// Thread: the UI thread.

#include "analysis/attribute_counts.h"

#include <QAbstractItemModel>

namespace aisle {

class AttributesModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { NameColumn, SelectedColumn, SelectedShareColumn, OthersColumn, OthersShareColumn, ColumnTotal };
    using QAbstractItemModel::QAbstractItemModel;

    void setKeys(AttributeKeys keys);
    void setValues(const traceql::Field& field, AttributeValues values);
    const AttributeKeys& keys() const { return keys_; }
    /// Of a row at the top; -1 for values.
    int keyOf(const QModelIndex& index) const;
    const AttributeCounts::Value* valueAt(const QModelIndex& index) const;
    const traceql::Field* fieldAt(const QModelIndex& index) const; ///< of an attribute, and of its values
    bool isRead(int key) const { return values_[static_cast<size_t>(key)].has_value(); }
    std::string conditionAt(const QModelIndex& index) const; ///< TraceQL; empty: there is none

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    AttributeKeys keys_;
    std::vector<std::optional<AttributeValues>> values_; ///< by key
};

} // namespace aisle
