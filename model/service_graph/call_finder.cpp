#include "service_graph/call_finder.h"

#include <algorithm>

namespace aisle {

namespace {
constexpr uint32_t kNone = PeerReader::kNone;
constexpr Row kUnknown = kNoRow - 1; ///< in anchor_: not looked at yet
constexpr size_t kStopInterval = 1U << 16;
} // namespace

CallFinder::CallFinder(const SpanTable& table, const PeerColumns& peers, const StopToken& stop)
    : table_(table), stop_(stop), nodes_(table), peers_(peers, nodes_), anchor_(table, kUnknown),
      marks_(table, 0) {}

void CallFinder::run() {
    size_t seen = 0;
    table_.forEachRow([&](Row row) {
        if (++seen % kStopInterval == 0)
            stop_.check();
        if (const Row parent = table_.parent(row); parent != kNoRow)
            visitParent(row, parent);
    });
    visitLinks();
    table_.forEachRow([&](Row row) {
        // An orphan's caller is missing from the file and need not be a user.
        if (table_.kind(row) == Kind::Server && table_.parent(row) == kNoRow &&
            (table_.derivedFlags(row) & kOrphan) == 0 && (marks_[row] & kConsumes) == 0)
            addUser(row);
    });
    addPeers();
    addMessages();
}

/// As recorded, but for name lookups: in Node's instrumentations they are CLIENT spans below the call that they are a step of,
/// without a peer when they fail, and with an IP address as their peer when they succeed.
Kind CallFinder::kindOf(Row row) const {
    const Kind kind = table_.kind(row);
    return kind == Kind::Client && table_.text(table_.name(row)).starts_with("dns.") ? Kind::Internal : kind;
}

/// The nearest span at or above that is not INTERNAL, in the same service; kNoRow when there is none. Every span
/// is walked over once, so that deep chains stay linear.
Row CallFinder::anchor(Row row) {
    walk_.clear();
    Row found = kNoRow;
    for (Row at = row;;) {
        if (anchor_[at] != kUnknown) {
            found = anchor_[at];
            break;
        }
        walk_.push_back(at);
        if (!isTransparent(kindOf(at))) {
            found = at;
            break;
        }
        const Row up = table_.parent(at);
        if (up == kNoRow || table_.service(up) != table_.service(at))
            break;
        at = up;
    }
    for (const Row at : walk_)
        anchor_[at] = found;
    return found;
}

/// Both say which instance they are of, and it is not the same: a service that calls itself over the network.
bool CallFinder::isOfOtherInstance(Row a, Row b) const {
    const uint32_t first = table_.contextInfo(table_.context(a)).instance, second = table_.contextInfo(table_.context(b)).instance;
    return first != second && first != ContextInfo::kNoInstance && second != ContextInfo::kNoInstance;
}

void CallFinder::visitParent(Row row, Row parent) {
    const Kind kind = kindOf(row);
    const bool isCrossing = table_.service(parent) != table_.service(row);
    if (!isCrossing && isTransparent(kind))
        return;
    const Row above = anchor(parent);
    const Kind aboveKind = above == kNoRow ? Kind::Unspecified : kindOf(above);
    const bool hasCaller = isCaller(aboveKind);
    if (!isCrossing) {
        if (kind == Kind::Consumer && aboveKind == Kind::Producer) {
            ties_.push_back({row, above, table_.service(above)});
        } else if (kind == Kind::Server && aboveKind == Kind::Client && isOfOtherInstance(row, above)) {
            marks_[above] |= kCalls;
            add(table_.service(above), table_.service(row), above, row, false);
        } else if (hasCaller || (kind == Kind::Consumer && aboveKind == Kind::Consumer)) { // "receive" above "process"
            marks_[above] |= kWraps;
        }
        return;
    }
    if (hasCaller)
        marks_[above] |= kCalls;
    if (kind == Kind::Consumer || aboveKind == Kind::Producer)
        ties_.push_back({row, hasCaller ? above : kNoRow, table_.service(parent)});
    else
        add(table_.service(parent), table_.service(row), hasCaller ? above : kNoRow, row, false);
}

void CallFinder::visitLinks() {
    for (uint32_t number = 0; number < table_.segmentCount(); ++number) {
        if (!table_.hasSegment(number))
            continue;
        stop_.check();
        const auto& links = table_.segmentAt(number).links;
        const auto& targets = table_.derivedAt(number).linkTarget;
        for (size_t i = 0; i < links.size(); ++i) {
            const Row row = number << 16 | links[i].offset;
            const Row target = targets[i];
            if (target != kNoRow && !table_.isHidden(row) && !table_.isHidden(target))
                visitLink(row, target);
        }
    }
    for (const Tie& tie : ties_) {
        marks_[tie.consumer] |= kConsumes;
        if (tie.producer != kNoRow)
            marks_[tie.producer] |= kProduces | kCalls;
    }
}

/// A link ties a message when it comes from a CONSUMER, or leads to a PRODUCER of another service (pull clients
/// and push servers). Other links say "see also".
void CallFinder::visitLink(Row row, Row target) {
    const Kind kind = kindOf(row), targetKind = kindOf(target);
    const bool otherService = table_.service(row) != table_.service(target);
    if (kind == Kind::Consumer ? !otherService && targetKind != Kind::Producer
                               : targetKind != Kind::Producer || kind == Kind::Producer || !otherService)
        return;
    Row producer = target; // the link names it, whatever its kind
    if (const Row above = anchor(target); above != kNoRow && isCaller(kindOf(above)))
        producer = above;
    ties_.push_back({row, producer, table_.service(producer)});
}

void CallFinder::addUser(Row row) {
    if (user_ == kNone)
        user_ = nodes_.node(ServiceGraph::NodeKind::User, kUserNode);
    add(user_, table_.service(row), kNoRow, row, false);
}

/// A "send" CLIENT below its message's PRODUCER ("create"), which is the one that a consumer is tied to.
bool CallFinder::isSentByProducer(Row row) {
    const Row parent = table_.parent(row);
    const Row above = parent != kNoRow && table_.service(parent) == table_.service(row) ? anchor(parent) : kNoRow;
    return above != kNoRow && kindOf(above) == Kind::Producer && (marks_[above] & kProduces) != 0;
}

/// Calls to what has no spans of its own, and the queues of all messages. In row order, as PeerReader wants it.
void CallFinder::addPeers() {
    size_t seen = 0;
    table_.forEachRow([&](Row row) {
        if (++seen % kStopInterval == 0)
            stop_.check();
        const Kind kind = kindOf(row);
        const uint8_t marks = marks_[row];
        const bool isTied = (marks & (kProduces | kConsumes)) != 0;
        const bool isMessageSide = kind == Kind::Producer || kind == Kind::Consumer || isTied;
        if (!isMessageSide && (kind != Kind::Client || (marks & (kCalls | kWraps)) != 0))
            return;
        const PeerReader::Peer peer = peers_.at(row, isMessageSide);
        if (isTied) {
            if (peer.queue != kNone)
                queueOf_[row] = peer.queue;
            return;
        }
        if ((marks & (kCalls | kWraps)) != 0)
            return;
        const uint32_t service = table_.service(row);
        const bool takes = kind == Kind::Consumer || (kind == Kind::Client && peer.isMessaging && peer.isReceive);
        const uint32_t other = isMessageSide ? peer.queue : peer.called;
        if (kind == Kind::Client && peer.isMessaging && (peer.isSettle || isSentByProducer(row)))
            return;
        if (other == kNone) {
            if (kind != Kind::Consumer)
                unnamed_.push_back(row);
        } else if (takes) {
            add(other, service, kNoRow, row, true);
        } else {
            add(service, other, row, kNoRow, isMessageSide || peer.isMessaging);
        }
    });
}

void CallFinder::addMessages() {
    std::sort(ties_.begin(), ties_.end());
    ties_.erase(std::unique(ties_.begin(), ties_.end()), ties_.end());
    const auto queueOf = [&](Row row) {
        const auto found = row == kNoRow ? queueOf_.end() : queueOf_.find(row);
        return found == queueOf_.end() ? kNone : found->second;
    };
    for (size_t i = 0; i < ties_.size(); ++i) {
        const Tie& tie = ties_[i];
        // Sorted by consumer, then producer; no producer comes last and only counts alone.
        if (tie.producer == kNoRow && i > 0 && ties_[i - 1].consumer == tie.consumer)
            continue;
        uint32_t queue = queueOf(tie.producer);
        if (queue == kNone)
            queue = queueOf(tie.consumer);
        const uint32_t to = table_.service(tie.consumer);
        if (queue == kNone) {
            add(tie.fromService, to, tie.producer, tie.consumer, true);
            continue;
        }
        add(queue, to, tie.producer, tie.consumer, true);
        // Once per producer, however many consumers it has: finish() drops equal pairs.
        if (tie.producer == kNoRow)
            add(tie.fromService, queue, kNoRow, tie.consumer, true);
        else
            add(tie.fromService, queue, tie.producer, kNoRow, true);
    }
}

void CallFinder::add(uint32_t from, uint32_t to, Row client, Row server, bool isMessage) {
    const uint64_t key = static_cast<uint64_t>(from) << 32 | to;
    if (key != lastKey_) {
        const auto [at, isNew] = edgeByNodes_.try_emplace(key, static_cast<uint32_t>(edges_.size()));
        if (isNew) {
            edges_.emplace_back();
            edges_.back().from = from;
            edges_.back().to = to;
        }
        lastKey_ = key;
        lastEdge_ = at->second;
    }
    EdgeCalls& edge = edges_[lastEdge_];
    edge.onlyMessages = edge.onlyMessages && isMessage;
    edge.pairs.push_back({client, server});
}

} // namespace aisle
