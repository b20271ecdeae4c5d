// Whole imports, from files into a workspace: the real files, what is there already, cancelling, what breaks off.

#include "import_job_fixture.h"

using namespace aisle;
using namespace aisle::test;

namespace {

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
        QVERIFY(run(QStringLiteral("gzip"), {QStringLiteral("-k"), QStringLiteral("a.jsonl")}, f.folder()));
        QVERIFY(!import(workspace, {packed})[0].alreadyImported.empty()); // and compressed
        QCOMPARE(workspace->table()->rowCount(), uint64_t(100));
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
};

QTEST_GUILESS_MAIN(TestImportJob)
#include "tst_import_job.moc"
