#include "orders/bottlenecks.h"

#include "analysis/mann_whitney.h"
#include "analysis/odds_ratio.h"
#include "analysis/quantile.h"
#include "analysis/saturating.h"
#include "orders/dominating_operation.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace aisle {

namespace {

using Kind = Bottleneck::Kind;
using Log = FulfilmentLog;
constexpr std::array<Kind, 3> kTimes = {Kind::Queue, Kind::HandOver, Kind::Work};

/// A visit at a station, of all orders.
struct Seen {
    CaseNumber order = 0;
    uint32_t visit = 0;
    bool counts = false;      ///< its order is one of `only`
    bool isRepeat = false;    ///< the attempt before had failed
    bool wasRepeated = false; ///< it failed, and another attempt came
    bool isBackToBack = false;
};

/// A stage at an instance.
struct Station {
    uint32_t stage = 0, service = 0, instance = ContextInfo::kNoInstance;
    std::vector<Seen> seen;
    Saturation saturation;
    uint64_t fromQueue = 0; ///< visits whose message was seen in a queue
    bool isQueue() const { return fromQueue * 2 > seen.size(); }
    bool isSaturated(Kind kind) const { return saturation.isSaturated() && kind == (isQueue() ? Kind::Queue : Kind::HandOver); }
};

/// Of all instances of a service at a stage, sorted, ns.
struct Beside {
    std::vector<int64_t> all, free; ///< free: of those that are not saturated
};

/// The median of `all` without `own`, which is among them; 0: there are no others. Both sorted. O(log^2 n).
int64_t medianWithout(const std::vector<int64_t>& all, const std::vector<int64_t>& own) {
    if (all.size() == own.size())
        return 0;
    const size_t rank = nearestRank(all.size() - own.size(), 0.5);
    const auto upTo = [](const std::vector<int64_t>& values, int64_t value) { return static_cast<size_t>(std::upper_bound(values.begin(), values.end(), value) - values.begin()); };
    return *std::partition_point(all.begin(), all.end(), [&](int64_t value) { return upTo(all, value) - upTo(own, value) <= rank; });
}

/// ns; -1: it has none.
int64_t timeOf(const Log::Visit& v, const Seen& seen, Kind kind) {
    if (kind == Kind::Work)
        return v.isUnfinished ? -1 : timeBetween(v.start, v.end);
    if (seen.isRepeat || v.wait < 0)
        return -1;
    const int64_t queue = std::min(v.queue, v.wait);
    if (kind == Kind::Queue)
        return queue;
    return queue < 0 ? v.wait : v.wait - queue;
}

class Search {
public:
    Search(const JourneyState& state, const Log& log, const std::vector<bool>& only, const StopToken& stop) : table_(*state.table), log_(log), only_(only), stop_(stop) {}

    Bottlenecks run() {
        collect();
        if (out_.orders == 0) {
            out_.problem = "No order of the scope came to a stage of the order flow, so there is nothing to look at.";
            return std::move(out_);
        }
        for (Station& station : stations_)
            saturate(station);
        compare();
        for (const Station& station : stations_)
            for (const Kind kind : kTimes)
                judge(station, kind);
        repeats();
        rank();
        longest();
        return std::move(out_);
    }

private:
    struct Comparison {
        double p = 1, q = 1;
        uint64_t others = 0;
        int64_t othersP50 = 0;
        bool isLonger = false;
    };
    using Key = std::pair<const Station*, Kind>;
    using Service = std::pair<uint32_t, uint32_t>; ///< stage, service

    bool counts(CaseNumber c) const { return c < only_.size() && only_[c]; }

