// Traces of the scope to a file that other tools read.

#include "theme/theme.h"
#include "widgets/plain_text.h"
#include "widgets/words.h"
#include "window/main_window.h"

#include <QFileDialog>

namespace aisle {

void MainWindow::exportTraces() {
    const TraceExport& traceExport = services_.traceExport;
    if (!document_ || traceExport.formats.empty())
        return;
    const auto refuse = [this] {
        const bool importing = context_.isProvisional() || document_->isImporting();
        if (importing)
            showMessage(QStringLiteral("An import is running. Export when it has finished, or cancel it."));
        else if (context_.isScopePending())
            showMessage(QStringLiteral("The scope is still being worked out. Export when its traces are shown."));
        return importing || context_.isScopePending();
    };
    if (refuse())
        return;
    const ScopeResult& scope = *context_.scopeResult();
    auto* dialog = new QFileDialog(this, scope.everything ? QStringLiteral("Export all traces")
                                                          : QStringLiteral("Export the scope's %1").arg(toQString(counted(scope.spanCount, "span", "spans"))));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    QStringList filters;
    for (const TraceExport::Format& format : traceExport.formats)
        filters << format.name + QStringLiteral(" (*.") + format.suffix + QLatin1Char(')');
    dialog->setNameFilters(filters);
    dialog->setDefaultSuffix(traceExport.formats.front().suffix);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, filters, &traceExport](const QString& filter) {
        dialog->setDefaultSuffix(traceExport.formats[static_cast<size_t>(std::max<qsizetype>(0, filters.indexOf(filter)))].suffix);
    });
    // The format is the chosen one: two formats may have one suffix.
    connect(dialog, &QFileDialog::fileSelected, this, [this, dialog, filters, refuse, &traceExport](const QString& name) {
        if (refuse())
            return;
        const auto format = static_cast<size_t>(std::max<qsizetype>(0, filters.indexOf(dialog->selectedNameFilter())));
        (new TraceExportDialog(traceExport, format, name, context_, this))->show();
    });
    dialog->open();
}

} // namespace aisle
