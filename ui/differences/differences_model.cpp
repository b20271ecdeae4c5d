#include "differences/differences_model.h"

#include "analysis/attribute_counts.h"
#include "text/format.h"
#include "theme/theme.h"
#include "widgets/cell_delegate.h"
#include "widgets/copy_filter.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <QColor>

namespace aisle {

void DifferencesModel::setContent(Differences content) {
    beginResetModel();
    content_ = std::move(content);
    endResetModel();
}

int DifferencesModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(content_.found.size()); }
int DifferencesModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnTotal; }

QVariant DifferencesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || static_cast<size_t>(index.row()) >= content_.found.size())
        return {};
    const Difference& d = content_.found[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case FieldColumn: return singleLine(toQString(fieldWords(d.field)));
        case ValueColumn: return d.isPresence ? tr("(any value)") : d.value.empty() ? tr("(empty)") : singleLine(toQString(d.value));
        case SelectedColumn: return toQString(formatPercent(d.share));
        case OthersColumn: return toQString(formatPercent(d.otherShare));
        case DifferenceColumn: return d.isClear() ? tr("%1 to %2 points").arg(d.low * 100, 0, 'f', 1).arg(d.high * 100, 0, 'f', 1) : tr("may be chance");
        case TimesColumn: return d.selected == 0 ? tr("not here") : d.others > 0 ? tr("%1 ×").arg(d.share / d.otherShare, 0, 'g', 3) : tr("only here");
        case TracesColumn: return toQString(formatCount(d.selected));
        default: return {};
        }
    case Qt::ToolTipRole:
        return plainToolTip(tr("%1\n%2 of %3 traces here, %4 of %5 of the others; %6 spans here")
                                .arg(toQString(d.condition()), toQString(formatCount(d.selected)), toQString(formatCount(content_.selected)), toQString(formatCount(d.others)),
                                     toQString(formatCount(content_.others)), toQString(formatCount(d.selectedSpans))));
    case Qt::TextAlignmentRole: return headerData(index.column(), Qt::Horizontal, role);
    case Qt::ForegroundRole: return d.isClear() ? QVariant() : QVariant(theme().mutedText);
    case ShareRole: return index.column() == SelectedColumn ? QVariant(d.share) : index.column() == OthersColumn ? QVariant(d.otherShare) : QVariant();
    case IntervalRole: return index.column() == DifferenceColumn ? QVariant(QList<QVariant>{d.low, d.share - d.otherShare, d.high}) : QVariant();
    case CopyKeyRole: return index.column() == ValueColumn ? toQString(d.field.name) : QStringLiteral("difference");
    default: return {};
    }
}

QVariant DifferencesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnTotal)
        return {};
    if (role == Qt::TextAlignmentRole && section == DifferenceColumn) // a bar about its middle
        return QVariant::fromValue(Qt::Alignment(Qt::AlignCenter));
    if (role == Qt::TextAlignmentRole)
        return cellAlignment(section == SelectedColumn || section == OthersColumn || section >= TimesColumn);
    static const char* const kTitles[] = {"Attribute", "Value", "Selected", "Others", "Difference", "Times", "Traces"};
    static const char* const kHelp[] = {"",
                                        "",
                                        "Share of the selected traces in which a span has the value",
                                        "Share of the others in which one has it",
                                        "Of the two shares, in points, with 95 % confidence for all values together",
                                        "How many times as large the share is",
                                        "Selected ones in which a span has the value"};
    if (role == Qt::ToolTipRole)
        return tr(kHelp[section]);
    return role == Qt::DisplayRole ? QVariant(tr(kTitles[section])) : QVariant();
}

} // namespace aisle
