// Whole imports, from files into a workspace: the real files, archives, what breaks off, a full disk, kill -9.

#include "import_job.h"
#include "format/csv_mapping.h"
#include "import_test.h"
#include "known_differences.h"
#include "model/workspace_fixture.h"

#include <QProcess>
#include <QElapsedTimer>
#include <QStandardPaths>
#include <QTest>

#include <array>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>
#include <sys/stat.h>
#include <unistd.h>

using namespace aisle;
using namespace aisle::test;
namespace fs = std::filesystem;

namespace {

std::vector<ImportReport> import(const std::shared_ptr<Workspace>& workspace, std::vector<fs::path> files, ImportEvents events = {},
                                 ImportLimits limits = {}) {
    ImportJob job(workspace, std::move(files), std::move(events), limits);
    job.start();
    job.wait();
    return job.reports();
}

void write(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes; }

/// OTLP JSON lines: `count` spans of one trace, numbered from `first`.
std::string otlp(int count, int first = 1, int trace = 1) {
    std::string out;
    for (int i = first; i < first + count; ++i) {
        char line[600];
        std::snprintf(line, sizeof line,
                      "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"shop\"}}]},"
                      "\"scopeSpans\":[{\"spans\":[{\"traceId\":\"%032x\",\"spanId\":\"%016x\",\"parentSpanId\":\"%s\",\"name\":\"op %d\",\"kind\":2,"
                      "\"startTimeUnixNano\":\"1773478800%08d0\",\"endTimeUnixNano\":\"1773478800%08d5\"}]}]}]}\n",
                      static_cast<unsigned>(trace), static_cast<unsigned>(i), i == 1 ? "" : "0000000000000001", i % 7, i, i);
        out += line;
    }
    return out;
}

bool run(const QString& program, const QStringList& arguments, const fs::path& folder) {
    QProcess process;
    process.setWorkingDirectory(QString::fromStdString(folder.string()));
    process.start(program, arguments);
    return process.waitForFinished(60'000) && process.exitCode() == 0;
}

bool has(const char* program) { return !QStandardPaths::findExecutable(QLatin1String(program)).isEmpty(); }

bool hasProgram() { return fs::exists(AISLE_PROGRAM); }

/// A shop file of about 100 spans per session.
fs::path demoFile(int sessions) {
    static WorkspaceFixture folder;
    const fs::path path = folder.folder() / ("demo-" + std::to_string(sessions) + ".jsonl");
    if (!fs::exists(path) && !run(QStringLiteral(AISLE_PROGRAM), {QStringLiteral("demo"), QStringLiteral("--sessions"), QString::number(sessions),
                                                                  QStringLiteral("--out"), QString::fromStdString(path.string())}, folder.folder()))
        qFatal("the demo shop cannot be written");
    return path;
}

struct Line {
    std::string path, format;
    uint64_t spans, traces, services;
};
std::vector<Line> manifest() {
    std::vector<Line> out;
    std::ifstream in(traceFolder() / "MANIFEST.tsv");
    std::string text;
    std::getline(in, text);
    while (std::getline(in, text)) {
        std::vector<std::string> cells;
        std::istringstream line(text);
        for (std::string cell; std::getline(line, cell, '\t');)
            cells.push_back(cell);
        out.push_back({cells.at(0), cells.at(1), std::stoull(cells.at(3)), std::stoull(cells.at(4)), std::stoull(cells.at(5))});
    }
    return out;
}

/// Files that are refused though the counter found a document in them.
const std::set<std::string> kRefused = {
    "jaeger-json/jaeger-anonymizer-trace_empty.json", // 0 bytes
    "jaeger-apiv3/FindTraceSummaries.json",           // no spans
    "chrome-trace/catapult-google_highlight.json.gz", // objects and their snapshots only
    "chrome-trace/catapult-instant_events.json",      // instants outside any slice only
    "elastic-intake/apm-data-errors.ndjson",          // errors, no spans that they belong to
    "elastic-intake/apm-data-invalid-event-type.ndjson",
    "elastic-intake/apm-data-invalid-metadata.ndjson",
    "elastic-intake/apm-data-metadata-null-values.ndjson",
    "sentry/spotlight-envelope_angular.txt", // errors and attachments
    "sentry/spotlight-envelope_binary.bin",
    "sentry/spotlight-envelope_empty.txt",
    "sentry/spotlight-envelope_no_len_w_eof.txt",
    "sentry/spotlight-envelope_php_wordpress.txt",
};

} // namespace

class TestImportJob : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void realFiles_data() {
        if (traceFolder().empty())
            QSKIP("the real files are not here; set AISLE_TRACES");
        QTest::addColumn<int>("line");
        const auto lines = manifest();
        for (size_t i = 0; i < lines.size(); ++i)
            if (kFormatOf.contains(lines[i].format) || lines[i].format == "negative")
                QTest::addRow("%s", lines[i].path.c_str()) << static_cast<int>(i);
    }
    void realFiles() {
        QFETCH(int, line);
        const Line expected = manifest()[static_cast<size_t>(line)];
        WorkspaceFixture f;
        const auto workspace = f.open();
        const auto reports = import(workspace, {traceFolder() / expected.path});
        QCOMPARE(reports.size(), size_t(1));
        const ImportReport& r = reports[0];
        if (expected.format == "negative" || kRefused.contains(expected.path)) {
            QVERIFY(!r.succeeded());
            QVERIFY2(r.error.find(fs::path(expected.path).filename()) != std::string::npos && r.error.find('\n') == std::string::npos, r.error.c_str());
            QVERIFY2(r.error.size() > fs::path(expected.path).filename().string().size() + 10, r.error.c_str());
            QVERIFY(workspace->table()->files().empty());
            return;
        }
        QVERIFY2(r.succeeded(), r.error.c_str());
        const auto known = kDifferences.find(expected.path);
        const Difference want = known != kDifferences.end() ? known->second : Difference{expected.spans, expected.traces, expected.services, 0, 0, ""};
        QCOMPARE(r.spansKept, want.spans);
        QCOMPARE(r.traces, want.traces);
        QCOMPARE(r.services, want.services);
        QCOMPARE(r.duplicates, want.duplicates);
        QCOMPARE(r.fragments, want.fragments);
        QCOMPARE(r.spansRead, r.spansKept + r.duplicates + r.fragments);
        QCOMPARE(workspace->table()->spanCount(), want.spans);
        QCOMPARE(static_cast<uint64_t>(workspace->connect()->integer("SELECT count(*) FROM spans")), want.spans);
        QCOMPARE(r.format, kFormatOf.at(expected.format));
    }

