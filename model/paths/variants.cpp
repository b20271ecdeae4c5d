#include "paths/variants.h"

#include "analysis/quantile.h"

#include <algorithm>
#include <unordered_map>

namespace aisle {

namespace {

constexpr char32_t kCut = 0xffffffffU; ///< no activity

/// Activities in the order of their names.
std::vector<uint32_t> ranksOf(const std::vector<std::string>& names) {
    std::vector<uint32_t> order(names.size()), rank(names.size());
    for (uint32_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return names[a] < names[b]; });
    for (uint32_t i = 0; i < order.size(); ++i)
        rank[order[i]] = i;
    return rank;
}

void addRun(std::vector<Variants::Step>& steps, uint32_t activity) {
    if (!steps.empty() && steps.back().activity == activity)
        steps.back().least = ++steps.back().most;
    else
        steps.push_back({activity, 1, 1});
}

} // namespace

Variants variants(const CaseLog& log, const std::vector<bool>& only, bool foldRepeats, const std::vector<bool>* kept, const StopToken& stop) {
    Variants out;
    out.foldsRepeats = foldRepeats;
    out.ofCase.assign(log.cases(), Variants::kNone);
    std::unordered_map<std::u32string, uint32_t> numbers; // whose hash is of the whole sequence, and whose == is exact
    std::vector<std::vector<int64_t>> durations;
    std::vector<uint32_t> events;
    std::vector<Variants::Step> runs;
    std::u32string sequence;
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 1024 == 0)
            stop.check();
        if (!only[c])
            continue;
        ++out.cases;
        log.eventsOf(c, kept, events);
        if (events.empty()) {
            ++out.emptyCases;
            continue;
        }
        sequence.clear();
        runs.clear();
        bool isCut = false;
        for (const uint32_t event : events) {
            const uint32_t activity = log.activity[event];
            const bool isRepeat = foldRepeats && !runs.empty() && runs.back().activity == activity;
            isCut = !isRepeat && sequence.size() == Variants::kMostSteps;
            if (isCut)
                break;
            if (!isRepeat)
                sequence += static_cast<char32_t>(activity);
            addRun(runs, activity);
        }
        if (isCut) {
            ++out.cutCases;
            sequence += kCut;
        }
        const auto [at, isNew] = numbers.try_emplace(sequence, static_cast<uint32_t>(out.variants.size()));
        if (isNew) {
            out.variants.emplace_back().steps = runs;
            out.variants.back().isCut = isCut;
            durations.emplace_back();
        }
        Variants::Variant& variant = out.variants[at->second];
        for (size_t i = 0; i < runs.size(); ++i) {
            variant.steps[i].least = std::min(variant.steps[i].least, runs[i].least);
            variant.steps[i].most = std::max(variant.steps[i].most, runs[i].most);
        }
        ++variant.cases;
        variant.open += log.isOpen[c];
        variant.converted += !log.isConverted.empty() && log.isConverted[c];
        if (variant.examples.size() < Variants::kMostExamples)
            variant.examples.push_back(c);
        durations[at->second].push_back(log.duration(c));
        out.ofCase[c] = at->second;
    }
    stop.check();

    const std::vector<uint32_t> rank = ranksOf(log.activities);
    std::vector<const std::u32string*> sequences(out.variants.size());
    for (const auto& [text, number] : numbers)
        sequences[number] = &text;
    std::vector<uint32_t> order(out.variants.size()), place(out.variants.size());
    for (uint32_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
        if (out.variants[a].cases != out.variants[b].cases)
            return out.variants[a].cases > out.variants[b].cases;
        const auto rankOf = [&](char32_t activity) { return activity == kCut ? kCut : rank[activity]; };
        return std::lexicographical_compare(sequences[a]->begin(), sequences[a]->end(), sequences[b]->begin(), sequences[b]->end(), [&](char32_t x, char32_t y) { return rankOf(x) < rankOf(y); });
    });
    std::vector<Variants::Variant> sorted;
    sorted.reserve(order.size());
    const auto all = static_cast<double>(out.cases - out.emptyCases);
    uint64_t sum = 0;
    for (const uint32_t number : order) {
        place[number] = static_cast<uint32_t>(sorted.size());
        Variants::Variant& variant = sorted.emplace_back(std::move(out.variants[number]));
        sum += variant.cases;
        variant.share = static_cast<double>(variant.cases) / all;
        variant.cumulative = static_cast<double>(sum) / all;
        variant.p50 = quantile(durations[number], 0.5);
        variant.p90 = quantile(durations[number], 0.9);
    }
    out.variants = std::move(sorted);
    for (uint32_t& number : out.ofCase)
        if (number != Variants::kNone)
            number = place[number];
    return out;
}

std::vector<CaseNumber> casesOfVariant(const Variants& variants, uint32_t variant) {
    std::vector<CaseNumber> out;
    for (CaseNumber c = 0; c < variants.ofCase.size(); ++c)
        if (variants.ofCase[c] == variant)
            out.push_back(c);
    return out;
}

namespace {

std::string stepText(const CaseLog& log, const Variants::Step& step, const Redactor& redactor) {
    const std::string name = log.nameOf(step.activity, redactor);
    return step.most == 1 ? name : name + " x" + std::to_string(step.least) + (step.most > step.least ? "-" + std::to_string(step.most) : "");
}

} // namespace

std::string variantText(const CaseLog& log, const Variants::Variant& variant, const Redactor& redactor) {
    std::string out;
    for (const Variants::Step& step : variant.steps)
        out += (out.empty() ? "" : " → ") + stepText(log, step, redactor);
    return variant.isCut ? out + " → ..." : out;
}

std::string variantDifference(const CaseLog& log, const Variants::Variant& variant, const Variants::Variant& usual, size_t around) {
    const auto &steps = variant.steps, &others = usual.steps;
    const bool isUsual = steps == others;
    const size_t shortest = std::min(steps.size(), others.size());
    size_t before = 0, behind = 0; // with which both begin and end
    while (before < shortest && steps[before] == others[before])
        ++before;
    while (behind < shortest - before && !variant.isCut && !usual.isCut && steps[steps.size() - 1 - behind] == others[others.size() - 1 - behind])
        ++behind;
    if (!isUsual && before + behind == steps.size() && around == 0)
        around = 1;
    const auto isTold = [&](size_t i) { return isUsual ? i <= around || i + 1 + around >= steps.size() : i + around >= before && i + behind < steps.size() + around; };
    const Redactor open;
    std::string out;
    bool wasTold = true;
    for (size_t i = 0; i < steps.size(); ++i) {
        if (isTold(i))
            out += (out.empty() ? "" : " → ") + stepText(log, steps[i], open);
        else if (wasTold)
            out += out.empty() ? "…" : " → …";
        wasTold = isTold(i);
    }
    return variant.isCut ? out + " → ..." : out;
}

} // namespace aisle
