#include "open_workspace.h"

#include "command.h"
#include "import_job.h"
#include "store/indexes.h"
#include "text/format.h"
#include "text/utf8.h"

#include <array>
#include <csignal>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <utility>
#include <unistd.h>

namespace aisle {

namespace {

std::atomic<const StopToken*> toStop{nullptr};
void onInterrupt(int) {
    if (const StopToken* token = toStop)
        token->stop();
}

/// While it lives, Ctrl+C stops the token's work and not the program.
class Interruptible {
public:
    explicit Interruptible(const StopToken& token) {
        toStop = &token;
        before_ = {std::signal(SIGINT, onInterrupt), std::signal(SIGTERM, onInterrupt)};
    }
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;
    ~Interruptible() {
        std::signal(SIGINT, before_.first);
        std::signal(SIGTERM, before_.second);
        toStop = nullptr;
    }

private:
    using Handler = void (*)(int);
    std::pair<Handler, Handler> before_;
};

/// What a temporary folder holds, ready for a signal handler, which may only unlink.
std::array<std::string, 6> toUnlink;
void onInterruptWithFolder(int signal) {
    for (size_t i = 1; i < toUnlink.size(); ++i)
        ::unlink(toUnlink[i].c_str());
    ::rmdir(toUnlink[0].c_str());
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void printProgress(const ImportProgress& p, double seconds) {
    const uint64_t read = p.bytesRead, total = p.bytesTotal, spans = p.spans;
    std::string line = "\r" + formatCount(spans) + " spans";
    if (total > 0)
        line += ", " + std::to_string(std::min<uint64_t>(100, read * 100 / total)) + " %";
    if (seconds > 0.5)
        line += ", " + formatCount(static_cast<uint64_t>(static_cast<double>(spans) / seconds)) + " spans/s";
    std::fprintf(stderr, "%s\x1b[K", line.c_str());
}

} // namespace

TemporaryFolder::TemporaryFolder() {
    const char* base = std::getenv("TMPDIR");
    std::string name = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/aisle-XXXXXX";
    // A signal between making the folder and saying who removes it would leave it behind: it waits.
    sigset_t waiting, before;
    ::sigemptyset(&waiting);
    for (const Signal& one : signals_)
        ::sigaddset(&waiting, one.number);
    ::pthread_sigmask(SIG_BLOCK, &waiting, &before);
    if (::mkdtemp(name.data()) == nullptr) {
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw std::runtime_error("A temporary folder cannot be made in " + name.substr(0, name.rfind('/')) + ".");
    }
    path_ = name;
    const std::string workspace = (path_ / kWorkspace).string();
    toUnlink = {name, workspace, workspace + "-wal", workspace + "-shm", workspace + "-journal", workspace + ".lock"};
    for (Signal& one : signals_)
        if (one.before = std::signal(one.number, onInterruptWithFolder); one.before == SIG_IGN) // of nohup and the like
            std::signal(one.number, SIG_IGN);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TemporaryFolder::~TemporaryFolder() {
    for (const Signal& one : signals_)
        std::signal(one.number, one.before);
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

namespace {
constexpr double kNewsAfterSeconds = 1;
}

std::string indexAttributes(const Workspace& workspace, bool quiet) {
    const auto db = workspace.connect();
    const SpanTablePtr table = workspace.table();
    if (!indexesAreDue(*db, *table))
        return {};
    const bool show = !quiet && ::isatty(STDERR_FILENO) == 1;
    const auto began = std::chrono::steady_clock::now();
    const StopToken stop;
    std::string problem;
    try {
        const Interruptible interruptible(stop);
        buildIndexes(*db, table, stop, [&](uint64_t done, uint64_t all) {
            if (show)
                std::fprintf(stderr, "\rindexing attributes, %llu %%\x1b[K", static_cast<unsigned long long>(done * 100 / all));
        });
    } catch (const Stopped&) {
        problem = "; interrupted, the next import goes on with it";
    } catch (const StoreError& e) { // a full disk: everything is found without the index as well, only slower
        problem = std::string("; not complete: ") + e.what();
    }
    if (show)
        std::fprintf(stderr, "\r\x1b[K");
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (problem.empty() && seconds < kNewsAfterSeconds) // done before anybody looks
        return {};
    return "index: " + indexWords(*db) + ", made in " + formatDuration(static_cast<int64_t>(seconds * 1e9)) + problem + "\n";
}

std::vector<ImportReport> importFiles(const std::shared_ptr<Workspace>& workspace,
                                      const std::vector<std::filesystem::path>& files, bool quiet, bool& cancelled,
                                      ImportLimits limits) {
    std::mutex mutex;
    std::condition_variable changed;
    bool finished = false;
    ImportEvents events;
    events.finished = [&] {
        const std::lock_guard guard(mutex);
        finished = true;
        changed.notify_all();
    };
    const StopToken interrupted;
    const Interruptible interruptible(interrupted);
    const bool show = !quiet && ::isatty(STDERR_FILENO) == 1;
    ImportJob job(workspace, files, std::move(events), limits);
    const auto began = std::chrono::steady_clock::now();
    job.start();
    {
        std::unique_lock lock(mutex);
        while (!changed.wait_for(lock, std::chrono::milliseconds(100), [&] { return finished; })) {
            if (interrupted.isStopped())
                job.cancel();
            if (show)
                printProgress(job.progress(), std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
        }
    }
    job.wait();
    if (show)
        std::fprintf(stderr, "\r\x1b[K");
    cancelled = job.isCancelled();
    return job.reports();
}

void requireOther(const OpenedWorkspace& opened, const std::string& out) {
    std::error_code notThere;
    if (std::filesystem::equivalent(out, opened.source, notThere))
        throw std::runtime_error(out + " is the file that was read; it is not overwritten. Choose another name.");
}

int handOver(const OpenedWorkspace& opened, const Export& exporter, const std::string& bytes, const std::string& out) {
    if (out.empty()) {
        exporter.toStdout(bytes);
    } else {
        requireOther(opened, out);
        exporter.toFile(out, bytes);
    }
    std::fprintf(stderr, "aisle: %s\n", opened.maskingNotice().c_str());
    return opened.lostSomething ? kDoneWithSkips : kDone;
}

int handOver(const OpenedWorkspace& opened, const Tabular& table, const std::string& as, const std::string& out) {
    const Export exporter(opened.redactor());
    return handOver(opened, exporter, exporter.render(table, as == "csv" ? TextFormat::Csv : as == "json" ? TextFormat::Json : TextFormat::Text), out);
}

std::shared_ptr<Workspace> openForWriting(const std::filesystem::path& path, Workspace::Access access) {
    auto workspace = Workspace::open(path, access);
    if (!workspace->takenOut().empty())
        std::fprintf(stderr, "aisle: %s\n", printable(workspace->takenOut()).c_str());
    return workspace;
}

namespace {

/// For reading; for masking with its salt, for which it is opened for writing once.
std::shared_ptr<Workspace> openWithSalt(const std::filesystem::path& path, bool needsSalt) {
    auto workspace = Workspace::open(path, Workspace::Access::ReadOnly);
    if (!needsSalt || !keptMaskingSalt(*workspace->connect()).empty())
        return workspace;
    workspace.reset();
    workspace = Workspace::open(path, Workspace::Access::ReadWriteIfLocked);
    if (workspace->isReadOnly())
        std::fprintf(stderr, "aisle: pseudonyms are of this run only: %s\n", printable(workspace->readOnlyReason()).c_str());
    return workspace;
}

} // namespace

OpenedWorkspace openForReading(const std::filesystem::path& path, const MaskOptions& mask) {
    const auto rules = mask.rules.empty() ? nullptr : maskingRules(mask.rules); // null: those of the workspace
    OpenedWorkspace out;
    out.source = path;
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        throw StoreError(path.string() + " does not exist.");
    if (looksLikeWorkspace(path)) {
        out.workspace = openWithSalt(path, mask.isOn());
        if (mask.isOn())
            out.masking = maskingRedactor(*out.workspace, rules);
        return out;
    }
    out.folder = std::make_unique<TemporaryFolder>();
    out.workspace = Workspace::open(out.folder->path() / TemporaryFolder::kWorkspace, Workspace::Access::Create);
    bool cancelled = false;
    const auto reports = importFiles(out.workspace, {path}, false, cancelled);
    if (cancelled)
        throw StoreError("The import was cancelled.");
    std::string why;
    for (const ImportReport& report : reports) {
        out.lostSomething = out.lostSomething || report.lostSomething() || !report.succeeded();
        if (!report.succeeded())
            why += (why.empty() ? "" : " ") + report.error;
    }
    if (out.workspace->table()->isEmpty())
        throw StoreError(why.empty() ? path.string() + " holds no spans." : why);
    for (const ImportReport& report : reports)
        std::fprintf(stderr, "%s", report.toText().c_str());
    if (mask.isOn())
        out.masking = maskingRedactor(*out.workspace, rules);
    return out;
}

} // namespace aisle
