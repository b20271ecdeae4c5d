#include "show_drop_off.h"

#include "export/export.h"
#include "journey/funnel_table.h"
#include "show_cases.h"
#include "text/format.h"
#include "text/utf8.h"

#include <algorithm>
#include <stdexcept>

namespace aisle {

size_t stageNamed(const std::string& name, const FunnelResult& funnel) {
    const auto isExactly = [&](const FunnelStage& one) { return one.name == name; };
    const auto isFolded = [&](const FunnelStage& one) { return one.name.size() == name.size() && containsFolded(one.name, name); };
    auto found = std::find_if(funnel.stages.begin(), funnel.stages.end(), isExactly);
    if (found == funnel.stages.end())
        found = std::find_if(funnel.stages.begin(), funnel.stages.end(), isFolded);
    if (found != funnel.stages.end())
        return static_cast<size_t>(found - funnel.stages.begin());
    std::string names;
    for (const FunnelStage& one : funnel.stages)
        names += (names.empty() ? "" : ", ") + one.name;
    throw std::runtime_error("The journey has no stage " + name + "; its stages are " + names + ".");
}

DropOff dropOffOf(const std::string& stage, const traceql::Context& context, const ScopeResult& scope) {
    const JourneyState& state = *context.journey;
    if (!state.problem.empty())
        throwProblem(context);
    const FunnelResult funnel = funnelInScope(state, scope);
    const std::vector<bool> cases = casesInScope(state, scope);
    if (stage.empty()) {
        const size_t most = stageOfMostStops(funnel).value_or(0);
        DropOff first = dropOff(context, state, cases, most);
        if (!first.causes.empty())
            return first;
        auto elsewhere = clearestDropOff(context, state, cases, most);
        return isClearer(elsewhere, first) ? std::move(*elsewhere) : std::move(first);
    }
    return dropOff(context, state, cases, stageNamed(stage, funnel));
}

std::string dropOffDocument(const std::string& stage, const traceql::Context& context, const ScopeResult& scope, const Redactor& redactor) {
    const DropOff drop = redacted(dropOffOf(stage, context, scope), redactor);
    const JourneyState& state = *context.journey;
    std::string out;
    if (const auto most = stageOfMostStops(funnelInScope(state, scope)); stage.empty() && most && *most != drop.stage) {
        const std::string name = printable(state.everything.stages[*most].name);
        out = "Most stopped at " + name + ", where nothing stands out or nobody can be compared (--stage \"" + name + "\"); this is about " + printable(drop.stageName) + ".\n\n";
    }
    const auto add = [&](const DropCause& cause) {
        out += sentenceOf(drop, cause) + "\n    " + figuresOf(cause) + "\n";
        if (const std::string also = alsoOf(drop, cause); !also.empty())
            out += "    " + also + "\n";
        if (!cause.examples.empty()) {
            const DropCause::Example& example = cause.examples.front();
            const SpanTable& table = *state.table;
            out += "    Example: " + drop.caseName + " " + printable(redactor.redact(state.cases().attribute(), state.cases().cases()[example.number].value)) + ", trace " + toHex(table.traceId(table.trace(example.row))) + ", span " + toHex(table.id(example.row)) + "\n";
        }
        out += "\n";
    };
    for (const DropCause& cause : drop.causes)
        add(cause);
    for (const std::string& note : dropOffNotes(drop))
        out += note + "\n";
    for (const std::string& note : caseNotes(state))
        out += note + "\n";
    constexpr size_t kMostChance = 5;
    if (!drop.chance.empty())
        out += "\nMay be chance (" + formatCount(drop.chance.size()) + (drop.chance.size() > kMostChance ? ", the first " + formatCount(kMostChance) : "") + "):\n\n";
    for (size_t i = 0; i < drop.chance.size() && i < kMostChance; ++i)
        add(drop.chance[i]);
    return out;
}

} // namespace aisle
