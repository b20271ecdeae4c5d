#include "selection/scope.h"

#include "service_graph/node_words.h"
#include "text/format.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace aisle {

namespace {

using Term = ScopeTerm::Kind;

/// As many decimals as tell the two ends apart and give the length to about a hundredth.
std::string rangeWords(int64_t from, int64_t to, TimeZone zone) {
    int64_t length = 0;
    if (__builtin_sub_overflow(to, from, &length)) // somebody wrote two times centuries apart
        length = std::numeric_limits<int64_t>::max();
    const int decimals = length >= 100'000'000'000 ? 0 : length >= 100'000'000 ? 3 : length >= 100'000 ? 6 : 9;
    const std::string first = formatTime(from, zone, decimals), last = formatTime(to, zone, decimals);
    const bool sameDay = first.substr(0, 10) == last.substr(0, 10);
    const std::string firstZone = zoneName(from, zone), lastZone = zoneName(to, zone);
    return (sameDay ? formatClock(from, zone, decimals) : first) + (firstZone == lastZone ? "" : " " + firstZone) +
           " \xe2\x80\x93 " + (sameDay ? formatClock(to, zone, decimals) : last) + " " + lastZone;
}

bool replaces(Term kind) {
    return kind == Term::Time || kind == Term::TraceTime || kind == Term::Duration || kind == Term::TraceDuration || kind == Term::Stage || kind == Term::Dropped || kind == Term::Query;
}

bool sameSlot(Term a, Term b) {
    const auto stage = [](Term k) { return k == Term::Stage || k == Term::Dropped; };
    return a == b || (stage(a) && stage(b));
}

} // namespace

std::string ScopeTerm::toWords(TimeZone zone) const {
    switch (kind) {
    case Term::Service: return "service " + text;
    case Term::Name: return "operation " + text;
    case Term::Error: return "errors";
    case Term::TraceDuration:
    case Term::Duration: {
        const std::string what = kind == Term::TraceDuration ? "trace " : "span ";
        if (from > 0 && to > 0)
            return what + formatDuration(from) + " to " + formatDuration(to);
        return what + (to > 0 ? "at most " + formatDuration(to) : "at least " + formatDuration(from));
    }
    case Term::TraceTime: return "traces from " + rangeWords(from, to, zone);
    case Term::Time: return rangeWords(from, to, zone);
    case Term::Trace: return "trace " + text;
    case Term::File: return "file " + text;
    case Term::Edge: return nodeWords(text) + " \xe2\x86\x92 " + nodeWords(other);
    case Term::Case: return "case " + text;
    case Term::Stage: return "stage " + text;
    case Term::Dropped: return "stage " + text + ": stopped";
    case Term::Text: return "\xe2\x80\x9c" + text + "\xe2\x80\x9d";
    case Term::Query: return text;
    }
    return {};
}

Scope Scope::with(ScopeTerm term) const {
    Scope out = *this;
    if (contains(term))
        return out;
    if (replaces(term.kind))
        std::erase_if(out.terms_, [&](const ScopeTerm& t) { return sameSlot(t.kind, term.kind); });
    out.terms_.push_back(std::move(term));
    return out;
}

Scope Scope::without(size_t index) const {
    Scope out = *this;
    if (index < out.terms_.size())
        out.terms_.erase(out.terms_.begin() + static_cast<std::ptrdiff_t>(index));
    return out;
}

Scope Scope::without(std::span<const ScopeTerm::Kind> kinds) const {
    Scope out = *this;
    std::erase_if(out.terms_, [&](const ScopeTerm& term) { return std::find(kinds.begin(), kinds.end(), term.kind) != kinds.end(); });
    return out;
}

bool Scope::contains(const ScopeTerm& term) const {
    return std::find(terms_.begin(), terms_.end(), term) != terms_.end();
}

bool Scope::operator==(const Scope& other) const {
    return terms_.size() == other.terms_.size() &&
           std::all_of(terms_.begin(), terms_.end(), [&](const ScopeTerm& t) { return other.contains(t); });
}

ScopeResult evaluate(const Scope& scope, const traceql::Context& context, const StopToken& stop) {
    const SpanTable& table = *context.table;
    ScopeResult result;
    result.scope = scope;
    result.everything = scope.isEmpty();
    if (scope.isEmpty()) {
        result.spans = RowSet(table);
        for (uint32_t number = 0; number < table.segmentCount(); ++number)
            if (table.hasSegment(number)) {
                const auto& flags = table.derivedAt(number).flags;
                result.spans.segment(number).setWhere([&](size_t i) { return (flags[i] & kHidden) == 0; });
            }
        result.traces = BitSet(table.traceSlots());
        result.traces.setWhere([&](size_t t) { return table.summary(static_cast<TraceIndex>(t)).spans > 0; });
        result.spanCount = table.spanCount();
        result.traceCount = table.traceCount();
        return result;
    }
    traceql::ParseError error;
    const auto query = traceql::parse(scope.toText(), error);
    if (!query) // a scope beyond all bounds
        throw std::runtime_error("The scope cannot be worked out: " + error.message);
    traceql::Result found = traceql::evaluate(*query, context, stop);
    result.spans = std::move(found.spans);
    result.traces = std::move(found.traces);
    result.spanCount = found.spanCount;
    result.traceCount = found.traceCount;
    result.problems = std::move(found.problems);
    return result;
}

TraceSides traceSides(const ScopeResult& selected, const Scope& baseline, const traceql::Context& context, const StopToken& stop) {
    TraceSides sides{selected.traces, BitSet(selected.traces.size())};
    if (baseline.isEmpty())
        for (TraceIndex trace = 0; trace < context.table->traceSlots(); ++trace) {
            if (!selected.traces[trace] && context.table->summary(trace).spans > 0)
                sides.others.set(trace);
        }
    else
        sides.others = evaluate(baseline, context, stop).traces;
    if (selected.everything)
        sides.selected -= sides.others;
    else
        sides.others -= sides.selected;
    return sides;
}

} // namespace aisle
