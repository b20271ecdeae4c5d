#include "show_bottlenecks.h"

#include "export/export.h"
#include "journey/funnel_table.h"
#include "orders/bottlenecks.h"
#include "orders/order_flow.h"
#include "text/utf8.h"

#include <stdexcept>

namespace aisle {

namespace {

struct Looked {
    JourneyState state;
    Bottlenecks found;
};

Looked look(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope) {
    Looked out;
    out.state = workOutFulfilment(context, o.journeyDefinition);
    if (!out.state.problem.empty())
        throw std::runtime_error(out.state.problem);
    out.found = bottlenecks(out.state, fulfilmentLog(out.state), casesInScope(out.state, scope));
    if (!out.found.problem.empty())
        throw std::runtime_error(out.found.problem);
    return out;
}

} // namespace

Tabular bottlenecksTable(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope) {
    const Looked looked = look(o, context, scope);
    Tabular out = tabulateBottlenecks(looked.found, looked.state);
    for (std::string& note : caseNotes(looked.state))
        out.notes.push_back(std::move(note));
    return out;
}

std::string bottlenecksDocument(const ShowOptions& o, const traceql::Context& context, const ScopeResult& scope) {
    const Looked looked = look(o, context, scope);
    const SpanTable& table = *looked.state.table;
    std::string out;
    for (const Bottleneck& one : looked.found.found) {
        out += sentenceOf(one) + "\n    " + figuresOf(one) + "\n";
        if (!one.examples.empty()) {
            const Bottleneck::Example& example = one.examples.front();
            out += "    Example: order " + printable(looked.state.cases().cases()[example.number].value) + ", trace " + toHex(table.traceId(table.trace(example.row))) + ", span " + toHex(table.id(example.row)) + "\n";
        }
        out += "\n";
    }
    for (const LongWait& one : looked.found.longest)
        out += sentenceOf(one) + "\n";
    if (!looked.found.longest.empty())
        out += "\n";
    for (const std::string& note : bottleneckNotes(looked.found))
        out += note + "\n";
    for (const std::string& note : caseNotes(looked.state))
        out += note + "\n";
    return Export().render("bottlenecks", out);
}

} // namespace aisle
