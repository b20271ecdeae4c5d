#pragma once
// Writes files' batches into the workspace, each file whole or not at all.
//
// Thread: the import's writer thread, which owns the Database. Life of a file: begin(), add() per batch,
// finish() or abandon(); after finish() the next file may begin, after abandon() the writer is used up, because
// its numbering has run ahead of the workspace. Until finish() the file is in state `loading` and no other reader sees its rows; the
// next opening deletes what a killed process left.

#include "store/batch.h"
#include "store/import_report.h"
#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/span_table_builder.h"

#include <atomic>
#include <optional>

namespace aisle {

/// How far a removal has come; may be watched from any thread.
struct RemovalProgress {
    std::atomic<uint64_t> rowsDone{0};
};

class StoreWriter {
public:
    ~StoreWriter();
    /// Continues from `table`, the workspace's present one. All outlive the writer.
    StoreWriter(Database& db, SpanTablePtr table);

    struct NewFile {
        std::string name, path, format;
        uint64_t bytes = 0;
    };
    void begin(const NewFile& file);
    /// First free context number of the workspace; for BatchSink, before begin().
    ContextHandle nextContext() const;
    void add(const Batch& batch);
    /// The table with the rows so far, services as far as they are known.
    SpanTablePtr provisional();
    /// Derives, completes `report` (adds the time that this takes), and commits the file as done. Returns the new table. Throws StoreError, also when
    /// the file holds log records alone and none belongs to a span.
    SpanTablePtr finish(ImportReport& report, const std::string& contentHash);
    /// Deletes what was written of the file.
    void abandon();

    /// Takes files that are done out again: what they held alone is gone, copies that they had hidden are shown, and log
    /// records go to what is left. Not between begin() and finish(). Returns the new table. Stopped when it is told to:
    /// then all of them are still there, and the writer is used up.
    SpanTablePtr remove(const std::vector<int64_t>& fileIds, RemovalProgress* progress = nullptr, const StopToken& stop = {});

    uint64_t rows() const { return rows_; }

private:
    struct Statements;
    void writeFullSegments(bool last);
    void writeHidden(const SpanTable& table);
    uint64_t attachLogs(const SpanTable& table);

    Database& db_;
    SpanTableBuilder builder_;
    std::unique_ptr<Statements> sql_;
    std::vector<TraceIndex> traceOf_;
    SpanTablePtr finished_; ///< of which `hidden` is written
    int64_t fileId_ = 0, nextLog_ = 1, firstLog_ = 1;
    Row firstRow_ = 0;
    uint64_t rows_ = 0, uncommitted_ = 0;
    uint32_t tracesWritten_ = 0, segmentsWritten_ = 0;
    ContextHandle firstContext_ = 0;
    bool inTransaction_ = false;
};

} // namespace aisle