    void theSameFileTwiceAddsNothing() {
        WorkspaceFixture f;
        const fs::path a = f.folder() / "a.jsonl", renamed = f.folder() / "renamed.txt", packed = f.folder() / "a.jsonl.gz";
        write(a, otlp(100));
        fs::copy_file(a, renamed);
        auto workspace = f.open();
        auto reports = import(workspace, {a, a, renamed});
        QCOMPARE(reports.size(), size_t(3));
        QVERIFY(reports[0].alreadyImported.empty());
        for (size_t i = 1; i < 3; ++i) {
            QVERIFY(reports[i].succeeded());
            QVERIFY2(fs::path(reports[i].alreadyImported).filename() == "a.jsonl", reports[i].alreadyImported.c_str());
        }
        QCOMPARE(workspace->table()->files().size(), size_t(1));
        QCOMPARE(workspace->table()->rowCount(), uint64_t(100));
        workspace.reset();
        workspace = f.open(Workspace::Access::ReadWrite); // also after reopening
        QVERIFY(!import(workspace, {a})[0].alreadyImported.empty());
        if (has("gzip") && run(QStringLiteral("gzip"), {QStringLiteral("-k"), QStringLiteral("a.jsonl")}, f.folder())) {
            QVERIFY(!import(workspace, {packed})[0].alreadyImported.empty()); // and compressed
            QCOMPARE(workspace->table()->rowCount(), uint64_t(100));
        }
        // Another file with the same spans is another file: its spans are copies.
        write(f.folder() / "b.jsonl", otlp(100) + otlp(1, 101));
        const ImportReport b = import(workspace, {f.folder() / "b.jsonl"})[0];
        QCOMPARE(b.duplicates, uint64_t(100));
        QCOMPARE(b.spansKept, uint64_t(1));
    }