    void collect() {
        std::map<std::tuple<uint32_t, uint32_t, uint32_t>, size_t> numbers;
        std::vector<size_t> stationOf(log_.stages.size()), lastSeen(log_.stages.size());
        std::vector<uint32_t> visitOf(log_.stages.size());
        constexpr uint32_t kNone = 0xffffffffU;
        for (size_t c = 0; c < log_.cases(); ++c) {
            if (c % 4096 == 0)
                stop_.check();
            const auto order = static_cast<CaseNumber>(c);
            std::fill(visitOf.begin(), visitOf.end(), kNone);
            if (counts(order) && log_.first[c] < log_.first[c + 1]) {
                ++out_.orders;
                addSaturated(out_.lead, log_.lead[c]);
                leads_.push_back(log_.lead[c]);
            }
            for (uint32_t i = log_.first[c]; i < log_.first[c + 1]; ++i) {
                const Log::Visit& v = log_.visits[i];
                Seen seen{order, i, counts(order), false, false, false};
                if (visitOf[v.stage] != kNone && log_.visits[visitOf[v.stage]].failed) {
                    seen.isRepeat = true;
                    stations_[stationOf[v.stage]].seen[lastSeen[v.stage]].wasRepeated = true;
                }
                const auto [at, isNew] = numbers.try_emplace({v.stage, table_.service(v.row), table_.contextInfo(table_.context(v.row)).instance}, stations_.size());
                if (isNew) {
                    Station& station = stations_.emplace_back();
                    std::tie(station.stage, station.service, station.instance) = at->first;
                }
                stationOf[v.stage] = at->second;
                lastSeen[v.stage] = stations_[at->second].seen.size();
                visitOf[v.stage] = i;
                stations_[at->second].seen.push_back(seen);
                stations_[at->second].fromQueue += v.queue >= 0 ? 1 : 0;
            }
        }
    }

    void saturate(Station& station) {
        std::vector<ServedVisit> visits;
        visits.reserve(station.seen.size());
        for (const Seen& seen : station.seen) {
            const Log::Visit& v = log_.visits[seen.visit];
            const int64_t wait = timeOf(v, seen, v.queue >= 0 ? Kind::Queue : Kind::HandOver);
            visits.push_back({v.start, v.end, wait > 0 ? timeBetween(wait, v.start) : v.start});
        }
        station.saturation = saturation(visits, stop_);
        for (size_t i = 0; i < station.seen.size(); ++i)
            station.seen[i].isBackToBack = station.saturation.isBackToBack[i];
    }

    /// The times of a station in the orders that count.
    std::vector<int64_t> timesOf(const Station& station, Kind kind, bool withBackToBack = true) const {
        std::vector<int64_t> out;
        for (const Seen& seen : station.seen)
            if (const int64_t time = timeOf(log_.visits[seen.visit], seen, kind); seen.counts && time >= 0 && (withBackToBack || !seen.isBackToBack))
                out.push_back(time);
        return out;
    }
    std::vector<int64_t> sortedTimesOf(const Station& station, Kind kind) const {
        std::vector<int64_t> out = timesOf(station, kind);
        std::sort(out.begin(), out.end());
        return out;
    }

    void compare() {
        for (const Station& station : stations_)
            services_[{station.stage, station.service}].push_back(&station);
        for (const auto& [service, stations] : services_)
            for (const Kind kind : kTimes)
                compare(service, stations, kind);
        std::vector<double> chances;
        for (const auto& [key, one] : comparisons_)
            chances.push_back(one.p);
        const std::vector<double> rates = falseDiscoveryRates(chances);
        size_t next = 0;
        for (auto& [key, one] : comparisons_)
            one.q = rates[next++];
        out_.compared = chances.size();
    }

