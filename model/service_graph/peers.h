#pragma once
// What the attributes of a span say about the other side of its call. Used by GraphCalls only.

#include "service_graph/service_graph.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace aisle {

/// Numbers for nodes while a graph is being made: services first, with their own index, then peers as they come.
class PeerNodes {
public:
    explicit PeerNodes(const SpanTable& table);
    uint32_t serviceCount() const { return services_; }
    uint32_t size() const { return static_cast<uint32_t>(names_.size()); }
    const std::string& name(uint32_t node) const { return names_[node]; }
    ServiceGraph::NodeKind kind(uint32_t node) const { return kinds_[node]; }
    uint32_t node(ServiceGraph::NodeKind kind, std::string_view name);
    /// The service of that name, otherwise the node of that kind.
    uint32_t serviceOrNode(ServiceGraph::NodeKind kind, std::string_view name);

private:
    uint32_t services_;
    std::vector<std::string> names_;
    std::vector<ServiceGraph::NodeKind> kinds_;
    std::unordered_map<std::string, uint32_t> byKey_, serviceByName_;
};

/// Reads the columns along with the rows. Rows must be asked for in ascending order: then one pass over the
/// columns answers all of them, where a search per row and column would take longer than the rest of the graph.
class PeerReader {
public:
    static constexpr uint32_t kNone = 0xffffffffU;
    PeerReader(const PeerColumns& columns, PeerNodes& nodes);

    struct Peer {
        uint32_t called = kNone; ///< what a CLIENT calls: database, cache, queue, external system, service
        uint32_t queue = kNone;  ///< the queue that a PRODUCER, a CONSUMER or a messaging CLIENT names
        bool isMessaging = false;
        bool isReceive = false; ///< takes from the queue instead of giving to it
        bool isSettle = false;  ///< acknowledges; no call of its own
    };
    Peer at(Row row, bool wantsQueue);

private:
    uint32_t value(size_t column, Row row);
    uint32_t cached(ServiceGraph::NodeKind kind, size_t column, uint32_t value, bool maybeService);
    const std::string& text(size_t column, uint32_t value) const { return columns_[column].distinct()[value]; }

    const std::vector<AttributeColumn>& columns_;
    PeerNodes& nodes_;
    std::vector<size_t> next_;
    std::unordered_map<uint64_t, uint32_t> cache_;
    std::vector<uint8_t> isCache_, operation_; ///< by value of DbSystem and MessagingOperation
};

/// Host of a URL, without user, port and brackets; of "host:port" too. Empty when there is none.
std::string_view hostOfUrl(std::string_view url);

} // namespace aisle
