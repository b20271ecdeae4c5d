#pragma once
// Rows of the trace list: an index list over the table; text is made when a row is shown. Columns of attributes, and of how a
// trace compares with others of its kind, come behind those that are always there.

#include "analysis/trace_values.h"
#include "analysis/usual_durations.h"
#include "selection/focus_matches.h"
#include "table/span_table.h"
#include "text/format.h"

#include <QAbstractTableModel>
#include <QHash>

#include <functional>

namespace aisle {

class TraceListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum ColumnIndex { StartColumn, ServiceColumn, OperationColumn, DurationColumn, SpansColumn, ServicesColumn, ErrorsColumn, ColumnTotal };

    enum Role {
        UsualRole = Qt::UserRole + 100, ///< TraceIndex of a cell that is drawn by UsualDurations
        NoteRole,                       ///< words of the notes on the trace; invalid: none
    };

    /// A column that was asked for.
    struct Extra {
        std::string field; ///< as TraceQL names it; kUsual: compared with others of its kind
        std::shared_ptr<const TraceValues> values;      ///< null: on its way
        std::shared_ptr<const UsualDurations> usual;    ///< of kUsual; null: on its way
        std::shared_ptr<const std::vector<int64_t>> order; ///< to sort by
        SpanTablePtr table; ///< that they are of; with another one nothing is known
        bool isUsual() const { return field == kUsual; }
    };
    static constexpr const char* kUsual = "usual";

    explicit TraceListModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    /// Says which traces have a note.
    void setNotes(std::function<QString(TraceIndex)> notes) { notes_ = std::move(notes); }
    void notesChanged();
    void setExtras(std::vector<Extra> extras);
    /// What became known of the columns there are.
    void fill(const std::vector<Extra>& extras);
    const std::vector<Extra>& extras() const { return extras_; }
    /// Values that are kept with their spans, which are read when they are shown.
    std::vector<std::pair<std::string, TraceIndex>> takeWanted();
    void setTexts(const std::string& field, const std::vector<std::pair<TraceIndex, QString>>& texts);

    /// Replaces everything.
    void setTraces(SpanTablePtr table, std::vector<TraceIndex> traces);
    void setTimeZone(TimeZone zone);
    /// Traces that the focus is about (MarkRole); null: none. Gives the first row of them, -1 when there is none.
    int setMatches(std::shared_ptr<const FocusMatches> matches);
    const SpanTablePtr& table() const { return table_; } ///< that the trace numbers belong to; may be null
    const std::vector<TraceIndex>& traces() const { return traces_; }
    TraceIndex traceAt(int row) const { return traces_[static_cast<size_t>(row)]; }
    int rowOf(TraceIndex trace) const; ///< -1 when it is not in the list

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void textsWanted(); ///< takeWanted() has some

private:
    QVariant extraData(const Extra& extra, TraceIndex trace, int role) const;
    std::function<QString(TraceIndex)> notes_;
    std::vector<Extra> extras_;
    QHash<QString, QHash<TraceIndex, QString>> texts_; ///< by field
    mutable std::vector<std::pair<std::string, TraceIndex>> wanted_;
    SpanTablePtr table_;
    std::vector<TraceIndex> traces_;
    TimeZone zone_;
    std::shared_ptr<const FocusMatches> matches_;
    int64_t longest_ = 1;
};

} // namespace aisle
