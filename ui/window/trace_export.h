#pragma once
// Spans of the workspace to a trace file. The application writes it; the window knows no format. The dialog shows how far
// it is, can stop it, and then says what came of it and what the format could not hold.

#include "view_context.h"

#include <QDialog>

#include <functional>
#include <memory>
#include <string>
#include <vector>

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;

namespace aisle {

/// Made by the application.
struct TraceExport {
    struct Format {
        QString name, suffix; ///< "Jaeger JSON"; of file names, without the dot
    };
    struct Job {
        std::shared_ptr<Workspace> workspace;
        SpanTablePtr table;
        std::shared_ptr<const ScopeResult> scope; ///< whose spans are written
        size_t format = 0;
        std::function<void(uint64_t spans)> progress; ///< written so far; on the worker
    };
    std::vector<Format> formats;
    /// Gives sentences: what was written, what was left out. Runs on a worker; throws Stopped and other exceptions.
    std::function<std::vector<std::string>(const Job&, const Export&, const Export::Write&, const StopToken&)> write;
};

class TraceExportDialog : public QDialog {
    Q_OBJECT
public:
    /// Starts to write the spans of that scope, of the context's table; deletes itself when it is closed. Closing it before the end stops
    /// the export, and nothing is left of the file.
    TraceExportDialog(const TraceExport& traceExport, size_t format, const QString& name, ViewContext& context, std::shared_ptr<const ScopeResult> scope, QWidget* parent);
    void reject() override;

private:
    struct Progress;
    void showProgress();
    void showEnd(const QString& heading, const std::vector<std::string>& lines);

    std::shared_ptr<Progress> progress_;
    QLabel* heading_;
    QProgressBar* bar_;
    QPlainTextEdit* report_;
    QPushButton* button_;
    QTimer* timer_;
    Worker worker_{this};
};

} // namespace aisle
