#pragma once
// What a query is asked of: the table, and what fields need beyond it. Where something is absent, conditions about it match
// nothing and say so among the problems of the result.

#include "query/condition_cache.h"
#include "store/attribute_dictionary.h"
#include "table/row_set.h"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace aisle {

class CaseIndex;
struct FunnelResult;

namespace traceql {

struct Source {
    SpanTablePtr table;
    Database* db = nullptr; ///< of the calling thread; null: no attributes, events and links are known
    std::shared_ptr<const AttributeDictionary> attributes; ///< of that table; with `db`
    const CaseIndex* cases = nullptr;
    const FunnelResult* funnel = nullptr; ///< of the present journey over everything
    const CaseIndex* otherCases = nullptr; ///< of the other journey, asked for cases and stages that these do not have
    const FunnelResult* otherFunnel = nullptr;
    /// Rows of the callee side of an edge, by "from" and "to" node names; null when the graph is not ready.
    std::optional<std::vector<Row>> (*edgeRows)(const void* graph, std::string_view from, std::string_view to) = nullptr;
    const void* graph = nullptr;
    std::shared_ptr<ConditionCache> cache; ///< of that table; null: everything is worked out
    const RowSet* within = nullptr; ///< only these rows are asked; null: all
    /// What the cache knows those rows by; empty: conditions about them are not kept.
    std::string_view withinName = {};
    /// Whether values that are kept with their spans are read, which takes a second for a million of them. Without, what depends
    /// on one does not match, and Result::isPartial says so.
    bool readsKept = true;
};

} // namespace traceql

} // namespace aisle
