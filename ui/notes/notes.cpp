#include "notes/notes.h"

#include "text/utf8.h"

#include <algorithm>
#include <map>

namespace aisle {

namespace {

constexpr size_t kMost = 10'000;     // notes
constexpr size_t kLongestName = 4096; // bytes of what one is about; a longer one is a stranger's, about nothing

} // namespace

Notes::Notes(ViewContext& context, QObject* parent) : QObject(parent), context_(context), store_(context, kNote, tr("note"), kMost, false, this) {
    connect(&store_, &UserStore::changed, this, &Notes::take);
    connect(&store_, &UserStore::failed, this, &Notes::failed);
    connect(&context, &ViewContext::tableChanged, this, &Notes::place); // rows and numbers are of one table
    take();
}

void Notes::take() {
    std::vector<UserItem> items;
    for (const UserItem& item : store_.items())
        if (item.name.size() <= kLongestName)
            items.push_back({item.name, std::string(beginning(item.content, kLongest)), item.changed});
    notes_ = notesOf(items);
    place();
}

/// Where they are in the table. Spans of one trace are looked for together: of a trace of a million spans each search reads it
/// as a whole.
void Notes::place() {
    traces_.clear();
    rows_.clear();
    const SpanTable& table = *context_.table();
    std::map<TraceIndex, std::vector<SpanId>> spans;
    for (const Note& note : notes_)
        if (const auto trace = note.target.focus.traceIn(table)) {
            traces_.insert(*trace);
            if (note.target.focus.kind == Focus::Kind::Span)
                spans[*trace].push_back(note.target.focus.span);
        }
    std::vector<Row> found;
    for (auto& [trace, ids] : spans) {
        std::sort(ids.begin(), ids.end());
        table.findSpans(trace, ids, found);
        for (const Row row : found)
            if (row != kNoRow)
                rows_.insert(row);
    }
    Q_EMIT changed();
}

const Note* Notes::on(const NoteTarget& target) const {
    const std::string text = target.toText();
    for (const Note& note : notes_)
        if (note.target.toText() == text)
            return &note;
    return nullptr;
}

void Notes::keep(const NoteTarget& target, const std::string& text) { store_.keep(target.toText(), std::string(beginning(text, kLongest))); }
void Notes::addBookmark(const NoteTarget& target) { store_.add(target.toText(), {}); }
void Notes::remove(const NoteTarget& target) { store_.remove(target.toText()); }

std::string Notes::wordsOf(TraceIndex trace) const {
    std::string out;
    if (!hasTrace(trace))
        return out;
    const TraceId id = context_.table()->traceId(trace);
    for (const Note& note : notes_)
        if ((note.target.focus.kind == Focus::Kind::Trace || note.target.focus.kind == Focus::Kind::Span) && note.target.focus.trace == id)
            out += (out.empty() ? "" : "; ") + (note.text.empty() ? std::string("bookmark") : note.text);
    return out;
}

} // namespace aisle
