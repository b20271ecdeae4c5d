#include "orders/performance_spectrum.h"

#include "analysis/quantile.h"
#include "analysis/rank_counts.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <span>
#include <tuple>

namespace aisle {

namespace {

using Passage = PerformanceSpectrum::Segment;
using Visit = FulfilmentLog::Visit;

template <typename Found>
void forEachVisits(const FulfilmentLog& log, const std::vector<bool>& only, const StopToken& stop, const Found& found) {
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        if (only[c] && log.first[c] < log.first[c + 1])
            found(c, std::span(log.visits).subspan(log.first[c], log.first[c + 1] - log.first[c]));
    }
}

Passage segmentOf(CaseNumber order, const Visit& from, const Visit& to, int64_t target = 0) {
    Passage out;
    out.order = order;
    out.fromRow = from.row;
    out.toRow = to.row;
    out.start = std::min(from.end, to.start);
    out.end = to.start;
    out.isLate = target > 0 && timeBetween(from.end, to.start) > target;
    return out;
}

void findSegments(const FulfilmentLog& log, const std::vector<bool>& only, PerformanceSpectrum& out, const StopToken& stop) {
    const SpectrumAsked& asked = out.asked;
    forEachVisits(log, only, stop, [&](CaseNumber c, std::span<const Visit> visits) {
        const size_t before = out.segments.size();
        const auto add = [&](const Visit& from, const Visit& to) {
            out.segments.push_back(segmentOf(c, from, to, out.target));
            out.overlapping += from.end > to.start;
        };
        const auto wait = [&](const Visit& from) {
            if (!isOver(log.state[c]))
                out.waiting.push_back({c, from.row, from.end, log.state[c] == OrderState::Stuck});
        };
        if (asked.directly) {
            for (size_t i = 0; i + 1 < visits.size(); ++i)
                if (visits[i].stage == asked.from && visits[i + 1].stage == asked.to)
                    add(visits[i], visits[i + 1]);
            if (visits.back().stage == asked.from)
                wait(visits.back());
        } else {
            const auto isOf = [](uint32_t stage) { return [stage](const Visit& v) { return v.stage == stage; }; };
            const auto from = std::find_if(visits.begin(), visits.end(), isOf(asked.from));
            if (from != visits.end()) {
                const auto to = std::find_if(from + 1, visits.end(), isOf(asked.to));
                to == visits.end() ? wait(*from) : add(*from, *to);
            }
        }
        out.orders += out.segments.size() > before;
    });
    std::sort(out.segments.begin(), out.segments.end(), [](const Passage& a, const Passage& b) { return std::tie(a.start, a.end, a.order, a.fromRow, a.toRow) < std::tie(b.start, b.end, b.order, b.fromRow, b.toRow); });
    std::sort(out.waiting.begin(), out.waiting.end(), [](const auto& a, const auto& b) { return std::tie(a.start, a.order) < std::tie(b.start, b.order); });
}

void classify(PerformanceSpectrum& out) {
    std::vector<int64_t> durations;
    for (const Passage& s : out.segments)
        durations.push_back(s.duration());
    out.p25 = quantile(durations, 0.25);
    out.p50 = quantile(durations, 0.5);
    out.p75 = quantile(durations, 0.75);
    out.p95 = quantile(durations, 0.95);
    out.longest = quantile(durations, 1.0);
    for (Passage& s : out.segments) {
        const int64_t duration = s.duration();
        s.quartile = static_cast<uint8_t>((duration > out.p25) + (duration > out.p50) + (duration > out.p75));
        out.late += s.isLate;
    }
}

/// By start; those with the same start are compared with the others before any of them is counted.
void countOvertaking(PerformanceSpectrum& out, const StopToken& stop) {
    std::vector<Passage>& segments = out.segments;
    std::vector<int64_t> ends;
    for (const Passage& s : segments)
        ends.push_back(s.end);
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    const auto rank = [&](const Passage& s) { return static_cast<size_t>(std::lower_bound(ends.begin(), ends.end(), s.end) - ends.begin()); };
    const size_t n = segments.size();
    RankCounts earlier(ends.size()), later(ends.size());
    for (size_t from = 0; from < n;) {
        stop.check();
        size_t to = from;
        for (; to < n && segments[to].start == segments[from].start; ++to)
            segments[to].overtook = static_cast<uint32_t>(earlier.above(rank(segments[to])));
        for (; from < to; ++from)
            earlier.add(rank(segments[from]));
    }
    for (size_t to = n; to > 0;) {
        stop.check();
        size_t from = to;
        for (; from > 0 && segments[from - 1].start == segments[to - 1].start; --from)
            segments[from - 1].overtakenBy = static_cast<uint32_t>(later.below(rank(segments[from - 1])));
        for (; to > from; --to)
            later.add(rank(segments[to - 1]));
    }
    for (const Passage& s : segments) {
        out.overtakings += s.overtook;
        out.inOrder += s.overtook == 0 && s.overtakenBy == 0;
    }
}

std::vector<uint32_t> byEnd(const PerformanceSpectrum& spectrum) {
    std::vector<uint32_t> out(spectrum.segments.size());
    std::iota(out.begin(), out.end(), 0U);
    std::stable_sort(out.begin(), out.end(), [&](uint32_t a, uint32_t b) { return spectrum.segments[a].end < spectrum.segments[b].end; });
    return out;
}

void findBatches(PerformanceSpectrum& out, const std::vector<uint32_t>& order) {
    constexpr int64_t kLongestGap = 1'000'000'000;
    constexpr size_t kLeast = 3;
    out.batchGap = std::min(kLongestGap, out.p50 / 100);
    for (size_t from = 0; from < order.size();) {
        size_t to = from + 1;
        while (to < order.size() && timeBetween(out.segments[order[to - 1]].end, out.segments[order[to]].end) <= out.batchGap)
            ++to;
        PerformanceSpectrum::Batch batch{out.segments[order[from]].end, out.segments[order[to - 1]].end, std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min(), static_cast<uint32_t>(to - from)};
        for (size_t i = from; i < to; ++i) {
            batch.firstStart = std::min(batch.firstStart, out.segments[order[i]].start);
            batch.lastStart = std::max(batch.lastStart, out.segments[order[i]].start);
        }
        const int64_t starts = timeBetween(batch.firstStart, batch.lastStart), ends = timeBetween(batch.firstEnd, batch.lastEnd);
        if (to - from >= kLeast && starts > out.batchGap && starts / 2 > ends) {
            for (size_t i = from; i < to; ++i)
                out.segments[order[i]].batch = static_cast<uint32_t>(out.batches.size());
            out.batches.push_back(batch);
        }
        from = to;
    }
}

void findBlockages(PerformanceSpectrum& out, const std::vector<uint32_t>& order, int64_t observedUntil) {
    constexpr size_t kLeastGaps = 5;
    if (order.size() <= kLeastGaps)
        return;
    std::vector<int64_t> gaps;
    for (size_t i = 1; i < order.size(); ++i)
        gaps.push_back(timeBetween(out.segments[order[i - 1]].end, out.segments[order[i]].end));
    const int64_t p95 = quantile(gaps, 0.95);
    out.blockageLimit = clamped(static_cast<__int128>(std::max<int64_t>(1, p95)) * 3);
    // Segments are by start, so the one that is due first, the earliest that has not left, is found by a number that only grows. What never
    // came out although something that started later did was lost, and blocks nothing.
    const auto isLost = [&](const PerformanceSpectrum::Waiting& w) { return w.start < out.segments.back().start; };
    const auto firstWaiting = static_cast<size_t>(std::partition_point(out.waiting.begin(), out.waiting.end(), isLost) - out.waiting.begin());
    size_t entered = 0, waitingEntered = firstWaiting, left = 0, oldest = 0;
    std::vector<bool> hasLeft(out.segments.size());
    const auto look = [&](int64_t from, int64_t to, bool isOpen) {
        if (from >= to)
            return;
        while (oldest < out.segments.size() && hasLeft[oldest])
            ++oldest;
        while (entered < out.segments.size() && out.segments[entered].start < to)
            ++entered;
        while (waitingEntered < out.waiting.size() && out.waiting[waitingEntered].start < to)
            ++waitingEntered;
        const auto in = static_cast<uint32_t>(entered - left + waitingEntered - firstWaiting);
        if (in == 0)
            return;
        const int64_t first = oldest < out.segments.size() ? out.segments[oldest].start : out.waiting[firstWaiting].start; // those that wait are later than all
        const int64_t start = std::max(from, clamped(static_cast<__int128>(first) + out.p50));
        if (start < to && timeBetween(start, to) > out.blockageLimit)
            out.blockages.push_back({start, to, in, isOpen});
    };
    for (size_t i = 0; i < order.size(); ++i) {
        if (i > 0)
            look(out.segments[order[i - 1]].end, out.segments[order[i]].end, false);
        hasLeft[order[i]] = true;
        ++left;
    }
    look(out.segments[order.back()].end, observedUntil, true);
}

void countBins(PerformanceSpectrum& out, int64_t observedUntil) {
    int64_t first = std::numeric_limits<int64_t>::max(), last = std::numeric_limits<int64_t>::min();
    for (const Passage& s : out.segments) {
        first = std::min(first, s.start);
        last = std::max(last, s.end);
    }
    for (const PerformanceSpectrum::Waiting& w : out.waiting) {
        first = std::min(first, w.start);
        last = std::max({last, w.start, observedUntil});
    }
    if (first > last)
        return;
    out.bins = TimeBins::over(first, last, out.asked.bins);
    out.counts.resize(out.bins.count);
    for (const Passage& s : out.segments) {
        ++out.counts[out.bins.at(s.start)].in;
        ++out.counts[out.bins.at(s.end)].out;
    }
    for (const PerformanceSpectrum::Waiting& w : out.waiting)
        ++out.counts[out.bins.at(w.start)].in;
    uint64_t waiting = 0;
    for (PerformanceSpectrum::Bin& bin : out.counts) {
        waiting += bin.in; // what came and went in one bin is on both sides
        waiting -= bin.out;
        bin.waiting = waiting;
    }
}

/// `within` is counted from the stage before that is not optional.
int64_t targetOf(const FulfilmentLog& log, uint32_t from, uint32_t to) {
    uint32_t before = to;
    while (before > 0 && log.isOptional[--before])
        continue;
    return before == from && from < to ? log.within[to] : 0;
}

} // namespace

