#include "orders/dotted_chart.h"

#include "analysis/saturating.h"
#include "text/format.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace aisle {

namespace {

using Dot = DottedChart::Dot;
using Visit = FulfilmentLog::Visit;

std::span<const Visit> visitsOf(const FulfilmentLog& log, CaseNumber order) { return std::span(log.visits).subspan(log.first[order], log.first[order + 1] - log.first[order]); }

int64_t startOf(std::span<const Visit> visits) {
    return std::min_element(visits.begin(), visits.end(), [](const Visit& a, const Visit& b) { return a.start < b.start; })->start;
}

struct Line {
    CaseNumber order = kNoCase;
    int64_t start = 0, by = 0;
};

/// Where a visit is on the x axis.
int64_t xOf(const DottedChart& chart, const Visit& visit, int64_t orderStart) { return chart.asked.time == DottedTime::Absolute ? visit.start : timeBetween(orderStart, visit.start); }

} // namespace

std::string_view sortName(DottedSort sort) { return sort == DottedSort::Start ? "start" : sort == DottedSort::Lead ? "lead" : "stage"; }

uint32_t DottedChart::columnOf(int64_t x) const {
    const __int128 length = static_cast<__int128>(to) - from + 1;
    return static_cast<uint32_t>((static_cast<__int128>(x) - from) * columns / length);
}

uint32_t DottedChart::rowOf(size_t order) const { return static_cast<uint32_t>(order * rows / orders.size()); }

std::span<const CaseNumber> DottedChart::ordersOf(uint32_t row) const {
    const auto firstOf = [&](size_t r) { return (r * orders.size() + rows - 1) / rows; };
    return std::span(orders).subspan(firstOf(row), firstOf(row + size_t(1)) - firstOf(row));
}

std::span<const Dot> DottedChart::dotsAt(uint32_t row, uint32_t column) const {
    struct ByPlace {
        bool operator()(const Dot& dot, const std::pair<uint32_t, uint32_t>& place) const { return std::pair(dot.row, dot.column) < place; }
        bool operator()(const std::pair<uint32_t, uint32_t>& place, const Dot& dot) const { return place < std::pair(dot.row, dot.column); }
    };
    const auto [first, last] = std::equal_range(dots.begin(), dots.end(), std::pair(row, column), ByPlace());
    return {first, last};
}

DottedChart dottedChart(const FulfilmentLog& log, const std::vector<bool>& only, const DottedChartAsked& asked, const StopToken& stop) {
    DottedChart out;
    out.asked = asked;
    out.stages = log.stages;
    out.visitsOf.resize(log.stages.size());
    std::vector<Line> lines;
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        const auto visits = visitsOf(log, c);
        if (!only[c] || visits.empty())
            continue;
        Line line{c, startOf(visits)};
        if (asked.sort == DottedSort::Lead)
            line.by = log.lead[c];
        if (asked.sort == DottedSort::LastStage)
            line.by = log.cameTo[c];
        lines.push_back(line);
    }
    if (lines.empty())
        return out;
    std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return std::tie(a.by, a.start, a.order) < std::tie(b.by, b.start, b.order); });
    out.columns = std::max<uint32_t>(1, asked.columns);
    out.rows = static_cast<uint32_t>(std::min<size_t>(lines.size(), std::max<uint32_t>(1, asked.rows)));
    for (const Line& line : lines) {
        out.orders.push_back(line.order);
        out.start.push_back(line.start);
    }
    out.from = asked.time == DottedTime::Absolute ? std::numeric_limits<int64_t>::max() : 0;
    out.to = asked.time == DottedTime::Absolute ? std::numeric_limits<int64_t>::min() : 0;
    for (const Line& line : lines)
        for (const Visit& visit : visitsOf(log, line.order)) {
            out.from = std::min(out.from, xOf(out, visit, line.start));
            out.to = std::max(out.to, xOf(out, visit, line.start));
        }
    // Row by row, so that dots of one row alone are sorted.
    for (uint32_t row = 0; row < out.rows; ++row) {
        stop.check();
        std::vector<Dot> found;
        for (const CaseNumber& order : out.ordersOf(row)) {
            const int64_t start = out.start[static_cast<size_t>(&order - out.orders.data())];
            for (uint32_t v = log.first[order]; v < log.first[order + 1]; ++v) {
                const Visit& visit = log.visits[v];
                found.push_back({row, out.columnOf(xOf(out, visit, start)), visit.stage, 1, visit.failed ? 1U : 0U, v});
                ++out.visits;
                out.failed += visit.failed;
                ++out.visitsOf[visit.stage];
            }
        }
        const auto place = [](const Dot& dot) { return std::tie(dot.column, dot.stage); };
        std::stable_sort(found.begin(), found.end(), [&](const Dot& a, const Dot& b) { return place(a) < place(b); });
        for (size_t i = 0; i < found.size(); ++i) {
            if (i > 0 && place(found[i - 1]) == place(found[i])) {
                ++out.dots.back().count;
                out.dots.back().failed += found[i].failed;
            } else {
                out.dots.push_back(found[i]);
            }
        }
    }
    return out;
}

std::vector<uint32_t> visitsAt(const DottedChart& chart, const FulfilmentLog& log, uint32_t row, uint32_t column) {
    std::vector<uint32_t> out;
    for (const CaseNumber& order : chart.ordersOf(row)) {
        const int64_t start = chart.start[static_cast<size_t>(&order - chart.orders.data())];
        for (uint32_t v = log.first[order]; v < log.first[order + 1]; ++v)
            if (chart.columnOf(xOf(chart, log.visits[v], start)) == column)
                out.push_back(v);
    }
    return out;
}

std::vector<std::string> dottedNotes(const DottedChart& chart) {
    std::vector<std::string> out;
    if (chart.orders.empty())
        return {"No order of the scope came to a stage."};
    out.push_back(counted(chart.visits, "visit", "visits") + " of stages by " + counted(chart.orders.size(), "order", "orders") + (chart.failed > 0 ? ", " + formatCount(chart.failed) + " failed." : "."));
    return out;
}

Tabular tabulate(const DottedChart& chart, const FulfilmentLog& log, const JourneyState& state, uint64_t limit, bool utc) {
    Tabular out;
    out.columns = {{"order", "Order"}, {"stage", "Stage"}, {"attempt", "Attempt", true}, {"start", "Start"}, {"since_start_ns", "Since its start", true}, {"duration_ns", "Duration", true}, {"result", "Result"}, {"trace_id", "Trace"}};
    out.columns.front().valuesOf = state.cases().attribute();
    const size_t shown = limit > 0 ? std::min<size_t>(limit, chart.orders.size()) : chart.orders.size();
    for (size_t i = 0; i < shown; ++i)
        for (const Visit& v : visitsOf(log, chart.orders[i]))
            out.rows.push_back({Cell(state.cases().cases()[chart.orders[i]].value), Cell(chart.stages[v.stage]), Cell::count(v.attempt), Cell::time(v.start, utc), Cell::wait(timeBetween(chart.start[i], v.start)),
                                v.isUnfinished ? Cell() : Cell::duration(timeBetween(v.start, v.end)), Cell(std::string(v.failed ? "failed" : v.isUnfinished ? "not ended" : "")),
                                v.row == kNoRow ? Cell() : Cell(toHex(state.table->traceId(state.table->trace(v.row))))});
    out.notes = dottedNotes(chart);
    if (shown < chart.orders.size())
        out.notes.push_back(counted(chart.orders.size() - shown, "more order", "more orders") + " left out by --limit.");
    return out;
}

} // namespace aisle
