#pragma once
// The tree of one trace in the order in which a waterfall shows it, which of its nodes are visible while
// others are collapsed, and its critical path.
//
// Everything is iterative and O(n log n): a trace of a million spans and a chain of 100,000 must work. Times
// are nanoseconds since the Unix epoch, UTC. Results are plain values that refer to rows of one SpanTable
// snapshot.

#include "export/tabular.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <string_view>
#include <utility>
#include <vector>

namespace aisle {

/// Number of a node in pre-order: a parent comes right before its first child.
using NodeIndex = uint32_t;
inline constexpr NodeIndex kNoNode = 0xffffffffU;

struct WaterfallNode {
    Row row = kNoRow;           ///< kNoRow: stands for a parent that is in no file
    NodeIndex parent = kNoNode; ///< kNoNode: a root
    NodeIndex end = 0;          ///< one past the last node of its subtree
    uint32_t depth = 0;
    uint32_t children = 0; ///< direct ones
    uint32_t errors = 0;   ///< spans with an error in the subtree, itself included
};

/// A parent that spans of the trace name and no file has; its children are its orphans.
struct MissingParent {
    NodeIndex node = kNoNode;
    SpanId id = 0;
    int64_t start = 0, end = 0; ///< of its children that have a start
    bool hasStart = false;      ///< one of them has; else `start` and `end` mean nothing
};

struct Waterfall {
    TraceIndex trace = kNoTrace;
    TraceId traceId;
    int64_t start = 0, end = 0; ///< bounds of the trace
    std::vector<WaterfallNode> nodes;
    std::vector<MissingParent> missing; ///< by node
    std::vector<NodeIndex> byRow;       ///< the nodes that have a row, by row
    std::vector<NodeIndex> errors;      ///< nodes whose span has an error, ascending
    uint32_t services = 0;
    uint32_t maxDepth = 0;

    bool isEmpty() const { return nodes.empty(); }
    uint32_t spanCount() const { return static_cast<uint32_t>(byRow.size()); }
    NodeIndex nodeOf(Row row) const; ///< kNoNode when the row is not in this trace or is hidden. O(log n)
    const MissingParent*
    missingAt(NodeIndex node) const; ///< null unless the node stands for a missing parent
    /// It has a place on the time axis; else startOf and endOf mean nothing.
    bool hasStart(const SpanTable& table, NodeIndex node) const;
    int64_t startOf(const SpanTable& table, NodeIndex node) const;
    int64_t endOf(const SpanTable& table, NodeIndex node) const;
    /// Calls f(node) for each direct child, in order.
    template <typename F>
    void forEachChild(NodeIndex node, F&& f) const {
        for (NodeIndex child = node + 1; child < nodes[node].end; child = nodes[child].end)
            f(child);
    }
};

/// Children by start (ties: the longer first, then the row); orphans below one node per missing parent,
/// placed by time among the roots. Throws Stopped.
Waterfall waterfall(const SpanTable& table, TraceIndex trace, const StopToken& stop = {});

/// Nodes whose operation or service contains `text` (case does not matter), or whose span id is `text`;
/// ascending.
std::vector<NodeIndex> searchNodes(const SpanTable& table, const Waterfall& waterfall, std::string_view text,
                                   const StopToken& stop = {});

/// Which nodes are visible: those with no collapsed ancestor. Each change costs O(visible nodes).
class VisibleRows {
public:
    VisibleRows() = default;
    explicit VisibleRows(const Waterfall& waterfall); ///< everything expanded; `waterfall` must outlive this

    uint32_t count() const { return static_cast<uint32_t>(nodes_.size()); }
    NodeIndex operator[](uint32_t line) const { return nodes_[line]; }
    const std::vector<NodeIndex>& nodes() const { return nodes_; }
    /// Line of a node; of its nearest visible ancestor when it is not visible. O(log n)
    uint32_t lineOf(NodeIndex node) const;
    bool isCollapsed(NodeIndex node) const {
        return collapsed_[node] && waterfall_->nodes[node].children > 0;
    }

    void setCollapsed(NodeIndex node, bool collapsed);
    void collapseAll();
    void expandAll();
    void reveal(NodeIndex node); ///< expands its ancestors
    /// The collapsed nodes' rows, and back: to keep the state over a new snapshot of the table.
    std::vector<Row> collapsedRows() const;
    void collapseRows(const std::vector<Row>& rows);

private:
    void rebuild();
    const Waterfall* waterfall_ = nullptr;
    std::vector<bool> collapsed_;
    std::vector<NodeIndex> nodes_;
};

/// One line per node: indented name, service, start offset, duration, self time, status, flags in words.
Tabular tabulate(const SpanTable& table, const Waterfall& waterfall);

} // namespace aisle
