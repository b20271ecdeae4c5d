#include "notes/notes.h"

namespace aisle {

namespace {
constexpr size_t kMost = 10'000, kLongest = 10'000; // notes; bytes of one
}

Notes::Notes(ViewContext& context, QObject* parent) : QObject(parent), context_(context), store_(context, kNote, tr("note"), kMost, false, this) {
    connect(&store_, &UserStore::changed, this, &Notes::take);
    connect(&store_, &UserStore::failed, this, &Notes::failed);
    connect(&context, &ViewContext::tableChanged, this, &Notes::take); // rows and numbers are of one table
    take();
}

void Notes::take() {
    notes_ = notesOf(store_.items());
    traces_.clear();
    rows_.clear();
    const SpanTable& table = *context_.table();
    for (const Note& note : notes_) {
        if (const auto trace = note.target.focus.traceIn(table))
            traces_.insert(*trace);
        if (const Row row = note.target.focus.rowIn(table); row != kNoRow)
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

void Notes::keep(const NoteTarget& target, const std::string& text) { store_.keep(target.toText(), text.substr(0, kLongest)); }
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
