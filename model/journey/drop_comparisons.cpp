#include "journey/drop_factors.h"

#include <algorithm>
#include <tuple>

namespace aisle {

DropGroundPtr DropComparisons::groundOf(const std::vector<uint32_t>& numbers) const {
    auto out = std::make_shared<DropGround>();
    out->cases = BitSet(experience_.cases.size());
    for (const uint32_t n : numbers)
        out->cases.set(n);
    out->all = out->cases.count();
    BitSet stopped = out->cases;
    stopped &= experience_.stopped;
    out->stopped = stopped.count();
    return out;
}

bool DropComparisons::isComparable(uint64_t with, const DropGround& ground) const {
    return with >= DropOff::kLeastCases && ground.all - with >= DropOff::kLeastCases && ground.stopped > 0 && ground.stopped < ground.all;
}

TwoByTwo DropComparisons::tableOf(const Met& with, const DropGround& ground) const {
    TwoByTwo table;
    for (const auto& [number, row] : with)
        ++(experience_.stopped[number] ? table.with : table.withOther);
    table.without = ground.stopped - table.with;
    table.withoutOther = ground.all - ground.stopped - table.withOther;
    return table;
}

size_t DropComparisons::count(const TwoByTwo& table) {
    chances_.push_back(associationChance(table));
    return chances_.size() - 1;
}

void DropComparisons::keep(size_t comparison, DropFactor factor, const Met& with, const TwoByTwo& table, const DropGroundPtr& ground) {
    if (table.with < DropOff::kLeastStopped || table.shareWith() <= table.shareWithout() || chances_[comparison] > kMostChance)
        return;
    DropCandidate candidate;
    candidate.factor = std::move(factor);
    candidate.cases = table;
    candidate.odds = oddsRatio(table);
    candidate.p = chances_[comparison];
    candidate.ground = ground;
    candidate.with = BitSet(experience_.cases.size());
    for (const auto& [number, row] : with) {
        candidate.with.set(number);
        if (experience_.stopped[number] && candidate.examples.size() < DropOff::kMostExamples)
            candidate.examples.emplace_back(number, row);
    }
    kept_.emplace_back(comparison, std::move(candidate));
    leaveOut(2 * most());
}

size_t DropComparisons::most() const {
    constexpr size_t kBytes = 64'000'000; // of two sets each, a bit for each case
    return std::clamp<size_t>(kBytes / (experience_.cases.size() / 4 + 1), 500, 5000);
}

void DropComparisons::leaveOut(size_t from) {
    if (kept_.size() <= from)
        return;
    const auto count = static_cast<std::ptrdiff_t>(most());
    const auto rank = [](const auto& one) { return std::tuple(one.second.p, -one.second.factor.depth, one.first); };
    std::nth_element(kept_.begin(), kept_.begin() + count, kept_.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    kept_.erase(kept_.begin() + count, kept_.end());
}

void DropComparisons::compare(DropFactor factor, const Met& with, const DropGroundPtr& ground) {
    if (!isComparable(with.size(), *ground))
        return;
    const TwoByTwo table = tableOf(with, *ground);
    keep(count(table), std::move(factor), with, table, ground);
}

void DropComparisons::append(DropComparisons&& other) {
    const size_t before = chances_.size();
    chances_.insert(chances_.end(), other.chances_.begin(), other.chances_.end());
    for (auto& [comparison, candidate] : other.kept_)
        kept_.emplace_back(before + comparison, std::move(candidate));
    other.kept_.clear();
    leaveOut(2 * most());
}

std::vector<DropCandidate> DropComparisons::take() {
    const std::vector<double> rates = falseDiscoveryRates(chances_);
    std::vector<DropCandidate> out;
    out.reserve(kept_.size());
    for (auto& [comparison, candidate] : kept_) {
        candidate.q = rates[comparison];
        out.push_back(std::move(candidate));
    }
    kept_.clear();
    return out;
}

} // namespace aisle
