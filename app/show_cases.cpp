#include "show_cases.h"

#include "cases/case_candidates.h"
#include "journey/case_list.h"
#include "journey/funnel_table.h"
#include "scope_result.h"
#include "text/format.h"

#include <stdexcept>

namespace aisle {

JourneyDefinition journeyByCase(const std::shared_ptr<Workspace>& workspace, const std::optional<JourneyDefinition>& journey, const std::string& key) {
    const traceql::Context context = contextOf(workspace, true, journey);
    const auto cases = context.cases->cases(key);
    if (cases->cases().empty() || cases->key().id != key) {
        std::string known;
        for (const CaseCandidate& candidate : caseCandidates(context))
            if (candidate.isGood)
                known += (known.empty() ? "" : ", ") + candidate.id;
        throw std::runtime_error("No span of this file says which " + key + " it belongs to." + (known.empty() ? "" : " Cases can be by " + known + "."));
    }
    if (!context.journey->definition)
        throw std::runtime_error(context.journey->problem);
    JourneyDefinition out = *context.journey->definition;
    out.caseKey = key;
    return out;
}

std::optional<Tabular> casesContent(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope) {
    if (o.view == kCaseKeys)
        return tabulate(caseCandidates(context));
    if (o.view != "cases" && o.view != kCase)
        return std::nullopt;
    const JourneyState& journey = *context.journey;
    if (!journey.problem.empty())
        throw std::runtime_error(journey.problem);
    if (o.view == kCase) {
        const CaseNumber number = journey.cases().find(o.caseValue);
        if (number == kNoCase)
            throw std::runtime_error("No " + journey.cases().key().noun() + " here is " + o.caseValue + ".");
        return tabulate(journey, caseStory(journey, number), o.utc);
    }
    const CaseTotals totals = caseTotals(journey);
    std::vector<CaseNumber> cases = listCases(journey, totals, casesInScope(journey, scope));
    const size_t all = cases.size();
    if (const uint64_t limit = o.limit.value_or(0); limit > 0 && cases.size() > limit)
        cases.resize(limit);
    Tabular out = tabulateCases(journey, totals, cases, o.utc);
    if (cases.size() < all)
        out.notes.push_back(formatCount(all - cases.size()) + " more " + (all - cases.size() == 1 ? journey.cases().key().noun() : journey.cases().key().plural) + " left out by --limit.");
    for (std::string& note : caseNotes(journey))
        out.notes.push_back(std::move(note));
    return out;
}

} // namespace aisle
