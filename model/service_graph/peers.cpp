#include "service_graph/peers.h"

#include <algorithm>
#include <array>

namespace aisle {

using NodeKind = ServiceGraph::NodeKind;

std::vector<ColumnSpec> peerColumnSpecs() {
    // Attributes of the span only: what a resource says is about the caller itself.
    std::vector<ColumnSpec> specs(PeerColumns::Count);
    const auto set = [&](PeerColumns::Index index, std::vector<std::string> keys) {
        specs[index] = {std::move(keys), false};
    };
    set(PeerColumns::PeerService, {"service.peer.name", "peer.service"});
    set(PeerColumns::Upstream, {"upstream_cluster", "upstream_cluster.name"});
    set(PeerColumns::Address, {"server.address", "net.peer.name", "peer.hostname"});
    set(PeerColumns::Url, {"url.full", "http.url", "http.host"});
    set(PeerColumns::NetworkPeer, {"network.peer.address", "net.sock.peer.addr", "net.peer.ip", "peer.address", "peer.ipv4"});
    set(PeerColumns::DbName, {"db.namespace", "db.name", "db.instance"});
    set(PeerColumns::DbSystem, {"db.system.name", "db.system", "db.type"});
    set(PeerColumns::Destination, {"messaging.destination.name", "messaging.destination", "message_bus.destination"});
    set(PeerColumns::MessagingSystem, {"messaging.system"});
    set(PeerColumns::MessagingOperation, {"messaging.operation.type", "messaging.operation", "messaging.operation.name"});
    return specs;
}

PeerColumns readPeerColumns(Database& db, const SpanTable& table, const StopToken& stop) {
    const auto specs = peerColumnSpecs();
    return {readColumns(db, table, specs, stop)};
}

std::string_view hostOfUrl(std::string_view url) {
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos)
        url.remove_prefix(scheme + 3);
    else if (url.starts_with('/'))
        return {};
    url = url.substr(0, url.find_first_of("/?#"));
    if (const auto user = url.rfind('@'); user != std::string_view::npos)
        url.remove_prefix(user + 1);
    if (url.starts_with('[')) {
        url.remove_prefix(1);
        return url.substr(0, url.find(']'));
    }
    return url.substr(0, url.find(':'));
}

PeerNodes::PeerNodes(const SpanTable& table) : services_(static_cast<uint32_t>(table.services().size())) {
    names_ = table.services();
    kinds_.assign(services_, NodeKind::Service);
    for (uint32_t i = 0; i < services_; ++i)
        serviceByName_.try_emplace(names_[i], i);
}

uint32_t PeerNodes::node(NodeKind kind, std::string_view name) {
    std::string key(1, static_cast<char>('a' + static_cast<int>(kind)));
    key += name;
    const auto [at, isNew] = byKey_.try_emplace(std::move(key), size());
    if (isNew) {
        names_.emplace_back(name);
        kinds_.push_back(kind);
    }
    return at->second;
}

uint32_t PeerNodes::serviceOrNode(NodeKind kind, std::string_view name) {
    const auto found = serviceByName_.find(std::string(name));
    return found != serviceByName_.end() ? found->second : node(kind, name);
}

PeerReader::PeerReader(const PeerColumns& columns, PeerNodes& nodes)
    : columns_(columns.columns), nodes_(nodes), next_(columns.columns.size()) {
    if (columns_.size() < PeerColumns::Count)
        return;
    for (std::string system : columns_[PeerColumns::DbSystem].distinct()) {
        std::transform(system.begin(), system.end(), system.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        isCache_.push_back(system == "redis" || system == "valkey" || system == "memcached");
    }
    for (const std::string& operation : columns_[PeerColumns::MessagingOperation].distinct())
        operation_.push_back(operation == "receive" || operation == "process" || operation == "deliver" ||
                                     operation == "poll" || operation == "consume"
                                 ? 1
                             : operation == "settle" || operation == "ack" ? 2
                                                                           : 0);
}

uint32_t PeerReader::value(size_t column, Row row) {
    const auto& rows = columns_[column].rows();
    size_t& next = next_[column];
    while (next < rows.size() && rows[next] < row)
        ++next;
    return next < rows.size() && rows[next] == row ? columns_[column].values()[next] : kNone;
}

/// The node that a value names; kNone when the value is empty. Each distinct value is looked at once.
uint32_t PeerReader::cached(NodeKind kind, size_t column, uint32_t value, bool maybeService) {
    const uint64_t key = static_cast<uint64_t>(kind) << 40 | static_cast<uint64_t>(column) << 32 | value;
    const auto [at, isNew] = cache_.try_emplace(key, kNone);
    if (!isNew)
        return at->second;
    std::string_view name = text(column, value);
    if (column == PeerColumns::Url)
        name = hostOfUrl(name);
    if (column == PeerColumns::Upstream) // Istio writes outbound|8080||payment.shop.svc.cluster.local
        name = name.substr(name.rfind('|') + 1);
    if (!name.empty())
        at->second = maybeService ? nodes_.serviceOrNode(kind, name) : nodes_.node(kind, name);
    return at->second;
}

PeerReader::Peer PeerReader::at(Row row, bool wantsQueue) {
    Peer peer;
    if (columns_.size() < PeerColumns::Count)
        return peer;
    std::array<uint32_t, PeerColumns::Count> values;
    for (size_t c = 0; c < values.size(); ++c)
        values[c] = value(c, row);
    using P = PeerColumns;
    const bool isDatabase = values[P::DbName] != kNone || values[P::DbSystem] != kNone;
    peer.isMessaging = values[P::Destination] != kNone || values[P::MessagingSystem] != kNone;
    if (const uint32_t operation = values[P::MessagingOperation]; operation != kNone && peer.isMessaging) {
        peer.isReceive = operation_[operation] == 1;
        peer.isSettle = operation_[operation] == 2;
    }
    const auto firstOf = [&](NodeKind kind, std::initializer_list<P::Index> columns, bool maybeService) {
        for (const P::Index c : columns)
            if (values[c] != kNone)
                if (const uint32_t node = cached(kind, c, values[c], maybeService); node != kNone)
                    return node;
        return kNone;
    };
    if (wantsQueue || (peer.isMessaging && !isDatabase)) {
        // A topic may well be named like a service and is not that service.
        peer.queue = firstOf(NodeKind::Queue, {P::Destination}, false);
        if (peer.queue == kNone)
            peer.queue = firstOf(NodeKind::Queue, {P::PeerService, P::Address, P::NetworkPeer, P::MessagingSystem}, false);
    }
    if (isDatabase) {
        const bool isCache = values[P::DbSystem] != kNone && isCache_[values[P::DbSystem]] != 0;
        const NodeKind kind = isCache ? NodeKind::Cache : NodeKind::Database;
        peer.isMessaging = false;
        peer.called = firstOf(kind, {P::PeerService, P::Upstream, P::Address, P::NetworkPeer}, true);
        if (peer.called == kNone)
            peer.called = firstOf(kind, {P::DbName, P::DbSystem}, false);
    } else if (peer.isMessaging) {
        peer.called = peer.queue;
    } else {
        peer.called = firstOf(NodeKind::External, {P::PeerService, P::Upstream, P::Address, P::Url, P::NetworkPeer}, true);
    }
    return peer;
}

} // namespace aisle
