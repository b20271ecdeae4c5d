#include "service_graph/graph_difference.h"

#include "text/format.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace aisle {

namespace {

using Presence = GraphChange::Presence;

std::string digits(const char* format, double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

std::string plain(double value) { return digits("%.3g", value); }
std::string points(double share) { return digits("%+.1f", share * 100); }
std::string duration(double ns) { return formatDuration(std::llround(ns)); }
std::string signedDuration(double ns) { return (ns > 0 ? "+" : "") + duration(ns); }
std::string rateOf(double rate, RatePer per) { return per == RatePer::Second ? formatRate(rate) : plain(rate) + " per trace"; }

/// One end may be infinite, where there are too few calls to bound it.
template <typename F>
std::string interval(const Change& change, F&& format, const char* unit = "") {
    const std::string low = std::isfinite(change.low) ? format(change.low) : "", high = std::isfinite(change.high) ? format(change.high) : "";
    return "(95 %: " + (low.empty() ? high + unit + " or less" : high.empty() ? low + unit + " or more" : low + " to " + high + unit) + ")";
}

std::string appeared(const GraphChange& c, RatePer per) {
    const bool isNew = c.callsBefore == 0;
    const uint64_t calls = isNew ? c.callsAfter : c.callsBefore;
    std::string text = (isNew ? "New: " : "Gone: ") + counted(calls, "call", "calls");
    if (!c.rate.isClear())
        return text + ", too few to tell";
    text += ", " + rateOf(isNew ? c.rate.after : c.rate.before, per);
    if (const Change& errors = c.errorShare; errors.before + errors.after > 0)
        text += ", " + formatPercent(errors.before + errors.after) + " failed"; // one of them is 0
    return text;
}

std::string quantileText(const char* name, const Change& c) {
    return std::string(name) + (c.after > c.before ? " rose from " : " fell from ") + duration(c.before) + " to " + duration(c.after) + ' ' + interval(c, signedDuration);
}

/// Nothing for what has no bound, and for what was not measured.
Cell durationCell(double ns) { return std::isfinite(ns) ? Cell::duration(std::llround(ns)) : Cell(); }
Cell measuredCell(double ns, uint64_t times) { return times == 0 ? Cell() : durationCell(ns); }
Cell realCell(double value, std::string shown) { return std::isfinite(value) ? Cell::real(value, std::move(shown)) : Cell(); }

void addRate(std::vector<Cell>& row, const Change& c, RatePer per) {
    row.push_back(Cell::real(c.before, rateOf(c.before, per)));
    row.push_back(Cell::real(c.after, rateOf(c.after, per)));
    row.push_back(c.before > 0 ? Cell::real(c.after / c.before, plain(c.after / c.before)) : Cell());
    row.push_back(c.isTested ? realCell(c.low, plain(c.low)) : Cell());
    row.push_back(c.isTested ? realCell(c.high, plain(c.high)) : Cell());
}

void addErrors(std::vector<Cell>& row, const GraphChange& c) {
    const Change& share = c.errorShare;
    row.push_back(Cell::count(c.errorsBefore));
    row.push_back(Cell::count(c.errorsAfter));
    row.push_back(c.callsBefore == 0 ? Cell() : Cell::percent(share.before));
    row.push_back(c.callsAfter == 0 ? Cell() : Cell::percent(share.after));
    row.push_back(share.isTested ? realCell(share.low, points(share.low)) : Cell());
    row.push_back(share.isTested ? realCell(share.high, points(share.high)) : Cell());
}

void addQuantile(std::vector<Cell>& row, const Change& q, const GraphChange& c) {
    row.push_back(measuredCell(q.before, c.timedBefore));
    row.push_back(measuredCell(q.after, c.timedAfter));
    row.push_back(q.isTested ? durationCell(q.low) : Cell());
    row.push_back(q.isTested ? durationCell(q.high) : Cell());
}

std::vector<Cell> rowOf(const GraphDifference& difference, GraphDifference::Place place) {
    const ServiceGraph& graph = difference.graph;
    const GraphChange& c = difference.at(place);
    std::vector<Cell> row;
    const ServiceGraph::Node* from = nullptr; // of an edge
    const ServiceGraph::Node* to = nullptr;
    if (place.isNode) {
        const ServiceGraph::Node& node = graph.nodes[place.number];
        row = {Cell(node.name), Cell(std::string(nodeKindName(node.kind)))};
    } else {
        const ServiceGraph::Edge& edge = graph.edges[place.number];
        from = &graph.nodes[edge.from];
        to = &graph.nodes[edge.to];
        row = {Cell(from->name + " \xe2\x86\x92 " + to->name), Cell(std::string(edgeKindName(edge.kind)))};
    }
    row.push_back(durationCell(c.impact));
    row.emplace_back(c.sentence);
    row.emplace_back(c.isClear() ? 1 : 0, c.isClear() ? "yes" : "no");
    row.emplace_back(std::string(c.presence == Presence::Both ? "both" : c.presence == Presence::Added ? "added" : "removed"));
    row.push_back(durationCell(c.timeChange));
    row.push_back(Cell::real(c.errorChange, digits("%+.3g", c.errorChange)));
    row.push_back(Cell::count(c.callsBefore));
    row.push_back(Cell::count(c.callsAfter));
    addRate(row, c.rate, difference.per);
    addErrors(row, c);
    addQuantile(row, c.p50, c);
    addQuantile(row, c.p95, c);
    for (const ServiceGraph::Node* end : {from, to}) {
        row.push_back(end != nullptr ? Cell(end->name) : Cell());
        row.push_back(end != nullptr ? Cell(std::string(nodeKindName(end->kind))) : Cell());
    }
    return row;
}

} // namespace

std::string sentenceOf(const GraphChange& c, RatePer per) {
    std::vector<std::string> parts;
    if ((c.callsBefore == 0) != (c.callsAfter == 0))
        parts.push_back(appeared(c, per));
    else if (c.rate.isClear())
        parts.push_back(plain(c.rate.after / c.rate.before) + " times as many calls " + interval(c.rate, plain) + ": " + rateOf(c.rate.after, per) + ", before " + rateOf(c.rate.before, per));
    if (c.errorShare.isClear())
        parts.push_back(formatPercent(c.errorShare.after) + " failed, before " + formatPercent(c.errorShare.before) + ' ' + interval(c.errorShare, points, " points"));
    if (c.p50.isClear())
        parts.push_back(quantileText("p50", c.p50));
    if (c.p95.isClear())
        parts.push_back(quantileText("p95", c.p95));
    if (parts.empty())
        return c.isTested() ? "No clear change." : "Too few to tell.";
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : "; ") + part;
    return text + '.';
}

