#pragma once
// What a trace tells about a span beyond its own record: how long a call was under way, how long a message waited, where
// a failure began, which attempts are repetitions. Times are nanoseconds; everything is as far as the clocks of the hosts
// agree.

#include "analysis/waterfall.h"

namespace aisle {

/// A call whose two sides are known: a CLIENT span whose only child is the SERVER span of another service, which lies
/// within it. What is outside the server's span is network and queues.
struct CallLegs {
    NodeIndex server = kNoNode;
    int64_t request = 0;  ///< from the client's start to the server's
    int64_t response = 0; ///< from the server's end to the client's
};
/// O(log groups)
std::optional<CallLegs> callLegs(const SpanTable& table, const Waterfall& tree, NodeIndex client);

/// A CONSUMER span that starts after the PRODUCER span has ended that is its parent, or that it links to (then the one that
/// ended last, of its first 4,096 links); in whatever trace that is.
struct QueueWait {
    Row producer = kNoRow;
    int64_t from = 0, to = 0; ///< the producer's end, the consumer's start; ns since the Unix epoch
};
/// O(log links of its segment + its own)
std::optional<QueueWait> queueWait(const SpanTable& table, Row consumer);

/// The span with which an error began: from one with an error on to the child with an error that ended last, as long as
/// there is one (ties: the later start, then the smaller span id). Where a CLIENT has failed and its SERVER set no status (which gRPC
/// and HTTP leave unset when the caller is to blame), the children of that server. Itself when none of these has an error.
NodeIndex errorOrigin(const SpanTable& table, const Waterfall& tree, NodeIndex node);

/// An attempt of an operation after another one below the same parent had failed and ended. Roots have no parent.
struct Retry {
    NodeIndex node = kNoNode;
    uint32_t attempt = 0; ///< 2: the first repetition
};
/// By node. O(n)
std::vector<Retry> retries(const SpanTable& table, const Waterfall& tree, const StopToken& stop = {});
/// The same for one node; 1: no repetition. O(siblings)
uint32_t attemptOf(const SpanTable& table, const Waterfall& tree, NodeIndex node);

} // namespace aisle
