#pragma once
// Finds the calls between the nodes of a service graph: the pairing rules. Used by GraphCalls only.

#include "service_graph/service_graph.h"
#include "service_graph/peers.h"
#include "table/row_column.h"

#include <unordered_map>
#include <vector>

namespace aisle {

/// The calls of one edge while they are collected.
struct EdgeCalls {
    uint32_t from = 0, to = 0; ///< PeerNodes numbers
    bool onlyMessages = true;
    std::vector<ServiceGraph::SpanPair> pairs;
};

class CallFinder {
public:
    CallFinder(const SpanTable& table, const PeerColumns& peers, const StopToken& stop);
    void run();

    PeerNodes& nodes() { return nodes_; }
    std::vector<EdgeCalls>& edges() { return edges_; }
    /// CLIENT and PRODUCER spans without a callee and without a name of one.
    const std::vector<Row>& unnamed() const { return unnamed_; }

private:
    enum Mark : uint8_t {
        kCalls = 1,     ///< has a callee of its own
        kWraps = 2,     ///< stands above the span that makes or takes the call
        kProduces = 4,  ///< tied to a consumer
        kConsumes = 8,  ///< tied to a producer
    };
    /// A message's way. Without a producer span: the service it came from.
    struct Tie {
        Row consumer, producer;
        uint32_t fromService;
        auto operator<=>(const Tie&) const = default;
    };

    static bool isTransparent(Kind kind) { return kind == Kind::Internal || kind == Kind::Unspecified; }
    static bool isCaller(Kind kind) { return kind == Kind::Client || kind == Kind::Producer; }
    Kind kindOf(Row row) const;
    Row anchor(Row row);
    bool isOfOtherInstance(Row a, Row b) const;
    void visitParent(Row row, Row parent);
    void visitLinks();
    void visitLink(Row row, Row target);
    void addUser(Row row);
    bool isSentByProducer(Row row);
    void addPeers();
    void addMessages();
    void add(uint32_t from, uint32_t to, Row client, Row server, bool isMessage);

    const SpanTable& table_;
    const StopToken& stop_;
    PeerNodes nodes_;
    PeerReader peers_;
    RowColumn<Row> anchor_;
    RowColumn<uint8_t> marks_;
    std::vector<Row> walk_;
    std::vector<Tie> ties_;
    std::unordered_map<Row, uint32_t> queueOf_; ///< of producers and consumers
    std::vector<EdgeCalls> edges_;
    std::unordered_map<uint64_t, uint32_t> edgeByNodes_;
    uint64_t lastKey_ = ~uint64_t(0);
    uint32_t lastEdge_ = 0;
    uint32_t user_ = PeerReader::kNone;
    std::vector<Row> unnamed_;
};

} // namespace aisle
