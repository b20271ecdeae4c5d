#include "trace_list/trace_list_model.h"

#include "analysis/attribute_counts.h"
#include "analysis/items.h"
#include "theme/theme.h"
#include "widgets/copy_filter.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

namespace aisle {

namespace {
QString text(std::string_view s) { return singleLine(toQString(s)); }

/// By column, as the exported table calls them.
constexpr const char* kKeys[] = {"start", "service", "operation", "duration_ns", "spans", "services", "errors"};
} // namespace

void TraceListModel::setTraces(SpanTablePtr table, std::vector<TraceIndex> traces) {
    beginResetModel();
    table_ = std::move(table);
    traces_ = std::move(traces);
    longest_ = 1;
    for (const TraceIndex t : traces_)
        longest_ = std::max(longest_, table_->summary(t).duration);
    endResetModel();
}

void TraceListModel::notesChanged() {
    if (!traces_.empty())
        Q_EMIT dataChanged(index(0, StartColumn), index(rowCount() - 1, StartColumn), {NoteRole, Qt::ToolTipRole});
}

void TraceListModel::setExtras(std::vector<Extra> extras) {
    beginResetModel();
    extras_ = std::move(extras);
    texts_.clear();
    endResetModel();
}

void TraceListModel::fill(const std::vector<Extra>& extras) {
    texts_.clear(); // of another table
    for (Extra& mine : extras_)
        for (const Extra& filled : extras)
            if (mine.field == filled.field)
                mine = filled;
    if (!traces_.empty() && !extras_.empty())
        Q_EMIT dataChanged(index(0, ColumnTotal), index(rowCount() - 1, columnCount() - 1));
}

std::vector<std::pair<std::string, TraceIndex>> TraceListModel::takeWanted() { return std::exchange(wanted_, {}); }

void TraceListModel::setTexts(const std::string& field, const std::vector<std::pair<TraceIndex, QString>>& texts) {
    auto& known = texts_[toQString(field)];
    for (const auto& [trace, text] : texts)
        known.insert(trace, text);
    for (size_t e = 0; e < extras_.size(); ++e)
        if (extras_[e].field == field && !traces_.empty())
            Q_EMIT dataChanged(index(0, ColumnTotal + static_cast<int>(e)), index(rowCount() - 1, ColumnTotal + static_cast<int>(e)));
}

QVariant TraceListModel::extraData(const Extra& extra, TraceIndex trace, int role) const {
    if (extra.table != table_)
        return {}; // on its way: numbers of traces and rows are of one table
    if (extra.isUsual()) {
        const UsualDurations::Kind* kind = extra.usual ? extra.usual->kindOf(trace) : nullptr;
        if (kind == nullptr)
            return {};
        const double share = extra.usual->shareBelow(trace);
        switch (role) {
        case Qt::DisplayRole: return QStringLiteral("p%1").arg(static_cast<int>(share * 100));
        case UsualRole: return trace;
        case CopyKeyRole: return QStringLiteral("usual");
        case Qt::ToolTipRole:
            return plainToolTip(tr("Slower than %1 of the %2 that begin with the same operation; the middle one took %3, the longest %4")
                                    .arg(text(formatPercent(share)), text(counted(kind->traces, "trace", "traces")), text(formatDuration(kind->median)), text(formatDuration(kind->longest))));
        default: return {};
        }
    }
    const uint32_t number = extra.values ? extra.values->number(trace) : 0;
    if (role == CopyKeyRole) {
        const auto field = fieldOf(extra.field);
        return field ? toQString(field->name) : QString();
    }
    if (number == 0)
        return {};
    const traceql::Value value = extra.values->value(number);
    if (role == Qt::TextAlignmentRole)
        return cellAlignment(value.isNumber);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    if (value.type != traceql::Value::Type::Nil)
        return role == Qt::ToolTipRole ? plainToolTip(toQString(value.toText())) : text(value.toText());
    const auto known = texts_.constFind(toQString(extra.field));
    if (known != texts_.constEnd() && known->contains(trace))
        return role == Qt::ToolTipRole ? plainToolTip(known->value(trace)) : singleLine(known->value(trace));
    if (role == Qt::DisplayRole) {
        if (wanted_.empty())
            QMetaObject::invokeMethod(const_cast<TraceListModel*>(this), &TraceListModel::textsWanted, Qt::QueuedConnection);
        wanted_.emplace_back(extra.field, trace);
        return QStringLiteral("\u2026");
    }
    return {};
}

void TraceListModel::setTimeZone(TimeZone zone) {
    zone_ = zone;
    if (!traces_.empty())
        Q_EMIT dataChanged(index(0, StartColumn), index(rowCount() - 1, StartColumn));
}

int TraceListModel::setMatches(std::shared_ptr<const FocusMatches> matches) {
    matches_ = std::move(matches);
    if (traces_.empty())
        return -1;
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {MarkRole});
    if (!matches_)
        return -1;
    const auto first = std::find_if(traces_.begin(), traces_.end(), [this](TraceIndex t) {
        return t < matches_->traces.size() && matches_->traces[t];
    });
    return first == traces_.end() ? -1 : static_cast<int>(first - traces_.begin());
}

