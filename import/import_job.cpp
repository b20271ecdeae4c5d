#include "import_job.h"

#include "format/csv_table.h"
#include "input/sources.h"

#include "store/batch_sink.h"
#include "store/store_writer.h"
#include "store/string_pool.h"
#include "table/give_way.h"
#include "text/format.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <fstream>
#include <mutex>
#include <set>
#include <tuple>
#include <utility>

namespace aisle {

extern const Format kCsvSpans;

namespace {

using Clock = std::chrono::steady_clock;

/// As it is kept: a workspace may be opened from another folder. Standard input has no path.
std::string absolutePath(const std::filesystem::path& path) {
    std::error_code error;
    const std::filesystem::path absolute = path == "-" ? path : std::filesystem::absolute(path, error);
    return (error ? path : absolute).string();
}

/// ns since the Unix epoch, 0: not known.
int64_t lastChange(const std::filesystem::path& path) {
    std::error_code error;
    const auto time = std::filesystem::last_write_time(path, error);
    return error ? 0 : std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::file_clock::to_sys(time).time_since_epoch()).count();
}

/// Thrown into the reader when the writer has failed: the reason is with the writer.
struct WriterFailed {};

/// Batches between the two threads. Eight of them keep the writer busy while the reader parses, and bound what is
/// in flight to some 30 MB.
class BatchQueue {
public:
    void push(std::unique_ptr<Batch> batch) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return batches_.size() < 8 || failed_; });
        if (failed_)
            throw WriterFailed();
        batches_.push_back(std::move(batch));
        changed_.notify_all();
    }
    /// Null with `ended`: no more will come; null without: none came for a quarter of a second.
    std::unique_ptr<Batch> pop(bool& ended) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::milliseconds(250), [this] { return !batches_.empty() || closed_; });
        ended = batches_.empty() && closed_;
        if (batches_.empty())
            return nullptr;
        auto batch = std::move(batches_.front());
        batches_.pop_front();
        changed_.notify_all();
        return batch;
    }
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        changed_.notify_all();
    }
    void fail() {
        const std::lock_guard lock(mutex_);
        failed_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::unique_ptr<Batch>> batches_;
    bool closed_ = false, failed_ = false;
};

/// Counts and hashes what passes. An input that breaks off ends here as one that is cut does, so that importers hand over
/// what they hold; why is said behind them.
class HashingSource : public ByteSource {
public:
    HashingSource(ByteSource& inner, ContentHash& hash, uint64_t& bytes) : inner_(inner), hash_(hash), bytes_(bytes) {}
    size_t read(char* buffer, size_t size) override {
        if (!broken_.empty())
            return 0;
        size_t n = 0;
        try {
            n = inner_.read(buffer, size);
        } catch (const ImportError& e) {
            broken_ = e.what();
        }
        hash_.add({buffer, n});
        bytes_ += n;
        return n;
    }
    const std::string& broken() const { return broken_; }

private:
    ByteSource& inner_;
    ContentHash& hash_;
    uint64_t& bytes_;
    std::string broken_;
};

constexpr size_t kHeadBytes = 64 * 1024;
/// A packed member up to this size is read whole first, so that one that is here already costs no rows that have to be
/// taken out again: an archive may have thousands.
constexpr size_t kWholeBytes = 4U << 20;

} // namespace

void ImportJob::Folder::addOther(const std::string& name) {
    if (++count <= 8)
        others += (count > 1 ? ", " : "") + name;
    else if (count == 9)
        others += ", ...";
}

void ContentHash::add(std::string_view bytes) {
    // Reads come in any size; fixed blocks make the result independent of it.
    constexpr size_t kBlock = 4096;
    size_ += bytes.size();
    if (!rest_.empty()) {
        const size_t take = std::min(kBlock - rest_.size(), bytes.size());
        rest_.append(bytes.substr(0, take));
        bytes.remove_prefix(take);
        if (rest_.size() < kBlock)
            return;
        a_ = hashBytes(rest_, a_);
        b_ = hashBytes(rest_, b_);
        rest_.clear();
    }
    for (; bytes.size() >= kBlock; bytes.remove_prefix(kBlock)) {
        a_ = hashBytes(bytes.substr(0, kBlock), a_);
        b_ = hashBytes(bytes.substr(0, kBlock), b_);
    }
    rest_.assign(bytes);
}

std::string ContentHash::text() const {
    return toHex(TraceId{hashBytes(rest_, a_ ^ size_) | 1, hashBytes(rest_, b_ + size_)});
}

