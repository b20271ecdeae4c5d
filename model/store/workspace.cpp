#include "store/workspace.h"

#include "store/attribute_json.h"
#include "store/schema.h"
#include "store/store_writer.h"
#include "table/span_table_builder.h"

#include <QLockFile>

#include <fstream>
#include <unistd.h>
#include <unordered_map>

namespace aisle {

namespace {

std::string lockOwner(const QLockFile& lock) {
    qint64 pid = 0;
    QString host, application;
    if (!lock.getLockInfo(&pid, &host, &application))
        return "another process";
    return "process " + std::to_string(pid) + " on " + host.toStdString();
}

/// A process that dies while it makes its lock file leaves an empty one. QLockFile takes away what a dead process has signed, and
/// this would be kept for ever; taken away by it, it is not when somebody holds it.
bool tryLock(QLockFile& lock) {
    lock.setStaleLockTime(0); // a lock of a live process is never stale, whatever its age
    const auto isSigned = [&] {
        qint64 pid = 0;
        QString host, application;
        return lock.getLockInfo(&pid, &host, &application);
    };
    if (lock.tryLock(0))
        return true;
    constexpr int kSigning = 200; // ms; it takes microseconds
    if (lock.error() != QLockFile::LockFailedError || isSigned())
        return false;
    return lock.tryLock(kSigning) || (!isSigned() && lock.removeStaleLockFile() && lock.tryLock(0));
}

/// Rows instead of a chunk that is missing or damaged: the truth, 20 times slower.
std::shared_ptr<Segment> segmentFromRows(Database& db, int64_t number, int64_t rows) {
    auto segment = std::make_shared<Segment>();
    segment->reserve(static_cast<size_t>(rows));
    Statement spans = db.prepare("SELECT row, trace, span_id, parent_id, context, name, kind, status, start, duration, "
                                 "flags, json_array_length(attributes) FROM span WHERE row >= ?1 AND row < ?1 + ?2 "
                                 "ORDER BY row");
    spans.bind(1, number << 16).bind(2, rows);
    while (spans.step()) {
        if (spans.integer(0) != (number << 16) + segment->rows())
            throw StoreError("The workspace is damaged: span rows are missing. Import the trace files again.");
        segment->trace.push_back(static_cast<TraceIndex>(spans.integer(1)));
        segment->id.push_back(static_cast<SpanId>(spans.integer(2)));
        segment->parentId.push_back(static_cast<SpanId>(spans.integer(3)));
        segment->context.push_back(static_cast<uint32_t>(spans.integer(4)));
        segment->name.push_back(static_cast<uint32_t>(spans.integer(5)));
        segment->kind.push_back(static_cast<Kind>(spans.integer(6)));
        segment->status.push_back(static_cast<Status>(spans.integer(7)));
        segment->start.push_back(spans.integer(8));
        segment->duration.push_back(spans.integer(9));
        segment->flags.push_back(static_cast<uint8_t>(spans.integer(10)));
        segment->attributeCount.push_back(static_cast<uint8_t>(std::min<int64_t>(spans.integer(11), 255)));
    }
    if (segment->rows() != rows)
        throw StoreError("The workspace is damaged: span rows are missing. Import the trace files again.");
    Statement links = db.prepare("SELECT row, high, low, span_id FROM link WHERE row >= ?1 AND row < ?1 + ?2 ORDER BY row, n");
    links.bind(1, number << 16).bind(2, rows);
    while (links.step())
        segment->links.push_back({static_cast<uint32_t>(links.integer(0) & 0xffff),
                                  {static_cast<uint64_t>(links.integer(1)), static_cast<uint64_t>(links.integer(2))},
                                  static_cast<SpanId>(links.integer(3))});
    return segment;
}

/// The instance among a resource's attributes: service.instance.id before the pod or host, as BatchSink takes it.
class InstanceFinder {
public:
    explicit InstanceFinder(Database& db) {
        Statement keys = db.prepare("SELECT id, text = 'service.instance.id' FROM string "
                                    "WHERE text IN ('service.instance.id', 'host.name', 'k8s.pod.name')");
        std::unordered_map<std::string, std::vector<Found*>> wanted; // by value: its string id is found in one pass
        Statement pairs = db.prepare("SELECT id, value FROM attribute WHERE key = ?1");
        while (keys.step()) {
            pairs.reset();
            pairs.bind(1, keys.integer(0));
            while (pairs.step()) {
                Found& found = found_[static_cast<uint32_t>(pairs.integer(0))];
                found = {keys.integer(1) != 0, 0};
                wanted[std::string(pairs.text(1))].push_back(&found);
            }
        }
        if (wanted.empty())
            return;
        for (Statement strings = db.prepare("SELECT id, text FROM string"); strings.step();) {
            const auto at = wanted.find(std::string(strings.text(1)));
            for (size_t i = 0; at != wanted.end() && i < at->second.size(); ++i)
                at->second[i]->text = static_cast<uint32_t>(strings.integer(0));
        }
    }
    std::optional<uint32_t> find(std::string_view resource) const {
        std::optional<Found> best;
        forEachAttribute(
            resource,
            [&](uint32_t pair) {
                const auto at = found_.find(pair);
                if (at != found_.end() && (!best || at->second.isInstance || !best->isInstance))
                    best = at->second;
            },
            [](uint32_t, ValueType, std::string_view) {});
        return best ? std::optional(best->text) : std::nullopt;
    }

private:
    struct Found {
        bool isInstance;
        uint32_t text; // string id
    };
    std::unordered_map<uint32_t, Found> found_;
};

SpanTablePtr loadTable(Database& db) {
    const ReadTransaction snapshot(db);
    SpanTableBuilder builder;
    // Numbers are consecutive from 0 in every dictionary table; a gap means damage.
    const auto expect = [](uint64_t expected, int64_t found) {
        if (static_cast<int64_t>(expected) != found)
            throw StoreError("The workspace is damaged (a dictionary has gaps). Import the trace files again.");
    };
    uint64_t n = 0;
    for (Statement s = db.prepare("SELECT id, text FROM string ORDER BY id"); s.step(); ++n) {
        expect(n, s.integer(0));
        builder.addString(s.text(1));
    }
    const InstanceFinder instances(db);
    constexpr int64_t kMaxContextGap = 1 << 24; // 128 MB of contexts that files which were taken out had
    n = 0;
    for (Statement s = db.prepare("SELECT id, service, resource FROM context ORDER BY id"); s.step();) {
        // Numbers have small gaps (contexts that were open when an import was killed), never large ones.
        if (s.integer(0) < 0 || s.integer(0) > kMaxContextGap + 16 * static_cast<int64_t>(n++))
            throw StoreError("The workspace is damaged (context numbers). Import the trace files again.");
        builder.addContext(static_cast<uint32_t>(s.integer(0)),
                           s.isNull(1) ? std::nullopt : std::optional(static_cast<uint32_t>(s.integer(1))),
                           instances.find(s.text(2)));
    }
    n = 0;
    for (Statement s = db.prepare("SELECT id, high, low FROM trace ORDER BY id"); s.step(); ++n) {
        expect(n, s.integer(0));
        builder.addTrace({static_cast<uint64_t>(s.integer(1)), static_cast<uint64_t>(s.integer(2))});
    }
    Statement files = db.prepare("SELECT id, name, path, format, first_row, rows FROM file WHERE state = 'done' ORDER BY id");
    int64_t free = 0; // files lie behind one another, in the order of their numbers
    while (files.step()) {
        const int64_t first = files.integer(4), count = files.integer(5);
        if (first % kSegmentRows != 0 || first < free || count < 0 || first > kNoRow || count > kNoRow - first)
            throw StoreError("The workspace is damaged (file rows). Import the trace files again.");
        free = first + count;
        FileInfo file{files.integer(0), std::string(files.text(1)), std::string(files.text(2)),
                      std::string(files.text(3)), static_cast<Row>(first), static_cast<uint32_t>(count), false};
        for (uint32_t done = 0; done < file.rows; done += kSegmentRows) {
            const uint32_t number = (file.firstRow + done) >> 16;
            const uint32_t rows = std::min(kSegmentRows, file.rows - done);
            std::shared_ptr<Segment> segment;
            Statement chunk = db.prepare("SELECT recorded FROM segment WHERE number = ?1");
            if (chunk.bind(1, number).step())
                segment = segmentFromChunk(chunk.blob(0));
            if (segment && (segment->rows() != rows || !builder.addSegment(number, segment)))
                segment = nullptr;
            if (!segment && !builder.addSegment(number, segmentFromRows(db, number, rows)))
                throw StoreError("The workspace is damaged: span rows refer to what is not there. "
                                 "Import the trace files again.");
        }
        builder.addFile(std::move(file));
    }
    return builder.snapshot();
}

} // namespace

void removeDatabase(const std::filesystem::path& path) {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
        std::filesystem::remove(path.string() + suffix, ignored);
}

bool looksLikeWorkspace(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return false; // the first bytes of a pipe can be read only once
    std::ifstream in(path, std::ios::binary);
    char head[16] = {};
    in.read(head, sizeof head);
    return in.gcount() == sizeof head && std::string_view(head, 15) == "SQLite format 3";
}

void deleteFileRows(Database& db, int64_t fileId, const std::function<void(uint64_t rows)>& after) {
    Statement file = db.prepare("SELECT first_row, rows, state = 'done' FROM file WHERE id = ?1");
    if (!file.bind(1, fileId).step())
        return;
    // A loading file does not know its rows yet; it is the last, and all behind its first row are its own. A file of
    // log records has none, and the next file begins at the same row.
    const int64_t from = file.integer(0);
    const int64_t to = file.integer(2) != 0 ? from + file.integer(1) : static_cast<int64_t>(kNoRow);
    // In steps of so many spans, whatever their numbers are.
    Statement step = db.prepare("SELECT row FROM span WHERE row >= ?1 AND row < ?2 ORDER BY row LIMIT 1 OFFSET 65536");
    for (int64_t at = from, next = from; next < to; at = next) {
        next = step.bind(1, at).bind(2, to).step() ? step.integer(0) : to;
        step.reset();
        for (const char* sql : {"DELETE FROM event WHERE row >= ?1 AND row < ?2", "DELETE FROM link WHERE row >= ?1 AND row < ?2",
                                "DELETE FROM hidden WHERE row >= ?1 AND row < ?2", "UPDATE log SET row = NULL WHERE row >= ?1 AND row < ?2",
                                "DELETE FROM span WHERE row >= ?1 AND row < ?2"})
            db.prepare(sql).bind(1, at).bind(2, next).run();
        if (after)
            after(static_cast<uint64_t>(db.integer("SELECT changes()"))); // of the spans, which go last
    }
    std::vector<int64_t> runs;
    Statement found = db.prepare("SELECT id FROM value_run WHERE first_row >= ?1 AND first_row < ?2");
    for (found.bind(1, from).bind(2, to); found.step();)
        runs.push_back(found.integer(0));
    for (const int64_t run : runs) // by their numbers, which are ranges of the key: a scan per removed file would take minutes
        for (const char* sql : {"DELETE FROM value_chunk WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32",
                                "DELETE FROM value_gram WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32", "DELETE FROM value_run WHERE id = ?1"})
            db.prepare(sql).bind(1, run).run();
    db.prepare("DELETE FROM posting WHERE id >= ?1 << 32 AND id < ?2 << 32").bind(1, from >> 16).bind(2, (to + 0xffff) >> 16).run();
    db.prepare("DELETE FROM posting_segment WHERE number >= ?1 AND number < ?2").bind(1, from >> 16).bind(2, (to + 0xffff) >> 16).run();
    db.prepare("DELETE FROM segment WHERE number >= ?1 AND number < ?2").bind(1, from >> 16).bind(2, (to + 0xffff) >> 16).run();
    db.prepare("DELETE FROM log WHERE file = ?1").bind(1, fileId).run();
    db.prepare("DELETE FROM context WHERE file = ?1").bind(1, fileId).run();
    db.prepare("DELETE FROM file WHERE id = ?1").bind(1, fileId).run();
}

/// Whoever ended while the file was made, or while WAL was switched on or off, left a journal: until what it began is
/// undone, the file is neither old nor new. SQLite does that where the writer is gone, but only for who may write.
static void undoUnfinished(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::exists(path.string() + "-journal", error))
        return;
    try {
        (void)Database(path, Database::Mode::ReadWrite).integer("PRAGMA page_count");
    } catch (const StoreError&) {
        // It cannot be written; who opens it gets to know.
    }
}

