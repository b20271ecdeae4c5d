#pragma once
// What all queries about one table share. Each evaluation opens what it needs of it, and no more: a condition about times
// needs neither the store nor the journey.
//
// Thread: any; the parts are immutable or made by the first who asks.

#include "service_graph/graph_source.h"
#include "journey/journey_model.h"
#include "query/evaluate.h"
#include "store/workspace.h"

#include <memory>
#include <mutex>

namespace aisle::traceql {

/// The dictionary of attributes, read when first asked for; the first caller works, others wait for it.
class DictionarySource {
public:
    DictionarySource(std::shared_ptr<Workspace> workspace, SpanTablePtr table) : workspace_(std::move(workspace)), table_(std::move(table)) {}
    /// Throws StoreError and Stopped; a stopped call leaves nothing behind.
    std::shared_ptr<const AttributeDictionary> get(Database& db, const StopToken& stop);
    const std::shared_ptr<Workspace>& workspace() const { return workspace_; }

private:
    std::shared_ptr<Workspace> workspace_;
    SpanTablePtr table_;
    std::mutex mutex_;
    std::shared_ptr<const AttributeDictionary> dictionary_;
};

struct Context {
    SpanTablePtr table = {};
    std::shared_ptr<DictionarySource> attributes = {}; ///< null, or of no workspace: nothing is known of attributes
    std::shared_ptr<GraphSource> graph = {};           ///< null: no edges are known
    std::shared_ptr<const JourneyState> journey = {};  ///< null: no cases and stages are known
    std::shared_ptr<ConditionCache> cache = {};        ///< null: nothing is asked twice
    std::shared_ptr<CaseSource> cases = {};            ///< null: no journey can be worked out
    std::shared_ptr<const JourneyState> other = {};    ///< another journey (the flow of orders) whose cases and stages are known where the first has none of that name
};

/// What a query asks for beyond the table.
struct Needs {
    bool attributes = false, cases = false, graph = false;
};
Needs needsOf(const Field& field);
Needs needsOf(const Query& query);

/// Opens what is needed and hands it over; what it points to is `context`'s, or lives as long as this.
class OpenSource {
public:
    OpenSource(const Context& context, const Needs& needs, const StopToken& stop);
    const Source& source() const { return source_; }

private:
    std::unique_ptr<Database> db_;
    ServiceGraphPtr graph_;
    Source source_;
};

/// Throws StoreError and Stopped. Keep it off the UI thread.
Result evaluate(const Query& query, const Context& context, const StopToken& stop = {}, int64_t step = 0);

} // namespace aisle::traceql