std::string hashFile(const std::filesystem::path& path, const std::atomic<bool>* cancel) {
    std::ifstream in(path, std::ios::binary);
    std::string buffer(1 << 20, '\0');
    ContentHash hash;
    while (in && (cancel == nullptr || !*cancel)) {
        in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        hash.add(std::string_view(buffer).substr(0, static_cast<size_t>(in.gcount())));
    }
    return hash.text();
}

ImportJob::ImportJob(std::shared_ptr<Workspace> workspace, std::vector<std::filesystem::path> inputs, ImportEvents events,
                     ImportLimits limits)
    : workspace_(std::move(workspace)), inputs_(std::move(inputs)), events_(std::move(events)), limits_(limits) {
    std::error_code error;
    for (const auto& path : inputs_)
        if (std::filesystem::is_regular_file(path, error))
            totalBytes_ += std::filesystem::file_size(path, error);
    progress_.bytesTotal = totalBytes_;
}

ImportJob::~ImportJob() {
    cancel();
    wait();
}

void ImportJob::start(bool givesWay) {
    thread_ = std::thread([this, givesWay] {
        if (givesWay)
            giveWay();
        run();
    });
}

void ImportJob::wait() {
    if (thread_.joinable())
        thread_.join();
}

void ImportJob::run() {
    try {
        db_ = workspace_->connect();
        for (const auto& path : inputs_) {
            if (progress_.cancel)
                break;
            std::error_code error;
            if (std::filesystem::is_directory(path, error))
                importFolder(path);
            else
                importInput(path);
        }
    } catch (const std::exception& e) {
        ImportReport report;
        report.name = workspace_->path().string();
        report.error = e.what();
        addReport(std::move(report));
    }
    writer_.reset();
    dictionary_.reset();
    db_.reset();
    if (events_.finished)
        events_.finished();
}

/// Files of other kinds are to be expected in a folder: they are said in one report, not in one each.
void ImportJob::importFolder(const std::filesystem::path& folder) {
    const auto [files, links, special, unreadable] = filesIn(folder);
    std::error_code error;
    for (const auto& file : files)
        totalBytes_ += std::filesystem::file_size(file, error);
    folder_ = Folder{};
    for (const auto& file : files) {
        if (progress_.cancel)
            break;
        importInput(file);
    }
    const Folder found = *std::exchange(folder_, std::nullopt);
    if (progress_.cancel)
        return;
    ImportReport report;
    report.name = folder.string();
    report.path = absolutePath(folder);
    std::string left;
    if (found.recognised != 0 && !found.others.empty())
        left = "files that are no traces were left out: " + found.others;
    for (const auto& [count, one, many] : {std::tuple(links, "link", "links"), std::tuple(special, "pipe, socket or device", "pipes, sockets or devices")})
        if (count > 0)
            left += (left.empty() ? "" : "; ") + formatCount(count) + " " + (count == 1 ? one : many) + " in it " + (count == 1 ? "was" : "were") + " not followed";
    if (unreadable > 0)
        left += (left.empty() ? "" : "; ") + formatCount(unreadable) + " " + (unreadable == 1 ? "folder" : "folders") + " in it could not be read";
    if (files.empty())
        report.error = report.name + " is a folder without files";
    else if (found.recognised == 0)
        report.error = report.name + " holds no trace file; files looked at: " + formatCount(files.size());
    report.isRestOfFolder = found.recognised > 0;
    if (!left.empty())
        report.error += report.error.empty() ? report.name + ": " + left : "; " + left;
    if (!report.error.empty())
        addReport(std::move(report));
}

void ImportJob::importInput(const std::filesystem::path& path) {
    const auto failed = [&](const std::string& why) {
        ImportReport report;
        report.name = path.string();
        report.path = absolutePath(path);
        report.error = why;
        addReport(std::move(report));
    };
    try {
        if (const std::string known = alreadyImported(path); !known.empty()) {
            ImportReport report;
            report.name = path.filename().string();
            report.path = absolutePath(path);
            report.alreadyImported = known;
            if (folder_)
                ++folder_->recognised;
            addReport(std::move(report));
            return;
        }
        const auto input = openInput(path, progress_, limits_.unpackBytes);
        progress_.bytesTotal = totalBytes_; // openInput adds each input's when it comes to it; all are known here
        std::set<std::string> missing = limits_.members;
        bool any = false;
        while (auto member = input->next()) {
            if (!limits_.members.empty() && missing.erase(nameWithin(path, member->name)) == 0)
                continue;
            any = true;
            importMember(*member, path);
            if (progress_.cancel)
                return;
            if (!limits_.members.empty() && missing.empty())
                break; // what follows would be unpacked for nothing
        }
        for (const std::string& name : missing)
            failed(name + " is no longer in " + path.string() + ".");
        if (!any && missing.empty())
            failed(path.string() + " is an archive without files in it.");
    } catch (const Cancelled&) {
    } catch (const ImportError& e) {
        failed(e.what());
    } catch (const std::bad_alloc&) {
        failed(path.string() + " needs more memory than this machine has.");
    } catch (const std::exception& e) { // the workspace, or a file that went meanwhile; the others are tried
        writer_.reset();
        dictionary_.reset();
        failed(e.what());
    }
}

