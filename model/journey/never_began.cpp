#include "journey/never_began.h"

#include "journey/case_filter.h"
#include "paths/activities.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>
#include <map>

namespace aisle {

namespace {

bool beginsAnywhere(const JourneyDefinition& journey) { return journey.isOpen || journey.order == StageOrder::Any; }

/// How many of `cases` would have come to where a journey begins, had their spans what it holds constant.
uint64_t countUnheld(const JourneyState& state, const std::vector<CaseNumber>& cases, const StopToken& stop) {
    const JourneyDefinition& journey = *state.definition;
    uint32_t stages = 0;
    for (size_t k = 0; k < (beginsAnywhere(journey) ? journey.stages.size() : 1); ++k)
        if (journey.stages[k].holds)
            stages |= 1U << k;
    if (journey.hold.empty() || stages == 0)
        return 0;
    std::vector<bool> lacks(state.counted.size(), false);
    uint64_t n = 0;
    for (const StageEvent& event : state.events) {
        if ((++n & 0xffff) == 0)
            stop.check();
        if (const CaseNumber c = state.cases().caseOf(state.table->trace(event.row)); c != kNoCase && (event.stages & stages) != 0 && event.held == StageEvent::kNothing)
            lacks[c] = true;
    }
    return static_cast<uint64_t>(std::count_if(cases.begin(), cases.end(), [&](CaseNumber c) { return lacks[c]; }));
}

} // namespace

NeverBegan neverBegan(const traceql::Context& context, const JourneyState& state, const std::vector<bool>& only, const StopToken& stop) {
    NeverBegan out;
    if (!state.definition)
        return out;
    out.cases = casesThat(state, only, {.which = CaseFilter::Which::Outcome, .outcome = CaseOutcome::NotEntered}, stop);
    if (out.cases.empty())
        return out;
    out.unheld = countUnheld(state, out.cases, stop);
    JourneyState those; // of which only these cases count
    those.table = state.table;
    those.index = state.index;
    those.counted.assign(state.counted.size(), false);
    for (const CaseNumber c : out.cases)
        those.counted[c] = true;
    const Activities found = activities(context, those, {}, stop);
    std::vector<std::vector<CaseNumber>> byActivity(found.names.size());
    uint64_t n = 0;
    for (const Activities::Event& event : found.events) {
        if ((++n & 0xffff) == 0)
            stop.check();
        byActivity[event.activity].push_back(state.cases().caseOf(state.table->trace(event.row)));
        those.counted[byActivity[event.activity].back()] = false;
    }
    out.silent = static_cast<uint64_t>(std::count(those.counted.begin(), those.counted.end(), true));
    // "/api/data" and "/api/data/" are one request to whoever reads of it.
    std::map<std::string, std::vector<CaseNumber>> byName;
    const size_t named = byActivity.size() - (found.rest > 0 ? 1 : 0); // the last is the rest of very many
    for (size_t a = 0; a < named; ++a) {
        std::string name = found.names[a];
        if (name.ends_with('/') && !name.ends_with(" /") && name.size() > 1)
            name.pop_back();
        auto& cases = byName[name];
        cases.insert(cases.end(), byActivity[a].begin(), byActivity[a].end());
    }
    for (auto& [name, cases] : byName) {
        stop.check();
        std::sort(cases.begin(), cases.end());
        cases.erase(std::unique(cases.begin(), cases.end()), cases.end());
        if (!cases.empty())
            out.requests.push_back({name, std::move(cases)});
    }
    std::stable_sort(out.requests.begin(), out.requests.end(), [](const auto& a, const auto& b) { return a.cases.size() > b.cases.size(); });
    out.others = found.rest;
    if (out.requests.size() > NeverBegan::kMost) {
        out.others += out.requests.size() - NeverBegan::kMost;
        out.requests.resize(NeverBegan::kMost);
    }
    return out;
}

std::string sentenceOf(const NeverBegan& never, const JourneyState& state) {
    if (never.cases.empty() || !state.definition)
        return {};
    const CaseKey& key = state.cases().key();
    const bool isOne = never.cases.size() == 1, isAnyStage = beginsAnywhere(*state.definition);
    const std::string stage = isAnyStage ? "any stage" : state.definition->stages.front().name;
    std::string unheld;
    if (never.unheld > 0) {
        for (const std::string& attribute : state.definition->hold)
            unheld += (unheld.empty() ? "" : " or no ") + attribute;
        unheld = counted(never.unheld, key.noun(), key.plural) + " would have reached " + stage + ", but the spans have no " + unheld + ", which the journey holds constant";
        if (never.unheld == never.cases.size())
            return unheld + ".";
    }
    std::string words = counted(never.cases.size(), key.noun(), key.plural) + " never reached " + stage + ": " + (isOne ? "it" : "they");
    if (never.requests.empty())
        return words + " made no request that is an act of a customer" + (unheld.empty() ? "." : "; " + unheld + ".");
    words += never.others == 0 ? " only asked for " : " asked for ";
    for (size_t i = 0; i < never.requests.size(); ++i) {
        const bool isLast = i + 1 == never.requests.size() && never.others == 0;
        words += (i == 0 ? "" : isLast ? " and " : ", ") + shortened(never.requests[i].name) + (isOne ? "" : " (" + formatCount(never.requests[i].cases.size()) + ")");
    }
    if (never.others > 0)
        words += " and " + counted(never.others, "other request", "other requests");
    if (never.silent > 0)
        words += "; " + formatCount(never.silent) + " made no request that is an act of a customer";
    return words + (unheld.empty() ? "." : "; " + unheld + ".");
}

} // namespace aisle
