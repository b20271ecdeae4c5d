// An import whose disk is full, or that is killed at any moment: whole files or none, and a clear message.

#include "import_job_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestImportKilled : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // A full disk is met by a limit on the size of files: the same error at a write, without a disk to fill.
    void fullDisk() {
        QVERIFY2(hasProgram(), "build the program first");
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
        // On a machine that has other work, too, how long it takes changes: the longest wait follows that, and there are more rounds where the
        // import was hardly ever killed while it ran.
        const auto isEnough = [&] { return killed > kRounds / 3 && unfinished > 0; };
        for (int round = 0; round < kRounds || (!isEnough() && round < 10 * kRounds); ++round) {
            const bool isNew = round % 2 == 1;
            put(isNew);
            QProcess process;
            QVERIFY(start(process));
            QTest::qSleep(static_cast<int>(static_cast<uint64_t>(rng()) % static_cast<uint64_t>(duration * 11 / 10 + 1)));
            ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
            QVERIFY(process.waitForFinished(30'000));
            const bool wasKilled = process.exitStatus() == QProcess::CrashExit;
            killed += wasKilled;
            duration = wasKilled ? duration + duration / 16 + 1 : std::max<int64_t>(1, duration - duration / 8);
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
        QVERIFY2(isEnough(), "the import was hardly ever killed while it ran");
        // And it can be imported then.
        put(false);
        QProcess again;
        QVERIFY(start(again));
        QVERIFY(again.waitForFinished(120'000));
        QCOMPARE(difference(content(Workspace::Access::ReadOnly), all[0]), std::string());
    }
};

QTEST_GUILESS_MAIN(TestImportKilled)
#include "tst_import_killed.moc"