std::vector<GraphDifference::Place> placesOf(const GraphDifference& difference, ChangesOf which) {
    std::vector<GraphDifference::Place> places = difference.ranked;
    if (which != ChangesOf::All)
        std::erase_if(places, [&](const GraphDifference::Place& place) { return place.isNode != (which == ChangesOf::Nodes); });
    return places;
}

/// What a reader wants to know stands first: the window shows the first eight columns or so.
Tabular tabulate(const GraphDifference& difference, ChangesOf which) {
    Tabular out;
    out.columns = {{"what", "What"},
                   {"kind", "Kind"},
                   {"impact_ns", "Impact per trace", true},
                   {"sentence", "Change"},
                   {"clear", "Clear"},
                   {"presence", "In"},
                   {"time_change_ns", "Time per trace", true},
                   {"error_change", "Failures per 1,000 traces", true},
                   {"calls_before", "Calls before", true},
                   {"calls_after", "Calls after", true},
                   {"rate_before", "Rate before", true},
                   {"rate_after", "Rate after", true},
                   {"rate_ratio", "Times", true},
                   {"rate_ratio_low", "Times at least", true},
                   {"rate_ratio_high", "Times at most", true},
                   {"errors_before", "Errors before", true},
                   {"errors_after", "Errors after", true},
                   {"error_share_before", "Error share before", true},
                   {"error_share_after", "Error share after", true},
                   {"error_share_change_low", "Error share at least", true},
                   {"error_share_change_high", "Error share at most", true},
                   {"p50_before_ns", "p50 before", true},
                   {"p50_after_ns", "p50 after", true},
                   {"p50_change_low_ns", "p50 change at least", true},
                   {"p50_change_high_ns", "p50 change at most", true},
                   {"p95_before_ns", "p95 before", true},
                   {"p95_after_ns", "p95 after", true},
                   {"p95_change_low_ns", "p95 change at least", true},
                   {"p95_change_high_ns", "p95 change at most", true},
                   {"from", "From"},
                   {"from_kind", "From kind"},
                   {"to", "To"},
                   {"to_kind", "To kind"}};
    for (const GraphDifference::Place place : placesOf(difference, which))
        out.rows.push_back(rowOf(difference, place));
    out.notes.push_back(counted(difference.tracesBefore, "trace", "traces") + " before, " + formatCount(difference.tracesAfter) + " after. Changes lie within their bounds with 95 % confidence for all " +
                        counted(difference.tested, "interval", "intervals") + " together, with traces as the independent units; no bound: too few calls.");
    out.notes.push_back("Impact is time per trace: what calls take more or less (services: themselves, without what they call), and " + formatDuration(difference.failure) +
                        " for each failed call more or less, the median duration of a trace. It counts what is clear, where nothing is, everything.");
    return out;
}

} // namespace aisle
