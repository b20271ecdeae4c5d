#pragma once
// The window's import service: an ImportJob whose events are brought to the UI thread.

#include "window/import_service.h"

#include <chrono>

namespace aisle {

class ImportJob;

class WindowImport : public ImportService {
    Q_OBJECT
public:
    WindowImport();
    /// Returns at once: a job that still runs is cancelled, and waited for on a thread of its own.
    ~WindowImport() override;
    void start(std::shared_ptr<Workspace> workspace, const ImportOrder& order) override;
    void cancel() override;
    bool isRunning() const override { return running_; }
    ImportStatus status() const override;

private:
    struct Relay;
    std::shared_ptr<Relay> relay_;
    std::unique_ptr<ImportJob> job_;
    std::chrono::steady_clock::time_point began_;
    bool running_ = false;
};

} // namespace aisle
