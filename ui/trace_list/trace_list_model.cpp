#include "trace_list/trace_list_model.h"

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

void TraceListModel::setTimeZone(TimeZone zone) {
    zone_ = zone;
    if (!traces_.empty())
        Q_EMIT dataChanged(index(0, StartColumn), index(rowCount() - 1, StartColumn));
}

int TraceListModel::setMatches(std::shared_ptr<const FocusMatches> matches) {
    matches_ = std::move(matches);
    if (traces_.empty())
        return -1;
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnTotal - 1), {MarkRole});
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

int TraceListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnTotal; }

QVariant TraceListModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || static_cast<size_t>(index.row()) >= traces_.size())
        return {};
    const TraceIndex t = traces_[static_cast<size_t>(index.row())];
    const TraceSummary& s = table_->summary(t);
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
    case Qt::ToolTipRole:
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
