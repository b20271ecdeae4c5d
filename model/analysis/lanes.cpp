#include "analysis/lanes.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace aisle {

Lanes lanes(const SpanTable& table, const Waterfall& tree, const StopToken& stop) {
    const auto count = static_cast<NodeIndex>(tree.nodes.size());
    struct Item {
        uint32_t depth;
        NodeIndex node;
        int64_t start, end;
        uint32_t lane;
    };
    std::vector<Item> items;
    items.reserve(count);
    std::vector<uint32_t> depths(count, 0); // without groups
    for (NodeIndex i = 0; i < count; ++i) {
        if ((i & 0xffff) == 0)
            stop.check();
        const NodeIndex parent = tree.nodes[i].parent;
        if (parent != kNoNode)
            depths[i] = depths[parent] + (tree.isGroup(parent) ? 0 : 1);
        if (!tree.isGroup(i) && tree.hasStart(table, i))
            items.push_back({depths[i], i, tree.startOf(table, i), tree.endOf(table, i), 0});
    }
    std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
        return std::tie(a.depth, a.start, b.end, a.node) < std::tie(b.depth, b.start, a.end, b.node);
    });
    stop.check();

    Lanes out;
    using Busy = std::pair<int64_t, uint32_t>; // until when, which lane
    std::priority_queue<Busy, std::vector<Busy>, std::greater<>> busy;
    std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> free;
    for (size_t i = 0; i < items.size(); ++i) {
        if ((i & 0xffff) == 0)
            stop.check();
        Item& item = items[i];
        if (i == 0 || item.depth != items[i - 1].depth) {
            busy = {};
            free = {};
        }
        while (!busy.empty() && busy.top().first <= item.start) {
            free.push(busy.top().second);
            busy.pop();
        }
        if (free.empty()) {
            item.lane = out.count();
            out.depth.push_back(item.depth);
        } else {
            item.lane = free.top();
            free.pop();
        }
        // A point takes its place, or two of one time would lie on each other.
        busy.emplace(std::max(item.end, item.start + 1), item.lane);
    }
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.lane < b.lane; });
    out.laneOf.assign(tree.nodes.size(), Lanes::kNoLane);
    out.spans.reserve(items.size());
    for (const Item& item : items) {
        while (out.first.size() <= item.lane)
            out.first.push_back(static_cast<uint32_t>(out.spans.size()));
        out.laneOf[item.node] = item.lane;
        out.spans.push_back(item.node);
    }
    out.first.push_back(static_cast<uint32_t>(out.spans.size()));
    return out;
}

} // namespace aisle