std::shared_ptr<Workspace> Workspace::open(const std::filesystem::path& path, Access access) {
    namespace fs = std::filesystem;
    std::shared_ptr<Workspace> workspace(new Workspace);
    workspace->path_ = fs::absolute(path);
    std::error_code error;
    const bool exists = fs::exists(path, error);
    if (!exists && access != Access::Create)
        throw StoreError(path.string() + " does not exist.");
    if (fs::is_directory(path, error))
        throw StoreError(path.string() + " is a directory, not a workspace.");
    undoUnfinished(path);
    const bool isEmpty = !exists || fs::file_size(path, error) == 0;
    if (!isEmpty && !looksLikeWorkspace(path)) {
        if (!std::ifstream(path))
            throw StoreError(path.string() + " cannot be read; check its permissions.");
        throw StoreError(path.string() + " is not an Aisle workspace.");
    }

    if (access != Access::ReadOnly) {
        auto lock = std::make_unique<QLockFile>(QString::fromStdString(workspace->path_.string() + ".lock"));
        if (tryLock(*lock)) {
            workspace->lock_ = std::move(lock);
        } else if (lock->error() == QLockFile::LockFailedError) {
            workspace->readOnlyReason_ = "It is open for writing in " + lockOwner(*lock) + ".";
        } else if (lock->error() == QLockFile::UnknownError) { // neither locked nor forbidden
            std::error_code missing;
            const std::filesystem::path folder = std::filesystem::absolute(path, missing).parent_path();
            workspace->readOnlyReason_ = std::filesystem::is_directory(folder, missing) ? "Its lock file cannot be written; the disk may be full."
                                                                           : "There is no folder " + folder.string() + ".";
        } else {
            workspace->readOnlyReason_ = "Its folder cannot be written.";
        }
        if (workspace->isReadOnly() && access != Access::ReadWriteIfLocked)
            throw StoreError(path.string() + " cannot be opened for writing. " + workspace->readOnlyReason_);
        if (!workspace->isReadOnly() && exists && ::access(path.c_str(), W_OK) != 0) {
            if (access != Access::ReadWriteIfLocked)
                throw StoreError(path.string() + " cannot be written; it is read-only.");
            workspace->readOnlyReason_ = "The file is write-protected.";
            workspace->lock_.reset();
        }
    } else {
        workspace->readOnlyReason_ = "It was opened read-only.";
    }
    // Without a writable folder SQLite cannot make the files that WAL needs; then nobody else writes either.
    workspace->immutable_ = workspace->isReadOnly() && ::access(workspace->path_.parent_path().c_str(), W_OK) != 0 &&
                            !fs::exists(workspace->path_.string() + "-wal", error) &&
                            !fs::exists(workspace->path_.string() + "-journal", error);

    workspace->keeper_ = workspace->connect();
    Database& db = *workspace->keeper_;
    // Also where the making of one ended after its first page: a database without a table has nothing to lose.
    if (isEmpty || (db.integer("PRAGMA application_id") == 0 && db.integer("SELECT count(*) FROM sqlite_schema") == 0)) {
        if (workspace->isReadOnly())
            throw StoreError(path.string() + " is empty.");
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, error);
        db.exec("PRAGMA page_size=8192; PRAGMA auto_vacuum=INCREMENTAL"); // what a cancelled import took is given back
        createSchema(db);
    } else {
        checkSchema(db, path);
    }
    if (!workspace->isReadOnly()) {
        db.exec("PRAGMA journal_mode=WAL");
        migrateSchema(db);
        workspace->removeUnfinished(db);
    }
    workspace->table_ = loadTable(db);
    return workspace;
}

