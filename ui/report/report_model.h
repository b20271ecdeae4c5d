#pragma once
// Import reports as a tree: a row per file, and below it the sentences of its report.
// Thread: the UI thread.

#include "store/import_report.h"

#include <QAbstractItemModel>
#include <QSortFilterProxyModel>

namespace aisle {

class ReportModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum ColumnIndex {
        FileColumn, ResultColumn, FormatColumn, SpansColumn, CopiesColumn, LogsColumn, RepairedColumn, SkippedColumn, LeftOutColumn,
        SizeColumn, TimeColumn, RateColumn, ColumnTotal
    };
    enum Role { SortRole = Qt::UserRole + 1, NoteKindRole };

    using QAbstractItemModel::QAbstractItemModel;

    /// Rows of reports that stay are kept, with what is expanded and selected.
    void setReports(const std::vector<ImportReport>& reports);
    void addReports(const std::vector<ImportReport>& reports);
    const std::vector<ImportReport>& reports() const { return reports_; }
    /// Of a file, or of a sentence below it.
    size_t reportOf(const QModelIndex& index) const;

    bool holds(size_t report, const QString& text) const; ///< anywhere in its words

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QVariant noteData(const ReportNote& note, int column, int role) const;
    QString cellText(const ImportReport& report, int column) const;
    QString toolTip(const ImportReport& report, int column) const;
    const std::vector<ReportNote>& notes(size_t report) const;
    void giveIds();

    std::vector<ImportReport> reports_;
    mutable std::vector<std::vector<ReportNote>> notes_; ///< empty: not asked for yet
    mutable std::vector<QString> texts_; ///< of the reports, for the filter; empty: not asked for yet
    std::vector<quintptr> ids_; ///< of the files, rising
    quintptr lastId_ = 0;
};

/// The rows that hold a text, sorted by figures and not by their looks; sentences stay in their order.
class ReportFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setText(const QString& text);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    QString text_;
};

} // namespace aisle
