#pragma once
// The service graph of a table and the calls it is made from, found once and shared: by the graph view, by
// scopes with an edge, by the command line.
//
// Thread: any; the first caller works, others wait for it. Keep it off the UI thread.

#include "analysis/error_kinds.h"
#include "analysis/sampling.h"
#include "service_graph/graph_calls.h"
#include "store/workspace.h"

#include <functional>
#include <mutex>

namespace aisle {

struct GraphDetails;

class GraphSource {
public:
    GraphSource(std::shared_ptr<Workspace> workspace, SpanTablePtr table);

    const SpanTablePtr& table() const { return table_; }
    /// Throws StoreError and Stopped; a stopped call leaves nothing behind and the next one starts anew.
    std::shared_ptr<const GraphCalls> calls(const StopToken& stop);
    ServiceGraphPtr whole(const StopToken& stop);
    /// See GraphCalls::count(). The last one without groups is kept: the view of the graph and the details panel ask for the same.
    ServiceGraphPtr ofTraces(const BitSet* traces, const StopToken& stop, const GraphGroups* groups = nullptr);

    /// What the details of any of these graphs are worked out with: kinds of all errors, and how traces were sampled. `source` is of this
    /// table, with attributes. Throws StoreError and Stopped.
    struct Findings {
        ErrorKinds kinds;
        Sampling sampling;
    };
    std::shared_ptr<const Findings> findings(const traceql::Source& source, const StopToken& stop);
    /// The details of a graph, worked out by `find` unless they are those of the last graph asked about: seconds over 5 M spans.
    std::shared_ptr<const GraphDetails> detailsOf(const ServiceGraphPtr& graph, const StopToken& stop, const std::function<GraphDetails()>& find);

private:
    std::shared_ptr<Workspace> workspace_;
    SpanTablePtr table_;
    std::mutex mutex_;
    std::shared_ptr<const GraphCalls> calls_;
    std::mutex findingsMutex_;
    std::shared_ptr<const Findings> findings_;
    ServiceGraphPtr whole_;
    std::timed_mutex lastMutex_, detailsMutex_; ///< timed: who waits for them can be stopped
    BitSet lastTraces_;
    ServiceGraphPtr last_; ///< of lastTraces_
    ServiceGraphPtr detailedGraph_;
    std::shared_ptr<const GraphDetails> details_; ///< of detailedGraph_
};

} // namespace aisle
