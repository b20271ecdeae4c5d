#include "analysis/trace_search.h"

#include <algorithm>

namespace aisle {

TraceMatches searchTrace(const traceql::Context& context, const Waterfall& tree, const traceql::Query& query, bool readsKept, const StopToken& stop) {
    RowSet within(*context.table);
    for (const NodeIndex node : tree.byRow)
        within.set(tree.nodes[node].row);
    const traceql::OpenSource open(context, traceql::needsOf(query), stop);
    traceql::Source source = open.source();
    source.within = &within;
    source.readsKept = readsKept;
    const traceql::Result result = traceql::evaluate(query, source, stop);
    TraceMatches out;
    out.isPartial = result.isPartial;
    for (const NodeIndex node : tree.byRow)
        if (result.spans[tree.nodes[node].row])
            out.found.push_back(node);
    std::sort(out.found.begin(), out.found.end());
    return out;
}

} // namespace aisle
