#include "window_import.h"

#include "import_job.h"

#include <QPointer>

namespace aisle {

WindowImport::WindowImport() = default;
WindowImport::~WindowImport() = default; // the job cancels and waits

void WindowImport::start(std::shared_ptr<Workspace> workspace, std::vector<std::filesystem::path> inputs) {
    job_.reset();
    // The job is destroyed, and its threads joined, before this object: `this` outlives every event, and what was
    // still posted then is dropped with the receiver.
    ImportEvents events;
    events.table = [this](SpanTablePtr table, bool provisional) {
        QMetaObject::invokeMethod(this, [this, table = std::move(table), provisional] { Q_EMIT tableReady(table, provisional); });
    };
    events.report = [this](const ImportReport& report) {
        QMetaObject::invokeMethod(this, [this, report] { Q_EMIT reportReady(report); });
    };
    events.finished = [this] {
        QMetaObject::invokeMethod(this, [this] {
            running_ = false;
            Q_EMIT finished(job_->isCancelled());
        });
    };
    began_ = std::chrono::steady_clock::now();
    running_ = true;
    job_ = std::make_unique<ImportJob>(std::move(workspace), std::move(inputs), std::move(events));
    job_->start();
}

void WindowImport::cancel() {
    if (job_)
        job_->cancel();
}

ImportStatus WindowImport::status() const {
    ImportStatus s;
    if (!job_)
        return s;
    s.bytesRead = job_->progress().bytesRead;
    s.bytesTotal = job_->progress().bytesTotal;
    s.spans = job_->progress().spans;
    s.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    return s;
}

} // namespace aisle
