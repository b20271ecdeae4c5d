#pragma once
// Rules of masking of a user as lines that are edited in place: what they mask as, attributes, a pattern. A rule with several patterns has
// several lines. Thread: the UI thread.

#include "privacy/own_rules.h"

#include <QAbstractTableModel>

#include <array>

namespace aisle {

class OwnRulesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { NameColumn, KeysColumn, PatternColumn, kColumns };

    using QAbstractTableModel::QAbstractTableModel;
    void setRules(const std::vector<OwnRule>& rules);
    std::vector<OwnRule> rules() const; ///< one for each line that says anything; they may be none (problemOf())
    int addLine(); ///< an empty one at the end; its row
    void removeLine(int row);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    using Line = std::array<QString, kColumns>;
    std::vector<Line> lines_;
};

} // namespace aisle
