#include "orders/saturation.h"

#include "analysis/quantile.h"
#include "analysis/saturating.h"

#include <algorithm>

namespace aisle {

namespace {

constexpr int64_t kMillisecond = 1'000'000;

/// Something begins (+1) or ends (-1).
struct Change {
    int64_t at;
    enum class Of : uint8_t { Running, Waiting, JustEnded } of;
    int by;
};

/// Calls f(duration, running, waiting, justEnded) for each stretch in which nothing changes.
template <typename F>
void sweep(std::vector<Change>& changes, const StopToken& stop, F&& f) {
    std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.at < b.at; });
    int64_t count[3] = {0, 0, 0};
    for (size_t i = 0; i < changes.size(); ++i) {
        if (i % 65'536 == 0)
            stop.check();
        if (i > 0 && changes[i].at > changes[i - 1].at)
            f(static_cast<double>(timeBetween(changes[i - 1].at, changes[i].at)), count[0], count[1], count[2]);
        count[static_cast<size_t>(changes[i].of)] += changes[i].by;
    }
}

uint32_t slotsOf(const std::vector<ServedVisit>& visits, const StopToken& stop) {
    std::vector<Change> changes;
    for (const ServedVisit& v : visits)
        if (v.end > v.start) {
            changes.push_back({v.start, Change::Of::Running, 1});
            changes.push_back({v.end, Change::Of::Running, -1});
        }
    std::vector<double> timeWith; // by how many run
    double all = 0;
    sweep(changes, stop, [&](double time, int64_t running, int64_t, int64_t) {
        if (running <= 0)
            return;
        if (timeWith.size() <= static_cast<size_t>(running))
            timeWith.resize(static_cast<size_t>(running) + 1, 0);
        timeWith[static_cast<size_t>(running)] += time;
        all += time;
    });
    double below = 0;
    for (size_t slots = 1; slots < timeWith.size(); ++slots)
        if ((below += timeWith[slots]) >= all * Saturation::kSlotsIn)
            return static_cast<uint32_t>(slots);
    return timeWith.empty() ? 0 : static_cast<uint32_t>(timeWith.size() - 1);
}

int64_t toleranceOf(const std::vector<ServedVisit>& visits, uint32_t slots) {
    std::vector<int64_t> waits;
    double work = 0;
    for (const ServedVisit& v : visits) {
        work += static_cast<double>(timeBetween(v.start, v.end));
        if (v.since < v.start)
            waits.push_back(timeBetween(v.since, v.start));
    }
    const int64_t wanted = std::max(100 * kMillisecond, quantile(waits, 0.5) / 100);
    const double most = slots == 0 ? 0 : work / static_cast<double>(visits.size()) / slots / 10;
    return std::max(kMillisecond, most < static_cast<double>(wanted) ? static_cast<int64_t>(most) : wanted);
}

} // namespace

Saturation saturation(const std::vector<ServedVisit>& visits, const StopToken& stop) {
    Saturation out;
    out.visits = visits.size();
    out.isBackToBack.assign(visits.size(), false);
    if (visits.empty())
        return out;
    out.slots = slotsOf(visits, stop);
    out.tolerance = toleranceOf(visits, out.slots);

    std::vector<int64_t> ends;
    ends.reserve(visits.size());
    for (const ServedVisit& v : visits)
        ends.push_back(v.end);
    std::sort(ends.begin(), ends.end());
    std::vector<Change> changes;
    for (size_t i = 0; i < visits.size(); ++i) {
        const ServedVisit& v = visits[i];
        if (v.end > v.start) {
            changes.push_back({v.start, Change::Of::Running, 1});
            changes.push_back({v.end, Change::Of::Running, -1});
        }
        int64_t past = v.end;
        addSaturated(past, out.tolerance);
        changes.push_back({v.end, Change::Of::JustEnded, 1});
        changes.push_back({past, Change::Of::JustEnded, -1});
        if (timeBetween(v.since, v.start) <= out.tolerance)
            continue;
        ++out.waited;
        changes.push_back({v.since, Change::Of::Waiting, 1});
        changes.push_back({v.start, Change::Of::Waiting, -1});
        // Its own end is no end before it, also where it took no time.
        auto after = std::upper_bound(ends.begin(), ends.end(), v.start);
        const auto before = after - ends.begin() - (v.end == v.start ? 1 : 0);
        const int64_t last = before <= 0 ? v.since : ends[static_cast<size_t>(before - 1)];
        out.isBackToBack[i] = last > v.since && timeBetween(last, v.start) <= out.tolerance;
        out.backToBack += out.isBackToBack[i] ? 1 : 0;
    }
    double waiting = 0, justEnded = 0, working = 0;
    sweep(changes, stop, [&](double time, int64_t running, int64_t nowWaiting, int64_t nowJustEnded) {
        if (nowWaiting <= 0)
            return;
        waiting += time;
        justEnded += nowJustEnded > 0 ? time : 0;
        working += time * static_cast<double>(std::min<int64_t>(running, out.slots));
    });
    if (waiting > 0) {
        out.chance = justEnded / waiting;
        out.busy = out.slots == 0 ? 0 : working / (waiting * out.slots);
    }
    return out;
}

} // namespace aisle