void Workspace::removeUnfinished(Database& db) {
    std::vector<std::pair<int64_t, std::string>> unfinished;
    for (Statement s = db.prepare("SELECT id, name FROM file WHERE state = 'loading'"); s.step();)
        unfinished.emplace_back(s.integer(0), s.text(1));
    for (const auto& [file, name] : unfinished) {
        Transaction transaction(db);
        deleteFileRows(db, file);
        transaction.commit();
        takenOut_ += (takenOut_.empty() ? "The import of " : ", ") + name;
    }
    if (!takenOut_.empty())
        takenOut_ += " had ended before it was finished; nothing of it is in the workspace. Import it again.";
}

Workspace::~Workspace() {
    if (!keeper_ || isReadOnly())
        return;
    if (removeIfEmpty_ && table_ && table_->files().empty()) {
        keeper_.reset();
        removeDatabase(path_);
        return; // and unlocks, last
    }
    try {
        if (keeper_->integer("PRAGMA freelist_count") > keeper_->integer("PRAGMA page_count") / 10)
            keeper_->exec("PRAGMA incremental_vacuum");
        keeper_->exec("PRAGMA wal_checkpoint(TRUNCATE)");
        keeper_->exec("PRAGMA journal_mode=DELETE");
    } catch (const StoreError&) {
        // Another reader still has it open; its WAL stays and is read with the file.
    }
}

