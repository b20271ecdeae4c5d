// How fast a file becomes a workspace, beside what parsing alone and storing alone cost, for five shapes of one demo shop.
//
//   bench_import [--spans 1000000] [--runs 5] [--folder DIR]
//
// The inputs are written first and so in the page cache. Base: the larger of simdjson alone on one core and a bare insert
// of the same rows. Nothing else should run. Memory: bench_import_memory.

#include "bench.h"
#include "child.h"
#include "demo/demo_shop.h"
#include "import_job.h"
#include "json_walk.h"
#include "otlp_reader.h"

#include "store/indexes.h"

#include <archive.h>
#include <archive_entry.h>

#include <fstream>
#include <thread>

using namespace aisle;
using namespace aisle::bench;
namespace fs = std::filesystem;

namespace {

demo::Totals makeLines(const fs::path& path, uint64_t spans) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    demo::Options options;
    options.spans = spans;
    return demo::write(options, [&](std::string_view chunk) {
        out.write(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        return out.good();
    });
}

/// The same messages as one: their resourceSpans one behind the other, then their resourceLogs. One element a line.
void makeDocument(const fs::path& lines, const fs::path& path) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    bool any = false;
    for (const std::string_view key : {R"({"resourceSpans":[)", R"({"resourceLogs":[)"}) {
        out << (any ? "]," : "{") << key.substr(1) << "\n";
        any = true;
        std::ifstream in(lines, std::ios::binary);
        bool first = true;
        for (std::string line; std::getline(in, line);) {
            if (!line.starts_with(key))
                continue;
            out << (first ? "" : ",\n") << std::string_view(line).substr(key.size(), line.size() - key.size() - 2);
            first = false;
        }
        out << "\n";
    }
    out << "]}\n";
}

void makeGzip(const fs::path& from, const fs::path& path) {
    archive* out = archive_write_new();
    archive_write_add_filter_gzip(out);
    archive_write_set_format_raw(out);
    archive_write_open_filename(out, path.c_str());
    archive_entry* entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(out, entry);
    std::ifstream in(from, std::ios::binary);
    std::vector<char> buffer(1 << 20);
    while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), in.gcount() > 0)
        archive_write_data(out, buffer.data(), static_cast<size_t>(in.gcount()));
    archive_entry_free(entry);
    archive_write_free(out);
}

/// The library that the import uses, on one thread; bytes that came out.
uint64_t gunzipAlone(const fs::path& path) {
    archive* in = archive_read_new();
    archive_read_support_filter_gzip(in);
    archive_read_support_format_raw(in);
    archive_entry* entry = nullptr;
    uint64_t all = 0;
    if (archive_read_open_filename(in, path.c_str(), 128 * 1024) == ARCHIVE_OK && archive_read_next_header(in, &entry) == ARCHIVE_OK) {
        std::vector<char> buffer(1 << 20);
        for (la_ssize_t n = 0; (n = archive_read_data(in, buffer.data(), buffer.size())) > 0;)
            all += static_cast<uint64_t>(n);
    }
    archive_read_free(in);
    return all;
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


/// simdjson over a file of lines, or over a document with one element of its array a line: 4 GB in one piece it refuses.
/// Every key is compared, every string unescaped and every number and id converted; nothing is kept.
template <typename Reader>
void simdjsonAlone(const fs::path& path, Reader& reader) {
    const simdjson::padded_string bytes = simdjson::padded_string::load(path.string());
    reader.read(std::string_view(bytes.data(), bytes.size()));
}

int notKept = 0;
void bar(const char* label, double ratio, double limit) {
    notKept += ratio > limit;
    std::printf("%-58s %6.2f  (bar %.2f: %s)\n", label, ratio, limit, ratio <= limit ? "kept" : "NOT KEPT");
}

} // namespace

