#include "window/document.h"

#include "widgets/plain_text.h"

#include <QStandardPaths>
#include <QTimer>

#include <algorithm>

namespace aisle {

namespace fs = std::filesystem;

WorkspaceCache Document::cache() {
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
    return WorkspaceCache(fs::path(folder.toStdString()) / "workspaces");
}

Document::Opened Document::open(const std::vector<fs::path>& paths) {
    Opened opened;
    std::vector<fs::path> workspaces, traces;
    for (const fs::path& path : paths)
        (looksLikeWorkspace(path) ? workspaces : traces).push_back(path);
    if (workspaces.size() > 1)
        throw StoreError("Only one workspace can be opened in a window.");
    if (!workspaces.empty()) {
        opened.workspace = Workspace::open(workspaces.front(), Workspace::Access::ReadWriteIfLocked);
        opened.isUnnamed = cache().contains(workspaces.front());
        opened.toImport = traces;
        return opened;
    }
    const WorkspaceCache store = cache();
    opened.isUnnamed = true;
    opened.toImport = traces; // what a workspace has already is skipped by its content
    std::error_code error;
    // Only files are found again: standard input and pipes say something else each time.
    const bool areFiles = std::all_of(traces.begin(), traces.end(), [&](const fs::path& p) { return fs::is_regular_file(p, error); });
    fs::path path = areFiles ? store.pathFor(traces) : store.freshPath();
    const bool isKnown = fs::exists(path, error);
    if (isKnown)
        WorkspaceCache::touch(path); // the newest one is never purged
    store.purge();
    if (isKnown) {
        try {
            opened.workspace = Workspace::open(path, Workspace::Access::ReadWriteIfLocked);
            const bool isComplete = opened.workspace->connect()->integer("SELECT value FROM meta WHERE key = 'complete'") == 1;
            if (isComplete)
                opened.toImport.clear();
            if (isComplete || !opened.workspace->isReadOnly())
                return opened;
        } catch (const StoreError&) {
            // damaged, or of another version
        }
        opened.workspace.reset();
        path = store.freshPath(); // import again beside it; also while another process, or a closed window, fills it
    }
    opened.workspace = Workspace::open(path, Workspace::Access::Create);
    return opened;
}

Document::Document(Opened opened, const WindowServices& services)
    : workspace_(std::move(opened.workspace)), table_(workspace_->table()), unnamed_(opened.isUnnamed),
      import_(services.makeImport()), opened_(opened.toImport), news_(new QTimer(this)) {
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
        if (cancelled)
            queue_.clear();
        else if (unnamed_ && queue_.empty())
            markComplete();
        Q_EMIT importFinished(cancelled);
        startNext();
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
}

Document::~Document() {
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

void Document::readStoredReports() {
    reportWorker_.run<std::vector<ImportReport>>(
        [workspace = workspace_](const StopToken&) {
            std::vector<ImportReport> reports;
            const auto db = workspace->connect();
            for (Statement s = db->prepare("SELECT report FROM file WHERE state = 'done' ORDER BY id"); s.step();)
                reports.push_back(ImportReport::fromJson(std::string(s.text(0))));
            return reports;
        },
        [this](std::vector<ImportReport> reports) {
            if (!reports_.empty() || !newReports_.empty() || reports.empty())
                return; // an import has begun meanwhile; its reports are the news
            reports_ = std::move(reports);
            Q_EMIT storedReportsRead();
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

void Document::import(const std::vector<fs::path>& paths) {
    if (opened_.empty())
        opened_ = paths;
    queue_.push_back(paths);
    if (!import_->isRunning())
        startNext();
}

void Document::startNext() {
    if (queue_.empty() || saving_ || import_->isRunning())
        return;
    const auto paths = queue_.front();
    queue_.erase(queue_.begin());
    import_->start(workspace_, paths);
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
    if (saving_) {
        done(QStringLiteral("The workspace is being saved already."));
        return;
    }
    saving_ = true; // imports wait: they would go into the workspace that is being left
    worker_.run<std::shared_ptr<Workspace>>(
        [workspace = workspace_, to](const StopToken&) {
            std::error_code notThere;
            if (fs::equivalent(to, workspace->path(), notThere))
                return workspace; // a second opening of it would be read-only
            workspace->saveCopy(to);
            return Workspace::open(to, Workspace::Access::ReadWriteIfLocked);
        },
        [this, done](std::shared_ptr<Workspace> workspace) {
            saving_ = false;
            if (workspace != workspace_) {
                watchWorker_.cancel();
                watcher_.reset();
                workspace_ = std::move(workspace);
                table_ = workspace_->table();
                unnamed_ = false;
                Q_EMIT workspaceChanged();
            }
            done({});
            startNext();
        },
        [this, done](const QString& problem) {
            saving_ = false;
            done(problem);
            startNext();
        });
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
        });
}

} // namespace aisle
