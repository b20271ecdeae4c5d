// Bottlenecks in sentences and as a table.

#include "orders/bottlenecks.h"
#include "text/format.h"
#include "text/utf8.h"

#include <array>
#include <cstdio>

namespace aisle {

namespace {

constexpr double kWorthNaming = 0.3; // an operation with less of the time explains little

/// "inventory-2 of inventory"
std::string placeOf(const Bottleneck& b) { return (b.instance.empty() ? "" : shortened(b.instance) + " of ") + shortened(b.service); }

std::string chanceWords(double p) {
    if (p < 0.001)
        return "<0.001";
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.2g", p);
    return text.data();
}

std::string operationWords(const Bottleneck& b) { return shortened(b.operation) + (b.operationService == b.service ? "" : " of " + shortened(b.operationService)); }

std::string repeatsSentence(const Bottleneck& b) {
    std::string out = shortened(b.stageName) + " failed at " + placeOf(b) + " and was tried again for " + counted(b.orders.size(), "order", "orders") + ", which took " + formatDuration(b.p50) + " (p50) until the end of the next attempt";
    if (b.imbalance)
        out += "; it fails more often there than at the others";
    if (!b.operation.empty())
        out += "; " + formatPercent(b.operationShare) + " of the failures began with " + operationWords(b);
    return out + ".";
}

std::vector<Cell> rowOf(const Bottleneck& b, const JourneyState& state) {
    const SpanTable& table = *state.table;
    const auto text = [](const std::string& value) { return value.empty() ? Cell() : Cell(value); };
    const Row row = b.examples.empty() ? kNoRow : b.examples.front().row;
    return {Cell(sentenceOf(b)),
            Cell(1, "yes"),
            Cell::percent(b.share),
            Cell::duration(b.excess),
            Cell::count(b.orders.size()),
            Cell::duration(b.excessP50),
            Cell::duration(b.excessP90),
            Cell(b.stageName),
            Cell(std::string(kindWord(b.kind))),
            text(b.service),
            text(b.instance),
            text(b.operation),
            text(b.operationService),
            b.operation.empty() ? Cell() : Cell::percent(b.operationShare),
            Cell::count(b.visits),
            Cell::duration(b.p50),
            Cell::duration(b.p90),
            b.kind == Bottleneck::Kind::Repeats ? Cell() : Cell::duration(b.usual),
            b.saturation ? Cell::percent(b.saturation->share()) : Cell(),
            b.saturation ? Cell::percent(b.saturation->chance) : Cell(),
            b.saturation ? Cell::percent(b.saturation->busy) : Cell(),
            b.imbalance ? Cell::real(b.imbalance->q, chanceWords(b.imbalance->q)) : Cell(),
            b.examples.empty() ? Cell() : Cell(state.cases().cases()[b.examples.front().number].value),
            row == kNoRow ? Cell() : Cell(toHex(table.traceId(table.trace(row)))),
            row == kNoRow ? Cell() : Cell(toHex(table.id(row)))};
}

} // namespace

std::string_view kindWord(Bottleneck::Kind kind) {
    switch (kind) {
    case Bottleneck::Kind::Queue: return "queue";
    case Bottleneck::Kind::HandOver: return "hand-over";
    case Bottleneck::Kind::Work: return "work";
    case Bottleneck::Kind::Repeats: return "repeats";
    }
    return {};
}

std::string sentenceOf(const Bottleneck& b) {
    if (b.kind == Bottleneck::Kind::Repeats)
        return repeatsSentence(b);
    const bool isWork = b.kind == Bottleneck::Kind::Work;
    std::string out;
    if (isWork)
        out = shortened(b.stageName) + " takes " + formatDuration(b.p50) + " (p50) at " + placeOf(b);
    else
        out = "Orders wait " + formatWait(b.p50) + " (p50) " + (b.kind == Bottleneck::Kind::Queue ? "in the queue for " : "for ") + shortened(b.stageName) + " at " + placeOf(b);
    if (b.imbalance)
        out += ", against " + (isWork ? formatDuration(b.imbalance->othersP50) : formatWait(b.imbalance->othersP50)) + " at the others";
    if (b.saturation)
        out += (b.imbalance ? "; it works without a pause: " : ", which works without a pause: ") + formatPercent(b.saturation->share()) + " of those that waited began right after the one before";
    if (!b.operation.empty() && b.operationShare >= kWorthNaming)
        out += "; " + operationWords(b) + " takes " + formatPercent(b.operationShare) + " of its time";
    return out + ".";
}

std::string sentenceOf(const LongWait& wait) {
    std::string out = "Orders wait " + formatDuration(wait.p50) + " (p50) for " + shortened(wait.stageName) + ", " + formatDuration(wait.p90) + " (p90)";
    if (wait.isCompared)
        return out + "; it is alike for all and no bottleneck.";
    if (wait.busy < Saturation::kLeastBusy)
        return out + "; those that do it have time to spare, so it is no bottleneck.";
    return out + "; nothing says that it is a bottleneck.";
}

std::string figuresOf(const Bottleneck& b) {
    std::string out = formatDuration(b.excess) + " over " + counted(b.orders.size(), "order", "orders") + ", " + formatPercent(b.share) + " of the time of all orders; by order " + formatDuration(b.excessP50) + " (p50), " +
                      formatDuration(b.excessP90) + " (p90)";
    if (b.saturation)
        out += "; busy for " + formatPercent(b.saturation->busy) + " of the time in which something waited";
    if (b.imbalance)
        out += "; q " + chanceWords(b.imbalance->q);
    return out;
}

std::vector<std::string> bottleneckNotes(const Bottlenecks& all) {
    if (!all.problem.empty())
        return {all.problem};
    std::vector<std::string> notes;
    const std::string looked = "Waits, work and repeats of " + counted(all.orders, "order", "orders") + " at each stage and instance, with " + counted(all.compared, "comparison", "comparisons") + " of instances";
    if (all.found.empty())
        notes.push_back("No bottleneck was found. " + looked + (all.compared == 1 ? " was" : " were") + " looked at.");
    else
        notes.push_back(looked + "; a bottleneck is an instance that works without a pause while orders wait, or that takes longer than the others of its service (Mann-Whitney test, Benjamini-Hochberg, at least " +
                        formatCount(Bottlenecks::kLeastVisits) + " visits on each side, 1.5 times the median), or what had to be tried again.");
    if (!all.found.empty() || !all.longest.empty())
        notes.emplace_back("Waits are of every visit, but for those of another attempt after a failure, which count as repeats.");
    if (all.small > 0)
        notes.push_back(formatCount(all.small) + (all.small == 1 ? " more costs" : " more cost") + " less than " + formatPercent(Bottlenecks::kLeastShare) + " of the time of all orders" + (all.small == 1 ? "" : " each") + ".");
    if (!all.found.empty())
        notes.push_back("The time of a bottleneck is what its orders took longer than usual: than the median at the other instances, or where there are none than there without a queue. The same time may count in more than one.");
    return notes;
}

Tabular tabulateBottlenecks(const Bottlenecks& all, const JourneyState& state) {
    Tabular out;
    out.columns = {{"sentence", "Where orders lose time"},
                   {"bottleneck", "Bottleneck"},
                   {"share", "Share of lead time", true},
                   {"excess_ns", "Time lost", true},
                   {"orders", "Orders", true},
                   {"excess_p50_ns", "by order p50", true},
                   {"excess_p90_ns", "by order p90", true},
                   {"stage", "Stage"},
                   {"kind", "Kind"},
                   {"service", "Service"},
                   {"instance", "Instance"},
                   {"operation", "Operation"},
                   {"operation_service", "Its service"},
                   {"operation_share", "Its share", true},
                   {"visits", "Visits", true},
                   {"p50_ns", "p50", true},
                   {"p90_ns", "p90", true},
                   {"usual_ns", "Usual", true},
                   {"back_to_back", "Back to back", true},
                   {"back_to_back_by_chance", "by chance", true},
                   {"busy", "Busy", true},
                   {"q", "q", true},
                   {"example_order", "Example", false, {}, state.cases().attribute()},
                   {"example_trace", "Trace"},
                   {"example_span", "Span"}};
    for (const Bottleneck& one : all.found)
        out.rows.push_back(rowOf(one, state));
    for (const LongWait& one : all.longest) {
        std::vector<Cell> row(out.columns.size());
        row[0] = Cell(sentenceOf(one));
        row[1] = Cell(0, "no");
        row[7] = Cell(one.stageName);
        row[8] = Cell("wait");
        row[14] = Cell::count(one.visits);
        row[15] = Cell::duration(one.p50);
        row[16] = Cell::duration(one.p90);
        out.rows.push_back(std::move(row));
    }
    out.notes = bottleneckNotes(all);
    return out;
}

} // namespace aisle
