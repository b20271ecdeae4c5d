#include "analysis/span_connections.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace aisle {

namespace {

template <typename F>
void forEachLinkTarget(const SpanTable& table, Row row, F&& f) {
    const uint32_t number = row >> 16, offset = row & (kSegmentRows - 1);
    const auto& links = table.segmentAt(number).links;
    const auto& targets = table.derivedAt(number).linkTarget;
    for (auto at = std::lower_bound(links.begin(), links.end(), offset, [](const SpanLink& link, uint32_t wanted) { return link.offset < wanted; });
         at != links.end() && at->offset == offset; ++at)
        if (!f(targets[static_cast<size_t>(at - links.begin())]))
            return;
}

bool areRelated(const Waterfall& tree, NodeIndex a, NodeIndex b) { return a == b || tree.parentOf(a) == b || tree.parentOf(b) == a; }

bool isMessageId(std::string_view key) { return key == "messaging.message.id" || key == "messaging.message_id"; }

} // namespace

Connections::Connections(std::vector<SpanConnection> all) : byTo_(std::move(all)) {
    std::sort(byTo_.begin(), byTo_.end(), [](const SpanConnection& a, const SpanConnection& b) { return std::tie(a.to, a.from, a.by) < std::tie(b.to, b.from, b.by); });
    byTo_.erase(std::unique(byTo_.begin(), byTo_.end()), byTo_.end());
    byFrom_ = byTo_;
    std::sort(byFrom_.begin(), byFrom_.end(), [](const SpanConnection& a, const SpanConnection& b) { return std::tie(a.from, a.to, a.by) < std::tie(b.from, b.to, b.by); });
}

std::span<const SpanConnection> Connections::into(NodeIndex node) const {
    const auto from = std::partition_point(byTo_.begin(), byTo_.end(), [&](const SpanConnection& c) { return c.to < node; });
    return {from, std::partition_point(from, byTo_.end(), [&](const SpanConnection& c) { return c.to == node; })};
}

std::span<const SpanConnection> Connections::outOf(NodeIndex node) const {
    const auto from = std::partition_point(byFrom_.begin(), byFrom_.end(), [&](const SpanConnection& c) { return c.from < node; });
    return {from, std::partition_point(from, byFrom_.end(), [&](const SpanConnection& c) { return c.from == node; })};
}

Connections linkConnections(const SpanTable& table, const Waterfall& tree, size_t most, const StopToken& stop) {
    std::vector<SpanConnection> out;
    uint32_t segment = ~0U;
    bool hasLinks = false;
    for (size_t i = 0; i < tree.byRow.size() && out.size() < most; ++i) {
        if ((i & 0xffff) == 0)
            stop.check();
        const NodeIndex to = tree.byRow[i];
        const Row row = tree.nodes[to].row;
        if (segment != row >> 16) {
            segment = row >> 16;
            hasLinks = !table.segmentAt(segment).links.empty();
        }
        if (!hasLinks)
            continue;
        forEachLinkTarget(table, row, [&](Row target) {
            const NodeIndex from = target == kNoRow ? kNoNode : tree.nodeOf(target);
            if (from != kNoNode && !areRelated(tree, from, to))
                out.push_back({from, to, SpanConnection::By::Link});
            return out.size() < most;
        });
    }
    return Connections(std::move(out));
}

