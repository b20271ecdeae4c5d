#include "analysis/usual_durations.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace aisle {

namespace {
constexpr uint32_t kNone = 0xffffffffU;
constexpr double kWhole = 1e6;

double place(int64_t duration) { return std::log2(static_cast<double>(std::max<int64_t>(1, duration))); }
} // namespace

size_t UsualDurations::Kind::barOf(int64_t duration) const {
    const double low = place(shortest), high = place(longest);
    return high <= low ? kBars / 2 : static_cast<size_t>(std::clamp((place(duration) - low) / (high - low) * kBars, 0.0, kBars - 1.0));
}

UsualDurations::UsualDurations(const SpanTable& table, const StopToken& stop) : kindOfTrace_(table.traceSlots(), kNone), below_(table.traceSlots(), -1) {
    std::unordered_map<uint64_t, uint32_t> byOperation;
    std::vector<std::vector<std::pair<int64_t, TraceIndex>>> durations;
    for (TraceIndex t = 0; t < table.traceSlots(); ++t) {
        if ((t & 0xffff) == 0)
            stop.check();
        const TraceSummary& s = table.summary(t);
        if (s.spans == 0 || s.root == kNoRow)
            continue;
        const auto [at, isNew] = byOperation.try_emplace(uint64_t(table.service(s.root)) << 32 | table.name(s.root), static_cast<uint32_t>(durations.size()));
        if (isNew)
            durations.emplace_back();
        kindOfTrace_[t] = at->second;
        durations[at->second].emplace_back(s.duration, t);
    }
    kinds_.resize(durations.size());
    for (size_t k = 0; k < durations.size(); ++k) {
        stop.check();
        auto& all = durations[k];
        std::sort(all.begin(), all.end());
        Kind& kind = kinds_[k];
        kind.traces = all.size();
        kind.shortest = all.front().first;
        kind.longest = all.back().first;
        kind.median = all[(all.size() - 1) / 2].first;
        size_t below = 0; // how many are shorter
        for (size_t i = 0; i < all.size(); ++i) {
            if (all[i].first != all[below].first)
                below = i;
            ++kind.bars[kind.barOf(all[i].first)];
            if (all.size() > 1)
                below_[all[i].second] = std::llround(kWhole * static_cast<double>(below) / static_cast<double>(all.size() - 1));
        }
    }
}

const UsualDurations::Kind* UsualDurations::kindOf(TraceIndex trace) const {
    const uint32_t kind = trace < kindOfTrace_.size() ? kindOfTrace_[trace] : kNone;
    return kind == kNone || kinds_[kind].traces < 2 ? nullptr : &kinds_[kind];
}

} // namespace aisle
