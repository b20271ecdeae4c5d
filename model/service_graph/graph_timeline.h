#pragma once
// A service graph moment by moment, for replay: its calls in buckets of time.
//
// Measured with 5 M spans (2.6 M calls on 4,900 edges, 240 buckets), one core: 0.7 s and 41 MB to make, 8 bytes a call or entry span;
// a moment in 1.5 ms, five together in 4 ms. Thread: immutable; any.

#include "service_graph/graph_lens.h"
#include "table/row_set.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aisle {

class GraphTimeline {
public:
    /// [from, to) in ns since the Unix epoch, in so many buckets of equal width; the width is rounded up, so that the last of them may
    /// end behind `to`. To have all spans of a table in it: startTime() to endTime() + 1.
    struct Range {
        int64_t from = 0, to = 0;
        uint32_t buckets = 1;
    };
    struct Count {
        uint64_t calls = 0, errors = 0;
    };

    /// `graph`: with pairs (not isApproximate), counted from these `traces` of this table (null: all). `shown`: what a lens leaves of it,
    /// then the moments are of that; null: all. A call is in the bucket in which its client starts; its server, where there is no client or
    /// that has no start. An entry span is in the bucket in which it starts. So all buckets of a range that holds everything have, together,
    /// the numbers of the graph. Throws Stopped. O(pairs + spans).
    GraphTimeline(const ServiceGraph& graph, SpanTablePtr table, const BitSet* traces, Range range, const StopToken& stop = {}, const LensedGraph* shown = nullptr);

    /// The same over the time of the graph. A few calls far away from all others (a broken clock) would leave the rest one moment: these are
    /// outside(), and note() says so. Throws Stopped. O(pairs + spans); O(n log n) where there are such.
    static GraphTimeline ofAll(const ServiceGraph& graph, SpanTablePtr table, const BitSet* traces, uint32_t buckets, const StopToken& stop = {}, const LensedGraph* shown = nullptr);

    uint32_t buckets() const { return static_cast<uint32_t>(totals_.size()); }
    int64_t width() const { return static_cast<int64_t>(width_); } ///< of a bucket, ns
    int64_t start(uint32_t bucket) const; ///< none is behind end(), where buckets() begins
    int64_t end() const { return to_; }

    /// The graph of `width` buckets from this one on (as many as there are): the same nodes and edges in the same order, with the calls,
    /// errors, p50, p95 and p99 of this time only. Quantiles are exact; all is 0 where nothing was called. Pairs, waits, self times and
    /// numbers of spans and traces are those of no moment: empty and 0. Throws Stopped. O(nodes + edges + calls of these buckets).
    ServiceGraph at(uint32_t bucket, uint32_t width = 1, const StopToken& stop = {}) const;

    /// Entry spans of the services on show in a bucket, and those that failed.
    Count total(uint32_t bucket) const { return totals_[bucket]; }

    /// Neither are in any bucket.
    struct Left {
        uint64_t calls = 0, entries = 0; ///< calls that anything on show counts; entry spans
    };
    const Left& withoutStart() const { return withoutStart_; }
    const Left& outside() const { return outside_; } ///< before `from`, or not before `to`
    /// For people: what is at no moment, and why; and that nearly everything is at one. Empty: neither.
    std::string note() const;

private:
    /// A call or an entry span, in 8 bytes. Counters are edges, then nodes, of the graph before the lens.
    struct Item {
        uint32_t counterAndError;
        Row timed; ///< kNoRow: without a duration
        uint32_t counter() const { return counterAndError >> 1; }
        bool isError() const { return (counterAndError & 1) != 0; }
    };
    std::optional<Range> withoutFew(const ServiceGraph& graph, const BitSet* traces, const StopToken& stop) const;
    bool isCrowded(size_t most) const;
    template <typename F>
    void forEachItem(const ServiceGraph& graph, const BitSet* traces, const StopToken& stop, F&& f) const;
    static std::vector<std::vector<uint32_t>> countersOf(const ServiceGraph& graph, const LensedGraph* shown);
    bool hasStart(Row row) const { return row != kNoRow && (table_->flags(row) & kNoStart) == 0; }
    size_t slotOf(Row row) const;

    SpanTablePtr table_;
    ServiceGraph shape_; ///< of what is on show, without numbers and pairs
    std::vector<std::vector<uint32_t>> countersOf_; ///< by edge, then node of the shape: what it is the sum of
    std::vector<bool> isCounted_;                   ///< by counter: in any of these
    int64_t from_, to_;
    size_t counters_;
    uint64_t width_;
    std::vector<uint32_t> first_; ///< CSR: items of bucket b are items_[first_[b]..first_[b + 1])
    std::vector<Item> items_;
    std::vector<Count> totals_; ///< by bucket
    Left withoutStart_, outside_;
    bool isWithoutFew_ = false; ///< what is outside is so because it is far away
};

} // namespace aisle
