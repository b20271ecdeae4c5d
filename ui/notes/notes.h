#pragma once
// Notes and bookmarks (notes without words) on spans, traces, cases, edges, services, stages and time ranges. They are kept in the
// workspace by ids and names, so that they survive another import.
// Thread: the UI thread.

#include "selection/note_target.h"
#include "user_store.h"

#include <set>

namespace aisle {

class Notes : public QObject {
    Q_OBJECT
public:
    Notes(ViewContext& context, QObject* parent);

    const std::vector<Note>& all() const { return notes_; } ///< newest first
    const Note* on(const NoteTarget& target) const; ///< null: none
    /// Takes the place of the one there is.
    void keep(const NoteTarget& target, const std::string& text);
    /// Where there is none.
    void addBookmark(const NoteTarget& target);
    void remove(const NoteTarget& target);

    static constexpr int kLongest = 10'000; ///< bytes of one; a longer one, of a stranger, is cut

    /// Of the context's table: a note on the trace or on one of its spans; on this span.
    bool hasTrace(TraceIndex trace) const { return traces_.contains(trace); }
    bool hasRow(Row row) const { return rows_.contains(row); }
    /// The words of the notes on a trace and its spans, joined; empty: there are none.
    std::string wordsOf(TraceIndex trace) const;

Q_SIGNALS:
    void changed();
    void failed(const QString& problem);

private:
    void take();
    void place();
    ViewContext& context_;
    UserStore store_;
    std::vector<Note> notes_;
    std::set<TraceIndex> traces_;
    std::set<Row> rows_;
};

} // namespace aisle
