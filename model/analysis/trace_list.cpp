#include "analysis/trace_list.h"

#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace aisle {

namespace {

/// Traces with a span whose name or service holds the text, or whose id starts with it.
BitSet tracesWithText(const SpanTable& table, const std::string& text, const StopToken& stop) {
    std::vector<bool> names(table.stringCount()), services;
    for (uint32_t id = 0; id < table.stringCount(); ++id)
        names[id] = containsFolded(table.text(id), text);
    for (const std::string& service : table.services())
        services.push_back(containsFolded(service, text));
    BitSet traces(table.traceSlots());
    uint64_t n = 0;
    table.forEachRow([&](Row r) {
        if ((++n & 0xffff) == 0)
            stop.check();
        if (names[table.name(r)] || services[table.service(r)])
            traces.set(table.trace(r));
    });
    if (text.size() >= 4 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos)
        for (TraceIndex t = 0; t < table.traceSlots(); ++t)
            if (containsFolded(toHex(table.traceId(t)).substr(0, text.size()), text))
                traces.set(t);
    return traces;
}

BitSet tracesOfService(const SpanTable& table, const std::string& service) {
    BitSet traces(table.traceSlots());
    if (const auto number = table.serviceByName(service))
        table.forEachRow([&](Row r) {
            if (table.service(r) == *number)
                traces.set(table.trace(r));
        });
    return traces;
}

std::vector<TraceIndex> sorted(const SpanTable& table, BitSet wanted, const TraceFilter& filter, TraceColumn sort, bool descending, const StopToken& stop, const std::vector<int64_t>* keys) {
    if (!filter.text.empty())
        wanted &= tracesWithText(table, filter.text, stop);
    if (!filter.service.empty())
        wanted &= tracesOfService(table, filter.service);
    std::vector<TraceIndex> traces;
    wanted.forEach([&](size_t i) {
        const auto t = static_cast<TraceIndex>(i);
        const TraceSummary& s = table.summary(t);
        if (s.spans > 0 && (!filter.errorsOnly || s.errors > 0) && s.duration >= filter.minDuration &&
            (filter.maxDuration == 0 || s.duration <= filter.maxDuration))
            traces.push_back(t);
    });
    stop.check();

    // Text columns are sorted by the rank of the text, so that the comparisons are of integers.
    std::vector<uint32_t> rank;
    const auto ranked = [&](uint32_t count, auto&& text) {
        std::vector<uint32_t> order(count);
        for (uint32_t i = 0; i < count; ++i)
            order[i] = i;
        std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return text(a) < text(b); });
        rank.resize(count);
        for (uint32_t i = 0; i < count; ++i)
            rank[order[i]] = i;
    };
    if (sort == TraceColumn::Operation)
        ranked(table.stringCount(), [&](uint32_t id) { return table.text(id); });
    if (sort == TraceColumn::Service)
        ranked(static_cast<uint32_t>(table.services().size()), [&](uint32_t id) { return std::string_view(table.services()[id]); });
    const auto key = [&](TraceIndex t) -> int64_t {
        const TraceSummary& s = table.summary(t);
        switch (sort) {
        case TraceColumn::Start: return s.start;
        case TraceColumn::Operation: return s.root == kNoRow ? -1 : rank[table.name(s.root)];
        case TraceColumn::Service: return s.root == kNoRow ? -1 : rank[table.service(s.root)];
        case TraceColumn::Duration: return s.duration;
        case TraceColumn::Spans: return s.spans;
        case TraceColumn::Services: return s.services;
        case TraceColumn::Errors: return s.errors;
        case TraceColumn::Other: return keys == nullptr ? 0 : (*keys)[t];
        }
        return 0;
    };
    // Traces without a start come last, in both directions: they have no place in time. So do those without a value.
    constexpr int64_t kNone = std::numeric_limits<int64_t>::min();
    std::vector<std::tuple<bool, int64_t, bool, int64_t, TraceIndex>> keyed;
    keyed.reserve(traces.size());
    for (const TraceIndex t : traces) {
        const TraceSummary& s = table.summary(t);
        const int64_t by = key(t);
        const bool isLast = (sort == TraceColumn::Start && !s.hasStart) || (sort == TraceColumn::Other && by == kNone);
        keyed.emplace_back(isLast, isLast ? 0 : descending ? -by : by, !s.hasStart, s.start, t);
    }
    std::sort(keyed.begin(), keyed.end());
    for (size_t i = 0; i < keyed.size(); ++i)
        traces[i] = std::get<4>(keyed[i]);
    return traces;
}

} // namespace

std::vector<TraceIndex> traceList(const SpanTable& table, const ScopeResult& scope, const TraceFilter& filter, TraceColumn sort, bool descending, const StopToken& stop) {
    return sorted(table, scope.traces, filter, sort, descending, stop, nullptr);
}

std::vector<TraceIndex> traceOrder(const SpanTable& table, const TraceFilter& filter, TraceColumn sort, bool descending, const StopToken& stop, const std::vector<int64_t>* keys) {
    return sorted(table, BitSet(table.traceSlots(), true), filter, sort, descending, stop, keys);
}

std::vector<TraceIndex> inOrder(const std::vector<TraceIndex>& order, const BitSet& traces) {
    std::vector<TraceIndex> out;
    out.reserve(std::min(order.size(), traces.count()));
    for (const TraceIndex trace : order)
        if (traces[trace])
            out.push_back(trace);
    return out;
}

Tabular tabulateTraces(const SpanTable& table, const std::vector<TraceIndex>& traces, bool utc) {
    Tabular out;
    out.columns = {{"trace_id", "Trace", false},       {"start", "Start", false},      {"service", "Service", false},
                   {"operation", "Operation", false},  {"duration_ns", "Duration", true}, {"spans", "Spans", true},
                   {"services", "Services", true},     {"errors", "Errors", true}};
    for (const TraceIndex t : traces) {
        const TraceSummary& s = table.summary(t);
        out.rows.push_back({Cell(toHex(table.traceId(t))), s.hasStart ? Cell::time(s.start, utc) : Cell(),
                            Cell(std::string(s.root == kNoRow ? "" : table.serviceText(s.root))),
                            Cell(std::string(s.root == kNoRow ? "" : table.nameText(s.root))), Cell::duration(s.duration),
                            Cell::count(s.spans), Cell::count(s.services), Cell::count(s.errors)});
    }
    return out;
}

} // namespace aisle
