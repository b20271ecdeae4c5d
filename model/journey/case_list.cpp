#include "journey/case_list.h"

#include "analysis/saturating.h"
#include "journey/causal_start.h"
#include "orders/fulfilment_log.h"

#include <algorithm>

namespace aisle {

namespace {

int64_t rankOf(const JourneyState& state, const CaseTotals& totals, CaseNumber number, CaseOrder order) {
    const CaseIndex::Case& one = state.cases().cases()[number];
    switch (order) {
    case CaseOrder::Value:
    case CaseOrder::Start: return one.start;
    case CaseOrder::Duration: return timeBetween(one.start, one.end);
    case CaseOrder::Traces: return static_cast<int64_t>(one.traces.size());
    case CaseOrder::Spans: return static_cast<int64_t>(totals.spans[number]);
    case CaseOrder::Errors: return static_cast<int64_t>(totals.errors[number]);
    case CaseOrder::Stage:
        if (state.orders)
            return state.orders->reached[number] == kNoStage ? 0 : int64_t(state.orders->reached[number]) + 1;
        return progressOf(state, number).last;
    case CaseOrder::Outcome: return static_cast<int64_t>(outcomeOf(progressOf(state, number)));
    }
    return 0;
}

/// Orders are done where other cases have converted.
std::string outcomeWord(const JourneyState& state, CaseNumber number) {
    const CaseOutcome outcome = outcomeOf(progressOf(state, number));
    return state.orders && outcome == CaseOutcome::Converted ? "done" : std::string(outcomeName(outcome));
}

} // namespace

std::string_view stageOf(const JourneyState& state, CaseNumber number) {
    if (state.orders)
        return state.orders->reachedName(number);
    const uint32_t last = progressOf(state, number).last;
    return last == 0 || last > state.everything.stages.size() ? std::string_view() : std::string_view(state.everything.stages[last - 1].name);
}

CaseTotals caseTotals(const JourneyState& state) {
    const auto& cases = state.cases().cases();
    CaseTotals out{std::vector<uint64_t>(cases.size(), 0), std::vector<uint64_t>(cases.size(), 0)};
    for (CaseNumber c = 0; c < cases.size(); ++c)
        for (const TraceIndex t : cases[c].traces) {
            out.spans[c] += state.table->summary(t).spans;
            out.errors[c] += state.table->summary(t).errors;
        }
    return out;
}

std::vector<CaseNumber> listCases(const JourneyState& state, const CaseTotals& totals, const std::vector<bool>& only, const CaseFilter& filter, CaseOrder order, bool descending, const StopToken& stop) {
    const auto& cases = state.cases().cases();
    std::vector<std::pair<int64_t, CaseNumber>> found;
    for (CaseNumber c = 0; c < cases.size() && c < only.size(); ++c) {
        if ((c & 0xfff) == 0)
            stop.check();
        if (only[c] && passes(state, c, filter))
            found.emplace_back(rankOf(state, totals, c, order), c); // numbers are by start
    }
    if (order == CaseOrder::Value)
        std::sort(found.begin(), found.end(), [&](const auto& a, const auto& b) { return descending ? cases[b.second].value < cases[a.second].value : cases[a.second].value < cases[b.second].value; });
    else if (order != CaseOrder::Start)
        std::sort(found.begin(), found.end(), [&](const auto& a, const auto& b) { return a.first != b.first ? (a.first < b.first) != descending : a.second < b.second; });
    else if (descending)
        std::reverse(found.begin(), found.end());
    std::vector<CaseNumber> out;
    out.reserve(found.size());
    for (const auto& [rank, number] : found)
        out.push_back(number);
    return out;
}

Tabular tabulateCases(const JourneyState& state, const CaseTotals& totals, const std::vector<CaseNumber>& cases, bool utc, const StopToken& stop) {
    Tabular out;
    const std::string title = state.cases().key().title;
    out.columns = {{"case", title.empty() ? "Case" : title}, {"start", "Start"}, {"first_to_last_ns", "First to last", true}, {"traces", "Traces", true}, {"spans", "Spans", true}, {"errors", "Errors", true},
                   {"came_to", "Came to"},                   {"outcome", "Outcome"}};
    out.columns.front().valuesOf = state.cases().attribute();
    for (const CaseNumber c : cases) {
        if ((out.rows.size() & 0xfff) == 0)
            stop.check();
        const CaseIndex::Case& one = state.cases().cases()[c];
        const bool hasStart = state.table->summary(one.traces.front()).hasStart;
        out.rows.push_back({Cell(one.value), hasStart ? Cell::time(one.start, utc) : Cell(), hasStart ? Cell::duration(timeBetween(one.start, one.end)) : Cell(), Cell::count(one.traces.size()),
                            Cell::count(totals.spans[c]), Cell::count(totals.errors[c]), state.definition ? Cell(std::string(stageOf(state, c))) : Cell(),
                            state.definition ? Cell(outcomeWord(state, c)) : Cell()});
    }
    return out;
}

CaseStory caseStory(const JourneyState& state, CaseNumber number) {
    CaseStory out;
    out.number = number;
    const SpanTable& table = *state.table;
    const auto& all = state.everything;
    const auto fills = [&](Row row) {
        for (size_t k = 0; k < all.stages.size() && number < all.progress.size(); ++k)
            if (all.rows[all.at(number, k)] == row)
                return true;
        return false;
    };
    std::vector<TraceIndex> numbers(state.cases().cases()[number].traces.begin(), state.cases().cases()[number].traces.end());
    std::sort(numbers.begin(), numbers.end());
    for (const TraceIndex t : numbers) {
        const TraceSummary& s = table.summary(t);
        out.entries.push_back({s.hasStart ? std::optional(s.start) : std::nullopt, s.root, t, true, {}, false});
    }
    for (const StageEvent& event : state.events) {
        const TraceIndex t = table.trace(event.row);
        if (state.cases().caseOf(t) != number)
            continue;
        std::string names;
        const auto say = [&](const std::string& name) { names += (names.empty() ? "" : ", ") + name; };
        for (size_t k = 0; k < all.stages.size(); ++k)
            if ((event.stages >> k & 1) != 0)
                say(all.stages[k].name);
        for (size_t x = 0; state.definition && x < state.definition->exclusions.size(); ++x)
            if ((event.exclusions >> x & 1) != 0)
                say(state.definition->exclusions[x].name);
        out.entries.push_back({causalStart(table, event.row), event.row, t, false, std::move(names), fills(event.row)});
    }
    std::stable_sort(out.entries.begin(), out.entries.end(), [&](const CaseStory::Entry& a, const CaseStory::Entry& b) {
        return std::tuple(!a.time, a.time, !a.isTrace, a.row) < std::tuple(!b.time, b.time, !b.isTrace, b.row);
    });
    return out;
}

Tabular tabulate(const JourneyState& state, const CaseStory& story, bool utc) {
    Tabular out;
    out.columns = {{"time", "Time"}, {"what", "What"}, {"stage", "Stage"}, {"service", "Service"}, {"operation", "Operation"}, {"duration_ns", "Duration", true}, {"spans", "Spans", true},
                   {"errors", "Errors", true}, {"trace", "Trace"}, {"belongs_by", "Belongs by"}};
    const SpanTable& table = *state.table;
    for (const CaseStory::Entry& e : story.entries) {
        const TraceSummary& s = table.summary(e.trace);
        out.rows.push_back({e.time ? Cell::time(*e.time, utc) : Cell(), Cell(std::string(e.isTrace ? "trace" : e.fills ? "stage" : "event")), Cell(e.stage),
                            e.row == kNoRow ? Cell() : Cell(std::string(table.serviceText(e.row))), e.row == kNoRow ? Cell() : Cell(std::string(table.nameText(e.row))),
                            Cell::duration(e.isTrace ? s.duration : std::max<int64_t>(0, table.duration(e.row))), e.isTrace ? Cell::count(s.spans) : Cell(),
                            e.isTrace ? Cell::count(s.errors) : Cell::count(table.isError(e.row) ? 1 : 0), Cell(toHex(table.traceId(e.trace))),
                            e.isTrace ? Cell(state.cases().tieWords(e.trace)) : Cell()});
    }
    const CaseNumber c = story.number;
    const std::string_view stage = stageOf(state, c);
    if (state.definition)
        out.notes.push_back(state.definition->name + ": " + (stage.empty() ? std::string(outcomeName(CaseOutcome::NotEntered)) : "came to " + std::string(stage) + ", " + outcomeWord(state, c)) + ".");
    return out;
}

} // namespace aisle