std::unique_ptr<Database> Workspace::connect() const {
    const auto mode = immutable_       ? Database::Mode::Immutable
                      : isReadOnly()   ? Database::Mode::ReadOnly
                      : keeper_        ? Database::Mode::ReadWrite
                                       : Database::Mode::Create;
    auto db = std::make_unique<Database>(path_, mode);
    if (!isReadOnly()) {
        db->exec("PRAGMA synchronous=NORMAL");
        // 64 MB between checkpoints: with the default of 4 MB a bulk load copies hot pages again and again.
        db->exec("PRAGMA wal_autocheckpoint=8192");
        db->exec("PRAGMA cache_size=-32768");
    }
    return db;
}

SpanTablePtr Workspace::table() const {
    const std::lock_guard guard(mutex_);
    return table_;
}

void Workspace::setTable(SpanTablePtr table) {
    const std::lock_guard guard(mutex_);
    table_ = std::move(table);
}

void Workspace::reload() {
    const auto db = connect();
    setTable(loadTable(*db));
}

void Workspace::removeFiles(const std::vector<int64_t>& fileIds, RemovalProgress* progress, const StopToken& stop) {
    if (isReadOnly())
        throw StoreError("Nothing can be removed: the workspace is open read-only. " + readOnlyReason_);
    const auto db = connect();
    setTable(StoreWriter(*db, table()).remove(fileIds, progress, stop));
    try {
        setTable(loadTable(*db)); // services that only those files had are gone, as in a workspace that is opened
    } catch (const std::exception&) {
        // The files are removed; the table that says so stays, with a service or two that have no spans.
    }
}

void Workspace::saveCopy(const std::filesystem::path& to) const {
    namespace fs = std::filesystem;
    std::error_code error;
    if (fs::equivalent(path_, to, error))
        return;
    // Nobody may be writing what is replaced, and what a killed writer left beside it must not be replayed into it.
    QLockFile lock(QString::fromStdString(fs::absolute(to).string() + ".lock"));
    if (!tryLock(lock) && lock.error() == QLockFile::LockFailedError)
        throw StoreError(to.string() + " is open for writing in " + lockOwner(lock) + "; close it there first.");
    const fs::path partial = to.string() + ".part";
    fs::remove(partial, error);
    try {
        connect()->prepare("VACUUM INTO ?1").bind(1, partial.string()).run();
        fs::permissions(partial, fs::perms::owner_read | fs::perms::owner_write);
        removeDatabase(to); // a journal that stayed would be rolled back into the copy
        fs::rename(partial, to);
    } catch (const fs::filesystem_error& e) {
        fs::remove(partial, error);
        throw StoreError(to.string() + " cannot be written: " + e.code().message() + ".");
    } catch (const StoreError&) {
        fs::remove(partial, error);
        throw;
    }
}

} // namespace aisle
