#include "show_bottlenecks.h"

#include "journey/funnel_table.h"
#include "orders/bottlenecks.h"
#include "text/utf8.h"

#include <algorithm>
#include <stdexcept>

namespace aisle {

namespace {

Bottlenecks look(const traceql::Context& context, const ScopeResult& scope) {
    const JourneyState& state = *context.journey;
    if (!state.orders)
        throw std::runtime_error(state.problem);
    Bottlenecks out = bottlenecks(state, *state.orders, casesInScope(state, scope));
    if (!out.problem.empty())
        throw std::runtime_error(out.problem);
    return out;
}

} // namespace

Tabular bottlenecksTable(const traceql::Context& context, const ScopeResult& scope, bool forPeople) {
    const Bottlenecks looked = look(context, scope);
    const JourneyState& state = *context.journey;
    Tabular out = tabulateBottlenecks(looked, state);
    if (forPeople) { // the sentence says what the columns from the stage on do
        const auto stage = std::find_if(out.columns.begin(), out.columns.end(), [](const Column& column) { return column.key == "stage"; });
        for (auto& row : out.rows)
            row.resize(static_cast<size_t>(stage - out.columns.begin()));
        out.columns.erase(stage, out.columns.end());
    }
    for (std::string& note : caseNotes(state))
        out.notes.push_back(std::move(note));
    return out;
}

std::string bottlenecksDocument(const traceql::Context& context, const ScopeResult& scope) {
    const Bottlenecks looked = look(context, scope);
    const JourneyState& state = *context.journey;
    const SpanTable& table = *state.table;
    std::string out;
    for (const Bottleneck& one : looked.found) {
        out += sentenceOf(one) + "\n    " + figuresOf(one) + "\n";
        if (!one.examples.empty()) {
            const Bottleneck::Example& example = one.examples.front();
            out += "    Example: order " + printable(state.cases().cases()[example.number].value) + ", trace " + toHex(table.traceId(table.trace(example.row))) + ", span " + toHex(table.id(example.row)) + "\n";
        }
        out += "\n";
    }
    for (const LongWait& one : looked.longest)
        out += sentenceOf(one) + "\n";
    if (!looked.longest.empty())
        out += "\n";
    for (const std::string& note : bottleneckNotes(looked))
        out += note + "\n";
    for (const std::string& note : caseNotes(state))
        out += note + "\n";
    return out;
}

} // namespace aisle
