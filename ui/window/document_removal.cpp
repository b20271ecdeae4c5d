// Files that are taken out of a workspace again. Removing is not kept in the workspace: a removed file can be had back
// for as long as the document is open and the file that it came from is there, by importing that again.

#include "window/document.h"

#include "widgets/plain_text.h"
#include "widgets/words.h"

namespace aisle {

namespace fs = std::filesystem;

namespace {

/// Also of a workspace that is found again by the files that were opened: it holds something else from now on.
bool markAsExtended(Database& db) {
    const bool wasMarked = db.prepare("SELECT 1 FROM meta WHERE key = 'extended'").step();
    db.exec("INSERT OR REPLACE INTO meta VALUES('extended', 1)");
    return wasMarked;
}

ImportOrder orderOf(const ImportReport& report) {
    ImportOrder order;
    order.inputs = {report.path};
    order.member = report.name == report.path ? std::string() : report.name;
    if (report.formatSaid)
        order.format = report.format;
    return order;
}

bool isSame(const ImportReport& a, const ImportReport& b) { return a.name == b.name && a.path == b.path && a.file == b.file && a.removed == b.removed; }

} // namespace

QString Document::whyNotRemovable() const {
    if (workspace_->isReadOnly())
        return QStringLiteral("Nothing can be removed: this workspace is open read-only. ") + toQString(workspace_->readOnlyReason());
    if (isImporting())
        return QStringLiteral("An import is running. Remove files when it has finished, or cancel it.");
    if (isRemoving())
        return QStringLiteral("Files are being removed already.");
    if (saving_)
        return QStringLiteral("The workspace is being saved. Remove files when that is done.");
    return {};
}

void Document::removeFiles(const std::vector<int64_t>& files) {
    if (files.empty() || !whyNotRemovable().isEmpty())
        return;
    runRemoval(files, [this, files](uint64_t spansFewer) {
        std::vector<ImportReport> gone;
        for (ImportReport& report : reports_)
            if (report.file != 0 && std::find(files.begin(), files.end(), report.file) != files.end()) {
                report.removed = true;
                report.file = 0; // the number is free for another one
                gone.push_back(report);
            }
        const std::string what = gone.size() == 1 ? fs::path(gone.front().name).filename().string() : counted(files.size(), "file", "files");
        removed_.push_back(std::move(gone));
        Q_EMIT reportsReset(false);
        Q_EMIT removalFinished(toQString("Removed " + what + ": " + counted(spansFewer, "span", "spans") + " fewer."), false);
    });
}

void Document::runRemoval(const std::vector<int64_t>& files, std::function<void(uint64_t spansFewer)> done) {
    stopIndexing();
    removal_ = std::make_shared<Removal>();
    for (const FileInfo& file : table_->files())
        if (std::find(files.begin(), files.end(), file.id) != files.end())
            removal_->rows += file.rows;
    Q_EMIT removalStarted();
    const auto ended = [this](const QString& words, bool isProblem) {
        removal_.reset();
        Q_EMIT removalFinished(words, isProblem);
        startNext();
        indexValues();
    };
    removalWorker_.run<bool>(
        [workspace = workspace_, removal = removal_, files, unnamed = unnamed_](const StopToken&) {
            const auto db = workspace->connect();
            const bool wasMarked = !unnamed || markAsExtended(*db);
            try {
                workspace->removeFiles(files, &removal->progress, removal->stop);
                return true;
            } catch (const Stopped&) {
                if (!wasMarked)
                    db->exec("DELETE FROM meta WHERE key = 'extended'");
                return false;
            }
        },
        [this, ended, done = std::move(done)](bool removed) {
            if (!removed)
                return ended({}, false);
            const uint64_t before = table_->spanCount();
            table_ = workspace_->table();
            if (unnamed_)
                identity_.clear(); // not found again by what was opened
            removal_.reset();
            Q_EMIT tableChanged();
            done(before - std::min(before, table_->spanCount()));
            startNext();
            indexValues();
        },
        [ended](const QString& problem) { ended(problem, true); });
}

double Document::removalShare() const {
    return removal_ && removal_->rows > 0 ? std::min(1.0, static_cast<double>(removal_->progress.rowsDone) / static_cast<double>(removal_->rows)) : 0;
}

void Document::cancelRemoval() {
    if (removal_)
        removal_->stop.stop();
}

bool Document::canUndoRemoval(const ImportReport& report) {
    std::error_code error;
    return fs::is_regular_file(report.path, error);
}

bool Document::undoRemoval(const ImportReport& removed) {
    const bool isRemoved = std::any_of(reports_.begin(), reports_.end(), [&](const ImportReport& r) { return r.removed && isSame(r, removed); });
    if (!isRemoved || workspace_->isReadOnly() || !canUndoRemoval(removed))
        return false; // else it is back already
    ImportOrder order = orderOf(removed);
    order.columns = removed.columns;
    import(std::move(order));
    return true;
}

bool Document::undoRemoval() {
    bool any = false;
    while (!any && !removed_.empty()) {
        for (const ImportReport& report : removed_.back())
            any = undoRemoval(report) || any;
        removed_.pop_back();
    }
    return any;
}

void Document::forgetReports(const std::vector<ImportReport>& reports) {
    std::erase_if(reports_, [&](const ImportReport& r) {
        return std::any_of(reports.begin(), reports.end(), [&](const ImportReport& other) { return isSame(r, other); });
    });
    Q_EMIT reportsReset(false);
}

void Document::importAgain(const std::vector<ImportReport>& reports) {
    std::vector<int64_t> files; // of those that did not fail
    for (const ImportReport& report : reports)
        if (report.file != 0)
            files.push_back(report.file);
    const auto importThem = [this, reports] {
        forgetReports(reports);
        for (const ImportReport& report : reports)
            import(orderOf(report));
    };
    if (files.empty())
        return importThem();
    if (whyNotRemovable().isEmpty())
        runRemoval(files, [this, importThem](uint64_t) {
            Q_EMIT removalFinished({}, false);
            importThem();
        });
}

/// What is back is not said to be removed any more.
void Document::forgetRemoved(const std::vector<ImportReport>& news) {
    bool changed = false;
    for (const ImportReport& report : news) {
        const auto found = std::find_if(reports_.begin(), reports_.end(), [&](const ImportReport& r) {
            return r.removed && r.path == report.path && r.name == report.name;
        });
        if (report.file == 0 || found == reports_.end())
            continue;
        if (found->contentHash != report.contentHash)
            Q_EMIT removalFinished(toQString(fs::path(report.name).filename().string() + " has changed since it was imported; what is there now was imported."), true);
        reports_.erase(found);
        changed = true;
    }
    if (changed)
        Q_EMIT reportsReset(false);
}

} // namespace aisle
