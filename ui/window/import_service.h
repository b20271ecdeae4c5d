#pragma once
// What the window needs of importing. The application implements it with an ImportJob; the window knows no format.

#include "columns/table_sample.h"
#include "store/import_report.h"
#include "store/workspace.h"
#include "window/trace_export.h"

#include <QObject>
#include <QStringList>

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace aisle {

struct ImportStatus {
    uint64_t bytesRead = 0, bytesTotal = 0; ///< total 0: not known
    uint64_t spans = 0;
    double seconds = 0; ///< since the start
};

/// What to import, and what is said of it.
struct ImportOrder {
    std::vector<std::filesystem::path> inputs;
    std::set<std::string> members; ///< of an archive, by their paths within it: only those; empty: all
    std::string format;  ///< id; empty: found by looking
    std::string columns; ///< of a table, as in --map; empty: as saved for its header, or guessed
    uint64_t recordLimit = 0, unpackLimit = 0; ///< in bytes; 0: the usual ones
};

/// One import at a time into one workspace. Signals arrive on the UI thread.
class ImportService : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void start(std::shared_ptr<Workspace> workspace, const ImportOrder& order) = 0;
    virtual void cancel() = 0;
    virtual bool isRunning() const = 0;
    virtual ImportStatus status() const = 0;

Q_SIGNALS:
    void tableReady(aisle::SpanTablePtr table, bool provisional);
    void reportReady(aisle::ImportReport report);
    void finished(bool cancelled);
};

class Document;

/// Made by the application, used by the windows.
struct WindowServices {
    std::function<std::unique_ptr<ImportService>()> makeImport;
    std::function<std::vector<std::filesystem::path>()> writeDemo; ///< writes the demo shop, gives its file
    QStringList filePatterns;                                      ///< "*.json", ...
    /// The head of a table of spans, `member` as in ImportOrder. Blocks: call it on a worker. Throws std::runtime_error
    /// with one sentence, and Stopped.
    std::function<std::shared_ptr<const TableSample>(const std::filesystem::path& path, const std::string& member, const StopToken& stop)> openTable;
    TraceExport traceExport;
    /// What is open in this process, so that no workspace is opened twice (the second one would be read-only).
    std::shared_ptr<std::vector<std::weak_ptr<Document>>> documents = std::make_shared<std::vector<std::weak_ptr<Document>>>();
};

} // namespace aisle
