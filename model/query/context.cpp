#include "query/context.h"

#include "query/request_path.h"
#include "service_graph/service_graph.h"

namespace aisle::traceql {

std::shared_ptr<const AttributeDictionary> DictionarySource::get(Database& db, const StopToken& stop) {
    const std::lock_guard lock(mutex_);
    if (!dictionary_)
        dictionary_ = AttributeDictionary::read(db, table_, stop);
    return dictionary_;
}

Needs needsOf(const Field& field) {
    Needs needs;
    const std::string& name = field.name;
    if (field.scope != Scope::Intrinsic)
        needs.attributes = name != "service.name" || (field.scope != Scope::Resource && field.scope != Scope::Any);
    else if (name == "aisle:case" || name == "aisle:stage" || name == "aisle:dropped")
        needs.cases = true;
    else if (name == "aisle:edge")
        needs.graph = true;
    else
        needs.attributes = name == "aisle:text" || isRequestPath(field) || name == "span:statusMessage" || name.starts_with("event:") || name.starts_with("link:") ||
                           name.starts_with("instrumentation:") || name.ends_with("ID") || name.ends_with(":id"); // ids may be texts
    return needs;
}

Needs needsOf(const Query& query) {
    Needs needs;
    for (const Node& node : query.nodes) {
        needs.cases |= node.type == Node::Type::Within && node.function == "case";
        needs.attributes |= node.type == Node::Type::Metric && node.function == "compare"; // of all attributes
        if (node.type != Node::Type::Field)
            continue;
        const Needs its = needsOf(node.field);
        needs.attributes |= its.attributes;
        needs.cases |= its.cases;
        needs.graph |= its.graph;
    }
    return needs;
}

OpenSource::OpenSource(const Context& context, const Needs& needs, const StopToken& stop) {
    source_.table = context.table;
    source_.cache = context.cache;
    if (needs.attributes && context.attributes && context.attributes->workspace()) {
        db_ = context.attributes->workspace()->connect();
        source_.db = db_.get();
        source_.attributes = context.attributes->get(*db_, stop);
    }
    if (needs.cases && context.journey && context.journey->table == context.table) { // numbers of traces are of one table
        source_.cases = context.journey->index.get();
        source_.funnel = context.journey->definition ? &context.journey->everything : nullptr;
    }
    if (needs.cases && context.other && context.other->table == context.table) {
        source_.otherCases = context.other->index.get();
        source_.otherFunnel = context.other->definition ? &context.other->everything : nullptr;
    }
    if (needs.graph && context.graph) {
        graph_ = context.graph->whole(stop);
        source_.graph = graph_.get();
        source_.edgeRows = edgeRowsOf;
    }
}

Result evaluate(const Query& query, const Context& context, const StopToken& stop, int64_t step) {
    const OpenSource open(context, needsOf(query), stop);
    return evaluate(query, open.source(), stop, step);
}

} // namespace aisle::traceql
