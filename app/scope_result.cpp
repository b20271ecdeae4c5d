#include "scope_result.h"

#include "text/utf8.h"

#include <algorithm>
#include <cstdio>

namespace aisle {

EvaluatedScope evaluateScope(Workspace& workspace, const Scope& scope, GraphSource& graph, bool withJourney) {
    using Term = ScopeTerm::Kind;
    const SpanTablePtr table = workspace.table();
    const auto asks = [&](std::initializer_list<Term> kinds) {
        return std::any_of(scope.terms().begin(), scope.terms().end(),
                           [&](const ScopeTerm& t) { return std::find(kinds.begin(), kinds.end(), t.kind) != kinds.end(); });
    };
    EvaluatedScope out;
    if (withJourney || asks({Term::Case, Term::Stage, Term::Dropped}))
        out.journey = workOutJourney(*workspace.connect(), table, std::nullopt);
    ScopeContext context;
    context.cases = &out.journey.cases;
    context.funnel = out.journey.definition ? &out.journey.everything : nullptr;
    ServiceGraphPtr calls;
    if (asks({Term::Edge})) {
        calls = graph.whole({});
        context.graph = calls.get();
        context.edgeRows = edgeRowsOf;
    }
    out.result = evaluate(*table, scope, context);
    for (const std::string& problem : out.result.problems)
        std::fprintf(stderr, "aisle: %s\n", printable(problem).c_str());
    return out;
}

} // namespace aisle
