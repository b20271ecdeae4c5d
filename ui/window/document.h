#pragma once
// One open workspace and what goes on with it; shared by all windows that show it.
// Thread: the UI thread. Opening and saving run on workers.

#include "store/store_writer.h"
#include "store/workspace_cache.h"
#include "view_context.h"
#include "window/import_service.h"

class QTimer;

namespace aisle {

class Document : public QObject {
    Q_OBJECT
public:
    struct Opened {
        std::shared_ptr<Workspace> workspace; ///< null: one of `shared` is what was asked for
        std::filesystem::path identity;       ///< what it is found again by: the workspace, or the one for these trace files
        bool isUnnamed = false;
        std::vector<std::filesystem::path> toImport;
    };
    /// Opens or makes a workspace, unless its identity is among `shared`. Throws StoreError. Blocks: call it on a worker.
    static Opened open(const std::vector<std::filesystem::path>& paths, const std::vector<std::filesystem::path>& shared = {});
    /// Identities of the open documents that other windows may show, too.
    static std::vector<std::filesystem::path> shareable(const WindowServices& services);
    /// The document of what was opened: the one that is open already, else a new one. Null when it was to be shared and
    /// has been closed meanwhile: open again.
    static std::shared_ptr<Document> of(Opened opened, const WindowServices& services);

    Document(Opened opened, const WindowServices& services);
    ~Document() override;

    const std::shared_ptr<Workspace>& workspace() const { return workspace_; }
    const SpanTablePtr& table() const { return table_; }
    bool isProvisional() const { return provisional_; }
    bool isUnnamed() const { return unnamed_; }
    /// What it is found again by; empty: it is not.
    const std::filesystem::path& identity() const { return identity_; }
    bool isImporting() const { return import_ && import_->isRunning(); }
    ImportStatus importStatus() const { return import_->status(); }
    /// Of this session's imports, and of the files in the workspace; also of those that were removed, until the document
    /// is closed.
    const std::vector<ImportReport>& reports() const { return reports_; }
    /// "Indexed: 24 keys of attributes, 5.6 MB, in 3.1 s", "Indexing attributes, 43 %"; empty when there is no news.
    const QString& indexWords() const { return indexWords_; }
    bool indexFailed() const { return indexFailed_; } ///< then indexWords() says why
    bool isIndexing() const { return indexWorker_.isBusy() && !indexWords_.isEmpty(); }
    QString title() const; ///< file name, or of what was opened

    /// Adds files; queued while another import runs.
    void add(const std::vector<std::filesystem::path>& paths);
    void cancelImport();

    /// Takes the files with these numbers out of the workspace. While it goes on imports wait.
    void removeFiles(const std::vector<int64_t>& files);
    bool isRemoving() const { return removal_ != nullptr; }
    double removalShare() const; ///< 0 to 1
    void cancelRemoval();
    /// Why nothing can be removed now, in one sentence; empty when it can.
    QString whyNotRemovable() const;
    /// Imports what was removed last again, as it was imported then; false when there is nothing that can be had back.
    bool undoRemoval();
    bool undoRemoval(const std::vector<ImportReport>& removed);
    /// What the last removal took out; empty before the first.
    std::vector<ImportReport> lastRemoval() const { return removed_.empty() ? std::vector<ImportReport>() : removed_.back(); }
    static bool canUndoRemoval(const ImportReport& report); ///< the file that it came from is still there, unchanged
    /// Takes tables out and imports them again with the columns that are in the settings now; also those that failed.
    void importAgain(const std::vector<ImportReport>& reports);
    /// Copies the workspace and goes on with the copy; `done` gets an empty text or what went wrong.
    void saveAs(const std::filesystem::path& to, std::function<void(QString)> done);
    void reload();

    static WorkspaceCache cache();

Q_SIGNALS:
    void tableChanged();
    void workspaceChanged(); ///< after saveAs
    void reportsChanged(size_t first); ///< reports() from `first` on are news
    /// No news: `stored`: of earlier imports, just read; else files were removed, or are back.
    void reportsReset(bool stored);
    void removalStarted();
    void removalFinished(const QString& words, bool isProblem); ///< what happened; empty when it was cancelled
    void importStarted();
    void importFinished(bool cancelled);
    void changedOnDisk(); ///< read-only, and another process has written
    void indexChanged(); ///< indexWords() says how it stands
    void reloadFailed(const QString& problem); ///< the table stays as it was

private:
    void deliver();
    void import(const std::vector<std::filesystem::path>& paths);
    void import(ImportOrder order);
    void markExtended();
    void startNext();
    std::vector<ImportReport> markRemoved(const std::vector<int64_t>& files);
    void runRemoval(const std::vector<int64_t>& files, std::function<void(uint64_t spansFewer)> done);
    void forgetRemoved(const std::vector<ImportReport>& news);
    void forgetReports(const std::vector<ImportReport>& reports);
    bool isShareable() const;
    void readStoredReports(bool again = false);
    void markComplete();
    void checkDisk();
    void indexAttributes();
    void stopIndexing();

    std::shared_ptr<Workspace> workspace_;
    SpanTablePtr table_;
    std::filesystem::path identity_;
    bool provisional_ = false, unnamed_ = false, saving_ = false;
    bool complete_ = false; ///< holds all of what was opened
    std::unique_ptr<ImportService> import_;
    std::vector<ImportOrder> queue_;
    std::vector<std::filesystem::path> opened_;
    std::vector<ImportReport> reports_;
    // What an import of many small files brings is shown a few times a second, not once per file.
    std::optional<std::pair<SpanTablePtr, bool>> newTable_;
    std::vector<ImportReport> newReports_;
    QTimer* news_;
    QString indexWords_;
    bool indexFailed_ = false;
    struct Removal {
        RemovalProgress progress;
        uint64_t rows = 0;
        StopToken stop;
    };
    std::shared_ptr<Removal> removal_; ///< that goes on
    std::vector<std::vector<ImportReport>> removed_; ///< what each removal took out, the last one last
    std::shared_ptr<Database> watcher_; ///< used on workers, one at a time
    int64_t seenVersion_ = 0;
    Worker worker_{this}, reportWorker_{this}, removalWorker_{this}, reloadWorker_{this}, completeWorker_{this}, extendWorker_{this}, watchWorker_{this}, indexWorker_{this, Worker::Work::Long};
};

using DocumentPtr = std::shared_ptr<Document>;

} // namespace aisle
