#include "breakdown/breakdown_model.h"

#include "text/format.h"
#include "theme/theme.h"
#include "widgets/copy_filter.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"

#include <QColor>

#include <algorithm>
#include <numeric>

namespace aisle {

namespace {

/// Of those who came to the stage before, in any order of those who entered; -1: nobody did.
double wentOn(const FunnelResult& funnel, size_t stage) {
    return (funnel.stages[stage].before == FunnelStage::kNone ? shareOfEntered(funnel, stage) : shareOfBefore(funnel, stage)).value_or(-1);
}

} // namespace

void BreakdownModel::setContent(FunnelBreakdown content) {
    beginResetModel();
    content_ = std::move(content);
    order_.resize(content_.groups.size());
    std::iota(order_.begin(), order_.end(), size_t(0));
    endResetModel();
}

double BreakdownModel::number(const FunnelGroup& group, int column) const {
    switch (column) {
    case CasesColumn: return static_cast<double>(group.funnel.cases);
    case ConvertedColumn: return static_cast<double>(group.funnel.converted);
    case ConversionColumn: return group.entered() == 0 ? -1 : group.rate();
    default: return wentOn(group.funnel, static_cast<size_t>(column - FirstStageColumn) + 1);
    }
}

CaseFilter BreakdownModel::filterOf(int column) const {
    CaseFilter out;
    if (column == ConvertedColumn || column == ConversionColumn) {
        out.which = CaseFilter::Which::Outcome;
    } else if (column >= FirstStageColumn) {
        out.which = CaseFilter::Which::FromBefore;
        out.stage = static_cast<size_t>(column - FirstStageColumn) + 1;
    }
    return out;
}

std::string BreakdownModel::wordsOf(const FunnelGroup& group) const {
    std::string out = content_.field + (group.isNone ? ": no value" : group.condition.empty() ? ": " + group.label : " = " + group.label);
    if (content_.attribution.of == Attribution::Of::Last)
        out += " at last";
    else if (content_.attribution.of == Attribution::Of::Stage)
        out += " at " + content_.all.funnel.stages[content_.attribution.stage].name;
    return out;
}

void BreakdownModel::sort(int column, Qt::SortOrder order) {
    if (column >= columnCount())
        return;
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<size_t> groups;
    for (const QModelIndex& index : before)
        groups.push_back(order_[static_cast<size_t>(index.row())]);
    std::iota(order_.begin(), order_.end(), size_t(0));
    if (column >= 0)
        std::stable_sort(order_.begin(), order_.end(), [&](size_t a, size_t b) {
            const FunnelGroup &x = content_.groups[a], &y = content_.groups[b];
            if (column == ValueColumn)
                return order == Qt::AscendingOrder ? x.label < y.label : y.label < x.label;
            const double p = number(x, column), q = number(y, column);
            return order == Qt::AscendingOrder ? p < q : q < p;
        });
    QModelIndexList after;
    for (int i = 0; i < before.size(); ++i) {
        const auto row = std::find(order_.begin(), order_.end(), groups[static_cast<size_t>(i)]) - order_.begin();
        after.append(index(static_cast<int>(row), before[i].column()));
    }
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

int BreakdownModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(order_.size()); }

int BreakdownModel::columnCount(const QModelIndex& parent) const {
    const auto stages = static_cast<int>(content_.all.funnel.stages.size());
    return parent.isValid() || stages == 0 ? 0 : FirstStageColumn + stages - 1;
}

QVariant BreakdownModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount())
        return {};
    const FunnelGroup& g = groupAt(index.row());
    const double value = index.column() == ValueColumn ? 0 : number(g, index.column());
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == ValueColumn)
            return g.isNone ? tr("(no value)") : g.label.empty() ? tr("(empty)") : singleLine(toQString(g.label));
        if (index.column() < ConversionColumn)
            return toQString(formatCount(static_cast<uint64_t>(value)));
        return value < 0 ? QString() : toQString(formatPercent(value));
    case Qt::ToolTipRole: {
        QString words = tr("%1 of %2 that entered %6: %3, with 95 % confidence %4 to %5")
                            .arg(toQString(formatCount(g.funnel.converted)), toQString(formatCount(g.entered())), toQString(formatPercent(g.rate())), toQString(formatPercent(g.conversion.low)),
                                 toQString(formatPercent(g.conversion.high)), words_.converted);
        if (g.funnel.openCases > 0)
            words += tr("\n%1 may still go on").arg(toQString(formatCount(g.funnel.openCases)));
        for (size_t k = 0; k < g.funnel.stages.size(); ++k)
            words += QStringLiteral("\n%1: %2").arg(toQString(g.funnel.stages[k].name), toQString(formatCount(g.funnel.stages[k].reached)));
        const CaseFilter filter = filterOf(index.column());
        words += index.column() == ValueColumn                    ? tr("\nDouble click filters to the value")
                 : filter.which == CaseFilter::Which::All         ? tr("\nDouble click lists its %1").arg(words_.several)
                 : filter.which == CaseFilter::Which::FromBefore ? tr("\nDouble click lists those that came to %1").arg(toQString(g.funnel.stages[filter.stage].name))
                                                                  : tr("\nDouble click lists those that %1").arg(words_.converted);
        return plainToolTip(words);
    }
    case Qt::TextAlignmentRole: return headerData(index.column(), Qt::Horizontal, role);
    case Qt::ForegroundRole: return g.isNone ? QVariant(theme().mutedText) : QVariant();
    case ShareRole: return index.column() >= FirstStageColumn && value >= 0 ? QVariant(std::min(1.0, value)) : QVariant();
    case IntervalRole: return index.column() == ConversionColumn && value >= 0 ? QVariant(QList<QVariant>{g.conversion.low, value, g.conversion.high, content_.all.rate()}) : QVariant();
    case CopyKeyRole: return index.column() == ValueColumn ? toQString(content_.field) : QStringLiteral("conversion");
    default: return {};
    }
}

QVariant BreakdownModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return section == ConversionColumn ? QVariant::fromValue(Qt::Alignment(Qt::AlignCenter)) : cellAlignment(section != ValueColumn);
    if (role == Qt::DisplayRole && section > ValueColumn && section < FirstStageColumn)
        return section == CasesColumn ? capitalised(words_.several) : section == ConvertedColumn ? words_.number : words_.share;
    if (role == Qt::ToolTipRole && section == ConvertedColumn)
        return tr("Came to the end of the %1").arg(words_.journey);
    static const char* const kHelp[] = {"", "That have the value", "", "Of those that entered, with an interval of 95 %; the line is that of all"};
    if (section < FirstStageColumn)
        return role == Qt::DisplayRole ? QVariant(tr("Value")) : role == Qt::ToolTipRole ? QVariant(tr(kHelp[section])) : QVariant();
    const size_t stage = static_cast<size_t>(section - FirstStageColumn) + 1;
    const auto& stages = content_.all.funnel.stages;
    if (role == Qt::ToolTipRole)
        return plainToolTip(stages[stage].before == FunnelStage::kNone ? tr("Of those who entered") : tr("Of those who came to %1").arg(toQString(stages[stages[stage].before].name)));
    return role == Qt::DisplayRole ? QVariant(QStringLiteral("\u2192 ") + singleLine(toQString(stages[stage].name))) : QVariant();
}

} // namespace aisle
