// Details of a step: from one stage to what follows it directly.

#include "details/detail_lines.h"
#include "details/details_content.h"

#include <algorithm>

namespace aisle {

namespace {

uint32_t nodeOf(const CaseLog& log, const DirectlyFollows& graph, const std::string& stage) {
    const auto found = std::find(log.activities.begin(), log.activities.end(), stage);
    return found == log.activities.end() ? DirectlyFollows::kNone : graph.nodeOf[static_cast<size_t>(found - log.activities.begin())];
}

} // namespace

DetailsContent stepContent(const JourneyState& journey, const CaseLog& log, const DirectlyFollows& graph, bool isInScope, const Focus& step) {
    const std::string &from = step.name, &to = step.other;
    DetailsContent out;
    out.what = "Step";
    out.title = from + " \xe2\x86\x92 " + to;
    const CaseKey& key = journey.cases().key();
    const std::string singular = key.plural.empty() ? "case" : key.noun(), plural = key.plural.empty() ? "cases" : key.plural;
    const auto number = [&](uint64_t n) { return counted(n, singular, plural); };
    out.subtitle = step.passing.empty() ? "what follows directly, of all stages" : "what follows directly, with " + counted(step.passing.size(), "stage", "stages") + " left out";
    out.subtitle += isInScope ? " \xc2\xb7 in the present scope" : " \xc2\xb7 in the whole workspace";
    const uint32_t a = nodeOf(log, graph, from), b = nodeOf(log, graph, to);
    const DirectlyFollows::Edge* edge = a == DirectlyFollows::kNone || b == DirectlyFollows::kNone ? nullptr : graph.find(a, b);
    out.facts = {{"Went so", edge == nullptr ? "no " + singular + (step.passing.empty() ? ", without other stages in between" : ", without stages in between but those left out") : number(edge->cases) + ", " + counted(edge->times, "time", "times")}};
    if (edge != nullptr && edge->timed > 0)
        out.facts.push_back({"Wait", "p50 " + formatWait(edge->p50) + " \xc2\xb7 p90 " + formatWait(edge->p90) + " \xc2\xb7 mean " + formatWait(edge->mean)});
    if (edge != nullptr)
        out.facts.push_back({"Again in one " + singular, edge->times == edge->cases ? "none" : counted(edge->times - edge->cases, "time", "times")});
    if (a != DirectlyFollows::kNone)
        out.facts.push_back({"Last seen at " + from + ", may go on", number(graph.nodes[a].open)});
    for (const std::string* stage : {&from, &to}) {
        out.targets.emplace_back("stage " + *stage, Focus::onStage(*stage));
        out.terms.emplace_back(plural + " that reached " + *stage, term(ScopeTerm::Kind::Stage, *stage));
        if (from == to)
            break;
    }
    return out;
}

} // namespace aisle
