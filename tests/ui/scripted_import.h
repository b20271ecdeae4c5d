#pragma once

#include "window/import_service.h"

#include <vector>

namespace aisle::test {

/// An import that says what the test wants it to say.
class ScriptedImport : public ImportService {
public:
    void start(std::shared_ptr<Workspace>, const ImportOrder&) override { isOn_ = true; }
    void cancel() override {}
    bool isRunning() const override { return isOn_; }
    ImportStatus status() const override { return {}; }
    void finish() {
        isOn_ = false;
        Q_EMIT finished(false);
    }
    /// These reports, and the end.
    void say(const std::vector<ImportReport>& reports) {
        for (const ImportReport& report : reports)
            Q_EMIT reportReady(report);
        finish();
    }

private:
    bool isOn_ = false;
};

} // namespace aisle::test
