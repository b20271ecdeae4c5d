#include "statistics/statistics_model.h"

#include "text/format.h"
#include "trace/trace_table.h"
#include "widgets/copy_filter.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"

#include <climits>

namespace aisle {

namespace {

constexpr const char* kKeys[] = {"name", "service.name", "spans", "errors", "critical_path_ns", "self_time_ns", "total_ns", "p50_ns", "p95_ns", "max_ns"};

int64_t valueOf(const GroupStatistics& g, int column) {
    switch (column) {
    case StatisticsModel::SpansColumn: return g.spans;
    case StatisticsModel::ErrorsColumn: return g.errors;
    case StatisticsModel::PathColumn: return g.path;
    case StatisticsModel::SelfColumn: return g.self;
    case StatisticsModel::TotalColumn: return g.total;
    case StatisticsModel::P50Column: return g.p50;
    case StatisticsModel::P95Column: return g.p95;
    default: return g.max;
    }
}

} // namespace

void StatisticsModel::Content::sort(ColumnIndex column, bool descending, const SpanTable& table) {
    const auto text = [&](const GroupStatistics& g) {
        return column == NameColumn            ? std::string_view(grouping.names[g.group])
               : grouping.services.empty() ? std::string_view()
                                           : std::string_view(table.services()[grouping.services[g.group]]);
    };
    std::stable_sort(groups.begin(), groups.end(), [&](const GroupStatistics& a, const GroupStatistics& b) {
        const GroupStatistics &x = descending ? b : a, &y = descending ? a : b;
        return column == NameColumn || column == ServiceColumn ? text(x) < text(y) : valueOf(x, column) < valueOf(y, column);
    });
    rowOf.assign(grouping.names.size(), -1);
    path = std::max<int64_t>(1, data->path.length());
    for (size_t i = 0; i < groups.size(); ++i)
        rowOf[groups[i].group] = static_cast<int>(i);
}

void StatisticsModel::setContent(Content content) {
    beginResetModel();
    content_ = std::move(content);
    endResetModel();
}

int StatisticsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(std::min<size_t>(content_.groups.size(), INT_MAX));
}

int StatisticsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnTotal; }

QVariant StatisticsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || static_cast<size_t>(index.row()) >= content_.groups.size())
        return {};
    const GroupStatistics& g = content_.groups[static_cast<size_t>(index.row())];
    const auto service = [&]() -> QVariant {
        return content_.grouping.services.empty() ? QVariant() : QVariant(toQString(content_.data->table->services()[content_.grouping.services[g.group]]));
    };
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        switch (column) {
        case NameColumn: return singleLine(toQString(content_.grouping.names[g.group]));
        case ServiceColumn: return content_.by == "service" ? QVariant() : QVariant(singleLine(service().toString()));
        case SpansColumn: return toQString(formatCount(g.spans));
        case ErrorsColumn: return g.errors == 0 ? QString() : toQString(formatCount(g.errors));
        case PathColumn:
            return g.path == 0 ? QString()
                               : tr("%1 · %2").arg(toQString(formatPercent(static_cast<double>(g.path) / static_cast<double>(content_.path))),
                                                   toQString(formatDuration(g.path)));
        default:
            if (column >= P50Column && g.untimed == g.spans)
                return QString();
            return toQString(formatDuration(valueOf(g, column)));
        }
    case Qt::TextAlignmentRole: return headerData(column, Qt::Horizontal, role);
    case Qt::ForegroundRole: return column == ErrorsColumn ? QVariant(theme().error) : QVariant();
    case ServiceRole: return column == (content_.by == "service" ? NameColumn : ServiceColumn) ? service() : QVariant();
    case ShareRole:
        return column == PathColumn && g.path > 0 ? QVariant(static_cast<double>(g.path) / static_cast<double>(content_.path)) : QVariant();
    case CopyKeyRole: return column == NameColumn ? toQString(content_.by == "operation" ? "name" : content_.by == "service" ? "service.name" : content_.by)
                                                  : QString::fromLatin1(kKeys[column]);
    default: return {};
    }
}

QVariant StatisticsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnTotal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return cellAlignment(section >= SpansColumn);
    static const char* const kTitles[] = {"", "Service", "Spans", "Errors", "Critical path", "Self", "Durations", "p50", "p95", "Longest"};
    if (role == Qt::ToolTipRole && section == SelfColumn)
        return tr("Time in which no child ran, of all spans together");
    if (role == Qt::ToolTipRole && section == TotalColumn)
        return tr("All durations together: more than the trace took where spans ran at once");
    if (role != Qt::DisplayRole)
        return {};
    return section == NameColumn ? singleLine(toQString(content_.grouping.title)) : QString::fromLatin1(kTitles[section]);
}

} // namespace aisle
