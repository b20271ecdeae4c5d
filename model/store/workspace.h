#pragma once
// One .aisle file: opening, locking, loading, closing. Shared by the windows and jobs that work on it.
//
// Threads: open() takes as long as loading takes, so call it off the UI thread. table() and setTable() are safe
// from any thread. Every thread that queries makes its own connection with connect().

#include "store/sqlite.h"
#include "table/cancel.h"
#include "table/span_table.h"

#include <functional>
#include <mutex>

class QLockFile;

namespace aisle {

struct RemovalProgress;

class Workspace {
public:
    enum class Access {
        Create,            ///< a new file (an existing empty one is taken over); locked for writing
        ReadWrite,         ///< locked for writing; throws when another process holds the lock
        ReadOnly,          ///< never writes, but to undo what a program that ended had begun
        ReadWriteIfLocked, ///< falls back to read-only, saying why in readOnlyReason()
    };

    /// Throws StoreError: no such file, no workspace, made by a newer version, damaged, locked.
    static std::shared_ptr<Workspace> open(const std::filesystem::path& path, Access access);
    /// The last one out checkpoints, so that the closed workspace is a single file.
    ~Workspace();

    const std::filesystem::path& path() const { return path_; }
    bool isReadOnly() const { return !readOnlyReason_.empty(); }
    /// In words: who holds the lock, or that the file cannot be written.
    const std::string& readOnlyReason() const { return readOnlyReason_; }

    /// In words, where an import had ended in the middle (killed, no power): what opening has taken out. Else empty.
    const std::string& takenOut() const { return takenOut_; }

    /// A connection for the calling thread; query-only when the workspace is read-only.
    std::unique_ptr<Database> connect() const;

    SpanTablePtr table() const;
    void setTable(SpanTablePtr table);

    /// Takes files out (StoreWriter::remove) and sets the table without them. Throws StoreError, also when the workspace
    /// is read-only, and Stopped when it is told to stop: then nothing is removed. Not while an import runs.
    void removeFiles(const std::vector<int64_t>& fileIds, RemovalProgress* progress = nullptr, const StopToken& stop = {});

    /// Reads the table from the file (again): what another process has written since.
    void reload();
    /// Changes when another connection has written; compare with an earlier value of the same database.
    static int64_t dataVersion(Database& db) { return db.integer("PRAGMA data_version"); }

    /// An unnamed workspace in which nothing ended up is removed when the last one lets go of it.
    void removeIfEmpty() { removeIfEmpty_ = true; }

    /// Writes a copy under another name (a consistent one, also during an import), replacing what is there; throws
    /// StoreError, also when another process has that open for writing.
    void saveCopy(const std::filesystem::path& to) const;

private:
    Workspace() = default;
    void removeUnfinished(Database& db);

    std::filesystem::path path_;
    std::string readOnlyReason_, takenOut_;
    bool immutable_ = false, removeIfEmpty_ = false;
    std::unique_ptr<QLockFile> lock_;
    std::unique_ptr<Database> keeper_; ///< keeps the WAL alive while the workspace is open
    mutable std::mutex mutex_;
    SpanTablePtr table_;
};

/// Deletes everything of a file from the workspace, within the caller's transaction; `after` is called now and then with
/// the rows that went since, and may throw.
void deleteFileRows(Database& db, int64_t fileId, const std::function<void(uint64_t rows)>& after = {});

/// Deletes a workspace and what SQLite keeps beside it, as far as that is there.
void removeDatabase(const std::filesystem::path& path);

/// True when the head of a file is SQLite's.
bool looksLikeWorkspace(const std::filesystem::path& path);

} // namespace aisle
