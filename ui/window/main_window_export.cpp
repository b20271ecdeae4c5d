// Traces of the scope, or what a view asks for, to a file that other tools read.

#include "theme/theme.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"
#include "window/main_window.h"

#include <QFileDialog>

#include <algorithm>

namespace aisle {

/// Not open yet; deletes itself. Names get the suffix of the filter that is chosen, "JSON (*.json)", as long as they have none.
QFileDialog* MainWindow::saveDialog(const QString& title, const QStringList& filters) {
    auto* dialog = new QFileDialog(this, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(filters);
    const auto takeSuffix = [dialog](const QString& filter) { dialog->setDefaultSuffix(filter.section(QStringLiteral("(*."), 1).chopped(1)); };
    takeSuffix(filters.front());
    connect(dialog, &QFileDialog::filterSelected, dialog, takeSuffix);
    return dialog;
}

/// Until own rules of masking are read every value leaves as "masked": of a file that somebody else is to read nothing would be left, and nothing would
/// say why.
bool MainWindow::refuseToMaskUnread() {
    const bool refuses = !masking_->isRead() && !masking_->isRevealed();
    if (refuses)
        showMessage(QStringLiteral("The masking rules of this workspace are not read yet, or cannot be read, so nobody knows what is personal. Export when they are, or reveal personal data before."));
    return refuses;
}

/// `only`: these instead of those of the scope, of which `words` say what they are.
void MainWindow::exportSpans(const std::shared_ptr<const ScopeResult>& only, const QString& words) {
    const TraceExport& traceExport = services_.traceExport;
    if (!document_ || traceExport.formats.empty())
        return;
    const auto refuse = [this, isOfScope = only == nullptr] {
        const bool importing = context_.isProvisional() || document_->isImporting();
        if (importing)
            showMessage(QStringLiteral("An import is running. Export when it has finished, or cancel it."));
        else if (isOfScope && context_.isScopePending())
            showMessage(QStringLiteral("The scope is still being worked out. Export when its traces are shown."));
        return importing || (isOfScope && context_.isScopePending()) || refuseToMaskUnread();
    };
    if (refuse())
        return;
    const ScopeResult& scope = only ? *only : *context_.scopeResult();
    const QString spans = toQString(counted(scope.spanCount, "span", "spans"));
    QStringList filters;
    for (const TraceExport::Format& format : traceExport.formats)
        filters << format.name + QStringLiteral(" (*.") + format.suffix + QLatin1Char(')');
    auto* dialog = saveDialog(only               ? QStringLiteral("Export the %1 of %2").arg(spans, singleLine(words))
                              : scope.everything ? QStringLiteral("Export all traces")
                                                 : QStringLiteral("Export the scope's %1").arg(spans),
                              filters);
    if (only) // what most tools read
        for (size_t i = 0; i < traceExport.formats.size(); ++i)
            if (traceExport.formats[i].name.startsWith(QLatin1String("OTLP JSON"))) {
                dialog->selectNameFilter(filters[static_cast<qsizetype>(i)]);
                dialog->setDefaultSuffix(traceExport.formats[i].suffix);
                break;
            }
    // The format is the chosen one: two formats may have one suffix.
    connect(dialog, &QFileDialog::fileSelected, this, [this, dialog, filters, refuse, &traceExport, only, of = context_.table()](const QString& name) {
        if (refuse())
            return;
        if (only && of != context_.table()) { // rows of another table
            showMessage(QStringLiteral("Another file is open by now. Export the order again."));
            return;
        }
        const auto format = static_cast<size_t>(std::max<qsizetype>(0, filters.indexOf(dialog->selectedNameFilter())));
        (new TraceExportDialog(traceExport, format, name, context_, only ? only : context_.scopeResult(), this))->show();
    });
    dialog->open();
}

void MainWindow::exportDocument(View* view, const QString& suffix) {
    const std::vector<ViewDocument> documents = view->documents();
    const auto document = std::find_if(documents.begin(), documents.end(), [&](const ViewDocument& one) { return one.suffix == suffix; });
    if (document == documents.end())
        return;
    auto* dialog = saveDialog(QStringLiteral("Export view"), {document->name + QStringLiteral(" (*.") + suffix + QLatin1Char(')')});
    connect(dialog, &QFileDialog::fileSelected, this, [this, render = document->render](const QString& name) {
        exportTo(name, [render, exporter = context_.exporter()] { return render(exporter.redactor()); });
    });
    dialog->open();
}

} // namespace aisle
