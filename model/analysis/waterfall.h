#pragma once
// The tree of one trace, or of several on one timeline, in the order in which a waterfall shows it, and which of its nodes are
// visible while others are collapsed.
//
// Everything is iterative and O(n log n): a trace of a million spans and a chain of 100,000 must work. Times
// are nanoseconds since the Unix epoch, UTC. Results are plain values that refer to rows of one SpanTable
// snapshot.

#include "export/tabular.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace aisle {

/// Number of a node in pre-order: a parent comes right before its first child.
using NodeIndex = uint32_t;
inline constexpr NodeIndex kNoNode = 0xffffffffU;

struct WaterfallNode {
    Row row = kNoRow;           ///< kNoRow: no span, but a missing parent or a group of siblings
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

/// Siblings with one service and name, under a node of their own: "x700 SELECT". Its children are the members, by start.
struct SiblingGroup {
    NodeIndex node = kNoNode;
    int64_t start = 0, end = 0;  ///< of its members that have a start
    bool hasStart = false;       ///< one of them has; else `start` and `end` mean nothing
    int64_t total = 0;           ///< sum of their durations, saturated
    NodeIndex longest = kNoNode; ///< the first of the longest
    uint32_t members = 0, errors = 0; ///< errors: of the members themselves
};

struct WaterfallOptions {
    uint32_t groupFrom = 0; ///< so many siblings of one service and name become a group; 0: never
};

struct CriticalPath;

struct Waterfall {
    std::vector<TraceIndex> traces; ///< by start, then id
    std::vector<TraceId> traceIds;  ///< of the same
    int64_t start = 0, end = 0; ///< from the earliest start to the latest end
    std::vector<WaterfallNode> nodes;
    std::vector<MissingParent> missing; ///< by node
    std::vector<SiblingGroup> groups;   ///< by node
    std::vector<NodeIndex> byRow;       ///< the nodes that have a row, by row
    std::vector<NodeIndex> errors;      ///< nodes whose span has an error, ascending
    uint32_t services = 0;
    uint32_t maxDepth = 0;

    bool isEmpty() const { return nodes.empty(); }
    bool isOfSeveral() const { return traces.size() > 1; }
    bool holds(TraceId trace) const; ///< O(traces)
    uint32_t spanCount() const { return static_cast<uint32_t>(byRow.size()); }
    NodeIndex nodeOf(Row row) const; ///< kNoNode when the row is not in this trace or is hidden. O(log n)
    const MissingParent*
    missingAt(NodeIndex node) const; ///< null unless the node stands for a missing parent
    const SiblingGroup* groupAt(NodeIndex node) const; ///< null unless the node stands for a group. O(log n)
    bool isGroup(NodeIndex node) const { return nodes[node].row == kNoRow && groupAt(node) != nullptr; }
    /// The node itself, or the first one below it that has a span.
    NodeIndex firstSpan(NodeIndex node) const {
        while (nodes[node].row == kNoRow)
            ++node; // missing parents and groups have children
        return node;
    }
    /// Spans below a node: groups are none. O(log groups)
    uint32_t spansBelow(NodeIndex node) const;
    /// The parent, looking through groups.
    NodeIndex parentOf(NodeIndex node) const {
        const NodeIndex parent = nodes[node].parent;
        return parent != kNoNode && isGroup(parent) ? nodes[parent].parent : parent;
    }
    /// It has a place on the time axis; else startOf and endOf mean nothing.
    bool hasStart(const SpanTable& table, NodeIndex node) const;
    int64_t startOf(const SpanTable& table, NodeIndex node) const;
    int64_t endOf(const SpanTable& table, NodeIndex node) const;
    /// Calls f(node) for each direct child, in order; for the members of groups in place of the groups.
    template <typename F>
    void forEachChild(NodeIndex node, F&& f) const {
        forEachTop(node + 1, nodes[node].end, f);
    }
    /// The same for the roots.
    template <typename F>
    void forEachRoot(F&& f) const {
        forEachTop(0, static_cast<NodeIndex>(nodes.size()), f);
    }

private:
    template <typename F>
    void forEachTop(NodeIndex from, NodeIndex to, F& f) const {
        for (NodeIndex node = from; node < to; node = nodes[node].end) {
            if (!isGroup(node))
                f(node);
            else
                for (NodeIndex member = node + 1; member < nodes[node].end; member = nodes[member].end)
                    f(member);
        }
    }
};

/// Children by start (ties: the longer first, then the smaller span id, so that the order in which spans arrived does not
/// matter); orphans below one node per missing parent, groups of siblings at their first member; both placed by time among
/// their siblings. Of several traces the roots follow each other by start, and are never grouped: what came after what is why
/// they are looked at together. Throws Stopped.
Waterfall waterfall(const SpanTable& table, std::span<const TraceIndex> traces, const WaterfallOptions& options = {}, const StopToken& stop = {});
inline Waterfall waterfall(const SpanTable& table, TraceIndex trace, const WaterfallOptions& options = {}, const StopToken& stop = {}) {
    return waterfall(table, std::span(&trace, 1), options, stop);
}

/// Which nodes are visible: those at or below the root that is shown, with no collapsed ancestor, that are not hidden. Each change
/// costs O(visible nodes).
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
    /// Nodes at that depth below the root on show, and deeper, are collapsed, all others expanded.
    void collapseTo(uint32_t depth);
    /// For the first look: as many lines as `lines`, but all children of what is expanded; first where the critical path
    /// and the errors are, then the longest. Groups of siblings stay collapsed. O(n log n)
    void showFirst(const SpanTable& table, const CriticalPath& path, uint32_t lines);
    /// Expands its ancestors; shows the whole trace when it is outside the root, and it when it is hidden.
    void reveal(NodeIndex node);
    /// Expands the ancestors of all of these.
    void expandTo(const std::vector<NodeIndex>& nodes);
    /// Only that node and what is below it; kNoNode: the whole trace.
    void setRoot(NodeIndex root);
    NodeIndex root() const { return root_; }
    /// These have no line of their own, by node; what is below them stays, and they collapse nothing. Empty: none.
    void setHidden(std::vector<bool> hidden);
    bool isHidden(NodeIndex node) const { return !hidden_.empty() && hidden_[node]; }

    /// What is collapsed and which root is on show, by rows: to keep it over a new snapshot of the table.
    /// Groups and missing parents have no row: they are known by their first child's.
    struct State {
        std::vector<Row> collapsed;
        std::vector<Row> expandedGroups;   ///< groups that come to be are collapsed
        std::vector<Row> collapsedMissing;
        Row root = kNoRow;
        bool isAbove = false; ///< the root is the group or missing parent above that row
    };
    State state() const;
    void restore(const State& state);

private:
    void rebuild();
    const Waterfall* waterfall_ = nullptr;
    NodeIndex root_ = kNoNode;
    std::vector<bool> collapsed_, hidden_;
    std::vector<NodeIndex> nodes_;
};

/// One line per node: indented name, service, start offset, duration, self time, status, what is special in words.
/// `only`: just that node.
Tabular tabulate(const SpanTable& table, const Waterfall& waterfall, NodeIndex only = kNoNode);

} // namespace aisle
