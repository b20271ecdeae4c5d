#include "orders/work_in_progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <span>

namespace aisle {

namespace {

using Visit = FulfilmentLog::Visit;
using Bin = WorkInProgress::Bin;

struct Stay {
    int64_t start = 0, end = 0;
    bool isOpen = false; ///< goes on beyond `end`
    double length() const { return static_cast<double>(static_cast<__int128>(end) - start); }
};

struct Stays {
    std::vector<Stay> in, waiting, stuck;
};

std::span<const Visit> visitsOf(const FulfilmentLog& log, CaseNumber order) { return std::span(log.visits).subspan(log.first[order], log.first[order + 1] - log.first[order]); }

int64_t firstStart(std::span<const Visit> visits) {
    return std::min_element(visits.begin(), visits.end(), [](const Visit& a, const Visit& b) { return a.start < b.start; })->start;
}
int64_t lastEnd(std::span<const Visit> visits) {
    return std::max_element(visits.begin(), visits.end(), [](const Visit& a, const Visit& b) { return a.end < b.end; })->end;
}

/// What an order adds to the whole and to its stages; `to`: until when an order that is not over stays.
void addOrder(const FulfilmentLog& log, CaseNumber order, int64_t to, Stays& all, std::vector<Stays>& stages) {
    const auto visits = visitsOf(log, order);
    const bool isOpen = !isOver(log.state[order]);
    const int64_t last = lastEnd(visits), end = isOpen ? to : last;
    all.in.push_back({firstStart(visits), end, isOpen});
    int64_t begin = firstStart(visits), runsUntil = begin;
    for (size_t i = 0; i < visits.size(); ++i) {
        const bool isLast = i + 1 == visits.size();
        const int64_t next = isLast ? end : std::max(begin, visits[i + 1].start);
        std::vector<Stay>& in = stages[visits[i].stage].in;
        if (i > 0 && visits[i - 1].stage == visits[i].stage) // a repeat goes on with the stay
            in.back() = {in.back().start, next, isOpen && isLast};
        else
            in.push_back({begin, next, isOpen && isLast});
        runsUntil = std::max(runsUntil, visits[i].end);
        if (const int64_t idle = std::max(begin, runsUntil); idle < next || (isOpen && isLast)) {
            all.waiting.push_back({std::min(idle, next), next, isOpen && isLast});
            stages[visits[i].stage].waiting.push_back(all.waiting.back());
        }
        begin = next;
    }
    if (log.state[order] == OrderState::Stuck) {
        const int64_t since = std::min(to, clamped(static_cast<__int128>(last) + log.patience[log.cameTo[order]]));
        all.stuck.push_back({since, to, true});
        stages[visits.back().stage].stuck.push_back(all.stuck.back());
    }
}

void countAtEnds(const std::vector<Stay>& stays, const TimeBins& bins, std::vector<Bin>& counts, uint64_t Bin::*member) {
    std::vector<int64_t> changes(bins.count);
    for (const Stay& stay : stays) {
        ++changes[bins.at(stay.start)];
        if (!stay.isOpen)
            --changes[bins.at(stay.end)];
    }
    int64_t in = 0;
    for (uint32_t i = 0; i < bins.count; ++i) {
        in += changes[i];
        counts[i].*member = static_cast<uint64_t>(in);
    }
}

void countMost(const std::vector<Stay>& stays, const TimeBins& bins, WorkInProgress::Line& out) {
    std::vector<std::pair<int64_t, bool>> moments; // true: one comes; what leaves at the same time goes first
    for (const Stay& stay : stays) {
        if (stay.start == stay.end && !stay.isOpen)
            continue; // was in at no moment
        moments.emplace_back(stay.start, true);
        if (!stay.isOpen)
            moments.emplace_back(stay.end, false);
    }
    std::sort(moments.begin(), moments.end());
    uint64_t in = 0;
    uint32_t bin = 0;
    const auto goOnTo = [&](uint32_t to) {
        while (bin < to)
            out.bins[++bin].most = in;
    };
    for (size_t i = 0; i < moments.size();) {
        const int64_t time = moments[i].first;
        if (bins.startOf(bins.at(time)) == time && bins.at(time) > bin) // what leaves as a bin begins is not in it
            goOnTo(bins.at(time) - 1);
        else
            goOnTo(bins.at(time));
        for (; i < moments.size() && moments[i].first == time; ++i)
            moments[i].second ? ++in : --in;
        goOnTo(bins.at(time));
        out.bins[bin].most = std::max(out.bins[bin].most, in);
        if (in > out.peak) {
            out.peak = in;
            out.peakAt = time;
        }
    }
    goOnTo(bins.count - 1);
}

WorkInProgress::Line lineOf(std::string stage, const Stays& stays, const TimeBins& bins, const StopToken& stop) {
    stop.check();
    WorkInProgress::Line out;
    out.stage = std::move(stage);
    out.bins.resize(bins.count);
    if (bins.count == 0)
        return out;
    for (const Stay& stay : stays.in) {
        ++out.arrived;
        ++out.bins[bins.at(stay.start)].arrivals;
        out.stayed += stay.length();
        if (stay.isOpen)
            continue;
        ++out.completed;
        ++out.bins[bins.at(stay.end)].completions;
    }
    for (const Stay& stay : stays.waiting)
        out.waited += stay.length();
    countAtEnds(stays.in, bins, out.bins, &Bin::inProgress);
    countAtEnds(stays.waiting, bins, out.bins, &Bin::waiting);
    countAtEnds(stays.stuck, bins, out.bins, &Bin::stuck);
    countMost(stays.in, bins, out);
    return out;
}

} // namespace

WorkInProgress workInProgress(const FulfilmentLog& log, const std::vector<bool>& only, uint32_t bins, const StopToken& stop) {
    WorkInProgress out;
    std::vector<CaseNumber> orders;
    int64_t from = std::numeric_limits<int64_t>::max(), to = std::numeric_limits<int64_t>::min();
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        const auto visits = visitsOf(log, c);
        if (!only[c] || visits.empty())
            continue;
        orders.push_back(c);
        from = std::min(from, firstStart(visits));
        to = std::max(to, lastEnd(visits));
        if (!isOver(log.state[c]))
            to = std::max(to, log.observedUntil);
        out.underWay += log.state[c] == OrderState::UnderWay;
        out.stuck += log.state[c] == OrderState::Stuck;
    }
    if (!orders.empty()) {
        out.from = from;
        out.to = to;
        out.bins = TimeBins::over(from, to, bins);
    }
    Stays all;
    std::vector<Stays> stages(log.stages.size());
    for (size_t i = 0; i < orders.size(); ++i) {
        if (i % 4096 == 0)
            stop.check();
        addOrder(log, orders[i], to, all, stages);
    }
    out.all = lineOf({}, all, out.bins, stop);
    for (size_t k = 0; k < stages.size(); ++k)
        out.stages.push_back(lineOf(log.stages[k], stages[k], out.bins, stop));
    return out;
}