std::vector<StagePair> stagePairs(const FulfilmentLog& log, const std::vector<bool>& only, const StopToken& stop) {
    struct Found {
        std::vector<int64_t> durations;
        uint64_t orders = 0;
        CaseNumber last = kNoCase;
    };
    std::map<std::pair<uint32_t, uint32_t>, Found> found;
    forEachVisits(log, only, stop, [&](CaseNumber c, std::span<const Visit> visits) {
        for (size_t i = 0; i + 1 < visits.size(); ++i) {
            Found& pair = found[{visits[i].stage, visits[i + 1].stage}];
            pair.durations.push_back(segmentOf(c, visits[i], visits[i + 1]).duration());
            pair.orders += pair.last != c;
            pair.last = c;
        }
    });
    std::vector<StagePair> out;
    for (auto& [stages, pair] : found) {
        StagePair& added = out.emplace_back();
        added.from = stages.first;
        added.to = stages.second;
        added.orders = pair.orders;
        added.segments = pair.durations.size();
        for (const int64_t duration : pair.durations)
            addSaturated(added.total, duration);
        added.p50 = quantile(pair.durations, 0.5);
        added.p95 = quantile(pair.durations, 0.95);
        added.longest = quantile(pair.durations, 1.0);
    }
    std::stable_sort(out.begin(), out.end(), [](const StagePair& a, const StagePair& b) { return a.total > b.total; });
    return out;
}

