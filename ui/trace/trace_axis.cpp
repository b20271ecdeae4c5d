#include "trace/trace_axis.h"

#include <algorithm>
#include <cmath>

namespace aisle {

TraceAxis::TraceAxis(TimeRange bounds, const std::vector<IdleGap>& gaps) : bounds_(bounds), places_(bounds) {
    constexpr int64_t kShortestFolded = 1'000'000; // below it there is nothing to gain
    if (bounds.length() < kShortestFolded)
        return;
    int64_t busy = bounds.length();
    for (const IdleGap& gap : gaps)
        busy -= gap.length();
    busy = std::max(busy, 1000 * static_cast<int64_t>(gaps.size())); // of points alone nothing would be left
    const int64_t least = std::max<int64_t>(busy / kLeastPart, TimeRange::kShortest);
    std::vector<IdleGap> folded;
    for (const IdleGap& gap : gaps)
        if (gap.length() > least)
            folded.push_back(gap);
    if (folded.size() > kMostFolds) {
        std::nth_element(folded.begin(), folded.begin() + kMostFolds, folded.end(), [](const IdleGap& a, const IdleGap& b) { return a.length() > b.length(); });
        folded.resize(kMostFolds);
        std::sort(folded.begin(), folded.end(), [](const IdleGap& a, const IdleGap& b) { return a.from < b.from; });
    }
    if (folded.empty())
        return;
    int64_t left = bounds.length();
    for (const IdleGap& gap : folded)
        left -= gap.length();
    const int64_t place = std::clamp<int64_t>(std::max(left, busy) / 4 / static_cast<int64_t>(folded.size()), 1, std::max<int64_t>(1, busy / 12)); // room for its label, and less than what is folded
    int64_t saved = 0;
    for (const IdleGap& gap : folded) {
        folds_.push_back({gap.from, gap.to, gap.from - saved, place});
        saved += gap.length() - place;
    }
    places_.to = bounds.to - saved;
}

int64_t TraceAxis::placeOf(int64_t time) const {
    const auto after = std::upper_bound(folds_.begin(), folds_.end(), time, [](int64_t t, const Fold& fold) { return t < fold.from; });
    if (after == folds_.begin())
        return time;
    const Fold& fold = *(after - 1);
    if (time >= fold.to)
        return fold.at + fold.place + (time - fold.to);
    const double share = static_cast<double>(time - fold.from) / static_cast<double>(fold.to - fold.from);
    return fold.at + std::min(fold.place, static_cast<int64_t>(std::llround(share * static_cast<double>(fold.place))));
}

int64_t TraceAxis::momentAt(int64_t place) const {
    const auto after = std::upper_bound(folds_.begin(), folds_.end(), place, [](int64_t p, const Fold& fold) { return p < fold.at; });
    if (after == folds_.begin())
        return place;
    const Fold& fold = *(after - 1);
    if (place >= fold.at + fold.place)
        return fold.to + (place - fold.at - fold.place);
    const double share = static_cast<double>(place - fold.at) / static_cast<double>(fold.place);
    return std::min(fold.to, fold.from + static_cast<int64_t>(std::llround(share * static_cast<double>(fold.to - fold.from))));
}

} // namespace aisle
