#pragma once
// The scope of a selection: which spans, traces and cases are looked at.
//
// Text form: TraceQL, with `aisle:` terms for what TraceQL cannot say; every scope round-trips through it:
//   { resource.service.name = "checkout" && trace:duration >= 500ms && aisle:time = "A/B" }
// Rule: terms of one kind widen a scope (service a or b), terms of different kinds narrow it, except that a
// trace must hold a match for every term. So two services select the traces that touch both, and of those the
// spans of either; this is TraceQL's { a && rest } && { b && rest }. Of several Trace, Case or File terms a trace
// must match one, since no trace is two traces or (as a rule) of two cases or files: { trace:id = "1" } &&
// { trace:id = "2" } are two traces here, where TraceQL finds nothing.

#include "table/cancel.h"
#include "table/row_set.h"
#include "text/format.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

class CaseIndex;
struct FunnelResult;

struct ScopeTerm {
    enum class Kind {
        Service,       ///< resource.service.name = "text"
        Name,          ///< span:name = "text"
        Error,         ///< aisle:error = true (status, or attributes where the status is unset)
        TraceDuration, ///< trace:duration >= from and/or <= to, ns; 0: open
        Time,          ///< aisle:time = "from/to": spans that start in [from, to), ns since the epoch
        Trace,         ///< trace:id = "text"
        File,          ///< aisle:file = "text"
        Edge,          ///< aisle:edge = "text -> other": a call of the service graph
        Case,          ///< aisle:case = "text": the value of the case key
        Stage,         ///< aisle:stage = "text": cases that reached the stage
        Dropped,       ///< aisle:dropped = "text": cases that are over and came no further than the stage
        Text,          ///< aisle:text = "text": free words in names and services
    };
    Kind kind = Kind::Service;
    std::string text, other;
    int64_t from = 0, to = 0;
    bool operator==(const ScopeTerm&) const = default;

    std::string toText() const;  ///< TraceQL
    /// For people: "service checkout", "stage Payment: stopped"; times in that zone, which is named.
    std::string toWords(TimeZone zone = {}) const;
};

struct ScopeParseError {
    size_t position = 0; ///< byte in the text
    std::string message; ///< one sentence
};

class Scope {
public:
    const std::vector<ScopeTerm>& terms() const { return terms_; }
    bool isEmpty() const { return terms_.empty(); }
    /// With one more term; a Time, TraceDuration, Stage or Dropped term replaces the one there is.
    Scope with(ScopeTerm term) const;
    Scope without(size_t index) const;
    bool contains(const ScopeTerm& term) const;
    bool operator==(const Scope& other) const; ///< the same terms, in any order

    std::string toText() const; ///< "{ }" when empty
    static std::optional<Scope> parse(std::string_view text, ScopeParseError& error);

private:
    std::vector<ScopeTerm> terms_;
};

/// What a scope selects.
struct ScopeResult {
    bool everything = true; ///< an empty scope; the sets below are full
    RowSet spans;           ///< matching spans
    BitSet traces;          ///< traces (by TraceIndex) that hold a match for every term
    uint64_t spanCount = 0, traceCount = 0;
    std::vector<std::string> problems; ///< terms that nothing in this workspace can match, in words
};

/// What terms need beyond the table; absent: such terms match nothing and say so in `problems`.
struct ScopeContext {
    const CaseIndex* cases = nullptr;
    const FunnelResult* funnel = nullptr; ///< of the present journey over everything
    /// Rows of the callee side of an edge, by "from" and "to" node names; null when the graph is not ready.
    std::optional<std::vector<Row>> (*edgeRows)(const void* graph, std::string_view from, std::string_view to) = nullptr;
    const void* graph = nullptr;
};

ScopeResult evaluate(const SpanTable& table, const Scope& scope, const ScopeContext& context = {},
                     const StopToken& stop = {});

} // namespace aisle
