// How fast a file becomes a workspace, beside what parsing alone and storing alone cost; and how memory grows.
//
//   bench_import [--spans 250000] [--large 1000000] [--runs 5] [--folder DIR]
//
// The input is a demo shop, written first and so in the page cache. Nothing else should run.

#include "bench.h"
#include "demo/demo_shop.h"
#include "import_job.h"
#include "otlp_reader.h"

#include <atomic>
#include <cstring>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace aisle;
using namespace aisle::bench;
namespace fs = std::filesystem;

namespace {

constexpr double kBar = 3.0; ///< an import may take so many times what simdjson alone takes

struct Shop {
    fs::path path;
    demo::Totals totals;
};

Shop makeInput(const fs::path& folder, uint64_t spans) {
    Shop input{folder / ("demo-" + std::to_string(spans) + ".jsonl"), {}};
    std::ofstream out(input.path, std::ios::binary | std::ios::trunc);
    demo::Options options;
    options.spans = spans;
    input.totals = demo::write(options, [&](std::string_view chunk) {
        out.write(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        return out.good();
    });
    return input;
}

void removeWorkspace(const fs::path& path) {
    for (const char* end : {"", "-wal", "-shm", ".lock"})
        fs::remove(path.string() + end);
}

void importInto(const fs::path& input, const fs::path& path) {
    const auto workspace = Workspace::open(path, Workspace::Access::Create);
    ImportJob job(workspace, {input}, {});
    job.start();
    job.wait();
    if (job.reports().size() != 1 || !job.reports()[0].succeeded())
        std::printf("THE IMPORT FAILED: %s\n", job.reports().empty() ? "no report" : job.reports()[0].error.c_str());
}

struct Rows {
    static constexpr int kIntegers = 11;
    std::vector<std::array<int64_t, kIntegers>> integers;
    std::vector<std::string> attributes;
};

Rows rowsOf(const fs::path& workspace) {
    Rows rows;
    Database db(workspace, Database::Mode::ReadOnly);
    Statement s = db.prepare("SELECT row, trace, span_id, parent_id, context, name, kind, status, start, duration, flags, attributes FROM span ORDER BY row");
    while (s.step()) {
        auto& out = rows.integers.emplace_back();
        for (int c = 0; c < Rows::kIntegers; ++c)
            out[static_cast<size_t>(c)] = s.integer(c);
        rows.attributes.emplace_back(s.text(Rows::kIntegers));
    }
    return rows;
}

/// The same rows into a table without anything else, with the settings of a workspace.
void insertAlone(const Rows& rows, const fs::path& path) {
    Database db(path, Database::Mode::Create);
    db.exec("PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=8192; PRAGMA cache_size=-32768;"
            "CREATE TABLE span(row INTEGER PRIMARY KEY, trace INT, span_id INT, parent_id INT, context INT, name INT, kind INT, status INT, start INT,"
            " duration INT, flags INT, attributes TEXT); BEGIN");
    Statement insert = db.prepare("INSERT INTO span VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)");
    for (size_t i = 0; i < rows.integers.size(); ++i) {
        for (int c = 0; c < Rows::kIntegers; ++c)
            insert.bind(c + 1, rows.integers[i][static_cast<size_t>(c)]);
        insert.bind(Rows::kIntegers + 1, std::string_view(rows.attributes[i])).run();
        if (i % 65536 == 65535)
            db.exec("COMMIT; BEGIN");
    }
    db.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE");
}

struct Memory {
    uint64_t anonymous = 0, peak = 0; ///< bytes: highest RssAnon seen, VmHWM
};

uint64_t statusField(pid_t pid, const char* name) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/status");
    std::string line;
    while (std::getline(in, line))
        if (line.starts_with(name))
            return std::strtoull(line.c_str() + std::strlen(name) + 1, nullptr, 10) * 1024;
    return 0;
}

/// Of `aisle import` in a process of its own, looked at every 5 ms.
Memory memoryOfImport(const fs::path& input, const fs::path& workspace) {
    std::fflush(stdout); // or the child would print it again
    const pid_t child = ::fork();
    if (child == 0) {
        if (::freopen("/dev/null", "w", stdout) == nullptr)
            ::_exit(126);
        ::execl(AISLE_PROGRAM, AISLE_PROGRAM, "import", input.c_str(), "--into", workspace.c_str(), "-q", nullptr);
        ::_exit(127);
    }
    Memory memory;
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        memory.anonymous = std::max(memory.anonymous, statusField(child, "RssAnon:"));
        memory.peak = std::max(memory.peak, statusField(child, "VmHWM:"));
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        std::printf("THE IMPORT IN A CHILD PROCESS FAILED\n");
    return memory;
}

} // namespace

