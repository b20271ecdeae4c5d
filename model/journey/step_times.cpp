#include "journey/step_times.h"

#include "analysis/quantile.h"
#include "analysis/saturating.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aisle {

namespace {

/// 18 years: by the clocks of strangers as good as any, and edges ten times as long are still numbers.
constexpr int64_t kLongest = int64_t(1) << 59;
int64_t between(int64_t from, int64_t to) { return std::clamp<int64_t>(timeBetween(from, to), 0, kLongest); }

/// From the shortest to the longest time, at least a factor of ten.
std::vector<int64_t> edgesOf(int64_t shortest, int64_t longest, size_t bars) {
    const double low = std::max(1.0, static_cast<double>(shortest)), high = std::max(low * 10, static_cast<double>(longest));
    std::vector<int64_t> edges;
    for (size_t i = 0; i <= bars; ++i)
        edges.push_back(std::llround(low * std::pow(high / low, static_cast<double>(i) / static_cast<double>(bars))));
    edges.front() = 0; // what took no time at all
    edges.back() = std::max(edges.back(), longest) + 1;
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    return edges;
}

StepTimes::Times timesOf(std::vector<int64_t>& values, const std::vector<int64_t>& edges) {
    StepTimes::Times out;
    out.cases = values.size();
    out.p50 = quantile(values, 0.5);
    out.p90 = quantile(values, 0.9);
    out.p95 = quantile(values, 0.95);
    out.bars.resize(edges.size() - 1);
    for (const int64_t value : values)
        ++out.bars[static_cast<size_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin()) - 1];
    return out;
}

} // namespace

std::optional<int64_t> stepTimeOf(const JourneyState& state, CaseNumber number, StepTime what, size_t stage) {
    const FunnelResult& all = state.everything;
    const CaseProgress& progress = all.progress[number];
    switch (what) {
    case StepTime::FromPrevious: {
        const int64_t time = all.fromPrevious[all.at(number, stage)];
        return time < 0 ? std::nullopt : std::optional(std::min(time, kLongest));
    }
    case StepTime::Stayed:
        if (!progress.stoppedAt(stage))
            return std::nullopt;
        return between(all.times[all.at(number, stage)], state.cases().cases()[number].end);
    case StepTime::Whole: break;
    }
    if (!progress.isConverted || progress.last == 0)
        return std::nullopt;
    int64_t first = std::numeric_limits<int64_t>::max(), last = std::numeric_limits<int64_t>::min();
    for (size_t k = 0; k < all.stages.size(); ++k)
        if (progress.reached(k)) {
            first = std::min(first, all.times[all.at(number, k)]);
            last = std::max(last, all.times[all.at(number, k)]);
        }
    return between(first, last);
}

StepTimes stepTimes(const JourneyState& state, const std::vector<bool>& only, size_t bars, const StopToken& stop) {
    const FunnelResult& all = state.everything;
    const size_t stageCount = all.stages.size();
    std::vector<std::vector<int64_t>> from(stageCount), stayed(stageCount);
    std::vector<int64_t> whole;
    for (CaseNumber c = 0; c < all.progress.size(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        if (!only[c])
            continue;
        for (size_t k = 0; k < stageCount; ++k) {
            if (const auto time = stepTimeOf(state, c, StepTime::FromPrevious, k))
                from[k].push_back(*time);
            if (const auto time = stepTimeOf(state, c, StepTime::Stayed, k))
                stayed[k].push_back(*time);
        }
        if (const auto time = stepTimeOf(state, c, StepTime::Whole, 0))
            whole.push_back(*time);
    }
    int64_t shortest = std::numeric_limits<int64_t>::max(), longest = 0;
    const auto measure = [&](const std::vector<int64_t>& values) {
        for (const int64_t value : values) {
            if (value > 0)
                shortest = std::min(shortest, value);
            longest = std::max(longest, value);
        }
    };
    measure(whole);
    for (size_t k = 0; k < stageCount; ++k) {
        measure(from[k]);
        measure(stayed[k]);
    }
    StepTimes out;
    out.edges = edgesOf(longest == 0 ? 1 : shortest, longest, std::max<size_t>(1, bars));
    for (size_t k = 0; k < stageCount; ++k)
        out.stages.push_back({all.stages[k].name, timesOf(from[k], out.edges), timesOf(stayed[k], out.edges)});
    out.whole = timesOf(whole, out.edges);
    return out;
}

Tabular tabulate(const StepTimes& times) {
    Tabular out;
    out.columns = {{"stage", "Stage", false}, {"what", "Time", false}, {"cases", "Cases", true}, {"p50_ns", "p50", true}, {"p90_ns", "p90", true}, {"p95_ns", "p95", true}};
    const auto add = [&](const std::string& stage, const char* what, const StepTimes::Times& of) {
        if (of.cases > 0)
            out.rows.push_back({Cell(stage), Cell(std::string(what)), Cell::count(of.cases), Cell::wait(of.p50), Cell::wait(of.p90), Cell::wait(of.p95)});
    };
    for (const StepTimes::Stage& stage : times.stages) {
        add(stage.name, "from the stage before", stage.fromPrevious);
        add(stage.name, "stayed after stopping here", stage.stayed);
    }
    add(times.stages.empty() ? std::string() : times.stages.back().name, "whole journey", times.whole);
    return out;
}

} // namespace aisle
