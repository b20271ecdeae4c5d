#pragma once
// The spans of a workspace in memory: an immutable snapshot that analyses and views share.
//
// Thread: immutable after SpanTableBuilder::snapshot(); share it as std::shared_ptr<const SpanTable>.
// Rows: segment << 16 | offset; a file's rows start at a segment, so rows have gaps. Hidden rows (duplicates,
// fragments) are in the table and skipped by everything: iterate with forEachRow() or through rowsOf().

#include "table/segment.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace aisle {

/// What spans share, as far as analyses need it; the attributes are in the store.
struct ContextInfo {
    uint32_t service = 0;  ///< index in SpanTable::services()
    static constexpr uint32_t kNoInstance = 0xffffffffU;
    uint32_t instance = kNoInstance; ///< string id of service.instance.id, pod or host
    bool operator==(const ContextInfo&) const = default;
};

/// One visible trace: over all its rows that are not hidden.
struct TraceSummary {
    int64_t start = 0, duration = 0; ///< earliest start to latest end, ns
    uint32_t spans = 0;              ///< 0: the trace has no visible row (its file was removed)
    uint32_t errors = 0;
    uint32_t services = 0;
    uint32_t orphans = 0;
    bool hasStart = false;           ///< one of its spans has a start; else `start` means nothing
    Row root = kNoRow; ///< the earliest root that is no orphan, else the earliest orphan (of those the smallest id)
};

struct FileInfo {
    int64_t id = 0;
    std::string name, path, format;
    Row firstRow = 0;
    uint32_t rows = 0;
    bool loading = false; ///< an import that goes on; rows are provisional
};

/// Traces in order of first appearance, and their rows.
struct TraceStore {
    std::vector<TraceId> ids;
    std::vector<TraceSummary> summaries;
    std::vector<uint32_t> firstRowIndex; ///< CSR: rows of trace t are rows[firstRowIndex[t]..firstRowIndex[t+1])
    std::vector<Row> rows;
    std::vector<TraceIndex> byId; ///< indexes sorted by id
};

class SpanTable {
public:
    // --- size
    uint64_t spanCount() const { return visibleSpans_; } ///< without hidden rows
    uint32_t traceCount() const { return visibleTraces_; }
    uint64_t rowCount() const { return rowCount_; }
    bool isEmpty() const { return visibleSpans_ == 0; }
    int64_t startTime() const { return start_; } ///< earliest start, ns; 0 when empty
    int64_t endTime() const { return end_; }     ///< latest end, ns
    uint64_t generation() const { return generation_; }

    // --- columns by row
    int64_t start(Row r) const {
        const int64_t recorded = segment(r).start[offset(r)];
        return clocks_ == nullptr ? recorded : shifted(r, recorded);
    }
    int64_t duration(Row r) const { return segment(r).duration[offset(r)]; }
    int64_t end(Row r) const { return start(r) + (duration(r) > 0 ? duration(r) : 0); }
    SpanId id(Row r) const { return segment(r).id[offset(r)]; }
    SpanId parentId(Row r) const { return segment(r).parentId[offset(r)]; }
    TraceIndex trace(Row r) const { return segment(r).trace[offset(r)]; }
    uint32_t context(Row r) const { return segment(r).context[offset(r)]; }
    uint32_t name(Row r) const { return segment(r).name[offset(r)]; }
    Kind kind(Row r) const { return segment(r).kind[offset(r)]; }
    Status status(Row r) const { return segment(r).status[offset(r)]; }
    uint8_t flags(Row r) const { return segment(r).flags[offset(r)]; }
    bool isError(Row r) const { return (flags(r) & kErrorByRule) != 0; }
    Row parent(Row r) const { return derived(r).parent[offset(r)]; }
    uint32_t depth(Row r) const { return derived(r).depth[offset(r)]; }
    int64_t selfTime(Row r) const { return derived(r).selfTime[offset(r)]; }
    uint32_t service(Row r) const { return (*contexts_)[context(r)].service; }
    uint8_t derivedFlags(Row r) const { return derived(r).flags[offset(r)]; }
    bool isHidden(Row r) const { return (derivedFlags(r) & kHidden) != 0; }
    /// An entry span: SERVER, CONSUMER, root INTERNAL; without kind: a root, or its parent is in another service or missing. A SERVER that is a part
    /// of a SERVER of its own service and instance (a proxy and a framework that both record one request) is none.
    bool isEntry(Row r) const;