    /// Sorted once for all instances: there may be a million with one visit each.
    void compare(const Service& service, const std::vector<const Station*>& stations, Kind kind) {
        stop_.check();
        std::vector<GroupedValue> values;
        std::vector<uint64_t> visits(stations.size());
        for (uint32_t i = 0; i < stations.size(); ++i)
            for (const int64_t time : timesOf(*stations[i], kind)) {
                values.push_back({time, i});
                ++visits[i];
            }
        std::sort(values.begin(), values.end(), [](const GroupedValue& a, const GroupedValue& b) { return a.value < b.value; });
        Beside& beside = beside_[{service, kind}];
        for (const GroupedValue& one : values) {
            beside.all.push_back(one.value);
            if (!stations[one.group]->isSaturated(kind))
                beside.free.push_back(one.value);
        }
        stop_.check();
        const std::vector<RankSum> tests = rankSums(values, stations.size());
        for (size_t i = 0; i < stations.size(); ++i) {
            const uint64_t others = values.size() - visits[i];
            if (stations[i]->instance == ContextInfo::kNoInstance || visits[i] < Bottlenecks::kLeastVisits || others < Bottlenecks::kLeastVisits)
                continue;
            stop_.check();
            const std::vector<int64_t> own = sortedTimesOf(*stations[i], kind);
            const int64_t middle = own[nearestRank(own.size(), 0.5)], usual = medianWithout(beside.all, own);
            Comparison& one = comparisons_[{stations[i], kind}];
            one.p = tests[i].p;
            one.others = others;
            one.othersP50 = usual;
            one.isLonger = middle > usual && static_cast<double>(middle) >= static_cast<double>(usual) * Bottlenecks::kLeastFactor;
        }
    }

    int64_t usualOf(const Station& station, Kind kind) const {
        const Beside& beside = beside_.at({Service(station.stage, station.service), kind});
        const std::vector<int64_t> own = sortedTimesOf(station, kind), none{};
        const std::vector<int64_t>& ownFree = station.isSaturated(kind) ? none : own;
        if (beside.free.size() - ownFree.size() >= Bottlenecks::kLeastVisits)
            return medianWithout(beside.free, ownFree);
        if (!station.isSaturated(kind))
            return medianWithout(beside.all, own);
        std::vector<int64_t> free = timesOf(station, kind, false);
        return free.size() >= Bottlenecks::kLeastVisits ? quantile(free, 0.5) : 0;
    }

    void judge(const Station& station, Kind kind) {
        stop_.check();
        const auto found = comparisons_.find({&station, kind});
        const bool isLonger = found != comparisons_.end() && found->second.isLonger && found->second.q <= Bottlenecks::kMostFalse;
        if (!isLonger && !station.isSaturated(kind))
            return;
        Bottleneck one;
        one.kind = kind;
        place(one, station);
        if (station.isSaturated(kind))
            one.saturation = station.saturation;
        if (isLonger)
            one.imbalance = Bottleneck::Imbalance{found->second.others, found->second.p, found->second.q, found->second.othersP50};
        one.usual = usualOf(station, kind);
        std::vector<Lost> lost;
        for (const Seen& seen : station.seen)
            if (const int64_t time = timeOf(log_.visits[seen.visit], seen, kind); seen.counts && time >= 0)
                lost.push_back({seen.order, log_.visits[seen.visit].row, time});
        if (!measure(one, lost))
            return;
        // What an instance that is not saturated does says nothing about why something waits for it.
        if (kind == Kind::Work || one.saturation)
            name(one, dominatingWork(table_, sampled(lost), stop_));
        out_.found.push_back(std::move(one));
    }

    void place(Bottleneck& one, const Station& station) const {
        one.stage = station.stage;
        one.stageName = log_.stages[station.stage];
        one.service = table_.services()[station.service];
        if (station.instance != ContextInfo::kNoInstance)
            one.instance = std::string(table_.text(station.instance));
    }

    static void name(Bottleneck& one, DominatingOperation operation) {
        one.operation = std::move(operation.name);
        one.operationService = std::move(operation.service);
        one.operationShare = operation.share;
    }

    struct Lost {
        CaseNumber order;
        Row row;
        int64_t time;
    };

    static std::vector<Row> sampled(const std::vector<Lost>& lost) {
        std::vector<Row> rows;
        const size_t step = (lost.size() + Bottlenecks::kMostSampled - 1) / Bottlenecks::kMostSampled;
        for (size_t i = 0; i < lost.size(); i += step)
            rows.push_back(lost[i].row);
        return rows;
    }