void ImportJob::importMember(InputMember& member, const std::filesystem::path& path) {
    const auto began = Clock::now();
    ImportReport report;
    report.name = member.name;
    report.path = absolutePath(path);
    report.member = nameWithin(path, member.name);
    report.modified = lastChange(path);
    if (limits_.recordBytes != ImportLimits().recordBytes)
        report.recordLimit = limits_.recordBytes;
    if (limits_.unpackBytes != ImportLimits().unpackBytes)
        report.unpackLimit = limits_.unpackBytes;
    report.container = member.container;

    ContentHash hash;
    HashingSource counted(*member.source, hash, report.bytes);
    std::unique_ptr<ByteSource> source;
    const Format* format = nullptr;
    std::string head;
    const size_t wanted = member.container.empty() ? kHeadBytes : kWholeBytes;
    readHead(counted, wanted, head);
    if (head.empty())
        report.error = counted.broken();
    if (report.error.empty()) {
        const bool isWhole = head.size() < wanted && counted.broken().empty();
        format = limits_.format;
        report.formatReason = limits_.csvMapping ? "as --map says" : "as --format says";
        report.formatSaid = format != nullptr;
        if (format == nullptr)
            format = detect(std::string_view(head).substr(0, kHeadBytes), isWhole && head.size() <= kHeadBytes, report);
        if (isWhole && format != nullptr) {
            report.format = format->id;
            report.alreadyImported = nameOfContent(hash.text());
            if (!report.alreadyImported.empty()) {
                if (folder_)
                    ++folder_->recognised;
                addReport(std::move(report));
                return;
            }
        }
        source = concatenate(std::move(head), counted);
    }
    if (format == nullptr) {
        if (report.error.empty())
            report.error = counted.broken();
        if (report.error.empty() && folder_) {
            folder_->addOther(member.name + (report.needsColumns ? " (a table; open it by itself to say what its columns hold)" : ""));
            return;
        }
        if (report.error.empty())
            report.error = member.name + ": " + report.formatReason;
        addReport(std::move(report));
        return;
    }
    report.format = format->id;
    if (folder_)
        ++folder_->recognised;

    if (!writer_) { // kept from member to member: an archive may have thousands
        dictionary_ = std::make_unique<Dictionary>();
        dictionary_->load(*db_);
        writer_ = std::make_unique<StoreWriter>(*db_, workspace_->table());
    }
    StoreWriter& writer = *writer_;
    const StoreWriter::NewFile file{member.name, report.path, report.format, report.bytes};

    const ContextHandle firstContext = writer.nextContext();

    // The writer has a thread of its own; this one reads and parses.
    BatchQueue queue;
    std::string writerError;
    bool begun = false; // with the first batch: what holds no spans leaves no trace
    BatchSink sink(*dictionary_, report, firstContext, [&](std::unique_ptr<Batch> batch) {
        progress_.spans += batch->spans.size();
        queue.push(std::move(batch));
    });
    std::thread writerThread([&] {
        try {
            // The first batch is shown at once, more when there are four times as many rows or the input pauses.
            Clock::time_point published;
            uint64_t publishedRows = 0;
            for (bool ended = false; !ended;) {
                const auto batch = queue.pop(ended);
                if (batch && !begun) {
                    begun = true;
                    writer.begin(file);
                }
                if (batch)
                    writer.add(*batch);
                const bool isDue = batch == nullptr || writer.rows() >= std::max<uint64_t>(8192, 4 * publishedRows);
                if (events_.table && begun && !ended && writer.rows() > publishedRows && isDue &&
                    Clock::now() - published >= std::chrono::seconds(1)) {
                    publish(writer.provisional(), true);
                    published = Clock::now();
                    publishedRows = writer.rows();
                }
            }
        } catch (const std::exception& e) {
            writerError = e.what();
            queue.fail();
        }
    });

    bool cancelled = false;
    std::string readerError;
    try {
        format->create()->run(*source, sink, limits_);
        sink.flush();
    } catch (const Cancelled&) {
        cancelled = true;
    } catch (const WriterFailed&) {
    } catch (const ImportError& e) {
        readerError = e.what();
    } catch (const std::bad_alloc&) {
        readerError = member.name + " needs more memory than this machine has.";
    } catch (const std::exception& e) { // whatever it is, the writer thread must be joined
        readerError = member.name + " cannot be read: " + e.what() + ".";
    }
    if (!counted.broken().empty() && !cancelled)
        readerError = counted.broken();
    // What was read before the input broke off is kept, and said.
    if (!readerError.empty() && report.spansRead + report.logs > 0) {
        try {
            sink.skipped("the rest of the input could not be read: " + readerError, {report.bytes, 0});
            sink.flush();
            readerError.clear();
        } catch (const WriterFailed&) {
        } catch (const std::exception& e) { // out of memory again: the file is given up, the thread still joined
            readerError = e.what();
        }
    }
    queue.close();
    writerThread.join();

    report.error = !writerError.empty() ? writerError : readerError;
    if (report.error.empty() && !cancelled && report.spansRead + report.logs == 0)
        report.error = member.name + " is " + std::string(format->name) + ", but holds no spans" +
                       (report.skippedCount() > 0 ? " that could be read." : report.ignored.empty() ? "." : "; it holds " + report.ignored.begin()->first + ".");
    const std::string content = hash.text();
    if (report.error.empty() && !cancelled)
        report.alreadyImported = nameOfContent(content);
    report.seconds = std::chrono::duration<double>(Clock::now() - began).count();
    try {
        if (report.error.empty() && !cancelled && report.alreadyImported.empty()) {
            SpanTablePtr table = writer.finish(report, content);
            workspace_->setTable(table);
            publish(std::move(table), false);
            begun = false;
        }
    } catch (const std::exception& e) { // StoreError, or no memory for the finished table
        report.error = e.what();
    }
    try {
        if (begun)
            giveUp();
    } catch (const std::exception& e) { // the table cannot be read again; the present one goes on
        if (report.error.empty())
            report.error = e.what();
    }
    if (!cancelled)
        addReport(std::move(report));
}

