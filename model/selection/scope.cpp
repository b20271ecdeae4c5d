#include "selection/scope.h"

#include "cases/case_index.h"
#include "cases/journey.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>
#include <limits>

namespace aisle {

namespace {

using Term = ScopeTerm::Kind;

std::string literal(std::string_view text) {
    std::string out;
    appendJsonString(out, text);
    return out;
}

/// A name within an edge: an arrow in it is not the edge's (the parser takes the backslashes away).
std::string edgeName(std::string_view name) {
    std::string out;
    for (size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '\\' || name.substr(i, 2) == "->")
            out += '\\';
        out += name[i];
    }
    return out;
}

std::string dateTimes(int64_t from, int64_t to) { return formatRfc3339(from) + "/" + formatRfc3339(to); }

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
    return kind == Term::Time || kind == Term::TraceDuration || kind == Term::Stage || kind == Term::Dropped;
}

/// Of which a trace matches one at most, so that one for all of the kind is enough.
bool isAnyOf(Term kind) { return kind == Term::Trace || kind == Term::Case || kind == Term::File; }

bool sameSlot(Term a, Term b) {
    const auto stage = [](Term k) { return k == Term::Stage || k == Term::Dropped; };
    return a == b || (stage(a) && stage(b));
}

bool containsFolded(std::string_view text, std::string_view wanted) {
    const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(),
                       [&](char a, char b) { return fold(a) == fold(b); }) != text.end();
}

/// Decides about one span (span terms) or one trace (trace terms); set up once per evaluation.
class Matcher {
public:
    Matcher(const SpanTable& table, const ScopeTerm& term, const ScopeContext& context, std::vector<std::string>& problems)
        : table_(table), term_(term) {
        switch (term.kind) {
        case Term::Service:
            if (const auto found = table.serviceByName(term.text))
                number_ = *found;
            else
                problems.push_back("No service here is called " + term.text + ".");
            break;
        case Term::Name:
            names_.resize(table.stringCount());
            for (uint32_t id = 0; id < table.stringCount(); ++id)
                names_[id] = table.text(id) == term.text;
            break;
        case Term::Text:
            names_.resize(table.stringCount());
            for (uint32_t id = 0; id < table.stringCount(); ++id)
                names_[id] = containsFolded(table.text(id), term.text);
            for (const std::string& service : table.services())
                services_.push_back(containsFolded(service, term.text));
            break;
        case Term::File:
            for (const FileInfo& file : table.files())
                if (file.name == term.text)
                    ranges_.emplace_back(file.firstRow, file.firstRow + file.rows);
            if (ranges_.empty())
                problems.push_back("No file of this workspace is called " + term.text + ".");
            break;
        case Term::Edge:
            if (context.edgeRows != nullptr && context.graph != nullptr) {
                if (auto rows = context.edgeRows(context.graph, term.text, term.other)) {
                    rows_ = std::move(*rows);
                    std::sort(rows_.begin(), rows_.end());
                }
            }
            if (rows_.empty())
                problems.push_back("No call from " + term.text + " to " + term.other + " is in this workspace.");
            break;
        case Term::Trace: prepareTrace(problems); break;
        case Term::Case:
        case Term::Stage:
        case Term::Dropped: prepareCases(context, problems); break;
        default: break;
        }
    }

    bool span(Row r) const {
        switch (term_.kind) {
        case Term::Service: return table_.service(r) == number_;
        case Term::Name: return names_[table_.name(r)];
        case Term::Error: return table_.isError(r);
        case Term::Time: return table_.start(r) >= term_.from && table_.start(r) < term_.to;
        case Term::File:
            return std::any_of(ranges_.begin(), ranges_.end(),
                               [r](const auto& range) { return r >= range.first && r < range.second; });
        case Term::Edge: return std::binary_search(rows_.begin(), rows_.end(), r);
        case Term::Text: return names_[table_.name(r)] || services_[table_.service(r)];
        default: return traces_.size() != 0 ? traces_[table_.trace(r)] : trace(table_.trace(r));
        }
    }

private:
    bool trace(TraceIndex t) const {
        const int64_t duration = table_.summary(t).duration;
        return (term_.from == 0 || duration >= term_.from) && (term_.to == 0 || duration <= term_.to);
    }