int main(int argc, char** argv) {
    uint64_t spans = 250'000, large = 1'000'000;
    int runs = 5;
    fs::path parent = fs::temp_directory_path();
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view option = argv[i];
        if (option == "--spans")
            spans = std::strtoull(argv[i + 1], nullptr, 10);
        else if (option == "--large")
            large = std::strtoull(argv[i + 1], nullptr, 10);
        else if (option == "--runs")
            runs = std::atoi(argv[i + 1]);
        else if (option == "--folder")
            parent = argv[i + 1];
    }
    const fs::path folder = parent / ("aisle-bench-" + std::to_string(::getpid()));
    fs::create_directories(folder);

    const Shop input = makeInput(folder, spans);
    const auto n = static_cast<double>(input.totals.spans), size = static_cast<double>(input.totals.bytes);
    std::printf("input: %llu spans, %llu traces, %.1f MB of OTLP JSON lines, %u cores, %d runs\n", static_cast<unsigned long long>(input.totals.spans),
                static_cast<unsigned long long>(input.totals.traces), size / 1e6, std::thread::hardware_concurrency(), runs);
    const fs::path workspace = folder / "import.aisle", bare = folder / "bare.db";
    importInto(input.path, workspace);
    const Rows rows = rowsOf(workspace);
    uint64_t read = 0, checksum = 0;

    std::vector<Measured> all;
    all.push_back({"import, file to workspace", [&] {
                       removeWorkspace(workspace);
                       importInto(input.path, workspace);
                   }});
    all.push_back({"simdjson alone, one core", [&] {
                       const simdjson::padded_string bytes = simdjson::padded_string::load(input.path.string());
                       OtlpReader reader;
                       reader.read(std::string_view(bytes.data(), bytes.size()));
                       read = reader.spans;
                       checksum = reader.sum;
                   }});
    all.push_back({"SQLite alone, the same rows", [&] {
                       removeWorkspace(bare);
                       insertAlone(rows, bare);
                   }});
    interleave(all, runs);
    for (const Measured& m : all)
        print(m, n, m.label.starts_with("SQLite") ? 0 : size);
    if (read != input.totals.spans || rows.integers.size() != input.totals.spans)
        std::printf("THE COUNTS DIFFER: %llu read, %zu stored\n", static_cast<unsigned long long>(read), rows.integers.size());
    const double ratio = all[0].median() / all[1].median();
    std::printf("import / simdjson                  %8.2f  (bar %.1f: %s)\n", ratio, kBar, ratio <= kBar ? "kept" : "NOT KEPT");
    std::printf("import / SQLite                    %8.2f\n", all[0].median() / all[2].median());
    std::printf("import / (simdjson + SQLite)       %8.2f\n", all[0].median() / (all[1].median() + all[2].median()));
    std::printf("workspace / input                  %8.2f  (%.1f MB)\n", static_cast<double>(fs::file_size(workspace)) / size, static_cast<double>(fs::file_size(workspace)) / 1e6);

    const Shop second = makeInput(folder, large);
    Memory memory[2];
    for (const auto& [which, file] : {std::pair(0, &input), std::pair(1, &second)}) {
        removeWorkspace(workspace);
        memory[which] = memoryOfImport(file->path, workspace);
        std::printf("memory of an import of %8llu spans: RssAnon %.1f MB, VmHWM %.1f MB\n", static_cast<unsigned long long>(file->totals.spans),
                    static_cast<double>(memory[which].anonymous) / 1e6, static_cast<double>(memory[which].peak) / 1e6);
    }
    std::printf("growth per span: RssAnon %.0f bytes\n",
                (static_cast<double>(memory[1].anonymous) - static_cast<double>(memory[0].anonymous)) / (static_cast<double>(second.totals.spans) - n));
    std::printf("(checksum %llx)\n", static_cast<unsigned long long>(checksum));
    fs::remove_all(folder);
    return ratio <= kBar ? 0 : 1;
}