int TraceListModel::rowOf(TraceIndex trace) const {
    const auto found = std::find(traces_.begin(), traces_.end(), trace);
    return found == traces_.end() ? -1 : static_cast<int>(found - traces_.begin());
}

int TraceListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(std::min<size_t>(traces_.size(), INT_MAX));
}

int TraceListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnTotal + static_cast<int>(extras_.size()); }

QVariant TraceListModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || static_cast<size_t>(index.row()) >= traces_.size())
        return {};
    const TraceIndex t = traces_[static_cast<size_t>(index.row())];
    const TraceSummary& s = table_->summary(t);
    if (index.column() >= ColumnTotal && role != MarkRole)
        return extraData(extras_[static_cast<size_t>(index.column() - ColumnTotal)], t, role);
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case StartColumn: return s.hasStart ? text(formatTime(s.start, zone_)) : QString();
        case ServiceColumn: return s.root == kNoRow ? QString() : text(table_->serviceText(s.root));
        case OperationColumn: return s.root == kNoRow ? QString() : text(table_->nameText(s.root));
        case DurationColumn: return text(formatDuration(s.duration));
        case SpansColumn: return text(formatCount(s.spans));
        case ServicesColumn: return text(formatCount(s.services));
        case ErrorsColumn: return s.errors == 0 ? QString() : text(formatCount(s.errors));
        default: return {};
        }
    case NoteRole:
        if (const QString note = notes_ ? notes_(t) : QString(); !note.isEmpty())
            return note;
        return {};
    case Qt::ToolTipRole:
        if (const QString note = index.column() == StartColumn && notes_ ? notes_(t) : QString(); !note.isEmpty())
            return plainToolTip(tr("Note: %1").arg(note));
        return plainToolTip(QStringLiteral("Trace %1\n%2 %3\n%4, %5%6")
                                .arg(text(toHex(table_->traceId(t))), data(this->index(index.row(), ServiceColumn), Qt::DisplayRole).toString(),
                                     data(this->index(index.row(), OperationColumn), Qt::DisplayRole).toString(),
                                     text(formatDuration(s.duration)), text(counted(s.spans, "span", "spans")),
                                     s.orphans > 0 ? QLatin1Char('\n') + text(counted(s.orphans, "span names", "spans name") + " a parent that is not in this workspace")
                                                   : QString()));
    case Qt::TextAlignmentRole:
        return index.column() >= DurationColumn ? QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter)
                                                : QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::ForegroundRole: return index.column() == ErrorsColumn ? QVariant(theme().error) : QVariant();
    case ShareRole:
        return index.column() == DurationColumn ? QVariant(static_cast<double>(s.duration) / static_cast<double>(longest_)) : QVariant();
    case MarkRole: return matches_ && t < matches_->traces.size() && matches_->traces[t];
    case CopyKeyRole: return QString::fromLatin1(kKeys[index.column()]);
    case ServiceRole:
        return index.column() != ServiceColumn ? QVariant() : s.root == kNoRow ? QString() : text(table_->serviceText(s.root));
    default: return {};
    }
}

QVariant TraceListModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (section >= ColumnTotal && static_cast<size_t>(section - ColumnTotal) < extras_.size()) {
        const Extra& extra = extras_[static_cast<size_t>(section - ColumnTotal)];
        const auto field = extra.isUsual() ? std::nullopt : fieldOf(extra.field);
        if (role == Qt::TextAlignmentRole)
            return cellAlignment(false);
        if (role == Qt::ToolTipRole)
            return plainToolTip(extra.isUsual() ? tr("Where the trace stands among those that begin with the same operation, from the shortest to the longest") : toQString(extra.field));
        return role == Qt::DisplayRole ? QVariant(extra.isUsual() ? tr("Usual") : field ? singleLine(toQString(fieldWords(*field))) : QString()) : QVariant();
    }
    if (role == Qt::TextAlignmentRole)
        return section >= DurationColumn ? QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter)
                                         : QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case StartColumn: return QStringLiteral("Start");
    case ServiceColumn: return QStringLiteral("Service");
    case OperationColumn: return QStringLiteral("Operation");
    case DurationColumn: return QStringLiteral("Duration");
    case SpansColumn: return QStringLiteral("Spans");
    case ServicesColumn: return QStringLiteral("Services");
    case ErrorsColumn: return QStringLiteral("Errors");
    default: return {};
    }
}

} // namespace aisle
