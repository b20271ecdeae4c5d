#pragma once
// Makes SpanTable snapshots: from the rows of an import as they come, and from a stored workspace.
//
// Thread: one at a time (the import's writer thread, or the opening thread). Snapshots are immutable and share
// segments with the builder, which never changes a segment that a snapshot holds.

#include "store/batch.h"
#include "table/derive.h"
#include "table/span_table.h"

namespace aisle {

class SpanTableBuilder {
public:
    /// Continues from a snapshot; null: an empty workspace.
    explicit SpanTableBuilder(SpanTablePtr from = nullptr);

    // --- opening a workspace: everything in ascending order of its number.
    void addString(std::string_view text);
    void addContext(uint32_t id, std::optional<uint32_t> service, std::optional<uint32_t> instance);
    void addTrace(TraceId id);
    /// False when a value is out of range (a damaged or forged workspace); the segment is not added then.
    bool addSegment(uint32_t number, std::shared_ptr<Segment> segment);
    void addFile(FileInfo file);

    // --- importing
    /// First row for a new file: a fresh segment.
    Row beginFile(FileInfo file);
    /// Adds the batch's rows behind the last; returns the row of batch.spans[0]. `traceOf` gets one element per
    /// span. Rows of a batch are consecutive.
    Row append(const Batch& batch, std::vector<TraceIndex>& traceOf);
    /// Takes the rows of a file out (cancelled, failed or removed). Its trace slots stay, empty.
    void removeFile(int64_t fileId);
    void endFile();

    /// Derives what changed since the last snapshot and shares the result. `provisional`: an import goes on.
    SpanTablePtr snapshot();

    // --- for the store
    uint32_t traceSlots() const { return static_cast<uint32_t>(traces_->ids.size()); }
    TraceId traceId(TraceIndex t) const { return traces_->ids[t]; }
    const Segment& recorded(uint32_t segment) const {
        return parts_[segment].open ? *parts_[segment].open : *parts_[segment].recorded;
    }
    uint32_t contextCount() const { return static_cast<uint32_t>(contexts_->size()); }

private:
    TraceIndex indexOf(TraceId id);
    void growTraceMap();
    void touch(TraceIndex trace);
    void touchCompleted();
    uint32_t serviceOf(std::optional<uint32_t> stringId);
    TraceStore& ownTraces();
    void rebuildRowsByTrace(TraceStore& store) const;
    void deriveTouched(TraceStore& store);
    void resolveLinks(const TraceStore& store, const std::vector<bool>& changed);
    DerivedSegment& writable(uint32_t segment);

    struct Part {
        std::shared_ptr<const Segment> recorded;
        std::shared_ptr<const DerivedSegment> derived;
        std::shared_ptr<DerivedSegment> fresh; ///< derived, while it is being rewritten
        std::shared_ptr<Segment> open;         ///< recorded, while rows are being added
    };
    std::vector<Part> parts_;
    // Shared with the last snapshot and copied before the first change after it: an import of one file has them once.
    std::shared_ptr<std::vector<std::string>> strings_, services_;
    std::shared_ptr<std::vector<ContextInfo>> contexts_;
    std::shared_ptr<TraceStore> traces_;
    std::vector<uint32_t> serviceOfString_; ///< service index by string id, ~0 when it is none
    std::vector<uint32_t> traceMap_; ///< open addressing over the trace ids
    std::vector<TraceIndex> touched_;
    std::vector<bool> isTouched_;
    std::vector<FileInfo> files_;
    SpanTablePtr last_;
    uint64_t generation_ = 0;
    std::vector<uint32_t> completed_; ///< contexts that changed since the last snapshot
    TraceDeriver deriver_;
};

} // namespace aisle
