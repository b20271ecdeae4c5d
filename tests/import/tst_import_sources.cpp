// Where an import reads from: archives, compressed files, folders, pipes; traps in them.

#include "import_job_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestImportSources : public QObject {
    Q_OBJECT
private Q_SLOTS:
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
        QVERIFY2(has(program), qPrintable(program));
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
        QVERIFY2(has(program), qPrintable(program));
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
        QVERIFY(std::any_of(r.skipped.begin(), r.skipped.end(), [](const auto& line) { return line.first.find("could not be read") != std::string::npos; }));
        const auto kept = r.spansKept;
        workspace.reset();
        QCOMPARE(f.open(Workspace::Access::ReadOnly)->table()->spanCount(), kept);
    }

    // Only the plain file handed over what an importer holds until the end: here the names of processes.
    void brokenPackedChromeTrace() {
        QVERIFY(has(QStringLiteral("gzip")));
        WorkspaceFixture f;
        std::string text = "{\"traceEvents\":[{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":1,\"tid\":1,\"args\":{\"name\":\"checkout\"}}";
        for (int i = 0; i < 20'000; ++i)
            text += ",\n{\"ph\":\"X\",\"name\":\"op" + std::to_string(i * 7919 % 1000) + "\",\"pid\":1,\"tid\":1,\"ts\":" + std::to_string(i * 10) + ",\"dur\":5}";
        write(f.folder() / "t.json", text + "]}");
        QVERIFY(run(QStringLiteral("gzip"), {QStringLiteral("t.json")}, f.folder()));
        const fs::path packed = f.folder() / "t.json.gz";
        fs::resize_file(packed, fs::file_size(packed) / 2);
        auto workspace = f.open();
        const ImportReport r = import(workspace, {packed})[0];
        QVERIFY2(r.succeeded(), r.error.c_str());
        QVERIFY(r.spansKept > 1000 && r.lostSomething());
        const SpanTablePtr table = workspace->table();
        QCOMPARE(std::string(table->serviceText(table->files().at(0).firstRow)), std::string("checkout"));
    }

    // Where a file came from was kept as it was typed, which from another folder is nowhere, or another file.
    void pathsAreAbsolute() {
        WorkspaceFixture f;
        write(f.folder() / "a.jsonl", otlp(3));
        const fs::path before = fs::current_path();
        fs::current_path(f.folder());
        auto workspace = f.open();
        const ImportReport r = import(workspace, {"a.jsonl"})[0];
        fs::current_path(before);
        QCOMPARE(r.name, std::string("a.jsonl"));
        QCOMPARE(r.path, (fs::canonical(f.folder()) / "a.jsonl").string());
        QVERIFY(r.modified > 0);
        QCOMPARE(workspace->table()->files().at(0).path, r.path);
    }

    /// One member of an archive alone: what removing it is undone by.
    void oneMember() {
        WorkspaceFixture w;
        write(w.folder() / "a.jsonl", otlp(3));
        write(w.folder() / "b.jsonl", otlp(4, 1, 2));
        QVERIFY(run(QStringLiteral("tar"), {QStringLiteral("cf"), QStringLiteral("both.tar"), QStringLiteral("a.jsonl"), QStringLiteral("b.jsonl")}, w.folder()));
        auto workspace = Workspace::open(w.path(), Workspace::Access::Create);
        const auto all = import(workspace, {w.folder() / "both.tar"});
        QCOMPARE(all.size(), size_t(2));
        QCOMPARE(all[1].member, std::string("b.jsonl"));
        workspace->removeFiles({all[0].file, all[1].file});
        const auto only = [&](const std::string& member) {
            ImportLimits limits;
            limits.members = {member};
            ImportJob job(workspace, {w.folder() / "both.tar"}, {}, limits);
            job.start();
            job.wait();
            return job.reports();
        };
        const auto again = only(all[1].member);
        QCOMPARE(again.size(), size_t(1));
        QCOMPARE(again[0].name, all[1].name);
        QCOMPARE(again[0].contentHash, all[1].contentHash);
        QCOMPARE(workspace->table()->spanCount(), uint64_t(4));
        const auto gone = only("c.jsonl");
        QCOMPARE(gone.size(), size_t(1));
        QVERIFY2(gone[0].error.find("c.jsonl is no longer in ") == 0, gone[0].error.c_str());
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
};

QTEST_GUILESS_MAIN(TestImportSources)
#include "tst_import_sources.moc"
