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

/// Members of one archive are taken in one pass over it.
std::vector<ImportOrder> ordersOf(const std::vector<ImportReport>& reports, bool withTheirColumns) {
    std::vector<ImportOrder> orders;
    for (const ImportReport& report : reports) {
        ImportOrder order;
        order.inputs = {report.path};
        order.recordLimit = report.recordLimit;
        order.unpackLimit = report.unpackLimit;
        if (report.formatSaid)
            order.format = report.format;
        if (withTheirColumns)
            order.columns = report.columns;
        const auto same = std::find_if(orders.begin(), orders.end(), [&](const ImportOrder& o) {
            return !report.member.empty() && !o.members.empty() && o.inputs == order.inputs && o.format == order.format && o.columns == order.columns &&
                   o.recordLimit == order.recordLimit && o.unpackLimit == order.unpackLimit;
        });
        if (same == orders.end())
            orders.push_back(order);
        if (!report.member.empty())
            (same == orders.end() ? orders.back() : *same).members.insert(report.member);
    }
    return orders;
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
        const auto gone = markRemoved(files);
        const std::string what = gone.size() == 1 ? fs::path(gone.front().name).filename().string() : counted(files.size(), "file", "files");
        Q_EMIT removalFinished(toQString("Removed " + what + ": " + counted(spansFewer, "span", "spans") + " fewer."), false);
    });
}

/// Their reports, which say so from now on.
std::vector<ImportReport> Document::markRemoved(const std::vector<int64_t>& files) {
    std::vector<ImportReport> gone;
    for (ImportReport& report : reports_)
        if (report.file != 0 && std::find(files.begin(), files.end(), report.file) != files.end()) {
            report.removed = true;
            report.file = 0; // the number is free for another one
            gone.push_back(report);
        }
    removed_.push_back(gone);
    Q_EMIT reportsReset(false);
    return gone;
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
        indexAttributes();
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
            indexAttributes();
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
    if (!fs::is_regular_file(report.path, error))
        return false;
    const auto time = std::chrono::file_clock::to_sys(fs::last_write_time(report.path, error)).time_since_epoch();
    return !error && (report.modified == 0 || std::chrono::duration_cast<std::chrono::nanoseconds>(time).count() == report.modified);
}

bool Document::undoRemoval(const std::vector<ImportReport>& removed) {
    if (workspace_->isReadOnly())
        return false;
    std::vector<ImportReport> some;
    std::copy_if(removed.begin(), removed.end(), std::back_inserter(some), [&](const ImportReport& report) {
        const bool isRemoved = std::any_of(reports_.begin(), reports_.end(), [&](const ImportReport& r) { return r.removed && isSame(r, report); });
        return isRemoved && canUndoRemoval(report); // else it is back already
    });
    for (ImportOrder& order : ordersOf(some, true))
        import(std::move(order));
    if (!some.empty())
        std::erase_if(removed_, [&](const std::vector<ImportReport>& r) { return std::equal(r.begin(), r.end(), removed.begin(), removed.end(), isSame); });
    return !some.empty();
}

bool Document::undoRemoval() {
    bool any = false;
    while (!any && !removed_.empty()) {
        const std::vector<ImportReport> last = std::move(removed_.back());
        removed_.pop_back();
        any = undoRemoval(last);
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
        for (ImportOrder& order : ordersOf(reports, false))
            import(std::move(order));
    };
    const auto forgetFailed = [this, reports] {
        std::vector<ImportReport> failed;
        std::copy_if(reports.begin(), reports.end(), std::back_inserter(failed), [](const ImportReport& report) { return report.file == 0; });
        forgetReports(failed);
    };
    if (files.empty()) {
        forgetFailed();
        return importThem();
    }
    if (whyNotRemovable().isEmpty())
        runRemoval(files, [this, files, forgetFailed, importThem](uint64_t) {
            forgetFailed();
            markRemoved(files); // until they are back: an import that is cancelled leaves them to be had back
            Q_EMIT removalFinished({}, false);
            importThem();
        });
}

/// What is back is not said to be removed any more.
void Document::forgetRemoved(const std::vector<ImportReport>& news) {
    bool changed = false;
    for (const ImportReport& report : news) {
        const auto found = std::find_if(reports_.begin(), reports_.end(), [&](const ImportReport& r) {
            return r.removed && r.path == report.path && r.member == report.member;
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
