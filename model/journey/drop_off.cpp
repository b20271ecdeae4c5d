#include "journey/drop_off.h"

#include "journey/causal_start.h"
#include "journey/drop_factors.h"
#include "query/value_counts.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <iterator>

namespace aisle {

namespace {

size_t common(BitSet a, const BitSet& b) {
    a &= b;
    return a.count();
}

class Ranking {
public:
    Ranking(const StageExperience& experience, std::vector<DropCandidate> candidates, const StopToken& stop) : experience_(experience), all_(std::move(candidates)), stop_(stop), covered_(experience.cases.size()) {
        std::stable_sort(all_.begin(), all_.end(), [](const DropCandidate& a, const DropCandidate& b) {
            if (a.factor.isOutcome != b.factor.isOutcome)
                return b.factor.isOutcome;
            if (a.odds.low != b.odds.low)
                return a.odds.low > b.odds.low;
            return a.factor.kind != b.factor.kind ? a.factor.kind < b.factor.kind : a.factor.depth > b.factor.depth;
        });
    }

    /// `compared`: so many comparisons were made.
    void run(DropOff& out, size_t compared) {
        std::vector<size_t> left, unclear;
        for (size_t i = 0; i < all_.size(); ++i)
            (all_[i].q <= DropOff::kMostFalse ? left : unclear).push_back(i);
        mostAgain_ = DropOff::kMostFalse / static_cast<double>(std::max<size_t>(1, left.size()));
        std::vector<size_t> chosen;
        while (!left.empty()) {
            stop_.check();
            const size_t best = deepest(left.front(), left);
            chosen.push_back(best);
            out.causes.push_back(causeOf(best));
            covered_ |= all_[best].with;
            std::erase_if(left, [&](size_t i) {
                if (i == best)
                    return true;
                if (isSame(all_[i], all_[best])) {
                    out.causes.back().same.push_back(all_[i].factor);
                    return true;
                }
                if (!isExplained(all_[i], covered_))
                    return false;
                out.causes[nearest(i, chosen)].related.push_back(all_[i].factor);
                return true;
            });
        }
        addChance(unclear, out);
        correct(out, compared);
        std::stable_sort(out.causes.begin(), out.causes.end(), [](const DropCause& a, const DropCause& b) { return a.odds.low > b.odds.low; });
    }

private:
    /// Failures and delays travel up: of those that explain it, the deepest.
    size_t deepest(size_t first, const std::vector<size_t>& left) const {
        size_t best = first;
        for (const size_t i : left) {
            const DropFactor &deeper = all_[i].factor, &present = all_[best].factor;
            const bool isCandidate = deeper.kind == present.kind && (deeper.kind == DropFactor::Kind::Failure || deeper.kind == DropFactor::Kind::Latency) && deeper.depth > present.depth;
            if (isCandidate && (isSame(all_[i], all_[best]) || isExplained(all_[best], all_[i].with)))
                best = i;
        }
        return best;
    }

    bool isSame(const DropCandidate& a, const DropCandidate& b) const {
        const auto both = static_cast<double>(common(a.with, b.with));
        const double either = static_cast<double>(a.cases.allWith() + b.cases.allWith()) - both;
        return both >= DropOff::kSame * either;
    }

    /// It does not stand out among the cases without these, and by less than half as much as before; of what says how it ended the first
    /// is enough.
    bool isExplained(const DropCandidate& candidate, const BitSet& without) const {
        BitSet with = candidate.with, ground = candidate.ground->cases;
        const size_t before = candidate.cases.allWith();
        with -= without;
        ground -= without;
        const size_t count = with.count();
        if (count == before && common(candidate.ground->cases, without) == 0)
            return false;
        TwoByTwo table;
        table.with = common(with, experience_.stopped);
        table.withOther = count - table.with;
        const size_t stopped = common(ground, experience_.stopped);
        table.without = stopped - table.with;
        table.withoutOther = ground.count() - stopped - table.withOther;
        if (table.allWith() < DropOff::kLeastCases || table.with < DropOff::kLeastStopped || table.allWithout() == 0)
            return true;
        return associationChance(table) > mostAgain_ && (candidate.factor.isOutcome || std::log(oddsRatio(table).value) < std::log(candidate.odds.value) / 2);
    }