std::vector<std::string> workNotes(const WorkInProgress& work, TimeZone zone) {
    if (work.all.arrived == 0)
        return {"No order of the scope came to a stage."};
    const auto decimal = [](double value) {
        const auto tenths = static_cast<uint64_t>(std::llround(value * 10));
        return formatCount(tenths / 10) + "." + std::to_string(tenths % 10);
    };
    std::vector<std::string> out;
    out.push_back("At most " + counted(work.all.peak, "order was", "orders were") + " in progress at once, first at " + formatTime(work.all.peakAt, zone) + "; on average " + decimal(work.mean(work.all)) + ".");
    const uint64_t open = work.underWay + work.stuck;
    out.push_back(open == 0 ? "All are done or have failed at the end." : "At the end " + counted(open, "is", "are") + " neither done nor failed" + (work.stuck > 0 ? ", of which " + counted(work.stuck, "is stuck", "are stuck") : "") + ". They stay in progress.");
    out.push_back("An order is at the stage of its latest visit until the next one; waiting are those of which no visit runs.");
    return out;
}

Tabular tabulate(const WorkInProgress& work, bool utc) {
    Tabular out;
    out.columns = {{"time", "From"}, {"arrivals", "Arrivals", true}, {"completions", "Ended", true, "Done, or failed for good"}, {"in_progress", "In progress at the end", true}, {"most", "Most at once", true}, {"waiting", "Waiting", true}, {"stuck", "Stuck", true}};
    for (const WorkInProgress::Line& stage : work.stages)
        out.columns.push_back({"at_" + stage.stage, stage.stage, true});
    for (uint32_t i = 0; i < work.all.bins.size(); ++i) {
        const Bin& bin = work.all.bins[i];
        std::vector<Cell> row{Cell::time(work.bins.startOf(i), utc), Cell::count(bin.arrivals), Cell::count(bin.completions), Cell::count(bin.inProgress), Cell::count(bin.most), Cell::count(bin.waiting), Cell::count(bin.stuck)};
        for (const WorkInProgress::Line& stage : work.stages)
            row.push_back(Cell::count(stage.bins[i].inProgress));
        out.rows.push_back(std::move(row));
    }
    out.notes = workNotes(work, {utc});
    if (!out.rows.empty())
        out.notes.push_back("Each step is " + formatDuration(work.bins.step) + " long.");
    return out;
}

Tabular tabulateStages(const WorkInProgress& work, bool utc) {
    Tabular out;
    out.columns = {{"stage", "Stage"}, {"arrived", "Arrived", true}, {"went_on", "Went on", true}, {"mean", "In progress on average", true}, {"peak", "Most at once", true}, {"peak_at", "at"}, {"mean_stay_ns", "Mean stay", true},
                   {"waiting_share", "Waiting", true, "Share of the time there in which no visit of the order ran"}, {"now", "At the end", true}, {"stuck", "Stuck", true}};
    const auto add = [&](const std::string& name, const WorkInProgress::Line& line) {
        const Bin last = line.bins.empty() ? Bin() : line.bins.back();
        const double mean = work.mean(line);
        char shown[32];
        std::snprintf(shown, sizeof shown, "%.2f", mean);
        out.rows.push_back({Cell(name), Cell::count(line.arrived), Cell::count(line.completed), Cell::real(mean, shown), Cell::count(line.peak), line.peak == 0 ? Cell() : Cell::time(line.peakAt, utc),
                            line.arrived == 0 ? Cell() : Cell::wait(static_cast<int64_t>(std::min(line.meanStay(), 9.2e18))), line.stayed > 0 ? Cell::percent(line.waited / line.stayed) : Cell(), Cell::count(last.inProgress), Cell::count(last.stuck)});
    };
    add("(all)", work.all);
    for (const WorkInProgress::Line& stage : work.stages)
        add(stage.stage, stage);
    out.notes = workNotes(work, {utc});
    return out;
}

} // namespace aisle
