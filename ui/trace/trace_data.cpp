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

/// At most five, each at least a hundredth of the axis: labels on more would be noise.
std::vector<NodeIndex> longestSelf(const SpanTable& table, const Waterfall& tree, const TimeRange& axis) {
    constexpr size_t kMost = 5;
    const int64_t least = std::max<int64_t>(1, axis.length() / 100);
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

std::vector<std::pair<uint32_t, double>> pathShares(const SpanTable& table, const Waterfall& tree, const CriticalPath& path) {
    std::vector<double> ofService(table.services().size(), 0);
    double all = 0;
    for (const PathSection& section : path.sections) {
        const auto length = static_cast<double>(section.to - section.from);
        ofService[table.service(tree.nodes[section.node].row)] += length;
        all += length;
    }
    std::vector<std::pair<uint32_t, double>> out;
    for (uint32_t service = 0; service < ofService.size(); ++service)
        if (ofService[service] > 0)
            out.emplace_back(service, ofService[service] / all);
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    return out;
}

/// Idle time of one trace may be what is to be seen (a message that waited): it takes less place only where all else would be
/// slivers. Between the traces of a session it is the customer who reads.
bool skipsByDefault(const Waterfall& tree, const std::vector<IdleGap>& idle) {
    double sum = 0;
    for (const IdleGap& gap : idle)
        sum += static_cast<double>(gap.length());
    return sum > (tree.isOfSeveral() ? 0.5 : 0.9) * (static_cast<double>(tree.end) - static_cast<double>(tree.start));
}

} // namespace

TraceDataPtr makeTraceData(SpanTablePtr table, std::span<const TraceIndex> traces, std::shared_ptr<Workspace> workspace, const TraceOptions& options,
                           const TraceData* before, const StopToken& stop) {
    auto data = std::make_shared<TraceData>();
    data->source = table;
    if (options.skew)
        table = table->withClocks(std::make_shared<const std::vector<int64_t>>(options.skew->shifts(options.clockShare)), traces);
    data->tree = waterfall(*table, traces, options.tree, stop);
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
    data->colours = ServiceColours(table->services());
    data->pathShares = pathShares(*table, data->tree, data->path);
    data->idle = idleGaps(*table, data->tree, stop);
    const TimeRange bounds{data->tree.start, std::max(data->tree.end, data->tree.start + TimeRange::kShortest)};
    data->axis = options.skipsIdle.value_or(skipsByDefault(data->tree, data->idle)) ? TraceAxis(bounds, data->idle) : TraceAxis(bounds);
    data->longestSelf = longestSelf(*table, data->tree, data->axis.places());
    for (const NodeIndex node : data->tree.byRow)
        data->longestSelfTime = std::max(data->longestSelfTime, table->selfTime(data->tree.nodes[node].row));
    data->links = linkConnections(*table, data->tree, TraceData::kMostLinks, stop);
    if (before != nullptr && before->source == data->source && before->isSame(*data))
        data->attributes = before->attributes;
    else
        data->attributes = std::make_shared<TraceAttributesSource>(std::move(workspace), data->source, data->tree.traces);
    data->table = std::move(table);
    return data;
}

void noteClocks(Tabular& table, const TraceData& data) {
    if (data.hasShiftedClocks())
        table.notes.push_back("Times of some hosts are shifted, so that calls lie within their callers.");
}

QString withClocks(const QString& status, const TraceData& data) {
    return data.hasShiftedClocks() ? QString(status + QStringLiteral(" · times of some hosts are shifted")) : status;
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
