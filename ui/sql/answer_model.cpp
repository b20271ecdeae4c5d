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

std::string cellText(const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell.value))
        return *text;
    if (const auto* number = std::get_if<int64_t>(&cell.value))
        return std::to_string(*number);
    if (const auto* number = std::get_if<double>(&cell.value))
        return QString::number(*number, 'g', 12).toStdString();
    return {};
}

void AnswerModel::setTable(Tabular table) {
    beginResetModel();
    table_ = std::move(table);
    endResetModel();
}

std::string AnswerModel::keyOf(size_t row, size_t column) const {
    const std::string& name = table_.columns[column].key;
    if (name == "value")
        for (size_t c = 0; c < table_.columns.size(); ++c)
            if (table_.columns[c].key == "key")
                return cellText(table_.rows[row][c]);
    return name;
}

/// As SQLite orders: null, numbers, texts.
void AnswerModel::sortBy(int column, bool descending) {
    if (column < 0 || column >= columnCount())
        return;
    const auto at = static_cast<size_t>(column);
    const auto less = [at](const std::vector<Cell>& a, const std::vector<Cell>& b) {
        const auto rank = [](const Cell& cell) { return cell.value.index() == 0 ? 0 : std::holds_alternative<std::string>(cell.value) ? 2 : 1; };
        const Cell &x = a[at], &y = b[at];
        if (rank(x) != rank(y))
            return rank(x) < rank(y);
        if (rank(x) == 2)
            return std::get<std::string>(x.value) < std::get<std::string>(y.value);
        if (std::holds_alternative<int64_t>(x.value) && std::holds_alternative<int64_t>(y.value))
            return std::get<int64_t>(x.value) < std::get<int64_t>(y.value);
        const auto number = [](const Cell& cell) { return std::holds_alternative<int64_t>(cell.value) ? static_cast<double>(std::get<int64_t>(cell.value)) : std::get<double>(cell.value); };
        return rank(x) == 1 && number(x) < number(y);
    };
    Q_EMIT layoutAboutToBeChanged();
    std::stable_sort(table_.rows.begin(), table_.rows.end(), [&](const auto& a, const auto& b) { return descending ? less(b, a) : less(a, b); });
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
