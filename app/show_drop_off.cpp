#include "show_drop_off.h"

#include "export/export.h"
#include "text/format.h"
#include "text/utf8.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace aisle {

DropOff dropOffOf(const std::string& stage, const traceql::Context& context, const ScopeResult& scope) {
    const JourneyState& state = *context.journey;
    if (!state.problem.empty())
        throw std::runtime_error(state.problem);
    const FunnelResult funnel = funnelInScope(state, scope);
    size_t k = stageOfMostStops(funnel).value_or(0);
    if (!stage.empty()) {
        std::string names;
        for (k = 0; k < funnel.stages.size() && funnel.stages[k].name != stage; ++k)
            names += (k == 0 ? "" : ", ") + funnel.stages[k].name;
        if (k == funnel.stages.size())
            throw std::runtime_error("The journey has no stage " + stage + "; its stages are " + names + ".");
    }
    return dropOff(context, state, casesInScope(state, scope), k);
}

std::string dropOffDocument(const std::string& stage, const traceql::Context& context, const ScopeResult& scope) {
    const DropOff drop = dropOffOf(stage, context, scope);
    const JourneyState& state = *context.journey;
    std::string out;
    const auto add = [&](const DropCause& cause) {
        std::array<char, 160> figures{};
        std::snprintf(figures.data(), figures.size(), "odds ratio %.3g (%.3g to %.3g), q %.2g, %.0f more than among the others", cause.odds.value, cause.odds.low, cause.odds.high, cause.q, std::max(0.0, cause.cases.excess()));
        out += sentenceOf(drop, cause) + "\n    " + figures.data();
        if (const std::string money = cause.money.toWords(); !money.empty())
            out += "; " + money;
        out += "\n";
        if (const std::string also = alsoOf(drop, cause); !also.empty())
            out += "    " + also + "\n";
        if (!cause.examples.empty()) {
            const DropCause::Example& example = cause.examples.front();
            const SpanTable& table = *state.table;
            out += "    Example: " + drop.caseName + " " + printable(state.cases().cases()[example.number].value) + ", trace " + toHex(table.traceId(table.trace(example.row))) + ", span " + toHex(table.id(example.row)) + "\n";
        }
        out += "\n";
    };
    for (const DropCause& cause : drop.causes)
        add(cause);
    constexpr size_t kMostChance = 5;
    if (!drop.chance.empty())
        out += "May be chance (" + formatCount(drop.chance.size()) + (drop.chance.size() > kMostChance ? ", the first " + formatCount(kMostChance) : "") + "):\n\n";
    for (size_t i = 0; i < drop.chance.size() && i < kMostChance; ++i)
        add(drop.chance[i]);
    for (const std::string& note : dropOffNotes(drop))
        out += note + "\n";
    return Export().render("drop-off", out);
}

} // namespace aisle