/// The format of what begins with `head`. Null: why is in the report, also that it is a table whose columns have to be said.
const Format* ImportJob::detect(std::string_view head, bool complete, ImportReport& report) const {
    if (limits_.savedMappings && !limits_.savedMappings->empty() && mayBeTable(head) && readCsvTable(head, complete, limits_).isSaved) {
        report.formatReason = "a table whose columns were mapped before";
        return &kCsvSpans;
    }
    const Format* const format = detectFormat({head, complete}, report.formatReason);
    if (format == nullptr && mayBeTable(head)) {
        const CsvTable table = readCsvTable(head, complete, limits_);
        if (isTable(table) && limits_.csvMapping) {
            report.formatReason = "a table whose columns are said";
            return &kCsvSpans;
        }
        if (isTable(table)) {
            report.needsColumns = true;
            report.formatReason = askForColumns(table);
        }
    }
    return format;
}

/// Takes what was written of the present member out again.
void ImportJob::giveUp() {
    try {
        writer_->abandon();
    } catch (const std::exception&) {
        // A full disk: the next opening removes the rows of the unfinished file.
    }
    writer_.reset();
    dictionary_.reset();
    workspace_->reload(); // strings and traces that the file left in the workspace are numbered on from
    publish(workspace_->table(), false);
}

/// Under which name a file with that content is in the workspace; empty when none is.
std::string ImportJob::nameOfContent(const std::string& hash) {
    Statement same = db_->prepare("SELECT name FROM file WHERE state = 'done' AND content_hash = ?1");
    return same.bind(1, hash).step() ? std::string(same.text(0)) : std::string();
}

std::string ImportJob::alreadyImported(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return {};
    // Only worth reading the file for when one of its size is there.
    Statement same = db_->prepare("SELECT name, content_hash FROM file WHERE state = 'done' AND bytes = ?1");
    const auto size = std::filesystem::file_size(path, error);
    if (error)
        return {}; // gone; opening it says so
    same.bind(1, static_cast<int64_t>(size));
    std::string hash;
    while (same.step()) {
        if (hash.empty())
            hash = hashFile(path, &progress_.cancel);
        if (hash == same.text(1))
            return std::string(same.text(0));
    }
    return {};
}

void ImportJob::publish(SpanTablePtr table, bool provisional) {
    if (events_.table)
        events_.table(std::move(table), provisional);
}

void ImportJob::addReport(ImportReport report) {
    if (!report.error.empty() && report.error.back() != '.') // a sentence, whoever wrote it
        report.error += '.';
    reports_.push_back(std::move(report));
    if (events_.report)
        events_.report(reports_.back());
}

} // namespace aisle