    std::string_view nameText(Row r) const { return text(name(r)); }
    std::string_view serviceText(Row r) const { return services()[service(r)]; }
    /// Text of a string id (names, instances).
    std::string_view text(uint32_t id) const { return (*strings_)[id]; }
    uint32_t stringCount() const { return static_cast<uint32_t>(strings_->size()); }

    // --- services, contexts, files
    const std::vector<std::string>& services() const { return *services_; }
    std::optional<uint32_t> serviceByName(std::string_view name) const;
    const ContextInfo& contextInfo(uint32_t context) const { return (*contexts_)[context]; }
    uint32_t contextCount() const { return static_cast<uint32_t>(contexts_->size()); }
    const std::vector<FileInfo>& files() const { return files_; }

    // --- traces
    const TraceStore& traces() const { return *traces_; }
    uint32_t traceSlots() const { return static_cast<uint32_t>(traces_->ids.size()); } ///< empty ones included
    const TraceSummary& summary(TraceIndex t) const { return traces_->summaries[t]; }
    TraceId traceId(TraceIndex t) const { return traces_->ids[t]; }
    std::optional<TraceIndex> findTrace(TraceId id) const;
    /// Rows of a trace in row order, hidden ones included.
    std::span<const Row> rowsOf(TraceIndex t) const;
    /// The visible row of that id in the trace (client half before server half, then the earliest); kNoRow when there
    /// is none.
    Row findSpan(TraceIndex t, SpanId id) const;
    /// The same for many ids in ascending order: one row per id, in one pass over the trace.
    void findSpans(TraceIndex t, std::span<const SpanId> ids, std::vector<Row>& rows) const;

    // --- segments
    uint32_t segmentCount() const { return static_cast<uint32_t>(segments_.size()); }
    bool hasSegment(uint32_t number) const { return segments_[number] != nullptr; }
    const Segment& segmentAt(uint32_t number) const { return *segments_[number]; }
    const DerivedSegment& derivedAt(uint32_t number) const { return *derived_[number]; }

    /// Calls f(row) for every visible row, in row order.
    template <typename F>
    void forEachRow(F&& f) const {
        for (uint32_t number = 0; number < segmentCount(); ++number) {
            if (!segments_[number])
                continue;
            const auto& flags = derived_[number]->flags;
            const auto rows = static_cast<uint32_t>(flags.size());
            for (uint32_t i = 0; i < rows; ++i)
                if ((flags[i] & kHidden) == 0)
                    f(static_cast<Row>(number << 16 | i));
        }
    }

    // --- clocks
    /// The same rows with other clocks: what spans of a context (by number, ns) start later; parents, depths and which rows
    /// are hidden stay, self times of these traces are worked out anew. Summaries of traces and columns of segments stay as
    /// recorded. Costs the derived segments that hold a row of these traces, 17 bytes a row.
    std::shared_ptr<const SpanTable> withClocks(std::shared_ptr<const std::vector<int64_t>> shifts, std::span<const TraceIndex> traces) const;
    int64_t shiftOf(Row r) const { return clocks_ == nullptr ? 0 : (*clocks_)[context(r)]; }

private:
    friend class SpanTableBuilder;
    int64_t shifted(Row r, int64_t time) const; ///< saturated, so that the end is a time, too
    const Segment& segment(Row r) const { return *segments_[r >> 16]; }
    const DerivedSegment& derived(Row r) const { return *derived_[r >> 16]; }
    static uint32_t offset(Row r) { return r & (kSegmentRows - 1); }

    std::vector<std::shared_ptr<const Segment>> segments_; // null: a gap left by a removed file
    std::vector<std::shared_ptr<const DerivedSegment>> derived_;
    // Read only from here on, whoever holds them: SpanTableBuilder copies what it changes.
    std::shared_ptr<std::vector<std::string>> strings_, services_;
    std::shared_ptr<std::vector<ContextInfo>> contexts_;
    std::shared_ptr<TraceStore> traces_;
    std::shared_ptr<const std::vector<int64_t>> clocks_; ///< null: as recorded
    std::vector<FileInfo> files_;
    uint64_t rowCount_ = 0, visibleSpans_ = 0, generation_ = 0;
    uint32_t visibleTraces_ = 0;
    int64_t start_ = 0, end_ = 0;
};

using SpanTablePtr = std::shared_ptr<const SpanTable>;

/// The service of spans whose resource names none.
inline constexpr std::string_view kUnknownService = "(no service name)";

} // namespace aisle
