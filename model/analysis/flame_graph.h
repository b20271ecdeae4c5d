#pragma once
// The spans of one trace by call path: what was called how often below what, and where the time went.
//
// A flame is a path of (service, operation) from a root; all spans with that path are in it. Its weight is the self
// time of its spans and of everything below, so that flames always fit into the one they stand on, whatever ran in
// parallel; the sum of the durations, which may be larger, is beside it. Times are nanoseconds. O(n log n), iterative.

#include "analysis/waterfall_path.h"

namespace aisle {

using FlameIndex = uint32_t;
inline constexpr FlameIndex kNoFlame = 0xffffffffU;

struct Flame {
    FlameIndex parent = kNoFlame;
    FlameIndex end = 0; ///< one past the last flame of its subtree: flames are in pre-order
    uint32_t depth = 0;
    uint32_t service = 0, name = 0; ///< as in SpanTable; of a missing parent 0
    bool isMissing = false;         ///< stands for parents that are in no file
    uint32_t spans = 0, errors = 0;
    int64_t total = 0;  ///< sum of the durations
    int64_t self = 0;   ///< sum of the self times
    int64_t weight = 0; ///< self times, of the subtree
    int64_t path = 0;   ///< critical-path time of its own spans
    NodeIndex longest = kNoNode; ///< the span with the largest duration; of a missing parent its node
};

struct FlameGraph {
    std::vector<Flame> flames; ///< in pre-order; those with the same parent by weight, the heaviest first
    std::vector<FlameIndex> ofNode; ///< by node; of a group of siblings that of their parent; kNoFlame: of none
    int64_t weight = 0;        ///< of all roots
    uint32_t maxDepth = 0;
};

/// Throws Stopped.
FlameGraph flameGraph(const SpanTable& table, const Waterfall& tree, const CriticalPath& path, const StopToken& stop = {});

/// One line per flame: indented operation, service, spans, errors, total, self, weight and critical-path time.
Tabular tabulate(const SpanTable& table, const FlameGraph& graph);

} // namespace aisle
