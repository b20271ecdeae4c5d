#include "scope_result.h"

#include "journey/saved_journeys.h"
#include "orders/order_flow.h"
#include "text/utf8.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace aisle {

traceql::Context contextOf(const std::shared_ptr<Workspace>& workspace, bool withJourney, const std::optional<JourneyDefinition>& journey, bool isOrderFlow) {
    traceql::Context context{workspace->table()};
    context.attributes = std::make_shared<traceql::DictionarySource>(workspace, context.table);
    context.graph = std::make_shared<GraphSource>(workspace, context.table);
    context.cases = std::make_shared<CaseSource>(workspace, context.table, context.attributes);
    if (!withJourney)
        return context;
    auto state = std::make_shared<JourneyState>(workOutJourney(context, journey ? journey : lastJourney(*workspace->connect())));
    if (isOrderFlow)
        followOrders(*state, context);
    context.journey = std::move(state);
    return context;
}

std::optional<Scope> scopeOfOption(const char* option, const std::string& text) {
    traceql::ParseError error;
    auto scope = text.empty() ? Scope() : Scope::parse(text, error);
    if (!scope)
        std::fprintf(stderr, "aisle: %s, character %zu: %s\n", option, charactersBefore(text, error.position) + 1, printable(error.message).c_str());
    return scope;
}

size_t charactersBefore(std::string_view text, size_t byte) {
    const std::string_view before = text.substr(0, byte);
    return static_cast<size_t>(std::count_if(before.begin(), before.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void sayProblems(const std::vector<std::string>& problems) {
    for (const std::string& problem : problems)
        std::fprintf(stderr, "aisle: %s\n", printable(problem).c_str());
}

EvaluatedScope evaluateScope(const std::shared_ptr<Workspace>& workspace, const Scope& scope, bool withJourney, const std::optional<JourneyDefinition>& journey, bool isOrderFlow) {
    traceql::ParseError error;
    const auto query = traceql::parse(scope.toText(), error);
    EvaluatedScope out{contextOf(workspace, withJourney || (query && traceql::needsOf(*query).cases), journey, isOrderFlow), {}};
    out.result = evaluate(scope, out.context);
    sayProblems(out.result.problems);
    return out;
}

} // namespace aisle
