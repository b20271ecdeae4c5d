#include "cases/case_page.h"

#include "journey/case_scope.h"

namespace aisle {

void CasePage::listCases(Asked asked) {
    if (!asked.journey || !asked.journey->definition || !asked.scope)
        return;
    lister_.run<CaseSet>(
        [asked = std::move(asked)](const StopToken& stop) {
            const JourneyState& state = *asked.journey;
            CaseSet out;
            out.journey = asked.journey;
            out.words = asked.words.empty() ? toWords(state, asked.filter) : asked.words;
            out.cases = casesThat(state, casesInScope(state, *asked.scope), asked.filter, stop);
            if (asked.isOne)
                std::erase_if(out.cases, [&](CaseNumber c) { return !asked.isOne(c); });
            else
                out.scopes = scopesFor(state, asked.scope->scope, asked.filter);
            return out;
        },
        [this](const CaseSet& found) { Q_EMIT casesWanted(found); });
}

} // namespace aisle
