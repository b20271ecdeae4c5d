#include "journey/funnel.h"

#include "analysis/quantile.h"
#include "journey/causal_start.h"
#include "journey/journey_matcher.h"

#include <algorithm>
#include <array>
#include <future>

namespace aisle {

namespace {

/// Events by case: CSR.
struct EventsByCase {
    std::vector<uint32_t> first; ///< of case c: events[first[c]..first[c + 1])
    std::vector<StageEvent> events;
};

EventsByCase byCase(const SpanTable& table, const CaseIndex& cases, const std::vector<StageEvent>& events) {
    EventsByCase out;
    out.first.assign(cases.cases().size() + 1, 0);
    for (const StageEvent& event : events)
        if (const CaseNumber c = cases.caseOf(table.trace(event.row)); c != kNoCase)
            ++out.first[c + 1];
    for (size_t i = 1; i < out.first.size(); ++i)
        out.first[i] += out.first[i - 1];
    out.events.resize(out.first.back());
    std::vector<uint32_t> next(out.first.begin(), out.first.end() - 1);
    for (const StageEvent& event : events)
        if (const CaseNumber c = cases.caseOf(table.trace(event.row)); c != kNoCase)
            out.events[next[c]++] = event;
    return out;
}

/// Counts the cases of `whole` into the stages of `result`.
void tally(const FunnelResult& whole, FunnelResult& result, const std::vector<bool>* only) {
    const size_t stageCount = result.stages.size();
    std::vector<std::vector<int64_t>> fromPrevious(stageCount);
    for (size_t c = 0; c < whole.progress.size(); ++c) {
        if (only != nullptr && !(*only)[c])
            continue;
        const CaseProgress& progress = whole.progress[c];
        ++result.cases;
        result.openCases += progress.isOpen;
        result.cutCases += progress.isCut;
        result.converted += progress.isConverted;
        if (progress.last == 0) {
            ++result.notEntered;
            continue;
        }
        for (size_t k = 0; k < stageCount; ++k) {
            if (!progress.reached(k))
                continue;
            ++result.stages[k].reached;
            result.stages[k].fromBefore += result.stages[k].before != FunnelStage::kNone && progress.reached(result.stages[k].before);
            if (const int64_t time = whole.fromPrevious[c * stageCount + k]; time >= 0)
                fromPrevious[k].push_back(time);
        }
        FunnelStage& last = result.stages[progress.last - 1];
        if (!progress.isConverted)
            ++(progress.isOpen ? last.open : last.dropped);
    }
    for (size_t k = 0; k < stageCount; ++k) {
        FunnelStage& stage = result.stages[k];
        stage.timed = fromPrevious[k].size();
        stage.p50FromPrevious = quantile(fromPrevious[k], 0.5);
        stage.p90FromPrevious = quantile(fromPrevious[k], 0.9);
        stage.p95FromPrevious = quantile(fromPrevious[k], 0.95);
    }
}

/// Works out the cases of a range; several of them at once, each in its own thread.
class CaseRange {
public:
    CaseRange(const SpanTable& table, const CaseIndex& cases, const JourneyDefinition& journey, const EventsByCase& events, const std::vector<int64_t>& resolutions, FunnelResult& result)
        : table_(table), cases_(cases), journey_(journey), events_(events), resolutions_(resolutions), result_(result), matcher_(journey) {}

    void run(CaseNumber from, CaseNumber to, const std::vector<bool>* only, const StopToken& stop) {
        for (CaseNumber c = from; c < to; ++c) {
            if (c % 1024 == 0)
                stop.check();
            if (only == nullptr || (*only)[c])
                one(c, stop);
        }
    }

private:
    void one(CaseNumber c, const StopToken& stop) {
        timed_.clear();
        int64_t resolution = 1;
        for (uint32_t i = events_.first[c]; i < events_.first[c + 1]; ++i) {
            const StageEvent& event = events_.events[i];
            resolution = std::max(resolution, resolutions_[table_.service(event.row)]);
            if (const auto time = causalStart(table_, event.row))
                timed_.push_back({*time, event});
        }
        const JourneyMatcher::Match& match = matcher_.match(timed_, resolution, stop);
        CaseProgress& progress = result_.progress[c];
        progress.filled = match.filled;
        progress.isConverted = match.isConverted;
        progress.isOpen = !match.isConverted && mayGoOn(table_, cases_.cases()[c], result_.idleLimit);
        progress.isCut = match.isCut;
        if (match.filled == 0)
            return;
        // Stages in the order in which they were filled: in any order it is not theirs.
        const size_t stageCount = journey_.stages.size();
        std::array<uint32_t, JourneyDefinition::kMostStages> filled{};
        size_t count = 0;
        for (uint32_t k = 0; k < stageCount; ++k) {
            if (!progress.reached(k))
                continue;
            filled[count++] = k;
            result_.rows[c * stageCount + k] = match.rows[k];
            result_.times[c * stageCount + k] = match.times[k];
        }
        if (journey_.order == StageOrder::Any)
            std::sort(filled.begin(), filled.begin() + static_cast<std::ptrdiff_t>(count), [&](uint32_t a, uint32_t b) { return std::pair(match.times[a], a) < std::pair(match.times[b], b); });
        progress.last = filled[count - 1] + 1;
        for (size_t i = 1; i < count; ++i)
            result_.fromPrevious[c * stageCount + filled[i]] = std::max<int64_t>(0, timeBetween(match.times[filled[i - 1]], match.times[filled[i]]));
    }

