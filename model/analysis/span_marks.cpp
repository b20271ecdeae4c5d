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
        constexpr uint32_t kMostLinks = 4096; // each frame asks; a span may have a million
        uint32_t looked = 0;
        for (auto at = std::lower_bound(links.begin(), links.end(), offset, [](const SpanLink& link, uint32_t wanted) { return link.offset < wanted; });
             at != links.end() && at->offset == offset && looked < kMostLinks; ++at, ++looked)
            consider(table.derivedAt(number).linkTarget[static_cast<size_t>(at - links.begin())]);
    }
    return producer == kNoRow ? std::nullopt : std::optional(QueueWait{producer, table.end(producer), table.start(consumer)});
}

NodeIndex errorOrigin(const SpanTable& table, const Waterfall& tree, NodeIndex node) {
    for (;;) {
        NodeIndex next = kNoNode;
        const auto consider = [&](NodeIndex child) {
            const Row row = tree.nodes[child].row;
            if (!table.isError(row))
                return;
            const auto rank = [&](NodeIndex n) {
                const Row r = tree.nodes[n].row;
                return std::tuple(table.end(r), table.start(r), ~table.id(r));
            };
            if (next == kNoNode || rank(child) > rank(next))
                next = child;
        };
        tree.forEachChild(node, consider);
        if (next == kNoNode && tree.nodes[node].row != kNoRow && table.kind(tree.nodes[node].row) == Kind::Client)
            tree.forEachChild(node, [&](NodeIndex child) {
                const Row row = tree.nodes[child].row;
                if (table.kind(row) == Kind::Server && table.status(row) == Status::Unset)
                    tree.forEachChild(child, consider);
            });
        if (next == kNoNode)
            return node;
        node = next;
    }
}

namespace {

/// Counts attempts among siblings, which come by start within one operation. Numbers of operations are small and forgotten
/// in time with the siblings: a map that was large once costs its size at each clear().
class Attempts {
public:
    explicit Attempts(const SpanTable& table) : table_(table) {}

    /// Calls f(child, attempt) for the children of a node that are no first attempt.
    template <typename F>
    void below(const Waterfall& tree, NodeIndex parent, F&& f) {
        tree.forEachChild(parent, [&](NodeIndex child) {
            const Row row = tree.nodes[child].row;
            if (row == kNoRow || (table_.flags(row) & kNoStart) != 0)
                return;
            const uint32_t operation = number(row);
            Last& last = last_[operation];
            if (!last.isTouched) {
                last.isTouched = true;
                touched_.push_back(operation);
            }
            last.attempt = last.failed && table_.start(row) >= last.end ? last.attempt + 1 : 1;
            last.end = table_.end(row);
            last.failed = table_.isError(row) && (table_.flags(row) & kWithoutTimes) == 0; // it has to have ended
            if (last.attempt > 1)
                f(child, last.attempt);
        });
        for (const uint32_t operation : touched_)
            last_[operation] = {};
        touched_.clear();
    }

private:
    struct Last {
        int64_t end = 0;
        uint32_t attempt = 0;
        bool failed = false, isTouched = false;
    };
    uint32_t number(Row row) {
        const auto [at, isNew] = numbers_.try_emplace(static_cast<uint64_t>(table_.service(row)) << 32 | table_.name(row), static_cast<uint32_t>(last_.size()));
        if (isNew)
            last_.emplace_back();
        return at->second;
    }

    const SpanTable& table_;
    std::unordered_map<uint64_t, uint32_t> numbers_;
    std::vector<Last> last_;
    std::vector<uint32_t> touched_;
};

} // namespace

std::vector<Retry> retries(const SpanTable& table, const Waterfall& tree, const StopToken& stop) {
    std::vector<Retry> out;
    Attempts attempts(table);
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        if ((i & 0xfff) == 0)
            stop.check();
        const WaterfallNode& node = tree.nodes[i];
        const uint32_t own = node.row != kNoRow && table.isError(node.row) ? 1 : 0;
        const bool hasSeveral = node.children > 1 || (node.children == 1 && tree.isGroup(i + 1));
        if (hasSeveral && node.errors > own && !tree.isGroup(i)) // without an error below there is no retry
            attempts.below(tree, i, [&](NodeIndex child, uint32_t attempt) { out.push_back({child, attempt}); });
    }
    std::sort(out.begin(), out.end(), [](const Retry& a, const Retry& b) { return a.node < b.node; });
    return out;
}

uint32_t attemptOf(const SpanTable& table, const Waterfall& tree, NodeIndex node) {
    uint32_t found = 1;
    if (const NodeIndex parent = tree.parentOf(node); parent != kNoNode && tree.nodes[parent].errors > 0)
        Attempts(table).below(tree, parent, [&](NodeIndex child, uint32_t attempt) {
            if (child == node)
                found = attempt;
        });
    return found;
}

} // namespace aisle
