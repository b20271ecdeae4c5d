#include "cases/cases_model.h"

#include "orders/order_list.h"
#include "theme/theme.h"
#include "widgets/copy_filter.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"

#include <algorithm>

namespace aisle {

namespace {
/// By column, as the exported table calls them.
constexpr const char* kKeys[] = {"case", "start", "first_to_last_ns", "traces", "spans", "errors", "came_to", "outcome", "silent_ns", "lead_ns"};
constexpr const char* kStateKey = "state"; ///< of orders, in the place of "outcome"

} // namespace

void CasesModel::setContent(Content content) {
    beginResetModel();
    content_ = std::move(content);
    endResetModel();
    Q_EMIT headerDataChanged(Qt::Horizontal, ValueColumn, ValueColumn);
}

void CasesModel::setTimeZone(TimeZone zone) {
    zone_ = zone;
    if (!content_.cases.empty())
        Q_EMIT dataChanged(index(0, StartColumn), index(rowCount() - 1, StartColumn));
}

void CasesModel::setMarked(CaseNumber number) {
    for (const CaseNumber one : {std::exchange(marked_, number), number})
        if (const int row = one == kNoCase ? -1 : rowOf(one); row >= 0)
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnTotal - 1), {MarkRole});
}

int CasesModel::rowOf(CaseNumber number) const {
    const auto found = std::find(content_.cases.begin(), content_.cases.end(), number);
    return found == content_.cases.end() ? -1 : static_cast<int>(found - content_.cases.begin());
}

int CasesModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(std::min<size_t>(content_.cases.size(), INT_MAX)); }
int CasesModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnTotal; }

QString CasesModel::text(CaseNumber number, int column) const {
    const JourneyState& journey = *content_.journey;
    const CaseIndex::Case& one = journey.cases().cases()[number];
    const bool hasStart = journey.table->summary(one.traces.front()).hasStart;
    switch (column) {
    case ValueColumn: return singleLine(toQString(one.value));
    case StartColumn: return hasStart ? toQString(formatTime(one.start, zone_)) : QString();
    case DurationColumn: return hasStart ? toQString(formatDuration(one.end - one.start)) : QString();
    case TracesColumn: return toQString(formatCount(one.traces.size()));
    case SpansColumn: return toQString(formatCount(content_.totals->spans[number]));
    case ErrorsColumn: return content_.totals->errors[number] == 0 ? QString() : toQString(formatCount(content_.totals->errors[number]));
    case StageColumn: return singleLine(toQString(stageOf(journey, number)));
    case OutcomeColumn:
        if (content_.log)
            return content_.log->hasVisits(number) ? toQString(orderStateName(content_.log->state[number])) : QString();
        return journey.definition ? toQString(outcomeName(outcomeOf(progressOf(journey, number)))) : QString();
    case SilentColumn: return content_.log && content_.log->hasVisits(number) && !isOver(content_.log->state[number]) ? toQString(silentText(content_.log->silent[number])) : QString();
    case LeadColumn: return content_.log && content_.log->hasVisits(number) ? toQString(formatDuration(content_.log->lead[number])) : QString();
    default: return {};
    }
}

QString CasesModel::reachedStages(CaseNumber number) const {
    const auto& stages = content_.journey->everything.stages;
    uint32_t reached = progressOf(*content_.journey, number).filled;
    if (const FulfilmentLog* log = content_.log.get()) {
        reached = 0;
        for (uint32_t i = log->first[number]; i < log->first[number + 1]; ++i)
            if (!log->visits[i].failed)
                reached |= uint32_t(1) << log->visits[i].stage;
    }
    QStringList out;
    for (size_t k = 0; k < stages.size(); ++k)
        if ((reached >> k & 1) != 0)
            out << toQString(stages[k].name);
    return out.join(QStringLiteral(", "));
}

QVariant CasesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || static_cast<size_t>(index.row()) >= content_.cases.size())
        return {};
    const CaseNumber number = caseAt(index.row());
    const CaseIndex::Case& one = at(index.row());
    const CaseProgress& progress = progressOf(*content_.journey, number);
    switch (role) {
    case Qt::DisplayRole: return text(number, index.column());
    case Qt::ToolTipRole:
        if (index.column() == StageColumn)
            if (const QString reached = reachedStages(number); !reached.isEmpty())
                return plainToolTip(tr("Reached %1").arg(reached));
        return index.column() == ValueColumn ? QVariant(plainToolTip(toQString(one.value))) : QVariant();
    case Qt::TextAlignmentRole: return cellAlignment((index.column() >= DurationColumn && index.column() <= ErrorsColumn) || index.column() >= SilentColumn);
    case Qt::ForegroundRole:
        if (index.column() == ErrorsColumn)
            return theme().error;
        if (index.column() == OutcomeColumn && content_.log)
            return content_.log->state[number] == OrderState::Stuck ? QVariant(theme().warning) : content_.log->state[number] == OrderState::Failed ? QVariant(theme().error) : content_.log->state[number] == OrderState::UnderWay ? QVariant() : QVariant(theme().mutedText);
        return index.column() == OutcomeColumn && outcomeOf(progress) != CaseOutcome::Converted ? QVariant(theme().mutedText) : QVariant();
    case ShareRole:
        if (index.column() == DurationColumn)
            return static_cast<double>(one.end - one.start) / static_cast<double>(content_.longest);
        return {};
    case MarkRole: return number == marked_;
    case CopyTextRole: return index.column() == ValueColumn ? QVariant(toQString(one.value)) : QVariant();
    case CopyKeyRole: return index.column() == ValueColumn ? toQString(content_.journey->cases().attribute()) : QString::fromLatin1(index.column() == OutcomeColumn && content_.log ? kStateKey : kKeys[index.column()]);
    default: return {};
    }
}

QVariant CasesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnTotal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return cellAlignment((section >= DurationColumn && section <= ErrorsColumn) || section >= SilentColumn);
    static const char* const kTitles[] = {"", "Start", "First to last", "Traces", "Spans", "Errors", "Came to", "Outcome", "Waits now for", "Lead time"};
    static const char* const kHelp[] = {"", "When its first trace started", "From the start of its first span to the end of its last one, also of traces that were tied to it later. Variants of paths say how long its events took", "", "", "Failed spans", "",
                                        "Converted: reached every stage that is not optional. Stopped: is over before that. Open: may still go on. Never began: reached no stage",
                                        "From the end of all that was done for it to the end of what the files saw; not of what is done or failed",
                                        "From the start of its first stage to the end of its last one"};
    if (role == Qt::ToolTipRole && section == OutcomeColumn && content_.log)
        return tr("Done: came through every stage that is not optional. Under way: silent for no longer than others waited there. Failed: longer, after a stage that failed and was not tried again. Stuck: longer for another reason");
    if (role == Qt::ToolTipRole && section == StageColumn)
        return content_.log ? tr("The last stage of the %1 that it reached with success").arg(words_.journey) : tr("The last stage of the %1 that it reached").arg(words_.journey);
    if (role == Qt::ToolTipRole)
        return section == ValueColumn ? content_.journey ? QVariant(plainToolTip(toQString(content_.journey->cases().attribute()))) : QVariant() : QVariant(tr(kHelp[section]));
    if (role != Qt::DisplayRole)
        return {};
    if (section == OutcomeColumn && content_.log)
        return tr("State");
    if (section == ValueColumn)
        return content_.journey && !content_.journey->cases().key().title.empty() ? singleLine(toQString(content_.journey->cases().key().title)) : capitalised(words_.one);
    return tr(kTitles[section]);
}

} // namespace aisle
