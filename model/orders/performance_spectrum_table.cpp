#include "orders/performance_spectrum.h"

#include "text/format.h"

namespace aisle {

namespace {

std::string quoted(const std::string& name) { return '"' + name + '"'; }
std::string share(uint64_t part, uint64_t all) { return formatPercent(all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all)); }

} // namespace

std::vector<std::string> spectrumNotes(const PerformanceSpectrum& s) {
    std::vector<std::string> out;
    const std::string pair = "from the end of " + quoted(s.from) + " to the start of " + quoted(s.to);
    const std::string have = s.waiting.size() == 1 ? "has" : "have";
    const std::string waits = s.waiting.empty() ? std::string() : counted(s.waiting.size(), "order", "orders") + " came to " + quoted(s.from) + (s.asked.directly ? " last and " + have + " not gone on." : " and " + have + " not come to " + quoted(s.to) + " yet.");
    if (s.segments.empty()) {
        out.push_back("No order went " + std::string(s.asked.directly ? "directly " : "") + pair + ".");
        if (!waits.empty())
            out.push_back(waits);
        return out;
    }
    out.push_back(counted(s.orders, "order", "orders") + " went " + counted(s.segments.size(), "time", "times") + (s.asked.directly ? " directly " : " ") + pair + ": half within " + formatDuration(s.p50) + ", 95 % within " + formatDuration(s.p95) +
                  ", the longest took " + formatDuration(s.longest) + ".");
    if (s.overlapping > 0)
        out.push_back("Of " + formatCount(s.overlapping) + " the visits overlap; they count as 0.");
    if (!waits.empty())
        out.push_back(waits);
    if (s.target > 0)
        out.push_back(formatCount(s.late) + " (" + share(s.late, s.segments.size()) + ") took longer than the target of " + formatDuration(s.target) + " from the start of the one to the start of the other.");
    out.push_back(s.overtakings == 0 ? "None overtook another." : counted(s.overtakings, "overtaking", "overtakings") + ": one that started later ended earlier. " + share(s.inOrder, s.segments.size()) + " kept their order.");
    if (!s.batches.empty()) {
        uint64_t segments = 0;
        for (const PerformanceSpectrum::Batch& batch : s.batches)
            segments += batch.segments;
        out.push_back(counted(s.batches.size(), "batch", "batches") + " of " + formatCount(segments) + " in all: at least 3 that ended at most " + formatDuration(s.batchGap) + " apart, although their starts are spread wider.");
    }
    if (s.blockageLimit == 0)
        out.push_back("Too few came through to tell a blockage.");
    else if (!s.blockages.empty())
        out.push_back(counted(s.blockages.size(), "blockage", "blockages") + ": for more than " + formatDuration(s.blockageLimit) + " (3 times the p95 of the gaps between two that came through) nothing came through although something was due.");
    return out;
}

Tabular tabulate(const PerformanceSpectrum& spectrum, const JourneyState& state, uint64_t limit, bool utc) {
    Tabular out;
    const bool hasTarget = spectrum.target > 0;
    out.columns = {{"order", "Order"}, {"start", "Start"}, {"end", "End"}, {"duration_ns", "Duration", true}, {"quartile", "Quarter", true, "1: the quickest"}, {"overtook", "Overtook", true}, {"overtaken_by", "Overtaken by", true}, {"batch", "Batch", true}};
    out.columns.front().valuesOf = state.cases().attribute();
    if (hasTarget)
        out.columns.push_back({"late", "Late"});
    out.columns.push_back({"from_trace", "From trace"});
    out.columns.push_back({"to_trace", "To trace"});
    const auto trace = [&](Row row) { return row == kNoRow ? Cell() : Cell(toHex(state.table->traceId(state.table->trace(row)))); };
    const size_t shown = limit > 0 ? std::min<size_t>(limit, spectrum.segments.size()) : spectrum.segments.size();
    for (size_t i = 0; i < shown; ++i) {
        const PerformanceSpectrum::Segment& s = spectrum.segments[i];
        std::vector<Cell> row{Cell(state.cases().cases()[s.order].value), Cell::time(s.start, utc), Cell::time(s.end, utc), Cell::wait(s.duration()), Cell::count(s.quartile + 1U), Cell::count(s.overtook), Cell::count(s.overtakenBy),
                              s.batch == PerformanceSpectrum::kNone ? Cell() : Cell::count(s.batch + uint64_t(1))};
        if (hasTarget)
            row.push_back(Cell(std::string(s.isLate ? "late" : "")));
        row.push_back(trace(s.fromRow));
        row.push_back(trace(s.toRow));
        out.rows.push_back(std::move(row));
    }
    out.notes = spectrumNotes(spectrum);
    if (shown < spectrum.segments.size())
        out.notes.push_back(formatCount(spectrum.segments.size() - shown) + " more left out by --limit.");
    return out;
}