    /// Of the causes, the one that most of its cases that stopped have.
    size_t nearest(size_t candidate, const std::vector<size_t>& chosen) const {
        BitSet stopped = all_[candidate].with;
        stopped &= experience_.stopped;
        size_t best = 0, most = 0;
        for (size_t i = 0; i < chosen.size(); ++i)
            if (const size_t n = common(stopped, all_[chosen[i]].with); n > most) {
                most = n;
                best = i;
            }
        return best;
    }

    void addChance(std::vector<size_t>& unclear, DropOff& out) const {
        std::stable_sort(unclear.begin(), unclear.end(), [&](size_t a, size_t b) { return all_[a].p < all_[b].p; });
        std::vector<size_t> taken;
        for (const size_t i : unclear) {
            if (taken.size() == DropOff::kMostChance)
                break;
            stop_.check();
            if (isExplained(all_[i], covered_))
                continue;
            const auto same = std::find_if(taken.begin(), taken.end(), [&](size_t t) { return isSame(all_[i], all_[t]); });
            if (same != taken.end()) {
                out.chance[static_cast<size_t>(same - taken.begin())].same.push_back(all_[i].factor);
                continue;
            }
            taken.push_back(i);
            out.chance.push_back(causeOf(i));
        }
    }

    /// What was found counts once, however often it shows.
    static void correct(DropOff& out, size_t compared) {
        std::vector<DropCause> all = std::move(out.causes);
        std::move(out.chance.begin(), out.chance.end(), std::back_inserter(all));
        out.causes.clear();
        out.chance.clear();
        std::vector<double> chances;
        for (const DropCause& cause : all)
            chances.push_back(cause.p);
        const std::vector<double> rates = falseDiscoveryRates(chances, compared);
        for (size_t i = 0; i < all.size(); ++i) {
            all[i].q = rates[i];
            (rates[i] <= DropOff::kMostFalse ? out.causes : out.chance).push_back(std::move(all[i]));
        }
        std::stable_sort(out.chance.begin(), out.chance.end(), [](const DropCause& a, const DropCause& b) { return a.p < b.p; });
    }

    DropCause causeOf(size_t i) const {
        const DropCandidate& candidate = all_[i];
        DropCause cause;
        cause.factor = candidate.factor;
        cause.cases = candidate.cases;
        cause.odds = candidate.odds;
        cause.p = candidate.p;
        cause.q = candidate.q;
        for (const auto& [number, row] : candidate.examples)
            cause.examples.push_back({experience_.cases[number], row});
        BitSet stopped = candidate.with;
        stopped &= experience_.stopped;
        stopped.forEach([&](size_t n) { cause.stopped.push_back(experience_.cases[n]); });
        return cause;
    }

