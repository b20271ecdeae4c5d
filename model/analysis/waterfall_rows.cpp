// Which nodes of a waterfall are visible.

#include "analysis/waterfall.h"
#include "analysis/waterfall_path.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace aisle {

VisibleRows::VisibleRows(const Waterfall& waterfall)
    : waterfall_(&waterfall), collapsed_(waterfall.nodes.size(), false) {
    rebuild();
}

void VisibleRows::rebuild() {
    const auto& all = waterfall_->nodes;
    nodes_.clear();
    const NodeIndex from = root_ == kNoNode ? 0 : root_;
    const auto to = root_ == kNoNode ? static_cast<NodeIndex>(all.size()) : all[root_].end;
    for (NodeIndex i = from; i < to;) {
        if (isHidden(i)) {
            ++i;
            continue;
        }
        nodes_.push_back(i);
        i = collapsed_[i] ? all[i].end : i + 1;
    }
}

void VisibleRows::setHidden(std::vector<bool> hidden) {
    hidden_ = std::move(hidden);
    rebuild();
}

/// Lines are in pre-order, and everything between a visible node and the next one is below the former.
uint32_t VisibleRows::lineOf(NodeIndex node) const {
    const auto after = std::upper_bound(nodes_.begin(), nodes_.end(), node);
    return after == nodes_.begin() ? 0 : static_cast<uint32_t>(after - nodes_.begin() - 1);
}

void VisibleRows::setCollapsed(NodeIndex node, bool collapsed) {
    if (collapsed_[node] == collapsed)
        return;
    collapsed_[node] = collapsed;
    rebuild();
}

void VisibleRows::collapseAll() {
    collapsed_.assign(collapsed_.size(), true);
    rebuild();
}

void VisibleRows::expandAll() {
    collapsed_.assign(collapsed_.size(), false);
    rebuild();
}

void VisibleRows::collapseTo(uint32_t depth) {
    const auto& all = waterfall_->nodes;
    const uint32_t top = root_ == kNoNode ? 0 : all[root_].depth;
    for (NodeIndex i = 0; i < all.size(); ++i)
        collapsed_[i] = all[i].depth >= top + depth;
    rebuild();
}

void VisibleRows::showFirst(const SpanTable& table, const CriticalPath& path, uint32_t lines) {
    const auto& all = waterfall_->nodes;
    root_ = kNoNode;
    collapsed_.assign(all.size(), true);
    struct Candidate {
        int rank; ///< 2: on the path or above an error; 1: not
        int64_t weight;
        NodeIndex node;
        bool operator<(const Candidate& other) const {
            return std::tie(rank, weight, other.node) < std::tie(other.rank, other.weight, node);
        }
    };
    std::priority_queue<Candidate> open;
    uint64_t shown = 0;
    const auto add = [&](NodeIndex node) {
        ++shown;
        const WaterfallNode& n = all[node];
        if (n.children == 0 || waterfall_->isGroup(node))
            return;
        const PathSection* stretch = path.stretchOf(node);
        const bool hasErrorBelow = n.errors > (n.row != kNoRow && table.isError(n.row) ? 1U : 0U);
        const int64_t length = std::max<int64_t>(0, waterfall_->endOf(table, node) - waterfall_->startOf(table, node));
        const bool isMissing = n.row == kNoRow; // what is below it is the top of what there is
        open.push({stretch != nullptr || hasErrorBelow || isMissing ? 2 : 1, stretch != nullptr ? stretch->to - stretch->from : length, node});
    };
    for (NodeIndex i = 0; i < all.size(); i = all[i].end)
        add(i);
    for (bool isFirst = true; !open.empty(); isFirst = false) {
        const NodeIndex node = open.top().node;
        open.pop();
        if (!isFirst && shown + all[node].children > lines)
            continue;
        collapsed_[node] = false;
        for (NodeIndex child = node + 1; child < all[node].end; child = all[child].end)
            add(child);
    }
    rebuild();
}

void VisibleRows::reveal(NodeIndex node) {
    bool changed = root_ != kNoNode && (node < root_ || node >= waterfall_->nodes[root_].end);
    if (changed)
        root_ = kNoNode;
    if (isHidden(node)) {
        hidden_[node] = false;
        changed = true;
    }
    for (NodeIndex up = waterfall_->nodes[node].parent; up != kNoNode; up = waterfall_->nodes[up].parent) {
        changed = changed || (collapsed_[up] && !isHidden(up));
        collapsed_[up] = false;
    }
    if (changed)
        rebuild();
}

void VisibleRows::expandTo(const std::vector<NodeIndex>& nodes) {
    std::vector<bool> isDone(collapsed_.size(), false); // so that a deep chain is walked once
    for (const NodeIndex node : nodes)
        for (NodeIndex up = waterfall_->nodes[node].parent; up != kNoNode && !isDone[up]; up = waterfall_->nodes[up].parent) {
            isDone[up] = true;
            collapsed_[up] = false;
        }
    rebuild();
}

void VisibleRows::setRoot(NodeIndex root) {
    root_ = root;
    if (root != kNoNode)
        collapsed_[root] = false;
    rebuild();
}

VisibleRows::State VisibleRows::state() const {
    State state;
    const auto& all = waterfall_->nodes;
    for (NodeIndex i = 0; i < collapsed_.size(); ++i) {
        const Row row = all[i].row;
        if (row != kNoRow && isCollapsed(i))
            state.collapsed.push_back(row);
        else if (row == kNoRow && waterfall_->isGroup(i) && !collapsed_[i])
            state.expandedGroups.push_back(all[i + 1].row);
        else if (row == kNoRow && !waterfall_->isGroup(i) && isCollapsed(i))
            state.collapsedMissing.push_back(all[waterfall_->isGroup(i + 1) ? i + 2 : i + 1].row);
    }
    if (root_ == kNoNode)
        return state;
    state.isAbove = all[root_].row == kNoRow;
    state.root = state.isAbove ? all[root_ + 1].row : all[root_].row;
    return state;
}

void VisibleRows::restore(const State& state) {
    const auto nodeOf = [this](Row row) { return row == kNoRow ? kNoNode : waterfall_->nodeOf(row); };
    collapsed_.assign(collapsed_.size(), false);
    for (const SiblingGroup& group : waterfall_->groups)
        collapsed_[group.node] = true;
    for (const Row row : state.expandedGroups) {
        const NodeIndex node = nodeOf(row), parent = node == kNoNode ? kNoNode : waterfall_->nodes[node].parent;
        if (parent != kNoNode && waterfall_->isGroup(parent))
            collapsed_[parent] = false;
    }
    for (const Row row : state.collapsedMissing) {
        const NodeIndex node = nodeOf(row), parent = node == kNoNode ? kNoNode : waterfall_->parentOf(node);
        if (parent != kNoNode && waterfall_->nodes[parent].row == kNoRow)
            collapsed_[parent] = true;
    }
    for (const Row row : state.collapsed)
        if (const NodeIndex node = nodeOf(row); node != kNoNode)
            collapsed_[node] = true;
    root_ = nodeOf(state.root);
    if (state.isAbove && root_ != kNoNode)
        root_ = waterfall_->nodes[root_].parent;
    rebuild();
}

} // namespace aisle
