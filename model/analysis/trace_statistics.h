#pragma once
// The spans of one trace by service, by operation or by the value of an attribute: how many, how long, how much of it
// their own, how much on the critical path. Times are nanoseconds.

#include "analysis/waterfall_path.h"
#include "store/trace_attributes.h"

#include <string>
#include <vector>

namespace aisle {

/// Which group each span is in.
struct Grouping {
    static constexpr uint32_t kNone = 0xffffffffU;
    std::string key, title;         ///< of what it is by: "operation", "Operation"
    std::vector<std::string> names; ///< of the groups
    std::vector<uint32_t> services; ///< of the groups, as in SpanTable; empty unless a group is of one service
    std::vector<uint32_t> of;       ///< by node; kNone: a missing parent, or a span without the attribute
};

Grouping groupByService(const SpanTable& table, const Waterfall& tree);
/// An operation is a name within a service.
Grouping groupByOperation(const SpanTable& table, const Waterfall& tree);
/// By the first value that a span, else its resource, has of that attribute. `others`: null where there are none (no store).
/// Throws StoreError and Stopped. Thread: that of the reader's database.
Grouping groupByAttribute(const Waterfall& tree, const TraceAttributes& attributes, TraceAttributes::Reader* others, const std::string& key,
                          const StopToken& stop = {});

struct GroupStatistics {
    uint32_t group = 0;
    uint32_t spans = 0, errors = 0;
    uint32_t untimed = 0; ///< spans without an end, or that end before they start: in no quantile and no sum
    int64_t total = 0, self = 0;
    int64_t path = 0; ///< critical-path time
    int64_t p50 = 0, p95 = 0, max = 0;
    NodeIndex longest = kNoNode; ///< the first of the longest
};

/// Groups with a span, by critical-path time, then self time, then name. O(n). Throws Stopped.
std::vector<GroupStatistics> traceStatistics(const SpanTable& table, const Waterfall& tree, const CriticalPath& path,
                                             const Grouping& grouping, const StopToken& stop = {});

/// Shares are those of the whole path; what is in no group is counted in a note.
Tabular tabulate(const SpanTable& table, const Waterfall& tree, const CriticalPath& path, const Grouping& grouping, const std::vector<GroupStatistics>& groups);

} // namespace aisle
