#pragma once
// For subcommands that read: a workspace, or a trace file that is imported into a temporary one first.

#include "export/export.h"
#include "importer.h"
#include "mask_options.h"
#include "privacy/masking_redactor.h"
#include "store/import_report.h"
#include "store/workspace.h"

#include <array>
#include <csignal>
#include <filesystem>
#include <memory>
#include <vector>

namespace aisle {

/// Removes its folder with everything in it; a signal that ends the program, the workspace in it. One at a time.
class TemporaryFolder {
public:
    static constexpr char kWorkspace[] = "import.aisle";
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    struct Signal {
        int number;
        void (*before)(int) = nullptr;
    };
    std::array<Signal, 4> signals_{{{SIGINT}, {SIGTERM}, {SIGHUP}, {SIGPIPE}}};
};

struct OpenedWorkspace {
    std::unique_ptr<TemporaryFolder> folder; ///< only for a trace file; goes last
    std::shared_ptr<Workspace> workspace;
    std::filesystem::path source; ///< as it was given
    bool lostSomething = false; ///< of a trace file: a part or a record is not in the workspace
    std::shared_ptr<const MaskingRedactor> masking; ///< null: what is printed is not masked

    std::shared_ptr<const Redactor> redactor() const { return masking ? std::shared_ptr<const Redactor>(masking) : std::make_shared<const Redactor>(); }
    /// What stderr says of masking, without a full stop.
    std::string maskingNotice() const { return masking ? masking->notice() : "output is not masked"; }
};
/// Throws with one sentence. A report of an import goes to stderr. Masking is by the salt of the workspace, which is made where there is none.
OpenedWorkspace openForReading(const std::filesystem::path& path, const MaskOptions& mask = {});

/// Says on stderr what a killed import had left, which is out now. Throws StoreError.
std::shared_ptr<Workspace> openForWriting(const std::filesystem::path& path, Workspace::Access access);

/// Throws where `out` is what was read, which is not overwritten.
void requireOther(const OpenedWorkspace& opened, const std::string& out);

/// Where a command's result goes: --out, which is not what was read, or standard output, with the word whether it is masked. The
/// exit code.
int handOver(const OpenedWorkspace& opened, const Export& exporter, const std::string& bytes, const std::string& out);
/// The same for a table, in the form of --as: text, csv or json.
int handOver(const OpenedWorkspace& opened, const Tabular& table, const std::string& as, const std::string& out);

/// Completes the indexes of attributes, with progress on stderr; Ctrl+C leaves the rest for the next time. A line about it for
/// people, empty when the workspace needs no index.
std::string indexAttributes(const Workspace& workspace, bool quiet);

/// Imports on this thread with progress on stderr when that is a terminal; Ctrl+C cancels.
std::vector<ImportReport> importFiles(const std::shared_ptr<Workspace>& workspace,
                                      const std::vector<std::filesystem::path>& files, bool quiet, bool& cancelled,
                                      ImportLimits limits = {});

} // namespace aisle
