// Opening, locking and copying workspace files; a stranger's never does harm.

#include "store_fixture.h"

using namespace aisle;
using namespace aisle::test;

class TestWorkspace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // A view in the place of a table ran for ever when it was read.
    void viewsInThePlaceOfTables() {
        WorkspaceFixture f;
        WorkspaceFixture::add(*f.open(), "a", fillShop);
        {
            Database db(f.path(), Database::Mode::ReadWrite);
            db.exec("DROP TABLE string; CREATE VIEW string AS WITH RECURSIVE c(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM c) "
                    "SELECT x AS id, 'a' AS text FROM c");
        }
        try {
            (void)f.open(Workspace::Access::ReadOnly);
            QFAIL("it was opened");
        } catch (const StoreError& e) {
            QVERIFY2(std::string(e.what()).find("string is missing") != std::string::npos, e.what());
        }
    }

    // What a killed process left: rows of a file that is still `loading`.
    void unfinishedFileIsRemovedByTheNextOpening() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 70'000); });
        workspace->connect()->exec("UPDATE file SET state = 'loading' WHERE id = 2");
        workspace.reset();
        QCOMPARE(f.open(Workspace::Access::ReadOnly)->table()->spanCount(), uint64_t(3)); // which must not write
        workspace = f.open(Workspace::Access::ReadWrite);
        QCOMPARE(workspace->table()->spanCount(), uint64_t(3));
        QCOMPARE(workspace->connect()->integer("SELECT count(*) FROM span"), 3);
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 70'000); });
        QCOMPARE(workspace->table()->spanCount(), uint64_t(70'003));
    }

    void damagedChunksAreRebuiltFromRows_data() {
        QTest::addColumn<QString>("sql");
        QTest::newRow("zeroes") << "UPDATE segment SET recorded = zeroblob(length(recorded))";
        QTest::newRow("empty") << "UPDATE segment SET recorded = x''";
        QTest::newRow("text") << "UPDATE segment SET recorded = 'nonsense'";
        QTest::newRow("cut") << "UPDATE segment SET recorded = substr(recorded, 1, 1000)";
        QTest::newRow("missing") << "DELETE FROM segment";
        QTest::newRow("of another segment") << "UPDATE segment SET recorded = (SELECT recorded FROM segment WHERE number = 2)";
    }

    void damagedChunksAreRebuiltFromRows() {
        QFETCH(QString, sql);
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 70'000); });
        const auto before = contentOf(*workspace->table());
        workspace->connect()->exec(sql.toUtf8().constData());
        workspace.reset();
        workspace = f.open(Workspace::Access::ReadOnly);
        QCOMPARE(difference(contentOf(*workspace->table()), before), std::string());
        // Instances come from the attributes of resources then.
        const Row row = rowOf(*workspace->table(), {0x0102030405060708, 0xf0e0d0c0b0a09080}, ~0ULL);
        QCOMPARE(workspace->table()->text(workspace->table()->contextInfo(workspace->table()->context(row)).instance), std::string_view("pod-7"));
    }

    void forgedBytesNeverCrash() {
        WorkspaceFixture f;
        {
            auto workspace = f.open();
            WorkspaceFixture::add(*workspace, "a", fillShop);
            WorkspaceFixture::add(*workspace, "b", [](SpanSink& s) { fillSimple(s, 5, 300); });
        }
        std::string bytes;
        {
            std::ifstream in(f.path(), std::ios::binary);
            bytes.assign(std::istreambuf_iterator<char>(in), {});
        }
        const fs::path forged = f.folder() / "forged.aisle";
        std::mt19937 rng(5);
        for (int round = 0; round < 400; ++round) {
            std::string copy = bytes;
            if (round % 10 == 0)
                copy.resize(rng() % copy.size());
            else
                for (auto n = 1 + rng() % (round % 3 == 0 ? 300 : 4); n > 0; --n)
                    copy[round % 2 != 0 ? rng() % copy.size() : rng() % 16384] = static_cast<char>(rng());
            std::ofstream(forged, std::ios::binary | std::ios::trunc).write(copy.data(), static_cast<std::streamsize>(copy.size()));
            useEverything(forged);
            if (QTest::currentTestFailed())
                return;
        }
    }

    void forgedNumbersNeverCrash_data() {
        QTest::addColumn<QString>("sql");
        const char* const values[] = {"-1", "0", "1", "255", "65536", "4294967295", "4294967296", "1073741824", "9223372036854775807",
                                      "-9223372036854775808", "'text'", "x'00ff'", "1e300", "''"};
        const std::pair<const char*, const char*> columns[] = {
            {"span", "trace"},    {"span", "span_id"},  {"span", "parent_id"}, {"span", "context"},  {"span", "name"},      {"span", "kind"},
            {"span", "status"},   {"span", "start"},    {"span", "duration"},  {"span", "flags"},    {"span", "attributes"}, {"file", "first_row"},
            {"file", "rows"},     {"file", "bytes"},    {"file", "report"},    {"context", "id"},    {"context", "service"}, {"context", "resource"},
            {"string", "id"},     {"string", "text"},   {"attribute", "id"},   {"attribute", "key"}, {"attribute", "type"}, {"attribute", "value"},
            {"trace", "id"},      {"trace", "high"},    {"event", "time"},     {"event", "name"},    {"event", "attributes"}, {"link", "n"},
            {"link", "span_id"},  {"link", "attributes"}, {"log", "row"},      {"log", "severity"},  {"log", "body"},       {"hidden", "of"},
            {"segment", "number"}};
        for (const auto& [table, column] : columns)
            for (const char* value : values)
                QTest::addRow("%s.%s = %s", table, column, value)
                    << QStringLiteral("UPDATE OR IGNORE %1 SET %2 = %3 WHERE rowid = (SELECT max(rowid) FROM %1)")
                           .arg(QLatin1String(table), QLatin1String(column), QLatin1String(value));
        for (const auto& [table, column] : columns)
            QTest::addRow("DELETE FROM %s (%s)", table, column) << QStringLiteral("DELETE FROM %1").arg(QLatin1String(table));
        for (const char* table : {"span", "file", "context", "string", "attribute", "trace", "event", "link", "log", "id_text", "segment", "hidden", "meta"})
            QTest::addRow("DROP %s", table) << QStringLiteral("DROP TABLE %1").arg(QLatin1String(table));
        for (const char* view : {"spans", "traces", "attributes"})
            QTest::addRow("view %s", view) << QStringLiteral("DROP VIEW %1; CREATE VIEW %1 AS SELECT load_extension('x') AS row").arg(QLatin1String(view));
        QTest::addRow("a table that is a view") << QStringLiteral("DROP TABLE hidden; CREATE VIEW hidden AS SELECT 1 AS row");
        QTest::addRow("overlapping files") << QStringLiteral("UPDATE file SET first_row = 0, rows = 3");
        QTest::addRow("first row past the end") << QStringLiteral("UPDATE file SET first_row = 9223372036854710272");
        QTest::addRow("sum of rows overflows") << QStringLiteral("UPDATE file SET first_row = 9223372036854710272, rows = 9223372036854775807");
        QTest::addRow("trigger") << QStringLiteral("CREATE TRIGGER evil AFTER INSERT ON file BEGIN DELETE FROM span; END");
        QTest::addRow("deep attributes") << QStringLiteral("UPDATE span SET attributes = replace(hex(zeroblob(50000)), '00', '[')");
        QTest::addRow("cut attributes") << QStringLiteral("UPDATE span SET attributes = '[1,[0,0,\"abc\\'");
        QTest::addRow("huge attribute numbers") << QStringLiteral("UPDATE span SET attributes = '[99999999999999999999,4294967295,[4294967295,99,\"x\"]]'");
        QTest::addRow("context of gigabytes") << QStringLiteral("UPDATE context SET id = 1073741823 WHERE id = (SELECT max(id) FROM context)");
    }

    void forgedNumbersNeverCrash() {
        QFETCH(QString, sql);
        static WorkspaceFixture f;
        static const fs::path good = [] {
            auto workspace = f.open();
            WorkspaceFixture::add(*workspace, "a", fillShop);
            WorkspaceFixture::add(*workspace, "b", fillShop);
            workspace.reset();
            return f.path();
        }();
        const fs::path forged = f.folder() / "forged.aisle";
        for (const bool withChunks : {true, false}) {
            copyFile(good, forged);
            {
                Database db(forged, Database::Mode::ReadWrite);
                if (!withChunks)
                    db.exec("DELETE FROM segment");
                try {
                    db.exec(sql.toUtf8().constData());
                } catch (const StoreError&) {
                    return; // SQLite itself does not allow it
                }
            }
            useEverything(forged);
            // And for writing, with a further file.
            try {
                const auto workspace = Workspace::open(forged, Workspace::Access::ReadWrite);
                WorkspaceFixture::add(*workspace, "more", fillShop);
            } catch (const StoreError&) {
            }
        }
    }

    void whatIsNoWorkspace() {
        WorkspaceFixture f;
        const auto expect = [&](const fs::path& path, const char* words, Workspace::Access access = Workspace::Access::ReadWrite) {
            const std::string said = refusal(path, access);
            QVERIFY2(said.find(words) != std::string::npos, said.c_str());
            QVERIFY2(said.find(path.filename().string()) != std::string::npos, said.c_str());
        };
        expect(f.folder() / "nothing.aisle", "does not exist");
        expect(f.folder() / "nothing.aisle", "does not exist", Workspace::Access::ReadOnly);
        expect(f.folder(), "directory");
        std::ofstream(f.folder() / "text.aisle") << "{\"resourceSpans\":[]}";
        expect(f.folder() / "text.aisle", "is not an Aisle workspace");
        expect(f.folder() / "text.aisle", "is not an Aisle workspace", Workspace::Access::Create); // and keeps it
        QCOMPARE(fs::file_size(f.folder() / "text.aisle"), uintmax_t(20));
        std::ofstream(f.folder() / "empty.aisle");
        expect(f.folder() / "empty.aisle", "empty", Workspace::Access::ReadOnly);
        Database(f.folder() / "other.db", Database::Mode::Create).exec("CREATE TABLE t(x)");
        expect(f.folder() / "other.db", "not an Aisle workspace");
        const std::string head = "SQLite format 3";
        std::ofstream(f.folder() / "fake.aisle", std::ios::binary) << head << '\0' << std::string(5000, 'x');
        expect(f.folder() / "fake.aisle", "fake.aisle");
    }

    void newerVersionIsRefused() {
        WorkspaceFixture f;
        (void)f.open();
        Database(f.path(), Database::Mode::ReadWrite).exec("PRAGMA user_version=99");
        for (const auto access : {Workspace::Access::ReadWrite, Workspace::Access::ReadOnly, Workspace::Access::Create}) {
            const std::string said = refusal(f.path(), access);
            QVERIFY2(said.find("newer version of Aisle") != std::string::npos && said.find("99") != std::string::npos, said.c_str());
        }
        QCOMPARE(Database(f.path(), Database::Mode::ReadOnly).integer("PRAGMA user_version"), 99);
    }

    void locking() {
        WorkspaceFixture f;
        auto first = f.open();
        WorkspaceFixture::add(*first, "a", fillShop);
        const std::string said = refusal(f.path());
        QVERIFY2(said.find("process " + std::to_string(::getpid())) != std::string::npos, said.c_str());
        const auto second = f.open(Workspace::Access::ReadWriteIfLocked);
        QVERIFY(second->isReadOnly());
        QVERIFY(second->readOnlyReason().find(std::to_string(::getpid())) != std::string::npos);
        QCOMPARE(second->table()->spanCount(), uint64_t(3));
        // It notices what the writer does, when it looks again.
        const auto watcher = second->connect();
        const int64_t version = Workspace::dataVersion(*watcher);
        WorkspaceFixture::add(*first, "b", [](SpanSink& s) { fillSimple(s, 5, 10); });
        QVERIFY(Workspace::dataVersion(*watcher) != version);
        second->reload();
        QCOMPARE(second->table()->spanCount(), uint64_t(13));
        bool wrote = true;
        try {
            second->connect()->exec("DELETE FROM span");
        } catch (const StoreError&) {
            wrote = false;
        }
        QVERIFY(!wrote);
        first.reset();
        QVERIFY(!f.open(Workspace::Access::ReadWriteIfLocked)->isReadOnly());
    }

    // A program that was killed while it made its lock file left an empty one: nobody could write the workspace any more.
    void unsignedLocksAreLeftOver() {
        WorkspaceFixture f;
        (void)f.open();
        const std::filesystem::path lock = f.path().string() + ".lock";
        std::ofstream(lock).close();
        const auto workspace = f.open(Workspace::Access::ReadWrite);
        QVERIFY(!workspace->isReadOnly());
        QVERIFY_THROWS_EXCEPTION(StoreError, f.open(Workspace::Access::ReadWrite)); // it is signed now
        // A copy over a workspace that such a lock is left beside.
        const std::filesystem::path copy = f.folder() / "copy.aisle";
        std::ofstream(copy.string() + ".lock").close();
        workspace->saveCopy(copy);
        QVERIFY(std::filesystem::exists(copy));
    }

    void lockedForAnotherProcess() {
        QVERIFY2(fs::exists(AISLE_PROGRAM), "build the program first");
        WorkspaceFixture f;
        const auto workspace = f.open();
        QProcess other;
        other.start(QStringLiteral(AISLE_PROGRAM), {QStringLiteral("import"), QStringLiteral("/dev/null"), QStringLiteral("--into"),
                                                    QString::fromStdString(f.path().string())});
        QVERIFY(other.waitForFinished(30'000));
        QCOMPARE(other.exitCode(), 1);
        const QByteArray said = other.readAllStandardError();
        QVERIFY2(said.contains(QByteArray("process " + QByteArray::number(::getpid()))), said);
    }

    void closedWorkspaceIsOneFile() {
        WorkspaceFixture f;
        {
            const auto workspace = f.open();
            WorkspaceFixture::add(*workspace, "a", fillShop);
            QVERIFY(fs::exists(f.path().string() + "-wal"));
        }
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(f.folder()))
            names.push_back(entry.path().filename());
        QCOMPARE(names, std::vector<std::string>{"shop.aisle"});
        QCOMPARE(rowsOf(*std::make_unique<Database>(f.path(), Database::Mode::ReadOnly), "PRAGMA journal_mode"), std::vector<std::string>{"delete"});
        QCOMPARE(static_cast<unsigned>(fs::status(f.path()).permissions()) & 0777U, 0600U); // others may not read the shop's customers
    }

    void readOnlyFolder() {
        WorkspaceFixture f;
        {
            const auto workspace = f.open();
            WorkspaceFixture::add(*workspace, "a", fillShop);
        }
        ::chmod(f.path().c_str(), 0444);
        ::chmod(f.folder().c_str(), 0555);
        {
            const AsNobody nobody;
            QVERIFY2(::access(f.folder().c_str(), W_OK) != 0, "permissions do not apply in the folder for temporary files");
            const auto workspace = f.open(Workspace::Access::ReadOnly);
            QCOMPARE(workspace->table()->spanCount(), uint64_t(3));
            QVERIFY(readSpan(*workspace->connect(), *workspace->table(), 0).found);
            const auto fallback = f.open(Workspace::Access::ReadWriteIfLocked);
            QVERIFY(fallback->isReadOnly());
            QVERIFY2(!fallback->readOnlyReason().empty(), fallback->readOnlyReason().c_str());
            const std::string said = refusal(f.path());
            QVERIFY2(said.find("cannot be") != std::string::npos, said.c_str());
        }
        ::chmod(f.folder().c_str(), 0755);
        {
            const AsNobody nobody; // nor in a folder that is another's, though it can be read
            QVERIFY(f.open(Workspace::Access::ReadWriteIfLocked)->isReadOnly());
        }
        ::chmod(f.path().c_str(), 0000);
        {
            const AsNobody nobody;
            const std::string said = refusal(f.path(), Workspace::Access::ReadOnly);
            QVERIFY2(said.find("permission") != std::string::npos, said.c_str());
        }
        QCOMPARE(static_cast<int>(std::distance(fs::directory_iterator(f.folder()), {})), 1);
    }

    void saveCopy() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        const fs::path to = f.folder() / "copy.aisle";
        std::ofstream(to) << "old";
        workspace->saveCopy(to);
        QCOMPARE(difference(contentOf(*Workspace::open(to, Workspace::Access::ReadWrite)->table()), contentOf(*workspace->table())), std::string());
        workspace->saveCopy(f.path()); // onto itself: nothing
        QCOMPARE(workspace->table()->spanCount(), uint64_t(3));
        std::string said;
        try {
            workspace->saveCopy(f.folder() / "no" / "such" / "folder.aisle");
        } catch (const StoreError& e) {
            said = e.what();
        }
        QVERIFY(!said.empty());
        QVERIFY(!fs::exists(to.string() + ".part"));
    }

    void restrictedConnection() {
        WorkspaceFixture f;
        auto workspace = f.open();
        WorkspaceFixture::add(*workspace, "a", fillShop);
        const auto db = workspace->connect();
        db->restrictToQueries();
        QCOMPARE(db->integer("SELECT count(*) FROM spans"), 3);
        QCOMPARE(db->integer("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT sum(i) FROM n"), 55);
        for (const char* sql : {"INSERT INTO meta VALUES('a', 1)", "DELETE FROM span", "UPDATE file SET rows = 0", "DROP TABLE span",
                                "ATTACH '/tmp/x.db' AS x", "PRAGMA query_only=OFF", "PRAGMA journal_mode=DELETE", "PRAGMA user_version=5; SELECT 1",
                                "VACUUM", "VACUUM INTO '/tmp/x.db'", "CREATE TEMP TABLE t(x)", "CREATE TABLE t(x)", "REINDEX", "ANALYZE",
                                "SELECT load_extension('/tmp/x.so')", "SELECT writefile('/tmp/x', 'y')", "SELECT readfile('/etc/passwd')",
                                "BEGIN IMMEDIATE", "PRAGMA writable_schema=ON", "SELECT * FROM nothing"}) {
            bool refused = false;
            try {
                db->prepare(sql).run();
            } catch (const StoreError&) {
                refused = true;
            }
            if (!refused && std::string_view(sql).starts_with("PRAGMA user_version"))
                refused = db->integer("PRAGMA user_version") == kSchemaVersion; // reading it is allowed
            QVERIFY2(refused, sql);
        }
        QCOMPARE(db->integer("SELECT count(*) FROM spans"), 3);
    }
};

QTEST_GUILESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"
