#include "selection/note_target.h"

#include "query/traceql.h"

namespace aisle {

namespace {

using Of = Focus::Kind;

ScopeTerm term(ScopeTerm::Kind kind, std::string text = {}, std::string other = {}) {
    ScopeTerm out;
    out.kind = kind;
    out.text = std::move(text);
    out.other = std::move(other);
    return out;
}

/// The text that an intrinsic is compared with in `{ a = "x" && b = "y" }`.
std::string comparedWith(const traceql::Query& query, std::string_view field) {
    for (const traceql::Node& node : query.nodes)
        if (node.type == traceql::Node::Type::Binary && node.op == traceql::Op::Equal && query.nodes[node.children[0]].type == traceql::Node::Type::Field &&
            query.nodes[node.children[0]].field.name == field && query.nodes[node.children[1]].type == traceql::Node::Type::Literal)
            return query.nodes[node.children[1]].literal.text;
    return {};
}

} // namespace

std::optional<NoteTarget> NoteTarget::of(const Focus& focus) {
    if (focus.kind == Of::None || focus.kind == Of::Traces || focus.kind == Of::Step)
        return std::nullopt;
    NoteTarget out{focus};
    out.focus.row = kNoRow; // of one table
    out.focus.isStopped = false; // it is about the stage
    return out;
}

std::optional<NoteTarget> NoteTarget::ofRange(const Scope& scope) {
    for (const ScopeTerm& one : scope.terms())
        if (one.kind == ScopeTerm::Kind::Time || one.kind == ScopeTerm::Kind::TraceTime)
            return NoteTarget{{}, one.from, one.to};
    return std::nullopt;
}

std::string NoteTarget::toText() const {
    switch (focus.kind) {
    case Of::Span: return "{ trace:id = \"" + toHex(focus.trace) + "\" && span:id = \"" + toHex(focus.span) + "\" }";
    case Of::Trace: return Scope().with(term(ScopeTerm::Kind::Trace, toHex(focus.trace))).toText();
    case Of::Case: return Scope().with(term(ScopeTerm::Kind::Case, focus.name)).toText();
    case Of::Edge: return Scope().with(term(ScopeTerm::Kind::Edge, focus.name, focus.other)).toText();
    case Of::Service: return Scope().with(term(ScopeTerm::Kind::Service, focus.name)).toText();
    case Of::Stage: return Scope().with(term(ScopeTerm::Kind::Stage, focus.name)).toText();
    case Of::None: {
        ScopeTerm range = term(ScopeTerm::Kind::Time);
        range.from = from;
        range.to = to;
        return Scope().with(range).toText();
    }
    case Of::Step:
    case Of::Traces: break;
    }
    return {};
}

std::optional<NoteTarget> NoteTarget::parse(std::string_view text) {
    traceql::ParseError error;
    const auto query = traceql::parse(std::string(text), error);
    if (!query)
        return std::nullopt;
    if (const std::string trace = comparedWith(*query, "trace:id"), span = comparedWith(*query, "span:id"); !trace.empty() && !span.empty()) {
        const auto id = traceIdFromHex(trace);
        const auto number = spanIdFromHex(span);
        if (!id || !number)
            return std::nullopt;
        Focus focus;
        focus.kind = Of::Span;
        focus.trace = *id;
        focus.span = *number;
        return NoteTarget{focus};
    }
    const auto scope = Scope::parse(text, error);
    if (!scope || scope->terms().size() != 1)
        return std::nullopt;
    const ScopeTerm& one = scope->terms()[0];
    switch (one.kind) {
    case ScopeTerm::Kind::Trace: {
        const auto id = traceIdFromHex(one.text);
        return id ? std::optional(NoteTarget{Focus::onTrace(*id)}) : std::nullopt;
    }
    case ScopeTerm::Kind::Case: return NoteTarget{Focus::onCase(one.text)};
    case ScopeTerm::Kind::Edge: return NoteTarget{Focus::onEdge(one.text, one.other)};
    case ScopeTerm::Kind::Service: return NoteTarget{Focus::onService(one.text)};
    case ScopeTerm::Kind::Stage: return NoteTarget{Focus::onStage(one.text)};
    case ScopeTerm::Kind::Time: return NoteTarget{{}, one.from, one.to};
    default: return std::nullopt;
    }
}

std::vector<Note> notesOf(const std::vector<UserItem>& items) {
    std::vector<Note> out;
    for (const UserItem& item : items)
        if (const auto target = NoteTarget::parse(item.name))
            out.push_back({*target, item.content, item.changed});
    return out;
}

Tabular tabulate(const std::vector<Note>& notes, const SpanTable* table, TimeZone zone) {
    Tabular out;
    out.columns = {{"about", "About"}, {"note", "Note"}, {"changed", "Changed"}, {"scope", "Scope"}};
    for (const Note& note : notes)
        out.rows.push_back({Cell(note.target.toWords(table, zone)), Cell(note.text), Cell::time(note.changed, zone.utc), Cell(note.target.toText())});
    return out;
}

std::string NoteTarget::toWords(const SpanTable* table, TimeZone zone) const {
    if (!isRange())
        return focus.toWords(table);
    ScopeTerm range = term(ScopeTerm::Kind::Time);
    range.from = from;
    range.to = to;
    return range.toWords(zone);
}

} // namespace aisle
