#include "attributes/attributes_model.h"

#include "query/field_condition.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/copy_filter.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"

#include <QSize>

namespace aisle {

namespace {
constexpr quintptr kTop = 0; ///< internal id of attributes; of values the number of the attribute + 1

double shareOf(uint64_t part, uint64_t whole) { return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole); }
}

void AttributesModel::setKeys(AttributeKeys keys) {
    beginResetModel();
    keys_ = std::move(keys);
    values_.assign(keys_.keys.size(), std::nullopt);
    endResetModel();
}

void AttributesModel::setValues(const traceql::Field& field, AttributeValues values) {
    for (size_t k = 0; k < keys_.keys.size(); ++k) {
        if (!(keys_.keys[k].field == field))
            continue;
        const QModelIndex key = index(static_cast<int>(k), 0);
        if (const int before = rowCount(key); before > 0) {
            beginRemoveRows(key, 0, before - 1);
            values_[k].reset();
            endRemoveRows();
        }
        const bool saysMore = values.isCut || values.uncounted > 0;
        const int after = static_cast<int>(values.values.size()) + saysMore;
        if (after > 0)
            beginInsertRows(key, 0, after - 1);
        values_[k] = std::move(values);
        if (after > 0)
            endInsertRows();
        return;
    }
}

int AttributesModel::keyOf(const QModelIndex& index) const { return index.isValid() && index.internalId() == kTop ? index.row() : -1; }

const AttributeCounts::Value* AttributesModel::valueAt(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == kTop)
        return nullptr;
    const auto& values = values_[index.internalId() - 1];
    return values && static_cast<size_t>(index.row()) < values->values.size() ? &values->values[static_cast<size_t>(index.row())] : nullptr;
}

const traceql::Field* AttributesModel::fieldAt(const QModelIndex& index) const {
    if (!index.isValid())
        return nullptr;
    const size_t key = index.internalId() == kTop ? static_cast<size_t>(index.row()) : index.internalId() - 1;
    return key < keys_.keys.size() ? &keys_.keys[key].field : nullptr;
}

std::string AttributesModel::conditionAt(const QModelIndex& index) const {
    const traceql::Field* field = fieldAt(index);
    if (field == nullptr)
        return {};
    if (const AttributeCounts::Value* value = valueAt(index)) {
        const bool isWord = field->scope == traceql::Scope::Intrinsic && field->name != "span:name"; // a kind or a status is no text
        return isWord ? traceql::toText(*field) + " = " + value->text : traceql::conditionOf(*field, value->type, value->text);
    }
    return index.internalId() == kTop && field->scope != traceql::Scope::Intrinsic ? traceql::toText(*field) + " != nil" : std::string();
}

QModelIndex AttributesModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : kTop);
}

QModelIndex AttributesModel::parent(const QModelIndex& index) const {
    return !index.isValid() || index.internalId() == kTop ? QModelIndex() : createIndex(static_cast<int>(index.internalId() - 1), 0, kTop);
}

int AttributesModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid())
        return static_cast<int>(keys_.keys.size());
    if (parent.internalId() != kTop || parent.column() != 0)
        return 0;
    const auto& values = values_[static_cast<size_t>(parent.row())];
    return values ? static_cast<int>(values->values.size()) + (values->isCut || values->uncounted > 0) : 0;
}

int AttributesModel::columnCount(const QModelIndex&) const { return ColumnTotal; }

bool AttributesModel::hasChildren(const QModelIndex& parent) const {
    if (!parent.isValid())
        return !keys_.keys.empty();
    if (parent.internalId() != kTop || parent.column() != 0)
        return false;
    return !values_[static_cast<size_t>(parent.row())] || rowCount(parent) > 0; // until it is read, it may have some
}

QVariant AttributesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const bool isKey = index.internalId() == kTop;
    const AttributeCounts::Value* value = valueAt(index);
    const auto& values = isKey ? std::optional<AttributeValues>() : values_[index.internalId() - 1];
    if (!isKey && value == nullptr) { // the last line: what is not there
        if (role == Qt::SizeHintRole)
            return QSize(0, measure::kRow);
        if (role == Qt::ForegroundRole)
            return theme().mutedText;
        if (role != Qt::DisplayRole || index.column() != NameColumn || !values)
            return {};
        return values->uncounted > 0 ? tr("and %1 with one of very many values").arg(toQString(counted(values->uncounted, "span", "spans"))) : tr("and more values");
    }
    const auto& key = keys_.keys[isKey ? static_cast<size_t>(index.row()) : index.internalId() - 1];
    const uint64_t selected = isKey ? key.selected : value->selected, others = isKey ? key.others : value->others;
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case NameColumn: return isKey ? singleLine(toQString(fieldWords(key.field))) : value->text.empty() ? tr("(empty)") : singleLine(toQString(value->text));
        case SelectedColumn: return toQString(formatCount(selected));
        case SelectedShareColumn: return toQString(formatPercent(shareOf(selected, keys_.selected)));
        case OthersColumn: return keys_.others == 0 ? QString() : toQString(formatCount(others));
        case OthersShareColumn: return keys_.others == 0 ? QString() : toQString(formatPercent(shareOf(others, keys_.others)));
        default: return {};
        }
    case Qt::ToolTipRole: return plainToolTip(isKey ? toQString(traceql::toText(key.field)) : toQString(value->text));
    case Qt::TextAlignmentRole: return cellAlignment(index.column() != NameColumn);
    case Qt::SizeHintRole: return QSize(0, measure::kRow);
    case Qt::ForegroundRole: return isKey && index.column() != NameColumn ? QVariant(theme().mutedText) : QVariant();
    case ShareRole:
        if (index.column() == SelectedShareColumn)
            return shareOf(selected, keys_.selected);
        return index.column() == OthersShareColumn && keys_.others > 0 ? QVariant(shareOf(others, keys_.others)) : QVariant();
    case ServiceRole: return !isKey && index.column() == NameColumn && fieldWords(key.field) == "service" ? QVariant(toQString(value->text)) : QVariant();
    case CopyKeyRole: return toQString(key.field.name);
    default: return {};
    }
}

QVariant AttributesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnTotal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return cellAlignment(section != NameColumn);
    static const char* const kTitles[] = {"Attribute", "Selected", "Share", "Others", "Share"};
    static const char* const kHelp[] = {"", "Selected spans that have it", "Of the selected spans", "Other spans that have it", "Of the other spans"};
    if (role == Qt::ToolTipRole)
        return tr(kHelp[section]);
    return role == Qt::DisplayRole ? QVariant(tr(kTitles[section])) : QVariant();
}

} // namespace aisle
