#include "spans/spans_model.h"

#include "text/format.h"
#include "trace/trace_table.h"
#include "widgets/copy_filter.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"

#include <climits>
#include <unordered_map>

namespace aisle {

namespace {

constexpr const char* kKeys[] = {"start_offset_ns", "service.name", "name", "kind", "duration_ns", "self_time_ns", "critical_path_ns", "status"};

/// Places of texts in alphabetical order: comparing numbers is faster than texts, a million times.
template <typename TextOf>
std::vector<uint32_t> ranks(const std::vector<uint32_t>& ids, TextOf&& textOf) {
    std::vector<uint32_t> distinct = ids;
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    std::sort(distinct.begin(), distinct.end(), [&](uint32_t a, uint32_t b) { return textOf(a) < textOf(b); });
    std::unordered_map<uint32_t, uint32_t> rankOf;
    for (uint32_t i = 0; i < distinct.size(); ++i)
        rankOf.emplace(distinct[i], i);
    std::vector<uint32_t> out(ids.size());
    for (size_t i = 0; i < ids.size(); ++i)
        out[i] = rankOf.at(ids[i]);
    return out;
}

} // namespace

SpansModel::Content SpansModel::sorted(TraceDataPtr data, ColumnIndex by, bool descending, const StopToken& stop) {
    Content out;
    const SpanTable& table = *data->table;
    const Waterfall& tree = data->tree;
    out.path.assign(tree.nodes.size(), 0);
    for (const PathSection& section : data->path.sections)
        out.path[section.node] += section.to - section.from;
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i)
        if (tree.nodes[i].row != kNoRow)
            out.nodes.push_back(i);
    stop.check();
    const auto rowAt = [&](size_t i) { return tree.nodes[out.nodes[i]].row; };
    std::vector<std::pair<int64_t, NodeIndex>> keyed(out.nodes.size());
    std::vector<uint32_t> ids(out.nodes.size());
    if (by == ServiceColumn || by == OperationColumn) {
        for (size_t i = 0; i < ids.size(); ++i)
            ids[i] = by == ServiceColumn ? table.service(rowAt(i)) : table.name(rowAt(i));
        ids = by == ServiceColumn ? ranks(ids, [&](uint32_t id) { return std::string_view(table.services()[id]); })
                                  : ranks(ids, [&](uint32_t id) { return table.text(id); });
    }
    for (size_t i = 0; i < keyed.size(); ++i) {
        const Row row = rowAt(i);
        int64_t key = 0;
        switch (by) {
        case ServiceColumn:
        case OperationColumn: key = ids[i]; break;
        case KindColumn: key = static_cast<int64_t>(table.kind(row)); break;
        case DurationColumn: key = (table.flags(row) & kUnfinished) != 0 ? -1 : table.duration(row); break;
        case SelfColumn: key = table.selfTime(row); break;
        case PathColumn: key = out.path[out.nodes[i]]; break;
        case StatusColumn: key = table.isError(row) ? 100 : static_cast<int64_t>(table.status(row)); break;
        default: key = tree.hasStart(table, out.nodes[i]) ? table.start(row) : INT64_MIN; break;
        }
        keyed[i] = {key, out.nodes[i]};
        if ((table.flags(row) & kUnfinished) == 0)
            out.longest = std::max(out.longest, table.duration(row));
    }
    stop.check();
    std::sort(keyed.begin(), keyed.end(), [descending](const auto& a, const auto& b) {
        return a.first != b.first ? (descending ? a.first > b.first : a.first < b.first) : a.second < b.second;
    });
    out.rowOf.assign(tree.nodes.size(), Content::kNoRowOf);
    for (size_t i = 0; i < keyed.size(); ++i) {
        out.nodes[i] = keyed[i].second;
        out.rowOf[keyed[i].second] = static_cast<uint32_t>(i);
    }
    out.data = std::move(data);
    return out;
}

void SpansModel::setContent(Content content) {
    beginResetModel();
    content_ = std::move(content);
    endResetModel();
}

int SpansModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(std::min<size_t>(content_.nodes.size(), INT_MAX));
}

int SpansModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnTotal; }

QVariant SpansModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || static_cast<size_t>(index.row()) >= content_.nodes.size())
        return {};
    const SpanTable& table = *content_.data->table;
    const NodeIndex node = content_.nodes[static_cast<size_t>(index.row())];
    const Row row = content_.data->tree.nodes[node].row;
    const bool isFinished = (table.flags(row) & kUnfinished) == 0;
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case StartColumn: return (table.flags(row) & kNoStart) != 0 ? QString() : toQString(formatDuration(table.start(row) - content_.data->tree.start));
        case ServiceColumn: return singleLine(toQString(table.serviceText(row)));
        case OperationColumn: return singleLine(toQString(table.nameText(row)));
        case KindColumn: return toQString(kindName(table.kind(row)));
        case DurationColumn: return isFinished ? toQString(formatDuration(table.duration(row))) : tr("unfinished");
        case SelfColumn: return toQString(formatDuration(table.selfTime(row)));
        case PathColumn: return content_.path[node] > 0 ? toQString(formatDuration(content_.path[node])) : QString();
        case StatusColumn: return table.isError(row) ? tr("error") : table.status(row) == Status::Unset ? QString() : toQString(statusName(table.status(row)));
        default: return {};
        }
    case Qt::TextAlignmentRole: return headerData(index.column(), Qt::Horizontal, role);
    case Qt::ForegroundRole: return index.column() == StatusColumn && table.isError(row) ? QVariant(theme().error) : QVariant();
    case ServiceRole: return index.column() == ServiceColumn ? QVariant(toQString(table.serviceText(row))) : QVariant();
    case ShareRole:
        return index.column() == DurationColumn && isFinished
                   ? QVariant(std::clamp(static_cast<double>(table.duration(row)) / static_cast<double>(content_.longest), 0.0, 1.0))
                   : QVariant();
    case CopyKeyRole: return QString::fromLatin1(kKeys[index.column()]);
    default: return {};
    }
}

QVariant SpansModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnTotal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return cellAlignment(section == StartColumn || section == DurationColumn || section == SelfColumn || section == PathColumn);
    static const char* const kTitles[] = {"Start", "Service", "Operation", "Kind", "Duration", "Self", "Critical path", "Status"};
    return role == Qt::DisplayRole ? QVariant(QString::fromLatin1(kTitles[section])) : QVariant();
}

} // namespace aisle