    void prepareTrace(std::vector<std::string>& problems) {
        traces_ = BitSet(table_.traceSlots());
        auto id = traceIdFromHex(term_.text);
        if (!id)
            id = traceIdFromText(term_.text);
        if (const auto found = table_.findTrace(*id))
            traces_.set(*found);
        else
            problems.push_back("No trace here has the id " + term_.text + ".");
        if (traces_.size() == 0)
            traces_ = BitSet(1);
    }

    void prepareCases(const ScopeContext& context, std::vector<std::string>& problems) {
        traces_ = BitSet(std::max(1U, table_.traceSlots()));
        if (context.cases == nullptr || (term_.kind != Term::Case && context.funnel == nullptr)) {
            problems.emplace_back("The journey is not worked out yet.");
            return;
        }
        const auto add = [&](CaseNumber number) {
            for (const TraceIndex t : context.cases->cases()[number].traces)
                if (t < table_.traceSlots())
                    traces_.set(t);
        };
        if (term_.kind == Term::Case) {
            if (const CaseNumber number = context.cases->find(term_.text); number != kNoCase)
                add(number);
            else
                problems.push_back("No case here is " + term_.text + ".");
            return;
        }
        const auto& stages = context.funnel->stages;
        const auto found = std::find_if(stages.begin(), stages.end(), [&](const FunnelStage& s) { return s.name == term_.text; });
        if (found == stages.end()) {
            problems.push_back("The journey has no stage " + term_.text + ".");
            return;
        }
        const auto stage = static_cast<uint32_t>(found - stages.begin());
        for (CaseNumber number = 0; number < context.funnel->progress.size(); ++number) {
            const CaseProgress& p = context.funnel->progress[number];
            if (term_.kind == Term::Stage ? p.stagesReached > stage : p.stagesReached == stage + 1 && !p.isOpen)
                add(number);
        }
    }

    const SpanTable& table_;
    const ScopeTerm& term_;
    uint32_t number_ = 0xffffffffU;
    std::vector<bool> names_, services_;
    std::vector<std::pair<uint64_t, uint64_t>> ranges_;
    std::vector<Row> rows_;
    BitSet traces_;
};

} // namespace

std::string ScopeTerm::toText() const {
    switch (kind) {
    case Term::Service: return "resource.service.name = " + literal(text);
    case Term::Name: return "span:name = " + literal(text);
    case Term::Error: return "aisle:error = true";
    case Term::TraceDuration: {
        std::string out = from > 0 ? "trace:duration >= " + formatDurationLiteral(from) : std::string();
        if (to > 0)
            out += (out.empty() ? "" : " && ") + ("trace:duration <= " + formatDurationLiteral(to));
        return out.empty() ? "trace:duration >= 0s" : out;
    }
    case Term::Time: return "aisle:time = \"" + dateTimes(from, to) + "\"";
    case Term::Trace: return "trace:id = " + literal(text);
    case Term::File: return "aisle:file = " + literal(text);
    case Term::Edge: return "aisle:edge = " + literal(edgeName(text) + " -> " + edgeName(other));
    case Term::Case: return "aisle:case = " + literal(text);
    case Term::Stage: return "aisle:stage = " + literal(text);
    case Term::Dropped: return "aisle:dropped = " + literal(text);
    case Term::Text: return "aisle:text = " + literal(text);
    }
    return {};
}

