#include "columns/preview_model.h"

#include "text/format.h"
#include "theme/theme.h"
#include "widgets/copy_filter.h"
#include "widgets/plain_text.h"

namespace aisle {

QString roleTitle(CsvRole role) {
    switch (role) {
    case CsvRole::Trace: return QStringLiteral("Trace id");
    case CsvRole::Span: return QStringLiteral("Span id");
    case CsvRole::Parent: return QStringLiteral("Parent span id");
    case CsvRole::Name: return QStringLiteral("Name");
    case CsvRole::Service: return QStringLiteral("Service");
    case CsvRole::Start: return QStringLiteral("Start");
    case CsvRole::End: return QStringLiteral("End");
    case CsvRole::Duration: return QStringLiteral("Duration");
    case CsvRole::Kind: return QStringLiteral("Kind");
    case CsvRole::Status: return QStringLiteral("Status");
    case CsvRole::Message: return QStringLiteral("Status message");
    }
    return {};
}

void PreviewModel::setPreview(const std::vector<std::string>& header, const CsvMapping& mapping, TablePreview preview) {
    beginResetModel();
    preview_ = std::move(preview);
    roles_.clear();
    for (size_t i = 0; i < kCsvRoles; ++i)
        if (mapping.has(static_cast<CsvRole>(i)))
            roles_.push_back(static_cast<CsvRole>(i));
    others_.clear();
    for (size_t i = 0; i < header.size(); ++i)
        if (std::none_of(mapping.columns.begin(), mapping.columns.end(), [&](const CsvMapping::Column& c) { return c.name == header[i]; }))
            others_.emplace_back(i, header[i]);
    endResetModel();
}

int PreviewModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(preview_.rows.size()); }

int PreviewModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(roles_.size() + others_.size()) + 2; }

bool PreviewModel::isNumber(int column) const {
    return column == kNumberColumn || (column <= static_cast<int>(roles_.size()) && roles_[static_cast<size_t>(column) - 1] == CsvRole::Duration);
}

QVariant PreviewModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const TablePreview::Row& row = preview_.rows[static_cast<size_t>(index.row())];
    const int column = index.column();
    const bool isRole = column != kNumberColumn && column < remarkColumn();
    const TablePreview::Cell* cell = isRole ? &row.cells[static_cast<size_t>(roles_[static_cast<size_t>(column) - 1])] : nullptr;
    const auto text = [&]() -> std::string {
        if (column == kNumberColumn)
            return formatCount(row.number);
        if (column == remarkColumn())
            return row.remark;
        const size_t other = isRole ? 0 : others_[static_cast<size_t>(column - remarkColumn() - 1)].first;
        return isRole ? cell->text : other < row.raw.size() ? row.raw[other] : std::string();
    };
    switch (role) {
    case Qt::DisplayRole: return singleLine(toQString(text()));
    case Qt::ToolTipRole:
        return plainToolTip(toQString(text()) + (isRole && cell->isUnread ? QStringLiteral("\nThis cannot be read as it is asked for; it is kept as an attribute.") : QString()));
    case Qt::TextAlignmentRole: return QVariant::fromValue((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole: return isRole && row.isSpan ? QVariant() : QVariant(theme().mutedText);
    case IsUnreadRole: return isRole && cell->isUnread;
    case IsSkippedRole: return !row.isSpan && preview_.problem.empty();
    case CopyKeyRole: return headerData(column, Qt::Horizontal, Qt::DisplayRole);
    default: return {};
    }
}

QVariant PreviewModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    if (section == kNumberColumn)
        return QStringLiteral("Row");
    if (section == remarkColumn())
        return QStringLiteral("Remark");
    if (section > remarkColumn()) {
        const auto& [number, name] = others_[static_cast<size_t>(section - remarkColumn() - 1)];
        return name.empty() ? QStringLiteral("column %1").arg(number + 1) : singleLine(toQString(name));
    }
    const CsvRole shown = roles_[static_cast<size_t>(section) - 1];
    return shown == CsvRole::Start || shown == CsvRole::End ? roleTitle(shown) + QStringLiteral(" (UTC)") : roleTitle(shown);
}

} // namespace aisle