    void cancelLeavesNothing() {
        WorkspaceFixture f;
        const fs::path small = f.folder() / "small.jsonl", big = f.folder() / "big.jsonl";
        write(small, otlp(10, 1, 9));
        write(big, otlp(150'000));
        const auto workspace = f.open();
        (void)import(workspace, {small});
        const auto before = contentOf(*workspace->table());
        for (const int wait : {0, 5, 20, 60}) { // the whole takes 250 ms
            ImportJob job(workspace, {big}, {});
            job.start();
            QTest::qSleep(wait);
            job.cancel();
            job.wait();
            QVERIFY(job.isCancelled());
            QVERIFY(job.reports().empty());
            QCOMPARE(difference(contentOf(*workspace->table()), before), std::string());
            const auto db = workspace->connect();
            QCOMPARE(db->integer("SELECT count(*) FROM file"), 1);
            QCOMPARE(db->integer("SELECT count(*) FROM span"), 10);
            QCOMPARE(db->integer("SELECT count(*) FROM segment"), 1);
        }
        QCOMPARE(import(workspace, {big})[0].spansKept, uint64_t(150'000)); // nothing of it was remembered as imported
    }

    void destroyingAJobCancelsIt() {
        WorkspaceFixture f;
        write(f.folder() / "big.jsonl", otlp(100'000));
        const auto workspace = f.open();
        {
            ImportJob job(workspace, {f.folder() / "big.jsonl"}, {});
            job.start();
        }
        QCOMPARE(workspace->connect()->integer("SELECT count(*) FROM file"), 0);
    }

    void events() {
        WorkspaceFixture f;
        write(f.folder() / "a.jsonl", otlp(50));
        write(f.folder() / "bad.json", "{");
        const auto workspace = f.open();
        std::vector<std::string> order;
        SpanTablePtr last;
        ImportEvents events;
        events.table = [&](SpanTablePtr table, bool provisional) {
            order.emplace_back(provisional ? "provisional" : "table");
            last = std::move(table);
        };
        events.report = [&](const ImportReport& r) { order.push_back(r.succeeded() ? "report" : "failure"); };
        events.finished = [&] { order.emplace_back("finished"); };
        (void)import(workspace, {f.folder() / "a.jsonl", f.folder() / "bad.json"}, events);
        QCOMPARE(order, (std::vector<std::string>{"table", "report", "failure", "finished"}));
        QVERIFY(last == workspace->table());
    }

    void oneBadInputDoesNotStopTheOthers() {
        WorkspaceFixture f;
        write(f.folder() / "a.jsonl", otlp(5, 1, 1));
        write(f.folder() / "empty.json", "");
        write(f.folder() / "text.txt", "hello\n");
        fs::create_directory(f.folder() / "nothing");
        write(f.folder() / "b.jsonl", otlp(5, 1, 2));
        const auto workspace = f.open();
        const auto reports = import(workspace, {f.folder() / "a.jsonl", f.folder() / "empty.json", f.folder() / "nothing", f.folder() / "missing.json", f.folder() / "text.txt",
                                                f.folder() / "b.jsonl"});
        QCOMPARE(reports.size(), size_t(6));
        QVERIFY(reports[0].succeeded() && reports[5].succeeded());
        const char* const names[] = {"", "empty.json", "", "missing.json", "text.txt"};
        for (size_t i = 1; i < 5; ++i) {
            QVERIFY(!reports[i].succeeded());
            QVERIFY2(reports[i].error.find(names[i]) != std::string::npos, reports[i].error.c_str());
        }
        QCOMPARE(workspace->table()->spanCount(), uint64_t(10));
    }

    void archives_data() {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("name");
        const auto row = [](const char* program, const char* arguments, const char* name) {
            QTest::newRow(name) << QString::fromLatin1(program) << QString::fromLatin1(arguments).split(QLatin1Char(' ')) << QString::fromLatin1(name);
        };
        row("tar", "cf all.tar a.jsonl sub", "all.tar");
        row("tar", "czf all.tar.gz a.jsonl sub", "all.tar.gz");
        row("tar", "cJf all.tar.xz a.jsonl sub", "all.tar.xz");
        row("tar", "--zstd -cf all.tar.zst a.jsonl sub", "all.tar.zst");
        row("zip", "-qr all.zip a.jsonl sub", "all.zip");
    }
    void archives() {
        QFETCH(QString, program);
        QFETCH(QStringList, arguments);
        QFETCH(QString, name);
        if (!has(program.toLatin1()))
            QSKIP("the program that packs is not here");
        WorkspaceFixture f;
        fs::create_directory(f.folder() / "sub");
        write(f.folder() / "a.jsonl", otlp(5, 1, 1));
        write(f.folder() / "sub" / "b.jsonl", otlp(6, 1, 2));
        write(f.folder() / "sub" / "readme.txt", "no traces here");
        QVERIFY(run(program, arguments, f.folder()));
        const auto workspace = f.open();
        const auto reports = import(workspace, {f.folder() / name.toStdString()});
        QCOMPARE(reports.size(), size_t(3));
        std::map<std::string, const ImportReport*> byName;
        for (const ImportReport& r : reports)
            byName[fs::path(r.name).filename()] = &r;
        QCOMPARE(byName.at("a.jsonl")->spansKept, uint64_t(5));
        QCOMPARE(byName.at("b.jsonl")->spansKept, uint64_t(6));
        QVERIFY(!byName.at("readme.txt")->succeeded());
        QVERIFY(byName.at("b.jsonl")->name.find(name.toStdString()) != std::string::npos);
        QCOMPARE(workspace->table()->files().size(), size_t(2));
        QCOMPARE(workspace->table()->spanCount(), uint64_t(11));
    }

    void compressed_data() {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("name");
        QTest::newRow("gzip") << QStringLiteral("gzip") << QStringLiteral("a.jsonl.gz");
        QTest::newRow("zstd") << QStringLiteral("zstd") << QStringLiteral("a.jsonl.zst");
        QTest::newRow("xz") << QStringLiteral("xz") << QStringLiteral("a.jsonl.xz");
        QTest::newRow("bzip2") << QStringLiteral("bzip2") << QStringLiteral("a.jsonl.bz2");
    }
    // What was read before the input broke off is kept, and the report says so.
    void compressed() {
        QFETCH(QString, program);
        QFETCH(QString, name);
        if (!has(program.toLatin1()))
            QSKIP("the program that packs is not here");
        WorkspaceFixture f;
        write(f.folder() / "a.jsonl", otlp(60'000));
        QVERIFY(run(program, {QStringLiteral("-k"), QStringLiteral("a.jsonl")}, f.folder()));
        const fs::path packed = f.folder() / name.toStdString();
        {
            const auto workspace = f.open();
            const ImportReport r = import(workspace, {packed})[0];
            QVERIFY2(r.succeeded(), r.error.c_str());
            QCOMPARE(r.spansKept, uint64_t(60'000));
            QCOMPARE(r.container, program.toStdString());
            QVERIFY(!r.lostSomething());
        }
        fs::remove(f.path());
        fs::resize_file(packed, fs::file_size(packed) * 2 / 3);
        auto workspace = f.open();
        const ImportReport r = import(workspace, {packed})[0];
        if (program == QStringLiteral("xz") || program == QStringLiteral("bzip2") || program == QStringLiteral("zstd")) { // large blocks: maybe nothing came out
            QVERIFY(!r.succeeded() || r.lostSomething());
            return;
        }
        QVERIFY2(r.succeeded(), r.error.c_str());
        QVERIFY(r.spansKept > 1000 && r.spansKept < 60'000);
        QVERIFY(r.lostSomething());
        QVERIFY2(r.skipped.begin()->first.find("could not be read") != std::string::npos, r.skipped.begin()->first.c_str());
        const auto kept = r.spansKept;
        workspace.reset();
        QCOMPARE(f.open(Workspace::Access::ReadOnly)->table()->spanCount(), kept);
    }

    // A file of log records alone was refused, whether or not its records belonged to spans that were there.
    // A table with columns of other names was "text, but none of the trace formats", and nothing said what to do.
    void tablesThatNeedTheirColumns() {
        WorkspaceFixture w;
        write(w.folder() / "odd.csv", "A;B;when;took\nt1;1;1773478800;4\nt1;2;1773478801;5\n");
        auto workspace = Workspace::open(w.path(), Workspace::Access::Create);
        auto reports = import(workspace, {w.folder() / "odd.csv"});
        QCOMPARE(reports.size(), size_t(1));
        QVERIFY(reports[0].needsColumns && !reports[0].succeeded());
        QCOMPARE(reports[0].path, (w.folder() / "odd.csv").string());
        QVERIFY2(reports[0].error.find("say so with --map 'trace=COLUMN,span=COLUMN,start=COLUMN,duration=COLUMN'.") != std::string::npos, reports[0].error.c_str());
        ImportLimits limits;
        auto saved = std::make_shared<CsvMappings>();
        std::string error;
        (*saved)[csvSignature({"A", "B", "when", "took"})] = *csvMappingFromText("trace=A,span=B,start=when:s,duration=took:ms", error);
        limits.savedMappings = saved;
        ImportJob job(workspace, {w.folder() / "odd.csv"}, {}, limits);
        job.start();
        job.wait();
        const ImportReport& report = job.reports().at(0);
        QVERIFY2(report.succeeded(), report.error.c_str());
        QVERIFY(!report.needsColumns && !report.formatSaid);
        QCOMPARE(report.formatReason, std::string("a table whose columns were mapped before"));
        QCOMPARE(report.columns, std::string("trace=A,span=B,start=when:s,duration=took:ms"));
        QCOMPARE(report.spansKept, uint64_t(2));
        QVERIFY(report.toText().find("columns: --map 'trace=A") != std::string::npos);
        // It is stored with the file, under its number.
        const auto stored = storedReports(*workspace->connect());
        QCOMPARE(stored.size(), size_t(1));
        QCOMPARE(stored[0].toJson(), report.toJson());
        QCOMPARE(stored[0].file, workspace->table()->files().at(0).id);
        // A unit that had to be assumed is imported, and said.
        write(w.folder() / "unit.csv", "trace,span,start,duration\n5,6,0,7\n");
        reports = import(workspace, {w.folder() / "unit.csv"});
        QVERIFY(reports.at(0).succeeded() && reports[0].needsColumns);
    }

    /// One member of an archive alone: what removing it is undone by.
    void oneMember() {
        if (!has("tar"))
            QSKIP("needs tar");
        WorkspaceFixture w;
        write(w.folder() / "a.jsonl", otlp(3));
        write(w.folder() / "b.jsonl", otlp(4, 1, 2));
        QVERIFY(run(QStringLiteral("tar"), {QStringLiteral("cf"), QStringLiteral("both.tar"), QStringLiteral("a.jsonl"), QStringLiteral("b.jsonl")}, w.folder()));
        auto workspace = Workspace::open(w.path(), Workspace::Access::Create);
        const auto all = import(workspace, {w.folder() / "both.tar"});
        QCOMPARE(all.size(), size_t(2));
        workspace->removeFiles({all[0].file, all[1].file});
        const auto only = [&](const std::string& member) {
            ImportLimits limits;
            limits.member = member;
            ImportJob job(workspace, {w.folder() / "both.tar"}, {}, limits);
            job.start();
            job.wait();
            return job.reports();
        };
        const auto again = only(all[1].name);
        QCOMPARE(again.size(), size_t(1));
        QCOMPARE(again[0].name, all[1].name);
        QCOMPARE(again[0].contentHash, all[1].contentHash);
        QCOMPARE(workspace->table()->spanCount(), uint64_t(4));
        const auto gone = only("both.tar/c.jsonl");
        QCOMPARE(gone.size(), size_t(1));
        QVERIFY2(gone[0].error.find("both.tar/c.jsonl is no longer in ") == 0, gone[0].error.c_str());
    }

    void logRecordsAlone() {
        WorkspaceFixture f;
        const fs::path spans = f.folder() / "spans.jsonl", logs = f.folder() / "logs.json", more = f.folder() / "more.jsonl";
        write(spans, otlp(10));
        const std::string ids = [&] { // of the first span, as the file has them
            const std::string text = otlp(1);
            const auto member = [&](const char* key) {
                const size_t at = text.find(std::string("\"") + key + "\"");
                return text.substr(at, text.find(',', at) - at);
            };
            return member("traceId") + "," + member("spanId");
        }();
        write(logs, "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":\"7\",\"body\":{\"stringValue\":\"declined\"}," + ids +
                        "},{\"timeUnixNano\":\"8\",\"body\":{\"stringValue\":\"of nobody\"}}]}]}]}");
        write(more, otlp(5, 1, 2));
        auto workspace = f.open();
        const ImportReport alone = import(workspace, {logs})[0];
        QVERIFY2(alone.error.find("log records and no spans") != std::string::npos, alone.error.c_str());
        QVERIFY(workspace->table()->files().empty());
        const auto reports = import(workspace, {spans, logs, more});
        QVERIFY2(reports[1].succeeded(), reports[1].error.c_str());
        QCOMPARE(reports[1].logs, uint64_t(2));
        QCOMPARE(reports[1].logsWithoutSpan, uint64_t(1));
        QCOMPARE(workspace->connect()->integer("SELECT count(*) FROM logs WHERE row = 0"), 1);
        QCOMPARE(workspace->table()->files().size(), size_t(3));
        QCOMPARE(workspace->table()->spanCount(), uint64_t(15));
        const auto content = contentOf(*workspace->table());
        workspace.reset();
        workspace = f.open(Workspace::Access::ReadWrite);
        QCOMPARE(difference(contentOf(*workspace->table()), content), std::string());
        // A file without rows begins where the next one does: deleting it took the next one's rows with it.
        const auto db = workspace->connect();
        deleteFileRows(*db, 2);
        QCOMPARE(db->integer("SELECT count(*) FROM span"), 15);
        QCOMPARE(db->integer("SELECT count(*) FROM log"), 0);
    }

    // Ctrl+C while standard input was silent was noticed only with the next byte.
    void cancelWhileAPipeIsSilent() {
        WorkspaceFixture f;
        const fs::path pipe = f.folder() / "pipe";
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        const int writing = ::open(pipe.c_str(), O_RDWR);
        QVERIFY(writing >= 0);
        const auto workspace = f.open();
        ImportJob job(workspace, {pipe}, {});
        job.start();
        QTest::qSleep(50);
        job.cancel();
        job.wait(); // for ever, it was
        ::close(writing);
        QVERIFY(job.isCancelled());
        QVERIFY(workspace->table()->files().empty());
    }

    // Each member of an archive read the dictionary and all hidden rows again: minutes for thousands of members.
    void manyMembers() {
        if (!has("tar"))
            QSKIP("tar is not here");
        WorkspaceFixture f;
        fs::create_directory(f.folder() / "many");
        constexpr int kFiles = 300;
        for (int i = 0; i < kFiles; ++i) // each but the first with a copy of the one before it, and one without spans
            write(f.folder() / "many" / (std::to_string(1000 + i) + ".jsonl"), i == 100 ? std::string("{\"resourceSpans\":[]}") : otlp(1, i + 1, 1) + otlp(1, i + 2, 1));
        QVERIFY(run(QStringLiteral("tar"), {QStringLiteral("--sort=name"), QStringLiteral("-cf"), QStringLiteral("all.tar"), QStringLiteral("many")}, f.folder()));
        auto workspace = f.open();
        const auto reports = import(workspace, {f.folder() / "all.tar"});
        QCOMPARE(reports.size(), size_t(kFiles));
        QVERIFY(!reports[100].succeeded());
        QCOMPARE(workspace->table()->files().size(), size_t(kFiles - 1));
        QCOMPARE(workspace->table()->spanCount(), uint64_t(kFiles + 1));
        QCOMPARE(workspace->connect()->integer("SELECT count(*) FROM hidden"), int64_t(2 * (kFiles - 1) - (kFiles + 1)));
        QCOMPARE(workspace->connect()->integer("SELECT count(*) FROM spans"), int64_t(kFiles + 1));
        const auto content = contentOf(*workspace->table());
        // And again, where each of them is there already: each read the whole workspace anew, minutes in all.
        for (const ImportReport& again : import(workspace, {f.folder() / "all.tar"}))
            QVERIFY(!again.alreadyImported.empty() || !again.succeeded());
        QCOMPARE(workspace->table()->files().size(), size_t(kFiles - 1));
        workspace.reset();
        QCOMPARE(difference(contentOf(*f.open(Workspace::Access::ReadOnly)->table()), content), std::string());
    }

    // One member that could not be unpacked lost all behind it, without a word.
    void aDamagedMemberCostsItself() {
        if (!has("zip") || !has("gzip") || !has("tar"))
            QSKIP("the programs that pack are not here");
        for (const bool zip : {true, false}) {
            WorkspaceFixture f;
            write(f.folder() / "a.jsonl", otlp(5, 1, 1));
            write(f.folder() / "c.gz", std::string("\x1f\x8b\x09garbage that is no deflate stream", 34));
            write(f.folder() / "d.zip", "PK\x03\x04 and nothing behind it");
            write(f.folder() / "z.jsonl", otlp(6, 1, 2));
            const QStringList files{QStringLiteral("a.jsonl"), QStringLiteral("c.gz"), QStringLiteral("d.zip"), QStringLiteral("z.jsonl")};
            QVERIFY(run(zip ? QStringLiteral("zip") : QStringLiteral("tar"), QStringList{zip ? QStringLiteral("-q") : QStringLiteral("-cf"), QStringLiteral("all.pack")} + files, f.folder()));
            const auto workspace = f.open();
            const auto reports = import(workspace, {fs::exists(f.folder() / "all.pack") ? f.folder() / "all.pack" : f.folder() / "all.pack.zip"});
            QCOMPARE(workspace->table()->spanCount(), uint64_t(11));
            QCOMPARE(reports.size(), size_t(4));
            QVERIFY(reports[0].succeeded() && !reports[1].succeeded() && !reports[2].succeeded() && reports[3].succeeded());
            QVERIFY2(reports[1].error.find("c.gz") != std::string::npos && reports[1].error.find("damaged") != std::string::npos, reports[1].error.c_str());
            QVERIFY2(reports[2].error.find("d.zip") != std::string::npos, reports[2].error.c_str());
        }
    }

    // A small file that holds hours of output was past the only look at the cancel flag after its first read.
    void cancelInsideNestedCompression() {
        if (!has("zstd") || !has("bash"))
            QSKIP("zstd or bash is not here");
        WorkspaceFixture f;
        QVERIFY(run(QStringLiteral("bash"), {QStringLiteral("-c"), QStringLiteral("{ printf '{\"resourceSpans\":['; head -c 3G /dev/zero | tr '\\0' ' '; } | zstd -1 -q | zstd -q > deep.zst")}, f.folder()));
        const auto workspace = f.open();
        ImportJob job(workspace, {f.folder() / "deep.zst"}, {});
        job.start();
        QTest::qSleep(100);
        job.cancel();
        job.wait();
        QVERIFY(job.reports().empty()); // it was read to its end
    }

    // A file of some kilobytes with gigabytes of spaces behind its spans: those it has are kept, and the report names the
    // limit. What is behind it in an archive is not looked at, which is said as well.
    void bomb() {
        if (!has("bash") || !has("bzip2") || !has("tar"))
            QSKIP("the programs that pack are not here");
        WorkspaceFixture f;
        write(f.folder() / "a.jsonl", otlp(100));
        write(f.folder() / "z.jsonl", otlp(6, 1, 2));
        QVERIFY(run(QStringLiteral("bash"), {QStringLiteral("-c"), QStringLiteral("{ cat a.jsonl; head -c 32M /dev/zero | tr '\\0' ' '; } | bzip2 > b.bz2; tar -cf all.tar b.bz2 z.jsonl")}, f.folder()));
        ImportLimits limits;
        limits.unpackBytes = 1 << 20;
        for (const char* name : {"b.bz2", "all.tar"}) {
            fs::remove(f.path());
            const auto workspace = f.open();
            const auto reports = import(workspace, {f.folder() / name}, {}, limits);
            QCOMPARE(reports.size(), size_t(fs::path(name).extension() == ".tar" ? 2 : 1));
            QVERIFY2(reports[0].succeeded(), reports[0].error.c_str());
            QCOMPARE(reports[0].spansKept, uint64_t(100));
            QVERIFY(reports[0].lostSomething());
            const std::string why = reports[0].skipped.begin()->first;
            QVERIFY2(why.find("unpacks to more than") != std::string::npos && why.find("aisle import --max-unpacked") != std::string::npos, why.c_str());
            if (reports.size() > 1)
                QVERIFY2(reports[1].error.find("nothing behind that is read") != std::string::npos, reports[1].error.c_str());
        }
        limits.unpackBytes = 64 << 20; // raised
        fs::remove(f.path());
        const auto workspace = f.open();
        const auto reports = import(workspace, {f.folder() / "all.tar"}, {}, limits);
        QCOMPARE(reports.size(), size_t(2));
        QVERIFY(!reports[0].lostSomething() && reports[1].succeeded());
        QCOMPARE(workspace->table()->spanCount(), uint64_t(106));
    }

    // A log that another process goes on writing: lines up to some moment, each whole, and an end.
    void fileThatGrows() {
        WorkspaceFixture f;
        const fs::path path = f.folder() / "growing.jsonl";
        write(path, otlp(20'000));
        std::atomic<bool> stop{false};
        std::thread writer([&] {
            std::ofstream out(path, std::ios::app);
            for (int i = 20'001; !stop && i < 60'000; i += 10)
                out << otlp(10, i) << std::flush;
        });
        const auto workspace = f.open();
        const auto reports = import(workspace, {path});
        stop = true;
        writer.join();
        QVERIFY2(reports[0].succeeded(), reports[0].error.c_str());
        QVERIFY(reports[0].spansKept >= 20'000);
        QVERIFY(reports[0].skippedCount() + reports[0].repairedCount() <= 1); // the last line, when it was read half
    }

    void folders() {
        WorkspaceFixture f;
        const fs::path folder = f.folder() / "in", empty = f.folder() / "empty", other = f.folder() / "other";
        fs::create_directories(folder / "deep" / ".git");
        fs::create_directory(empty);
        fs::create_directory(other);
        write(folder / "b.jsonl", otlp(5, 1, 1));
        write(folder / "deep" / "a.jsonl", otlp(6, 1, 2));
        write(folder / "deep" / ".git" / "c.jsonl", otlp(7, 1, 3));
        write(folder / "readme.txt", "no traces here");
        fs::create_directory_symlink(folder, folder / "round");
        QCOMPARE(::mkfifo((other / "pipe.json").c_str(), 0600), 0); // hangs nobody
        write(other / "readme.txt", "no traces here");
        const auto workspace = f.open();
        auto reports = import(workspace, {folder});
        QCOMPARE(reports.size(), size_t(3));
        QVERIFY2(reports[2].error.find("left out: " + (folder / "readme.txt").string() + "; 1 link in it was not followed") != std::string::npos, reports[2].error.c_str());
        QCOMPARE(workspace->table()->spanCount(), uint64_t(11));
        reports = import(workspace, {folder, empty, other}); // again: nothing is added
        QCOMPARE(reports.size(), size_t(5));
        QVERIFY(!reports[0].alreadyImported.empty() && !reports[1].alreadyImported.empty());
        QVERIFY2(reports[3].error.find("without files") != std::string::npos, reports[3].error.c_str());
        QVERIFY2(reports[4].error.find("holds no trace file; files looked at: 1; 1 pipe, socket or device in it was not followed") != std::string::npos, reports[4].error.c_str());
        QCOMPARE(workspace->table()->files().size(), size_t(2));
    }

    // A file that begins with more metrics than detection looks at was refused with all its spans.
    void metricsInFront() {
        WorkspaceFixture f;
        std::string metrics = "{\"resourceMetrics\":[";
        while (metrics.size() < 100'000)
            metrics += "{\"scopeMetrics\":[]},";
        metrics += "{}]}\n";
        write(f.folder() / "mixed.jsonl", metrics + otlp(5));
        write(f.folder() / "metrics.jsonl", metrics);
        const auto workspace = f.open();
        const auto reports = import(workspace, {f.folder() / "mixed.jsonl", f.folder() / "metrics.jsonl"});
        QCOMPARE(reports[0].spansKept, uint64_t(5));
        QCOMPARE(reports[0].ignored.size(), size_t(1));
        QVERIFY2(reports[1].error.find("holds no spans; it holds metrics") != std::string::npos, reports[1].error.c_str());
    }

    void truncatedDocument() {
        WorkspaceFixture f;
        const std::string whole = otlp(1000);
        write(f.folder() / "cut.jsonl", whole.substr(0, whole.size() - 100));
        const auto workspace = f.open();
        const ImportReport r = import(workspace, {f.folder() / "cut.jsonl"})[0];
        QVERIFY2(r.succeeded(), r.error.c_str());
        QCOMPARE(r.spansKept, uint64_t(1000)); // the last one as far as it goes
        QVERIFY(r.lostSomething());
        QCOMPARE(r.repairedCount(), uint64_t(1));
        QVERIFY((workspace->table()->flags(999) & kUnfinished) != 0);
        QCOMPARE(workspace->table()->summary(0).duration, 9985); // and it does not stretch the trace
    }

    void hashOfContent() {
        std::string bytes(100'000, 'x');
        for (size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<char>(i * 7);
        ContentHash whole;
        whole.add(bytes);
        std::mt19937 rng(3);
        for (int round = 0; round < 20; ++round) { // however the reads fall
            ContentHash pieces;
            for (size_t at = 0; at < bytes.size();) {
                const size_t n = std::min<size_t>(bytes.size() - at, 1 + rng() % 9000);
                pieces.add(std::string_view(bytes).substr(at, n));
                at += n;
            }
            QCOMPARE(pieces.text(), whole.text());
        }
        std::set<std::string> seen = {whole.text()};
        for (const size_t i : {size_t(0), size_t(4095), size_t(4096), size_t(50'000), bytes.size() - 1}) {
            std::string other = bytes;
            other[i] = static_cast<char>(other[i] ^ 1);
            ContentHash hash;
            hash.add(other);
            QVERIFY(seen.insert(hash.text()).second);
        }
        ContentHash longer;
        longer.add(bytes + '\0');
        QVERIFY(seen.insert(longer.text()).second);
    }

    // A full disk is met by a limit on the size of files: the same error at a write, without a disk to fill.
    void fullDisk() {
        QVERIFY2(hasProgram(), "build the program first");
        if (!has("bash"))
            QSKIP("bash is not here");
        WorkspaceFixture f;
        write(f.folder() / "small.jsonl", otlp(2000, 1, 9));
        std::vector<std::string> before;
        {
            const auto workspace = f.open();
            (void)import(workspace, {f.folder() / "small.jsonl"});
            before = contentOf(*workspace->table());
        }
        const fs::path big = demoFile(300);
        uintmax_t whole = 0; // what it would take
        {
            const WorkspaceFixture g;
            (void)import(g.open(), {big});
            whole = fs::file_size(g.path()) / 1024;
        }
        for (const uintmax_t tenths : {2, 4, 6, 8}) {
            const auto kilobytes = static_cast<int>(whole * tenths / 10);
            QProcess process;
            process.start(QStringLiteral("bash"), {QStringLiteral("-c"), QStringLiteral("trap '' XFSZ; ulimit -f %1; exec '%2' import '%3' --into '%4' -q")
                                                                            .arg(kilobytes).arg(QStringLiteral(AISLE_PROGRAM), QString::fromStdString(big), QString::fromStdString(f.path()))});
            QVERIFY(process.waitForFinished(120'000));
            const QByteArray said = process.readAllStandardError();
            QVERIFY2(process.exitStatus() == QProcess::NormalExit, said);
            QVERIFY2(process.exitCode() == 1, QByteArray(QByteArray::number(kilobytes) + " kB: " + said));
            QCOMPARE(said.trimmed().count('\n'), 0);
            QVERIFY2(said.startsWith("aisle: "), said);
            QVERIFY2(said.contains("disk") || said.contains("written"), said);
            const auto workspace = f.open(Workspace::Access::ReadWrite);
            QCOMPARE(difference(contentOf(*workspace->table()), before), std::string());
        }
    }

    // The process dies at any moment, also while it makes or closes the workspace: what was there is there, and the new
    // file is in whole or not at all. A reader could not open what a program had left that died while it switched WAL on,
    // nor an import go on with a workspace whose making had ended after its first page.
    void killed() {
        QVERIFY2(hasProgram(), "build the program first");
        constexpr int kRounds = 50;
        WorkspaceFixture f;
        write(f.folder() / "small.jsonl", otlp(2000, 1, 9));
        const fs::path big = demoFile(100), good = f.folder() / "good.aisle";
        const auto put = [&](bool isNew) {
            for (const char* suffix : {"", "-wal", "-shm", "-journal"})
                fs::remove(f.path().string() + suffix);
            if (!isNew)
                fs::copy_file(good, f.path());
        };
        const auto start = [&](QProcess& process) {
            process.start(QStringLiteral(AISLE_PROGRAM), {QStringLiteral("import"), QString::fromStdString(big), QStringLiteral("--into"), QString::fromStdString(f.path()), QStringLiteral("-q")});
            return process.waitForStarted();
        };
        const auto content = [&](Workspace::Access access) -> std::vector<std::string> {
            try {
                const auto workspace = f.open(access);
                auto lines = contentOf(*workspace->table());
                const auto db = workspace->connect();
                for (Statement s = db->prepare("PRAGMA integrity_check"); s.step();)
                    lines.push_back("integrity " + std::string(s.text(0)));
                return lines;
            } catch (const StoreError& error) {
                return {error.what()};
            }
        };
        std::array<std::vector<std::string>, 2> before, all; // of a workspace with a file, and of a new one
        (void)f.open();
        before[1] = content(Workspace::Access::ReadOnly);
        (void)import(f.open(), {f.folder() / "small.jsonl"});
        before[0] = content(Workspace::Access::ReadOnly);
        fs::copy_file(f.path(), good);
        int64_t duration = 0;
        for (const bool isNew : {false, true}) {
            put(isNew);
            QElapsedTimer timer;
            timer.start();
            QProcess whole;
            QVERIFY(start(whole));
            QVERIFY(whole.waitForFinished(120'000));
            duration = timer.elapsed();
            QCOMPARE(whole.exitCode(), 0);
            all[isNew] = content(Workspace::Access::ReadOnly);
            QVERIFY(all[isNew].size() > before[isNew].size());
        }

        std::mt19937 rng(static_cast<unsigned>(duration));
        int killed = 0, unfinished = 0;
        for (int round = 0; round < kRounds; ++round) {
            const bool isNew = round % 2 == 1;
            put(isNew);
            QProcess process;
            QVERIFY(start(process));
            QTest::qSleep(static_cast<int>(static_cast<uint64_t>(rng()) % static_cast<uint64_t>(duration * 11 / 10 + 1)));
            ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
            QVERIFY(process.waitForFinished(30'000));
            killed += process.exitStatus() == QProcess::CrashExit;
            if (isNew && !fs::exists(f.path()))
                continue; // it had not come that far
            // First somebody who only looks, then somebody who may clean up.
            for (const auto access : {Workspace::Access::ReadOnly, Workspace::Access::Create}) {
                const auto found = content(access);
                const bool isJustMade = isNew && access == Workspace::Access::ReadOnly && found == std::vector{f.path().string() + " is empty."};
                QVERIFY2(isJustMade || found == before[isNew] || found == all[isNew], (std::to_string(round) + difference(found, before[isNew])).c_str());
                if (access == Workspace::Access::ReadOnly && !isJustMade) { // what is to be cleaned up, and that it is said
                    const bool isLeft = Database(f.path(), Database::Mode::ReadOnly).integer("SELECT count(*) FROM file WHERE state = 'loading'") != 0;
                    const std::string said = f.open()->takenOut();
                    QVERIFY2(isLeft == (said.find(big.filename()) != std::string::npos && said.find("Import it again") != std::string::npos), said.c_str());
                    unfinished += isLeft;
                }
            }
            const auto workspace = f.open(Workspace::Access::ReadWrite);
            const auto db = workspace->connect();
            QCOMPARE(static_cast<uint64_t>(db->integer("SELECT count(*) FROM span")), workspace->table()->rowCount());
            QCOMPARE(db->integer("SELECT count(*) FROM file WHERE state = 'loading'"), 0);
        }
        QVERIFY2(killed > kRounds / 3 && unfinished > 0, "the import was hardly ever killed while it ran");
        // And it can be imported then.
        put(false);
        QProcess again;
        QVERIFY(start(again));
        QVERIFY(again.waitForFinished(120'000));
        QCOMPARE(difference(content(Workspace::Access::ReadOnly), all[0]), std::string());
    }
};

QTEST_GUILESS_MAIN(TestImportJob)
#include "tst_import_job.moc"