    /// False: it costs next to nothing. `lost` is by order.
    bool measure(Bottleneck& one, std::vector<Lost>& lost) {
        std::vector<int64_t> times;
        std::vector<std::pair<int64_t, Bottleneck::Example>> most;
        std::vector<int64_t> byOrder;
        one.visits = lost.size();
        for (const Lost& each : lost) {
            times.push_back(each.time);
            const int64_t above = std::max<int64_t>(0, timeBetween(one.usual, each.time));
            if (above == 0)
                continue;
            addSaturated(one.excess, above);
            if (one.orders.empty() || one.orders.back() != each.order) {
                one.orders.push_back(each.order);
                byOrder.push_back(0);
            }
            addSaturated(byOrder.back(), above);
            most.push_back({above, {each.order, each.row}});
        }
        one.share = out_.lead > 0 ? static_cast<double>(one.excess) / static_cast<double>(out_.lead) : 0;
        if (one.share < Bottlenecks::kLeastShare) {
            ++out_.small;
            return false;
        }
        one.p50 = quantile(times, 0.5);
        one.p90 = quantile(times, 0.9);
        one.excessP50 = quantile(byOrder, 0.5);
        one.excessP90 = quantile(byOrder, 0.9);
        std::stable_sort(most.begin(), most.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
        for (size_t i = 0; i < most.size() && i < Bottlenecks::kMostExamples; ++i)
            one.examples.push_back(most[i].second);
        return true;
    }

    void repeats() {
        struct Tested {
            const Station* station;
            TwoByTwo visits; ///< the outcome is "failed, and was tried again"
        };
        std::vector<Tested> tested; // service by service
        std::vector<double> chances;
        for (const auto& [key, beside] : services_) {
            std::vector<TwoByTwo> here(beside.size());
            TwoByTwo all;
            for (size_t i = 0; i < beside.size(); ++i) {
                stop_.check();
                for (const Seen& seen : beside[i]->seen)
                    if (seen.counts)
                        ++(seen.wasRepeated ? here[i].with : here[i].withOther);
                all.with += here[i].with;
                all.withOther += here[i].withOther;
            }
            for (size_t i = 0; i < beside.size(); ++i) {
                Tested one{beside[i], here[i]};
                one.visits.without = all.with - here[i].with;
                one.visits.withoutOther = all.withOther - here[i].withOther;
                if (beside[i]->instance == ContextInfo::kNoInstance || one.visits.allWith() < Bottlenecks::kLeastVisits || one.visits.allWithout() < Bottlenecks::kLeastVisits)
                    continue;
                tested.push_back(one);
                chances.push_back(associationChance(one.visits));
            }
        }
        const std::vector<double> rates = falseDiscoveryRates(chances);
        out_.compared += chances.size();
        size_t next = 0; // of tested
        for (const auto& [key, beside] : services_) {
            Bottleneck one;
            const Station* at = nullptr;
            double highest = 0; // share that fails, of those of which it is clearly more
            for (; next < tested.size() && std::pair(tested[next].station->stage, tested[next].station->service) == key; ++next) {
                const TwoByTwo& t = tested[next].visits;
                // A handful of failures is soon at one place by chance.
                if (t.with < Bottlenecks::kLeastVisits || rates[next] > Bottlenecks::kMostFalse || t.shareWith() < t.shareWithout() * Bottlenecks::kLeastFactor || t.shareWith() <= highest)
                    continue;
                highest = t.shareWith();
                at = tested[next].station;
                one.imbalance = Bottleneck::Imbalance{t.allWithout(), chances[next], rates[next], 0};
            }
            one.kind = Kind::Repeats;
            place(one, at != nullptr ? *at : *beside.front());
            if (at == nullptr && beside.size() > 1)
                one.instance.clear();
            std::vector<Lost> lost;
            for (const Station* station : at != nullptr ? std::vector<const Station*>{at} : beside)
                for (const Seen& seen : station->seen)
                    if (seen.counts && seen.wasRepeated)
                        lost.push_back({seen.order, log_.visits[seen.visit].row, timeToNext(seen)});
            if (lost.empty())
                continue;
            std::stable_sort(lost.begin(), lost.end(), [](const Lost& a, const Lost& b) { return a.order < b.order; });
            if (!measure(one, lost))
                continue;
            name(one, dominatingFailure(table_, sampled(lost), stop_));
            out_.found.push_back(std::move(one));
        }
    }

    /// From the failure to the end of the next attempt.
    int64_t timeToNext(const Seen& seen) const {
        const Log::Visit& failed = log_.visits[seen.visit];
        uint32_t next = seen.visit + 1;
        while (log_.visits[next].stage != failed.stage)
            ++next;
        return std::max<int64_t>(0, timeBetween(failed.end, log_.visits[next].end));
    }

    void rank() {
        std::sort(out_.found.begin(), out_.found.end(), [](const Bottleneck& a, const Bottleneck& b) {
            if (a.excess != b.excess)
                return a.excess > b.excess;
            return std::tie(a.stage, a.kind, a.service, a.instance) < std::tie(b.stage, b.kind, b.service, b.instance);
        });
    }

    void longest() {
        const auto least = static_cast<int64_t>(static_cast<double>(quantile(leads_, 0.5)) * Bottlenecks::kLeastWait);
        for (uint32_t k = 0; k < log_.stages.size(); ++k) {
            if (std::any_of(out_.found.begin(), out_.found.end(), [&](const Bottleneck& b) { return b.stage == k && (b.kind == Kind::Queue || b.kind == Kind::HandOver); }))
                continue;
            LongWait one;
            one.stage = k;
            one.stageName = log_.stages[k];
            std::vector<int64_t> waits;
            for (const Station& station : stations_) {
                if (station.stage != k)
                    continue;
                ++one.instances;
                one.busy = std::max(one.busy, station.saturation.busy);
                for (const Kind kind : {Kind::Queue, Kind::HandOver})
                    one.isCompared = one.isCompared || comparisons_.contains({&station, kind});
                for (const Seen& seen : station.seen)
                    if (const int64_t wait = log_.visits[seen.visit].wait; seen.counts && !seen.isRepeat && wait >= 0)
                        waits.push_back(wait);
            }
            one.visits = waits.size();
            one.p50 = quantile(waits, 0.5);
            one.p90 = quantile(waits, 0.9);
            if (one.p50 > 0 && one.p50 >= least)
                out_.longest.push_back(std::move(one));
        }
        std::stable_sort(out_.longest.begin(), out_.longest.end(), [](const LongWait& a, const LongWait& b) { return a.p50 > b.p50; });
        if (out_.longest.size() > Bottlenecks::kMostLongest)
            out_.longest.resize(Bottlenecks::kMostLongest);
    }

    const SpanTable& table_;
    const Log& log_;
    const std::vector<bool>& only_;
    const StopToken& stop_;
    std::vector<Station> stations_;
    std::vector<int64_t> leads_;
    std::map<Service, std::vector<const Station*>> services_;
    std::map<std::pair<Service, Kind>, Beside> beside_;
    std::map<Key, Comparison> comparisons_; // in the order of stations_, which is complete by then
    Bottlenecks out_;
};

} // namespace

Bottlenecks bottlenecks(const JourneyState& state, const FulfilmentLog& log, const std::vector<bool>& only, const StopToken& stop) {
    if (!state.problem.empty() || state.table == nullptr) {
        Bottlenecks out;
        out.problem = state.problem.empty() ? "There are no orders to look at." : state.problem;
        return out;
    }
    return Search(state, log, only, stop).run();
}

} // namespace aisle
