#pragma once
// What a note is about, as a text that survives another import: TraceQL of ids and names, never numbers of rows.

#include "export/tabular.h"
#include "selection/selection_model.h"
#include "store/user_items.h"

#include <optional>
#include <string>

namespace aisle {

struct NoteTarget {
    Focus focus;               ///< Span, Trace, Case, Edge, Service or Stage; None: a time range
    int64_t from = 0, to = 0;  ///< [from, to), ns since the epoch
    bool operator==(const NoteTarget&) const = default;

    bool isRange() const { return focus.kind == Focus::Kind::None; }
    /// Nothing for what no note can be about (nothing, several traces, a step).
    static std::optional<NoteTarget> of(const Focus& focus);
    /// The time range of a scope, when it has one.
    static std::optional<NoteTarget> ofRange(const Scope& scope);

    std::string toText() const; ///< `{ trace:id = "…" && span:id = "…" }`
    static std::optional<NoteTarget> parse(std::string_view text);
    /// For people; `table` may be null.
    std::string toWords(const SpanTable* table, TimeZone zone) const;
};

struct Note {
    NoteTarget target;
    std::string text; ///< empty: a bookmark
    int64_t changed = 0; ///< ns since the epoch
    bool operator==(const Note&) const = default;
};
/// Of what the store keeps (kNote); what cannot be read, of a newer version or a stranger, is left out.
std::vector<Note> notesOf(const std::vector<UserItem>& items);
Tabular tabulate(const std::vector<Note>& notes, const SpanTable* table, TimeZone zone);

} // namespace aisle
