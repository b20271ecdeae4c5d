#include "orders/conformance.h"

#include "analysis/saturating.h"
#include "orders/fulfilment.h"
#include "text/format.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace aisle {

namespace {

using What = Deviation::Kind;
using Key = std::tuple<What, uint32_t, uint32_t>;

constexpr std::array<std::string_view, 5> kKinds = {"skipped", "repeated", "out of order", "unfinished", "failed"};

/// Puts the first visits that are a tie into the order of the flow; they come by start.
void settleTies(std::vector<const FulfilmentLog::Visit*>& visits, const SpanTable& table, const std::vector<int64_t>& resolutions) {
    const auto isTie = [&](const FulfilmentLog::Visit& a, const FulfilmentLog::Visit& b) {
        const int64_t resolution = std::max(resolutions[table.service(a.row)], resolutions[table.service(b.row)]);
        return timeBetween(a.start, b.start) < resolution;
    };
    for (size_t i = 1; i < visits.size(); ++i)
        for (size_t k = i; k > 0 && visits[k - 1]->stage > visits[k]->stage && isTie(*visits[k - 1], *visits[k]); --k)
            std::swap(visits[k - 1], visits[k]);
}

} // namespace

Conformance conformance(const JourneyState& state, const FulfilmentLog& log, const std::vector<bool>& only, const StopToken& stop) {
    Conformance out;
    if (log.cases() == 0)
        return out;
    const bool isInAnyOrder = state.definition->order == StageOrder::Any;
    const std::vector<int64_t> resolutions = clockResolutions(*state.table);
    std::map<Key, Deviation> found;
    std::vector<uint64_t> visits(log.stages.size());
    std::vector<const FulfilmentLog::Visit*> firsts;
    for (CaseNumber c = 0; c < log.cases(); ++c) {
        if (c % 4096 == 0)
            stop.check();
        if (!only[c] || !state.counted[c] || !log.hasVisits(c))
            continue;
        ++out.orders;
        bool deviates = false;
        const auto add = [&](What kind, uint32_t stage, uint32_t before, uint64_t times) {
            Deviation& deviation = found.try_emplace({kind, stage, before}, Deviation{kind, stage, before, {}, 0}).first->second;
            if (deviation.orders.empty() || deviation.orders.back() != c)
                deviation.orders.push_back(c);
            deviation.times += times;
            deviates = true;
        };
        std::fill(visits.begin(), visits.end(), 0U);
        firsts.clear();
        uint32_t furthest = 0;
        for (uint32_t i = log.first[c]; i < log.first[c + 1]; ++i) {
            const FulfilmentLog::Visit& visit = log.visits[i];
            furthest = std::max(furthest, visit.stage);
            if (++visits[visit.stage] == 1 && !log.isOptional[visit.stage])
                firsts.push_back(&visit);
        }
        for (uint32_t k = 0; k < visits.size(); ++k) {
            if (visits[k] == 0 && !log.isOptional[k] && k < furthest && !isInAnyOrder)
                add(What::Skipped, k, k, 1);
            if (const uint32_t expected = state.definition->stages[k].times; visits[k] > expected)
                add(What::Repeated, k, k, visits[k] - expected);
        }
        if (!isInAnyOrder) {
            settleTies(firsts, *state.table, resolutions);
            for (size_t i = 1; i < firsts.size(); ++i)
                if (firsts[i - 1]->stage > firsts[i]->stage)
                    add(What::OutOfOrder, firsts[i - 1]->stage, firsts[i]->stage, 1);
        }
        out.withoutBeginning += !isBeginningSeen(state, log, c);
        if (log.state[c] == OrderState::Stuck)
            add(What::Unfinished, log.cameTo[c], log.cameTo[c], 1);
        if (log.failedAt[c] != kNoStage)
            add(What::Failed, log.failedAt[c], log.failedAt[c], 1);
        if (!deviates)
            ++(log.state[c] == OrderState::Done ? out.conforming : out.notJudged);
    }
    for (auto& [key, deviation] : found)
        out.deviations.push_back(std::move(deviation));
    std::stable_sort(out.deviations.begin(), out.deviations.end(), [](const Deviation& a, const Deviation& b) { return a.orders.size() > b.orders.size(); });
    return out;
}

std::vector<bool> casesOf(const Deviation& deviation, size_t cases) {
    std::vector<bool> out(cases, false);
    for (const CaseNumber c : deviation.orders)
        out[c] = true;
    return out;
}

std::string wordsOf(const Deviation& deviation, const FulfilmentLog& log) {
    const std::string& stage = log.stages[deviation.stage];
    switch (deviation.kind) {
    case What::Skipped: return "skipped " + stage;
    case What::Repeated: return stage + " again";
    case What::OutOfOrder: return stage + " before " + log.stages[deviation.before];
    case What::Unfinished: return "stuck after " + stage;
    case What::Failed: return "failed at " + stage;
    }
    return {};
}

Tabular tabulate(const Conformance& conformance, const JourneyState& state, const FulfilmentLog& log) {
    Tabular out;
    out.columns = {{"deviation", "Deviation"}, {"kind", "Kind"}, {"orders", "Orders", true}, {"share", "Of all", true}, {"times", "Times", true}, {"example", "Example"}};
    out.columns.back().valuesOf = state.cases().attribute();
    for (const Deviation& d : conformance.deviations)
        out.rows.push_back({Cell(wordsOf(d, log)), Cell(std::string(kKinds[static_cast<size_t>(d.kind)])), Cell::count(d.orders.size()),
                            Cell::percent(static_cast<double>(d.orders.size()) / static_cast<double>(conformance.orders)), Cell::count(d.times), Cell(state.cases().cases()[d.orders.front()].value)});
    const CaseKey& key = state.cases().key();
    const uint64_t judged = conformance.orders - conformance.notJudged;
    if (judged > 0)
        out.notes.push_back(formatPercent(conformance.share()) + " of " + counted(judged, key.noun(), key.plural) + " went through the stages as expected: each once, in their order, to the end.");
    if (conformance.withoutBeginning > 0)
        out.notes.push_back(counted(conformance.withoutBeginning, key.noun() + " has", key.plural + " have") + " nothing of " + log.stages.front() + ": what began before the first of these files skipped nothing, though it is counted as if it had.");
    if (conformance.notJudged > 0)
        out.notes.push_back(counted(conformance.notJudged, key.noun() + " is", key.plural + " are") + " under way without a deviation, and not judged yet.");
    return out;
}

} // namespace aisle
