#pragma once
// The critical path of one trace: at each moment the span that the end of the trace waited for, as far as
// times alone can tell (siblings that depend on each other look like siblings that do not).
//
// Rule: from the root's end backwards, the child that ended last at or before the present moment is on the
// path; what is between its end and the moment is the parent's own; then the same from the child's start.
// Children are clipped to what is on the path of their parent, from the top down. Ties: the later end, then
// the later start, then the smaller span id. Left out: CONSUMER children of a PRODUCER, children by
// FOLLOWS_FROM and children that start at or after their parent's end (asynchronous), and what has no start or no
// positive duration (points).

#include "analysis/waterfall.h"

namespace aisle {

struct PathSection {
    NodeIndex node = kNoNode;
    int64_t from = 0, to = 0; ///< ns since the Unix epoch, from < to
    bool operator==(const PathSection&) const = default;
};

struct CriticalPath {
    /// Root by root in node order; those of one root are ascending and partition its [start, end]. A root is
    /// a span without a parent in its trace, so each orphan is one of its own.
    std::vector<PathSection> sections;
    /// By node: for each span on the path the stretch that it and what is below it take. Contains its
    /// sections.
    std::vector<PathSection> stretches;

    int64_t length() const; ///< of all sections, saturated
    /// The stretch of a node; null when it is not on the path. O(log n)
    const PathSection* stretchOf(NodeIndex node) const;
};

CriticalPath criticalPath(const SpanTable& table, const Waterfall& waterfall, const StopToken& stop = {});

/// One line per section, in order of time, with its share of the whole path.
Tabular tabulate(const SpanTable& table, const Waterfall& waterfall, const CriticalPath& path);

} // namespace aisle