int main(int argc, char** argv) {
    const Options options(argc, argv);
    const uint64_t spans = options.number("--spans", 1'000'000);
    const int runs = static_cast<int>(options.number("--runs", 5));
    const Folder folder(options);
    const fs::path lines = folder / "spans.jsonl", document = folder / "document.json", jaeger = folder / "jaeger.json", proto = folder / "spans.pb", gzip = folder / "spans.jsonl.gz";
    const fs::path workspace = folder / "import.aisle", bare = folder / "bare.db";

    const demo::Totals totals = makeLines(lines, spans);
    makeDocument(lines, document);
    makeGzip(lines, gzip);
    importInto(lines, workspace);
    for (const auto& [format, path] : {std::pair("jaeger", jaeger), std::pair("otlp-proto", proto)})
        if (!runAisle({"export", workspace.string(), "--format", format, "--out", path.string()}).succeeded)
            return 1;
    const auto n = static_cast<double>(totals.spans), size = static_cast<double>(totals.bytes);
    std::printf("input: %llu spans, %llu traces, %u cores, %d runs\n", static_cast<unsigned long long>(totals.spans), static_cast<unsigned long long>(totals.traces),
                std::thread::hardware_concurrency(), runs);
    const auto stored = static_cast<double>(fs::file_size(workspace));
    uint64_t read = 0, unpacked = 0;
    const Rows rows = rowsOf(workspace);
    if (rows.integers.size() != totals.spans)
        std::printf("THE COUNTS DIFFER: %zu stored\n", rows.integers.size());

    struct Shape {
        const char* label;
        const fs::path& path;
    };
    // The OTLP document says what the lines say, so they have one base.
    const Shape shapes[] = {{"OTLP JSON lines", lines}, {"one OTLP JSON document", document}, {"one Jaeger document", jaeger}, {"OTLP protobuf", proto}, {"gzip of the JSON lines", gzip}};
    std::vector<Measured> all;
    for (const Shape& shape : shapes)
        all.push_back({std::string("import, ") + shape.label, [&] {
                           removeWorkspace(workspace);
                           importInto(shape.path, workspace);
                       }});
    all.push_back({"simdjson alone, OTLP JSON", [&] {
                       OtlpReader reader;
                       simdjsonAlone(lines, reader);
                       read = reader.spans;
                   }});
    all.push_back({"simdjson alone, Jaeger document", [&] {
                       JsonWalk reader;
                       simdjsonAlone(jaeger, reader);
                   }});
    all.push_back({"bare insert of the same rows", [&] {
                       removeWorkspace(bare);
                       insertAlone(rows, bare);
                   }});
    all.push_back({"gunzip alone", [&] { unpacked = gunzipAlone(gzip); }});
    interleave(all, runs);
    for (size_t i = 0; i < all.size(); ++i)
        print(all[i], n, i < std::size(shapes) ? static_cast<double>(fs::file_size(shapes[i].path)) : 0);
    if (read != totals.spans || unpacked != totals.bytes)
        std::printf("THE COUNTS DIFFER: %llu spans read, %llu bytes unpacked\n", static_cast<unsigned long long>(read), static_cast<unsigned long long>(unpacked));

    const double insert = all[7].median();
    bar("JSON lines / base", all[0].median() / std::max(all[5].median(), insert), 1.6);
    bar("OTLP JSON document / base", all[1].median() / std::max(all[5].median(), insert), 2.0);
    bar("Jaeger document / base", all[2].median() / std::max(all[6].median(), insert), 2.0);
    bar("protobuf / bare insert", all[3].median() / insert, 1.7);
    bar("gzip / (lines + half of gunzip alone)", all[4].median() / (all[0].median() + all[8].median() / 2), 1.2);
    bar("workspace / OTLP JSON", stored / size, 0.4);

    // The indexes are made after the import, in the background.
    removeWorkspace(workspace);
    importInto(lines, workspace);
    {
        const auto opened = Workspace::open(workspace, Workspace::Access::ReadWrite);
        const auto db = opened->connect();
        std::vector<Measured> index = {{"indexes", [&] { buildIndexes(*db, opened->table()); }}};
        interleave(index, 1);
        std::printf("%-34s %8.3f s  %s\n", "indexes", index[0].median(), indexWords(*db).c_str());
        bar("workspace with them / OTLP JSON", (stored + static_cast<double>(indexBytes(*db))) / size, 0.4);
    }
    return notKept == 0 ? 0 : 1;
}