Connections messageConnections(const SpanTable& table, const Waterfall& tree, const TraceAttributes& attributes,
                               TraceAttributes::Reader& reader, size_t most, const StopToken& stop) {
    struct Message {
        std::vector<NodeIndex> sent, received;
    };
    std::unordered_map<std::string, Message> messages;
    const auto add = [&](NodeIndex node, const std::string& id) {
        if (id.empty())
            return;
        const Kind kind = table.kind(tree.nodes[node].row);
        Message& message = messages[id];
        auto& side = kind == Kind::Consumer || kind == Kind::Server ? message.received : message.sent;
        if (side.empty() || side.back() != node)
            side.push_back(node);
    };
    uint64_t looked = 0;
    for (size_t place = 0; place < attributes.places(); ++place) {
        if ((++looked & 0xfff) == 0)
            stop.check();
        const NodeIndex node = tree.nodeOf(attributes.rowAt(place));
        if (node == kNoNode)
            continue;
        const Kind kind = table.kind(tree.nodes[node].row);
        if (kind != Kind::Producer && kind != Kind::Consumer) { // others only when they say that they are about messages
            const auto numbers = attributes.of(place);
            if (std::none_of(numbers.begin(), numbers.end(), [&](uint32_t n) { return attributes.pairs()[n].key == "messaging.system"; }))
                continue;
        }
        for (const uint32_t number : attributes.of(place))
            if (isMessageId(attributes.pairs()[number].key))
                add(node, attributes.pairs()[number].value);
        if (attributes.hasOthers(place))
            for (const auto& pair : reader.of(place))
                if (isMessageId(pair.key))
                    add(node, pair.value);
    }
    std::vector<SpanConnection> out;
    for (auto& [id, message] : messages) {
        const auto byStart = [&](NodeIndex a, NodeIndex b) { return std::pair(table.start(tree.nodes[a].row), a) < std::pair(table.start(tree.nodes[b].row), b); };
        std::sort(message.sent.begin(), message.sent.end(), byStart);
        for (const NodeIndex to : message.received) {
            const int64_t start = table.start(tree.nodes[to].row);
            auto after = std::partition_point(message.sent.begin(), message.sent.end(), [&](NodeIndex from) { return table.start(tree.nodes[from].row) <= start; });
            if (after == message.sent.begin())
                continue;
            const NodeIndex from = *(after - 1);
            bool isLinked = false;
            const auto leadsTo = [&](Row target) {
                isLinked = isLinked || (target != kNoRow && target == tree.nodes[from].row);
                return !isLinked;
            };
            forEachLinkTarget(table, tree.nodes[to].row, leadsTo);
            if (!isLinked && !areRelated(tree, from, to) && out.size() < most)
                out.push_back({from, to, SpanConnection::By::Message});
        }
    }
    return Connections(std::move(out));
}

std::vector<TraceIndex> linkedTraces(const SpanTable& table, std::span<const TraceIndex> from, size_t most, const StopToken& stop) {
    std::vector<std::pair<TraceIndex, TraceIndex>> steps; // both ways
    for (uint32_t number = 0; number < table.segmentCount(); ++number) {
        stop.check();
        if (!table.hasSegment(number))
            continue;
        const auto& links = table.segmentAt(number).links;
        for (size_t i = 0; i < links.size(); ++i) {
            const Row row = number << 16 | links[i].offset, target = table.derivedAt(number).linkTarget[i];
            if (target == kNoRow || table.isHidden(row) || table.trace(row) == table.trace(target))
                continue;
            steps.emplace_back(table.trace(row), table.trace(target));
            steps.emplace_back(table.trace(target), table.trace(row));
        }
    }
    std::sort(steps.begin(), steps.end());
    stop.check();
    std::vector<bool> isKnown(table.traceSlots(), false);
    std::vector<TraceIndex> out;
    const auto add = [&](TraceIndex trace) {
        if (!isKnown[trace] && out.size() < most) {
            isKnown[trace] = true;
            out.push_back(trace);
        }
    };
    for (const TraceIndex trace : from)
        add(trace);
    for (size_t i = 0; i < out.size(); ++i) // grows while it is walked: breadth first
        for (auto at = std::lower_bound(steps.begin(), steps.end(), std::pair(out[i], TraceIndex(0))); at != steps.end() && at->first == out[i]; ++at)
            add(at->second);
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<Row> linkTargets(const SpanTable& table, Row row, size_t most) {
    std::vector<Row> out;
    forEachLinkTarget(table, row, [&](Row target) {
        if (target != kNoRow && std::find(out.begin(), out.end(), target) == out.end())
            out.push_back(target);
        return out.size() < most;
    });
    return out;
}

} // namespace aisle