    const StageExperience& experience_;
    std::vector<DropCandidate> all_;
    const StopToken& stop_;
    double mostAgain_ = DropOff::kMostFalse; ///< chance of what stands out when it is tested again (Bonferroni over these tests)
    BitSet covered_; ///< cases of the causes that were chosen
};

void addMoney(const traceql::Context& context, const JourneyState& state, const std::vector<bool>& only, const StageExperience& experience, DropOff& out, const StopToken& stop) {
    std::vector<CaseNumber> asked, stopped; // amounts of those that stopped, and of those that converted
    uint64_t wentOn = 0, converted = 0;
    for (uint32_t n = 0; n < experience.cases.size(); ++n) {
        const CaseNumber c = experience.cases[n];
        if (experience.stopped[n]) {
            stopped.push_back(c);
        } else if (!state.everything.progress[c].isOpen && !mayGoOn(*state.table, state.cases().cases()[c], state.everything.idleLimit)) { // else those that convert soon would count, and those that have yet to would not
            ++wentOn;
            converted += state.everything.progress[c].isConverted;
        }
    }
    for (CaseNumber c = 0; c < state.everything.progress.size(); ++c)
        if (only[c] && (state.everything.progress[c].isConverted || std::binary_search(stopped.begin(), stopped.end(), c)))
            asked.push_back(c);
    const traceql::OpenSource open(context, {.attributes = true}, stop);
    const CaseAmounts amounts(open.source(), state, asked, stop);
    const auto moneyOf = [&](const std::vector<CaseNumber>& some) {
        CaseMoney money = amounts.of(some);
        money.wentOn = wentOn;
        money.converted = converted;
        return money;
    };
    out.money = moneyOf(stopped);
    for (auto* list : {&out.causes, &out.chance})
        for (DropCause& cause : *list)
            cause.money = moneyOf(cause.stopped);
}

} // namespace

DropOff dropOff(const traceql::Context& context, const JourneyState& state, const std::vector<bool>& only, size_t stage, const StopToken& stop) {
    DropOff out;
    out.stage = stage;
    if (!state.definition || state.everything.progress.empty() || stage >= state.everything.stages.size()) {
        out.problem = state.problem.empty() ? "There is no funnel." : state.problem;
        return out;
    }
    out.stageName = state.everything.stages[stage].name;
    out.caseName = state.cases().key().id;
    out.casePlural = state.cases().key().plural;
    auto fields = std::async(std::launch::async, [&] { // 0.2 s of 5 M spans, meanwhile
        const traceql::OpenSource open(context, {.attributes = true}, stop);
        return traceql::comparedFields(open.source(), stop);
    });
    const StageExperience experience(state, only, stage, stop);
    out.stopped = experience.stoppedCount;
    out.wentOn = experience.cases.size() - experience.stoppedCount;
    out.open = experience.open;
    if (stage + 1 == state.everything.stages.size() && out.stopped == 0)
        out.problem = out.stageName + " is the end of the journey; nobody stops there.";
    else if (out.stopped == 0)
        out.problem = "Nobody stopped at " + out.stageName + ".";
    else if (out.wentOn == 0)
        out.problem = "Nobody went on from " + out.stageName + ", so there is nobody to compare with.";
    if (out.problem.empty()) {
        DropComparisons comparisons = compareFactors(context, experience, fields.get(), stop);
        out.compared = comparisons.counted();
        Ranking(experience, comparisons.take(), stop).run(out, out.compared);
    }
    if (out.stopped > 0)
        addMoney(context, state, only, experience, out, stop);
    return out;
}

std::optional<DropOff> clearestDropOff(const traceql::Context& context, const JourneyState& state, const std::vector<bool>& only, size_t except, const StopToken& stop) {
    std::optional<DropOff> best;
    const auto rank = [](const DropOff& drop) { return std::pair(drop.causes.empty() ? 0.0 : drop.causes.front().odds.low, drop.problem.empty()); };
    for (size_t k = 0; k + 1 < state.everything.stages.size(); ++k) {
        if (k == except)
            continue;
        DropOff one = dropOff(context, state, only, k, stop);
        if (one.problem.empty() && (!best || rank(*best) < rank(one)))
            best = std::move(one);
    }
    return best;
}

bool isClearer(const std::optional<DropOff>& elsewhere, const DropOff& first) {
    return first.causes.empty() && elsewhere && (!elsewhere->causes.empty() || !first.problem.empty());
}

std::optional<size_t> stageOfMostStops(const FunnelResult& funnel) {
    std::optional<size_t> most;
    for (size_t k = 0; k + 1 < funnel.stages.size(); ++k)
        if (funnel.stages[k].dropped > (most ? funnel.stages[*most].dropped : 0))
            most = k;
    return most;
}

} // namespace aisle