std::string ScopeTerm::toWords(TimeZone zone) const {
    switch (kind) {
    case Term::Service: return "service " + text;
    case Term::Name: return "operation " + text;
    case Term::Error: return "errors";
    case Term::TraceDuration:
        if (from > 0 && to > 0)
            return "trace " + formatDuration(from) + " to " + formatDuration(to);
        return to > 0 ? "trace at most " + formatDuration(to) : "trace at least " + formatDuration(from);
    case Term::Time: return rangeWords(from, to, zone);
    case Term::Trace: return "trace " + text;
    case Term::File: return "file " + text;
    case Term::Edge: return text + " \xe2\x86\x92 " + other;
    case Term::Case: return "case " + text;
    case Term::Stage: return "stage " + text;
    case Term::Dropped: return "stage " + text + ": stopped";
    case Term::Text: return "\xe2\x80\x9c" + text + "\xe2\x80\x9d";
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

bool Scope::contains(const ScopeTerm& term) const {
    return std::find(terms_.begin(), terms_.end(), term) != terms_.end();
}

bool Scope::operator==(const Scope& other) const {
    return terms_.size() == other.terms_.size() &&
           std::all_of(terms_.begin(), terms_.end(), [&](const ScopeTerm& t) { return other.contains(t); });
}

std::string Scope::toText() const {
    // TraceQL's { } is about one span, which has one service: several terms of one kind become several spansets,
    // each with every term of the other kinds.
    std::vector<std::vector<const ScopeTerm*>> spansets(1);
    std::vector<Term> kinds;
    for (const ScopeTerm& term : terms_)
        if (std::find(kinds.begin(), kinds.end(), term.kind) == kinds.end())
            kinds.push_back(term.kind);
    for (const Term kind : kinds) {
        std::vector<std::vector<const ScopeTerm*>> longer;
        for (const auto& spanset : spansets) {
            for (const ScopeTerm& term : terms_) {
                if (term.kind != kind)
                    continue;
                longer.push_back(spanset);
                longer.back().push_back(&term);
            }
        }
        spansets = std::move(longer);
    }
    std::string out;
    for (const auto& spanset : spansets) {
        out += out.empty() ? "{ " : " && { ";
        for (size_t i = 0; i < spanset.size(); ++i)
            out += (i > 0 ? " && " : "") + spanset[i]->toText();
        out += spanset.empty() ? "}" : " }";
    }
    return out;
}

ScopeResult evaluate(const SpanTable& table, const Scope& scope, const ScopeContext& context, const StopToken& stop) {
    ScopeResult result;
    result.everything = scope.isEmpty();
    result.spans = RowSet(table);
    result.traces = BitSet(table.traceSlots());
    const auto& terms = scope.terms();
    if (terms.empty()) {
        table.forEachRow([&](Row r) { result.spans.set(r); });
        for (TraceIndex t = 0; t < table.traceSlots(); ++t)
            if (table.summary(t).spans > 0)
                result.traces.set(t);
        result.spanCount = table.spanCount();
        result.traceCount = table.traceCount();
        return result;
    }

    std::vector<Matcher> matchers;
    matchers.reserve(terms.size());
    for (const ScopeTerm& term : terms)
        matchers.emplace_back(table, term, context, result.problems);
    // Per span: which terms match. Within a kind any, over kinds all; per trace every term once, of some kinds any.
    std::vector<uint32_t> kindOf(terms.size());
    std::vector<size_t> bitOf(terms.size());
    for (size_t i = 0; i < terms.size(); ++i) {
        kindOf[i] = static_cast<uint32_t>(terms[i].kind);
        const auto same = isAnyOf(terms[i].kind) ? std::find_if(terms.begin(), terms.end(), [&](const ScopeTerm& t) { return t.kind == terms[i].kind; })
                                                 : terms.begin() + static_cast<std::ptrdiff_t>(i);
        bitOf[i] = static_cast<size_t>(same - terms.begin());
    }
    uint32_t allKinds = 0;
    for (const uint32_t kind : kindOf)
        allKinds |= 1U << kind;
    const bool fewTerms = terms.size() <= 64; // a mask per trace; more terms than that nobody clicks together
    std::vector<uint64_t> seen(fewTerms ? table.traceSlots() : 0);
    uint64_t allTerms = 0;
    for (const size_t bit : bitOf)
        allTerms |= uint64_t(1) << (bit & 63);
    uint64_t visited = 0;
    table.forEachRow([&](Row r) {
        if ((++visited & 0xffff) == 0)
            stop.check();
        uint32_t kinds = 0;
        uint64_t mask = 0;
        for (size_t i = 0; i < terms.size(); ++i) {
            if (matchers[i].span(r)) {
                kinds |= 1U << kindOf[i];
                mask |= uint64_t(1) << (bitOf[i] & 63);
            }
        }
        if (kinds == allKinds) {
            result.spans.set(r);
            if (fewTerms)
                seen[table.trace(r)] |= mask;
            else
                result.traces.set(table.trace(r));
        }
    });
    for (TraceIndex t = 0; fewTerms && t < table.traceSlots(); ++t)
        if (seen[t] == allTerms)
            result.traces.set(t);
    RowSet kept(table);
    result.spans.forEach([&](Row r) {
        if (result.traces[table.trace(r)]) {
            kept.set(r);
            ++result.spanCount;
        }
    });
    result.spans = std::move(kept);
    result.traceCount = result.traces.count();
    return result;
}

} // namespace aisle
