#pragma once
// Which spans of a tree lead to which without being their parents: by links, and by messages whose id both sides recorded.

#include "analysis/waterfall.h"
#include "store/trace_attributes.h"

#include <span>

namespace aisle {

struct SpanConnection {
    enum class By : uint8_t { Link, Message };
    NodeIndex from = kNoNode; ///< what came first: the span that is linked to, the producer
    NodeIndex to = kNoNode;   ///< the span that links, the consumer
    By by = By::Link;
    bool operator==(const SpanConnection&) const = default;
};

/// Found by either end. Immutable.
class Connections {
public:
    Connections() = default;
    explicit Connections(std::vector<SpanConnection> all);
    bool isEmpty() const { return byTo_.empty(); }
    const std::vector<SpanConnection>& all() const& { return byTo_; } ///< by `to`, then `from`
    std::span<const SpanConnection> into(NodeIndex node) const;      ///< O(log n)
    std::span<const SpanConnection> outOf(NodeIndex node) const;     ///< O(log n)

private:
    std::vector<SpanConnection> byTo_, byFrom_;
};

/// Both ends are in the tree and the one is not the parent of the other; at most `most`. O(links of the segments). Throws Stopped.
Connections linkConnections(const SpanTable& table, const Waterfall& tree, size_t most, const StopToken& stop = {});

/// A PRODUCER (or CLIENT) span and a CONSUMER (or SERVER) span that have the same messaging.message.id; of several producers the last before
/// the consumer starts. Without those that are parent and child or linked anyway. Looks at spans that have a messaging attribute.
/// Thread: that of the reader's database. Throws StoreError and Stopped.
Connections messageConnections(const SpanTable& table, const Waterfall& tree, const TraceAttributes& attributes,
                               TraceAttributes::Reader& reader, size_t most, const StopToken& stop = {});

/// These traces and all that links lead to from them and to them, however many steps away; at most `most`, by number. O(links of
/// the table). Throws Stopped.
std::vector<TraceIndex> linkedTraces(const SpanTable& table, std::span<const TraceIndex> from, size_t most, const StopToken& stop = {});

/// The rows that a span links to, those that are in the workspace, in the order of its links; at most `most`.
std::vector<Row> linkTargets(const SpanTable& table, Row row, size_t most = 100);

} // namespace aisle
