#pragma once
// The scope of a selection: which spans, traces and cases are looked at.
//
// Its text form is TraceQL (query/traceql.h), and what it selects is what that query does:
//   { resource.service.name = "checkout" && trace:duration >= 500ms && aisle:time = "A/B" }
// What views add is a list of terms that can be taken away again one by one. Rule: terms of one kind widen a scope (service a
// or b), terms of different kinds narrow it, except that a trace must hold a match for every term. So two services select the
// traces that touch both, and of those the spans of either: { a && rest } && { b && rest }. Of several Trace, Case or File terms
// a trace must match one, since no trace is two traces or (as a rule) of two cases or files.
// What somebody wrote that is no such list is one term, a query, and the others choose among its spans: query | { rest }.

#include "query/context.h"
#include "table/cancel.h"
#include "table/row_set.h"
#include "text/format.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

struct ScopeTerm {
    enum class Kind {
        Service,       ///< resource.service.name = "text"
        Name,          ///< span:name = "text"
        Error,         ///< aisle:error = true (status, or attributes where the status is unset)
        TraceDuration, ///< trace:duration >= from and/or <= to, ns; 0: open
        Duration,      ///< span:duration >= from and/or <= to, ns; 0: open
        TraceTime,     ///< aisle:traceTime = "from/to": traces that start in [from, to)
        Time,          ///< aisle:time = "from/to": spans that start in [from, to), ns since the epoch
        Trace,         ///< trace:id = "text"
        File,          ///< aisle:file = "text"
        Edge,          ///< aisle:edge = "text -> other": a call of the service graph
        Case,          ///< aisle:case = "text": the value of the case key
        Stage,         ///< aisle:stage = "text": cases that reached the stage
        Dropped,       ///< aisle:dropped = "text": cases that are over and came no further than the stage
        Text,          ///< aisle:text = "text": a word in names, services and values
        Query,         ///< TraceQL, in its canonical form
    };
    Kind kind = Kind::Service;
    std::string text, other;
    int64_t from = 0, to = 0;
    bool operator==(const ScopeTerm&) const = default;

    std::string toText() const;  ///< TraceQL
    /// For people: "service checkout", "stage Payment: stopped"; times in that zone, which is named.
    std::string toWords(TimeZone zone = {}) const;
};

class Scope {
public:
    const std::vector<ScopeTerm>& terms() const { return terms_; }
    bool isEmpty() const { return terms_.empty(); }
    /// With one more term; a Time, TraceTime, Duration, TraceDuration, Stage, Dropped or Query term replaces the one there is.
    Scope with(ScopeTerm term) const;
    Scope without(size_t index) const;
    Scope without(std::span<const ScopeTerm::Kind> kinds) const;
    bool contains(const ScopeTerm& term) const;
    /// With one more condition about the same spans, in TraceQL and right: `.http.route = "/cart"`.
    Scope narrowed(const std::string& condition) const;
    /// Of these traces those in which some span is so, or none is.
    Scope withTraces(const std::string& condition, bool excludes) const;
    bool operator==(const Scope& other) const; ///< the same terms, in any order

    std::string toText() const; ///< "{ }" when empty
    /// Also a condition without its braces (`status = error`), and words to look for.
    static std::optional<Scope> parse(std::string_view text, traceql::ParseError& error);

private:
    std::vector<ScopeTerm> terms_;
};

/// What a scope selects.
struct ScopeResult {
    Scope scope;            ///< that was asked
    bool everything = true; ///< an empty scope; the sets below are full
    RowSet spans;           ///< matching spans
    BitSet traces;          ///< traces (by TraceIndex) that hold a match for every term
    uint64_t spanCount = 0, traceCount = 0;
    std::vector<std::string> problems; ///< terms that nothing in this workspace can match, in words
};

/// Throws StoreError and Stopped. Keep it off the UI thread, unless the scope is empty.
ScopeResult evaluate(const Scope& scope, const traceql::Context& context, const StopToken& stop = {});

/// The traces of a selection, and those that it is compared with: of another scope, or with an empty one all others. What both select is
/// the selection's, but of a selection of everything it is the baseline's. Throws StoreError and Stopped. Keep it off the UI thread.
struct TraceSides {
    BitSet selected, others;
};
TraceSides traceSides(const ScopeResult& selected, const Scope& baseline, const traceql::Context& context, const StopToken& stop = {});

} // namespace aisle
