#pragma once
// The calls of a sequence diagram before anything is folded, and their place in the call tree. Used by sequenceDiagram() only.

#include "service_graph/sequence_diagram.h"

#include <vector>

namespace aisle {

struct SequenceCall : SequenceDiagram::Call {
    static constexpr uint32_t kNone = 0xffffffffU;
    uint32_t from = 0, to = 0; ///< nodes of the graph
    ServiceGraph::EdgeKind kind = ServiceGraph::EdgeKind::Sync;
    uint32_t name = 0; ///< SpanTable::text()
    uint32_t depth = 0;
    NodeIndex caller = kNoNode; ///< siblings have the same, and the same depth
    uint32_t parent = kNone;    ///< number of the only call that led to the caller's span
    Row key() const { return server != kNoRow ? server : client; }
};

/// In order of time; at one time to a queue before from it. Throws Stopped. O(n log n)
std::vector<SequenceCall> sequenceCalls(const SpanTable& table, const Waterfall& tree, const ServiceGraph& graph, const StopToken& stop);

} // namespace aisle
