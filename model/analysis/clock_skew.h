#pragma once
// How far the clocks of hosts differ, as far as calls tell. A host is the instance that a resource names (pod, host, service
// instance), else its service. Times are nanoseconds.
//
// Rule: a SERVER span runs within the CLIENT span that called it. Each call between two hosts so bounds what has to be added to
// the callee's times: from the client's start minus the server's to the client's end minus the server's. The offset of two hosts
// is constant, so the bounds of all calls of the file are intersected. Where 0 is within them nothing says that the clocks
// differ; where nothing is within them no one offset explains all calls (a clock that drifts or was set). Left out: calls whose
// client failed (it may have given up while the server went on), that took the server longer than the client, spans without times,
// and messages: a consumer is not awaited.
// Source: the constraint is that of Jaeger's and Zipkin's adjusters, which shift single spans; the intersection over all calls of
// two hosts is the classic bound on clock offsets from message exchanges (Cristian 1989; Marzullo and Owicki 1983).

#include "table/cancel.h"
#include "table/span_table.h"

#include <string>
#include <vector>

namespace aisle {

struct HostPair {
    uint32_t caller = 0, callee = 0; ///< hosts
    int64_t low = 0, high = 0;       ///< what may be added to the callee's times; low > high: nothing fits
    uint64_t calls = 0;              ///< that were compared
    uint64_t outside = 0;            ///< of those: not within the client's span, as recorded
    bool drifts() const { return low > high; }
    bool differs() const { return !drifts() && (low > 0 || high < 0); }
};

class ClockSkew {
public:
    /// O(spans): some 50 ms a million. Throws Stopped.
    static ClockSkew measure(const SpanTable& table, const StopToken& stop = {});

    const std::vector<HostPair>& pairs() const { return pairs_; } ///< the most calls first
    std::string hostName(const SpanTable& table, uint32_t host) const;
    uint32_t hostOf(uint32_t context) const { return hostOfContext_[context]; }
    /// Whether clocks differ or drift; otherwise there is nothing to shift and nothing to say.
    bool isAny() const;

    /// What to add to the times of each context, so that calls lie within their callers. The clock of the host with the most
    /// roots is taken as right, then from caller to callee, pairs with many calls first. `share` (0..1): where in what is possible, 0.5 in
    /// the middle: requests and responses are under way equally long.
    std::vector<int64_t> shifts(double share) const;

private:
    std::vector<uint32_t> hostOfContext_;
    std::vector<uint64_t> keys_;  ///< of hosts: string id of the instance; service + kService
    std::vector<uint64_t> roots_; ///< by host: spans that are a root
    std::vector<HostPair> pairs_;
    static constexpr uint64_t kService = 1ULL << 32;
};

/// What the clocks mean for some traces, in counts.
struct ClockFindings {
    uint64_t spans = 0; ///< that are on a host whose clock is shifted
    uint64_t calls = 0; ///< between such hosts, outside their callers, as recorded
    std::vector<HostPair> differing, drifting; ///< pairs with a call in these traces, the most calls first
};
ClockFindings clockFindings(const SpanTable& table, const ClockSkew& skew, std::span<const TraceIndex> traces, const std::vector<int64_t>& shifts, const StopToken& stop = {});

} // namespace aisle
