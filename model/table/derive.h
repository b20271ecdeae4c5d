#pragma once
// Parents, depth, self time, duplicates: everything about a span that follows from the other spans of its
// trace. Rules: tests/model/tst_derive.cpp spells them out on hand-worked traces.

#include "table/segment.h"
#include "table/span_table.h"

#include <span>

namespace aisle {

/// The recorded facts of one trace, one element per row, in row order.
struct TraceRows {
    std::span<const Row> row;
    std::vector<int64_t> start, duration;
    std::vector<SpanId> id, parentId;
    std::vector<uint32_t> name, service, instance;
    std::vector<Kind> kind;
    std::vector<uint8_t> flags, attributeCount;
    void resize(size_t n);
};

/// Results for the same elements; parent is an element number here (kNoRow: none).
struct TraceDerived {
    std::vector<uint32_t> parent, depth;
    std::vector<int64_t> selfTime;
    std::vector<uint8_t> flags;
    TraceSummary summary; ///< root is an element number
};

/// Iterative, O(n log n); `out` is reused. Keeps scratch space per instance; one per thread.
class TraceDeriver {
public:
    void derive(const TraceRows& in, TraceDerived& out);
    /// Self times only; parents and flags of `out` are there already. Of `in` start and duration are needed.
    void deriveTimes(const TraceRows& in, TraceDerived& out);

private:
    void hideCopies(const TraceRows& in, TraceDerived& out);
    static void mergeFragments(const TraceRows& in, TraceDerived& out, std::span<const uint32_t> sameId);
    void resolveParents(const TraceRows& in, TraceDerived& out);
    void breakCycles(const TraceRows& in, TraceDerived& out);
    void childrenAndDepth(const TraceRows& in, TraceDerived& out);
    void selfTimes(const TraceRows& in, TraceDerived& out);
    static void summarise(const TraceRows& in, TraceDerived& out);

    std::vector<uint32_t> order_, childStart_, children_, stack_;
    std::vector<uint8_t> state_;
};

/// The self times of the rows of one trace, in their order, whose parents are known already: for other clocks.
void selfTimes(const SpanTable& table, std::span<const Row> rows, std::vector<int64_t>& out);

} // namespace aisle