Tabular tabulatePairs(const std::vector<StagePair>& pairs, const FulfilmentLog& log) {
    Tabular out;
    out.columns = {{"from", "From"}, {"to", "To"}, {"orders", "Orders", true}, {"times", "Times", true}, {"total_ns", "In all", true}, {"p50_ns", "p50", true}, {"p95_ns", "p95", true}, {"longest_ns", "Longest", true}};
    for (const StagePair& pair : pairs)
        out.rows.push_back({Cell(log.stages[pair.from]), Cell(log.stages[pair.to]), Cell::count(pair.orders), Cell::count(pair.segments), Cell::wait(pair.total), Cell::wait(pair.p50), Cell::wait(pair.p95), Cell::wait(pair.longest)});
    out.notes = {"From the end of a visit of the one stage to the start of the order's next visit, which is of the other."};
    return out;
}

Tabular tabulateBins(const PerformanceSpectrum& spectrum, bool utc) {
    Tabular out;
    out.columns = {{"time", "From"}, {"in", "In", true}, {"out", "Out", true}, {"waiting", "Waiting at the end", true}};
    for (uint32_t i = 0; i < spectrum.counts.size(); ++i) {
        const PerformanceSpectrum::Bin& bin = spectrum.counts[i];
        if (bin.in + bin.out + bin.waiting > 0)
            out.rows.push_back({Cell::time(spectrum.bins.startOf(i), utc), Cell::count(bin.in), Cell::count(bin.out), Cell::count(bin.waiting)});
    }
    out.notes = spectrumNotes(spectrum);
    if (!spectrum.counts.empty())
        out.notes.push_back("Each step is " + formatDuration(spectrum.bins.step) + " long.");
    return out;
}

Tabular tabulateBatches(const PerformanceSpectrum& spectrum, bool utc) {
    Tabular out;
    out.columns = {{"first_end", "First end"}, {"ends_ns", "Ends within", true}, {"first_start", "First start"}, {"starts_ns", "Starts within", true}, {"segments", "Orders", true}};
    for (const PerformanceSpectrum::Batch& batch : spectrum.batches)
        out.rows.push_back({Cell::time(batch.firstEnd, utc), Cell::wait(timeBetween(batch.firstEnd, batch.lastEnd)), Cell::time(batch.firstStart, utc), Cell::wait(timeBetween(batch.firstStart, batch.lastStart)), Cell::count(batch.segments)});
    out.notes = spectrumNotes(spectrum);
    return out;
}

Tabular tabulateBlockages(const PerformanceSpectrum& spectrum, bool utc) {
    Tabular out;
    out.columns = {{"start", "Start"}, {"end", "End"}, {"duration_ns", "Duration", true}, {"waiting", "Waiting at the end", true}, {"open", "Open"}};
    for (const PerformanceSpectrum::Blockage& blockage : spectrum.blockages)
        out.rows.push_back({Cell::time(blockage.start, utc), Cell::time(blockage.end, utc), Cell::duration(timeBetween(blockage.start, blockage.end)), Cell::count(blockage.waiting), Cell(std::string(blockage.isOpen ? "open" : ""))});
    out.notes = spectrumNotes(spectrum);
    return out;
}

} // namespace aisle
