#pragma once
// One import: inputs into a workspace, on two threads of its own (reader and writer).
//
// An input is a file, a folder (its files, recursively, in order of their names) or "-", standard input.
// Thread: made, started and destroyed on one thread; the events arrive on the job's threads. Every member of
// every input is a file of its own in the workspace: it is in there whole or not at all. A member that fails
// does not stop the next one; cancelling does.

#include "importer.h"
#include "input/byte_source.h"
#include "store/import_report.h"
#include "store/workspace.h"

#include <functional>
#include <optional>
#include <thread>
#include <vector>

namespace aisle {

class Dictionary;
class StoreWriter;

/// What happened, told as it happens; any may be empty.
struct ImportEvents {
    /// A table to look at: provisional while a file loads, final after each file.
    std::function<void(SpanTablePtr table, bool provisional)> table;
    std::function<void(const ImportReport&)> report; ///< after each input member
    std::function<void()> finished;                  ///< last; reports() is complete
};

class ImportJob {
public:
    ImportJob(std::shared_ptr<Workspace> workspace, std::vector<std::filesystem::path> inputs, ImportEvents events,
              ImportLimits limits = {});
    ImportJob(const ImportJob&) = delete;
    ImportJob& operator=(const ImportJob&) = delete;
    ~ImportJob(); ///< cancels and waits

    void start(bool givesWay = false); ///< to who paints, in a window
    void cancel() { progress_.cancel = true; }
    void wait();
    bool isCancelled() const { return progress_.cancel; }
    const ImportProgress& progress() const { return progress_; }
    /// After `finished`.
    const std::vector<ImportReport>& reports() const { return reports_; }

private:
    /// Of a folder whose files are being imported.
    struct Folder {
        uint64_t recognised = 0, count = 0;
        std::string others; ///< names of the first files that are no traces
        void addOther(const std::string& name);
    };

    void run();
    void importFolder(const std::filesystem::path& folder);
    void importInput(const std::filesystem::path& path);
    void importMember(InputMember& member, const std::filesystem::path& path);
    const Format* detect(std::string_view head, bool complete, ImportReport& report) const;
    void publish(SpanTablePtr table, bool provisional);
    void addReport(ImportReport report);
    void giveUp();
    std::string nameOfContent(const std::string& hash);
    std::string alreadyImported(const std::filesystem::path& path);

    std::shared_ptr<Workspace> workspace_;
    std::vector<std::filesystem::path> inputs_;
    ImportEvents events_;
    ImportLimits limits_;
    ImportProgress progress_;
    uint64_t totalBytes_ = 0;
    std::vector<ImportReport> reports_;
    std::optional<Folder> folder_;
    std::unique_ptr<Database> db_;
    std::unique_ptr<Dictionary> dictionary_;
    std::unique_ptr<StoreWriter> writer_;
    std::thread thread_;
};

/// 128 bits over the content, for finding the same content again (not against an adversary).
class ContentHash {
public:
    void add(std::string_view bytes);
    std::string text() const;

private:
    uint64_t a_ = 1, b_ = 2, size_ = 0;
    std::string rest_;
};
std::string hashFile(const std::filesystem::path& path, const std::atomic<bool>* cancel = nullptr);

} // namespace aisle