std::optional<StagePair> widestPair(const std::vector<StagePair>& pairs) {
    const auto ofTwo = std::find_if(pairs.begin(), pairs.end(), [](const StagePair& pair) { return pair.from != pair.to; });
    return ofTwo != pairs.end() ? std::optional(*ofTwo) : pairs.empty() ? std::nullopt : std::optional(pairs.front());
}

PerformanceSpectrum performanceSpectrum(const FulfilmentLog& log, const std::vector<bool>& only, const SpectrumAsked& asked, const StopToken& stop) {
    PerformanceSpectrum out;
    out.asked = asked;
    if (asked.from >= log.stages.size() || asked.to >= log.stages.size())
        return out;
    out.from = log.stages[asked.from];
    out.to = log.stages[asked.to];
    out.target = targetOf(log, asked.from, asked.to);
    findSegments(log, only, out, stop);
    classify(out);
    countOvertaking(out, stop);
    const std::vector<uint32_t> order = byEnd(out);
    findBatches(out, order);
    findBlockages(out, order, log.observedUntil);
    countBins(out, log.observedUntil);
    return out;
}

SpectrumLines spectrumLines(const PerformanceSpectrum& spectrum, uint32_t columns, size_t mostLines) {
    SpectrumLines out;
    if (spectrum.bins.count == 0)
        return out;
    const bool byTarget = spectrum.asked.byTarget && spectrum.target > 0;
    const __int128 length = static_cast<__int128>(spectrum.bins.step) * spectrum.bins.count;
    for (out.columns = std::max<uint32_t>(1, columns);; out.columns /= 2) {
        const auto column = [&](int64_t time) { return static_cast<uint32_t>(std::clamp<__int128>((static_cast<__int128>(time) - spectrum.bins.start) * out.columns / length, 0, out.columns - 1)); };
        out.lines.clear();
        for (uint32_t i = 0; i < spectrum.segments.size(); ++i) {
            const Passage& s = spectrum.segments[i];
            out.lines.push_back({column(s.start), column(s.end), byTarget ? static_cast<uint8_t>(s.isLate ? 3 : 0) : s.quartile, 1, i});
        }
        const auto place = [](const SpectrumLines::Line& line) { return std::tie(line.kind, line.from, line.to); };
        std::stable_sort(out.lines.begin(), out.lines.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
        size_t kept = 0;
        for (size_t i = 0; i < out.lines.size(); ++i) {
            if (kept > 0 && place(out.lines[kept - 1]) == place(out.lines[i]))
                ++out.lines[kept - 1].count;
            else
                out.lines[kept++] = out.lines[i];
        }
        out.lines.resize(kept);
        if (kept > mostLines && out.columns > 1)
            continue;
        out.waiting.resize(out.columns);
        for (const PerformanceSpectrum::Waiting& w : spectrum.waiting)
            ++out.waiting[column(w.start)];
        return out;
    }
}

} // namespace aisle
