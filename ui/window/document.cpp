#include "window/document.h"

#include "store/indexes.h"
#include "text/format.h"
#include "widgets/plain_text.h"
#include "worker.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QPointer>
#include <QStandardPaths>
#include <QThreadPool>
#include <QTimer>

#include <algorithm>
#include <condition_variable>

namespace aisle {

namespace fs = std::filesystem;

WorkspaceCache Document::cache() {
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
    return WorkspaceCache(fs::path(folder.toStdString()) / "workspaces");
}

namespace {

constexpr qint64 kNewsAfterMs = 2000;

/// Workspaces that are being closed on the thread pool.
struct Closing {
    std::mutex mutex;
    std::condition_variable changed;
    int count = 0;
    void add(int n) {
        const std::lock_guard guard(mutex);
        count += n;
        changed.notify_all();
    }
} closing;

/// Whoever lets go of it last, the checkpoint that closes a workspace happens on the thread pool.
std::shared_ptr<Workspace> closedOnThePool(std::shared_ptr<Workspace> workspace) {
    Workspace* raw = workspace.get();
    return {raw, [owner = std::move(workspace)](Workspace*) mutable {
                closing.add(1);
                Worker::pool().start([last = std::move(owner)]() mutable {
                    last.reset();
                    closing.add(-1);
                });
            }};
}

/// On a worker: what was closed a moment ago is locked until it is done.
void waitUntilClosed() {
    Worker::pool().releaseThread(); // this one waits; another may close
    {
        std::unique_lock lock(closing.mutex);
        closing.changed.wait(lock, [] { return closing.count == 0; });
    }
    Worker::pool().reserveThread();
}

std::shared_ptr<Workspace> openWorkspace(const fs::path& path, Workspace::Access access) {
    return closedOnThePool(Workspace::open(path, access));
}

fs::path identityOf(const fs::path& path) {
    std::error_code error;
    const fs::path found = fs::weakly_canonical(path, error);
    return error ? path : found;
}

} // namespace

Document::Opened Document::open(const std::vector<fs::path>& paths, const std::vector<fs::path>& shared) {
    waitUntilClosed();
    const auto isShared = [&](const fs::path& identity) { return std::find(shared.begin(), shared.end(), identity) != shared.end(); };
    Opened opened;
    std::vector<fs::path> workspaces, traces;
    for (const fs::path& path : paths)
        (looksLikeWorkspace(path) ? workspaces : traces).push_back(path);
    if (workspaces.size() > 1)
        throw StoreError("Only one workspace can be opened in a window.");
    if (!workspaces.empty()) {
        opened.identity = identityOf(workspaces.front());
        opened.isUnnamed = cache().contains(workspaces.front());
        opened.toImport = traces;
        if (!isShared(opened.identity))
            opened.workspace = openWorkspace(workspaces.front(), Workspace::Access::ReadWriteIfLocked);
        return opened;
    }
    const WorkspaceCache store = cache();
    opened.isUnnamed = true;
    opened.toImport = traces; // what a workspace has already is skipped by its content
    std::error_code error;
    // Only files are found again: standard input and pipes say something else each time.
    const bool areFiles = std::all_of(traces.begin(), traces.end(), [&](const fs::path& p) { return fs::is_regular_file(p, error); });
    fs::path path = areFiles ? store.pathFor(traces) : store.freshPath();
    opened.identity = identityOf(path);
    if (isShared(opened.identity))
        return opened;
    const bool isKnown = fs::exists(path, error);
    if (isKnown)
        WorkspaceCache::touch(path); // the newest one is never purged
    store.purge();
    if (isKnown) {
        try {
            opened.workspace = openWorkspace(path, Workspace::Access::ReadWriteIfLocked);
            const auto db = opened.workspace->connect();
            const auto isMarked = [&](const char* key) {
                return db->prepare("SELECT 1 FROM meta WHERE key = ?1").bind(1, std::string_view(key)).step();
            };
            if (!isMarked("extended")) { // else it holds other files as well
                const bool isComplete = isMarked("complete");
                if (isComplete)
                    opened.toImport.clear();
                if (isComplete || !opened.workspace->isReadOnly())
                    return opened;
            }
        } catch (const StoreError&) {
            // damaged, or of another version
        }
        opened.workspace.reset();
        path = store.freshPath(); // import again beside it; also while another process, or a closed window, fills it
    }
    opened.workspace = openWorkspace(path, Workspace::Access::Create);
    return opened;
}

/// One that cannot be written may be writable when it is opened again; an empty one stands for nothing.
bool Document::isShareable() const {
    return !workspace_->isReadOnly() && (!unnamed_ || isImporting() || !table_->isEmpty());
}

std::vector<fs::path> Document::shareable(const WindowServices& services) {
    std::vector<fs::path> identities;
    for (const auto& weak : *services.documents)
        if (const auto document = weak.lock(); document && document->isShareable())
            identities.push_back(document->identity_);
    return identities;
}

std::shared_ptr<Document> Document::of(Opened opened, const WindowServices& services) {
    auto& documents = *services.documents;
    std::erase_if(documents, [](const auto& weak) { return weak.expired(); });
    for (const auto& weak : documents) {
        auto document = weak.lock();
        if (document->identity_ != opened.identity || !document->isShareable())
            continue;
        if (opened.workspace && opened.isUnnamed)
            opened.workspace->removeIfEmpty(); // two windows opened the same at once, and this one came second
        const bool isThere = document->unnamed_ && (document->complete_ || document->isImporting());
        if (!isThere && !opened.toImport.empty())
            document->import(opened.toImport);
        return document;
    }
    if (!opened.workspace)
        return nullptr;
    auto document = std::make_shared<Document>(std::move(opened), services);
    documents.push_back(document);
    return document;
}

Document::Document(Opened opened, const WindowServices& services)
    : workspace_(std::move(opened.workspace)), table_(workspace_->table()), identity_(std::move(opened.identity)),
      unnamed_(opened.isUnnamed), complete_(opened.toImport.empty()), import_(services.makeImport()), opened_(opened.toImport), news_(new QTimer(this)) {
    news_->setSingleShot(true);
    news_->setInterval(100);
    connect(news_, &QTimer::timeout, this, &Document::deliver);
    const auto soon = [this] {
        if (!news_->isActive())
            news_->start();
    };
    connect(import_.get(), &ImportService::tableReady, this, [this, soon](const SpanTablePtr& table, bool provisional) {
        newTable_.emplace(table, provisional);
        soon();
    });
    connect(import_.get(), &ImportService::reportReady, this, [this, soon](const ImportReport& report) {
        newReports_.push_back(report);
        soon();
    });
    connect(import_.get(), &ImportService::finished, this, [this](bool cancelled) {
        deliver();
        if (provisional_) {
            provisional_ = false;
            table_ = workspace_->table();
            Q_EMIT tableChanged();
        }
        complete_ = !cancelled && queue_.empty();
        if (cancelled)
            queue_.clear();
        else if (unnamed_ && queue_.empty())
            markComplete();
        Q_EMIT importFinished(cancelled);
        startNext();
        indexAttributes();
    });
    if (unnamed_)
        workspace_->removeIfEmpty();
    readStoredReports();
    if (workspace_->isReadOnly()) {
        auto* timer = new QTimer(this);
        connect(timer, &QTimer::timeout, this, &Document::checkDisk);
        timer->start(2000);
        checkDisk(); // what changes from now on
    }
    if (!opened.toImport.empty())
        import(opened.toImport);
    else
        indexAttributes(); // what the window was closed over
}

Document::~Document() {
    cancelRemoval();
    import_->cancel();
    import_.reset();
}

void Document::deliver() {
    news_->stop();
    if (const auto table = std::exchange(newTable_, std::nullopt)) {
        std::tie(table_, provisional_) = *table;
        Q_EMIT tableChanged();
    }
    if (!newReports_.empty()) {
        const size_t first = reports_.size();
        reports_.insert(reports_.end(), std::make_move_iterator(newReports_.begin()), std::make_move_iterator(newReports_.end()));
        newReports_.clear();
        Q_EMIT reportsChanged(first);
        forgetRemoved({reports_.begin() + static_cast<std::ptrdiff_t>(first), reports_.end()});
    }
}

/// From now on the unnamed workspace stands for what was opened; a cancelled or killed import is gone on with.
void Document::markComplete() {
    completeWorker_.run<bool>(
        [workspace = workspace_](const StopToken&) {
            workspace->connect()->exec("INSERT OR REPLACE INTO meta VALUES('complete', 1)");
            return true;
        },
        [](bool) {});
}

void Document::readStoredReports(bool again) {
    reportWorker_.run<std::vector<ImportReport>>(
        [workspace = workspace_](const StopToken&) { return storedReports(*workspace->connect()); },
        [this, again](std::vector<ImportReport> reports) {
            if (!again && reports.empty())
                return;
            if (!again) // an import has begun meanwhile; its reports come behind these
                for (const std::vector<ImportReport>* news : {&reports_, &newReports_})
                    std::erase_if(reports, [&](const ImportReport& r) {
                        return std::any_of(news->begin(), news->end(), [&](const ImportReport& other) { return r.file == other.file; });
                    });
            if (!again)
                reports.insert(reports.end(), reports_.begin(), reports_.end());
            reports_ = std::move(reports);
            Q_EMIT reportsReset(true);
        });
}

QString Document::title() const {
    if (!unnamed_)
        return toQString(workspace_->path().filename().string());
    if (!table_->files().empty()) {
        const QString first = toQString(fs::path(table_->files().front().name).filename().string());
        return table_->files().size() == 1 ? first : QStringLiteral("%1 and %2 more").arg(first).arg(table_->files().size() - 1);
    }
    return opened_.empty() ? QStringLiteral("Unnamed") : toQString(opened_.front().filename().string());
}

/// From now on the unnamed workspace stands for more than what was opened, and is not found by that again.
void Document::markExtended() {
    identity_.clear();
    extendWorker_.run<bool>(
        [workspace = workspace_](const StopToken&) {
            workspace->connect()->exec("INSERT OR REPLACE INTO meta VALUES('extended', 1)");
            return true;
        },
        [](bool) {});
}

void Document::add(const std::vector<fs::path>& paths) {
    if (unnamed_ && !opened_.empty())
        markExtended();
    import(paths);
}

void Document::import(const std::vector<fs::path>& paths) {
    if (opened_.empty())
        opened_ = paths;
    import(ImportOrder{paths, {}, {}, {}});
}

void Document::import(ImportOrder order) {
    queue_.push_back(std::move(order));
    if (!import_->isRunning())
        startNext();
}

void Document::startNext() {
    if (queue_.empty() || saving_ || isRemoving() || import_->isRunning())
        return;
    const ImportOrder order = queue_.front();
    queue_.erase(queue_.begin());
    stopIndexing(); // goes on behind the import, which needs the processor
    import_->start(workspace_, order);
    Q_EMIT importStarted();
}

void Document::cancelImport() {
    queue_.clear();
    import_->cancel();
}

void Document::saveAs(const fs::path& to, std::function<void(QString)> done) {
    if (isImporting()) {
        done(QStringLiteral("An import is running. Save when it has finished, or cancel it."));
        return;
    }
    if (isRemoving()) {
        done(QStringLiteral("Files are being removed. Save when that has finished, or cancel it."));
        return;
    }
    if (saving_) {
        done(QStringLiteral("The workspace is being saved already."));
        return;
    }
    saving_ = true; // imports wait: they would go into the workspace that is being left
    struct Saved {
        std::shared_ptr<Workspace> workspace;
        fs::path identity;
    };
    worker_.run<Saved>(
        [workspace = workspace_, to](const StopToken&) {
            std::error_code notThere;
            if (fs::equivalent(to, workspace->path(), notThere))
                return Saved{workspace, {}}; // a second opening of it would be read-only
            waitUntilClosed();
            workspace->saveCopy(to);
            return Saved{openWorkspace(to, Workspace::Access::ReadWriteIfLocked), identityOf(to)};
        },
        [this, done](Saved saved) {
            saving_ = false;
            if (saved.workspace != workspace_) {
                watchWorker_.cancel();
                stopIndexing();
                watcher_.reset();
                workspace_ = std::move(saved.workspace);
                table_ = workspace_->table();
                identity_ = std::move(saved.identity);
                unnamed_ = false;
                Q_EMIT workspaceChanged();
            }
            done({});
            startNext();
            indexAttributes();
        },
        [this, done](const QString& problem) {
            saving_ = false;
            done(problem);
            startNext();
        });
}

/// In the background, beside whatever else goes on. Nothing waits for it: what it does not cover is read.
void Document::indexAttributes() {
    if (workspace_->isReadOnly() || isImporting() || isRemoving() || saving_)
        return;
    const auto say = [this](const QString& words) {
        indexWords_ = words;
        Q_EMIT indexChanged();
    };
    const auto tell = [self = QPointer(this), say](const QString& words) {
        QMetaObject::invokeMethod(
            qApp, [self, say, words] {
                if (self && self->indexWorker_.isBusy())
                    say(words);
            }, Qt::QueuedConnection);
    };
    indexWorker_.run<QString>(
        [workspace = workspace_, table = table_, tell](const StopToken& stop) {
            const auto db = workspace->connect();
            if (!indexesAreDue(*db, *table))
                return QString();
            QElapsedTimer timer;
            timer.start();
            tell(QStringLiteral("Indexing attributes"));
            buildIndexes(*db, table, stop, [&](uint64_t done, uint64_t all) {
                tell(QStringLiteral("Indexing attributes, %1 %").arg(done * 100 / all));
            });
            // What is done before anybody looks is no news.
            return timer.elapsed() < kNewsAfterMs ? QString() : QStringLiteral("Indexed: %1, in %2").arg(toQString(aisle::indexWords(*db)), toQString(formatDuration(timer.nsecsElapsed())));
        },
        say, [this, say](const QString& problem) {
            indexFailed_ = true;
            say(QStringLiteral("The index of attributes is not complete: ") + problem);
        });
}

void Document::stopIndexing() {
    indexWorker_.cancel();
    indexFailed_ = false;
    indexWords_.clear();
}

void Document::checkDisk() {
    if (!workspace_->isReadOnly() || watchWorker_.isBusy())
        return; // saved under a name of its own since; or the medium is slow
    struct Seen {
        std::shared_ptr<Database> watcher;
        int64_t version;
    };
    watchWorker_.run<Seen>(
        [workspace = workspace_, watcher = watcher_](const StopToken&) {
            const std::shared_ptr<Database> db = watcher ? watcher : workspace->connect();
            return Seen{db, Workspace::dataVersion(*db)};
        },
        [this](Seen seen) { // versions of one connection can be compared
            const bool changed = watcher_ && seen.version != seenVersion_;
            watcher_ = std::move(seen.watcher);
            seenVersion_ = seen.version;
            if (changed)
                Q_EMIT changedOnDisk();
        },
        [this](const QString&) { watcher_.reset(); }); // moved, or on a medium that was taken out; try again later
}

void Document::reload() {
    reloadWorker_.run<SpanTablePtr>(
        [workspace = workspace_](const StopToken&) {
            workspace->reload();
            return workspace->table();
        },
        [this](SpanTablePtr table) {
            table_ = std::move(table);
            Q_EMIT tableChanged();
            readStoredReports(true);
        },
        [this](const QString& problem) { Q_EMIT reloadFailed(problem); });
}

} // namespace aisle
