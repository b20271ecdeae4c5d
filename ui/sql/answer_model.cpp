#include "sql/answer_model.h"

#include "theme/theme.h"
#include "widgets/copy_filter.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"

#include <algorithm>

namespace aisle {

namespace {
constexpr size_t kTip = 600; ///< bytes of a tool tip
}

void AnswerModel::setTable(Tabular table) {
    beginResetModel();
    table_ = std::move(table);
    personal_ = {};
    endResetModel();
}

std::string AnswerModel::keyOf(size_t row, size_t column) const {
    const std::string& name = table_.columns[column].key;
    const std::string* beside = keyBeside(table_, row, column);
    if (const std::string* known = personal_.keyOfCell(name, table_.rows[row][column], beside))
        return *known;
    return beside == nullptr || beside->empty() ? name : *beside;
}

void AnswerModel::sortBy(int column, bool descending) {
    if (column < 0 || column >= columnCount())
        return;
    const auto at = static_cast<size_t>(column);
    Q_EMIT layoutAboutToBeChanged();
    std::stable_sort(table_.rows.begin(), table_.rows.end(), [&](const auto& a, const auto& b) { return descending ? cellLess(b[at], a[at]) : cellLess(a[at], b[at]); });
    Q_EMIT layoutChanged();
}

int AnswerModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(table_.rows.size()); }
int AnswerModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(table_.columns.size()); }

QVariant AnswerModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const Cell& cell = table_.rows[static_cast<size_t>(index.row())][static_cast<size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole: return cell.value.index() == 0 ? QStringLiteral("null") : singleLine(toQString(cellText(cell)));
    case Qt::ForegroundRole: return cell.value.index() == 0 ? QVariant(theme().mutedText) : QVariant();
    case Qt::TextAlignmentRole: return cellAlignment(cell.value.index() > 1);
    case Qt::ToolTipRole: return std::holds_alternative<std::string>(cell.value) ? QVariant(plainToolTip(toQString(cellText(cell).substr(0, kTip)))) : QVariant();
    case CopyKeyRole: return toQString(keyOf(static_cast<size_t>(index.row()), static_cast<size_t>(index.column())));
    default: return {};
    }
}

QVariant AnswerModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (section < 0)
        return {};
    if (orientation == Qt::Vertical || static_cast<size_t>(section) >= table_.columns.size())
        return {};
    if (role == Qt::TextAlignmentRole)
        return cellAlignment(table_.columns[static_cast<size_t>(section)].isNumber);
    return role == Qt::DisplayRole ? QVariant(singleLine(toQString(table_.columns[static_cast<size_t>(section)].title))) : QVariant();
}

} // namespace aisle
