#include "analysis/span_marks.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace aisle {

namespace {

constexpr uint8_t kWithoutTimes = kNoStart | kUnfinished | kNegative;

} // namespace

std::optional<CallLegs> callLegs(const SpanTable& table, const Waterfall& tree, NodeIndex client) {
    const WaterfallNode& node = tree.nodes[client];
    if (node.row == kNoRow || node.children != 1 || table.kind(node.row) != Kind::Client)
        return std::nullopt;
    const Row server = tree.nodes[client + 1].row;
    if (server == kNoRow || table.kind(server) != Kind::Server || table.service(server) == table.service(node.row) ||
        ((table.flags(server) | table.flags(node.row)) & kWithoutTimes) != 0)
        return std::nullopt;
    if (table.start(server) < table.start(node.row) || table.end(server) > table.end(node.row))
        return std::nullopt;
    return CallLegs{client + 1, table.start(server) - table.start(node.row), table.end(node.row) - table.end(server)};
}

std::optional<QueueWait> queueWait(const SpanTable& table, Row consumer) {
    if (table.kind(consumer) != Kind::Consumer || (table.flags(consumer) & kNoStart) != 0)
        return std::nullopt;
    Row producer = kNoRow;
    const auto consider = [&](Row row) {
        if (row != kNoRow && table.kind(row) == Kind::Producer && (table.flags(row) & kWithoutTimes) == 0 && table.end(row) < table.start(consumer) &&
            (producer == kNoRow || table.end(row) > table.end(producer)))
            producer = row;
    };
    consider(table.parent(consumer));
    if (producer == kNoRow) {
        const uint32_t number = consumer >> 16, offset = consumer & 0xffff;
        const auto& links = table.segmentAt(number).links;
        for (auto at = std::lower_bound(links.begin(), links.end(), offset, [](const SpanLink& link, uint32_t wanted) { return link.offset < wanted; });
             at != links.end() && at->offset == offset; ++at)
            consider(table.derivedAt(number).linkTarget[static_cast<size_t>(at - links.begin())]);
    }
    return producer == kNoRow ? std::nullopt : std::optional(QueueWait{producer, table.end(producer), table.start(consumer)});
}

NodeIndex errorOrigin(const SpanTable& table, const Waterfall& tree, NodeIndex node) {
    for (;;) {
        NodeIndex next = kNoNode;
        tree.forEachChild(node, [&](NodeIndex child) {
            const Row row = tree.nodes[child].row;
            if (!table.isError(row))
                return;
            const auto rank = [&](NodeIndex n) {
                const Row r = tree.nodes[n].row;
                return std::tuple(table.end(r), table.start(r), ~table.id(r));
            };
            if (next == kNoNode || rank(child) > rank(next))
                next = child;
        });
        if (next == kNoNode)
            return node;
        node = next;
    }
}

std::vector<Retry> retries(const SpanTable& table, const Waterfall& tree, const StopToken& stop) {
    struct Last {
        int64_t end = 0;
        uint32_t attempt = 0;
        bool failed = false;
    };
    std::vector<Retry> out;
    std::unordered_map<uint64_t, Last> known;
    // Those of one operation come by start, also where groups stand between others.
    const auto look = [&](auto&& forEach) {
        known.clear();
        forEach([&](NodeIndex child) {
            const Row row = tree.nodes[child].row;
            if (row == kNoRow || (table.flags(row) & kNoStart) != 0)
                return;
            Last& last = known[static_cast<uint64_t>(table.service(row)) << 32 | table.name(row)];
            const uint32_t attempt = last.failed && table.start(row) >= last.end ? last.attempt + 1 : 1;
            if (attempt > 1)
                out.push_back({child, attempt});
            last = {table.end(row), attempt, table.isError(row)};
        });
    };
    if (!tree.errors.empty())
        look([&](auto&& f) { tree.forEachRoot(f); });
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        if ((i & 0xffff) == 0)
            stop.check();
        const WaterfallNode& node = tree.nodes[i];
        const uint32_t own = node.row != kNoRow && table.isError(node.row) ? 1 : 0;
        const bool hasSeveral = node.children > 1 || (node.children == 1 && tree.isGroup(i + 1));
        if (hasSeveral && node.errors > own && !tree.isGroup(i)) // without an error below there is no retry
            look([&](auto&& f) { tree.forEachChild(i, f); });
    }
    std::sort(out.begin(), out.end(), [](const Retry& a, const Retry& b) { return a.node < b.node; });
    return out;
}

} // namespace aisle
