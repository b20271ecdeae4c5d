#include "widgets/tabular_model.h"

#include "widgets/copy_filter.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"

#include <algorithm>
#include <numeric>

namespace aisle {

namespace {
constexpr size_t kTip = 600; ///< bytes of a tool tip
}

std::string cellText(const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell.value))
        return *text;
    if (const auto* number = std::get_if<int64_t>(&cell.value))
        return std::to_string(*number);
    if (const auto* number = std::get_if<double>(&cell.value))
        return QString::number(*number, 'g', 12).toStdString();
    return {};
}

bool cellLess(const Cell& x, const Cell& y) {
    const auto rank = [](const Cell& cell) { return cell.value.index() == 0 ? 0 : std::holds_alternative<std::string>(cell.value) ? 2 : 1; };
    if (rank(x) != rank(y))
        return rank(x) < rank(y);
    if (rank(x) == 2)
        return std::get<std::string>(x.value) < std::get<std::string>(y.value);
    if (std::holds_alternative<int64_t>(x.value) && std::holds_alternative<int64_t>(y.value))
        return std::get<int64_t>(x.value) < std::get<int64_t>(y.value);
    const auto number = [](const Cell& cell) { return std::holds_alternative<int64_t>(cell.value) ? static_cast<double>(std::get<int64_t>(cell.value)) : std::get<double>(cell.value); };
    return rank(x) == 1 && number(x) < number(y);
}

void TabularModel::setTable(Tabular table) {
    beginResetModel();
    table_ = std::move(table);
    order_.resize(table_.rows.size());
    std::iota(order_.begin(), order_.end(), size_t(0));
    endResetModel();
}

void TabularModel::sort(int column, Qt::SortOrder order) {
    if (column >= columnCount())
        return;
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    std::vector<size_t> rows;
    for (const QModelIndex& index : before)
        rows.push_back(given(index.row()));
    std::iota(order_.begin(), order_.end(), size_t(0));
    if (column >= 0) {
        const auto at = static_cast<size_t>(column);
        std::stable_sort(order_.begin(), order_.end(), [&](size_t a, size_t b) {
            const Cell &x = table_.rows[a][at], &y = table_.rows[b][at];
            return order == Qt::DescendingOrder ? cellLess(y, x) : cellLess(x, y);
        });
    }
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i)
        after.append(index(rowOf(rows[static_cast<size_t>(i)]), before[i].column()));
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
}

int TabularModel::rowOf(size_t given) const {
    const auto found = std::find(order_.begin(), order_.end(), given);
    return found == order_.end() ? -1 : static_cast<int>(found - order_.begin());
}

int TabularModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(table_.rows.size()); }
int TabularModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(table_.columns.size()); }

QVariant TabularModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const Cell& cell = table_.rows[given(index.row())][static_cast<size_t>(index.column())];
    const auto words = [&] { return toQString(cell.shown.empty() ? cellText(cell) : cell.shown); };
    switch (role) {
    case Qt::DisplayRole: return singleLine(words());
    case Qt::TextAlignmentRole: return cellAlignment(table_.columns[static_cast<size_t>(index.column())].isNumber);
    case Qt::ToolTipRole: return std::holds_alternative<std::string>(cell.value) ? QVariant(plainToolTip(words().left(kTip))) : QVariant();
    case CopyKeyRole: {
        const Column& column = table_.columns[static_cast<size_t>(index.column())];
        return toQString(column.valuesOf.empty() ? column.key : column.valuesOf);
    }
    default: return {};
    }
}

QVariant TabularModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const Column& column = table_.columns[static_cast<size_t>(section)];
    if (role == Qt::DisplayRole)
        return toQString(column.title);
    if (role == Qt::ToolTipRole)
        return column.help.empty() ? QVariant() : QVariant(plainToolTip(toQString(column.help)));
    return role == Qt::TextAlignmentRole ? cellAlignment(column.isNumber) : QVariant();
}

} // namespace aisle
