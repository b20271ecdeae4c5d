#include "window_import.h"

#include "import_job.h"
#include "table_sample.h"
#include "worker.h"

#include <QThreadPool>

#include <mutex>

namespace aisle {

/// Between the job's threads and the window, of which either may be gone first.
struct WindowImport::Relay {
    explicit Relay(WindowImport* window) : to(window) {}
    /// Runs on the UI thread, unless the window is gone by then (what is posted goes with its receiver).
    template <typename F>
    void post(F&& f) {
        const std::lock_guard guard(mutex);
        if (to != nullptr)
            QMetaObject::invokeMethod(to, std::forward<F>(f), Qt::QueuedConnection);
    }
    std::mutex mutex;
    WindowImport* to;
};

WindowImport::WindowImport() : relay_(std::make_shared<Relay>(this)) {}

WindowImport::~WindowImport() {
    {
        const std::lock_guard guard(relay_->mutex);
        relay_->to = nullptr;
    }
    if (!job_)
        return;
    // Taking the rows of an unfinished file out again can take seconds. The application waits for the pool when it
    // quits, without a window that would hang.
    job_->cancel();
    Worker::pool().start([job = std::shared_ptr<ImportJob>(std::move(job_))]() mutable { job.reset(); });
}

void WindowImport::start(std::shared_ptr<Workspace> workspace, const ImportOrder& order) {
    job_.reset(); // has finished
    ImportEvents events;
    events.table = [this, relay = relay_](SpanTablePtr table, bool provisional) {
        relay->post([this, table = std::move(table), provisional] { Q_EMIT tableReady(table, provisional); });
    };
    events.report = [this, relay = relay_](const ImportReport& report) {
        relay->post([this, report] { Q_EMIT reportReady(report); });
    };
    events.finished = [this, relay = relay_] {
        relay->post([this] {
            running_ = false;
            Q_EMIT finished(job_->isCancelled());
        });
    };
    began_ = std::chrono::steady_clock::now();
    running_ = true;
    ImportLimits limits;
    limits.members = order.members;
    if (order.recordLimit != 0)
        limits.recordBytes = order.recordLimit;
    if (order.unpackLimit != 0)
        limits.unpackBytes = order.unpackLimit;
    for (const Format& format : formats())
        if (format.id == order.format)
            limits.format = &format;
    std::string problem; // of a report that was edited by hand: its columns are guessed
    if (const auto mapping = csvMappingFromText(order.columns, problem); mapping && !order.columns.empty())
        limits.csvMapping = std::make_shared<const CsvMapping>(*mapping);
    limits.savedMappings = savedMappings();
    job_ = std::make_unique<ImportJob>(std::move(workspace), order.inputs, std::move(events), std::move(limits));
    job_->start(true);
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
