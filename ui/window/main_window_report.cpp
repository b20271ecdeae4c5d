// What follows from the import report: messages, removing files, tables whose columns have to be said.

#include "columns/column_dialog.h"
#include "report/report_panel.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"
#include "window/main_window.h"

#include <QDockWidget>
#include <QFileDialog>
#include <QMessageBox>
#include <QPushButton>

namespace aisle {

void MainWindow::connectReport() {
    connect(report_, &ReportPanel::removeRequested, this, &MainWindow::removeFiles);
    connect(report_, &ReportPanel::undoLastRequested, this, [this] { undoRemoval(document_ && document_->undoRemoval()); });
    connect(report_, &ReportPanel::undoRequested, this, [this](const ImportReport& report) { undoRemoval(document_ && document_->undoRemoval(std::vector{report})); });
    connect(report_, &ReportPanel::columnsRequested, this,
            [this](const ImportReport& report) { mapColumns(report.path, report.member); });
    connect(report_, &ReportPanel::filterRequested, this, [this](const std::string& file) {
        ScopeTerm term;
        term.kind = ScopeTerm::Kind::File;
        term.text = file;
        context_.selection().addTerm(term);
    });
}

/// What of reports should not wait until somebody reads them; one message for all, the worst.
void MainWindow::tellOf(const std::vector<ImportReport>& reports) {
    uint64_t skipped = 0, repaired = 0;
    std::vector<std::string> damaged;
    const ImportReport *failed = nullptr, *known = nullptr;
    for (const ImportReport& report : reports) {
        if (!report.succeeded())
            failed = &report;
        else if (!report.alreadyImported.empty())
            known = &report;
        if (!report.succeeded() || !report.lostSomething())
            continue;
        skipped += report.skippedCount();
        repaired += report.repairedCount();
        damaged.push_back(std::filesystem::path(report.name).filename().string());
    }
    const auto showReport = [this] {
        dock("report")->show();
        dock("report")->raise();
    };
    if (failed != nullptr && failed->needsColumns)
        showMessage(QStringLiteral("%1 is a table, but not all of its columns can be told.").arg(toQString(std::filesystem::path(failed->name).filename().string())),
                    QStringLiteral("Map columns..."),
                    [this, path = failed->path, member = failed->name == failed->path ? std::string() : failed->name] { mapColumns(path, member); });
    else if (failed != nullptr)
        showMessage(toQString(failed->error));
    else if (!damaged.empty())
        showMessage(toQString(counted(skipped, "record", "records") + " skipped, " + formatCount(repaired) + " repaired in " +
                              (damaged.size() == 1 ? damaged.front() : counted(damaged.size(), "file", "files")) + "."),
                    QStringLiteral("Show the report"), showReport);
    else if (known != nullptr)
        showMessage(QStringLiteral("Nothing was added: the same content is already here as %1.").arg(toQString(known->alreadyImported)));
}

/// Opens the dialog for a file that the user named and whose columns could not all be told; files in folders and archives
/// are left to the report.
void MainWindow::askForColumns(const std::vector<ImportReport>& reports) {
    for (const ImportReport& report : reports) {
        const auto named = std::find_if(named_.begin(), named_.end(), [&](const std::filesystem::path& path) { return std::filesystem::absolute(path) == report.path; });
        if (!report.needsColumns || named == named_.end() || !report.member.empty() || columnDialog_)
            continue;
        named_.erase(named); // once
        return mapColumns(report.path, {});
    }
}

void MainWindow::chooseTable() {
    auto* dialog = new QFileDialog(this, QStringLiteral("Import a table of spans"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({QStringLiteral("Tables (*.csv *.tsv *.txt *.gz *.zst *.zip *.tar *.tgz *.xz *.bz2)"), QStringLiteral("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& name) { mapColumns(name.toStdString(), {}); });
    dialog->open();
}

void MainWindow::mapColumns(const std::filesystem::path& path, const std::string& member) {
    if (!services_.openTable)
        return;
    const QString name = toQString(std::filesystem::path(member.empty() ? path.string() : member).filename().string());
    setActivity(QStringLiteral("Reading %1").arg(singleLine(name)));
    using Table = std::shared_ptr<const TableSample>;
    columnWorker_.run<Table>(
        [open = services_.openTable, path, member](const StopToken& stop) { return open(path, member, stop); },
        [this, path, member, name](Table table) {
            setActivity({});
            delete columnDialog_; // of another table, or of this one
            columnDialog_ = new ColumnDialog(context_.exporter(), name, std::move(table), this);
            columnDialog_->setAttribute(Qt::WA_DeleteOnClose);
            connect(columnDialog_, &QDialog::accepted, this, [this, path, member] { importTable(path, member); });
            columnDialog_->show();
        },
        [this](const QString& problem) {
            setActivity({});
            showMessage(problem);
        });
}

/// With the columns that were saved a moment ago; and with it what else waits for its columns, which may be the same ones.
void MainWindow::importTable(const std::filesystem::path& path, const std::string& member) {
    std::vector<ImportReport> again;
    bool isKnown = false;
    for (const ImportReport& report : document_ ? document_->reports() : report_->reports()) {
        const bool isIt = report.path == path && report.member == member && !report.removed;
        isKnown = isKnown || isIt;
        if (isIt || (report.needsColumns && !report.succeeded()))
            again.push_back(report);
    }
    if (!document_) { // what failed was all that there was
        std::vector<std::filesystem::path> paths;
        for (const ImportReport& report : again)
            if (std::find(paths.begin(), paths.end(), report.path) == paths.end())
                paths.emplace_back(report.path);
        if (!isKnown)
            paths.insert(paths.begin(), path);
        return open(paths);
    }
    const bool isInThere = std::any_of(again.begin(), again.end(), [](const ImportReport& r) { return r.file != 0; });
    if (const QString why = document_->whyNotRemovable(); isInThere && !why.isEmpty())
        return showMessage(why);
    document_->importAgain(again);
    if (!isKnown)
        add({path});
}

void MainWindow::removeFiles(const std::vector<ImportReport>& files) {
    std::vector<int64_t> numbers;
    QStringList lasting;
    for (const ImportReport& file : files) {
        numbers.push_back(file.file);
        if (!Document::canUndoRemoval(file))
            lasting << singleLine(toQString(std::filesystem::path(file.name).filename().string()));
    }
    if (lasting.isEmpty())
        return document_->removeFiles(numbers);
    // What cannot be undone is asked about.
    auto* question = new QMessageBox(QMessageBox::Warning, QStringLiteral("Remove"),
                                     (lasting.size() == 1 ? QStringLiteral("%1 cannot be had back").arg(lasting.front())
                                                          : QStringLiteral("%1 files cannot be had back").arg(lasting.size())) +
                                         QStringLiteral(": what was imported is gone from where it was, or has changed since. Remove it from the workspace?"),
                                     QMessageBox::NoButton, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setTextFormat(Qt::PlainText);
    QPushButton* remove = question->addButton(QStringLiteral("Remove"), QMessageBox::DestructiveRole);
    question->setDefaultButton(question->addButton(QStringLiteral("Keep"), QMessageBox::RejectRole));
    connect(remove, &QPushButton::clicked, this, [this, numbers] {
        if (document_)
            document_->removeFiles(numbers);
    });
    question->open();
}

void MainWindow::undoRemoval(bool undone) {
    if (!undone)
        showMessage(QStringLiteral("There is no removal that can be undone: nothing was removed, or the file it came from is gone or has changed since."));
}

} // namespace aisle
