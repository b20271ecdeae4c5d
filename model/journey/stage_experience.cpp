#include "journey/stage_experience.h"

#include "journey/causal_start.h"

#include <algorithm>
#include <limits>
#include <map>

namespace aisle {

std::vector<StageExperience::Window> StageExperience::windows(const JourneyState& state, const std::vector<bool>& only, size_t stage, const StopToken& stop) {
    const FunnelResult& all = state.everything;
    constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
    constexpr int64_t kNever = std::numeric_limits<int64_t>::min(), kForever = std::numeric_limits<int64_t>::max();
    struct Times {
        int64_t before = kNever, own = 0, begin = 0, end = kForever; ///< of the stage before, its event, the first attempt, the next stage
        size_t next = 0;
    };
    std::vector<Window> out;
    std::vector<Times> times;
    std::vector<uint32_t> numberOf(only.size(), kNone);
    const bool isInAnyOrder = state.definition && state.definition->order == StageOrder::Any;
    for (CaseNumber c = 0; c < all.progress.size(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        const CaseProgress& progress = all.progress[c];
        if (!only[c] || !progress.reached(stage))
            continue;
        const bool isLast = progress.last == stage + 1;
        if (isLast && !progress.isConverted && progress.isOpen)
            ++open;
        if (isLast && !progress.stoppedAt(stage))
            continue;
        Times t;
        t.own = t.begin = all.times[all.at(c, stage)];
        Window w;
        w.own = w.begin = table_->trace(all.rows[all.at(c, stage)]);
        for (size_t k = 0; k < all.stages.size(); ++k) {
            const size_t at = all.at(c, k);
            if (k == stage || all.rows[at] == kNoRow)
                continue;
            // In any order a later stage may come first; in a fixed one it comes later, or seems to come before by less than a clock can tell.
            const bool isNext = isInAnyOrder ? std::pair(all.times[at], k) > std::pair(t.own, stage) : k > stage;
            if (isNext && all.times[at] < t.end) {
                t.end = all.times[at];
                t.next = k;
                w.end = table_->trace(all.rows[at]);
            } else if (!isNext) {
                t.before = std::max(t.before, all.times[at]);
            }
        }
        if (!isLast && t.end == kForever)
            continue;
        numberOf[c] = static_cast<uint32_t>(cases.size());
        cases.push_back(c);
        out.push_back(w);
        times.push_back(t);
    }
    stopped = BitSet(cases.size());
    for (uint32_t n = 0; n < cases.size(); ++n)
        if (all.progress[cases[n]].stoppedAt(stage)) {
            stopped.set(n);
            ++stoppedCount;
        }
    size_t steps = 0;
    for (const StageEvent& event : state.events) {
        if ((++steps & 0xffff) == 0)
            stop.check();
        const TraceIndex trace = table_->trace(event.row);
        const CaseNumber c = state.cases().caseOf(trace);
        if (c == kNoCase || numberOf[c] == kNone)
            continue;
        Times& t = times[numberOf[c]];
        Window& w = out[numberOf[c]];
        const bool isOwn = (event.stages >> stage & 1) != 0, isNext = t.end != kForever && (event.stages >> t.next & 1) != 0;
        const auto start = isOwn || isNext ? causalStart(*table_, event.row) : std::nullopt;
        if (!start)
            continue;
        if (isOwn && *start > t.before && *start < t.begin) {
            t.begin = *start;
            w.begin = trace;
        }
        if (isNext && *start > t.own && *start < t.end) {
            t.end = *start;
            w.end = trace;
        }
    }
    return out;
}

StageExperience::StageExperience(const JourneyState& state, const std::vector<bool>& only, size_t stage, const StopToken& stop) : rows(*state.table), table_(state.table), above_(*state.table) {
    firstOfService_.resize(table_->services().size());
    const std::vector<Window> found = windows(state, only, stage, stop);
    for (uint32_t n = 0; n < cases.size(); ++n) {
        if (n % 1024 == 0)
            stop.check();
        const Window& window = found[n];
        const auto& traces = state.cases().cases()[cases[n]].traces;
        auto from = std::find(traces.begin(), traces.end(), window.begin);
        auto to = window.end == kNoTrace ? traces.end() : std::find(from, traces.end(), window.end);
        if (window.end != kNoTrace) // where it came before, by the clock of a stranger, there is nothing between
            to = to == traces.end() ? from : to + 1;
        bool isOwn = false;
        for (; from != to; ++from) {
            see(n, *from);
            isOwn = isOwn || *from == window.own;
        }
        if (!isOwn)
            see(n, window.own);
    }
    for (size_t o = 0; o < operations.size(); ++o)
        operations[o].depth = static_cast<double>(depths_[o]) / static_cast<double>(std::max<uint64_t>(1, counts_[o]));
}

uint32_t StageExperience::operationOf(Row row, uint32_t request) {
    const auto [at, isNew] = numbers_.try_emplace({table_->service(row), table_->name(row), request, table_->kind(row)}, static_cast<uint32_t>(operations.size()));
    if (isNew) {
        operations.push_back({table_->service(row), table_->name(row), table_->kind(row), request});
        firstOfOperation_.emplace_back();
        depths_.push_back(0);
        counts_.push_back(0);
    }
    return at->second;
}

void StageExperience::see(uint32_t number, TraceIndex trace) {
    const auto isFirst = [&](First& first) {
        if (first.number != number)
            first = {number, trace};
        return first.trace == trace;
    };
    const size_t from = seen.size();
    const Row root = table_->summary(trace).root;
    const uint32_t request = root == kNoRow ? Operation::kNone : operationOf(root, Operation::kNone);
    for (const Row row : table_->rowsOf(trace)) {
        if (table_->isHidden(row))
            continue;
        Seen& span = seen.emplace_back(row, number, row == root ? request : operationOf(row, request), uint8_t(0));
        depths_[span.operation] += table_->depth(row);
        ++counts_[span.operation];
        span.flags = static_cast<uint8_t>((isFirst(firstOfOperation_[span.operation]) ? kOfOperation : 0) | (isFirst(firstOfService_[table_->service(row)]) ? kOfService : 0));
    }
    if (table_->summary(trace).errors > 0) {
        markFailures(from, trace);
        markRepeated(from);
    }
    seen.erase(std::remove_if(seen.begin() + static_cast<ptrdiff_t>(from), seen.end(), [](const Seen& span) { return (span.flags & (kOfOperation | kOfService)) == 0; }), seen.end());
    for (size_t i = from; i < seen.size(); ++i)
        rows.set(seen[i].row);
}

void StageExperience::markFailures(size_t from, TraceIndex trace) {
    for (size_t i = from; i < seen.size(); ++i)
        if (table_->isError(seen[i].row))
            for (Row up = table_->parent(seen[i].row); up != kNoRow && !above_[up]; up = table_->parent(up))
                above_.set(up);
    for (size_t i = from; i < seen.size(); ++i) {
        Seen& span = seen[i];
        if (!table_->isError(span.row))
            continue;
        if (!above_[span.row])
            span.flags |= kOrigin;
        else if (span.row == table_->summary(trace).root)
            span.flags |= kRootFailed;
    }
}

void StageExperience::markRepeated(size_t from) {
    std::map<std::pair<Row, uint32_t>, int64_t> failed; ///< by parent and operation: when the first failed call ended
    for (size_t i = from; i < seen.size(); ++i) {
        const Row row = seen[i].row, parent = table_->parent(row);
        if (parent == kNoRow || !table_->isError(row))
            continue;
        const auto [at, isNew] = failed.try_emplace({parent, seen[i].operation}, table_->end(row));
        if (!isNew)
            at->second = std::min(at->second, table_->end(row));
    }
    if (failed.empty())
        return;
    for (size_t i = from; i < seen.size(); ++i)
        if (const auto found = failed.find({table_->parent(seen[i].row), seen[i].operation}); found != failed.end() && table_->start(seen[i].row) >= found->second)
            seen[i].flags |= kRepeated;
}

} // namespace aisle
