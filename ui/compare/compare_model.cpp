#include "compare/compare_model.h"

#include "text/format.h"
#include "trace/trace_table.h"
#include "widgets/copy_filter.h"
#include "widgets/list_delegate.h"
#include "widgets/plain_text.h"

#include <climits>

namespace aisle {

namespace {

constexpr const char* kKeys[] = {"name", "service.name", "change", "self_time_change_ns", "self_time_before_ns", "self_time_after_ns", "duration_before_ns", "duration_after_ns", "times"};

int64_t durationOf(const SpanTable& table, Row row) { return row == kNoRow ? -1 : table.duration(row); }
int64_t selfOf(const SpanTable& table, Row row) { return row == kNoRow ? -1 : table.selfTime(row); }

} // namespace

/// Changes by their size, whichever direction; by operation is the order of the calls.
void CompareModel::Content::sort(ColumnIndex by, bool descending) {
    lines.clear();
    for (const SpanPair& pair : comparison.pairs)
        if (rowBefore(pair) != kNoRow || rowAfter(pair) != kNoRow)
            lines.push_back(&pair);
    asCalled = by == OperationColumn || by == TimesColumn;
    const auto any = [&](const SpanPair& pair) { return rowAfter(pair) != kNoRow ? rowAfter(pair) : rowBefore(pair); };
    const auto value = [&](const SpanPair* pair) -> int64_t {
        switch (by) {
        case WhatColumn: return pair->isMatched() ? 0 : rowAfter(*pair) != kNoRow ? 2 : 1;
        case ChangeColumn: return std::abs(change(*pair));
        case SelfBeforeColumn: return selfOf(*table, rowBefore(*pair));
        case SelfAfterColumn: return selfOf(*table, rowAfter(*pair));
        case DurationBeforeColumn: return durationOf(*table, rowBefore(*pair));
        case DurationAfterColumn: return durationOf(*table, rowAfter(*pair));
        default: return 0;
        }
    };
    if (by == ServiceColumn)
        std::stable_sort(lines.begin(), lines.end(), [&](const SpanPair* a, const SpanPair* b) {
            const auto x = table->serviceText(any(*a)), y = table->serviceText(any(*b));
            return descending ? y < x : x < y;
        });
    else if (!asCalled)
        std::stable_sort(lines.begin(), lines.end(), [&](const SpanPair* a, const SpanPair* b) { return descending ? value(b) < value(a) : value(a) < value(b); });
    else if (descending)
        std::reverse(lines.begin(), lines.end());
    largest = 1;
    for (const SpanPair* pair : lines)
        largest = std::max(largest, std::abs(change(*pair)));
    longest = std::max<int64_t>({1, before.end - before.start, after.end - after.start});
    lineOf.assign(after.nodes.size(), UINT_MAX);
    for (size_t i = 0; i < lines.size(); ++i)
        if (lines[i]->after != kNoNode)
            lineOf[lines[i]->after] = static_cast<uint32_t>(i);
}

void CompareModel::setContent(std::shared_ptr<const Content> content) {
    beginResetModel();
    content_ = std::move(content);
    endResetModel();
}

int CompareModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !content_ ? 0 : static_cast<int>(std::min<size_t>(content_->lines.size(), INT_MAX));
}

int CompareModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnTotal; }

QVariant CompareModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || !content_ || static_cast<size_t>(index.row()) >= content_->lines.size())
        return {};
    const Content& c = *content_;
    const SpanTable& table = *c.table;
    const SpanPair& pair = *c.lines[static_cast<size_t>(index.row())];
    const Row was = c.rowBefore(pair), is = c.rowAfter(pair), any = is != kNoRow ? is : was;
    const auto duration = [&](Row row) {
        return row == kNoRow ? QString() : (table.flags(row) & kUnfinished) != 0 ? tr("unfinished") : toQString(formatDuration(table.duration(row)));
    };
    const auto self = [&](Row row) { return row == kNoRow ? QString() : toQString(formatDuration(table.selfTime(row))); };
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case OperationColumn: {
            constexpr uint32_t kMostIndent = 30;
            const uint32_t depth = c.asCalled ? std::min(table.depth(any), kMostIndent) : 0;
            return QString(QString(static_cast<qsizetype>(depth) * 2, QChar(0x2002)) + singleLine(toQString(table.nameText(any))));
        }
        case ServiceColumn: return singleLine(toQString(table.serviceText(any)));
        case WhatColumn:
            if (!pair.isMatched() || was == kNoRow || is == kNoRow)
                return is != kNoRow ? tr("added") : tr("removed");
            return table.isError(is) == table.isError(was) ? QString() : table.isError(is) ? tr("fails now") : tr("fails no more");
        case ChangeColumn: {
            const int64_t change = c.change(pair);
            return change == 0 ? QString() : QString((change > 0 ? QStringLiteral("+") : QString()) + toQString(formatDuration(change)));
        }
        case SelfBeforeColumn: return self(was);
        case SelfAfterColumn: return self(is);
        case DurationBeforeColumn: return duration(was);
        case DurationAfterColumn: return duration(is);
        default: return {};
        }
    case Qt::TextAlignmentRole: return headerData(index.column(), Qt::Horizontal, role);
    case Qt::ForegroundRole: return index.column() == WhatColumn && is != kNoRow && table.isError(is) && (was == kNoRow || !table.isError(was)) ? QVariant(theme().error) : QVariant();
    case ServiceRole: return index.column() == ServiceColumn ? QVariant(toQString(table.serviceText(any))) : QVariant();
    case ShareRole:
        return index.column() == ChangeColumn && c.change(pair) != 0 ? QVariant(static_cast<double>(std::abs(c.change(pair))) / static_cast<double>(c.largest)) : QVariant();
    case CopyKeyRole: return QString::fromLatin1(kKeys[index.column()]);
    default: return {};
    }
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnTotal)
        return {};
    static const char* const kTitles[] = {"Operation", "Service", "What", "Self, change", "Self before", "Self after", "Before", "After", "Times"};
    if (role == Qt::TextAlignmentRole)
        return cellAlignment(section >= ChangeColumn && section < TimesColumn);
    if (role == Qt::ToolTipRole && section == OperationColumn)
        return tr("Sorted by this: in the order of the calls");
    if (role == Qt::ToolTipRole && section == ChangeColumn)
        return tr("How much longer the span itself took, without what it called: what made the trace slower or faster");
    if (role == Qt::ToolTipRole && section == TimesColumn)
        return tr("When it ran, from the start of each trace: above before, below after");
    return role == Qt::DisplayRole ? QVariant(QString::fromLatin1(kTitles[section])) : QVariant();
}

} // namespace aisle
