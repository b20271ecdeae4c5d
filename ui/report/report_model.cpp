#include "report/report_model.h"

#include "text/format.h"
#include "theme/theme.h"
#include "widgets/copy_filter.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"

#include <array>
#include <filesystem>

namespace aisle {

namespace {

struct ColumnWords {
    const char* title;
    const char* key; ///< as in tabulateReports()
    const char* help;
};
constexpr std::array<ColumnWords, ReportModel::ColumnTotal> kColumns = {{
    {"File", "file", "Of an archive, each member"},
    {"Result", "result", "Whether all of it is in the workspace"},
    {"Format", "format", "What the file was read as"},
    {"Spans", "spans", "Spans that are shown"},
    {"Copies", "copies", "Spans that were in the workspace already; they are hidden"},
    {"Logs joined", "logs", "Log records that belong to a span"},
    {"Repaired", "repaired", "Records that were imported after a repair"},
    {"Skipped", "skipped", "Records that could not be read; they are not in the workspace"},
    {"Left out", "left_out", "What is neither a span nor a log record"},
    {"Size", "bytes", "After decompression"},
    {"Time", "seconds", "From the first byte until it could be looked at"},
    {"Spans/s", "spans_per_second", "Spans read in a second"},
}};

int64_t figure(const ImportReport& r, int column) {
    switch (column) {
    case ReportModel::ResultColumn: return static_cast<int64_t>(r.outcome());
    case ReportModel::SpansColumn: return static_cast<int64_t>(r.spansKept);
    case ReportModel::CopiesColumn: return static_cast<int64_t>(r.duplicates);
    case ReportModel::LogsColumn: return static_cast<int64_t>(r.logs - std::min(r.logs, r.logsWithoutSpan));
    case ReportModel::RepairedColumn: return static_cast<int64_t>(r.repairedCount());
    case ReportModel::SkippedColumn: return static_cast<int64_t>(r.skippedCount());
    case ReportModel::LeftOutColumn: return static_cast<int64_t>(r.ignoredCount());
    case ReportModel::SizeColumn: return static_cast<int64_t>(r.bytes);
    case ReportModel::TimeColumn: return static_cast<int64_t>(r.seconds * 1e9);
    case ReportModel::RateColumn: return static_cast<int64_t>(r.spansPerSecond());
    default: return 0;
    }
}

/// The report of the same import, however it looks by now.
bool isSame(const ImportReport& a, const ImportReport& b) {
    return a.name == b.name && a.path == b.path && a.contentHash == b.contentHash && a.error == b.error && a.seconds == b.seconds;
}

constexpr auto kLeft = Qt::AlignLeft | Qt::AlignVCenter, kRight = Qt::AlignRight | Qt::AlignVCenter;

} // namespace

void ReportModel::setReports(const std::vector<ImportReport>& reports) {
    for (size_t i = 0; i < reports.size() && reports_.size() > reports.size(); ++i)
        while (reports_.size() > reports.size() && !isSame(reports_[i], reports[i])) {
            beginRemoveRows({}, static_cast<int>(i), static_cast<int>(i));
            reports_.erase(reports_.begin() + static_cast<std::ptrdiff_t>(i));
            notes_.erase(notes_.begin() + static_cast<std::ptrdiff_t>(i));
            texts_.erase(texts_.begin() + static_cast<std::ptrdiff_t>(i));
            ids_.erase(ids_.begin() + static_cast<std::ptrdiff_t>(i));
            endRemoveRows();
        }
    if (!reports.empty() && std::equal(reports.begin(), reports.end(), reports_.begin(), reports_.end(), isSame)) {
        reports_ = reports;
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnTotal - 1));
        return;
    }
    beginResetModel();
    reports_ = reports;
    notes_.assign(reports_.size(), {});
    texts_.assign(reports_.size(), {});
    ids_.clear();
    giveIds();
    endResetModel();
}

void ReportModel::addReports(const std::vector<ImportReport>& reports) {
    if (reports.empty())
        return;
    beginInsertRows({}, static_cast<int>(reports_.size()), static_cast<int>(reports_.size() + reports.size()) - 1);
    reports_.insert(reports_.end(), reports.begin(), reports.end());
    notes_.resize(reports_.size());
    texts_.resize(reports_.size());
    giveIds();
    endInsertRows();
}

void ReportModel::giveIds() {
    while (ids_.size() < reports_.size())
        ids_.push_back(++lastId_);
}

size_t ReportModel::reportOf(const QModelIndex& index) const {
    if (index.internalId() == 0)
        return static_cast<size_t>(index.row());
    return static_cast<size_t>(std::lower_bound(ids_.begin(), ids_.end(), index.internalId()) - ids_.begin());
}

const std::vector<ReportNote>& ReportModel::notes(size_t report) const {
    if (notes_[report].empty())
        notes_[report] = reports_[report].notes();
    return notes_[report];
}

bool ReportModel::holds(size_t report, const QString& text) const {
    QString& all = texts_[report];
    if (all.isEmpty())
        all = toQString(reports_[report].toText());
    return all.contains(text, Qt::CaseInsensitive) || cellText(reports_[report], ResultColumn).contains(text, Qt::CaseInsensitive);
}

// A file's index has the id 0, that of a sentence the id of its file: rows before it may go.
QModelIndex ReportModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? ids_[static_cast<size_t>(parent.row())] : 0);
}

QModelIndex ReportModel::parent(const QModelIndex& index) const {
    return index.isValid() && index.internalId() != 0 ? createIndex(static_cast<int>(reportOf(index)), 0, quintptr(0)) : QModelIndex();
}

int ReportModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid())
        return static_cast<int>(reports_.size());
    return parent.internalId() == 0 && parent.column() == 0 ? static_cast<int>(notes(static_cast<size_t>(parent.row())).size()) : 0;
}

int ReportModel::columnCount(const QModelIndex&) const { return ColumnTotal; }

QString ReportModel::cellText(const ImportReport& r, int column) const {
    switch (column) {
    case FileColumn: return singleLine(toQString(r.member.empty() ? std::filesystem::path(r.name).filename().string() : r.name));
    case ResultColumn: {
        QString words = QString::fromLatin1(ImportReport::words(r.outcome()));
        words[0] = words[0].toUpper();
        return words;
    }
    case FormatColumn: return singleLine(toQString(r.format + (r.container.empty() || r.format.empty() ? "" : " in " + r.container)));
    default: break;
    }
    const int64_t value = figure(r, column);
    if (value == 0)
        return {}; // quiet: nothing happened
    switch (column) {
    case SizeColumn: return toQString(formatBytes(static_cast<uint64_t>(value)));
    case TimeColumn: return toQString(formatDuration(value));
    default: return toQString(formatCount(static_cast<uint64_t>(value)));
    }
}

QString ReportModel::toolTip(const ImportReport& r, int column) const {
    switch (column) {
    case FileColumn: return toQString(r.member.empty() ? r.path : r.name + "\nfrom " + r.path);
    case ResultColumn:
        return toQString(!r.error.empty() ? r.error
                         : r.removed      ? "Taken out of the workspace. It can be had back until the window closes."
                         : !r.alreadyImported.empty() ? "The same content is in the workspace as " + r.alreadyImported + "."
                                                      : std::string());
    case FormatColumn: return toQString(r.format.empty() ? r.formatReason : (r.formatSaid ? "Said: " : "Found by looking: ") + r.formatReason);
    default: return {};
    }
}

QVariant ReportModel::noteData(const ReportNote& note, int column, int role) const {
    if (column != 0)
        return {};
    switch (role) {
    case Qt::DisplayRole: return singleLine(toQString(note.words));
    case Qt::ToolTipRole: return plainToolTip(toQString(note.words));
    case Qt::ForegroundRole: return note.kind == ReportNote::Plain ? QVariant(theme().mutedText) : QVariant();
    case NoteKindRole: return static_cast<int>(note.kind);
    case CopyTextRole: return toQString(note.words);
    case CopyKeyRole: return QStringLiteral("report");
    default: return {};
    }
}

QVariant ReportModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const size_t report = reportOf(index);
    if (index.internalId() != 0) {
        const auto& all = notes(report);
        return static_cast<size_t>(index.row()) < all.size() ? noteData(all[static_cast<size_t>(index.row())], index.column(), role) : QVariant();
    }
    const ImportReport& r = reports_[report];
    switch (role) {
    case Qt::DisplayRole: return cellText(r, index.column());
    case Qt::ToolTipRole: return plainToolTip(toolTip(r, index.column()));
    case Qt::TextAlignmentRole: return QVariant::fromValue(index.column() >= SpansColumn ? kRight : kLeft);
    case Qt::ForegroundRole:
        if (index.column() == ResultColumn && r.outcome() == ImportReport::Outcome::Failed)
            return theme().error;
        return r.removed || r.outcome() == ImportReport::Outcome::AlreadyHere ? QVariant(theme().mutedText) : QVariant();
    case SortRole:
        return index.column() == FileColumn || index.column() == FormatColumn ? QVariant(cellText(r, index.column()))
                                                                              : QVariant(static_cast<qlonglong>(figure(r, index.column())));
    case NoteKindRole:
        return static_cast<int>(r.outcome() == ImportReport::Outcome::Failed                                       ? ReportNote::Failure
                                : r.outcome() == ImportReport::Outcome::InPart || (r.needsColumns && !r.removed) ? ReportNote::Warning
                                                                                                                   : ReportNote::Plain);
    case CopyTextRole: return index.column() == FileColumn ? QVariant(toQString(r.name)) : QVariant();
    case CopyKeyRole: return QString::fromLatin1(kColumns[static_cast<size_t>(index.column())].key);
    default: return {};
    }
}

QVariant ReportModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnTotal)
        return {};
    switch (role) {
    case Qt::DisplayRole: return QString::fromLatin1(kColumns[static_cast<size_t>(section)].title);
    case Qt::ToolTipRole: return QString::fromLatin1(kColumns[static_cast<size_t>(section)].help);
    case Qt::TextAlignmentRole: return QVariant::fromValue(section >= SpansColumn ? kRight : kLeft);
    default: return {};
    }
}

void ReportFilter::setText(const QString& text) {
    text_ = text.trimmed();
    invalidateFilter();
}

bool ReportFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    return parent.isValid() || text_.isEmpty() || static_cast<const ReportModel*>(sourceModel())->holds(static_cast<size_t>(row), text_);
}

bool ReportFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    if (left.parent().isValid()) // in their own order, whichever way files are sorted
        return sortOrder() == Qt::AscendingOrder ? left.row() < right.row() : right.row() < left.row();
    const QVariant a = left.data(ReportModel::SortRole), b = right.data(ReportModel::SortRole);
    if (a.typeId() == QMetaType::QString)
        return QString::localeAwareCompare(a.toString(), b.toString()) < 0;
    return a.toLongLong() < b.toLongLong();
}

} // namespace aisle