    const SpanTable& table_;
    const CaseIndex& cases_;
    const JourneyDefinition& journey_;
    const EventsByCase& events_;
    const std::vector<int64_t>& resolutions_;
    FunnelResult& result_;
    JourneyMatcher matcher_;
    std::vector<JourneyEvent> timed_;
};

std::vector<FunnelStage> emptyStages(const std::vector<FunnelStage>& of) {
    std::vector<FunnelStage> out(of.size());
    for (size_t k = 0; k < of.size(); ++k) {
        out[k].name = of[k].name;
        out[k].isOptional = of[k].isOptional;
        out[k].before = of[k].before;
    }
    return out;
}

} // namespace

uint64_t entered(const FunnelResult& funnel) { return funnel.cases - funnel.notEntered; }

std::optional<double> shareOfEntered(const FunnelResult& funnel, size_t stage) {
    const uint64_t whole = entered(funnel);
    return whole == 0 ? std::nullopt : std::optional(static_cast<double>(funnel.stages[stage].reached) / static_cast<double>(whole));
}

std::optional<double> shareOfBefore(const FunnelResult& funnel, size_t stage) {
    const FunnelStage& s = funnel.stages[stage];
    if (s.before == FunnelStage::kNone || funnel.stages[s.before].reached == 0)
        return std::nullopt;
    return static_cast<double>(s.fromBefore) / static_cast<double>(funnel.stages[s.before].reached);
}

std::vector<int64_t> clockResolutions(const SpanTable& table) {
    constexpr int64_t ms = 1'000'000;
    std::vector<int64_t> resolution(table.services().size(), ms);
    table.forEachRow([&](Row row) {
        if (table.start(row) % ms != 0)
            resolution[table.service(row)] = 1;
    });
    return resolution;
}

FunnelResult funnel(const SpanTable& table, const CaseIndex& cases, const JourneyDefinition& journey, const std::vector<StageEvent>& events,
                    const std::vector<int64_t>& resolutions, const std::vector<bool>* only, const StopToken& stop) {
    const auto caseCount = static_cast<CaseNumber>(cases.cases().size());
    FunnelResult result;
    result.idleLimit = journey.idleLimit > 0 ? journey.idleLimit : cases.idleLimit();
    size_t before = FunnelStage::kNone;
    for (const StageDefinition& stage : journey.stages) {
        result.stages.emplace_back().name = stage.name;
        result.stages.back().isOptional = stage.isOptional;
        result.stages.back().before = before;
        if (!stage.isOptional && journey.order != StageOrder::Any)
            before = result.stages.size() - 1;
    }
    const size_t cells = size_t(caseCount) * journey.stages.size();
    result.progress.resize(caseCount);
    result.rows.assign(cells, kNoRow);
    result.times.assign(cells, 0);
    result.fromPrevious.assign(cells, -1);

    const EventsByCase ofCases = byCase(table, cases, events);
    const auto run = [&](CaseNumber from, CaseNumber to) { CaseRange(table, cases, journey, ofCases, resolutions, result).run(from, to, only, stop); };
    constexpr CaseNumber kFew = 2000; // a thread takes some 50 us
    if (caseCount < kFew) {
        run(0, caseCount);
    } else {
        auto half = std::async(std::launch::async, run, caseCount / 2, caseCount);
        run(0, caseCount / 2); // where it throws, the other is waited for
        half.get();
    }
    tally(result, result, only);
    return result;
}

FunnelResult funnelOf(const FunnelResult& whole, const std::vector<bool>& only) {
    FunnelResult result;
    result.idleLimit = whole.idleLimit;
    result.stages = emptyStages(whole.stages);
    tally(whole, result, &only);
    return result;
}

} // namespace aisle
