#include "trace/trace_data.h"

#include <tuple>

namespace aisle {

namespace {

GroupBars barsOf(const SpanTable& table, const Waterfall& tree, const SiblingGroup& group) {
    GroupBars bars;
    bars.starts.reserve(group.members);
    bars.reach.reserve(group.members);
    tree.forEachChild(group.node, [&](NodeIndex member) {
        if (!tree.hasStart(table, member))
            return;
        const int64_t end = std::max(tree.startOf(table, member), tree.endOf(table, member));
        bars.starts.push_back(tree.startOf(table, member));
        bars.reach.push_back(bars.reach.empty() ? end : std::max(bars.reach.back(), end));
    });
    return bars;
}

/// At most five, each at least a hundredth of the trace: labels on more would be noise.
std::vector<NodeIndex> longestSelf(const SpanTable& table, const Waterfall& tree) {
    constexpr size_t kMost = 5;
    const int64_t least = std::max<int64_t>(1, (tree.end - tree.start) / 100);
    std::vector<std::pair<int64_t, NodeIndex>> found; // the longest first, then the earlier node
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        const Row row = tree.nodes[i].row;
        if (row == kNoRow || table.selfTime(row) < least || (found.size() == kMost && table.selfTime(row) <= found.back().first))
            continue;
        const auto at = std::find_if(found.begin(), found.end(), [&](const auto& other) { return table.selfTime(row) > other.first; });
        found.insert(at, {table.selfTime(row), i});
        found.resize(std::min(found.size(), kMost));
    }
    std::vector<NodeIndex> nodes;
    for (const auto& [time, node] : found)
        nodes.push_back(node);
    return nodes;
}

} // namespace

TraceDataPtr makeTraceData(SpanTablePtr table, TraceIndex trace, std::shared_ptr<Workspace> workspace, const WaterfallOptions& options,
                           const StopToken& stop) {
    auto data = std::make_shared<TraceData>();
    data->tree = waterfall(*table, trace, options, stop);
    data->path = criticalPath(*table, data->tree, stop);
    data->pathByNode = data->path.sections;
    std::sort(data->pathByNode.begin(), data->pathByNode.end(),
              [](const PathSection& a, const PathSection& b) {
                  return std::tie(a.node, a.from) < std::tie(b.node, b.from);
              });
    for (const SiblingGroup& group : data->tree.groups)
        data->groups.push_back(barsOf(*table, data->tree, group));
    for (const NodeIndex node : data->tree.errors)
        data->errorStarts.push_back(data->tree.hasStart(*table, node) ? data->tree.startOf(*table, node) : data->tree.start);
    data->retries = retries(*table, data->tree, stop);
    data->longestSelf = longestSelf(*table, data->tree);
    data->colours = ServiceColours(table->services());
    data->attributes = std::make_shared<TraceAttributesSource>(std::move(workspace), table, trace);
    data->table = std::move(table);
    return data;
}

uint32_t TraceData::attemptOf(NodeIndex node) const {
    const auto found = std::lower_bound(retries.begin(), retries.end(), node, [](const Retry& retry, NodeIndex wanted) { return retry.node < wanted; });
    return found != retries.end() && found->node == node ? found->attempt : 1;
}

TraceIndex slowestTrace(const SpanTable& table, const BitSet* scope) {
    TraceIndex best = kNoTrace;
    for (TraceIndex t = 0; t < table.traceSlots(); ++t) {
        if (table.summary(t).spans == 0 || (scope != nullptr && (t >= scope->size() || !(*scope)[t])))
            continue;
        if (best == kNoTrace || table.summary(t).duration > table.summary(best).duration)
            best = t;
    }
    return best;
}

} // namespace aisle
