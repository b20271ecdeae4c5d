#pragma once
// Columns of up to 65,536 spans of one file.
//
// Recorded columns never change. Derived columns are a generation of their own, recomputed for touched traces
// only and replaced as a whole segment, because a parent may come in a later file.

#include "store/span_sink.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

/// A link of a span, in row order.
struct SpanLink {
    uint32_t offset; ///< of the span in its segment
    TraceId trace;
    SpanId span;
};

struct Segment {
    std::vector<int64_t> start, duration; ///< ns since the Unix epoch, UTC; ns
    std::vector<SpanId> id, parentId;     ///< 0: none
    std::vector<TraceIndex> trace;
    std::vector<uint32_t> context, name; ///< index in SpanTable::contexts, string id
    std::vector<Kind> kind;
    std::vector<Status> status;
    std::vector<uint8_t> flags; ///< RecordedFlag
    std::vector<uint8_t> attributeCount;
    std::vector<SpanLink> links;

    uint32_t rows() const { return static_cast<uint32_t>(start.size()); }
    void reserve(size_t rows);
};

/// What is worked out for a span from its trace.
enum DerivedFlag : uint8_t {
    kRoot = 1,        ///< has no parent in its trace
    kOrphan = 2,      ///< names a parent that is in no file of the workspace
    kCycle = 4,       ///< its parent would make a cycle (or is itself); shown as a root
    kHidden = 8,      ///< a duplicate or a fragment; `parent` is the row it belongs to
    kFragment = 16,   ///< with kHidden: a Zipkin record merged into another, not a copy
    kServerHalf = 32, ///< server half of a pair with one id; its parent is the client half
    kHasChildren = 64
};

struct DerivedSegment {
    std::vector<Row> parent; ///< kNoRow: none; of a hidden row: the row that stands for it
    std::vector<uint32_t> depth;
    std::vector<int64_t> selfTime;   ///< ns
    std::vector<uint8_t> flags;      ///< DerivedFlag
    std::vector<Row> linkTarget;     ///< for Segment::links: the row linked to, kNoRow when it is nowhere

    void resize(uint32_t rows, size_t links);
};

/// The recorded columns as they are stored in the workspace: a version, a checksum, the columns. Chunks repeat
/// the span rows, from which a workspace would open 20 times slower; null when a chunk is from another version
/// or damaged, and then the rows are read instead. Derived columns are not stored: they take 0.2 s per million
/// rows to work out and would have to be rewritten with every file that touches their traces.
std::string toChunk(const Segment& segment);
std::shared_ptr<Segment> segmentFromChunk(std::string_view chunk);

} // namespace aisle
